"""Stewards' decisions over HTTP on the real graph and resolver: taken, kept, revoked, refused."""

from __future__ import annotations

import json
import logging

import pytest
from tests.graph_contents import contents
from tests.register import BORN, DECIDE, ENQUIRY, REVOKE, SPLIT, Register, decide, records_of_ann, refused
from tests.town import Service, ago

from mast_api.live import LiveResolver
from mast_api.stewarding import Stewarding
from mast_graph.checks import every_property, faults
from mast_graph.lease import Lease
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph


@pytest.fixture
def ann(register: Register) -> list[RecordId]:
    """Three records of one person, and one of somebody else."""
    records = [
        *records_of_ann(register),
        register.says("fire", "4", "Tomasz Wojcik", "1961-12-30", place="3 Mill Lane, Walsall WS2 2BB"),
    ]
    register.resolve()
    assert register.groups(*records) == {frozenset(records[:3]), frozenset(records[3:])}
    return records


def test_what_a_steward_parts_stays_parted(register: Register, ann: list[RecordId], service: Service) -> None:
    before = register.person(ann[0])
    answer = decide(service, ann[0], ann[1], "DIFFERENT")
    parted = register.groups(*ann[:3])
    assert len(parted) == 2
    assert {each["entityId"] for each in answer["records"]} == {register.person(each) for each in ann[:2]}
    assert before in {register.person(each) for each in ann[:3]}, "the larger share keeps the id"
    # A new version of each record, a retraction and a return, and everything weighed anew.
    register.says("police", "1", "Annabel Leeson", BORN, phone="01922 555 123")
    register.resolve()
    register.says("housing", "2", "Annabel J Leeson", BORN)
    register.resolve()
    assert register.person(ann[0]) != register.person(ann[1])
    register.withdraws(ann[1])
    register.resolve()
    register.says("housing", "2", "Annabel Leeson", BORN)
    register.resolve()
    assert register.person(ann[0]) != register.person(ann[1])
    register.resolve(again=True)
    assert register.person(ann[0]) != register.person(ann[1])
    assert not any(faults(register.store).values())


