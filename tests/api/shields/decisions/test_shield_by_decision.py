"""Shields by decision, over HTTP on the real graph and resolver: taken, passed on, kept, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.api.shields.test_as_if_never_loaded import same_as_absent
from tests.everything import asking_everything
from tests.register import BORN, DECIDE, ENQUIRY, HOME, REVOKE, Register, decide, records_of_ann, refused
from tests.town import Service, ago

from mast_graph.checks import every_property, faults
from mast_graph.lease import Lease
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

MILL_LANE = "3 Mill Lane, Walsall WS1 1AB"
GOVERNANCE = {"role": "information-governance-officer", "purpose": "information-governance"}
STEWARD = {"role": "steward", "purpose": "safeguarding-enquiry"}
OFFICER = {"role": "response-officer", "purpose": "safeguarding-response"}
PLACED = """mutation ($id: ID!, $reason: String = "she told us that he looks for her") {
  %s(id: $id, reason: $reason) { shieldId on recordIds says }
}"""
SHIELD, UNSHIELD = PLACED % "shield", PLACED % "unshield"


@pytest.fixture
def ann(register: Register) -> list[RecordId]:
    """Three records of one person, the third not so surely, and one of somebody else."""
    records = [
        *records_of_ann(register),
        register.says("fire", "4", "Tomasz Wojcik", "1961-12-30", place=MILL_LANE, lives=(ago(500), None)),
    ]
    register.resolve()
    assert register.groups(*records) == {frozenset(records[:3]), frozenset(records[3:])}
    return records


def found(service: Service, given: str = "Annabel", family: str = "Leeson") -> list[str]:
    if not service.services.live.ready:
        service.services.live.read()
    sought = {"givenName": given, "familyName": family}
    answer = service.answer(asking_everything("searchPeople"), **sought, **ENQUIRY)
    return [each["personId"] for each in answer["candidates"]]


def absent(service: Service, person: str, records: list[RecordId]) -> bool:
    """Whether every question about a person and their records is answered as about none."""
    never = "r" + "0" * 32
    reason = {"reason": "because", "id": person}
    return all(
        [
            same_as_absent(service, "person", {"id": person, "first": 5}, {"id": "P-never", "first": 5}),
            same_as_absent(service, "how", {"id": person}, {"id": "P-never"}),
            same_as_absent(
                service, "why", {"left": person, "right": person}, {"left": "P-x", "right": "P-x"}
            ),
            *(same_as_absent(service, "why", _pair(record, 1), _pair(never, 1)) for record in records),
            *(
                same_as_absent(service, "why", _pair(record, record), _pair(never, never))
                for record in records
            ),
            *(
                same_as_absent(
                    service,
                    "recordMatchDecision",
                    _pair(record, "r" + "1" * 32) | {"decision": "SAME", "reason": "because"},
                    _pair(never, "r" + "1" * 32) | {"decision": "SAME", "reason": "because"},
                    "mutation",
                )
                for record in records
            ),
            same_as_absent(service, "shield", reason, reason | {"id": "P-never"}, "mutation"),
            same_as_absent(
                service,
                "splitRecords",
                {"entity": person, "records": records[:1], "reason": "because"},
                {"entity": "P-never", "records": [never], "reason": "because"},
                "mutation",
            ),
        ]
    )


def _pair(left: str, right: str | int) -> dict[str, Any]:
    return {"left": left, "right": "r" + str(right) * 32 if isinstance(right, int) else right}


def test_a_shield_passes_to_whatever_the_records_are(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    person = register.person(ann[0])
    assert found(service) == [person]
    place = service.answer(asking_everything("concernsAtAddress"), address=HOME, **ENQUIRY)
    assert (place["outcome"], len(place["households"])) == ("ONE", 1)
    placed = service.answer(SHIELD, id=person, **ENQUIRY)
    assert placed["on"] is True
    assert sorted(placed["recordIds"]) == sorted(ann[:3])
    assert found(service) == []
    assert absent(service, person, ann[:3])
    # Another agency's record, loaded after, is nobody's to find either.
    fifth = register.says("fire", "5", "Annabel Leeson", BORN, contact="SAFE_AND_WELL_VISIT")
    register.resolve()
    service.services.live.catch_up()
    assert register.person(fifth) == person
    assert found(service) == []
    assert absent(service, person, [fifth])
    # A new version, a withdrawal and a return, and everything weighed anew.
    register.says("police", "1", "Annabel Leeson", BORN, phone="01922 555 123")
    register.withdraws(ann[1])
    register.resolve()
    register.says("housing", "2", "Annabel Leeson", BORN)
    register.resolve()
    register.resolve(again=True)
    service.services.live.read()
    assert found(service) == []
    assert not any(faults(register.store).values())
    place = service.answer(asking_everything("concernsAtAddress"), address=HOME, **ENQUIRY)
    assert place["outcome"] == "NONE"


def test_a_merge_with_one_who_is_shielded_is_told_to_nobody(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    alias = register.says("police", "6", "Piotr Nowak", "1963-01-02", place="8 Canal Street, Walsall WS1 1AD")
    middle = register.says("nhs", "7", "Peter Novack", "1963-01-02", place="9 Canal Street, Walsall WS1 1AD")
    register.resolve()
    joined = decide(service, ann[3], alias, "SAME")
    revoked = service.answer(REVOKE, decision=joined["decisionId"], **ENQUIRY)
    assert {each["entityId"] for each in revoked["records"]} == {
        register.person(ann[3]),
        register.person(alias),
    }
    service.answer(SHIELD, id=register.person(alias), **ENQUIRY)
    assert refused(service, DECIDE, left=ann[3], right=alias, decision="SAME", reason="one man")[:2] == (
        404,
        "MAST-252",
    )
    assert register.person(ann[3]) != register.person(alias)
    # What was decided before between the two stands, and shows nothing of it.
    decide(service, ann[3], middle, "SAME")
    tree = service.answer(asking_everything("how"), id=register.person(middle), **ENQUIRY)
    assert [each["decision"] for each in tree["entities"][0]["decisions"]] == ["SAME"]
    service.answer(SHIELD, id=register.person(ann[0]), **ENQUIRY)
    assert not any(faults(register.store).values())


def test_a_decision_about_somebody_who_is_shielded_since_is_taken_back_as_one_that_never_was(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    """By nobody, for its id would tell that they are there: and not lost, when the shield goes."""
    decision = decide(service, ann[0], ann[3], "DIFFERENT")["decisionId"]
    for hidden in (ann[0], ann[3]):
        service.answer(SHIELD, id=register.person(hidden), **ENQUIRY)
        for who in (ENQUIRY, STEWARD):
            nobody = refused(service, REVOKE, decision="D-never", **who)
            assert nobody[:2] == (404, "MAST-252")
            assert refused(service, REVOKE, decision=decision, **who) == nobody
        service.answer(UNSHIELD, id=register.person(hidden), **GOVERNANCE)
    stands = register.rows("MATCH ()-[d:STEWARD]->() RETURN d.revoked_at IS NULL AS stands")
    assert stands == [{"stands": True}]
    revoked = service.answer(REVOKE, decision=decision, **ENQUIRY)
    assert {each["recordId"] for each in revoked["records"]} == {ann[0], ann[3]}


def test_only_those_who_answer_for_shields_know_of_them_and_take_them_away(
    register: Register, ann: list[RecordId], service: Service, tmp_path: Path
) -> None:
    person, other = register.person(ann[0]), register.person(ann[3])
    assert refused(service, SHIELD, id=person, **OFFICER)[:2] == (403, "MAST-302")
    assert refused(service, UNSHIELD, id=person)[:2] == (403, "MAST-302")
    assert refused(service, asking_everything("shields"), first=5)[:2] == (403, "MAST-302")
    for nobody in ("person", "how"):
        asked = {"id": person, "first": 5} if nobody == "person" else {"id": person}
        assert refused(service, asking_everything(nobody), **asked, **GOVERNANCE)[:2] == (403, "MAST-302")
    assert refused(service, SHIELD, id="H-1")[:2] == (400, "MAST-312")
    assert refused(service, SHIELD, id=person, reason=" ")[:2] == (400, "MAST-312")
    assert refused(service, SHIELD, id="P-never", **GOVERNANCE)[:2] == (404, "MAST-252")
    first = service.answer(SHIELD, id=person, **ENQUIRY)
    second = service.answer(SHIELD, id=person, reason="a court said so", **GOVERNANCE)
    address = service.answer(
        "query ($a: String!) { concernsAtAddress(address: $a) { matches { addressId } } }",
        a=MILL_LANE,
        **ENQUIRY,
    )["matches"][0]["addressId"]
    service.answer(SHIELD, id=address, **ENQUIRY)
    assert absent(service, other, ann[3:])
    page = service.answer(asking_everything("shields"), first=2, **GOVERNANCE)
    rest = service.answer(
        asking_everything("shields"), first=2, after=page["pageInfo"]["endCursor"], **GOVERNANCE
    )
    listed = {each["node"]["id"]: each["node"] for each in page["edges"] + rest["edges"]}
    assert set(listed) == {person, other, address}
    assert [each["reason"] for each in listed[person]["decisions"]] == ["a court said so"]
    assert (listed[other]["decisions"], listed[other]["around"]) == ([], True)
    assert [page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]] == [True, False]
    # The reason is stored sealed, and in no log.
    stored = " ".join(str(properties) for _, properties in every_property(register.store))
    log = (tmp_path / "audit.jsonl").read_text("utf-8")
    assert "court" not in stored
    assert "court" not in log
    assert first["shieldId"] in log
    assert {"shield", "shields"} <= {json.loads(line).get("question") for line in log.splitlines()}
    service.answer(UNSHIELD, id=address, **GOVERNANCE)
    service.answer(UNSHIELD, id=person, **GOVERNANCE)
    assert found(service) == [person]
    assert found(service, "Tomasz", "Wojcik") == [other]
    assert service.answer(asking_everything("shields"), first=5, **GOVERNANCE)["edges"] == []
    # All that was decided is still there, revoked.
    acts = register.rows(
        "MATCH (s:Shield)-[on:SHIELDS]->() RETURN s.id AS id, count(on.revoked_at) = 0 AS stands"
    )
    assert len(acts) == 5
    assert {each["id"]: each["stands"] for each in acts}[second["shieldId"]] is False
    assert not any(faults(register.store).values())


def test_a_decision_counts_more_than_a_feed_and_is_found_again(register: Register, service: Service) -> None:
    named = "The Refuge, 5 Mill Lane, Walsall WS1 1AB"
    record = register.says("police", "1", "Annabel Leeson", BORN, place=named, lives=(ago(90), None))
    register.resolve()
    service.services.live.read()
    assert found(service) == []
    listed = service.answer(asking_everything("shields"), first=5, **GOVERNANCE)["edges"]
    assert [each["node"]["agencyIds"] for each in listed] == [["police"], ["police"]]
    for each in listed:
        service.answer(UNSHIELD, id=each["node"]["id"], reason="only a name", **GOVERNANCE)
    assert found(service) == [register.person(record)]
    register.says(
        "police", "1", "Annabel Leeson", BORN, place=named, lives=(ago(90), None), phone="01922 555 123"
    )
    register.resolve()
    service.services.live.catch_up()
    assert found(service) == [register.person(record)]
    # Another agency that says so is another statement.
    register.says("housing", "2", "Annabel Leeson", BORN, place=named)
    register.resolve()
    service.services.live.catch_up()
    assert found(service) == []
    assert not any(faults(register.store).values())


def test_while_somebody_else_writes_no_shield_is_placed(
    register: Register, ann: list[RecordId], service: Service
) -> None:
    with Lease.acquire(register.store, "a load"):
        assert refused(service, SHIELD, id=register.person(ann[0]))[:2] == (503, "MAST-221")
    assert found(service) == [register.person(ann[0])]
