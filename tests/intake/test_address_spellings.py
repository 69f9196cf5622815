"""Laws of addresses of every style in ``tests/address_styles.yaml``: each stays itself, and never another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mast_api.opening import new_resolver
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.persons import place_fields
from mast_intake.places import PlaceEncoder
from mast_resolver.model import read_model
from mast_resolver.records import RecordId
from mast_resolver.resolver import Upsert
from mast_resolver.score import ModelScorer

Case = Callable[[str], str]
CODE: Final = "WS11AA"
STYLES: Final[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "address_styles.yaml").read_text("utf-8")
)
HOUSES: Final[list[str]] = STYLES["houses"]
FLATS: Final[dict[str, list[str]]] = STYLES["flats"]
PLACES: Final[dict[str, list[str]]] = STYLES["places"]
US: Final[dict[str, Any]] = STYLES["us"]
ENCODER: Final = PlaceEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
CASES: Final[tuple[Case, ...]] = (str, str.upper, str.lower)
cases = st.sampled_from(CASES)


def place(line: str, country: str = "GB") -> str:
    """What a line is known by; a box has no street."""
    known = tokens(line, country)
    return known.get("place") or known["postcode_place"]


def tokens(line: str, country: str = "GB") -> dict[str, str]:
    return place_fields(parse(line, CODE if country == "GB" else "", country))


def resolved(*lines: str) -> list[str | None]:
    """The address that each line is of, by the resolver at its defaults."""
    numbers = count(1)
    resolver = new_resolver(ModelScorer(read_model("address")), new_id=lambda: str(next(numbers)))
    names = [RecordId(f"r{at:032x}") for at in range(len(lines))]
    resolver.apply(
        [
            Upsert(name, ENCODER.encode(parse(line, CODE), uprn=""))
            for name, line in zip(names, lines, strict=True)
        ]
    )
    return list(map(resolver.entity_of, names))


@st.composite
def unit_of(draw: st.DrawFn) -> tuple[str, str]:
    unit = draw(st.sampled_from(sorted(FLATS)))
    return unit, draw(st.sampled_from(FLATS[unit]))


@settings(max_examples=300)
@given(unit_of(), st.sampled_from(HOUSES), st.sampled_from(STYLES["around"]), cases)
def test_a_flat_stays_itself_in_every_spelling_order_and_mark(
    unit: tuple[str, str], house: str, around: str, case: Case
) -> None:
    name, said = unit
    line = case(around.format(unit=said, house=house))
    assert tokens(line) == tokens(f"{FLATS[name][0]}, {house}, Walsall"), line


@settings(max_examples=300)
@given(
    unit_of(),
    unit_of(),
    st.sampled_from(HOUSES),
    st.sampled_from(STYLES["around"]),
    st.sampled_from(STYLES["around"]),
)
def test_another_flat_is_another_place_of_the_same_building(
    left: tuple[str, str], right: tuple[str, str], house: str, one_way: str, other_way: str
) -> None:
    one, other = (
        tokens(way.format(unit=unit[1], house=house)) for way, unit in ((one_way, left), (other_way, right))
    )
    assert (one["place"] == other["place"]) == (left[0] == right[0]), (left, right)
    assert one["building"] == other["building"] != one["place"]


@given(
    st.sampled_from(STYLES["on_a_floor"]), st.sampled_from(HOUSES), st.sampled_from(STYLES["around"]), cases
)
def test_a_flat_on_a_floor_stays_itself_whichever_is_said_first(
    said: str, house: str, around: str, case: Case
) -> None:
    line = case(around.format(unit=said, house=house))
    assert tokens(line) == tokens(f"Flat 2, {house}, Walsall"), line


@given(
    st.sampled_from(STYLES["strokes"]),
    st.sampled_from(HOUSES),
    st.sampled_from(STYLES["around"]).filter(lambda each: "{house} {unit}" not in each),
    cases,
)
def test_a_flat_with_a_stroke_stays_itself(said: str, house: str, around: str, case: Case) -> None:
    line = case(around.format(unit=said, house=house))
    assert tokens(line) == tokens(f"Flat 2/1, {house}, Walsall"), line
    assert tokens(line)["place"] != tokens(f"Flat 2, {house}, Walsall")["place"]


@st.composite
def place_of(draw: st.DrawFn) -> tuple[str, str]:
    style = draw(st.sampled_from(sorted(PLACES)))
    said = draw(cases)(
        draw(st.sampled_from(STYLES["between"])).format(place=draw(st.sampled_from(PLACES[style])))
    )
    return style, said


@settings(max_examples=300)
@given(place_of())
def test_a_place_of_any_style_stays_itself_however_it_is_written(written: tuple[str, str]) -> None:
    style, line = written
    assert tokens(line) == tokens(f"{PLACES[style][0]}, Walsall"), line


@settings(max_examples=300)
@given(place_of(), place_of())
def test_two_places_of_any_style_are_two(left: tuple[str, str], right: tuple[str, str]) -> None:
    assert (place(left[1]) == place(right[1])) == (left[0] == right[0]), (left, right)


SAY_MORE: Final = ({"north", "last of it"}, {"dependent", "three"})
"""Of one number and one postcode, and all that one street says the other says too: they may be one."""


def apart(style: str, other: str) -> bool:
    return style != other and {style, other} not in SAY_MORE


@settings(max_examples=60)
@given(st.data(), st.sampled_from(sorted(PLACES)))
def test_the_resolver_makes_one_address_of_a_style_and_another_of_its_neighbours(
    data: st.DataObject, style: str
) -> None:
    others = data.draw(
        st.lists(place_of().filter(lambda each: apart(style, each[0])), min_size=1, max_size=4)
    )
    said = data.draw(st.sampled_from(STYLES["between"])).format(
        place=data.draw(st.sampled_from(PLACES[style]))
    )
    one, two, *rest = resolved(f"{PLACES[style][0]}, Walsall", said, *(line for _, line in others))
    assert one == two is not None
    assert one not in rest, (style, others)


@pytest.mark.parametrize(
    "organisation", ["Acme Ltd", "Walsall Council", "St Johns Ambulance", "Barclays Bank plc", "C/O Mr Smith"]
)
@given(house=st.sampled_from(HOUSES), unit=st.sampled_from(("", "Flat 2, ", "GFF, ")), case=cases)
def test_an_organisation_changes_no_address(organisation: str, house: str, unit: str, case: Case) -> None:
    line = case(f"{organisation}, {unit}{house}, Walsall")
    assert tokens(line) == tokens(f"{unit}{house}, Walsall"), line
    one, two, flat = resolved(line, f"{unit}{house}, Walsall", f"Flat 11, {house}, Walsall")
    assert one == two != flat


@st.composite
def american(draw: st.DrawFn) -> tuple[str, str, str]:
    house, unit = draw(st.sampled_from(US["houses"])), draw(st.sampled_from(sorted(US["flats"])))
    line = draw(st.sampled_from(US["between"])).format(
        house=house, unit=draw(st.sampled_from(US["flats"][unit]))
    )
    return house, unit, draw(cases)(line)


@settings(max_examples=300)
@given(american())
def test_a_us_line_stays_itself_however_it_is_written(address: tuple[str, str, str]) -> None:
    house, unit, line = address
    plain = ", ".join(filter(None, (house, US["flats"][unit][0], "Springfield", "IL 62701")))
    assert tokens(line, "US") == tokens(plain, "US"), line


@settings(max_examples=300)
@given(american(), american())
def test_two_us_houses_or_flats_are_two(left: tuple[str, str, str], right: tuple[str, str, str]) -> None:
    one, other = tokens(left[2], "US"), tokens(right[2], "US")
    assert (one["place"] == other["place"]) == (left[:2] == right[:2]), (left, right)
    assert (one["building"] == other["building"]) == (left[0] == right[0]), (left, right)


@given(st.sampled_from(US["houses"][:3]), st.integers(1, 9999), st.integers(1, 9999))
def test_a_us_number_is_never_fuzzy_with_commas_or_without(house: str, left: int, right: int) -> None:
    street = house.partition(" ")[2]
    one = tokens(f"{left} {street}, Springfield, IL 62701", "US")
    other = tokens(f"{right} {street} Springfield IL 62701", "US")
    assert (one["place"] == other["place"]) == (left == right)