def test_what_a_steward_joins_stays_joined_and_the_old_id_leads_there(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    alias = register.says("police", "6", "Piotr Nowak", "1963-01-02", place="8 Canal Street, Walsall WS3 3CC")
    register.resolve()
    before = {register.person(each) for each in (ann[3], alias)}
    answer = decide(service, ann[3], alias, "SAME")
    kept = register.person(alias)
    assert kept == register.person(ann[3])
    (old,) = before - {kept}
    assert answer["superseded"] == [{"id": old, "successorIds": [kept]}]
    found = service.answer("query ($id: ID!) { person(id: $id) { superseded { successorIds } } }", id=old)
    assert found["superseded"]["successorIds"] == [kept]
    register.resolve(again=True)
    assert register.person(alias) == register.person(ann[3])


def test_revoked_or_cleared_is_as_if_never_decided(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    taken = decide(service, ann[0], ann[1], "DIFFERENT")
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert len(register.groups(*ann[:3])) == 1
    decide(service, ann[0], ann[3], "SAME")
    assert register.person(ann[0]) == register.person(ann[3])
    decide(service, ann[0], ann[3], "CLEAR")
    assert register.groups(*ann) == {frozenset(ann[:3]), frozenset(ann[3:])}
    assert refused(service, REVOKE, decision=taken["decisionId"])[:2] == (404, "MAST-252")
    kept = register.rows(
        "MATCH ()-[d:STEWARD]->() RETURN DISTINCT d.kind AS kind, d.revoked_by AS by ORDER BY kind"
    )
    assert kept == [{"kind": "cannot", "by": "officer-7"}, {"kind": "must", "by": "officer-7"}]


def test_an_id_that_stays_with_the_larger_share_says_whose_the_rest_is_now(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    def told() -> list[str]:
        found = service.answer("query ($id: ID!) { person(id: $id) { notShown } }", id=kept)
        return [said for said in found["notShown"] if "had records too" in said]

    kept = register.person(ann[0])
    assert told() == []
    taken = service.answer(SPLIT, entity=kept, records=ann[2:3], **ENQUIRY)
    left = register.person(ann[2])
    assert register.person(ann[0]) == kept != left
    (said,) = told()
    assert left in said
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert told() == []


def test_same_joins_the_two_whole_people_and_is_taken_back_whole(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    """By two records alone the average would tear both out of people who do not fit each other."""
    married = [
        register.says(agency, "7", "Becky Okonkwo", "", place="77 Canal Street, Walsall WS9 8BB")
        for agency in ("fire", "police", "nhs")
    ]
    register.resolve()
    apart = {frozenset(ann[:3]), frozenset(married)}
    assert register.groups(*ann[:3], *married) == apart
    taken = decide(service, ann[0], married[0], "SAME")
    assert register.groups(*ann[:3], *married) == {frozenset([*ann[:3], *married])}
    assert {each["recordId"] for each in taken["records"]} == {*ann[:3], *married}
    register.resolve(again=True)
    assert len(register.groups(*ann[:3], *married)) == 1
    decide(service, ann[0], married[0], "CLEAR")
    assert register.groups(*ann[:3], *married) == apart


def test_same_is_refused_where_a_record_of_theirs_was_said_to_be_somebody_elses(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[2], ann[3], "DIFFERENT")
    before = contents(register.server)
    said = {"left": ann[0], "right": ann[3], "decision": "SAME", "reason": "looked"}
    status, code, *_ = refused(service, DECIDE, **said)
    assert (status, code) == (409, "MAST-250")
    assert contents(register.server) == before


def test_what_two_acts_say_stands_until_both_are_taken_back(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    person = register.person(ann[0])
    split = service.answer(SPLIT, entity=person, records=ann[:1], **ENQUIRY)
    parted = {frozenset(ann[:1]), frozenset(ann[1:3])}
    again = decide(service, ann[0], ann[1], "DIFFERENT")
    service.answer(REVOKE, decision=again["decisionId"], **ENQUIRY)
    assert register.groups(*ann[:3]) == parted
    # The one pair that only the later act would have left: the split still stands for it.
    register.withdraws(ann[2])
    register.resolve()
    assert register.person(ann[0]) != register.person(ann[1])
    service.answer(REVOKE, decision=split["decisionId"], **ENQUIRY)
    assert register.person(ann[0]) == register.person(ann[1])


def test_a_decision_holds_in_a_service_that_starts_anew(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[0], ann[1], "DIFFERENT")
    fresh = LiveResolver(register.store, register.town.keys, read_model("person"), warn=pytest.fail)
    fresh.read()
    with fresh.using() as held:
        assert held.resolver.entity_of(ann[0]) == register.person(ann[0])
        assert held.resolver.entity_of(ann[1]) == register.person(ann[1])
        assert held.resolver.rescore().assigned == (), "what is stored is not what the records give"


def test_split_records_leave_together_and_come_back_together(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    person = register.person(ann[0])
    taken = service.answer(SPLIT, entity=person, records=ann[1:3], together=True, **ENQUIRY)
    assert register.groups(*ann[:3]) == {frozenset(ann[:1]), frozenset(ann[1:3])}
    kinds = register.rows("MATCH ()-[d:STEWARD]->() RETURN d.kind AS kind, d.id AS id ORDER BY kind")
    assert [row["kind"] for row in kinds] == ["cannot", "cannot", "must"]
    assert {row["id"] for row in kinds} == {taken["decisionId"]}
    # A record that is like all of them joins one side, and brings the two together no more.
    newcomer = register.says("council-children", "5", "Annabel Leeson", BORN)
    register.resolve()
    assert len(register.groups(*ann[:3], newcomer)) == 2
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert len(register.groups(*ann[:3], newcomer)) == 1


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        pytest.param([3], (404, "MAST-252"), id="somebody else's record"),
        pytest.param([0, 1, 2], (400, "MAST-312"), id="all of them"),
        pytest.param([], (404, "MAST-252"), id="none"),
    ],
)
def test_a_split_that_is_none_is_refused(
    register: Register,
    ann: list[RecordId],
    service: Service,
    off: list[int],
    expected: tuple[int, str],
) -> None:
    before = contents(register.server)
    person = register.person(ann[0])
    assert refused(service, SPLIT, entity=person, records=[ann[each] for each in off])[:2] == expected
    assert contents(register.server) == before


def test_a_contradiction_is_refused_with_its_reason_and_changes_nothing(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[0], ann[1], "SAME")
    decide(service, ann[1], ann[2], "SAME")
    before = contents(register.server)
    asked = {"left": ann[0], "right": ann[2], "decision": "DIFFERENT", "reason": "not her"}
    status, code, error = refused(service, DECIDE, **asked)
    assert (status, code) == (409, "MAST-250")
    assert "held together" in error["fact"]
    assert contents(register.server) == before
    decide(service, ann[0], ann[3], "DIFFERENT")
    status, code, error = refused(service, DECIDE, **(asked | {"right": ann[3], "decision": "SAME"}))
    assert (status, code) == (409, "MAST-250")
    assert "kept apart" in error["fact"]


def test_an_unknown_record_is_refused_and_the_next_decision_is_taken(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[0], ann[3], "DIFFERENT")
    held = service.services.live._held
    asked = {"left": ann[0], "right": "r" + "0" * 32, "decision": "SAME", "reason": "a guess"}
    assert refused(service, DECIDE, **asked)[:2] == (404, "MAST-252")
    decide(service, ann[0], ann[1], "SAME")
    assert service.services.live._held is held, "nothing was read again"


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param(
            {"role": "response-officer", "purpose": "safeguarding-response"}, "MAST-302", id="officer"
        ),
        pytest.param(
            {"role": "safeguarding-analyst", "purpose": "safeguarding-response"}, "MAST-302", id="at the door"
        ),
        pytest.param({"role": "researcher", "purpose": "research"}, "MAST-302", id="researcher"),
        pytest.param({"reason": " "}, "MAST-312", id="no reason"),
        pytest.param({"reason": "x" * 501}, "MAST-312", id="a long reason"),
        pytest.param({"left": "Annabel Leeson"}, "MAST-312", id="a name for an id"),
    ],
)
def test_who_may_not_decide_or_does_not_say_why_is_refused(
    register: Register, ann: list[RecordId], service: Service, caller: dict[str, str], expected: str
) -> None:
    before = contents(register.server)
    asked = {"left": ann[0], "right": ann[1], "decision": "DIFFERENT", "reason": "not her"}
    _, code, error = refused(service, DECIDE, **(asked | caller))
    assert code == expected
    assert "Leeson" not in json.dumps(error)
    assert contents(register.server) == before


def test_two_decisions_in_one_request_are_refused(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    one = f'recordMatchDecision(left: "{ann[0]}", right: "{ann[1]}", decision: DIFFERENT, reason: "x")'
    document = f"mutation {{ a: {one} {{ decisionId }} b: {one} {{ decisionId }} }}"
    assert refused(service, document)[1] == "MAST-312"
    assert len(register.groups(*ann[:3])) == 1


def test_a_reason_lies_sealed_and_is_read_by_stewards_only(
    register: Register, ann: list[RecordId], service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reason = "her sister Beatrix Leeson rang"
    decide(service, ann[0], ann[1], "DIFFERENT", reason)
    stored = json.dumps([list(each) for each in every_property(register.store)], default=repr)
    written = (register.data / "audit.jsonl").read_text()
    for text in (stored, written, caplog.text):
        assert "Beatrix" not in text
    how = "query ($id: ID!) { how(id: $id) { entities { decisions { reason by decision } } } }"
    (tree,) = service.answer(how, id=register.person(ann[0]), **ENQUIRY)["entities"]
    assert tree["decisions"] == [{"reason": reason, "by": "officer-7", "decision": "DIFFERENT"}]


def test_intent_and_outcome_are_in_the_audit_log(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    answer = decide(service, ann[0], ann[1], "DIFFERENT")
    intent, outcome = map(json.loads, (register.data / "audit.jsonl").read_text().splitlines()[-2:])
    assert intent["question"] == "recordMatchDecision"
    assert intent["sought"] == {"records": [ann[0], ann[1]], "decision": "DIFFERENT"}
    assert outcome["ids"]["decisions"] == [answer["decisionId"]]
    assert outcome["ids"]["records"] == sorted(ann[:2])
    assert {register.person(each) for each in ann[:2]} <= set(outcome["ids"]["people"])


def test_while_another_writer_is_at_work_it_is_said_when_to_try_again(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    asked = {"left": ann[0], "right": ann[1], "decision": "DIFFERENT", "reason": "not her"}
    with Lease.acquire(register.store, "a load"):
        status, code, error = refused(service, DECIDE, **asked)
        assert (status, code) == (503, "MAST-221")
        assert " s until its lease expires" in error["fix"]
        assert len(register.groups(*ann[:3])) == 1
    decide(service, ann[0], ann[1], "DIFFERENT")
    assert len(register.groups(*ann[:3])) == 2


def test_what_another_process_changed_is_followed_not_read_anew(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[0], ann[3], "DIFFERENT")
    held = service.services.live._held
    newcomer = register.says("council-children", "5", "Annabel Leeson", BORN)
    register.withdraws(ann[2])
    register.resolve()
    decide(service, newcomer, ann[3], "DIFFERENT")
    assert service.services.live._held is held
    assert held is not None
    assert held.resolver.entity_of(newcomer) == register.person(newcomer)
    assert held.resolver.entity_of(ann[2]) is None
    changes = held.resolver.rescore()
    assert (changes.assigned, changes.evidence_added, changes.evidence_removed) == ((), (), ())


def test_two_services_see_each_others_decisions(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    town = register.town
    other = LiveResolver(register.store, town.keys, read_model("person"), warn=pytest.fail)
    ids = iter(f"n{number}" for number in range(99))
    second = Stewarding(register.store, (other,), town.keys, clock=lambda: ago(0), new_id=lambda: next(ids))
    decide(service, ann[0], ann[1], "SAME")
    second.decide(ann[1], ann[2], Constraint.MUST, by="officer-8", reason="seen together")
    asked = {"left": ann[0], "right": ann[2], "decision": "DIFFERENT", "reason": "not her"}
    assert refused(service, DECIDE, **asked)[1] == "MAST-250"


def test_a_write_that_fails_leaves_graph_and_memory_as_they_were(
    register: Register, ann: list[RecordId]
) -> None:
    town = register.town
    live = LiveResolver(register.store, town.keys, read_model("person"), warn=pytest.fail)

    ids = iter(f"n{number}" for number in range(99))
    steward = Stewarding(register.store, (live,), town.keys, clock=lambda: ago(0), new_id=lambda: next(ids))
    live.read()
    before = contents(register.server)
    with live.using() as held:
        held.resolver._new_id = lambda: 1 / 0  # type: ignore[assignment,return-value]  # it raises
    with pytest.raises(ZeroDivisionError):
        steward.decide(ann[0], ann[1], Constraint.CANNOT, by="officer-7", reason="not her")
    assert not live.ready, "memory was changed and is not what is stored"
    assert contents(register.server) == before
    steward.decide(ann[0], ann[1], Constraint.CANNOT, by="officer-7", reason="not her")
    assert len(register.groups(*ann[:3])) == 2


def test_while_evidence_is_half_weighed_stewards_wait(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    decide(service, ann[0], ann[3], "DIFFERENT")
    # As `mast resolve --again` leaves it when it is killed right after it began.
    register.rows("MATCH (model:Model {kind: 'person'}) DELETE model")
    register.rows("MATCH (:PersonRecord)-[e:EVIDENCE]->() DELETE e")
    asked = {"left": ann[0], "right": ann[1], "decision": "SAME", "reason": "her"}
    assert refused(service, DECIDE, **asked)[:2] == (503, "MAST-251")
    register.resolve()
    decide(service, ann[0], ann[1], "SAME")
    assert len(register.groups(*ann)) == 2
