"""Places with a gazetteer: one answer however a place is asked for, flats apart, and nothing given away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_api.development import DevelopmentIssuer
from mast_api.ports import Services
from mast_api.reference import load_gazetteer
from mast_api.resolving import resolve_pending
from mast_api.workspace import now
from mast_graph.units import MOST_UNITS
from mast_resolver.records import FOREVER

pytestmark = pytest.mark.graph

HEADER = "uprn,address,postcode,parent_uprn"
HOUSE = (
    '100070,"14 High Street, Walsall",WS1 1AA,',
    *(f'10007{flat},"Flat {flat}, 14 High Street, Walsall",WS1 1AA,100070' for flat in (1, 2, 3, 4)),
    '100080,"16 High Street, Walsall",WS1 1AA,',
)
ASK = """
query ($address: String! = "", $parts: AddressParts) {
  concernsAtAddress(address: $address, parts: $parts) {
    outcome
    matches { addressId stage buildingId unitCount units { addressId recorded } }
    didYouMean { addressId }
    agencies { agency { id } }
    contacts { edges { node { id type } } }
    notShown
  }
}
"""
WHOLE = """
query ($address: String! = "", $parts: AddressParts) {
  concernsAtAddress(address: $address, parts: $parts) {
    outcome
    matches { addressId buildingId unitCount }
    agencies { ...known } agenciesNow { ...known } agenciesBefore { ...known }
    parts { part says agencies { ...known } }
    households {
      id communal addressIds memberCount presentCount
      members { personId present spells { begin end inferred } }
    }
    contacts { edges { node { id type } } }
    caution { text } withheld { dataClass by } notShown
  }
}
fragment known on AgencyContacts { agency { id } latestAt latestType count openEpisodes team { phone } }
"""
BY_ID = """
query ($id: ID!) { address(id: $id) { concerns {
  matches { addressId buildingId } agencies { agency { id } } contacts { edges { node { type } } } } } }
"""
HISTORY = "query ($id: ID!) { addressHistory(id: $id) { addressIds superseded { id successorIds } } }"
EVERYTHING = "query ($id: ID!) { address(id: $id) { superseded { id } concerns { matches { addressId } } } }"
Load = Callable[..., None]


@pytest.fixture
def today(services: tuple[Services, DevelopmentIssuer]) -> Iterator[Service]:
    """The service by the machine's clock: a gazetteer is loaded now."""
    made, issuer = services
    with Service(replace(made, clock=now), issuer) as running:
        yield running


@pytest.fixture
def load(town: Town, tmp_path: Path) -> Load:
    """Load an edition and resolve everything."""

    def work(*rows: str) -> None:
        if rows:
            path = tmp_path / "town.csv"
            path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
            folder = tmp_path / "rejects"
            loaded = load_gazetteer(town.store, town._lease, town.keys, [path], rejects_folder=folder)
            assert not loaded.rows_rejected
        resolve_pending(town.store, town._lease, town.keys, tmp_path)

    return work


def types(answer: Any) -> list[str]:
    return [edge["node"]["type"] for edge in answer["contacts"]["edges"]]


def said_of_the_house(town: Town) -> None:
    town.says("police", "1", place="Flat 2, 14 High St, Walsall", contact="NEIGHBOUR_CONCERN", at=ago(9))
    town.says("fire", "2", place="2/14 High Street WS1 1AA", contact="FIRE_INCIDENT", at=ago(8))
    town.says("housing", "3", place="Flt 2 14 Hihg Street", uprn="100072", contact="ASB_CASE", at=ago(7))
    town.says("police", "4", place="Flat 3, 14, WS1 1AA", contact="NEIGHBOUR_CONCERN", at=ago(6))
    town.says("nhs", "5", person="Ruth Ames", place="Flat 4 14 High St WS1 1AA", lives=(ago(300), None))
    town.says("nhs", "6", person="Ruth Ames", contact="SEXUAL_HEALTH_CONTACT", at=ago(30))


