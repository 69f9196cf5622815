"""Another model comes into force while the service runs: it follows, and tells the numbers that decided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.register import ENQUIRY, Register, decide, records_of_ann
from tests.town import Service

from mast_api.live import LiveResolver
from mast_graph.frequencies import read_frequencies
from mast_graph.state import read_evidence
from mast_resolver.model import Threshold, read_model, write_model
from mast_resolver.records import Kind, MatchWeight

pytestmark = pytest.mark.graph

STRICT = 60_000
"""Millibits: nobody is anybody's."""

WHY = """query ($left: ID!, $right: ID!) { why(left: $left, right: $right) {
  pair { modelVersion storedMillibits weightMillibits joinAtMillibits leftEntityId } } }"""


def put_in_force(register: Register) -> str:
    """As `mast train --use` does."""
    model = read_model("person")
    strict = Threshold(MatchWeight(STRICT), "for this test")
    other = replace(model, version="person-strict", join=strict, fracture=None)
    (register.data / "models").mkdir(exist_ok=True)
    (register.data / "models" / "person.json").write_text(write_model(other), "utf-8")
    return other.version


def in_force(register: Register) -> str:
    stored = read_frequencies(register.store, Kind.PERSON)
    assert stored is not None
    return stored.version


def follower(register: Register) -> LiveResolver:
    live = LiveResolver(register.store, register.town.keys, read_model("person"), warn=pytest.fail)
    live.read()
    return live


def test_a_running_service_follows_another_model(register: Register, service: Service) -> None:
    ann = records_of_ann(register)
    register.resolve()
    live = follower(register)
    put_in_force(register)
    register.resolve()
    assert len(register.groups(*ann)) == 3
    late = register.says("fire", "9", "Tomasz Wojcik", "1961-12-30")
    register.resolve()
    live.catch_up()
    with live.using() as held:
        assert held.scorer.version == in_force(register)
        assert held.scorer.join_at == STRICT
        assert {held.resolver.entity_of(each) for each in ann} == {register.person(each) for each in ann}
        assert held.resolver.entity_of(late) == register.person(late)
    found = service.answer(WHY, left=ann[0], right=ann[1], **ENQUIRY)["pair"]
    assert (found["modelVersion"], found["joinAtMillibits"]) == (in_force(register), STRICT)
    assert found["storedMillibits"] == found["weightMillibits"]
    decide(service, ann[0], ann[1], "SAME")
    assert register.person(ann[0]) == register.person(ann[1])


def test_what_a_steward_decided_holds_under_every_model(register: Register, service: Service) -> None:
    """Two who are one stay so where nobody would be, and who is kept apart where all would be one."""
    ann = records_of_ann(register)
    register.resolve()
    assert len(register.groups(*ann)) == 1
    decide(service, ann[0], ann[2], "DIFFERENT")
    one, other = [each for each in ann if register.person(each) == register.person(ann[1])]
    decide(service, one, other, "SAME")
    decided = register.groups(*ann)
    assert len(decided) == 2
    put_in_force(register)
    register.resolve()
    assert register.groups(*ann) == decided
    (register.data / "models" / "person.json").unlink()
    register.resolve()
    assert register.groups(*ann) == decided


def test_until_everything_is_weighed_anew_the_numbers_are_those_that_decided(register: Register) -> None:
    ann = records_of_ann(register)
    register.resolve()
    before = in_force(register)
    put_in_force(register)
    live = follower(register)  # as a service that starts between `--use` and `mast resolve`
    with live.using() as held:
        assert held.scorer.version == before
        assert held.scorer.join_at < STRICT
        weights: dict[tuple[str, str], int] = {}
        for each in read_evidence(register.store, Kind.PERSON):
            parts, _ = held.resolver.explainer(held.scorer.explain).parts(each.left, each.right)
            weights[each.left, each.right] = sum(part.weight for part in parts) - each.weight
        assert weights
        assert set(weights.values()) == {0}
    assert register.person(ann[0])
