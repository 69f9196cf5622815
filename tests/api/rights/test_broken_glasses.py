"""A purge takes from broken glasses ids of what is gone and texts about it; who looked stays on record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.rights.feeds import KEYS, Borough, traces
from tests.graph_contents import rows
from tests.town import Service, Town, ago

from mast_api.keys.rewriting import Rewriter
from mast_api.rights import erasing
from mast_graph.checks import faults
from mast_graph.glass import aim_glass
from mast_graph.purge_selecting import records_of_agency
from mast_graph.store import Login
from mast_resolver.ports import Changes
from mast_resolver.records import EntityId, Kind

pytestmark = pytest.mark.graph

PLACE = "3 Mill Lane, Walsall WS2 2AA"
WHY = "Ruth Ames's ex is outside 3 Mill Lane"
BREAK = """mutation($id: ID!, $why: String!) { breakGlass(target: {id: $id}, reason: $why, minutes: 60) {
  id places { addressId } people { personId } } }"""
AGAIN = "query($id: ID!) { behindGlass(id: $id) { people { personId } } }"
QUEUE = """query($waiting: Boolean!) { breakGlasses(waiting: $waiting) {
  edges { node { by role reason finding targetIds removedAt justified } } } }"""
REVIEW = """mutation($id: ID!, $finding: String!) {
  reviewBreakGlass(id: $id, justified: true, finding: $finding) { id } }"""
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}


@pytest.fixture
def lane(town: Town) -> Town:
    """Ruth lives where only housing says that she does; Wilf lives elsewhere."""
    town.says("housing", "h1", person="Ruth Ames", place=PLACE, lives=(ago(30), None), shielded="address")
    town.says("police", "p1", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(40))
    town.says("police", "p2", person="Wilf Hathersage", contact="MISSING_PERSON", at=ago(20))
    town.resolve({"ruth": [("housing", "h1"), ("police", "p1")], "wilf": [("police", "p2")]})
    return town


@pytest.fixture
def borough(lane: Town, tmp_path: Path) -> Borough:
    return Borough(lane.store, lane._lease, tmp_path / "purges")


def smash(service: Service, target: str) -> str:
    return str(service.answer(BREAK, id=target, why=WHY)["id"])


def erase(borough: Borough, person: str) -> None:
    erasing.erase(borough.purging(), erasing.to_erase(borough.store, EntityId(person)))


def review(service: Service, glass: str) -> None:
    token = service.issuer.issue(*OFFICER.values(), minutes=15, subject="dpo")
    variables = {"id": glass, "finding": "Ruth was in danger."}
    response = service.post({"query": REVIEW, "variables": variables}, Authorization=f"Bearer {token}")
    assert response.json()["data"]["reviewBreakGlass"] == {"id": glass}


def queue(service: Service, *, waiting: bool = False) -> list[dict[str, Any]]:
    return [edge["node"] for edge in service.answer(QUEUE, waiting=waiting, **OFFICER)["edges"]]


def test_who_was_erased_is_not_named_by_a_look_at_them_and_who_looked_is(
    lane: Town, borough: Borough, service: Service, neo4j_server: Login
) -> None:
    glass = smash(service, "P-ruth")
    review(service, glass)
    erase(borough, "P-ruth")
    (found,) = queue(service)
    assert (found["targetIds"], found["reason"], found["finding"]) == ([], "", "")
    assert (found["by"], found["role"], found["justified"]) == ("officer-7", "response-officer", True)
    assert found["removedAt"] is not None
    assert "BreakGlass" not in traces(neo4j_server, ["P-ruth"])
    assert not rows(neo4j_server, "MATCH (g:BreakGlass) WHERE g.reason IS NOT NULL RETURN g")
    assert not any(faults(lane.store).values())


def test_one_that_stands_is_over_and_waits_for_its_review(borough: Borough, service: Service) -> None:
    glass = smash(service, "P-ruth")
    assert service.answer(AGAIN, id=glass)["people"] == [{"personId": "P-ruth"}]
    erase(borough, "P-ruth")
    assert service.ask(AGAIN, id=glass).json()["errors"][0]["extensions"]["code"] == "MAST-254"
    assert len(queue(service, waiting=True)) == 1
    review(service, glass)
    assert queue(service, waiting=True) == []


def test_an_address_that_goes_with_an_agency_is_not_named(
    lane: Town, borough: Borough, service: Service
) -> None:
    smash(service, lane.address(PLACE))
    gone = records_of_agency(lane.store, "housing")
    with borough.purging() as purging:
        purging.records(gone.persons, gone.addresses)
    (found,) = queue(service)
    assert (found["targetIds"], found["reason"]) == ([], "")
    assert not any(faults(lane.store).values())


def test_one_that_showed_somebody_else_too_stands_for_them_without_its_reason(
    lane: Town, borough: Borough, service: Service
) -> None:
    glass = smash(service, "P-ruth")
    aim_glass(lane.store, glass, ["P-ruth", "P-wilf"])
    erase(borough, "P-ruth")
    (found,) = queue(service)
    assert (found["targetIds"], found["reason"]) == (["P-wilf"], "")
    assert service.answer(AGAIN, id=glass)["people"] == [{"personId": "P-wilf"}]


def test_one_about_somebody_of_whom_records_are_left_stays_as_it_is(
    lane: Town, borough: Borough, service: Service
) -> None:
    smash(service, "P-ruth")
    borough.purge([lane.record("police", "p1")])
    (found,) = queue(service)
    assert (found["targetIds"], found["reason"], found["removedAt"]) == (["P-ruth"], WHY, None)


def test_an_id_that_somebody_else_once_had_too_is_not_named_once_it_leads_to_nobody(
    lane: Town, borough: Borough, service: Service, neo4j_server: Login
) -> None:
    for person in ("P-ruth", "P-wilf"):
        moved = ((lane.record("police", "p2"), EntityId(person)),)
        lane._write(Changes(assigned=moved), Kind.PERSON)
    smash(service, "P-ruth")
    erase(borough, "P-ruth")
    assert rows(neo4j_server, "MATCH (p:Person {id: 'P-ruth'}) RETURN p"), "it is history of another record"
    (found,) = queue(service)
    assert (found["targetIds"], found["reason"]) == ([], "")


def test_one_that_names_what_is_gone_is_found_and_the_next_purge_tidies_it(
    lane: Town, borough: Borough, service: Service
) -> None:
    aim_glass(lane.store, smash(service, "P-ruth"), ["P-gone-meanwhile"])
    assert {name for name, count in faults(lane.store).items() if count} == {"purges_glasses"}
    borough.purge([])
    assert not any(faults(lane.store).values())
    assert queue(service)[0]["reason"] == ""


def test_new_keys_pass_over_a_text_that_is_gone(lane: Town, borough: Borough, service: Service) -> None:
    glass = smash(service, "P-ruth")
    erase(borough, "P-ruth")
    review(service, glass)
    newer = type(KEYS)({1: bytes(range(32)), 2: bytes(range(32, 64))}, current=2)
    page = lane.store.read("read.key_glasses", after="", limit=5)
    (row,) = Rewriter(newer).rewritten("glasses", page)
    assert row["reason"] is None
    assert newer.open_reason(row["finding"], decision=f"{glass}/finding") == "Ruth was in danger."
