"""Looks at one's own household and at colleagues, by a staff list that was pseudonymised at the door."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.api.attacks.walk import callers
from tests.api.conftest import Serve
from tests.api.rights.feeds import KEYS, Borough, Said
from tests.town import NOW, Service, Town, ago

from mast_api.audit.habits import Habit, flags
from mast_api.audit.staff import Staff, StaffList, read_staff
from mast_api.rights.staffing import recognised
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import IdentityError, KeyMissingError

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
ELSEWHERE = "30 Mill Lane, Walsall WS1 1AB"
REVIEW = "{ accessReview { flags { reason subject count aboutId } notShown } }"
GOVERNANCE = {"role": "information-governance-officer", "purpose": "information-governance"}
PERSON = "query ($id: ID!) { person(id: $id) { people { id } } }"
TABLE = """subject,given_name,family_name,date_of_birth,postcode
officer-7,Grace,Okonkwo,1983-08-06,WS2 2BB
ben,Nobody,Known,1970-01-01,WS9 9ZZ
"""


@pytest.fixture
def staffed(town: Town, serve: Serve, tmp_path: Path) -> Service:
    """officer-7 is Ann, who lives with Bob; Cara is of the staff too; Dan is nobody's business."""
    for name, place in (("ann", HOME), ("bob", HOME), ("cara", ELSEWHERE), ("dan", ELSEWHERE)):
        town.says("housing", name, person=f"{name} Vale", place=place, lives=(ago(400), None))
    town.resolve({name: [("housing", name)] for name in ("ann", "bob", "cara", "dan")})
    staff = StaffList(tmp_path / "staff.sealed", town.keys)
    staff.write({"officer-7": ["P-ann"], "sw-2": ["P-cara"], "sw-3": []})
    return serve(staff=staff)


def test_ones_own_household_and_colleagues_stand_out_and_nobody_else(staffed: Service) -> None:
    for person in ("P-bob", "P-bob", "P-cara", "P-dan"):
        staffed.answer(PERSON, id=person)
    review = staffed.answer(REVIEW, **GOVERNANCE)
    found = {(each["reason"], each["aboutId"], each["count"]) for each in review["flags"]}
    assert {each for each in found if each[0] in ("OWN_HOUSEHOLD", "COLLEAGUE")} == {
        ("OWN_HOUSEHOLD", "P-bob", 2),
        ("COLLEAGUE", "P-cara", 1),
    }
    assert review["notShown"] == []


@pytest.mark.parametrize(
    "query",
    [
        """{ pathsBetween(left: "P-ann", right: "P-dan") { chains { steps { fromId } } } }""",
        """mutation { breakGlass(target: {id: "P-ann"}, reason: "nobody answers the door there") { id } }""",
        """{ why(left: "P-ann", right: "P-dan") { __typename } }""",
        """{ agencyReferences(id: "P-ann") { __typename } }""",
    ],
)
def test_any_question_about_ones_own_stands_out(staffed: Service, query: str) -> None:
    response = staffed.ask(query, role="safeguarding-analyst", purpose="safeguarding-enquiry")
    assert response.status_code != 403, response.text
    found = {(each["reason"], each["aboutId"]) for each in staffed.answer(REVIEW, **GOVERNANCE)["flags"]}
    assert ("OWN_HOUSEHOLD", "P-ann") in found


