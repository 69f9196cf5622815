"""After a restore the graph has what people decided since the backup: it is decided again, by the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.register import ENQUIRY, REVOKE, SPLIT, Register, decide
from tests.town import NOW, Service

from mast_api.audit.chain import Entry
from mast_api.backup.acts import Acts
from mast_api.backup.deciding_again import Again, decide_again
from mast_api.backup.replaying import deeds_since, deeds_since_backup
from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.proofs import read_proofs
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
SHIELD = 'mutation ($id: ID!) { shield(id: $id, reason: "He found her") { shieldId recordIds } }'
UNSHIELD = 'mutation ($id: ID!) { unshield(id: $id, reason: "He died") { shieldId recordIds } }'
MARK = """mutation ($kind: MarkKind!, $id: ID, $class: String) {
    mark(kind: $kind, reason: "A court asks", id: $id, dataClass: $class) { markId recordIds } }"""
LIFT = 'mutation ($id: ID!) { liftMark(id: $id, reason: "The case is closed") { markId } }'
BORN = "1990-03-12"

Decider = Callable[[Service, Register, list[RecordId]], object]


@pytest.fixture
def ann(register: Register) -> list[RecordId]:
    """Three records of one woman, and two of others."""
    return loaded(register)


def loaded(register: Register) -> list[RecordId]:
    register.store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
    records = [
        register.says("housing", "1", "Annabel Leeson", BORN),
        register.says("nhs", "2", "Annabel Leeson", BORN),
        register.says("police", "3", "Annabel Leeson", BORN),
        register.says("fire", "4", "Piotr Nowak", "1963-01-02", place="8 Canal Street, Walsall WS3 3CC"),
        register.says("police", "5", "Peter Novak", "1970-06-30", place="9 Canal Street, Walsall WS3 3CC"),
    ]
    register.resolve()
    return records


def held(register: Register) -> dict[str, Any]:
    """Who is who by records, and everything that was decided, without when and why."""
    return {
        "people": register.rows(
            "MATCH (person:Person)<-[r:RESOLVES_TO]-(record) WHERE r.recorded_to.year = 9999 "
            "WITH person, record ORDER BY record.id WITH person, collect(record.id) AS records "
            "RETURN records, person.shielded AS shielded ORDER BY records[0]"
        ),
        "records": register.rows(
            "MATCH (record:PersonRecord|AddressRecord) RETURN record.id AS id, record.shielded AS shielded, "
            "record.shield_decided AS decided, record.held AS held, record.restricted AS restricted "
            "ORDER BY id"
        ),
        "pairs": register.rows(
            "MATCH (left)-[d:STEWARD]->(right) RETURN left.id AS left, right.id AS right, d.id AS id, "
            "d.kind AS kind, d.by AS by, d.revoked_in AS revoked ORDER BY left, right, id"
        ),
        "shields": register.rows(
            "MATCH (s:Shield)-[lies:SHIELDS]->(record) RETURN s.id AS id, s.on AS on, s.by AS by, "
            "record.id AS record, lies.revoked_in AS revoked ORDER BY id, record"
        ),
        "marks": register.rows(
            "MATCH (m:Mark) OPTIONAL MATCH (m)-[:MARKS]->(record) RETURN m.id AS id, m.kind AS kind, "
            "m.data_class AS class, m.everywhere AS everywhere, m.by AS by, m.lifted_by AS lifted, "
            "record.id AS record ORDER BY id, record"
        ),
    }


def again(register: Register) -> Again:
    with Lease.acquire(register.store, "tests") as lease:
        deeds = deeds_since(register.data, NOW)
        return decide_again(register.store, lease, register.town.keys, register.data, deeds, by="operator-1")


def tie_and_part(service: Service, register: Register, ann: list[RecordId]) -> None:
    decide(service, ann[0], ann[1], "DIFFERENT")
    decide(service, ann[3], ann[4], "SAME")


def take_back(service: Service, register: Register, ann: list[RecordId]) -> None:
    taken = decide(service, ann[0], ann[1], "DIFFERENT")
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    decide(service, ann[3], ann[4], "SAME")
    decide(service, ann[3], ann[4], "CLEAR")


def split(service: Service, register: Register, ann: list[RecordId]) -> None:
    service.answer(SPLIT, entity=register.person(ann[0]), records=ann[1:3], together=True, **ENQUIRY)


def shield_a_person(service: Service, register: Register, ann: list[RecordId]) -> None:
    service.answer(SHIELD, id=register.person(ann[0]), **OFFICER)
    service.answer(SHIELD, id=register.person(ann[3]), **OFFICER)
    service.answer(UNSHIELD, id=register.person(ann[3]), **OFFICER)


def shield_a_home(service: Service, register: Register, ann: list[RecordId]) -> None:
    (home,) = register.rows(
        "MATCH (:PersonRecord {id: $record})-[:RESOLVES_TO]->()-[:MEMBER_OF]->()-[:HOUSEHOLD_AT]->(home) "
        "RETURN DISTINCT home.id AS id",
        record=ann[0],
    )
    service.answer(SHIELD, id=home["id"], **OFFICER)


def mark(service: Service, register: Register, ann: list[RecordId]) -> None:
    service.answer(MARK, kind="RESTRICTION", id=register.person(ann[0]), **OFFICER)
    taken = service.answer(MARK, kind="HOLD", id=ann[3], **OFFICER)
    service.answer(LIFT, id=taken["markId"], **OFFICER)
    service.answer(MARK, kind="HOLD", **{"class": "mental_health"}, **OFFICER)


@pytest.mark.parametrize("decides", [tie_and_part, take_back, split, shield_a_person, shield_a_home, mark])
def test_what_was_decided_since_a_backup_is_decided_again_and_once(
    decides: Decider, register: Register, ann: list[RecordId], service: Service
) -> None:
    undecided = held(register)
    decides(service, register, ann)
    decided = held(register)
    assert decided != undecided
    loaded(register)
    assert held(register) == undecided
    found = again(register)
    assert held(register) == decided
    assert found.done
    assert found.left == ()
    proofs = [proof.entry for proof in read_proofs(register.store)]
    assert len(proofs) == found.done
    assert {(each["event"], each["subject"]) for each in proofs} == {("decided-again", "operator-1")}
    assert again(register) == Again(0, ()), "it is on record, so nothing is done"
    assert held(register) == decided
    assert not any(faults(register.store).values())


def test_a_person_is_shielded_again_whoever_their_records_are_by_then(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    """What was put together in the meantime is the shield's as well, and what was apart loses none of it."""
    decide(service, ann[3], ann[4], "SAME")
    service.answer(SHIELD, id=register.person(ann[3]), **OFFICER)
    decided = held(register)["records"]
    loaded(register)
    # The decision that they are one cannot be taken again, for somebody decided otherwise meanwhile.
    decide(service, ann[3], ann[4], "DIFFERENT")
    assert again(register).left == ()
    assert held(register)["records"] == decided
    assert register.person(ann[3]) != register.person(ann[4])


