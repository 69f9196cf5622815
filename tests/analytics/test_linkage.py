"""Figures at several thresholds of linkage: the same records, people drawn otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from tests.analytics.histories import contact, known, knowns, on
from tests.analytics.predictor_worlds import town

from mast_analytics.disclosure.policies import POLICIES, policy
from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_analytics.linkage import AS_RESOLVED, LOOSE, STRICT, Drawing, band, thresholds
from mast_analytics.reaching import reaching
from mast_analytics.release.linkage import shown_bands
from mast_analytics.report.whole import Given, report_of
from mast_resolver.errors import UsageError
from mast_resolver.known import Known, KnownContact, KnownEntity
from mast_resolver.records import FOREVER

CUT = CutOff(on(100), on(100))
CONTACTS = (
    contact("1", 0, "ED_ATTENDANCE", record="r1"),
    contact("2", 5, "CHILDREN_REFERRAL", record="r1"),
    contact("3", 6, "CHILDREN_REFERRAL", record="r1"),
    contact("4", 20, "SECTION_47_ENQUIRY", record="r2"),
)
YEARS = CutOff(on(900), on(900))


def drawn(contacts: tuple[KnownContact, ...], people: dict[str, str], cut_off: CutOff = CUT) -> Episodes:
    entities = tuple(KnownEntity(record, person, on(-1)) for record, person in people.items())
    return episodes(History(Known(contacts, entities)), cut_off)


def groups(history: History) -> list[list[str]]:
    """The records of each person of now."""
    who, names, records = history.entities, history.names.all, history.records.all
    found: dict[int, list[str]] = {}
    for record, entity, until in zip(who.record, who.entity, who.recorded_to, strict=True):
        if until >= FOREVER.timestamp() and not names[entity].startswith("A-"):
            found.setdefault(int(entity), []).append(records[record])
    return list(found.values())


def test_who_is_taken_for_whom_moves_the_share_that_escalates() -> None:
    def share(found: Episodes) -> float | None:
        return reaching(found, 4).incidence.at(50, "reached").value

    strict = drawn(CONTACTS, {"r1": "P-1", "r2": "P-2"})
    loose = drawn(CONTACTS, {"r1": "P-1", "r2": "P-1"})
    told = band({"strict": strict, "loose": loose}, share)
    assert told.figures == {"strict": 0.0, "loose": 1.0}
    assert told.ends == (0.0, 1.0)


def test_a_band_needs_two_ends_at_one_cut_off() -> None:
    one = drawn(CONTACTS, {"r1": "P-1"})
    with pytest.raises(UsageError, match="two ends"):
        band({"strict": one}, lambda _found: 0.0)
    other = drawn(CONTACTS, {"r1": "P-1"}, CutOff(on(90), on(100)))
    with pytest.raises(UsageError, match="cut-offs differ"):
        band({"strict": one, "loose": other}, lambda _found: 0.0)


def test_thresholds_lie_a_bit_apart_at_least_and_never_below_what_is_kept() -> None:
    assert thresholds(2_000, 2_000, -4_000) == {STRICT: 3_000, AS_RESOLVED: 2_000, LOOSE: 1_000}
    assert thresholds(0, -6_000, -4_000)[LOOSE] == -4_000


@given(knowns())
def test_drawn_as_they_are_people_are_who_they_are(found: Known) -> None:
    """Whom records are of now, at all times: what is seen now is the same."""
    history, late = History(found), CutOff(on(60), on(9_000))
    again = history.drawn(groups(history))
    assert shape(episodes(again, late)) == shape(episodes(history, late))


def shape(found: Episodes) -> list[tuple[tuple[int, int, int], ...]]:
    """Who had which contacts, whatever they are called."""
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for who, *said in zip(found.subject, found.contact, found.start, found.end, strict=True):
        rows.setdefault(int(who), []).append((int(said[0]), int(said[1]), int(said[2])))
    return sorted(tuple(sorted(each)) for each in rows.values())


def test_records_of_nobody_and_places_stay_what_they_are() -> None:
    entities = (
        KnownEntity("r1", "P-1", on(-1)),
        KnownEntity("r2", "P-2", on(-1), on(50)),  # withdrawn since, or nobody may count it
        KnownEntity("r9", "A-9", on(-1)),
    )
    history = History(Known(CONTACTS, entities)).drawn([["r1", "r2", "r9"], ["r3"]])
    named = history.names.all
    by_record = {
        history.records.all[record]: named[entity]
        for record, entity in zip(history.entities.record, history.entities.entity, strict=True)
    }
    assert by_record == {"r1": "P-drawn-0", "r9": "A-9"}


@pytest.mark.parametrize("name", POLICIES)
def test_each_figure_goes_by_the_policy_and_one_that_may_not_be_shown_is_said_to_be_hidden(name: str) -> None:
    history, rules = town(1), policy(name)
    people = groups(history)
    pairs = [left + right for left, right in zip(people[::2], people[1::2], strict=True)]
    found = {
        STRICT: episodes(history.drawn(people), YEARS),
        LOOSE: episodes(history.drawn(pairs), YEARS),
    }
    shown = shown_bands(found, 4, rules)
    assert shown["People known"].figures[STRICT] == rules.alone(len(people), rules.coarse)
    reached = next(each for what, each in shown.items() if what.startswith("Reached level 4"))
    assert reached.ends == (reached.figures[STRICT], reached.figures[LOOSE])
    assert reached.figures[STRICT] != reached.figures[LOOSE]
    few = {STRICT: history.drawn(people[:3]), LOOSE: history.drawn([people[0] + people[1], people[2]])}
    nothing = shown_bands({each: episodes(some, YEARS) for each, some in few.items()}, 4, rules)
    assert {each.ends for each in nothing.values()} == {None}


def test_the_report_has_a_section_of_it_where_people_were_drawn() -> None:
    history = town(1)
    people = groups(history)
    given = Given("A town", YEARS, policy("nhs"))
    assert "who is taken for whom" not in " ".join(each.title for each in report_of(history, given).sections)
    drawings = {
        STRICT: Drawing(5_000, people),
        AS_RESOLVED: Drawing(2_000, people),
        LOOSE: Drawing(-1_000, [people[0] + people[1], *people[2:]]),
    }
    sections = report_of(history, replace(given, drawn=drawings)).sections
    section = next(each for each in sections if "who is taken for whom" in each.title)
    drawn_at, figures = (part.table for part in section.parts)
    assert [row[-1] for row in drawn_at.rows] == ["32 to 1", "4 to 1", "1 to 2"]
    assert figures.columns == ("Figure", "Strict", "As resolved", "Loose")
    assert all(row[1] == row[2] for row in figures.rows), "both are drawn alike"
    assert HIDDEN not in figures.rows[0]


def test_known_history_of_one_record_each_is_what_it_was() -> None:
    history = known(*CONTACTS)
    assert shape(episodes(history.drawn([["r1"], ["r2"]]), CUT)) == shape(episodes(history, CUT))
