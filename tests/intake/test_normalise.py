"""Canonical text: one value, one spelling."""

from __future__ import annotations

import csv
import datetime as dt
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_intake import normalise
from mast_intake.dates import format_fault, read_birth
from mast_intake.names import canonical_given, phonetic, read_name

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert normalise.fold(normalise.fold(text)) == normalise.fold(text)


@given(st.text(st.sampled_from("abcdefgéøß' -"), max_size=20))
def test_case_never_changes_what_is_folded(text: str) -> None:
    assert normalise.words(text.upper()) == normalise.words(text.lower())


@given(NAMES)
def test_a_canonical_given_name_stays_as_it_is(text: str) -> None:
    name = read_name(text, "", "")
    assert read_name(name.given, "", "").given == name.given
    assert canonical_given(name.given_canonical) == name.given_canonical


@given(NAMES)
def test_a_canonical_family_name_stays_as_it_is(text: str) -> None:
    family = read_name("", "", text).family
    again = read_name("", "", family)
    assert again.family == family
    assert again.family_parts == ((family,) if family else ())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(("Zoë", "O'Brien"), ("ZOE", "OBRIEN"), id="accents, apostrophe and case"),
        pytest.param(("Zoe ", "O\u2019Brien"), ("zoe", "O Brien"), id="typographic apostrophe or space"),
        pytest.param(("Mary-Jane", "Smith-Jones"), ("Mary Jane", "Smith Jones"), id="hyphen or space"),
        pytest.param(("Dr. Ann", "Smith Jr."), ("ann", "smith"), id="title and suffix"),
        pytest.param(("Łukasz", "Groß"), ("Lukasz", "Gross"), id="letters that do not decompose"),
        pytest.param(("Ann", "van der Berg"), ("Ann", "Vanderberg"), id="particles"),
    ],
)
def test_two_spellings_are_one_name(left: tuple[str, str], right: tuple[str, str]) -> None:
    names = [read_name(given, "", family) for given, family in (left, right)]
    assert names[0].given == names[1].given
    assert names[0].family == names[1].family


def test_a_second_given_name_is_a_middle_name_in_every_feed() -> None:
    with_column, without_column = (
        read_name("John", "William", "Smith"),
        read_name("John William", "", "Smith"),
    )
    assert with_column == without_column


def test_an_initial_is_no_spelling_of_a_name() -> None:
    name = read_name("J.", "K", "Smith")
    assert (name.given, name.given_initial, name.middle, name.middle_initial) == ("", "j", "", "k")
    assert name.phonetic_given == ""


@pytest.mark.parametrize(
    ("nickname", "formal"),
    [
        ("Bill", "william"),
        ("Liz", "elizabeth"),
        ("Mohd", "mohammed"),
        ("Iain", "ian"),
        ("William", "william"),
    ],
)
def test_a_nickname_folds_to_its_formal_name(nickname: str, formal: str) -> None:
    assert read_name(nickname, "", "").given_canonical == formal


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Maxamed", "Muhammad"),
        ("Oleksandr", "Aleksandar"),
        ("Yevhen", "Evgeniy"),
        ("Aysha", "Caasha"),
        ("Gurprit", "Gurpreet"),
        ("Ali", "Cali"),
    ],
)
def test_a_name_from_another_script_has_one_spelling(left: str, right: str) -> None:
    assert read_name(left, "", "").given_canonical == read_name(right, "", "").given_canonical