def test_what_somebody_decided_later_is_not_set_back(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[0], ann[1], "DIFFERENT")
    service.answer(SHIELD, id=register.person(ann[3]), **OFFICER)
    loaded(register)
    decide(service, ann[0], ann[1], "SAME")
    service.answer(SHIELD, id=register.person(ann[3]), **OFFICER)
    service.answer(UNSHIELD, id=register.person(ann[3]), **OFFICER)
    decided = held(register)
    assert again(register) == Again(0, ())
    assert held(register) == decided


def test_a_split_that_was_taken_back_does_not_come_back_with_a_record_that_came_late(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    def come() -> RecordId:
        come = register.says("education", "9", "Annabel Leeson", BORN)
        register.resolve()
        return come

    late = come()
    apart = service.answer(SPLIT, entity=register.person(late), records=[late], together=False, **ENQUIRY)
    service.answer(REVOKE, decision=apart["decisionId"], **ENQUIRY)
    decide(service, ann[0], ann[1], "DIFFERENT")
    decided = held(register)["pairs"]
    loaded(register)
    again(register)
    assert come() == late
    again(register)
    assert [each for each in held(register)["pairs"] if not each["revoked"]] == [
        each for each in decided if not each["revoked"]
    ]


def test_what_lay_on_records_that_came_later_waits_until_they_are_loaded_again(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    def come() -> RecordId:
        come = register.says("education", "9", "Annabel Leeson", BORN)
        register.resolve()
        return come

    late = come()
    decide(service, ann[0], late, "DIFFERENT")
    service.answer(SHIELD, id=register.person(ann[3]), **OFFICER)
    service.answer(MARK, kind="HOLD", id=late, **OFFICER)
    decided = held(register)
    loaded(register)
    found = again(register)
    assert found.done == 1, "the shield"
    assert [(each.act.question.value, each.why) for each in found.left] == [
        ("recordMatchDecision", "of 1 pairs 1 are not in the graph"),
        ("mark", "of 1 records 1 are not in the graph"),
    ]
    assert come() == late
    assert (again(register).done, held(register)) == (2, decided)


def entry(event: str, request: str, question: str, **more: Any) -> Entry:
    who = {"event": event, "request": request, "subject": "officer-7", "at": "2026-11-02T09:30:00+00:00"}
    if event == "intent":
        return {**who, "question": question, "sought": {"ids": ["P-1"]}}
    return {**who, "questions": [question], **more}


def test_what_nobody_knows_of_is_said_and_what_was_refused_is_not() -> None:
    acts = Acts()
    for each in (
        entry("intent", "q1", "shield"),
        entry("answer", "q1", "shield", outcome="refused", codes=["MAST-252"], ids={}),
        entry("intent", "q2", "shield"),
        entry("answer", "q2", "shield", outcome="refused", codes=["MAST-212"], ids={}),
        entry("intent", "q3", "person"),
        entry("answer", "q3", "person", outcome="answered", codes=[], ids={"people": ["P-1"]}),
        entry("intent", "q4", "mark"),
    ):
        acts.take(each)
    assert [(act.request, act.id) for act in acts.decided] == [("q2", "")]
    assert [act.request for act in acts.unanswered()] == ["q4"]


def test_where_nothing_was_restored_there_is_nothing_to_decide(register: Register, service: Service) -> None:
    assert deeds_since_backup(register.data).acts.decided == []
