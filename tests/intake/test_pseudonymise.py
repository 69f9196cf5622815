"""Rows to batches: records, residences, contacts and retractions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.source import FileFormat, Mode, Source
from mast_resolver.blocking import RULES
from mast_resolver.records import (
    ADDRESS_BLOOMS,
    ADDRESS_TOKENS,
    FOREVER,
    PERSON_BLOOMS,
    PERSON_TOKENS,
    Batch,
    Encoding,
    Kind,
    Life,
    Record,
    Residence,
    Retraction,
    Status,
)
from mast_resolver.residence import timeline

Encode = Callable[..., list[Batch]]

SOURCE = Source("visits", "fire", "mast-2026", FileFormat.CSV, ())
FULL = {
    "given_name": "Bill",
    "middle_name": "John",
    "family_name": "O'Brien-Smith",
    "date_of_birth": "1983-08-06",
    "sex": "male",
    "nhs_number": "9434765919",
    "national_id": "qq123456c",
    "phone": "01922650000",
    "email": "bill@example.org",
    "address": "Flat 2, Rose Court, 14 High St, Walsall",
    "postcode": "WS11AA",
    "uprn": "100071",
}


def day(year: int, month: int = 1, date: int = 1) -> dt.datetime:
    return dt.datetime(year, month, date, tzinfo=dt.UTC)


def row(id_: str = "1", /, **said: str | dt.datetime) -> SourceRow:
    text = {name: value for name, value in said.items() if isinstance(value, str)}
    moments = {name: value for name, value in said.items() if isinstance(value, dt.datetime)}
    return SourceRow("f.csv", 2, id_, text, moments)


def one(pseudonymiser: Pseudonymiser, rows: Iterable[SourceRow], source: Source = SOURCE) -> Batch:
    (batch,) = pseudonymiser.batches(source, rows)
    return batch


def of_kind(batch: Batch, kind: Kind) -> list[Record]:
    return [record for record in batch.records if record.kind is kind]


def opened(pseudonymiser: Pseudonymiser, record: Record) -> Encoding:
    return Encoding.unpack(pseudonymiser._keys.open(record.sealed, context=record.id.encode()))


def test_a_full_row_has_every_declared_field_and_rule(pseudonymiser: Pseudonymiser) -> None:
    # Bill is no name in full, and nobody else is called so.
    batch = one(pseudonymiser, [row(**FULL | {"given_name": "Jack", "family_name": "O'Brien-Smith Jnr"})])
    person = opened(pseudonymiser, of_kind(batch, Kind.PERSON)[0])
    place = opened(pseudonymiser, of_kind(batch, Kind.ADDRESS)[0])
    assert set(person.tokens) == set(PERSON_TOKENS)
    assert set(person.blooms) == set(PERSON_BLOOMS)
    # Of what cannot be parsed, a gazetteer, one that says locality and town, a side, a hostel, a floor.
    elsewhere = {"unparsed", "parent_uprn", "local_building", "side", "communal", "floor"}
    assert set(place.tokens) == set(ADDRESS_TOKENS) - elsewhere
    assert set(place.blooms) == set(ADDRESS_BLOOMS)
    without_postcode = {"word_dob", "word_start"}
    for rule in RULES:
        if rule.name in without_postcode | {"unparsed"}:
            continue
        keys = {key.rule for key in (person if rule.kind is Kind.PERSON else place).keys}
        assert rule.name in keys
    alone = {name: value for name, value in FULL.items() if name != "postcode"}
    lacking = opened(pseudonymiser, of_kind(one(pseudonymiser, [row(**alone)]), Kind.PERSON)[0])
    assert without_postcode <= {key.rule for key in lacking.keys}
    abroad = FULL | {"address": "Hauptstrasse 5, Berlin, Germany"}
    del abroad["postcode"]
    foreign = opened(pseudonymiser, of_kind(one(pseudonymiser, [row(**abroad)]), Kind.ADDRESS)[0])
    assert {key.rule for key in foreign.keys} == {"uprn", "unparsed"}


def test_a_double_barrelled_name_gives_one_key_a_part(pseudonymiser: Pseudonymiser) -> None:
    person = opened(pseudonymiser, of_kind(one(pseudonymiser, [row(**FULL)]), Kind.PERSON)[0])
    # Two parts, and the day and month both ways round.
    assert sum(key.rule == "family_dob" for key in person.keys) == 4
    assert sum(key.rule == "name" for key in person.keys) == 2


def test_of_a_death_and_of_being_alive_the_month_leaves(pseudonymiser: Pseudonymiser) -> None:
    said = {"date_of_death": "2024-02-29", "last_seen_alive": "2023-11-05"}
    plain, lived, same_months = (
        opened(pseudonymiser, *of_kind(one(pseudonymiser, [row(**FULL, **more)]), Kind.PERSON))
        for more in ({}, said, {"date_of_death": "2024-02", "last_seen_alive": "2023-11-30"})
    )
    assert lived.life == Life(died=12 * 2024 + 1, alive=12 * 2023 + 10)
    assert lived == same_months
    assert (plain.life, plain) == (None, replace(lived, life=None))


def test_another_death_is_another_version_of_a_record(pseudonymiser: Pseudonymiser) -> None:
    contents = {
        record.content
        for died in ({}, {"date_of_death": "2024-02-29"}, {"date_of_death": "2025"})
        for record in of_kind(one(pseudonymiser, [row(**FULL, **died)]), Kind.PERSON)
    }
    assert len(contents) == 3


def test_swapped_names_and_swapped_dates_meet(pseudonymiser: Pseudonymiser) -> None:
    left = row("1", given_name="Ann", family_name="Lee", date_of_birth="1983-08-06")
    right = row("2", given_name="Lee", family_name="Ann", date_of_birth="1983-06-08")
    encodings = [opened(pseudonymiser, record) for record in one(pseudonymiser, [left, right]).records]
    keys = [{(key.rule, key.token) for key in each.keys if key.rule == "name"} for each in encodings]
    assert keys[0] == keys[1]
    assert encodings[0].tokens["given_name"] == encodings[1].tokens["family_name"]
    assert encodings[0].tokens["date_of_birth"] == encodings[1].tokens["dob_swapped"]


@given(
    st.sampled_from(["Zoë O'Brien", "mary-jane smith", "Łukasz van der Berg"]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from([" ", "  ", "\t"]),
)
def test_case_and_spacing_never_change_tokens(
    pseudonymiser: Pseudonymiser, name: str, case: Callable[[str], str], space: str
) -> None:
    given, family = name.split(" ", 1)
    plain = row(given_name=given, family_name=family)
    changed = row(given_name=space + case(given), family_name=case(family).replace(" ", space) + space)
    contents = [one(pseudonymiser, [each]).records[0].content for each in (plain, changed)]
    assert contents[0] == contents[1]


def test_a_record_id_belongs_to_its_agency(pseudonymiser: Pseudonymiser) -> None:
    police = Source("visits", "police", "mast-2026", FileFormat.CSV, ())
    ids = [one(pseudonymiser, [row(given_name="Ann")], source).records[0].id for source in (SOURCE, police)]
    assert ids[0] != ids[1]
    assert ids[0] == pseudonymiser.record_id("fire", "1")
    assert len(ids[0]) == 33
    assert ids[0].startswith("r")


def test_the_agencys_own_reference_opens_again(pseudonymiser: Pseudonymiser) -> None:
    batch = one(pseudonymiser, [row("case 17", given_name="Ann", address="14 High St, Walsall")])
    person, place = of_kind(batch, Kind.PERSON)[0], of_kind(batch, Kind.ADDRESS)[0]
    assert pseudonymiser.open_reference(person.reference, person.id.encode()) == "case 17"
    assert pseudonymiser.open_reference(place.reference, place.id.encode()) == ""


def test_an_address_alone_is_a_record_under_its_own_reference(pseudonymiser: Pseudonymiser) -> None:
    batch = one(pseudonymiser, [row("u1", address="14 High St"), row("u2", address="14 High St")])
    references = [pseudonymiser.open_reference(r.reference, r.id.encode()) for r in batch.records]
    assert references == ["u1", "u2"]
    assert batch.records[0].content != batch.records[1].content or batch.records[0].id != batch.records[1].id


def test_people_of_one_place_share_its_record(pseudonymiser: Pseudonymiser) -> None:
    lines = ("14 High St, Walsall", "14 HIGH ST.  WALSALL", "15 High St, Walsall")
    rows = [row(str(at), given_name="Ann", address=line) for at, line in enumerate(lines)]
    batch = one(pseudonymiser, rows)
    homes = [residence.address for residence in batch.residences]
    assert homes[0] == homes[1] != homes[2]
    assert len(of_kind(batch, Kind.ADDRESS)) == 2


def test_an_unchanged_record_is_sent_once_a_run_and_again_the_next_run(pseudonymiser: Pseudonymiser) -> None:
    rows = [row(given_name="Ann", address="14 High St", contact_at=day(2024, at)) for at in range(1, 6)]
    for _ in range(2):
        batches = list(pseudonymiser.batches(SOURCE, rows, size=1))
        assert [len(batch.records) for batch in batches] == [2, 0, 0, 0, 0]
        assert [len(batch.residences) for batch in batches] == [1] * 5


def test_a_changed_record_stands_once_in_a_batch_as_it_was_said_last(pseudonymiser: Pseudonymiser) -> None:
    rows = [row(given_name=name, contact_at=day(2024)) for name in ("Ann", "Bea", "Cat")]
    (record,) = one(pseudonymiser, rows).records
    assert record.content == one(pseudonymiser, [row(given_name="Cat")]).records[0].content


def test_a_change_back_is_sent_again(pseudonymiser: Pseudonymiser) -> None:
    rows = [row(given_name=name) for name in ("Ann", "Bea", "Ann")]
    contents = [batch.records[0].content for batch in pseudonymiser.batches(SOURCE, rows, size=1)]
    assert contents[0] == contents[2] != contents[1]


def test_the_size_of_batches_never_changes_what_stands_in_the_end(pseudonymiser: Pseudonymiser) -> None:
    rows = [row(str(at % 7), given_name=f"N{'abc'[at % 3]}", address=f"{at % 5} Elm Rd") for at in range(40)]

    def final(size: int) -> dict[str, str]:
        batches = pseudonymiser.batches(SOURCE, rows, size=size)
        return {record.id: record.content for batch in batches for record in batch.records}

    assert final(1) == final(7) == final(1000)


def test_an_older_version_keeps_its_residence_but_not_its_person(pseudonymiser: Pseudonymiser) -> None:
    newer = row(given_name="Ann", family_name="Moss", address="14 High St", contact_at=day(2024))
    older = row(given_name="Ann", family_name="Lee", address="2 Elm Rd", contact_at=day(2022))
    batch = one(pseudonymiser, [newer, replace(older, superseded=True)])
    assert len(of_kind(batch, Kind.PERSON)) == 1
    assert [residence.valid_from.year for residence in batch.residences] == [2024, 2022]


@pytest.mark.parametrize(
    ("mode", "moments", "expected"),
    [
        pytest.param(Mode.APPEND, {}, ((2026, 2026), FOREVER.year, True), id="no date at all"),
        pytest.param(Mode.APPEND, {"contact_at": day(2024)}, ((2024, 2024), 9999, True), id="an event"),
        pytest.param(Mode.APPEND, {"valid_from": day(2020)}, ((2020, 2020), 9999, False), id="a census"),
        pytest.param(Mode.SNAPSHOT, {"valid_from": day(2020)}, ((2020, 2026), 9999, False), id="a rent roll"),
        pytest.param(
            Mode.SNAPSHOT,
            {"valid_from": day(2020), "valid_to": day(2022)},
            ((2020, 2026), 2022, False),
            id="a tenancy that ended",
        ),
        pytest.param(Mode.SNAPSHOT, {"valid_to": day(2022)}, ((2021, 2026), 2022, True), id="an end alone"),
        pytest.param(
            Mode.APPEND,
            {"valid_from": day(2020), "contact_at": day(2024)},
            ((2020, 2024), 9999, False),
            id="an event with a move-in date",
        ),
    ],
)
def test_when_somebody_lived_there(
    pseudonymiser: Pseudonymiser,
    mode: Mode,
    moments: dict[str, str | dt.datetime],
    expected: tuple[tuple[int, int], int, bool],
) -> None:
    source = Source("visits", "fire", "mast-2026", FileFormat.CSV, (), mode)
    (residence,) = one(
        pseudonymiser, [row(given_name="Ann", address="14 High St", **moments)], source
    ).residences
    spell = (residence.valid_from.year, residence.seen_at.year)
    assert (spell, residence.valid_to.year, residence.inferred) == expected


@pytest.mark.parametrize("address", ["Walsall", "High Street, Walsall", "14"])
def test_nobody_lives_at_a_town_a_street_or_a_bare_number(pseudonymiser: Pseudonymiser, address: str) -> None:
    assert not one(pseudonymiser, [row(given_name="Ann", address=address)]).residences


CONTACTS = """agency: police
agreement: mash-2026
fields:
  record_id: person
  given_name: name
  address: home
  contact_id: incident
  contact_type: type
  contact_at: at
  contact_closed_at: closed
  contact_role: role
  severity: severity
