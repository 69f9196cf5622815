"""An address that is not known, but like one that is: offered with reasons, never taken."""

from __future__ import annotations

import pytest
from tests.town import Service, Town

HOME = "14 High Street, Walsall WS1 1AA"

MEANT = """
query ($address: String!) {
  concernsAtAddress(address: $address) {
    outcome
    matches { addressId }
    didYouMean { addressId agrees differs }
    agencies { agency { id } }
  }
}
"""


def test_a_street_that_is_misspelt_is_offered_with_reasons_and_never_taken(
    town: Town, service: Service
) -> None:
    town.says("police", "1", place="14 Chestnut Avenue, Walsall WS1 1AA", contact="NEIGHBOUR_CONCERN")
    town.says("police", "2", place="41 Chestnut Avenue, Walsall WS1 1AA", contact="NEIGHBOUR_CONCERN")
    town.resolve()
    known = service.answer(MEANT, address="14 Chestnut Avenue, WS1 1AA")["matches"][0]["addressId"]
    answer = service.answer(MEANT, address="14 Chesnut Ave, Walsall")
    assert (answer["outcome"], answer["matches"], answer["agencies"]) == ("NONE", [], [])
    (candidate,) = answer["didYouMean"]
    assert candidate["addressId"] == known
    assert "the house numbers are equal" in candidate["agrees"]
    assert any("written much alike" in reason for reason in candidate["agrees"])


def test_every_plausible_address_is_offered_the_likeliest_first(town: Town, service: Service) -> None:
    near, far = "14 Chestnut Avenue, Bloxwich, Walsall WS3 1AA", "14 Chestnut Avenue, Walsall WS9 9ZZ"
    for reference, place in enumerate((near, far)):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    found = [service.answer(MEANT, address=place)["matches"][0]["addressId"] for place in (near, far)]
    answer = service.answer(MEANT, address="14 Chesnut Avenue, Bloxwich, Walsall, WS3 1AB")
    assert answer["outcome"] == "NONE"
    assert answer["didYouMean"][0]["addressId"] == found[0]
    both = service.answer(MEANT, address="14 Chesnut Avenue, Walsall")
    assert both["outcome"] == "NONE"
    assert {each["addressId"] for each in both["didYouMean"]} == set(found)


@pytest.mark.parametrize(
    "typed",
    ["41 Chestnut Avenue, Walsall", "Flat 2, 14 Chestnut Avenue, Walsall WS1 1AB", "14 Mill Lane, Walsall"],
    ids=["another number", "another flat", "another street"],
)
def test_another_number_flat_or_street_is_not_offered(town: Town, service: Service, typed: str) -> None:
    town.says("police", "1", place="14 Chestnut Avenue, Dudley DY1 1AA", contact="NEIGHBOUR_CONCERN")
    town.resolve()
    assert service.answer(MEANT, address=typed)["didYouMean"] == []


def test_where_something_matched_nothing_else_is_offered(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.says("police", "2", place="14 High Street, Walsall WS1 1AB", contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address=HOME)
    assert (answer["outcome"], answer["didYouMean"]) == ("ONE", [])
