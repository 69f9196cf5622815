"""Names of people: which are one, which only look so, and what is no name at all."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files
from itertools import combinations

import pytest
from faker.providers.person.en_GB import Provider

from mast_intake import normalise
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.names import canonical_given, given_in_full, read_name
from mast_intake.persons import PersonEncoder
from mast_intake.pseudonymise import person_text
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow, contradict

Read = Callable[..., tuple[list[SourceRow], Rejects]]

COMMONEST = (*Provider.first_names_male[:100], *Provider.first_names_female[:100])
"""The first hundred of Faker for men and for women of Great Britain (Office for National Statistics)."""
ONE_NAME = {
    ("alex", "alexander"),
    ("ben", "benjamin"),
    ("catherine", "katie"),
    ("geoffrey", "jeffrey"),
    ("jacob", "jake"),
    ("jack", "john"),
    ("james", "jamie"),
    ("catherine", "katherine"),
    ("harry", "henry"),
    ("joe", "joseph"),
    ("katherine", "katie"),
    ("sam", "samuel"),
    ("sean", "shaun"),
    ("stephen", "steven"),
    ("tracey", "tracy"),
    ("deborah", "debra"),
    ("ann", "anne"),
}
"""Of the commonest those that are one name or short for another: whoever adds to the table says so here."""
PEOPLE = """\
agency: a
agreement: a
fields: {record_id: id, given_name: first, family_name: last, address: home}
"""


def rows_of(table: str) -> list[dict[str, str]]:
    with (files("mast_intake") / f"{table}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_of_the_commonest_names_only_those_that_are_declared_are_one() -> None:
    names = sorted({normalise.fold(name) for name in COMMONEST})
    found = {pair for pair in combinations(names, 2) if len(set(map(canonical_given, pair))) == 1}
    assert found == ONE_NAME & set(combinations(names, 2))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        *[("emily", each) for each in ("emma", "millie")],
        *combinations(("maria", "marie", "marion", "maureen", "may", "mollie", "mary"), 2),
        ("luke", "lucas"),
        *combinations(("lewis", "louis", "louise"), 2),
        *[("leah", "ashley"), ("amelia", "amy"), ("leo", "leon"), ("leo", "leonard"), ("carl", "charles")],
        *[
            ("ada", "delia"),
            ("casper", "jasper"),
            ("van", "sullivan"),
            ("anna", "anne"),
            ("carol", "caroline"),
        ],
    ],
)
def test_two_names_are_two(left: str, right: str) -> None:
    assert canonical_given(left) != canonical_given(right)
    assert given_in_full(left)
    assert given_in_full(right)


def test_kate_and_every_catherine_are_one_name() -> None:
    short = ("kate", "katie", "katy", "kath", "cathy")
    full = ("katherine", "katharine", "kathryn", "catherine", "catharine", "cathryn")
    assert {canonical_given(form) for form in (*short, *full)} == {"katherine"}


@pytest.mark.parametrize(
    ("part", "own"),
    [
        pytest.param("harry", "harry", id="short for Henry, and a name"),
        pytest.param("katie", "kate", id="Kate and Katie are one"),
        pytest.param("kathryn", "katherine", id="another spelling"),
        pytest.param("mohd", "mohammed", id="a short way of writing it"),
        pytest.param("bill", "", id="only short for William"),
        pytest.param("zebedee", "zebedee", id="in no table"),
    ],
)
def test_a_short_form_may_be_a_name_of_its_own(part: str, own: str) -> None:
    assert given_in_full(part) == own


def test_the_table_of_short_forms_leads_to_whole_names() -> None:
    rows = rows_of("nicknames_uk")
    short, formal = [row["nickname"] for row in rows], {row["name"] for row in rows}
    assert short == sorted(set(short))
    assert formal.isdisjoint(short)
    assert all(canonical_given(name) == given_in_full(name) == name for name in formal)
    # What is a name of its own is one under which somebody is written, or the whole name.
    assert all(row["own"] in {"", row["name"], *short} for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        *["Baby Smith", "Baby Girl Patel", "Baby 1", "Baby A", "Babyboy", "Girl", "Boy", "B/O Jane", "Bby"],
        *["Twin A", "Twin2", "First twin", "Triplet 3", "Infant Male", "Unborn Smith", "Unnamed baby"],
        *[
            "Unknown Male",
            "Unknown Unknown",
            "Male Unknown",
            "UNKNOWN (baby)",
            "Not Named",
            "FNU",
            "Mr",
            "Mrs.",
        ],
    ],
)
def test_what_begins_as_no_name_is_none_with_its_tail(text: str) -> None:
    assert normalise.is_missing("given_name", text)


@pytest.mark.parametrize(
    "text", ["Babette", "Twinkle", "Girlie", "Boyd", "Malik", "Unity", "Mrinal", "Childe"]
)
def test_a_name_that_begins_like_no_name_is_one(text: str) -> None:
    assert not normalise.is_missing("given_name", text)
    assert read_name(text, "", "").given == text.lower()


def test_a_family_name_after_unknown_is_none() -> None:
    assert normalise.is_missing("family_name", "Unknown (Baby)")
    assert normalise.is_missing("family_name", "Mr")
    assert not normalise.is_missing("family_name", "Baby-Lee")


@pytest.mark.parametrize(
    ("given", "family"),
    [("Mr", "Smith"), ("Mrs.", "Smith"), ("", "Mr Smith"), ("Mr & Mrs", "Smith"), ("Prof Dr", "Dr Smith")],
)
def test_a_title_is_no_name(given: str, family: str) -> None:
    assert read_name(given, "", family) == read_name("", "", "Smith")


def test_lord_is_a_family_name() -> None:
    assert read_name("Jack", "", "Lord").family == "lord"
    assert read_name("Lady Jane", "", "").given == "jane"


@pytest.mark.parametrize("family", ["S", "S.", "S J", "Mr S"])
def test_an_initial_is_no_family_name(family: str) -> None:
    assert read_name("John", "", family) == read_name("John", "", "")


def test_one_chinese_sign_is_a_whole_name() -> None:
    name = read_name("\u4f1f", "", "\u738b")
    assert (name.given, name.family) == ("\u4f1f", "\u738b")


@pytest.mark.parametrize(
    ("given", "family", "which"),
    [
        *[("John", f"Smith {word}", "younger") for word in ("Jr", "Jnr.", "(Junior)", "II")],
        *[("John", f"Smith {word}", "elder") for word in ("Snr", "Sr.", "Senior")],
        ("John", "Smith III", "third"),
        ("John Jnr", "Smith", "younger"),
        ("John", "Smith Esq", ""),
        ("John", "Junior", ""),
        ("Junior", "Smith", ""),
    ],
)
def test_the_younger_is_told_from_the_elder(given: str, family: str, which: str) -> None:
    name = read_name(given, "", family)
    assert name.which == which
    assert name.middle == ""
    if family.startswith("Smith"):
        assert name.family == "smith"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Twin A", "1"),
        ("Baby Boy 2", "2"),
        ("Twin II", "2"),
        ("Baby of Jane B", ""),
        ("Baby", ""),
        ("Ann B", ""),
    ],
)
def test_a_child_without_a_name_may_have_a_number(text: str, number: str) -> None:
    assert normalise.number_of_child(text) == number


def test_twins_without_names_are_told_apart_by_what_a_feed_says(rows: Read) -> None:
    lines = "".join(
        f"{at},{first},Smith,1 High St\n" for at, first in enumerate(("Twin A", "Twin B", "Baby"))
    )
    found, rejects = rows(PEOPLE, f"id,first,last,home\n{lines}")
    assert not rejects.counts
    encoder = PersonEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
    first, second, third = (encoder.encode(person_text(row.text, None)).tokens for row in found)
    assert first["which"] != second["which"]
    assert "which" not in third
    assert first.keys() == {"which", "family_name"}


def test_a_number_of_a_child_is_nobody_and_contradicts_no_name(rows: Read) -> None:
    found, _ = rows(PEOPLE, "id,first,last,home\n1,Twin A,,1 High St\n2,Twin A,Child,1 High St\n")
    assert [row.has_person for row in found] == [False, False]
    unnamed, numbered, named = (
        SourceRow("f", 1, "17", text).person for text in ({}, {"given_name": "1"}, {"given_name": "Ava"})
    )
    assert not contradict(numbered, named)
    assert numbered == unnamed


def test_all_given_names_in_one_word_are_the_exchanged_family_name() -> None:
    right, wrong = read_name("Xiao Ming", "", "Wang"), read_name("Wang", "", "Xiao Ming")
    assert right.given_joined == wrong.family
    assert right.family == wrong.given_joined
    assert read_name("J. Ming", "", "Wang").given_joined == ""


def test_a_sign_of_no_width_parts_no_name() -> None:
    for sign in ("\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060"):
        assert read_name(f"J{sign}ohn", "", f"Sm{sign}ith") == read_name("John", "", "Smith")
    assert read_name("John\u00a0Paul", "", "") == read_name("John", "Paul", "")


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        *[
            ("Иван", "ivan"),
            ("Петров", "petrov"),
            ("Щукин", "shchukin"),
            ("Юлия", "yuliya"),
            ("Ђорђе", "djordje"),
        ],
        *[
            ("Игорь", "igor"),
            ("Олексій", "oleksii"),
            ("Γιώργος", "giorgos"),
            ("Παπαδόπουλος", "papadopoulos"),
        ],
    ],
)
def test_cyrillic_and_greek_are_written_in_latin_letters(written: str, latin: str) -> None:
    assert read_name(written, "", written).given == latin
    assert read_name("", "", written).family == latin


def test_a_cyrillic_initial_is_an_initial() -> None:
    name = read_name("Ю.", "", "Петров")
    assert (name.given, name.given_initial) == ("", "y")


def test_the_table_of_letters_leads_to_latin_ones_and_nothing_of_ours_is_in_it_twice() -> None:
    rows = rows_of("letters")
    assert all(row["latin"].isascii() for row in rows)
    assert len({row["letters"] for row in rows}) == len(rows)
    assert {normalise.fold(row["letters"]) for row in rows} == {row["letters"] for row in rows}
