"""Laws of addresses: how a line is written never changes the place; a number or a flat always does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mast_api.opening import new_resolver
from mast_api.schema.places import seeks
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.persons import place_fields
from mast_intake.places import PlaceEncoder
from mast_intake.search import AddressQuery, encode_address_query
from mast_resolver.errors import AddressTooBroadError, SearchUnreadableError
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


def of_two_parts(
    address: tuple[str, str, str, str], left: str, right: str, how: str
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What two words beside a house are read as, each in its place, and the house itself."""
    _, number, street, kind = address
    house = f"{number} {street} {kind}"
    return tokens(how.format(left, house)), tokens(how.format(right, house)), tokens(house)


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


def finds(typed: str, stored: str) -> bool:
    """Whether what was typed is answered with what is stored, at any stage that `concernsAtAddress` has."""
    try:
        lookup = encode_address_query(ENCODER, AddressQuery(typed))
    except AddressTooBroadError:
        return False
    known = ENCODER.stored(ENCODER.encode(parse(stored), uprn=""))
    areas = (known.get("area_building"), known.get("local_building"))
    return any(
        known.get(seek.property) == seek.token and (not seek.area or seek.area in areas)
        for seek in seeks(lookup)[0]
    )


TOWNS = ("Walsall", "Dudley", "Stoke-on-Trent", "Bloxwich", "Aldridge")
orders = st.sampled_from(
    ("{unit}{house}, {town}", "{town}, {unit}{house}", "{town} {unit}{house}", "{unit}{town}, {house}")
)


@given(addresses, orders, st.sampled_from(TOWNS), st.sampled_from(TOWNS))
def test_a_town_counts_wherever_it_stands(
    address: tuple[str, str, str, str], order: str, town: str, other: str
) -> None:
    unit, number, street, kind = address
    said, house = f"{UNITS[unit][0]}, " if unit else "", f"{number} {street} {kind}"
    typed = order.format(unit=said, house=house, town=town)
    assert finds(typed, f"{said}{house}, {other}") == (town == other), typed


BESIDE = (
    "next door to", "Next to", "near", "nr", "opposite", "opp.", "outside", "o/s", "behind", "garages behind",
    "in front of", "side of", "adjacent to", "land adj", "car park opposite", "two doors from", "rear of",
    "land to the rear of", "across the road from", "corner of",
)  # fmt: skip


@given(addresses, st.sampled_from(BESIDE), st.sampled_from((", WS1 1AA", ", Walsall", "")))
def test_beside_a_house_is_never_the_house(address: tuple[str, str, str, str], where: str, area: str) -> None:
    _, number, street, kind = address
    house = f"{number} {street} {kind}{area}"
    assert not finds(f"{where} {house}", house)
    one, other = resolved(f"{where} {house}", house)
    assert one != other or one is None


@given(
    addresses,
    st.sampled_from(("LS1 4A8", "LS1 IAB", "J1X 4AB", "W5I 1AA", "5W1 1AA", "LS1 4A")),
    st.sampled_from(("", "Leeds, ")),
)
def test_a_damaged_postcode_is_no_part_of_the_place_and_is_said_to_be_none(
    address: tuple[str, str, str, str], code: str, town: str
) -> None:
    house = f"{plain(*address).removesuffix('Walsall')}{town}"
    place, whole = parse(f"{house}{code}"), parse(house)
    assert (place.unit, place.number, place.street, place.town) == (
        whole.unit,
        whole.number,
        whole.street,
        whole.town,
    )
    with pytest.raises(SearchUnreadableError, match="postcode"):
        encode_address_query(ENCODER, AddressQuery(f"{house}{code}"))


def test_what_is_given_as_a_postcode_and_is_none_is_refused() -> None:
    with pytest.raises(SearchUnreadableError, match="postcode"):
        encode_address_query(ENCODER, AddressQuery("14 High Street, Leeds", postcode="LS1 4A8"))
    assert encode_address_query(ENCODER, AddressQuery("14 High Street, Leeds", postcode="not known"))


SAID_BEHIND = (" (next door)", ", opposite", " - next door neighbours", " (no longer there)", ", moved out")
BEFORE = ("neighbours at", "no longer at", "not", "ex", "left", "evicted from", "moved from", "moved out of")


@given(addresses, st.sampled_from(SAID_BEHIND), st.sampled_from((", WS1 1AA", ", Walsall", "")))
def test_what_is_said_behind_a_house_of_another_place_or_time_is_not_left_out(
    address: tuple[str, str, str, str], behind: str, area: str
) -> None:
    _, number, street, kind = address
    typed, house = f"{number} {street} {kind}{behind}{area}", f"{number} {street} {kind}{area}"
    assert not finds(typed, house)
    assert parse(typed).kind.value in ("beside", "unparsed")


@given(addresses, st.sampled_from(BEFORE), st.sampled_from((", WS1 1AA", ", Walsall", "")))
def test_a_neighbour_or_who_was_there_is_not_in_the_house(
    address: tuple[str, str, str, str], before: str, area: str
) -> None:
    _, number, street, kind = address
    house = f"{number} {street} {kind}{area}"
    assert not finds(f"{before} {house}", house)


PARTS_OF_IT = (
    "attic", "upper", "lower ground", "left hand flat", "flat ii", "five", "front bedroom", "cabin", "tent",
    "car park", "mobile home", "kitchen",
)  # fmt: skip