def test_the_table_of_spellings_leads_nowhere_twice() -> None:
    with (files("mast_intake") / "transliterations.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    written, names = [row["written"] for row in rows], {row["name"] for row in rows}
    assert len(set(written)) == len(written)
    assert names.isdisjoint(written)
    assert all(canonical_given(name) == name for name in names)
    assert written == sorted(written)


@pytest.mark.parametrize(
    ("left", "right"),
    [("catherine", "kathryn"), ("smith", "smyth"), ("mohammed", "muhammad"), ("hussain", "husain")],
)
def test_spellings_that_sound_alike_share_a_code(left: str, right: str) -> None:
    assert phonetic(left) == phonetic(right)


def test_a_name_of_another_script_keeps_a_code_of_its_own() -> None:
    assert read_name("", "", "محمد").phonetic_family == ("محمد",)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("given_name", "Unknown"),
        ("given_name", "baby of JANE"),
        ("given_name", "Twin 2"),
        ("family_name", "N/A"),
        ("address", "No Fixed Abode"),
        ("address", "N.F.A."),
        ("date_of_birth", "00/00/0000"),
        ("phone", "not known"),
        ("phone", " "),
        ("email", "None@None.com"),
        ("record_id", "unknown"),
        ("contact_id", "N/A"),
        ("record_id", "blank"),
        ("address", "Blank"),
        ("given_name", "blank"),
        ("given_name", "Child"),
        ("middle_name", "Twin"),
        ("family_name", "Baby Boy"),
        ("family_name", "the occupier"),
    ],
)
def test_what_stands_for_nothing_is_missing(field: str, text: str) -> None:
    assert normalise.is_missing(field, text)


@pytest.mark.parametrize(
    ("field", "text"),
    [("family_name", "Null"), ("family_name", "Na"), ("record_id", "null"), ("given_name", "Unity")],
)
def test_what_only_looks_like_nothing_is_kept(field: str, text: str) -> None:
    assert not normalise.is_missing(field, text)


SURNAMES = ("Child", "Male", "Blank", "Caller", "Twin", "Tenant", "Baby", "Infant", "Resident")


@pytest.mark.parametrize("family", SURNAMES)
def test_a_surname_that_is_a_word_for_anybody_counts_beside_a_given_name_alone(family: str) -> None:
    assert not normalise.is_missing("family_name", family)
    assert not normalise.names_nobody("Ann", family)
    assert normalise.names_nobody("", family)
    assert normalise.names_nobody("Baby", family)
    assert not normalise.names_nobody("", f"{family}-Lee")


@pytest.mark.parametrize(
    ("text", "formats", "birth"),
    [
        pytest.param("6/8/1983", ("%d/%m/%Y",), "1983-08-06", id="no leading zeros"),
        pytest.param("08061983", ("%m%d%Y",), "1983-08-06", id="no separators"),
        pytest.param("19651511", ("%Y%m%d", "%Y%d%m"), "1965-11-15", id="the fall-back format"),
        pytest.param("06-Aug-1983", ("%d-%b-%Y",), "1983-08-06", id="a month by name"),
        pytest.param("08/1983", ("%d/%m/%Y", "%m/%Y"), "1983-08", id="month and year"),
        pytest.param("1983-08-06", (), "1983-08-06", id="ISO by default"),
        pytest.param("31/02/1983", ("%d/%m/%Y",), None, id="a day that does not exist"),
        pytest.param("29/02/1900", ("%d/%m/%Y",), None, id="no leap year"),
        pytest.param("06/08/1983 extra", ("%d/%m/%Y",), None, id="more text"),
        pytest.param("\u0661\u0669\u0668\u0663-08-06", ("%Y-%m-%d",), None, id="digits of another script"),
        pytest.param("", ("%d/%m/%Y",), None, id="nothing"),
    ],
)
def test_dates_of_birth(text: str, formats: tuple[str, ...], birth: str | None) -> None:
    assert read_birth(text, formats) == birth


@pytest.mark.parametrize(
    ("text", "form", "birth"),
    [
        pytest.param("06/08/55", "%d/%m/%y", "1955-08-06", id="2055 is yet to come"),
        pytest.param("02/06/26", "%d/%m/%y", "1926-06-02", id="tomorrow is yet to come"),
        pytest.param("01/06/26", "%d/%m/%y", "2026-06-01", id="today has come"),
        pytest.param("06/08/83", "%d/%m/%y", "1983-08-06", id="1983"),
        pytest.param("08/55", "%m/%y", "1955-08", id="a month"),
        pytest.param("06/08/2055", "%d/%m/%Y", "2055-08-06", id="four digits are what they say"),
    ],
)
def test_a_birth_of_two_digits_is_never_yet_to_come(text: str, form: str, birth: str) -> None:
    assert read_birth(text, (form,), today=dt.date(2026, 6, 1)) == birth


