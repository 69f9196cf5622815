"""Who is one, but in doubt, over HTTP on the real graph: stored, read, decided, and followed."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from tests.register import BORN, ENQUIRY, REVOKE, Register, decide
from tests.town import Service

from mast_resolver.model import read_model
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

QUEUE = """{ reviewQueue(first: 100) { edges { cursor node { lane value leftAgencyId rightAgencyId pair {
  leftRecordId rightRecordId leftEntityId rightEntityId oneEntity inDoubt countedMillibits verdict says
  joinAtMillibits fractureAtMillibits } } } } }"""
WHY = """query ($left: ID!, $right: ID!) { why(left: $left, right: $right) { says pair { inDoubt says } } }"""
COUNTS = "{ resolverQueue { pairs inDoubt bands { atLeast pairs inDoubt waitingSince } } }"
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
SAYS = "That is in doubt: this person has two sides"
TWINS = (
    "That is in doubt, however much they weigh. "
    "They may be twins: born on one day, in one home, with two given names."
)

ROWS = {
    "police": ("Annabel Leeson", BORN),
    "housing": ("Annabel Leeson", BORN),
    # One person by the model, but only just: a slip of two keys, or a sister.
    "nhs": ("Ann Leeson", "1990-07-17"),
}


def says(register: Register, agency: str) -> RecordId:
    return register.says(agency, agency, *ROWS[agency])


@pytest.fixture
def doubtful(register: Register) -> list[RecordId]:
    """Three records of one person; what holds the third is weak."""
    records = [says(register, agency) for agency in ROWS]
    register.resolve()
    assert len(register.groups(*records)) == 1
    return records


def queue(service: Service) -> list[dict[str, Any]]:
    return [edge["node"] for edge in service.answer(QUEUE, **ENQUIRY)["edges"]]


def lanes(service: Service) -> list[str]:
    return [each["lane"] for each in queue(service)]


def stored(register: Register) -> dict[tuple[str, str], int]:
    """What waits in the graph, by whose records they are."""
    rows = register.rows(
        "MATCH (l:PersonRecord)-[e:EVIDENCE]->(r) WHERE e.review IS NOT NULL "
        "RETURN l.agency AS l, r.agency AS r, e.review AS value"
    )
    return {(min(row["l"], row["r"]), max(row["l"], row["r"])): row["value"] for row in rows}


def test_a_doubt_is_a_lane_of_the_queue_with_its_reason(
    register: Register, doubtful: list[RecordId], service: Service
) -> None:
    (item,) = queue(service)
    pair = item["pair"]
    assert item["lane"] == "DOUBT"
    assert pair["oneEntity"]
    assert pair["inDoubt"]
    assert doubtful[2] in (pair["leftRecordId"], pair["rightRecordId"])
    join, fracture = pair["joinAtMillibits"], pair["fractureAtMillibits"]
    assert join <= pair["countedMillibits"] < fracture
    assert item["value"] == 1_000 * (fracture - pair["countedMillibits"]) // (fracture - join) * 2
    assert any(each.startswith(SAYS) for each in pair["says"])
    assert list(stored(register).values()) == [item["value"]]
    sure = service.answer(WHY, left=doubtful[0], right=doubtful[1], **ENQUIRY)["pair"]
    assert not sure["inDoubt"]
    assert not any(SAYS in each for each in sure["says"])


def test_who_may_be_twins_is_said_to_be_whatever_they_weigh(register: Register, service: Service) -> None:
    """Born on one day, at home in one place, and the names a letter apart."""
    twins = [register.says("housing", name, f"{name} Leeson", BORN) for name in ("Amelia", "Amelie")]
    register.resolve()
    assert len(register.groups(*twins)) == 1
    (item,) = queue(service)
    pair = item["pair"]
    assert item["lane"] == "DOUBT"
    assert pair["countedMillibits"] > pair["fractureAtMillibits"]
    assert TWINS in pair["says"]
    assert not any(each.startswith(SAYS) for each in pair["says"])
    why = service.answer(WHY, left=twins[0], right=twins[1], **ENQUIRY)["pair"]
    assert why["inDoubt"]
    assert TWINS in why["says"]
    decide(service, twins[0], twins[1], "DIFFERENT")
    assert len(register.groups(*twins)) == 2


def test_the_two_lanes_are_counted_apart(
    register: Register, doubtful: list[RecordId], service: Service
) -> None:
    register.says("fire", "4", "Annabel Leeson", "1991-06-28")
    register.resolve()
    waiting = lanes(service)
    assert waiting.count("DOUBT") == 1
    assert waiting.count("APART") >= 1
    for lane in ("DOUBT", "APART"):
        document = f"{{ reviewQueue(lane: {lane}, first: 1) {{ edges {{ cursor node {{ lane }} }} }} }}"
        (edge,) = service.answer(document, **ENQUIRY)["edges"]
        assert edge["node"]["lane"] == lane, "also where the other is worth more"
    counts = service.answer(COUNTS, role="administrator", purpose="operation")
    assert (counts["pairs"], counts["inDoubt"]) == (waiting.count("APART"), 1)
    assert sum(each["inDoubt"] for each in counts["bands"]) == 1
    assert all(
        bool(each["waitingSince"]) == bool(each["pairs"] + each["inDoubt"]) for each in counts["bands"]
    )


def test_same_closes_it_until_it_is_taken_back(
    register: Register, doubtful: list[RecordId], service: Service
) -> None:
    pair = queue(service)[0]["pair"]
    taken = decide(service, pair["leftRecordId"], pair["rightRecordId"], "SAME")
    assert not queue(service)
    assert not stored(register)
    assert len(register.groups(*doubtful)) == 1
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert lanes(service) == ["DOUBT"]


def test_different_parts_them_for_good_and_nobody_is_asked_again(
    register: Register, doubtful: list[RecordId], service: Service
) -> None:
    pair = queue(service)[0]["pair"]
    taken = decide(service, pair["leftRecordId"], pair["rightRecordId"], "DIFFERENT")
    assert register.groups(*doubtful) == {frozenset(doubtful[:2]), frozenset(doubtful[2:])}
    assert not queue(service), "the other of the two is as near, and the two people are said to be two"
    register.resolve(again=True)
    assert register.groups(*doubtful) == {frozenset(doubtful[:2]), frozenset(doubtful[2:])}
    service.answer(REVOKE, decision=taken["decisionId"], **ENQUIRY)
    assert len(register.groups(*doubtful)) == 1
    assert lanes(service) == ["DOUBT"]


@pytest.mark.parametrize("order", [*permutations(ROWS)][::2], ids=" ".join)
def test_the_order_in_which_they_came_is_not_in_the_queue(
    register: Register, doubtful: list[RecordId], order: tuple[str, ...]
) -> None:
    at_once = stored(register)
    assert len(at_once) == 1
    for record in doubtful:
        register.withdraws(record)
        register.resolve()
    assert not stored(register)
    for agency in order:
        says(register, agency)
        register.resolve()
    assert stored(register) == at_once
    register.resolve(again=True)
    assert stored(register) == at_once


def test_a_running_service_follows_who_comes_into_doubt_and_out_of_it(
    register: Register, service: Service
) -> None:
    for agency in list(ROWS)[:2]:
        says(register, agency)
    register.resolve()
    assert not queue(service)
    third = says(register, "nhs")
    register.resolve()
    assert lanes(service) == ["DOUBT"]
    register.says("nhs", "nhs", "Annabel Leeson", BORN)
    register.resolve()
    assert not queue(service)
    assert len(register.groups(third)) == 1


def test_who_was_parted_by_a_purge_and_is_one_again_can_be_in_doubt(
    register: Register, doubtful: list[RecordId], service: Service
) -> None:
    pair = queue(service)[0]["pair"]
    register.store.define(
        f"MATCH (l:PersonRecord {{id: '{pair['leftRecordId']}'}}), (r:PersonRecord {{id: "
        f"'{pair['rightRecordId']}'}}) CREATE (l)-[:PARTED {{review: 4611686018427387903}}]->(r)"
    )
    assert lanes(service) == ["DOUBT"]
    assert service.answer(COUNTS, role="administrator", purpose="operation")["inDoubt"] == 1


def test_who_is_shielded_is_in_neither_lane(
    register: Register, doubtful: list[RecordId], service: Service
) -> None:
    person = queue(service)[0]["pair"]["leftEntityId"]
    document = 'mutation ($id: ID!) { shield(id: $id, reason: "a refuge") { shieldId } }'
    service.answer(document, id=person, **OFFICER)
    assert not queue(service)
    assert service.answer(COUNTS, role="administrator", purpose="operation")["inDoubt"] == 0


def test_a_model_without_the_threshold_asks_nobody() -> None:
    assert read_model("person").fracture is not None
    assert read_model("address").fracture is None, "places have no queue that anybody reads"