@given(
    addresses,
    st.sampled_from(PARTS_OF_IT),
    st.sampled_from(PARTS_OF_IT),
    st.sampled_from(("{0}, {1}", "{0} at {1}", "The {0}, {1}", "{1}, {0}", "{1} ({0})")),
)
def test_a_part_of_a_house_is_neither_the_house_nor_another_part(
    address: tuple[str, str, str, str], left: str, right: str, how: str
) -> None:
    one, other, whole = of_two_parts(address, left, right, how)
    assert one["place"] != whole["place"] == one["building"], left
    assert (one["place"] == other["place"]) == (left == right), (left, right)


NAMED_PARTS = (
    "granny flat", "coach house", "shop", "garage", "loft", "shed", "annexe", "staff flat", "block a",
    "block b", "north wing", "red flat", "blue flat", "oak room", "room rose", "room lily", "flat 1ab",
    "flat 1ac", "flat twenty one", "flat twenty two", "flat thirteen", "eleventh floor", "twelfth floor flat",
    "31st floor flat", "32nd floor flat", "a", "b",
)  # fmt: skip
ANYWHERE = ("{0}, {1}", "{1}, {0}", "{1} ({0})", "{1} {0}", "{1}, {0}, Walsall", "{1} {0}, Walsall")


@given(
    addresses,
    st.sampled_from(NAMED_PARTS),
    st.sampled_from(NAMED_PARTS),
    st.sampled_from(ANYWHERE),
    st.sampled_from(ANYWHERE[1:]),
)
def test_a_part_of_a_house_is_one_wherever_it_is_said(
    address: tuple[str, str, str, str], left: str, right: str, how: str, other_way: str
) -> None:
    one, other, whole = of_two_parts(address, left, right, how)
    assert one["place"] != whole["place"] == one["building"], (left, how)
    assert (one["place"] == other["place"]) == (left == right), (left, right, how)
    if len(left) > 1:  # "A, 14 High Street" is Flat A; "14 High Street, A" may be 14A
        again, _, _ = of_two_parts(address, left, right, other_way)
        assert one["place"] == again["place"], (left, how, other_way)


@given(addresses, addresses, st.sampled_from((" ", ", Walsall ", " Walsall ", " Walsall, ")))
def test_a_second_house_behind_a_town_is_not_left_out(
    left: tuple[str, str, str, str], right: tuple[str, str, str, str], between: str
) -> None:
    one, other = (f"{number} {street} {kind}" for _, number, street, kind in (left, right))
    place = parse(f"{one}{between}{other} Dudley", "DY11AA")
    assert place.kind.value in ("several", "unparsed"), place.words


@given(addresses, st.integers(8, 400), st.sampled_from((", ", " ", "; ", "\n", " | ")))
def test_two_neighbours_before_a_street_are_a_range_and_no_flat(
    address: tuple[str, str, str, str], number: int, mark: str
) -> None:
    _, _, street, kind = address
    typed = f"{number}{mark}{number + 2} {street} {kind}"
    assert tokens(typed) == tokens(f"{number}-{number + 2} {street} {kind}"), typed


SAYS_NOTHING = {"AT", "IN", "NO", "OF", "ON"}  # "at 1 High Avenue", "no 1 High Avenue" are the house
UNREAD = st.from_regex(r"[A-Za-z]{1,2}[0-9]{1,2}|[A-Z]{2}|[0-9]{1,2}(st|nd|rd|th)", fullmatch=True).filter(
    lambda typed: typed not in SAYS_NOTHING
)


@given(addresses, UNREAD, UNREAD, st.sampled_from(("{0}, {1}", "{0} {1}", "The {0}, {1}")))
def test_what_cannot_be_read_before_a_number_is_neither_the_house_nor_another_such(
    address: tuple[str, str, str, str], left: str, right: str, how: str
) -> None:
    one, other, whole = of_two_parts(address, left, right, how)
    assert one.get("place") != whole["place"], left
    assert (one.get("place") == other.get("place") is not None) <= (left.lower() == right.lower()), (
        left,
        right,
    )


JOINED = (" and ", " or ", " / ", "; ", " previously ", " formerly ", " now ", " was ", " then ", "\n")


@given(addresses, addresses, st.sampled_from(JOINED))
def test_two_addresses_in_one_field_are_neither(
    left: tuple[str, str, str, str], right: tuple[str, str, str, str], joined: str
) -> None:
    one, other = (f"{number} {street} {kind}" for _, number, street, kind in (left, right))
    typed = f"{one}{joined}{other}"
    assert not finds(f"{typed}, WS1 1AA", f"{one}, WS1 1AA"), typed
    assert not finds(f"{typed}, WS1 1AA", f"{other}, WS1 1AA"), typed


@given(
    addresses,
    st.sampled_from(("2", "a")),
    st.sampled_from(("Flat", "Apt", "Unit", "flat")),
    st.sampled_from((" - ", "/", " / ", "-", ", ", " , ", " ", "; ", "\n")),
)
def test_whatever_parts_a_flat_from_its_house_they_stay_the_same(
    address: tuple[str, str, str, str], unit: str, word: str, mark: str
) -> None:
    _, number, street, kind = address
    house = f"{number.partition('-')[0]} {street} {kind}"
    typed = f"{word} {unit.upper()}{mark}{house}"
    assert tokens(typed) == tokens(f"Flat {unit}, {house}"), typed