@pytest.mark.parametrize(
    ("text", "zone", "birth"),
    [
        pytest.param("1983-08-05T23:00:00Z", "Europe/London", "1983-08-06", id="midnight of summer as UTC"),
        pytest.param("1970-01-05T23:00:00Z", "Europe/London", "1970-01-06", id="a year without winter time"),
        pytest.param("1983-12-06T00:00:00Z", "Europe/London", "1983-12-06", id="midnight of winter as UTC"),
        pytest.param("1983-08-06T05:00:00+00:00", "America/Chicago", "1983-08-06", id="midnight in Chicago"),
        pytest.param("1983-08-06T00:00:00Z", "America/Chicago", "1983-08-06", id="midnight as it stands"),
        pytest.param("1983-08-06T23:00:00", "Europe/London", "1983-08-06", id="no offset"),
        pytest.param("0001-01-01T05:00:00+01:00", "America/Chicago", None, id="before the year 1 there"),
    ],
)
def test_a_birth_with_an_offset_is_the_day_where_the_source_is(
    text: str, zone: str, birth: str | None
) -> None:
    assert read_birth(text, (), zone=ZoneInfo(zone)) == birth


@given(st.text(max_size=15))
def test_no_text_breaks_the_date_reader(text: str) -> None:
    assert read_birth(text, ("%d/%m/%Y", "%Y%m%d", "%d %b %Y")) is None or text


@pytest.mark.parametrize("text", ["%Y-%Q", "%d/%m", "no directive", "%Y-%Y", "%Y-%m-%d %H:%M %Z"])
def test_a_useless_date_format_is_a_fault(text: str) -> None:
    assert format_fault(text)


@pytest.mark.parametrize(
    ("text", "country", "canonical"),
    [
        ("ws1 1aa", "GB", "WS11AA"),
        ("W S 1 1 A A", "GB", "WS11AA"),
        ("SP10 4EU", "GB", "SP104EU"),
        ("SP1 04EU", "GB", "SP104EU"),
        ("WS1", "GB", "WS1"),
        ("ZZ99 3WZ", "GB", ""),
        ("12345", "GB", None),
        ("98101-0001", "US", "98101"),
        ("00000", "US", ""),
        ("O0000", "US", None),
    ],
)
def test_postcodes(text: str, country: str, canonical: str | None) -> None:
    assert normalise.postcode(text, country) == canonical


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("943 476 5919", "9434765919"),
        ("943-476-5919", "9434765919"),
        ("9434765918", None),
        ("12", None),
        ("\u0661" * 10, None),
        # Of all these the check digit is right.
        *((digit * 10, None) for digit in "0123456789"),
        ("987 654 3210", None),
    ],
)
def test_nhs_numbers_by_their_check_digit(text: str, number: str | None) -> None:
    assert normalise.nhs(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("912-97-8473", "912978473"),
        ("000-12-3456", None),
        ("666-12-3456", None),
        ("123-45-0000", None),
        ("111-11-1111", None),
        ("AB 71 30 56 C", "ab713056c"),
        ("QQ 12 34 56 C", None),
        ("QQ 71 30 56 C", "qq713056c"),  # the prefix of examples: those of generated people
        ("TN 03 04 90 F", None),  # temporary: date of birth and sex
        ("tn030490m", None),
        ("NO 71 30 56 C", None),
        ("GB713056A", None),
        ("TN 713056 77 B", "tn71305677b"),  # some other country's
        ("123-45-6789", None),
        ("987-65-4321", None),
        ("078-05-1120", None),
        ("12", None),
    ],
)
def test_national_ids(text: str, number: str | None) -> None:
    assert normalise.national_id(text) == number


@pytest.mark.parametrize(
    ("text", "country", "digits"),
    [
        ("+44 (0)1922 650000", "GB", "01922650000"),
        ("0044 1922 650000", "GB", "01922650000"),
        ("1922650000", "GB", "01922650000"),
        ("(206) 555-0100", "US", "2065550100"),
        ("0000000000", "GB", None),
        ("01234567890", "GB", None),
        ("07123456789", "GB", None),
        ("01922 345679", "GB", "01922345679"),
        ("ask mum", "GB", None),
    ],
)
def test_telephone_numbers(text: str, country: str, digits: str | None) -> None:
    assert normalise.phone(text, country) == digits