def test_one_answer_however_the_place_is_asked_for(town: Town, load: Load, today: Service) -> None:
    said_of_the_house(town)
    omar: dict[str, Any] = {"person": "Omar Iqbal", "date_of_birth": "1990-05-17"}
    town.says("housing", "7", place="Flat 2, 14 High St, WS1 1AA", lives=(ago(200), None), **omar)
    town.says("housing", "7", contact="RENT_ARREARS", at=ago(20), **omar)
    town.says("police", "8", contact="MISSING_PERSON", at=ago(300), **omar)
    load(*HOUSE)
    answers = [
        today.answer(WHOLE, **asked)
        for asked in (
            {"address": "flat 2 14 high st walsall"},
            {"address": "2/14 High Street WS1 1AA"},
            {"address": "FLAT 2, 14 HIGH STREET, WALSALL, WS1 1AA"},
            {"parts": {"lines": [], "uprn": "100072"}},
        )
    ]
    first = answers[0]
    for answer in answers[1:]:
        assert answer == first
    assert (first["outcome"], len(first["matches"])) == ("ONE", 1)
    assert {each["agency"]["id"] for each in first["agencies"]} == {"police", "fire", "housing"}
    by_part = {part["part"]: [each["agency"]["id"] for each in part["agencies"]] for part in first["parts"]}
    assert sorted(by_part["PLACE"]) == ["fire", "housing", "police"]
    assert by_part["RESIDENT"] == ["housing"]
    assert by_part["RESIDENT_ELSEWHERE"] == ["police"]
    (home,) = first["households"]
    assert (home["memberCount"], home["members"][0]["present"]) == (1, True)


def test_a_building_lists_its_flats_each_with_a_history_of_its_own(
    town: Town, load: Load, today: Service
) -> None:
    said_of_the_house(town)
    load(*HOUSE)
    answer = today.answer(ASK, address="14 High Street, Walsall")
    (building,) = answer["matches"]
    assert answer["outcome"] == "ONE"
    assert types(answer) == []
    assert building["unitCount"] == 3
    recorded = {}
    for unit in building["units"]:
        concerns = today.answer(BY_ID, id=unit["addressId"])["concerns"]
        assert concerns["matches"][0]["buildingId"] == building["addressId"]
        assert unit["recorded"] == bool(concerns["agencies"])
        recorded[tuple(types(concerns))] = unit["recorded"]
    # What the officer may not see of flat 4 counts for nothing; flat 1, which nobody knows, is not there.
    assert recorded == {
        ("ASB_CASE", "FIRE_INCIDENT", "NEIGHBOUR_CONCERN"): True,
        ("NEIGHBOUR_CONCERN",): True,
        (): False,
    }
    assert any("3 flats or rooms" in said for said in answer["notShown"])


def test_what_only_the_gazetteer_has_answers_as_what_is_not_there(
    town: Town, load: Load, today: Service
) -> None:
    said_of_the_house(town)
    load()
    asked: list[dict[str, Any]] = [
        {"address": "16 High Street, Walsall WS1 1AA"},
        {"address": "16 Hihg Street, Walsall"},
        {"parts": {"lines": [], "uprn": "100080"}},
        {"parts": {"lines": [], "uprn": "100071"}},
        {"address": "Flat 1, 99 High Street, Walsall WS1 1AA"},
    ]
    before = [today.answer(ASK, **each) for each in asked]
    load(*HOUSE)
    assert [today.answer(ASK, **each) for each in asked] == before
    assert [each["outcome"] for each in before] == ["NONE"] * len(asked)
    # A flat that nobody knows is answered by its building, as a building's.
    unknown = today.answer(ASK, address="Flat 1, 14 High Street, Walsall WS1 1AA")
    assert [each["stage"] for each in unknown["matches"]] == ["BUILDING"]


def test_an_id_is_told_no_more_than_the_text_is(town: Town, load: Load, today: Service) -> None:
    said_of_the_house(town)
    # Only somebody who is shielded is left to speak of this house, which is in the gazetteer.
    town.says("police", "6", person="Ivo Petrov", place="16 High Street, Walsall WS1 1AA", shielded="person")
    load(*HOUSE)
    held = town.store.read("read.check_nodes", skip=0, limit=1_000)
    ids = [row["properties"]["id"] for row in held if row["labels"] == ["Address"]]
    told = {each for each in ids if today.answer(BY_ID, id=each)["concerns"]["matches"]}
    lines = ["14 High Street", *(f"Flat {flat}, 14 High Street" for flat in (2, 3, 4)), "16 High Street"]
    found = [today.answer(ASK, address=f"{line}, Walsall WS1 1AA")["matches"] for line in lines]
    assert len(ids) == 6
    assert found[-1] == []
    assert told == {match["addressId"] for matches in found for match in matches}
    # The building, which only the gazetteer and its flats speak of, is known by them.
    assert len(told) == 4


def test_what_a_text_finds_has_a_history_and_nothing_else_has(town: Town, load: Load, today: Service) -> None:
    said_of_the_house(town)
    load(*HOUSE)
    held = town.store.read("read.check_nodes", skip=0, limit=1_000)
    ids = [row["properties"]["id"] for row in held if row["labels"] == ["Address"]]
    told = {each for each in ids if today.answer(BY_ID, id=each)["concerns"]["matches"]}
    (building,) = today.answer(ASK, address="14 High Street, Walsall WS1 1AA")["matches"]
    assert building["addressId"] in told
    for each in ids:
        history = today.answer(HISTORY, id=each, **ENQUIRY)
        assert history["addressIds"] == ([each] if each in told else [])


