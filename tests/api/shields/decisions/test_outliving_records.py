"""A decision to shield outlives the records that it was taken on: over HTTP on the real graph."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.shields.decisions.test_shield_by_decision import (
    GOVERNANCE,
    MILL_LANE,
    SHIELD,
    UNSHIELD,
    absent,
    found,
)
from tests.everything import asking_everything
from tests.register import BORN, ENQUIRY, HOME, Register, decide
from tests.town import Service, ago

from mast_graph.checks import faults
from mast_resolver.records import FOREVER, RecordId

pytestmark = pytest.mark.graph


def resolved(register: Register, service: Service) -> None:
    register.resolve()
    service.services.live.catch_up()


def shielded(service: Service) -> dict[str, Any]:
    edges = service.answer(asking_everything("shields"), first=5, **GOVERNANCE)["edges"]
    return {each["node"]["id"]: each["node"] for each in edges}


def test_a_shield_stays_when_the_records_that_it_was_decided_on_are_withdrawn(
    register: Register, service: Service
) -> None:
    first = register.says("housing", "1", "Annabel Leeson", BORN, lives=(ago(900), None))
    resolved(register, service)
    person = register.person(first)
    placed = service.answer(SHIELD, id=person, **ENQUIRY)
    fifth = register.says("fire", "5", "Annabel Leeson", BORN, place=MILL_LANE, lives=(ago(9), None))
    resolved(register, service)
    assert register.person(fifth) == person
    register.withdraws(first)
    resolved(register, service)
    assert register.person(fifth) == person
    assert found(service) == []
    assert absent(service, person, [first, fifth])
    place = service.answer(asking_everything("concernsAtAddress"), address=MILL_LANE, **ENQUIRY)
    assert place["outcome"] == "NONE"
    assert [each["id"] for each in shielded(service)[person]["decisions"]] == [placed["shieldId"]]
    # Renumbered at the last of its agencies: the new record was one with it for a moment.
    renumbered = register.says("fire", "50", "Annabel Leeson", BORN, place=MILL_LANE, lives=(ago(9), None))
    resolved(register, service)
    register.withdraws(fifth)
    resolved(register, service)
    assert (register.person(renumbered), found(service)) == (person, [])
    assert not any(faults(register.store).values())
    # Lifted, it is lifted of what was withdrawn as well, should that come back.
    lifted = service.answer(UNSHIELD, id=person, **GOVERNANCE)
    assert sorted(lifted["recordIds"]) == sorted([first, fifth, renumbered])
    register.says("housing", "1", "Annabel Leeson", BORN, lives=(ago(900), None))
    resolved(register, service)
    assert register.person(first) == person
    assert found(service) == [person]
    assert shielded(service) == {}
    assert not any(faults(register.store).values())


def test_an_address_stays_shielded_when_the_record_that_it_was_decided_on_is_withdrawn(
    register: Register, service: Service
) -> None:
    register.says("housing", "1", "Annabel Leeson", BORN, lives=(ago(900), None))
    resolved(register, service)
    (record,) = at_home(register)
    service.answer(SHIELD, id=record["address"], **ENQUIRY)
    second = register.says("fire", "5", "Tomasz Wojcik", "1961-12-30", lives=(ago(9), None))
    resolved(register, service)
    register.withdraws(RecordId(record["record"]))
    resolved(register, service)
    (left,) = at_home(register)
    assert left["address"] == record["address"]
    assert absent(service, register.person(second), [second])
    assert (
        service.answer(asking_everything("concernsAtAddress"), address=HOME, **ENQUIRY)["outcome"] == "NONE"
    )
    assert record["address"] in shielded(service)
    assert not any(faults(register.store).values())
    service.answer(UNSHIELD, id=record["address"], **GOVERNANCE)
    assert service.answer(asking_everything("concernsAtAddress"), address=HOME, **ENQUIRY)["outcome"] == "ONE"


def test_who_falls_apart_when_a_withdrawn_record_held_them_together_is_shielded_in_all_parts(
    register: Register, service: Service
) -> None:
    left = register.says("police", "1", "Annabel Leeson", BORN)
    between = register.says("housing", "2", "Tomasz Wojcik", "1961-12-30", place=MILL_LANE)
    right = register.says("fire", "3", "Grace Oduya", "1974-08-01", place="8 Canal Street, Walsall WS1 1AD")
    resolved(register, service)
    decide(service, between, right, "SAME")
    decide(service, left, between, "SAME")
    # As it was decided before whole people were tied: by the one between them alone.
    register.rows(
        "MATCH (:PersonRecord {id: $left})-[d:STEWARD]-(:PersonRecord {id: $right}) DELETE d",
        left=left,
        right=right,
    )
    register.resolve(again=True)
    service.answer(SHIELD, id=register.person(between), **ENQUIRY)
    register.withdraws(between)
    resolved(register, service)
    parts = {register.person(left), register.person(right)}
    assert len(parts) == 2
    assert parts == set(shielded(service))
    assert found(service) == found(service, "Grace", "Oduya") == []
    # Each is lifted by itself.
    service.answer(UNSHIELD, id=register.person(right), **GOVERNANCE)
    assert found(service, "Grace", "Oduya") == [register.person(right)]
    assert set(shielded(service)) == {register.person(left)}
    assert not any(faults(register.store).values())


def at_home(register: Register) -> list[dict[str, Any]]:
    """The records of the home that resolve now, and the address that they are."""
    return register.rows(
        "MATCH (r:AddressRecord)-[is:RESOLVES_TO]->(a:Address) WHERE is.recorded_to = $forever "
        "RETURN r.id AS record, a.id AS address",
        forever=FOREVER,
    )
