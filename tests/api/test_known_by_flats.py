"""A building of which no record of its own exists: its flats are listed, each with a history of its own."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from tests.town import Service, Town, ago

from mast_api.schema.flats import by_building
from mast_graph.units import FlatRow

pytestmark = pytest.mark.graph

BUILDING = "14 High Street, Walsall WS1 1AA"
FLATS = tuple(f"Flat {flat}, {BUILDING}" for flat in (1, 2))
DUDLEY = "Flat 5, 14 High Street, Dudley DY1 1AA"
CONCERNS = """
  outcome matches { addressId unitCount units { addressId } } didYouMean { addressId } notShown
  buildings { says unitCount units { addressId recorded } } agencies { agency { id } } households { id }
  contacts { edges { node { type } } } caution { text } parts { agencies { openEpisodes } }
"""
TYPED = f"query ($address: String!) {{ concernsAtAddress(address: $address) {{ {CONCERNS} }} }}"
BY_ID = f"query ($id: ID!) {{ address(id: $id) {{ concerns {{ {CONCERNS} }} }} }}"


@pytest.fixture
def told(town: Town) -> Town:
    """Two flats, each with somebody and a contact; next door another."""
    town.says("housing", "1", person="Omar Iqbal", place=FLATS[0], lives=(ago(300), None))
    town.says("fire", "f", place=FLATS[0], contact="FIRE_INCIDENT", at=ago(9))
    town.says("police", "2", person="Ruth Ames", place=FLATS[1], lives=(ago(300), None))
    town.says("police", "3", place="Flat 1, 16 High Street, Walsall WS1 1AA", contact="NEIGHBOUR_CONCERN")
    town.resolve()
    return town


def tells_of_none(answer: Any) -> None:
    assert answer["matches"] == answer["didYouMean"] == answer["agencies"] == answer["households"] == []
    assert answer["contacts"]["edges"] == []
    assert [part["agencies"] for part in answer["parts"]] == [[], [], [], []]
    assert "Nothing that you may see" not in answer["caution"]["text"]


def units(answer: Any) -> list[set[str]]:
    return [{unit["addressId"] for unit in building["units"]} for building in answer["buildings"]]


@pytest.mark.parametrize(
    "typed",
    [
        BUILDING,
        "14 high st walsall",
        "14, WS1 1AA",
        "14 High Street WS1 1AA",
        "14 HIGH STREET, WALSALL, WS11AA",
    ],
)
def test_the_building_is_given_with_its_flats(told: Town, service: Service, typed: str) -> None:
    answer = service.answer(TYPED, address=typed)
    assert answer["outcome"] == "BUILDING"
    tells_of_none(answer)
    (building,) = answer["buildings"]
    assert building["unitCount"] == 2
    assert "history of its own" in building["says"].replace("\n", " ")
    first, second = map(told.address, FLATS)
    assert {unit["addressId"]: unit["recorded"] for unit in building["units"]} == {first: True, second: False}
    one = service.answer(BY_ID, id=first)["concerns"]
    assert [edge["node"]["type"] for edge in one["contacts"]["edges"]] == ["FIRE_INCIDENT"]
    assert service.answer(BY_ID, id=second)["concerns"]["contacts"]["edges"] == []


@pytest.mark.parametrize(
    "typed",
    [
        "15 High Street, Walsall WS1 1AA",
        "14 High Street WS1 1AB",
        "14 High Street, Dudley",
        "14a High Street WS1 1AA",
    ],
)
def test_what_is_not_that_building_is_not_given(told: Town, service: Service, typed: str) -> None:
    answer = service.answer(TYPED, address=typed)
    assert (answer["outcome"], answer["buildings"]) == ("NONE", [])


def test_two_buildings_that_fit_are_listed_apart(told: Town, service: Service) -> None:
    told.says("nhs", "5", place=DUDLEY, contact="SAFEGUARDING_CONCERN", at=ago(5))
    told.resolve()
    answer = service.answer(TYPED, address="14 High Street")
    assert answer["outcome"] == "SEVERAL"
    tells_of_none(answer)
    ours = {told.address(each) for each in FLATS}
    assert sorted(map(sorted, units(answer))) == sorted([sorted(ours), [told.address(DUDLEY)]])
    assert any("fits 2 buildings" in said for said in answer["notShown"])
    for typed in ("14 High Street, Walsall", BUILDING):
        assert units(service.answer(TYPED, address=typed)) == [ours]


def test_of_a_house_and_a_building_elsewhere_that_fit_neither_is_taken(told: Town, service: Service) -> None:
    """The flats are in Walsall; in Dudley it is one house, where somebody lives and a contact is recorded."""
    house = "14 High Street, Dudley DY1 1AA"
    told.says("nhs", "5", person="Jane Ashby", place=house, lives=(ago(300), None))
    told.says("nhs", "6", place=house, contact="SAFEGUARDING_CONCERN", at=ago(5))
    told.resolve()
    answer = service.answer(TYPED, address="14 High Street")
    assert answer["outcome"] == "SEVERAL"
    assert [each["addressId"] for each in answer["matches"]] == [told.address(house)]
    tells_of_none({**answer, "matches": []})
    assert units(answer) == [{told.address(each) for each in FLATS}]
    assert any("a place and also 1 building" in said for said in answer["notShown"])
    entry = service.audited()[-1]["ids"]
    assert not any(entry[kind] for kind in ("contacts", "people", "agencies")), (
        "nothing of the house was told"
    )
    for typed, outcome in {"14 High Street, Dudley": "ONE", house: "ONE", BUILDING: "BUILDING"}.items():
        assert service.answer(TYPED, address=typed)["outcome"] == outcome


@pytest.mark.parametrize("house", [BUILDING, "14 High Street, Walsall"])
def test_flats_of_the_house_that_was_found_are_no_other_building(
    told: Town, service: Service, house: str
) -> None:
    told.says("nhs", "b", place=house, contact="SAFEGUARDING_CONCERN", at=ago(5))
    told.says("nhs", "9", place="Flat 9, 14 High Street, Walsall", contact="ED_ATTENDANCE", at=ago(5))
    told.resolve()
    for typed in ("14 High Street", "14 High Street, Walsall"):
        answer = service.answer(TYPED, address=typed)
        assert (typed, answer["outcome"], answer["buildings"]) == (typed, "ONE", [])
        assert [edge["node"]["type"] for edge in answer["contacts"]["edges"]] == ["SAFEGUARDING_CONCERN"]


def test_of_many_buildings_that_fit_some_are_listed_and_all_are_counted(told: Town, service: Service) -> None:
    for number in range(6):
        told.says(
            "nhs", str(number), place=f"Flat 1, 14 High Street, DY{number + 1} 1AA", contact="ED_ATTENDANCE"
        )
    told.resolve()
    answer = service.answer(TYPED, address="14 High Street")
    assert (answer["outcome"], len(answer["buildings"])) == ("SEVERAL", 5)
    assert any("fits 7 buildings" in said for said in answer["notShown"])
    assert any("5 are listed" in said for said in answer["notShown"])


def test_a_building_that_is_known_itself_is_matched_as_before(told: Town, service: Service) -> None:
    told.says("nhs", "b", place=BUILDING, contact="SAFEGUARDING_CONCERN", at=ago(5))
    told.resolve()
    answer = service.answer(TYPED, address=BUILDING)
    (match,) = answer["matches"]
    assert (answer["outcome"], answer["buildings"], match["unitCount"]) == ("ONE", [], 2)


def test_flats_whose_building_is_known_otherwise_leave_it_to_be_offered(told: Town, service: Service) -> None:
    """Its record misspells the street; number and postcode tell that the flats are in it."""
    misspelt = "14 Hihg Street, Walsall WS1 1AA"
    told.says("nhs", "b", place=misspelt, contact="SAFEGUARDING_CONCERN", at=ago(5))
    told.resolve()
    answer = service.answer(TYPED, address=BUILDING)
    assert (answer["outcome"], answer["buildings"]) == ("NONE", [])
    assert [each["addressId"] for each in answer["didYouMean"]] == [told.address(misspelt)]


def test_a_flat_that_is_not_known_is_offered_as_before(told: Town, service: Service) -> None:
    answer = service.answer(TYPED, address=f"Flat 9, {BUILDING}")
    assert (answer["outcome"], answer["buildings"]) == ("NONE", [])


def test_while_records_wait_nothing_is_given(told: Town, service: Service) -> None:
    told.says("nhs", "b", place=BUILDING, contact="SAFEGUARDING_CONCERN", at=ago(5))
    answer = service.answer(TYPED, address=BUILDING)
    assert (answer["outcome"], answer["buildings"]) == ("NONE", [])
    assert any("not resolved yet" in said for said in answer["notShown"])


@pytest.mark.parametrize("who", ["person", "address"])
def test_flats_that_are_shielded_make_no_building(town: Town, service: Service, who: str) -> None:
    absent = service.answer(TYPED, address=BUILDING)
    lives: dict[str, Any] = {"lives": (ago(300), None)}
    town.says("housing", "1", person="Omar Iqbal", place=FLATS[0], shielded=who, **lives)
    town.resolve()
    assert service.answer(TYPED, address=BUILDING) == absent
    town.says("police", "2", person="Ruth Ames", place=FLATS[1], **lives)
    town.resolve()
    (building,) = service.answer(TYPED, address=BUILDING)["buildings"]
    assert [unit["addressId"] for unit in building["units"]] == [town.address(FLATS[1])]
    assert building["unitCount"] == 1


@pytest.mark.parametrize("who", ["person", "address"])
def test_flats_that_are_shielded_stand_beside_no_house(town: Town, service: Service, who: str) -> None:
    town.says("nhs", "6", place="14 High Street, Dudley DY1 1AA", contact="SAFEGUARDING_CONCERN", at=ago(5))
    town.resolve()
    absent = service.answer(TYPED, address="14 High Street")
    assert absent["outcome"] == "ONE"
    town.says("housing", "1", person="Omar Iqbal", place=FLATS[0], shielded=who, lives=(ago(300), None))
    town.resolve()
    assert service.answer(TYPED, address="14 High Street") == absent


def test_a_flat_that_only_a_gazetteer_has_makes_no_building(town: Town, service: Service) -> None:
    town.lists("100071", "Flat 1, 14 High Street, Walsall, WS1 1AA")
    town.resolve()
    assert service.answer(TYPED, address=BUILDING)["outcome"] == "NONE"


def flat(name: str, building: str = "", number: str = "", area: str = "") -> FlatRow:
    return FlatRow(
        id=name,
        buildings=[building] if building else [],
        numbers=[number] if number else [],
        areas=[area] if area else [],
    )


def test_flats_are_put_together_by_what_is_known_of_them_in_any_order() -> None:
    first, second = flat("A-1", "b", "n", "w"), flat("A-2", "b", "n")
    no_postcode, elsewhere = flat("A-3", area="w"), flat("A-4", "c", "m", "d")
    expected = [["A-1", "A-2", "A-3"], ["A-4"]]
    for order in permutations((first, second, no_postcode, elsewhere)):
        assert by_building(order) == expected
    # Two streets of one name in the town: nobody can tell which of them the flat is in.
    other = flat("A-5", "e", "k", "w")
    for order in permutations((first, other, no_postcode)):
        assert by_building(order) == [["A-1"], ["A-3"], ["A-5"]]
    # One flat that two agencies write otherwise ties what both write together.
    both = FlatRow(id="A-6", buildings=["b", "e"], numbers=["n", "k"], areas=["w"])
    for order in permutations((first, other, both)):
        assert by_building(order) == [["A-1", "A-5", "A-6"]]
