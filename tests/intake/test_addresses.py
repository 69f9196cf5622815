"""Address lines to components: UK rules, US lines, and text that is no address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.address import parse
from mast_intake.persons import place_fields


def parts(line: str, postcode: str = "", country: str = "GB") -> tuple[str, str, str, str]:
    place = parse(line, postcode, country)
    return place.unit, place.number, place.name, place.street


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("14 High St, Walsall", ("", "14", "", "high street"), id="plain"),
        pytest.param(
            "14, High Street, Walsall", ("", "14", "", "high street"), id="number in its own column"
        ),
        pytest.param("Flat 2, 14 High St", ("2", "14", "", "high street"), id="flat"),
        pytest.param("2/14 High Street", ("2", "14", "", "high street"), id="a slash is a flat"),
        pytest.param("6/49 Station Road", ("6", "49", "", "station road"), id="6/49"),
        pytest.param("106 flat 12 Mill Lane", ("12", "106", "", "mill lane"), id="flat after the number"),
        pytest.param("12A Mill Lane", ("", "12a", "", "mill lane"), id="suffix"),
        pytest.param("12 a Mill Lane", ("", "12a", "", "mill lane"), id="suffix set apart"),
        pytest.param("Flat A, 12 Mill Lane", ("a", "12", "", "mill lane"), id="Flat A, 12 is not 12A"),
        pytest.param("FLAT A 179 HIGH ROAD", ("a", "179", "", "high road"), id="FLAT A 179 is not 179A"),
        pytest.param("FLAT 14A, 3 Elm Gr", ("14a", "3", "", "elm grove"), id="flat with a letter"),
        pytest.param("FLAT 2 92-92A High Rd", ("2", "92-92a", "", "high road"), id="a range is no suffix"),
        pytest.param("12-14 High Street", ("", "12-14", "", "high street"), id="a range keeps its end"),
        pytest.param("12 to 14 High Street", ("", "12-14", "", "high street"), id="a range in words"),
        pytest.param("First floor flat, 6 Mill Ln", ("fl1", "6", "", "mill lane"), id="floor"),
        pytest.param("Basement, 6 Mill Ln", ("flb", "6", "", "mill lane"), id="basement"),
        pytest.param("FIRST AND SECOND FLOORS, 6 Mill Ln", ("fl1+2", "6", "", "mill lane"), id="two floors"),
        pytest.param("Ground Floor Flat 2, 6 Mill Ln", ("2", "6", "", "mill lane"), id="flat on a floor"),
        pytest.param("GFF 6 Mill Ln", ("fl0", "6", "", "mill lane"), id="floor by initials"),
        pytest.param("Room 3, Flat 2, 10 Queen St", ("2 r3", "10", "", "queen street"), id="room in a flat"),
        pytest.param("Rose Cottage, Church Lane", ("", "", "rose cottage", "church lane"), id="house name"),
        pytest.param(
            "Flat 3 Sycamore Court, High Street", ("3", "", "sycamore court", "high street"), id="building"
        ),
        pytest.param(
            "12 Sycamore Court, 5 High Street", ("12", "5", "sycamore court", "high street"), id="two numbers"
        ),
        pytest.param(
            "Acorn House 12 Mill Lane", ("", "12", "acorn house", "mill lane"), id="name and number"
        ),
        pytest.param("12 st johns road walsall", ("", "12", "", "saint johns road"), id="saint, no commas"),
        pytest.param("12 High St Walsall", ("", "12", "", "high street"), id="street, no commas"),
        pytest.param("12 12 High Street", ("", "12", "", "high street"), id="said twice"),
        pytest.param("flat2 14highstreet", ("2", "14", "", "highstreet"), id="joined words"),
        pytest.param("No. 12 High Street", ("", "12", "", "high street"), id="number sign"),
        pytest.param("c/o Jane Doe, 12 High Street", ("", "12", "", "high street"), id="care of"),
        pytest.param("12 High Street, Walsall, England, UK", ("", "12", "", "high street"), id="country"),
    ],
)
def test_uk_lines(line: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(line) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("FLAT 14A, 2 Elm Road", "FLAT 14C, 2 Elm Road"),
        ("179A High Road", "Flat A, 179 High Road"),
        ("Basement, 2 Elm Road", "Flat A, 2 Elm Road"),
        ("Basement, 2 Elm Road", "Flat 1, 2 Elm Road"),
        ("First floor flat, 2 Elm Road", "Flat 1, 2 Elm Road"),
        ("12 Elm Road", "12-14 Elm Road"),
        ("12 Elm Road", "12A Elm Road"),
    ],
)
def test_two_places_stay_apart(left: str, right: str) -> None:
    places = [place_fields(parse(line, "WS11AA"))["place"] for line in (left, right)]
    assert places[0] != places[1]


@pytest.mark.parametrize(
    ("line", "postcode"),
    [
        ("12 High Street, Walsall, WS1 1AA", "WS11AA"),
        ("12 High Street Walsall ws11aa", "WS11AA"),
        ("4 Oak Road, Andover SP10 4EU", "SP104EU"),
        ("4 Oak Road, Andover SP1 04EU", "SP104EU"),
        ("4 Oak Road, Andover", ""),
    ],
)
def test_a_postcode_inside_the_line_is_found(line: str, postcode: str) -> None:
    assert parse(line).postcode == postcode


def test_a_postcode_beside_the_line_wins_and_the_line_is_written_the_same() -> None:
    beside, inside = parse("12 High St, Walsall", "WS11AA"), parse("12 High St, Walsall, WS1 1AA")
    assert beside == inside
    assert parse("12 High St, Walsall, WS9 9ZZ", "WS11AA").postcode == "WS11AA"


def test_what_identifies_a_record_is_not_mended() -> None:
    # A parser that learns to read more must not make other records of the same lines.
    assert (
        parse("Falt 2; 14-16 HighStreet, Walsall ws1 1aa").written == "falt 2 14 16 highstreet walsall WS11AA"
    )
    assert parse("Falt 2; 14-16 HighStreet, Walsall", "WS11AA").written == (
        parse("ws11aa, Falt 2; 14-16 HighStreet, Walsall").written
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "4317 nw colonial dr Anytown WA", ("", "4317", "", "northwest colonial drive"), id="typed"
        ),
        pytest.param(
            "4317, nw colonial dr, Anytown, WA", ("", "4317", "", "northwest colonial drive"), id="columns"
        ),
        pytest.param("12, main st, apt 2, Anytown, WA", ("2", "12", "", "main street"), id="unit column"),
        pytest.param("12 main st unit # 2 Anytown WA", ("2", "12", "", "main street"), id="unit typed"),
        pytest.param("12, main st, 5th fl, Anytown, WA", ("fl5", "12", "", "main street"), id="floor"),
        pytest.param("5 s hwy 701, Anytown, WA", ("", "5", "", "south highway 701"), id="highway"),
        pytest.param("10048, Anytown, WA", ("", "10048", "", ""), id="street lost"),
        pytest.param("62, n 22nd st, WA", ("", "62", "", "north 22nd street"), id="town lost"),
        pytest.param("37-14, sw 6 ct, Anytown, WA", ("", "37-14", "", "southwest 6 court"), id="hyphen"),
        pytest.param("5th ave, Anytown, WA", ("", "", "", "5th avenue"), id="ordinal"),
        pytest.param("main st, Anytown, WA", ("", "", "", "main street"), id="no number"),
        pytest.param("PO Box 15613, Anytown, WA", ("", "", "po box 15613", ""), id="box"),
    ],
)
def test_us_lines(line: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(line, country="US") == expected


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("HOMELESS", "no_fixed_abode"),
        ("No permanent address, Anytown, WA", "no_fixed_abode"),
        ("12 Main St, 14 Oak Ave, Anytown", "several"),
        ("12 Main St or 14 Oak Ave, Anytown", "several"),
        ("County Jail, 3 Main St, Anytown", "communal"),
        ("Haven Refuge, 3 Main St, Anytown", "refuge"),
        ("12 Main St, Apt 4, Anytown", "dwelling"),
        ("12 Homeless Ave, Anytown", "dwelling"),
    ],
)
def test_what_a_us_line_is_the_address_of(line: str, kind: str) -> None:
    place = parse(line, "", "US")
    assert place.kind.value == kind
    assert place.names_a_place == (kind in ("communal", "refuge", "dwelling"))


def test_a_us_line_that_repeats_itself_is_read_all_the_same() -> None:
    place = parse("123 main st 123 main st Anytown WA 98101", "", "US")
    assert (place.number, place.postcode) == ("123", "98101")


ODD = [
    "",
    " ",
    ",,,",
    "x" * 10_000,
    "12 " * 3_000,
    "😀😀",
    "שלום רחוב 5",
    "\u202e12 High Street",
    "/" * 500,
    "-~-~",
]


@pytest.mark.parametrize("country", ["GB", "US"])
@pytest.mark.parametrize("line", ODD, ids=range(len(ODD)))
def test_odd_text_has_a_clear_outcome(line: str, country: str) -> None:
    place = parse(line, "", country)
    assert len(place.written) <= 600
    assert repr(place) == f"ParsedAddress(country={country!r})"


@pytest.mark.parametrize("line", ["Walsall", "WS1 1AA", "High Street, Walsall", "WS1", "", "😀"])
def test_a_town_a_street_or_a_postcode_names_no_place(line: str) -> None:
    assert not parse(line).names_a_place


@given(st.text(max_size=200), st.sampled_from(["GB", "US"]))
def test_no_text_breaks_a_parser(line: str, country: str) -> None:
    parse(line, "", country)


LINES = [
    "Flat 2, 14 High St, Walsall",
    "12A Mill Lane, Bloxwich",
    "Rose Cottage, Church Lane, Rushall",
    "12 Sycamore Court, 5 High Street",
    "First floor flat, 6 Mill Ln",
]


@given(st.sampled_from(LINES), st.data())
def test_case_spaces_and_full_stops_never_change_a_place(line: str, data: st.DataObject) -> None:
    spaces = st.sampled_from([" ", "  ", "\t", " . "])
    changed = "".join(data.draw(spaces) if sign == " " else sign for sign in line)
    changed = changed.upper() if data.draw(st.booleans()) else changed
    assert parse(f" {changed}. ", "WS11AA") == parse(line, "WS11AA")


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["", "Flat 2, ", "Rose Court, "]))
def test_another_house_number_is_always_another_place(left: int, right: int, before: str) -> None:
    fields = [place_fields(parse(f"{before}{n} High Street, Walsall", "WS11AA")) for n in (left, right)]
    for name in ("place", "street_place", "postcode_place", "building", "street_building"):
        assert (fields[0][name] == fields[1][name]) == (left == right)


def test_a_place_without_a_unit_is_its_building() -> None:
    house, flat = (place_fields(parse(line, "WS11AA")) for line in ("14 High St", "Flat 2, 14 High St"))
    assert house["place"] == house["building"] == flat["building"]
    assert house["street_place"] == house["street_building"] == flat["street_building"]
