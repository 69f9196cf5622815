"""An address that is not known, but like one that is: offered with reasons, never taken."""

from __future__ import annotations

import pytest
from tests.town import Service, Town, ago

HOME = "14 High Street, Walsall WS1 1AA"

MEANT = """
query ($address: String!) {
  concernsAtAddress(address: $address) {
    outcome
    matches { addressId }
    didYouMean { addressId agrees differs }
    agencies { agency { id } }
    caution { text }
    notShown
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
    assert answer["caution"]["text"].startswith("This is not proof"), (
        "of what is offered nothing was looked up"
    )
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
    answer = service.answer(MEANT, address=typed)
    assert (answer["outcome"], answer["matches"], answer["didYouMean"]) == ("NONE", [], [])
    assert answer["caution"]["text"].startswith("Nothing that you may see is recorded here. ")


LETTERED = ("12A Chestnut Avenue, Walsall WS1 1AA", "Flat A, 12 Chestnut Avenue, Walsall WS1 1AA")
LETTER = "a letter of the house number in one is the flat in the other"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        pytest.param("12A Chestnut Avenue, Walsall WS1 1AA", LETTERED[1], id="a suffix for a flat"),
        pytest.param("12a Chesnut Ave, Walsall", LETTERED[1], id="the same, misspelt, without a postcode"),
        pytest.param("12 A, WS1 1AA", LETTERED[1], id="the same without a street"),
        pytest.param("Flat A, 12 Chestnut Avenue, Walsall WS1 1AA", LETTERED[0], id="a flat for a suffix"),
        pytest.param("Flat A 12 Hcestnut Avenue, WS1 1AA", LETTERED[0], id="the same, misspelt at its start"),
        pytest.param("Flat A, 1st Floor, 12 Chestnut Av, Walsall", LETTERED[0], id="the same with a floor"),
    ],
)
def test_a_letter_of_the_number_is_offered_for_that_of_a_flat_and_the_other_way(
    town: Town, service: Service, typed: str, known: str
) -> None:
    others = (
        "12B Chestnut Avenue, WS1 1AA",
        "Flat B, 12 Chestnut Avenue, WS1 1AA",
        "1A Chestnut Avenue, WS1 1AA",
    )
    for reference, place in enumerate((known, *others)):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address=typed)
    assert (answer["outcome"], answer["matches"], answer["agencies"]) == ("NONE", [], [])
    (candidate,) = answer["didYouMean"]
    assert candidate["addressId"] == town.address(known)
    assert LETTER in candidate["differs"]
    assert not [said for said in candidate["agrees"] if "number" in said or "flat" in said]


def test_where_both_are_known_neither_is_offered_for_the_other_and_a_slip_comes_before_it(
    town: Town, service: Service
) -> None:
    for reference, place in enumerate(LETTERED):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    suffix, flat = map(town.address, LETTERED)
    for typed, found in zip(LETTERED, (suffix, flat), strict=True):
        answer = service.answer(MEANT, address=typed)
        assert (answer["matches"], answer["didYouMean"]) == ([{"addressId": found}], [])
    slips = [service.answer(MEANT, address=line.replace("tn", "n", 1)) for line in LETTERED]
    assert [[each["addressId"] for each in answer["didYouMean"]] for answer in slips] == [
        [suffix, flat],
        [flat, suffix],
    ]


def test_what_is_shielded_is_not_offered_for_its_letter(town: Town, service: Service) -> None:
    before = [service.answer(MEANT, address=line) for line in LETTERED]
    town.says("police", "1", place=LETTERED[1], contact="NEIGHBOUR_CONCERN", shielded="address")
    town.says("police", "2", place=LETTERED[0], person="Pam Rowe", lives=(ago(9), None), shielded="person")
    town.resolve()
    assert [service.answer(MEANT, address=line) for line in LETTERED] == before


def test_where_something_matched_nothing_else_is_offered(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.says("police", "2", place="14 High Street, Walsall WS1 1AB", contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address=HOME)
    assert (answer["outcome"], answer["didYouMean"]) == ("ONE", [])


FLATS = tuple(f"Flat {flat}, 14 Chestnut Avenue, Walsall WS1 1AA" for flat in (1, 2))


@pytest.mark.parametrize(
    "typed",
    [
        "14 Chesnut Ave, Walsall",
        "14 Chestnut Avenue, Walsall WS1 1AB",
        "14 Hcestnut Avenue, Walsall WS1 1AA",
    ],
    ids=["misspelt, no postcode", "another postcode", "misspelt, postcode"],
)
def test_flats_are_offered_for_a_building_of_which_nothing_else_is_known(
    town: Town, service: Service, typed: str
) -> None:
    for reference, place in enumerate((*FLATS, "Flat 1, 41 Chestnut Avenue, Walsall WS1 1AA")):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address=typed)
    assert (answer["outcome"], answer["matches"], answer["agencies"]) == ("NONE", [], [])
    assert {each["addressId"] for each in answer["didYouMean"]} == {town.address(flat) for flat in FLATS}
    assert all(any("gives a flat" in said for said in each["differs"]) for each in answer["didYouMean"])
    assert answer["notShown"] == [
        "Of the building nothing is known itself, but 2 flats or rooms that may be in it are: name one."
    ]


def test_a_building_whose_own_record_is_known_is_offered_and_not_its_flats(
    town: Town, service: Service
) -> None:
    building = "14 Chestnut Avenue, Walsall WS1 1AA"
    for reference, place in enumerate((*FLATS, building)):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    for typed in ("14 Chesnut Ave, Walsall", "Flat 9, 14 Chesnut Ave, Walsall"):
        (candidate,) = service.answer(MEANT, address=typed)["didYouMean"]
        assert candidate["addressId"] == town.address(building)


def test_a_building_that_a_gazetteer_has_is_offered_where_a_flat_of_it_is_known(
    town: Town, service: Service
) -> None:
    town.lists("100070", "14 Chestnut Avenue, Walsall, WS1 1AA")
    town.lists("100080", "14 Chesnut Lane, Walsall, WS1 2AA")
    town.says("police", "1", place=FLATS[0], contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address="14 Chesnut Av, Walsall")
    assert [each["addressId"] for each in answer["didYouMean"]] == [
        town.address("14 Chestnut Avenue, Walsall WS1 1AA")
    ]


def test_all_flats_of_a_building_that_is_not_known_itself_are_offered(town: Town, service: Service) -> None:
    for flat in range(1, 8):
        place = f"Flat {flat}, 14 Chestnut Avenue, Walsall WS1 1AA"
        town.says("police", str(flat), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address="14 Chesnut Avenue, Walsall")
    assert len(answer["didYouMean"]) == 7
    assert answer["notShown"] == [
        "Of the building nothing is known itself, but 7 flats or rooms that may be in it are: name one."
    ]


def test_how_many_more_may_have_been_meant_is_said(town: Town, service: Service) -> None:
    for house, end in enumerate("ABDEFGH"):
        place = f"14 Chestnut Avenue, Walsall WS{house} 1A{end}"
        town.says("police", str(house), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(MEANT, address="14 Chesnut Avenue, Walsall")
    assert len(answer["didYouMean"]) == 5
    assert answer["notShown"] == ["2 more addresses may have been meant: say more of the address."]