def test_a_property_that_only_the_gazetteer_had_is_not_told_of_when_it_goes(
    town: Town, load: Load, today: Service
) -> None:
    said_of_the_house(town)
    load(*HOUSE)
    held = town.store.read("read.check_nodes", skip=0, limit=1_000)
    ids = [row["properties"]["id"] for row in held if row["labels"] == ["Address"]]
    only_listed = {each for each in ids if not today.answer(BY_ID, id=each)["concerns"]["matches"]}
    assert len(only_listed) == 2
    load(*HOUSE[:1], *HOUSE[2:5])
    live = {row["id"] for row in _addresses(town) if row["recorded_to"] == FOREVER}
    assert only_listed.isdisjoint(live)
    for document in (EVERYTHING, HISTORY):
        never = today.answer(document, id="A-never", **ENQUIRY)
        for each in only_listed:
            assert today.answer(document, id=each, **ENQUIRY) == never


def _addresses(town: Town) -> list[dict[str, Any]]:
    held = town.store.read("read.check_nodes", skip=0, limit=1_000)
    return [row["properties"] for row in held if row["labels"] == ["Address"]]


def test_a_gazetteer_that_waits_to_be_resolved_is_no_news_of_an_address(
    town: Town, load: Load, today: Service, tmp_path: Path
) -> None:
    path = tmp_path / "town.csv"
    path.write_text("\n".join((HEADER, *HOUSE)), encoding="utf-8")
    load_gazetteer(town.store, town._lease, town.keys, [path], rejects_folder=tmp_path / "rejects")
    assert today.answer(ASK, address="14 High Street, Walsall WS1 1AA")["notShown"] == []


def test_a_number_given_to_another_address_leads_to_its_property_alone(
    town: Town, load: Load, today: Service
) -> None:
    town.says(
        "fire", "1", place="Flat 2, 14 High Street, Walsall WS1 1AA", uprn="100080", contact="FIRE_INCIDENT"
    )
    town.says("police", "2", place="Flat 2, 14 High Street, Walsall", contact="NEIGHBOUR_CONCERN", at=ago(20))
    load(*HOUSE)
    by_number = today.answer(ASK, parts={"lines": [], "uprn": "100080"})
    assert (by_number["outcome"], types(by_number)) == ("NONE", [])
    flat = today.answer(ASK, parts={"lines": [], "uprn": "100072"})
    assert types(flat) == ["FIRE_INCIDENT", "NEIGHBOUR_CONCERN"]


def test_a_newer_edition_corrects_and_withdraws(town: Town, load: Load, today: Service) -> None:
    town.says("police", "1", place="Rose Cottage, High Street, Walsall WS1 1AA", contact="NEIGHBOUR_CONCERN")
    load(
        '100070,"14 High Street, Walsall",WS1 1AA,',
        '100090,"Rose Cottage, High Street, Walsall",WS1 1AA,100070',
    )
    first = today.answer(ASK, parts={"lines": [], "uprn": "100090"})
    assert first["matches"][0]["buildingId"] is not None
    load('100090,"Rose Cottage, High Street, Walsall",WS1 1AA,')
    second = today.answer(ASK, parts={"lines": [], "uprn": "100090"})
    assert second["matches"][0]["buildingId"] is None
    assert second["matches"][0]["addressId"] == first["matches"][0]["addressId"]
    load('100070,"14 High Street, Walsall",WS1 1AA,')
    assert today.answer(ASK, parts={"lines": [], "uprn": "100090"})["outcome"] == "NONE"
    assert types(today.answer(ASK, address="Rose Cottage, High Street, Walsall WS1 1AA")) == [
        "NEIGHBOUR_CONCERN"
    ]


def test_of_many_flats_some_are_listed_and_that_is_said(town: Town, load: Load, today: Service) -> None:
    for flat in range(MOST_UNITS + 2):
        town.says("police", str(flat), place=f"Flat {flat}, 14 High St, Walsall WS1 1AA", contact="ASB_CASE")
    load(HOUSE[0])
    answer = today.answer(ASK, address="14 High Street, Walsall WS1 1AA")
    (building,) = answer["matches"]
    assert (building["unitCount"], len(building["units"])) == (MOST_UNITS + 2, MOST_UNITS)
    assert any(f"at most {MOST_UNITS} are listed" in said for said in answer["notShown"])
