"""Laws of addresses: how a line is written never changes the place; a number or a flat always does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

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

STREETS = ("High", "Chestnut", "Mill", "St Johns", "Old Church", "Queen", "Elm Tree")
TYPES = {
    "Street": ("St", "Str", "STREET"),
    "Road": ("Rd", "road", "Raod"),
    "Avenue": ("Ave", "Av", "avenue"),
    "Lane": ("Ln", "La", "LANE"),
    "Close": ("Cl", "Clo", "close"),
    "Gardens": ("Gdns", "Gdn", "gardens"),
    "Crescent": ("Cres", "Cresc", "crescent"),
}
UNITS = {
    "": ("",),
    "2": ("Flat 2", "FLAT 2", "Flt 2", "Apt 2", "Apt. 2", "Apartment 2", "Falt 2", "Flat No. 2", "flat2"),
    "a": ("Flat A", "flat a", "Flt A", "Apartment A"),
    "fl0": ("Ground Floor Flat", "GFF", "G/F", "Gnd floor flat", "Ground Floor"),
    "fl1": ("First Floor Flat", "1st Floor Flat", "1st floor", "FFF", "Frist Floor Flat"),
    "r3": ("Room 3", "Rm 3", "ROOM 3"),
}
NUMBERS = ("1", "14", "14a", "41", "114", "12-14")
CODE = "WS11AA"

numbers = st.sampled_from(NUMBERS)
units = st.sampled_from(sorted(UNITS))


def tokens(line: str, code: str = CODE) -> dict[str, str]:
    return place_fields(parse(line, code))


def plain(unit: str, number: str, street: str, kind: str) -> str:
    house = f"{number} {street} {kind}, Walsall"
    return f"{UNITS[unit][0]}, {house}" if unit else house


@st.composite
def written(draw: st.DrawFn, unit: str, number: str, street: str, kind: str) -> str:
    """The same address in another spelling, order and punctuation."""
    said = draw(st.sampled_from(UNITS[unit]))
    typed = draw(st.sampled_from((kind, *TYPES[kind])))
    house = f"{draw(st.sampled_from(('', 'No. ', 'No ')))}{number} {street} {typed}"
    parts = [said, house] if said else [house]
    if draw(st.booleans()):
        parts.reverse()
    parts.insert(len(parts) if draw(st.booleans()) else 0, "WS1 1AA")
    comma = draw(st.sampled_from((", ", " , ", "\n", "; ", ",,")))
    line = comma.join(parts)
    changes: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower)
    change = draw(st.sampled_from(changes))
    space = draw(st.sampled_from((" ", "  ", "\t")))
    end = draw(st.sampled_from(("", ".", " ", ", England", ", UK")))
    return f"{space}{change(line).replace(' ', space)}{end}"


addresses = st.tuples(units, numbers, st.sampled_from(STREETS), st.sampled_from(sorted(TYPES)))


@given(st.data(), addresses)
def test_spelling_order_and_punctuation_never_change_a_place(
    data: st.DataObject, address: tuple[str, str, str, str]
) -> None:
    line = data.draw(written(*address))
    assert tokens(line) == tokens(plain(*address)), line


@given(addresses, numbers)
def test_another_number_is_always_another_place(address: tuple[str, str, str, str], number: str) -> None:
    unit, _, street, kind = address
    ours, theirs = tokens(plain(*address)), tokens(plain(unit, number, street, kind))
    assert ours.keys() == theirs.keys()
    for level in ours:
        assert (ours[level] == theirs[level]) == (address[1] == number)


@given(addresses, units)
def test_another_flat_is_always_another_place_in_the_same_building(
    address: tuple[str, str, str, str], unit: str
) -> None:
    _, number, street, kind = address
    ours, theirs = tokens(plain(*address)), tokens(plain(unit, number, street, kind))
    for level in ("place", "street_place", "postcode_place"):
        assert (ours[level] == theirs[level]) == (address[0] == unit)
    for level in ("building", "street_building", "postcode_building"):
        assert ours[level] == theirs[level]


@given(addresses, st.sampled_from(("WS11AB", "WS12AA", "")))
def test_another_postcode_leaves_the_street_levels(address: tuple[str, str, str, str], code: str) -> None:
    ours, theirs = tokens(plain(*address)), tokens(plain(*address), code)
    for level in ("street_place", "street_building"):
        assert ours[level] == theirs[level]
    for level in ("place", "postcode_place", "building"):
        assert ours[level] != theirs.get(level)


@given(addresses, st.integers(1, 999), st.integers(1, 999))
def test_numbers_are_never_fuzzy(address: tuple[str, str, str, str], left: int, right: int) -> None:
    unit, _, street, kind = address
    one, other = (tokens(plain(unit, str(number), street, kind)) for number in (left, right))
    assert (one["place"] == other["place"]) == (left == right)


ENCODER = PlaceEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))


def resolved(*lines: str) -> list[str | None]:
    """The address that each line is of, by the resolver at its defaults."""
    numbers = count(1)
    resolver = new_resolver(ModelScorer(read_model("address")), new_id=lambda: str(next(numbers)))
    names = [RecordId(f"r{at:032x}") for at in range(len(lines))]
    encodings = [ENCODER.encode(parse(line, CODE), uprn="") for line in lines]
    resolver.apply(list(map(Upsert, names, encodings)))
    return list(map(resolver.entity_of, names))


@settings(max_examples=60)
@given(st.data(), addresses, st.lists(addresses, max_size=3))
def test_however_a_place_is_written_it_is_one_address_and_another_number_or_flat_is_another(
    data: st.DataObject, address: tuple[str, str, str, str], around: list[tuple[str, str, str, str]]
) -> None:
    unit, number, street, kind = address
    other_unit = data.draw(st.sampled_from([each for each in sorted(UNITS) if each != unit]))
    other_number = data.draw(st.sampled_from([each for each in NUMBERS if each != number]))
    lines = [
        plain(*address),
        data.draw(written(*address)),
        data.draw(written(*address)),
        data.draw(written(other_unit, number, street, kind)),
        data.draw(written(unit, other_number, street, kind)),
        *(plain(*each) for each in around),
    ]
    one, two, three, flat, house, *_ = resolved(*lines)
    assert one == two == three, lines
    assert len({one, flat, house}) == 3, lines
