"""A house in another town or street is never the one that was asked for, however alike; it may be offered."""

from __future__ import annotations

from typing import Final

import pytest
from tests.town import Service, Town, ago

pytestmark = pytest.mark.graph

HOUSE = "14 High Street, Walsall WS1 1AA"
AVENUE = "14 Chestnut Avenue, Dudley DY1 1AA"
VILLAGE = "7 Mill Lane, Bloxwich, Walsall WS3 3AA"
ANOTHER: Final[dict[str, tuple[str, ...]]] = {
    # Typed, and what is offered for it.
    "14 High Street, Wolverhampton WV1 4ZZ": (),
    "14 High Street, WV1 4ZZ": (),
    "14 High Street, Dudley": (),
    "14 High Street, Walsall WS1 1AB": (HOUSE,),
    "14 High Street Walsall WV1": (HOUSE,),
    "14 High Street, WS1": (HOUSE,),
    "Flat 2, 14 High Street, Walsall, WV1": (HOUSE,),
    "7 Mill Lane, Bloxwich, WS1": (VILLAGE,),
    "7 Mill Lane, Walsall, WS3": (VILLAGE,),
    "Rear of 14 High Street, Walsall": (HOUSE,),
    "Rear of 14 High Street, Walsall WS1": (HOUSE,),
    "Rear of 14 High Street, Walsall WS1 1AA": (HOUSE,),
    "Flat 2, rear of 14 High Street, Walsall WS1": (HOUSE,),
    "14 Bank Street, Walsall WS1 1AA": (HOUSE,),
    "14 Hihg Street, Walsall WS1 1AA": (HOUSE,),
    "14, Walsall WS1 1AA": (HOUSE,),
    "Flat 2, 14 Hihg Street, Walsall WS1 1AA": (HOUSE,),
    "Flat 2, 14 Chestnut Avenue, Walsall WS1 1AB": (),
    "Flat 2, 14 Chestnut Avenue, Walsall": (),
    "7 Mill Lane, Walsall": (VILLAGE,),
}
LESS: Final = {
    # What says less than the house's whole address, but nothing else, and how it is found.
    "14 High Street": "STREET_PLACE",
    "14 high st walsall": "STREET_PLACE",
    "14 High Street, Walsall, WS1": "STREET_PLACE",
    "Flat 2, 14 High Street, Walsall, WS1": "BUILDING",
    "14, WS1 1AA": "POSTCODE_PLACE",
    "Flat 2, 14 High Street, Walsall": "BUILDING",
    "Flat 2, 14, WS1 1AA": "BUILDING",
}
ASK = """
query ($address: String! = "", $parts: AddressParts) {
  concernsAtAddress(address: $address, parts: $parts) {
    outcome matches { addressId stage } didYouMean { addressId agrees differs }
    households { id } agencies { agency { id } } contacts { edges { node { id } } }
  }
}
"""


@pytest.fixture
def told(town: Town) -> Town:
    """One house in each town, each with somebody who lives there and something open."""
    for reference, place in enumerate((HOUSE, AVENUE, VILLAGE)):
        town.says("police", f"p{reference}", person="Ruth Ames", place=place, lives=(ago(300), None))
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    return town


def test_another_house_is_no_answer_but_may_be_offered(told: Town, service: Service) -> None:
    for typed, offered in ANOTHER.items():
        answer = service.answer(ASK, address=typed)
        assert (typed, answer["outcome"], answer["matches"]) == (typed, "NONE", [])
        assert answer["households"] == answer["agencies"] == answer["contacts"]["edges"] == []
        likely = [each["addressId"] for each in answer["didYouMean"]]
        assert (typed, likely) == (typed, [told.address(each) for each in offered])
    parts = {"lines": ["14 High Street", "Walsall"], "postcode": "WV1"}
    assert service.answer(ASK, parts=parts)["matches"] == []


def test_of_what_is_offered_it_is_said_what_differs(told: Town, service: Service) -> None:
    for typed, word in (
        ("14 High Street, Walsall WS1 1AB", "postcode"),
        ("14 Bank Street, WS1 1AA", "street"),
    ):
        (offer,) = service.answer(ASK, address=typed)["didYouMean"]
        assert any(word in said for said in (*offer["agrees"], *offer["differs"]))


def test_what_says_less_but_nothing_else_is_found(told: Town, service: Service) -> None:
    for typed, stage in LESS.items():
        answer = service.answer(ASK, address=typed)
        found = [(each["addressId"], each["stage"]) for each in answer["matches"]]
        assert (typed, found) == (typed, [(told.address(HOUSE), stage)])
        assert answer["contacts"]["edges"]


def test_the_place_behind_a_house_is_found_however_much_of_its_postcode_is_typed(
    told: Town, service: Service
) -> None:
    behind = f"Rear of {HOUSE}"
    told.says("police", "rear", place=behind, contact="NEIGHBOUR_CONCERN")
    told.resolve()
    for code in ("", " WS1", " WS1 1AA"):
        answer = service.answer(ASK, address=f"Rear of 14 High Street, Walsall{code}")
        assert [each["addressId"] for each in answer["matches"]] == [told.address(behind)], code


def test_beside_half_a_postcode_a_house_is_offered_as_long_as_nobody_knows_its_own(
    told: Town, service: Service
) -> None:
    typed, house = "9 Canal Street, Dudley, DY1", "9 Canal Street, Dudley"
    told.says("police", "c", place=house, contact="NEIGHBOUR_CONCERN")
    told.resolve()
    answer = service.answer(ASK, address=typed)
    assert (answer["outcome"], len(answer["didYouMean"])) == ("NONE", 1)
    (known,) = service.answer(ASK, address=house)["matches"]
    assert answer["didYouMean"][0]["addressId"] == known["addressId"]
