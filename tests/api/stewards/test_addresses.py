"""Addresses are explained, looked at, tied and split as people are, on the same code."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.stewards.test_explaining import HOW, ask_why
from tests.register import DECIDE, ENQUIRY, REVOKE, SPLIT, Register, decide, refused
from tests.town import NOW, Service, ago

from mast_api.live import LiveAddresses
from mast_graph.store import Login, Store
from mast_resolver.model import read_model
from mast_resolver.records import FOREVER, RecordId

QUEUE = """query ($kind: EntityKind, $lane: ReviewLane, $first: Int = 50, $after: String) {
  reviewQueue(first: $first, after: $after, kind: $kind, lane: $lane) { edges { cursor node {
    kind lane value leftAgencyId rightAgencyId pair { kind leftRecordId rightRecordId leftEntityId
      rightEntityId oneEntity countedMillibits storedMillibits says } } } } }"""
MATCHES = """query ($address: String!) { concernsAtAddress(address: $address) {
  outcome matches { addressId } didYouMean { addressId } } }"""
DECISIONS = "query ($id: ID!) { how(id: $id) { entities { decisions { id says leftEntityId } } } }"
SHIELD = 'mutation ($id: ID!) { shield(id: $id, reason: "a refuge") { shieldId } }'
KINGS = "Flat 2, Kings House, 14 High Street, Walsall WS1 1AA"
QUEENS = "Flat 2, Queens House, 14 High Street, Walsall WS1 1AA"
_LETTERS = str.maketrans("0123456789", "aeioulnrst")
WRITTEN = ("9 High Street, Walsall WS1 1AA", "9 High St, Walsall, WS1 1AA", "9 HIGH STREET WALSALL WS1 1AA")


def home(register: Register, agency: str, reference: str, place: str, **more: Any) -> RecordId:
    """The record of the address at which somebody of their own lives."""
    # Nobody like anybody else: who is one person with somebody shielded is shielded.
    said = hashlib.sha256(f"{agency} {reference}".encode()).hexdigest().translate(_LETTERS)
    name, born = (
        f"{said[:7].title()} {said[7:15].title()}",
        f"19{int(reference, 36) + 50:02}-0{len(agency)}-17",
    )
    person = register.says(agency, reference, name, born, place=place, lives=(ago(900), None), **more)
    (found,) = register.rows(
        "MATCH (:PersonRecord {id: $id})-[:LIVES_AT]->(home) RETURN home.id AS id", id=person
    )
    return RecordId(found["id"])


def address(register: Register, record: RecordId) -> str:
    """Which address it is, by the graph."""
    (found,) = register.rows(
        "MATCH (:AddressRecord {id: $record})-[r:RESOLVES_TO]->(a) WHERE r.recorded_to = $forever "
        "RETURN a.id AS id",
        record=record,
        forever=FOREVER,
    )
    return str(found["id"])


def queue(service: Service, kind: str | None = "ADDRESS", **more: Any) -> list[dict[str, Any]]:
    edges = service.answer(QUEUE, kind=kind, **more, **ENQUIRY)["edges"]
    return [edge["node"] for edge in edges]


def pairs(service: Service) -> list[set[str]]:
    return [{node["pair"]["leftRecordId"], node["pair"]["rightRecordId"]} for node in queue(service)]


@pytest.fixture
def register(store: Store, neo4j_server: Login, tmp_path: Path) -> Iterator[Register]:
    """What is resolved is so at the moment of which answers are."""
    yield Register(store, neo4j_server, tmp_path, clock=lambda: NOW)
    gc.unfreeze()


@pytest.fixture
def blocks(register: Register) -> tuple[RecordId, RecordId]:
    """Two flats that may be one: their blocks have one number and two names."""
    found = home(register, "fire", "1", KINGS), home(register, "police", "2", QUEENS)
    register.resolve()
    return found


@pytest.fixture
def house(register: Register) -> list[RecordId]:
    """Three ways to write one house."""
    agencies = ("police", "housing", "nhs")
    found = [home(register, each, "9", line) for each, line in zip(agencies, WRITTEN, strict=True)]
    register.resolve()
    return found


def test_each_pair_is_explained_by_the_very_numbers_that_are_stored(
    register: Register, blocks: tuple[RecordId, RecordId], house: list[RecordId], service: Service
) -> None:
    home(register, "nhs", "10", "9 High Street, Walsall")
    home(register, "fire", "11", "14 High Street, Walsall WS1 1AA", uprn="100014")
    home(register, "nhs", "12", "14 High Street, Walsall", uprn="100014")
    register.resolve()
    stored = register.rows(
        "MATCH (l:AddressRecord)-[e:EVIDENCE]->(r) RETURN l.id AS left, r.id AS right, "
        "e.w_millibits AS weight, e.model_version AS version"
    )
    assert len(stored) > 5
    said = []
    for row in stored:
        why = ask_why(service, row["left"], row["right"])
        pair = why["pair"]
        assert pair["weightMillibits"] == pair["storedMillibits"] == row["weight"]
        assert sum(part["millibits"] for part in pair["parts"]) == row["weight"]
        assert pair["modelVersion"] == row["version"]
        one = address(register, row["left"]) == address(register, row["right"])
        assert (pair["oneEntity"], why["entities"] is None) == (one, one)
        assert why["says"] == ("They are one address." if one else "They are two addresses.")
        said += [*pair["says"], *(part["says"] for part in pair["parts"])]
    text = " ".join(said)
    for component in ("flats", "house numbers", "street and postcode", "property numbers"):
        assert component in text
    assert not [each for each in said if "one person" in each or "two people" in each]
    everything = text + json.dumps(
        [service.answer(HOW, id=address(register, each), **ENQUIRY) for each in house]
    )
    assert not [word for word in ("High", "Walsall", "WS1", "Kings", "100014") if word in everything]


def test_how_an_address_came_to_be_is_told_step_by_step(
    register: Register, house: list[RecordId], service: Service
) -> None:
    (tree,) = service.answer(HOW, id=address(register, house[0]), **ENQUIRY)["entities"]
    assert {each["recordId"] for each in tree["records"]} == set(house)
    assert {each["agencyId"] for each in tree["records"]} == {"police", "housing", "nhs"}
    assert len(tree["steps"]) == 2
    assert tree["modelVersion"].startswith("address-")


def test_undecided_pairs_are_in_the_queue_by_kind(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service
) -> None:
    (node,) = queue(service)
    assert node["kind"] == node["pair"]["kind"] == "ADDRESS"
    assert {node["pair"]["leftRecordId"], node["pair"]["rightRecordId"]} == set(blocks)
    assert {node["leftAgencyId"], node["rightAgencyId"]} == {"fire", "police"}
    assert node["pair"]["countedMillibits"] == node["pair"]["storedMillibits"] > 0
    assert queue(service, "PERSON") == []
    assert queue(service, None) == [node]
    assert queue(service, lane="DOUBT") == []
    assert queue(service, lane="APART") == [node]


def test_people_and_addresses_stand_in_one_queue_by_what_a_look_is_worth(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service
) -> None:
    register.says("police", "a", "Annabel Leeson", "1990-05-17", place=WRITTEN[0])
    register.says("nhs", "b", "Anabel Leeson", "1990-05-17", place=WRITTEN[0])
    register.says("fire", "c", "Beatrix Leeson", "1990-05-17", place=WRITTEN[0])
    home(register, "nhs", "3", "Flat 7, First Floor, 20 Mill Lane, Walsall WS1 1AB")
    home(register, "fire", "4", "Flat 7, Second Floor, 20 Mill Lane, Walsall WS1 1AB")
    register.resolve()
    everything = queue(service, None)
    assert {node["kind"] for node in everything} == {"ADDRESS", "PERSON"}
    values = [node["value"] for node in everything]
    assert values == sorted(values, reverse=True)
    walked: list[Any] = []
    after = None
    while True:
        edges = service.answer(QUEUE, first=1, after=after, **ENQUIRY)["edges"]
        if not edges:
            break
        walked += [edge["node"] for edge in edges]
        after = edges[-1]["cursor"]
    assert walked == everything
    assert len(everything) == len(queue(service)) + len(queue(service, "PERSON"))


def test_a_pair_that_cannot_be_one_leaves_the_queue_for_good(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service
) -> None:
    taken = decide(service, *blocks, "DIFFERENT")
    assert taken["says"] == "No address's records changed."
    assert queue(service) == []
    register.resolve(again=True)
    assert queue(service) == []
    why = ask_why(service, *blocks)
    assert why["entities"]["reasons"][0] == "DECISION"
    assert "not one address" in why["entities"]["says"][0]
    assert "not one address" in why["pair"]["decision"]["says"]
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert pairs(service) == [set(blocks)]


def test_what_a_steward_ties_is_one_address_and_stays_so(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service
) -> None:
    households = "MATCH (h:Household)-[:HOUSEHOLD_AT]->(a:Address) RETURN count(DISTINCT h) AS n"
    assert register.rows(households)[0]["n"] == 2
    taken = decide(service, *blocks, "SAME")
    one = address(register, blocks[0])
    assert one == address(register, blocks[1])
    assert {each["entityId"] for each in taken["records"]} == {one}
    assert taken["superseded"]
    assert "1 record belongs to another address now" in taken["says"]
    assert ask_why(service, *blocks)["says"] == "They are one address."
    assert queue(service) == []
    # A record that comes again, or anew, and evidence that is weighed anew change nothing.
    home(register, "fire", "1", KINGS)
    late = home(register, "nhs", "3", KINGS + " ")
    register.resolve()
    register.resolve(again=True)
    assert {address(register, each) for each in (*blocks, late)} == {one}
    found = service.answer(MATCHES, address=QUEENS, **ENQUIRY)
    assert [each["addressId"] for each in found["matches"]] == [one]
    revoked = service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert len({each["entityId"] for each in revoked["records"]}) == 2
    assert address(register, blocks[0]) != address(register, blocks[1])


def test_records_that_are_split_off_an_address_stay_off(
    register: Register, house: list[RecordId], service: Service
) -> None:
    one = address(register, house[0])
    assert {address(register, each) for each in house} == {one}
    taken = service.answer(SPLIT, entity=one, records=house[2:], **ENQUIRY)
    assert address(register, house[2]) != address(register, house[0]) == address(register, house[1])
    home(register, "police", "9", WRITTEN[0])
    register.resolve()
    register.resolve(again=True)
    assert address(register, house[2]) != address(register, house[0])
    why = ask_why(service, address(register, house[2]), address(register, house[0]))
    assert why["entities"]["reasons"] == ["DECISION"]
    (tree,) = service.answer(DECISIONS, id=address(register, house[2]), **ENQUIRY)["entities"]
    assert {each["id"] for each in tree["decisions"]} == {taken["decisionId"]}
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert len({address(register, each) for each in house}) == 1


def test_a_person_and_an_address_are_never_weighed_together(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service
) -> None:
    (person,) = register.rows(
        "MATCH (r:PersonRecord)-[:LIVES_AT]->({id: $id}) RETURN r.id AS id", id=blocks[0]
    )
    asked = {"left": blocks[0], "right": person["id"]}
    why = "query ($left: ID!, $right: ID!) { why(left: $left, right: $right) { says } }"
    assert refused(service, why, **asked)[:2] == (404, "MAST-252")
    both = {"left": address(register, blocks[0]), "right": register.person(RecordId(person["id"]))}
    assert refused(service, why, **both)[:2] == (400, "MAST-312")
    split = {"entity": both["right"], "records": [blocks[0]]}
    assert refused(service, SPLIT, **split)[:2] == (404, "MAST-252")


def test_a_decision_that_contradicts_another_is_refused(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service
) -> None:
    decide(service, *blocks, "SAME")
    third = home(register, "nhs", "5", "Flat 2, Jacks House, 14 High Street, Walsall WS1 1AA")
    register.resolve()
    decide(service, blocks[0], third, "DIFFERENT")
    mutation = """mutation ($left: ID!, $right: ID!) {
      recordMatchDecision(left: $left, right: $right, decision: SAME, reason: "x") { decisionId } }"""
    assert refused(service, mutation, left=blocks[1], right=third)[1] == "MAST-250"


def test_who_may_and_what_is_on_record_is_as_for_people(
    register: Register, blocks: tuple[RecordId, RecordId], service: Service, tmp_path: Path
) -> None:
    officer = {"role": "response-officer", "purpose": "safeguarding-response"}
    for document, variables in ((QUEUE, {"kind": "ADDRESS"}), (HOW, {"id": address(register, blocks[0])})):
        assert refused(service, document, **variables, **officer)[:2] == (403, "MAST-302")
    taken = decide(service, *blocks, "SAME")
    one = address(register, blocks[0])
    entries = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    answered = [each["ids"] for each in entries if each.get("event") == "answer"][-1]
    assert one in answered["addresses"]
    assert answered["decisions"] == [taken["decisionId"]]
    assert set(answered["records"]) == set(blocks)
    assert set(answered["agencies"]) == {"fire", "police"}
    assert "people" not in answered


def test_a_shielded_address_is_nowhere(
    register: Register, blocks: tuple[RecordId, RecordId], house: list[RecordId], service: Service
) -> None:
    hidden = address(register, blocks[0])
    taken = decide(service, blocks[0], house[0], "DIFFERENT")
    assert pairs(service) == [set(blocks)]
    service.answer(SHIELD, id=hidden, **ENQUIRY)
    assert queue(service) == []
    absent = service.ask(HOW, id="A-never", **ENQUIRY).json()
    assert service.ask(HOW, id=hidden, **ENQUIRY).json() == absent
    (tree,) = service.answer(DECISIONS, id=address(register, house[0]), **ENQUIRY)["entities"]
    assert tree["decisions"] == []
    why = "query ($left: ID!, $right: ID!) { why(left: $left, right: $right) { says } }"
    for left, never in ((blocks[0], "r" + "0" * 32), (hidden, "A-never")):
        right = house[0] if left == blocks[0] else address(register, house[0])
        assert refused(service, why, left=left, right=right) == refused(service, why, left=never, right=right)
    assert refused(service, REVOKE, decision=taken["decisionId"])[:2] == (404, "MAST-252")


def test_a_home_of_which_only_shielded_people_speak_is_nowhere(
    register: Register, blocks: tuple[RecordId, RecordId], house: list[RecordId], service: Service
) -> None:
    late = home(register, "fire", "9", "9, High Street, Walsall, WS1 1AA", shielded="person")
    floor = home(
        register, "nhs", "8", "Flat 2, Osborne House, 14 High Street, Walsall WS1 1AA", shielded="person"
    )
    register.resolve()
    one = address(register, house[0])
    assert address(register, late) == one
    stored = register.rows(
        "MATCH (l)-[e:EVIDENCE]-({id: $id}) WHERE e.address_review > 0 RETURN l.id", id=floor
    )
    assert stored
    assert pairs(service) == [set(blocks)]
    (tree,) = service.answer(HOW, id=one, **ENQUIRY)["entities"]
    assert {each["recordId"] for each in tree["records"]} == set(house)
    assert late not in json.dumps(tree)
    assert service.answer(HOW, id=address(register, floor), **ENQUIRY)["entities"] == []
    why = "query ($left: ID!, $right: ID!) { why(left: $left, right: $right) { says } }"
    assert refused(service, why, left=late, right=house[0])[:2] == (404, "MAST-252")
    apart = ask_why(service, one, address(register, blocks[0]))
    assert late not in json.dumps(apart)
    assert apart["entities"]["pairCount"] == 3
    # What is decided holds for all records, and is told of those only that may be known of.
    taken = decide(service, house[0], blocks[0], "SAME")
    assert late not in json.dumps(taken)
    assert address(register, late) == address(register, blocks[0])


@pytest.mark.parametrize("decision", ["SAME", "DIFFERENT", "CLEAR"])
def test_nothing_is_decided_about_a_home_of_which_only_shielded_people_speak(
    register: Register, house: list[RecordId], service: Service, decision: str
) -> None:
    late = home(register, "fire", "9", "9, High Street, Walsall, WS1 1AA", shielded="person")
    register.resolve()
    asked = {"right": house[0], "decision": decision, "reason": "as I was told"}
    never = refused(service, DECIDE, left="r" + "0" * 32, **asked)
    assert refused(service, DECIDE, left=late, **asked) == never
    assert address(register, late) == address(register, house[0])


def test_a_tie_to_a_property_is_told(register: Register, house: list[RecordId], service: Service) -> None:
    with register._writing():
        register.town.lists("100009", WRITTEN[0])
    register.resolve()
    (tree,) = service.answer(HOW, id=address(register, house[0]), **ENQUIRY)["entities"]
    assert len(tree["records"]) == 4
    assert all("a property of the gazetteer" in step["says"] for step in tree["steps"])


def test_addresses_are_kept_in_memory_while_somebody_asks(
    register: Register, blocks: tuple[RecordId, RecordId]
) -> None:
    time = [0.0]
    live = LiveAddresses(
        register.store, register.town.keys, read_model("address"), warn=pytest.fail, clock=lambda: time[0]
    )
    live.look()
    assert not live.ready
    live.catch_up()
    late = home(register, "nhs", "3", KINGS + " ")
    register.resolve()
    time[0] += LiveAddresses.KEPT_S - 1
    for _ in range(2):
        live.look()
    with live.using() as held:
        assert held.entity_of(late) == address(register, late) == address(register, blocks[0])
    time[0] += 2
    live.look()
    assert not live.ready
