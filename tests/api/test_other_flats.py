"""A flat is where it was typed: that of its number in another house or on another floor is only offered."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import yaml
from tests.town import Service, Town, ago

from mast_resolver.records import Kind

pytestmark = pytest.mark.graph

ASK: Final = """
query ($address: String!) {
  concernsAtAddress(address: $address) {
    outcome matches { addressId } didYouMean { addressId differs } agencies { agency { id } }
  }
}
"""
STREET: Final = "14 High Street, Walsall, WS1 1AA"
VICTORIA: Final = f"Flat 2, Victoria House, {STREET}"
KINGS: Final = f"Flat 3, Kings House, {STREET}"
NAMELESS: Final = f"Flat 4, {STREET}"
ON_FIRST: Final = f"Flat 5, First Floor, {STREET}"
LOOKED_UP: Final = yaml.safe_load((Path(__file__).parents[1] / "address_cases.yaml").read_text("utf-8"))[
    "looked_up"
]

DIFFERS: Final = {
    "the flats are in two houses of other names, with one number",
    "the flats are on two floors",
}


@pytest.fixture
def told(town: Town) -> Town:
    """Four flats of one number of the street, each with a contact."""
    for reference, place in enumerate((VICTORIA, KINGS, NAMELESS, ON_FIRST)):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    return town


def test_a_flat_is_taken_however_it_is_written_and_offered_for_another_house_or_floor(
    told: Town, service: Service
) -> None:
    for case in LOOKED_UP:
        answer = service.answer(ASK, address=case["typed"])
        matches, offers = ([each["addressId"] for each in answer[name]] for name in ("matches", "didYouMean"))
        found = told.address(case["known"])
        assert (matches, offers) == (([found], []) if case["is"] == "taken" else ([], [found])), case
        if offers:
            assert answer["agencies"] == []
            (offer,) = answer["didYouMean"]
            assert DIFFERS.intersection(offer["differs"]), case


def test_of_two_houses_of_one_number_the_one_that_was_typed_is_the_answer(
    told: Town, service: Service
) -> None:
    queens = f"Flat 3, Queens House, {STREET}"
    told.says("fire", "1", place=queens, contact="NEIGHBOUR_CONCERN")
    old, before = told.address(KINGS), set(told.records_of(told.address(KINGS)))
    told.resolve()
    # As the resolver parts them (tests/address_cases.yaml); the town gives one id to all of one number.
    moved = {each: "A-kings" if each in before else "A-queens" for each in told.records_of(old)}
    told.supersede(Kind.ADDRESS, old, "A-kings", "A-queens", moved=moved)
    kings, other = (service.answer(ASK, address=typed) for typed in (KINGS, queens))
    assert [kings["matches"], other["matches"]] == [[{"addressId": "A-kings"}], [{"addressId": "A-queens"}]]
    assert [each["agency"]["id"] for each in (*kings["agencies"], *other["agencies"])] == ["police", "fire"]
    assert service.answer(ASK, address=f"Flat 3, {STREET}")["outcome"] == "SEVERAL", "it may be either"


def test_an_address_of_many_records_leaves_room_for_others(
    told: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_graph.houses.MOST_RECORDS", 2)
    for agency in ("fire", "housing"):
        told.says(agency, "many", place=f"Flat 3, {STREET}", contact="NEIGHBOUR_CONCERN")
    old, kings = told.address(KINGS), set(told.records_of(told.address(KINGS)))
    told.resolve()
    moved = {each: "A-kings" if each in kings else "A-a-nameless" for each in told.records_of(old)}
    told.supersede(Kind.ADDRESS, old, "A-kings", "A-a-nameless", moved=moved)
    answer = service.answer(ASK, address=f"Flat 3, Queens House, {STREET}")
    assert answer["matches"] == [{"addressId": "A-a-nameless"}]


def test_a_house_is_confirmed_by_who_names_it_and_not_by_who_names_another_without_flat_or_number(
    told: Town, service: Service
) -> None:
    for flat, beside, taken in (
        ("Flat 6", "Flat 6, Queens House, High Street, Walsall, WS1 1AA", False),
        ("Flat 7", f"Queens House, {STREET}", False),
        ("Flat 8", "Flat 8, Kings House, High Street, Walsall, WS1 1AA", True),
        ("Flat 9", f"Kings House, {STREET}", True),
    ):
        queens = f"{flat}, Queens House, {STREET}"
        for place in (queens, beside):
            told.says("police", f"{flat} {place}", place=place, contact="NEIGHBOUR_CONCERN")
        told.resolve()
        old, into = told.address(beside), told.address(queens)
        told.supersede(Kind.ADDRESS, old, into, moved=dict.fromkeys(told.records_of(old), into))
        answer = service.answer(ASK, address=f"{flat}, Kings House, {STREET}")
        found = [[each["addressId"] for each in answer[name]] for name in ("matches", "didYouMean")]
        assert found == ([[into], []] if taken else [[], [into]]), beside


def test_a_flat_whose_names_are_two_is_the_answer_to_either(told: Town, service: Service) -> None:
    """One number (UPRN) said that it is one: the house has another name now."""
    for reference, house in enumerate(("Mill Court", "Grange House")):
        place = f"Flat 9, {house}, 14 High Street, Walsall, WS1 1AA"
        told.says("fire", f"m{reference}", place=place, uprn="100012345678", contact="NEIGHBOUR_CONCERN")
    told.resolve()
    found = [
        service.answer(ASK, address=f"Flat 9, {house}, {STREET}")["matches"]
        for house in ("Mill Court", "Grange House")
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_while_a_record_of_it_waits_a_flat_that_is_not_taken_is_offered(told: Town, service: Service) -> None:
    typed = f"Flat 3, Queens House, {STREET}"
    before = service.answer(ASK, address=typed)
    assert [each["addressId"] for each in before["didYouMean"]] == [told.address(KINGS)]
    told.says("fire", "waits", place=typed, contact="NEIGHBOUR_CONCERN")
    assert service.answer(ASK, address=typed) == before


def test_a_house_that_only_somebody_who_is_shielded_names_tells_nothing(told: Town, service: Service) -> None:
    typed = f"Flat 4, Queens House, {STREET}"
    before = service.answer(ASK, address=typed)
    told.says(
        "housing",
        "pam",
        person="Pam Rowe",
        place=f"Flat 4, Kings House, {STREET}",
        lives=(ago(90), None),
        shielded="person",
    )
    told.resolve()
    assert service.answer(ASK, address=typed) == before
    told.says("fire", "seen", place=f"Flat 4, Kings House, {STREET}", contact="NEIGHBOUR_CONCERN")
    told.resolve()
    assert service.answer(ASK, address=typed)["outcome"] == "NONE", "once somebody else says so it is"