def test_ones_own_stand_out_under_former_ids_too(town: Town, staffed: Service) -> None:
    town.store.define(
        """UNWIND ['ann', 'bob', 'cara', 'dan'] AS name MATCH (p:Person {id: 'P-' + name})
        MERGE (old:Person {id: 'P-old-' + name}) CREATE (old)-[:SUPERSEDED_BY]->(p) WITH name, p
        MATCH (p)-[:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
        MERGE (was:Household {id: 'H-old-' + a.id}) MERGE (was)-[:SUPERSEDED_BY]->(h)
        MERGE (place:Address {id: 'A-old-' + substring(a.id, 2)}) MERGE (place)-[:SUPERSEDED_BY]->(a)"""
    )
    there, beside = (town.address(each)[2:] for each in (HOME, ELSEWHERE))
    for name in ("ann", "bob", "cara", "dan"):
        staffed.answer(PERSON, id=f"P-old-{name}")
    for place in (there, beside):
        staffed.answer("query ($id: ID!) { household(id: $id) { asOf } }", id=f"H-old-A-{place}")
        staffed.answer("query ($id: ID!) { address(id: $id) { concerns { asOf } } }", id=f"A-old-{place}")
    assert _flagged(staffed) == {
        ("OWN_HOUSEHOLD", "P-old-ann"),
        ("OWN_HOUSEHOLD", "P-old-bob"),
        ("OWN_HOUSEHOLD", f"H-old-A-{there}"),
        ("OWN_HOUSEHOLD", f"A-old-{there}"),
        ("COLLEAGUE", "P-old-cara"),
    }


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("query ($id: ID!) { agencyReferences(id: $id) { asOf } }", id="references"),
        pytest.param("query ($id: ID!, $to: ID!) { why(left: $id, right: $to) { says } }", id="why"),
        pytest.param("query ($id: ID!) { marks(id: $id) { edges { cursor } } }", id="marks"),
        pytest.param(
            """mutation ($id: ID!, $to: ID!) {
              recordMatchDecision(left: $to, right: $id, decision: SAME, reason: "one") { says } }""",
            id="a decision",
        ),
        pytest.param(
            """mutation ($id: ID!, $to: ID!) {
              splitRecords(entity: "P-dan", records: [$to, $id], reason: "two") { says } }""",
            id="a split",
        ),
    ],
)
def test_ones_own_stand_out_by_their_records_too(town: Town, staffed: Service, query: str) -> None:
    question = query.partition("{")[2].partition("(")[0].strip()
    asks = callers(question, may=True)[0]
    stranger = town.record("housing", "dan")
    for name in ("bob", "cara", "dan"):
        staffed.ask(query, id=town.record("housing", name), to=stranger, **asks)
    assert _flagged(staffed) == {
        ("OWN_HOUSEHOLD", town.record("housing", "bob")),
        ("COLLEAGUE", town.record("housing", "cara")),
    }


def _flagged(service: Service) -> set[tuple[str, str]]:
    """Looks at one's own and at colleagues, which are all that stand out here by themselves."""
    flags = service.answer(REVIEW, **GOVERNANCE)["flags"]
    return {(f["reason"], f["aboutId"]) for f in flags if f["reason"] in ("OWN_HOUSEHOLD", "COLLEAGUE")}


def test_a_list_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mast_api.audit.staff.MOST_CHARACTERS", 40)
    with pytest.raises(IdentityError, match="over 40 characters"):
        list(read_staff("subject,family_name\n" + "officer-7,Lee\n" * 3))


def test_ones_own_address_counts_as_well(staffed: Service) -> None:
    staffed.answer(f'{{ concernsAtAddress(address: "{HOME}") {{ outcome }} }}')
    (flag,) = staffed.answer(REVIEW, **GOVERNANCE)["flags"]
    assert flag["reason"] == "OWN_HOUSEHOLD"


@pytest.mark.parametrize("given", [False, True], ids=["no list", "an empty place"])
def test_without_a_list_the_review_says_what_it_cannot_find(
    town: Town, serve: Serve, tmp_path: Path, given: bool
) -> None:
    served = serve(staff=StaffList(tmp_path / "none", town.keys) if given else None)
    (said,) = served.answer(REVIEW, **GOVERNANCE)["notShown"]
    assert "no staff list was given" in said


