"""Marks over the API: who may put them, what they keep, and that a lifted one stays readable."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graph_contents import rows
from tests.town import NOW, Service, Town, ago

from mast_api.rights import erasing, retention
from mast_api.rights.purging import Order, Purging
from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.state import read_pending
from mast_graph.store import Login
from mast_resolver.errors import LegalHoldError
from mast_resolver.ports import Changes
from mast_resolver.records import EntityId, Kind

pytestmark = pytest.mark.graph

OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
MARK = """mutation ($kind: MarkKind!, $reason: String!, $id: ID, $class: String) {
    mark(kind: $kind, reason: $reason, id: $id, dataClass: $class) { markId at recordIds } }"""
LIFT = "mutation ($id: ID!, $reason: String!) { liftMark(id: $id, reason: $reason) { markId recordIds } }"
MARKS = """query ($id: ID) { marks(id: $id) { edges { node {
    id kind dataClass everybody by reason liftedBy liftedReason recordIds personIds } } } }"""


@pytest.fixture
def grace(town: Town) -> Town:
    town.says("police", "1", person="Grace Okonkwo", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(2000))
    town.says("nhs", "2", person="Grace Okonkwo")
    town.resolve({"grace": [("police", "1"), ("nhs", "2")]})
    town._lease.release()  # the service writes now
    return town


def marks(service: Service, **variables: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in service.answer(MARKS, **OFFICER, **variables)["edges"]]


def test_a_hold_lies_on_every_record_and_a_lifted_one_stays_readable(grace: Town, service: Service) -> None:
    put = service.answer(MARK, **OFFICER, kind="HOLD", reason="An inquiry asks for it", id="P-grace")
    assert set(put["recordIds"]) == {grace.record("police", "1"), grace.record("nhs", "2")}
    (found,) = marks(service, id="P-grace")
    assert (found["kind"], found["dataClass"], found["everybody"]) == ("HOLD", None, False)
    assert (found["reason"], found["personIds"]) == ("An inquiry asks for it", ["P-grace"])
    service.answer(LIFT, **OFFICER, id=put["markId"], reason="The inquiry has ended")
    (found,) = marks(service, id=grace.record("nhs", "2"))
    assert (found["liftedBy"], found["liftedReason"]) == ("officer-7", "The inquiry has ended")
    assert service.ask(LIFT, **OFFICER, id=put["markId"], reason="Once more").status_code == 404


def test_what_is_held_is_neither_erased_nor_past_its_retention(
    grace: Town, service: Service, neo4j_server: Login
) -> None:
    put = service.answer(MARK, **OFFICER, kind="HOLD", reason="A court", id=grace.record("nhs", "2"))
    with pytest.raises(LegalHoldError):
        erasing.to_erase(grace.store, EntityId("P-grace"), {"police"})
    assert retention.due(grace.store, NOW).nothing
    service.answer(LIFT, **OFFICER, id=put["markId"], reason="Over")
    assert len(erasing.to_erase(grace.store, EntityId("P-grace")).records) == 2
    assert retention.due(grace.store, NOW).persons == [grace.record("police", "1")]
    assert not rows(neo4j_server, "MATCH (r:PersonRecord) WHERE r.held IS NOT NULL RETURN r")


def test_a_class_is_held_of_everybody(grace: Town, service: Service) -> None:
    service.answer(MARK, **OFFICER, kind="HOLD", reason="An inquiry", **{"class": "police"})
    (found,) = marks(service)
    assert (found["dataClass"], found["everybody"], found["recordIds"]) == ("police", True, [])
    assert retention.due(grace.store, NOW).nothing


@pytest.mark.parametrize(
    ("role", "purpose"),
    [("safeguarding-analyst", "safeguarding-enquiry"), ("steward", "safeguarding-enquiry"),
     ("response-officer", "safeguarding-response")],
)  # fmt: skip
def test_nobody_else_marks_anything(
    grace: Town, service: Service, neo4j_server: Login, role: str, purpose: str
) -> None:
    answer = service.ask(MARK, role=role, purpose=purpose, kind="HOLD", reason="Why not", id="P-grace")
    assert answer.status_code == 403
    assert service.ask(MARKS, role=role, purpose=purpose).status_code == 403
    assert not rows(neo4j_server, "MATCH (m:Mark) RETURN m")


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        pytest.param({"kind": "HOLD", "reason": "A court"}, 400, id="nobody and nothing"),
        pytest.param({"kind": "CONTESTED", "reason": "x", "class": "police"}, 400, id="a class, but no hold"),
        pytest.param({"kind": "HOLD", "reason": "x", "class": "gossip"}, 400, id="no such class"),
        pytest.param({"kind": "HOLD", "reason": " ", "id": "P-grace"}, 400, id="no reason"),
        pytest.param({"kind": "HOLD", "reason": "x", "id": "P-nobody"}, 404, id="no such person"),
        pytest.param({"kind": "HOLD", "reason": "x", "id": "A-1"}, 400, id="an address"),
    ],
)
def test_a_mark_that_says_nothing_is_refused(
    grace: Town, service: Service, neo4j_server: Login, variables: dict[str, Any], status: int
) -> None:
    assert service.ask(MARK, **OFFICER, **variables).status_code == status
    assert not rows(neo4j_server, "MATCH (m:Mark) RETURN m")


def test_every_mark_is_in_the_audit_log_without_its_reason(grace: Town, service: Service) -> None:
    put = service.answer(MARK, **OFFICER, kind="OBJECTION", reason="She asked, Grace did", id="P-grace")
    intent, answer = [line for line in service.audited() if line.get("request")][-2:]
    assert (intent["question"], intent["sought"]["ids"]) == ("mark", ["P-grace"])
    assert answer["ids"]["marks"] == [put["markId"]]
    assert "Grace" not in str(service.audited())


def test_a_mark_goes_with_the_last_record_that_it_lies_on(
    grace: Town, service: Service, neo4j_server: Login, tmp_path: Any
) -> None:
    service.answer(MARK, **OFFICER, kind="OBJECTION", reason="She asked", id="P-grace")
    names = iter(range(1000))
    with Lease.acquire(grace.store, "a purge") as lease:
        purging = Purging(
            grace.store,
            lease,
            grace.keys,
            tmp_path,
            Order("test", "officer-7", {}),
            clock=lambda: NOW,
            new_id=lambda: f"{next(names):032x}",
        )
        with purging:
            purging.records([grace.record("police", "1"), grace.record("nhs", "2")], [])
    assert not rows(neo4j_server, "MATCH (m:Mark) RETURN m")


CONCERNS = """query ($address: String!) { concernsAtAddress(address: $address) {
    contacts { edges { node { id accuracyContested } } } agencies { agency { id } countIn12Months } } }"""
PLACE = "14 Mill Lane, Walsall WS2 2BB"


@pytest.fixture
def fight(town: Town) -> Town:
    """What happened to Grace and Wilf at their home, and to Grace alone."""
    for reference, name in (("grace", "Grace Okonkwo"), ("wilf", "Wilf Hathersage")):
        town.says(
            "police",
            reference,
            person=name,
            place=PLACE,
            contact="DOMESTIC_ABUSE_INCIDENT",
            at=ago(20),
            contact_id="fight",
        )
    town.says("nhs", "grace", person="Grace Okonkwo", place=PLACE, contact="ED_ATTENDANCE", at=ago(9))
    town.resolve({"grace": [("police", "grace"), ("nhs", "grace")], "wilf": [("police", "wilf")]})
    town._lease.release()
    return town


def listed(service: Service) -> list[dict[str, Any]]:
    answer = service.answer(CONCERNS, address=PLACE)
    return [edge["node"] for edge in answer["contacts"]["edges"]]


def test_what_is_contested_is_shown_and_said_to_be(fight: Town, service: Service) -> None:
    assert [each["accuracyContested"] for each in listed(service)] == [False, False]
    put = service.answer(
        MARK, **OFFICER, kind="CONTESTED", reason="He denies it", id=fight.record("police", "wilf")
    )
    assert sorted(each["accuracyContested"] for each in listed(service)) == [False, True]
    service.answer(LIFT, **OFFICER, id=put["markId"], reason="The police looked into it")
    assert not any(each["accuracyContested"] for each in listed(service))


def test_what_happened_to_a_restricted_person_alone_is_not_shown(fight: Town, service: Service) -> None:
    before = listed(service)
    put = service.answer(MARK, **OFFICER, kind="RESTRICTION", reason="While it is looked into", id="P-grace")
    assert len(listed(service)) == 1, "what Wilf did stays on his record"
    with Lease.acquire(fight.store, "a load") as fight._lease:
        fight.says("nhs", "grace", person="Grace Okonkwo", place=PLACE, contact="ED_ATTENDANCE", at=ago(1))
        fight.resolve()
    assert len(listed(service)) == 1, "nor is what is loaded since"
    service.answer(MARK, **OFFICER, kind="RESTRICTION", reason="He too", id="P-wilf")
    assert listed(service) == []
    service.answer(LIFT, **OFFICER, id=put["markId"], reason="Over")
    assert len(listed(service)) == len(before), "the latest of each type is shown"
    assert not any(faults(fight.store).values())


def told(service: Service) -> set[str]:
    """What the nurses may say happened to Grace, by who recorded it."""
    answer = service.answer("""query { person(id: "P-grace") { people { agencies { agency { id } } } } }""")
    return {each["agency"]["id"] for person in answer["people"] for each in person["agencies"]}


def withdraw(town: Town, agency: str, reference: str) -> None:
    """The agency withdraws one record of somebody who has others."""
    town.retract(agency, reference)
    record = town.record(agency, reference)
    town._known.pop(record)
    pending = list(read_pending(town.store, Kind.PERSON))
    town._write(Changes(unassigned=(record,)), Kind.PERSON, settled=pending)


def test_a_restriction_holds_of_records_that_come_later_and_stays_where_it_was_put_when_they_part(
    grace: Town, service: Service
) -> None:
    service.answer(MARK, **OFFICER, kind="RESTRICTION", reason="A dispute", id="P-grace")
    records = [("police", "1"), ("nhs", "2"), ("housing", "3")]
    with Lease.acquire(grace.store, "a load") as grace._lease:
        grace.says("housing", "3", person="Grace Okonkwo", contact="ASB_CASE", at=ago(3))
        grace.resolve({"grace": records})
        assert told(service) == set(), "no agency's new record tells what is restricted"
        grace.says("housing", "3", person="Grace Okonkwo", contact="ASB_CASE", at=ago(1), contact_id="again")
        grace.resolve({"grace": records})
        assert told(service) == set(), "nor what is recorded on it since"
        # It was somebody else's after all.
        moved = {grace.record("housing", "3"): "P-other"}
        grace.supersede(Kind.PERSON, "P-none", "P-other", moved=moved)
    other = service.answer("""query { person(id: "P-other") { people { agencies { agency { id } } } } }""")
    assert [each["agency"]["id"] for each in other["people"][0]["agencies"]] == ["housing"], (
        "nobody else's is kept back"
    )
    assert told(service) == set()
    assert not any(faults(grace.store).values())


def test_a_restriction_outlives_the_record_that_it_lies_on(grace: Town, service: Service) -> None:
    """An agency that gives her another number lifts nothing."""
    put = service.answer(MARK, **OFFICER, kind="RESTRICTION", reason="A dispute", id=grace.record("nhs", "2"))
    with Lease.acquire(grace.store, "a load") as grace._lease:
        grace.says("nhs", "9", person="Grace Okonkwo", contact="ED_ATTENDANCE", at=ago(3))
        grace.resolve({"grace": [("police", "1"), ("nhs", "2"), ("nhs", "9")]})
        assert told(service) == set()
        withdraw(grace, "nhs", "2")
        grace.says("nhs", "9", person="Grace Okonkwo", contact="ED_ATTENDANCE", at=ago(1), contact_id="later")
        grace.resolve({"grace": [("police", "1"), ("nhs", "9")]})
    assert told(service) == set()
    service.answer(LIFT, **OFFICER, id=put["markId"], reason="Settled")
    assert "nhs" in told(service)
    assert not any(faults(grace.store).values())