"""
HEADER = "person,name,home,incident,type,at,closed,role,severity\n"


def test_rows_of_one_incident_are_one_contact_with_many_touches(batches: Encode) -> None:
    data = (
        HEADER
        + "1,Ann,14 High St,i1,DOMESTIC_ABUSE_INCIDENT,2024-01-01,,victim,\n"
        + "2,Bob,14 High St,i1,DOMESTIC_ABUSE_INCIDENT,2024-01-01,,suspect,\n"
        + "3,Cy,14 High St,i1,DOMESTIC_ABUSE_INCIDENT,2024-01-01,,child_in_household,\n"
    )
    (contact,) = batches(CONTACTS, data)[0].contacts
    assert [touch.role for touch in contact.touches] == ["victim", "place", "suspect", "child_in_household"]
    assert (contact.severity, contact.status, contact.data_class) == (3, Status.CLOSED, "police")
    # They follow each other: not even the smallest batch cuts them apart.
    (batch,) = batches(CONTACTS, data, size=1)
    assert len(batch.contacts[0].touches) == 4


@pytest.mark.parametrize(
    ("line", "roles", "status", "severity"),
    [
        pytest.param("1,Ann,,i,WELFARE_CHECK,2024-01-01,,,", ["subject"], "closed", 1, id="an event"),
        pytest.param("1,,4 Elm Rd,i,NEIGHBOUR_CONCERN,2024-01-01,,,", ["place"], "closed", 1, id="a place"),
        pytest.param(
            "1,Ann,4 Elm Rd,i,MISSING_PERSON,2024-01-01,,,", ["subject"], "open", 3, id="an episode"
        ),
        pytest.param(
            "1,Ann,4 Elm Rd,i,MISSING_PERSON,2024-01-01,2024-02-01,,5", ["subject"], "closed", 5, id="closed"
        ),
        pytest.param(
            "1,Ann,4 Elm Rd,i,NEIGHBOUR_CONCERN,2024-01-01,,caller,", ["place"], "closed", 1, id="caller"
        ),
        pytest.param(
            "1,Ann,,i,NEIGHBOUR_CONCERN,2024-01-01,,caller,", ["caller"], "closed", 1, id="no place"
        ),
        pytest.param("1,,4 Elm Rd,i,MISSING_PERSON,2024-01-01,,,", ["place"], "open", 3, id="nobody named"),
    ],
)
def test_what_a_contact_touches(
    batches: Encode, line: str, roles: list[str], status: str, severity: int
) -> None:
    (contact,) = batches(CONTACTS, f"{HEADER}{line}\n")[0].contacts
    assert [touch.role for touch in contact.touches] == roles
    assert (contact.status.value, contact.severity) == (status, severity)


def test_a_contact_keeps_its_id_when_it_is_corrected(batches: Encode) -> None:
    line = "1,Ann,,i1,MISSING_PERSON,2024-01-01,{},,\n"
    left, right = (batches(CONTACTS, HEADER + line.format(end))[0].contacts[0] for end in ("", "2024-02-01"))
    assert left.id == right.id
    assert left.content != right.content


def test_who_a_contact_touches_is_no_part_of_its_content(batches: Encode) -> None:
    line = "{},Ann,,i1,WELFARE_CHECK,2024-01-01,,,\n"
    left, right = (batches(CONTACTS, HEADER + line.format(id_))[0].contacts[0] for id_ in ("1", "2"))
    assert left.content == right.content
    assert left.touches != right.touches


def test_a_contact_without_an_id_is_known_by_record_type_and_time(batches: Encode) -> None:
    line = "1,Ann,,,WELFARE_CHECK,{},,,\n"
    ids = [
        batches(CONTACTS, HEADER + line.format(at))[0].contacts[0].id for at in ("2024-01-01", "2024-01-02")
    ]
    assert ids[0] != ids[1]


def test_a_retraction_names_the_record_or_the_contact(pseudonymiser: Pseudonymiser, batches: Encode) -> None:
    delta = CONTACTS.replace("fields:", "mode: delta\noperation: op\nfields:")
    line = "1,Ann,,i1,WELFARE_CHECK,2024-01-01,,,"
    header = f"op,{HEADER}"
    (added,) = batches(delta, f"{header}add,{line}\n")
    (gone,) = batches(delta, f"{header}retract,1,,,i1,,,,,\n")
    assert gone.retractions == (Retraction(contact=added.contacts[0].id),)
    (person,) = batches(delta, f"{header}retract,1,,,,,,,,\n")
    # It may be of a person or of a place alone: whichever there is goes.
    assert person.retractions == tuple(
        Retraction(record=pseudonymiser.record_id("police", "1", kind)) for kind in Kind
    )


def test_a_retraction_of_a_contact_need_not_say_when_it_was(batches: Encode) -> None:
    delta = CONTACTS.replace("fields:", "mode: delta\noperation: op\nfields:")
    header = f"op,{HEADER}"
    (added,) = batches(delta, f"{header}add,1,Ann,,i1,WELFARE_CHECK,2024-01-01,,,\n")
    (gone,) = batches(delta, f"{header}retract,1,,,i1,WELFARE_CHECK,,,,\n")
    assert gone.retractions == (Retraction(contact=added.contacts[0].id),)


def test_an_end_said_late_ends_a_stay_that_was_confirmed_since(ring: KeyRing) -> None:
    """A landlord gives ends and no beginnings, and learns in November that somebody left in October."""
    source = Source("rent", "housing", "mast-2026", FileFormat.CSV, (), Mode.SNAPSHOT)

    def said(now: dt.datetime, **moments: dt.datetime) -> Residence:
        at = Pseudonymiser(ring, lambda: now)
        return one(at, [row(given_name="Ann", address="14 High St", **moments)], source).residences[0]

    first, confirmed = (said(dt.datetime(2026, 11, day, tzinfo=dt.UTC)) for day in (1, 18))
    left = dt.datetime(2026, 10, 15, tzinfo=dt.UTC)
    over = said(dt.datetime(2026, 11, 20, tzinfo=dt.UTC), valid_to=left)
    for order in permutations((first, confirmed, over)):
        (stay,) = timeline(order).believed
        assert stay.valid_to == left


def test_a_batch_never_both_says_and_withdraws(batches: Encode) -> None:
    delta = CONTACTS.replace("fields:", "mode: delta\noperation: op\nfields:")
    line = "1,Ann,,,,,,,"
    data = f"op,{HEADER}add,{line}\nretract,{line}\nadd,{line}\nadd,2,Bob,,,,,,,\n"
    found = batches(delta, data)
    assert [(len(batch.records), len(batch.retractions)) for batch in found] == [(1, 0), (0, 2), (2, 0)]


def test_nothing_in_gives_nothing_out(pseudonymiser: Pseudonymiser) -> None:
    assert list(pseudonymiser.batches(SOURCE, [])) == []
