"""What happened at the place that is asked about was not elsewhere, however the agencies write the place."""

from __future__ import annotations

from typing import Any

import pytest
from tests.town import Service, Town, ago

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
WRITTEN_OTHERWISE = "14 High St., WALSALL, WS1 1AA"
ASK = """
query ($address: String!) { concernsAtAddress(address: $address) {
  contacts { edges { parts personIds node { type } } }
  parts { part agencies { latestType count } }
} }
"""


def parts(answer: Any) -> dict[str, list[str]]:
    return {edge["node"]["type"]: edge["parts"] for edge in answer["contacts"]["edges"]}


def test_what_happened_here_before_somebody_came_to_live_here_is_not_elsewhere(
    town: Town, service: Service
) -> None:
    # One call of a neighbour about the place, in two rows: whom it is about lived nowhere known then.
    call: dict[str, Any] = {"contact": "NEIGHBOUR_CONCERN", "at": ago(200), "contact_id": "call-1"}
    town.says("police", "v", person="Bob Hale", **call)
    town.says("police", "w", place=WRITTEN_OTHERWISE, **call)
    town.says("housing", "t", person="Bob Hale", place=HOME, lives=(ago(100), None))
    town.says("fire", "e", person="Bob Hale", contact="FIRE_INCIDENT", at=ago(150))
    town.resolve({"bob": [("police", "v"), ("housing", "t"), ("fire", "e")]})
    answer = service.answer(ASK, address=HOME)
    assert parts(answer) == {"NEIGHBOUR_CONCERN": ["PLACE"], "FIRE_INCIDENT": ["RESIDENT_ELSEWHERE"]}
    assert all(edge["personIds"] == ["P-bob"] for edge in answer["contacts"]["edges"])
    (elsewhere,) = [part for part in answer["parts"] if part["part"] == "RESIDENT_ELSEWHERE"]
    assert {each["latestType"] for each in elsewhere["agencies"]} == {"FIRE_INCIDENT"}
