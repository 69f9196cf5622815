"""Behind a broken glass too a flat is where it was typed, and half a postcode is enough beside a town."""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.town import Service, Town, ago

from mast_api.schema.glass import AGAIN

pytestmark = pytest.mark.graph

STREET: Final = "14 High Street, Walsall"
KINGS, QUEENS = (f"Flat 3, {house} House, {STREET}, WS1 1AA" for house in ("Kings", "Queens"))
BREAK: Final = """mutation($a: String!) {
  breakGlass(target: {address: $a}, reason: "a child is screaming inside and nobody opens") {
    id notShown places { addressId } contacts { contact { type } } } }"""
OTHER: Final = "of that number that agencies write with another house name, floor or postcode than was typed"


@pytest.fixture
def kings(town: Town) -> str:
    """A shielded flat, by its address's id."""
    town.says("housing", "k", person="Kit Roe", place=KINGS, lives=(ago(30), None), shielded="address")
    town.says("police", "k", place=KINGS, contact="ASB_CASE", at=ago(20))
    town.resolve()
    return town.address(KINGS)


def behind(service: Service, typed: str) -> dict[str, Any]:
    answer: dict[str, Any] = service.answer(BREAK, a=typed)
    return answer


@pytest.mark.parametrize("typed", [KINGS, f"Flat 3, {STREET}, WS1 1AA", f"Flat 3, {STREET}, WS1"])
def test_what_was_typed_is_shown(kings: str, service: Service, typed: str) -> None:
    answer = behind(service, typed)
    assert answer.pop("id")
    assert answer == {
        "notShown": [],
        "places": [{"addressId": kings}],
        "contacts": [{"contact": {"type": "ASB_CASE"}}],
    }


@pytest.mark.usefixtures("kings")
def test_a_flat_of_that_number_in_another_house_is_not_shown_and_that_it_is_there_is_said(
    service: Service,
) -> None:
    answer = behind(service, QUEENS)
    assert (answer["places"], answer["contacts"]) == ([], [])
    assert [f"There is 1 address {OTHER}" in said for said in answer["notShown"]] == [True]
    again = service.answer("query($id: ID!) { behindGlass(id: $id) { notShown } }", id=answer["id"])
    assert again["notShown"] == [AGAIN]


def test_a_house_whose_postcode_no_agency_gives_may_be_the_one(town: Town, service: Service) -> None:
    town.says("police", "k", place=STREET, contact="ASB_CASE", at=ago(20))
    town.resolve()
    answer = behind(service, f"{STREET}, WS1")
    assert (answer["notShown"], len(answer["places"])) == ([], 1)
    assert answer["contacts"] == [{"contact": {"type": "ASB_CASE"}}]