def test_the_list_is_kept_sealed_and_by_ids_only(store: Store, tmp_path: Path) -> None:
    with Lease.acquire(store, "tests") as lease:
        borough = Borough(store, lease, tmp_path)
        borough.load(
            [
                Said("nhs", "g", {"given_name": "Grace", "family_name": "Okonkwo", "address": HOME,
                                  "date_of_birth": "1983-08-06", "postcode": "WS2 2BB"}),
                Said("nhs", "w", {"given_name": "Wilf", "family_name": "Smith"}),
            ]
        )  # fmt: skip
        borough.resolve()
    found = recognised(store, KEYS, tmp_path, borough.pseudonymiser, list(read_staff(TABLE)))
    (person,) = found["officer-7"]
    assert person.startswith("P-")
    assert found["ben"] == []
    kept = StaffList(tmp_path / "staff.sealed", KEYS)
    kept.write(found)
    assert kept.read() == found
    content = (tmp_path / "staff.sealed").read_bytes()
    assert (tmp_path / "staff.sealed").stat().st_mode & 0o077 == 0
    for text in ("Grace", "officer-7", person):
        assert text.encode() not in content
    other = KeyRing({1: bytes(32)}, current=1)
    with pytest.raises(KeyMissingError, match="mast staff set"):
        StaffList(tmp_path / "staff.sealed", other).read()


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("name\nGrace", id="no subject"),
        pytest.param("subject,family_name,salary\na,Fox,1", id="a column of theirs"),
        pytest.param("subject,family_name,date_of_birth\na,Fox,06/08/1983", id="another date"),
        pytest.param("subject,family_name\nGrace Fox,Fox", id="a name for a subject"),
        pytest.param("subject,family_name\na,Fox,more", id="a row too long"),
        pytest.param("subject,family_name\nGrace\u00a0Fox,Fox", id="another space"),
    ],
)
def test_what_is_no_staff_list_is_refused_without_a_value_of_it(table: str) -> None:
    with pytest.raises(IdentityError) as refused:
        list(read_staff(table))
    assert "Fox" not in str(refused.value)
    assert "Grace" not in str(refused.value)


def test_a_colleague_is_told_once_a_day() -> None:
    entries = [
        {"sequence": number, "at": (NOW + dt.timedelta(hours=number)).isoformat(), "event": "intent",
         "subject": "ann", "role": "response-officer", "question": "person", "sought": {"ids": ["P-2"]}}
        for number in range(3)
    ]  # fmt: skip
    staff = Staff({"ann": frozenset({"P-1"})}, frozenset({"P-1", "P-2"}))
    (flag,) = flags(entries, since=NOW.date(), staff=staff)
    assert (flag.habit, flag.count, flag.about) == (Habit.COLLEAGUE, 3, "P-2")


def looked_up(number: int, at: dt.datetime = NOW) -> list[dict[str, Any]]:
    """What a command notes of a look for whoever presents an identity; the log has it a week later."""
    said = {"at": (at + dt.timedelta(days=7)).isoformat(), "done_at": at.isoformat(), "subject": "ann"}
    return [
        {
            "sequence": 2 * number,
            "event": "identity-sought",
            "sought": {"family_name": [f"{number:02}"]},
            **said,
        },
        {
            "sequence": 2 * number + 1,
            "event": "identity-found",
            "ids": {"people": ["P-2", f"P-{number}"]},
            **said,
        },
    ]


def test_a_look_by_identity_counts_as_any_question_on_the_day_of_it() -> None:
    staff = Staff({"ann": frozenset({"P-1"})}, frozenset({"P-1", "P-2"}))
    assert looked_up(9)[0]["at"] > looked_up(9)[0]["done_at"]
    (colleague,) = flags(looked_up(9), since=NOW.date(), staff=staff)
    assert (colleague.habit, colleague.about, colleague.day) == (Habit.COLLEAGUE, "P-2", NOW.date())
    late = flags(looked_up(9, NOW.replace(hour=23)), since=NOW.date())
    assert [flag.habit for flag in late] == [Habit.OUT_OF_HOURS]
    many = flags([entry for number in range(10, 75) for entry in looked_up(number)], since=NOW.date())
    assert {(flag.habit, flag.count) for flag in many} >= {
        (Habit.VOLUME, 65), (Habit.MANY_DIFFERENT, 65), (Habit.SAME_AGAIN, 65),
    }  # fmt: skip
