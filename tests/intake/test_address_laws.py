"""Laws of addresses: how a line is written never changes the place; a number or a flat always does."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from mast_intake.address import parse
from mast_intake.persons import place_fields

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
