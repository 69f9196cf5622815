"""A contact that a shielded person shares with others is there while one of them is, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.api.shields.conftest import HIGH_STREET
from tests.everything import asking_everything
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_graph.checks import faults

pytestmark = pytest.mark.graph

PEOPLE = {"ann": [("housing", "ann")], "dee": [("police", "dee")], "gus": [("police", "gus")]}
ATTACK: dict[str, Any] = {"contact": "DOMESTIC_ABUSE_INCIDENT", "at": ago(60), "contact_id": "attack"}


@pytest.mark.parametrize("with_her", [False, True])
def test_a_withdrawn_record_does_not_keep_the_contact_of_a_shielded_victim(
    town: Town, service: Service, with_her: bool
) -> None:
    town.says("housing", "ann", person="Ann Leeson", place=HIGH_STREET, lives=(ago(900), None))
    if with_her:
        town.says("police", "dee", person="Deirdre Okafor", shielded="person", **ATTACK)
    says_of_him(town)
    town.says("police", "incident", place=HIGH_STREET, contact_role="place", **ATTACK)
    town.resolve(PEOPLE)
    assert listed(service) == ["DOMESTIC_ABUSE_INCIDENT"]
    later(town)
    town.retract("police", "gus")
    assert listed(service) == []
    assert not wrong_shields(town)
    later(town)
    says_of_him(town)
    assert listed(service) == ["DOMESTIC_ABUSE_INCIDENT"]
    assert not wrong_shields(town)


def says_of_him(town: Town) -> None:
    town.says("police", "gus", person="Gustav Hall", place=HIGH_STREET, contact_role="suspect", **ATTACK)


def wrong_shields(town: Town) -> int:
    return sum(many for name, many in faults(town.store).items() if name.startswith("shields_"))


def later(town: Town) -> None:
    town.loaded_at += timedelta(minutes=1)


def listed(service: Service) -> list[str]:
    answer = service.answer(asking_everything("concernsAtAddress"), address=HIGH_STREET, **ENQUIRY)
    return [edge["node"]["type"] for edge in answer["contacts"]["edges"]]
