"""Where several places fit they are listed, and nothing is told of any: it would be read as another's."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console
from tests.town import Service, Town, ago

from mast_api.case_study import DOCUMENT, Question, show_answer
from mast_api.terminal import Terminal
from mast_resolver.records import Kind

pytestmark = pytest.mark.graph

WALSALL = "14 High Street, Walsall WS1 1AA"
BLOXWICH = "14 High Street, Bloxwich, Walsall WS3 3AA"
CONCERNS = """
  outcome matches { addressId says } caution { text } notShown
  parts { agencies { openEpisodes } } agencies { countIn12Months }
  contacts { edges { node { type } } pageInfo { hasNextPage } } households { id }
"""
TYPED = f"query ($address: String!) {{ concernsAtAddress(address: $address) {{ {CONCERNS} }} }}"
BY_ID = (
    f"query ($id: ID!) {{ address(id: $id) {{ superseded {{ successorIds }} concerns {{ {CONCERNS} }} }} }}"
)


@pytest.fixture
def told(town: Town) -> Town:
    """Two houses of one number and street, each with somebody who lives there and a contact of its own."""
    town.says("housing", "w", person="Omar Iqbal", place=WALSALL, lives=(ago(300), None))
    town.says("housing", "b", person="Ruth Ames", place=BLOXWICH, lives=(ago(300), None))
    town.says("fire", "w1", place=WALSALL, contact="FIRE_INCIDENT", at=ago(9))
    town.says("police", "b1", place=BLOXWICH, contact="NEIGHBOUR_CONCERN", at=ago(8))
    town.resolve()
    return town


def types(answer: Any) -> list[str]:
    return [edge["node"]["type"] for edge in answer["contacts"]["edges"]]


def tells_of_none(answer: Any, *places: str) -> None:
    assert answer["outcome"] == "SEVERAL"
    assert {each["addressId"] for each in answer["matches"]} == set(places)
    assert types(answer) == answer["agencies"] == answer["households"] == []
    assert [part["agencies"] for part in answer["parts"]] == [[], [], [], []]
    assert any("fits 2 addresses" in said and "until one is chosen" in said for said in answer["notShown"])
    assert "Nothing that you may see" not in answer["caution"]["text"]


def test_of_several_places_nothing_is_told_until_one_is_named(told: Town, service: Service) -> None:
    walsall, bloxwich = told.address(WALSALL), told.address(BLOXWICH)
    tells_of_none(service.answer(TYPED, address="14 High Street"), walsall, bloxwich)
    for typed in ("14 High Street, Walsall", "14 High Street WS1 1AA"):
        assert types(service.answer(TYPED, address=typed)) == ["FIRE_INCIDENT"]
    assert types(service.answer(BY_ID, id=bloxwich)["concerns"]) == ["NEIGHBOUR_CONCERN"]


def test_an_old_id_that_was_split_tells_of_none_of_its_successors(told: Town, service: Service) -> None:
    old, apart = told.address(WALSALL), told.address(BLOXWICH)
    moved = dict.fromkeys(told.records_of(old), "A-new")
    told.supersede(Kind.ADDRESS, old, "A-new", apart, moved=moved)
    answer = service.answer(BY_ID, id=old)
    assert set(answer["superseded"]["successorIds"]) == {"A-new", apart}
    tells_of_none(answer["concerns"], "A-new", apart)
    assert types(service.answer(BY_ID, id="A-new")["concerns"]) == ["FIRE_INCIDENT"]


def test_the_table_of_the_case_study_lists_them_and_says_nothing_of_any(told: Town, service: Service) -> None:
    response = service.ask(DOCUMENT, address="14 High Street", country="GB")
    terminal, out = Terminal(as_json=False), io.StringIO()
    terminal.out = Console(file=out, width=400)
    show_answer(terminal, Question("14 High Street", "GB", ago(0), "1"), response.json()["data"])
    shown = out.getvalue()
    assert told.address(WALSALL) in shown
    assert told.address(BLOXWICH) in shown
    assert "until one is chosen" in " ".join(shown.split())
    assert "nothing known" not in shown


DARLASTON = "14 High Street, Darlaston, Walsall WS10 8AA"


def test_a_locality_tells_which_high_street_and_the_town_of_both_does_not(
    town: Town, service: Service
) -> None:
    """That no other High Street of the town has a number 14 on record does not make it this one."""
    town.says("police", "b1", place=BLOXWICH, contact="NEIGHBOUR_CONCERN", at=ago(8))
    town.resolve()
    asked = TYPED.replace("outcome", "outcome didYouMean { addressId }", 1)
    for typed in ("14 High Street, Bloxwich", "14 high st bloxwich"):
        assert types(service.answer(asked, address=typed)) == ["NEIGHBOUR_CONCERN"]
    alone = service.answer(asked, address="14 High Street, Walsall")
    assert (alone["outcome"], types(alone)) == ("NONE", [])
    assert [each["addressId"] for each in alone["didYouMean"]] == [town.address(BLOXWICH)]
    town.says("fire", "d1", place=DARLASTON, contact="FIRE_INCIDENT", at=ago(9))
    town.resolve()
    assert types(service.answer(asked, address="14 High Street, Bloxwich")) == ["NEIGHBOUR_CONCERN"]
    assert types(service.answer(asked, address="14 High Street, Darlaston")) == ["FIRE_INCIDENT"]
    both = service.answer(asked, address="14 High Street, Walsall")
    assert (both["outcome"], types(both), both["agencies"]) == ("NONE", [], [])
    assert {each["addressId"] for each in both["didYouMean"]} == {
        town.address(BLOXWICH),
        town.address(DARLASTON),
    }
    for typed in ("14 High Street, Leamore", "15 High Street, Bloxwich", "Flat 2, 15 High Street, Bloxwich"):
        assert (typed, service.answer(asked, address=typed)["outcome"]) == (typed, "NONE")


def test_two_places_of_one_locality_are_listed_and_nothing_is_told_of_either(
    town: Town, service: Service
) -> None:
    other = "14 High Street, Bloxwich, Cannock WS11 1AA"
    town.says("police", "b1", place=BLOXWICH, contact="NEIGHBOUR_CONCERN", at=ago(8))
    town.says("fire", "c1", place=other, contact="FIRE_INCIDENT", at=ago(9))
    town.resolve()
    tells_of_none(
        service.answer(TYPED, address="14 High Street, Bloxwich"), town.address(BLOXWICH), town.address(other)
    )
    assert types(service.answer(TYPED, address="14 High Street, Bloxwich, Cannock")) == ["FIRE_INCIDENT"]
