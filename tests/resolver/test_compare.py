"""From pairs of encodings to levels: each declared level is reached by the pair that it is for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from mast_resolver.address_comparisons import ADDRESS
from mast_resolver.columns import Columns
from mast_resolver.compare import MISSING, Comparer, Comparison, Level, absent, alike, same
from mast_resolver.comparisons import COMPARISONS, PERSON
from mast_resolver.records import BLOOM_BYTES, Encoding, Kind, Token

Person = Callable[..., Encoding]
Place = Callable[..., Encoding]


def level(comparisons: tuple[Comparison, ...], name: str, left: Encoding, right: Encoding) -> str:
    """The name of the level that a pair reaches in one comparison."""
    columns = Columns(left.kind)
    columns.put(0, left)
    columns.put(1, right)
    numbers = Comparer(comparisons).levels(columns, np.array([0]), np.array([1]))[0]
    at = [each.name for each in comparisons].index(name)
    return "missing" if numbers[at] == MISSING else comparisons[at].all_levels[numbers[at] - 1].name


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(("katherine", "smith"), ("katherine", "smith"), "exact", id="equal"),
        pytest.param(("bill", "smith"), ("william", "smith"), "nickname", id="short form"),
        pytest.param(("jordan", "taylor"), ("taylor", "jordan"), "swapped", id="exchanged"),
        pytest.param(("alexandria", "smith"), ("alexandrina", "smith"), "close", id="a letter more"),
        pytest.param(("marianne", "smith"), ("mariana", "smith"), "near", id="similar"),
        pytest.param(("simon", "smith"), ("sarah", "smith"), "initial", id="initial only"),
        pytest.param(("simon", "smith"), ("olive", "smith"), "different", id="different"),
        pytest.param(("", "smith"), ("olive", "smith"), "missing", id="not given"),
    ],
)
def test_given_names(person: Person, left: tuple[str, str], right: tuple[str, str], expected: str) -> None:
    assert level(PERSON, "given_name", person(*left), person(*right)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("harrington", "harrington", "exact", id="equal"),
        pytest.param("harrington", "harringtan", "close", id="a letter"),
        pytest.param("smith", "smithjones", "far", id="half of a double-barrelled name"),
        pytest.param("brown", "browne", "near", id="similar"),
        pytest.param("smith", "okafor", "different", id="different"),
    ],
)
def test_family_names(person: Person, left: str, right: str, expected: str) -> None:
    assert level(PERSON, "family_name", person("ann", left), person("ann", right)) == expected


def test_exchanged_names_are_counted_once(person: Person) -> None:
    left, right = person("jordan", "taylor"), person("taylor", "jordan")
    assert level(PERSON, "family_name", left, right) == "missing"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("1983-08-06", "1983-08-06", "exact", id="equal"),
        pytest.param("1983-08-06", "1983-06-08", "swapped", id="day and month"),
        pytest.param("1983-08-16", "1983-08-17", "one_digit", id="one digit"),
        pytest.param("1983-08-16", "1983-08-25", "two_digits", id="two digits"),
        pytest.param("1983-08-16", "1974-08-16", "two_digits", id="two digits of the year"),
        pytest.param("1983-08-16", "2010-08-16", "month_day", id="another year"),
        pytest.param("1983-08-16", "1983-11-05", "year", id="year only agrees"),
        pytest.param("1983", "1983-11-05", "year_only", id="only a year is known"),
        pytest.param("1983-08-16", "1951-11-05", "different", id="different"),
        pytest.param("", "1951-11-05", "missing", id="not given"),
    ],
)
def test_dates_of_birth(person: Person, left: str, right: str, expected: str) -> None:
    pair = person("ann", "smith", birth=left), person("ann", "smith", birth=right)
    assert level(PERSON, "date_of_birth", *pair) == expected


@pytest.mark.parametrize(
    ("given", "sexes", "alike", "unlike"),
    [
        pytest.param(("ann", "ann"), ("female", "female"), "same", "missing", id="like names, one sex"),
        pytest.param(("ann", "ann"), ("female", "male"), "different", "missing", id="like names, two sexes"),
        pytest.param(
            ("ann", "bob"), ("female", "male"), "missing", "different", id="unlike names, two sexes"
        ),
        pytest.param(("ann", "zoe"), ("female", "female"), "missing", "same", id="unlike names, one sex"),
        pytest.param(("ann", "ann"), ("female", ""), "missing", "missing", id="not given"),
    ],
)
def test_sex_is_weighed_beside_the_given_name(
    person: Person, given: tuple[str, str], sexes: tuple[str, str], alike: str, unlike: str
) -> None:
    left, right = (person(name, "smith", sex=sex) for name, sex in zip(given, sexes, strict=True))
    assert level(PERSON, "sex_given_alike", left, right) == alike
    assert level(PERSON, "sex_given_unlike", left, right) == unlike


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(
            ("14 high street, walsall", "ws1 1aa"),
            ("14 high st, walsall", "ws1 1aa"),
            "premise",
            id="one home",
        ),
        pytest.param(
            ("14 high street", "ws1 1aa"), ("14 high street", ""), "street_premise", id="postcode not given"
        ),
        pytest.param(("14 high street", "ws1 1aa"), ("90 mill lane", "ws1 1aa"), "postcode", id="neighbours"),
        pytest.param(("14 high street", "ws1 1aa"), ("90 mill lane", "ws1 9zz"), "outward", id="district"),
        pytest.param(("14 high street", "ws1 1aa"), ("90 mill lane", "b15 2tt"), "different", id="elsewhere"),
        pytest.param(("14 high street", "ws1 1aa"), ("", ""), "missing", id="not given"),
    ],
)
def test_places_of_people(
    person: Person, left: tuple[str, str], right: tuple[str, str], expected: str
) -> None:
    pair = (person("ann", "smith", address=line, postcode=code) for line, code in (left, right))
    assert level(PERSON, "place", *pair) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("14 high street", "", "premise", id="one of them says nothing else"),
        pytest.param("14 high street", "14 hihg st, walsall", "premise", id="read alike"),
        pytest.param("14 high street", "90 mill lane", "different", id="a filler, beside other addresses"),
    ],
)
def test_a_property_number_on_a_persons_row_counts_where_the_address_beside_it_does_not_speak_against_it(
    person: Person, left: str, right: str, expected: str
) -> None:
    pair = (person("ann", "smith", address=line, uprn="100071") for line in (left, right))
    assert level(PERSON, "place", *pair) == expected


@pytest.mark.parametrize(
    ("name", "left", "right", "expected"),
    [
        pytest.param("unit", "Flat 2, 14 High Street", "Flat 2, 14 High Street", "same", id="one flat"),
        pytest.param("unit", "Flat 2, 14 High Street", "Flat 3, 14 High Street", "conflict", id="two flats"),
        pytest.param(
            "unit", "Flat 2, 14 High Street", "14 High Street", "one_unknown", id="flat and building"
        ),
        pytest.param("unit", "14 High Street", "14 High Street", "missing", id="two houses"),
        pytest.param("number", "14 High Street", "14 High Street", "same", id="one number"),
        pytest.param("number", "14 High Street", "15 High Street", "conflict", id="two numbers"),
        pytest.param("number", "14 High Street", "High Street", "unknown", id="number not given"),
        pytest.param("area", "14 High Street", "14 High Street", "street_postcode", id="street and postcode"),
    ],
)
def test_parts_of_places(place: Place, name: str, left: str, right: str, expected: str) -> None:
    postcode = "WS1 1AA"
    assert level(ADDRESS, name, place(left, postcode), place(right, postcode)) == expected


def test_missing_on_either_side_is_missing_in_every_comparison(person: Person) -> None:
    full = person("ann", "smith", middle="jane", birth="1983-08-06", sex="female", nhs_number="9434765919")
    columns = Columns(Kind.PERSON)
    columns.put(0, full)
    columns.put(1, Encoding(Kind.PERSON, {}, {}, ()))
    assert not Comparer(PERSON).levels(columns, np.array([0]), np.array([1])).any()


@pytest.mark.parametrize("kind", list(Kind))
def test_left_and_right_do_not_matter(kind: Kind) -> None:
    columns = random_columns(kind, rows=200)
    pairs = np.random.default_rng(3).integers(0, 200, (2, 2000))
    comparer = Comparer(COMPARISONS[kind])
    forth = comparer.levels(columns, pairs[0], pairs[1])
    back = comparer.levels(columns, pairs[1], pairs[0])
    assert np.array_equal(forth, back)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_handful_and_a_batch_give_the_same_levels(kind: Kind) -> None:
    columns = random_columns(kind, rows=300)
    pairs = np.random.default_rng(4).integers(0, 300, (2, 9000))
    comparer = Comparer(COMPARISONS[kind])
    batch = comparer.levels(columns, pairs[0], pairs[1])
    few = [comparer.levels(columns, *(side[i : i + 50] for side in pairs)) for i in range(0, 9000, 50)]
    assert np.array_equal(batch, np.concatenate(few))


@pytest.mark.parametrize("kind", list(Kind))
def test_random_pairs_reach_nearly_every_level(kind: Kind) -> None:
    # Otherwise the two laws above would hold of too little.
    columns = random_columns(kind, rows=300)
    pairs = np.random.default_rng(5).integers(0, 300, (2, 20_000))
    levels = Comparer(COMPARISONS[kind]).levels(columns, pairs[0], pairs[1])
    for at, comparison in enumerate(COMPARISONS[kind]):
        assert len(np.unique(levels[:, at])) >= len(comparison.all_levels) - 2, comparison.name


def random_columns(kind: Kind, *, rows: int) -> Columns:
    """Records whose fields agree often enough, wholly or in part, for every level to be reached."""
    columns = Columns(kind, rows=rows)
    chance = np.random.default_rng(6)
    columns.tokens[:] = chance.integers(0, 3, columns.tokens.shape)
    base = chance.integers(0, 1 << 63, columns.blooms.shape[1:], dtype=np.uint64)
    noise = chance.integers(0, 1 << 63, columns.blooms.shape, dtype=np.uint64)
    noisy = chance.random((*columns.blooms.shape[:2], 1)) < chance.random((*columns.blooms.shape[:2], 16))
    columns.blooms[:] = np.where(noisy, base, noise)
    columns.blooms[chance.random(columns.blooms.shape[:2]) < 0.1] = 0
    columns.ones[:] = np.bitwise_count(columns.blooms).sum(axis=2)
    return columns


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        pytest.param(80, "close", id="exactly on the percentage"),
        pytest.param(79, "far", id="a bit under it"),
    ],
)
def test_the_percentage_itself_counts(shared: int, expected: str) -> None:
    comparison = Comparison(
        "street",
        missing=((absent("street"),),),
        levels=(Level("close", "close", ((alike("street", 80),),)),),
        otherwise=Level("far", "far", ()),
    )
    left = sum(1 << bit for bit in range(100))
    right = sum(1 << bit for bit in range(100 - shared, 200 - shared))
    pair = [
        Encoding(
            Kind.ADDRESS,
            {"street": Token(bytes(7) + bytes([number]))},
            {"street": bits.to_bytes(BLOOM_BYTES, "little")},
            (),
        )
        for number, bits in ((1, left), (2, right))
    ]
    assert level((comparison,), "street", *pair) == expected


def test_two_empty_bloom_fields_are_not_alike() -> None:
    comparison = Comparison(
        "street", (), (Level("close", "close", ((alike("street", 1),),)),), Level("far", "far", ())
    )
    nothing = Encoding(Kind.ADDRESS, {}, {}, ())
    assert level((comparison,), "street", nothing, nothing) == "far"


@pytest.mark.parametrize("comparison", [*PERSON, *ADDRESS], ids=lambda each: each.name)
def test_every_declared_level_can_be_reached(comparison: Comparison) -> None:
    facts = comparison.facts
    reached = {
        comparison.level(frozenset(fact for fact, holds in zip(facts, held, strict=True) if holds))
        for held in product((True, False), repeat=len(facts))
    }
    assert reached >= set(range(1, len(comparison.all_levels) + 1))


def test_one_rule_is_enough() -> None:
    comparison = Comparison("sex", ((absent("sex"),),), (Level("same", "same", ((same("sex"),),)),))
    assert comparison.level(frozenset({same("sex")})) == 1
    assert comparison.level(frozenset()) == MISSING
