"""The model of an area: learnt on from what is loaded, without a truth, and the same every time."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import pytest
from tests.resolver.conftest import Person

from mast_resolver.calibrate import FEWEST_MATCHES, PRIOR_RECORDS, SMALLEST_AREA, calibrate
from mast_resolver.model import parse_model, read_model, write_model
from mast_resolver.records import Encoding
from mast_resolver.thresholds import CERTAIN

PEOPLE = 300


@pytest.fixture(scope="module")
def doubles(person: Person) -> list[Encoding]:
    """Each of some people twice, the second time with another given name in one of four."""
    chance = random.Random(5)
    found = []
    for number in range(PEOPLE):
        letters = "".join(chance.choices("bdfgklmnprstvz", k=3))
        family = f"{letters[0]}a{letters[1]}e{letters[2]}on"
        born = f"{chance.randrange(1940, 2015)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        home = f"{number + 1} {family} road"
        given = chance.choice(("ann", "robert", "mary", "peter", "joan"))
        other = chance.choice(("olga", "zebedee")) if chance.random() < 0.25 else given
        found += [
            person(given, family, birth=born, address=home),
            person(other, family, birth=born, address=home),
        ]
    return found


def test_it_learns_how_often_records_match(doubles: list[Encoding]) -> None:
    learnt = calibrate(read_model("person"), doubles, records=len(doubles), cap=60)
    matches = learnt.chance_same * learnt.reference_records / 2
    before = read_model("person").chance_same * read_model("person").reference_records / 2
    assert learnt.reference_records == SMALLEST_AREA
    # Half a match a record was made; what was known before counts as 200 records beside these 600.
    made = (0.5 * len(doubles) + before * PRIOR_RECORDS) / (len(doubles) + PRIOR_RECORDS)
    assert matches == pytest.approx(made, rel=0.15)


def test_a_first_feed_without_matches_is_not_taken_for_an_area_without(person: Person) -> None:
    lone = [
        person(f"g{number}a", f"f{number * 7}", birth=f"{1900 + number % 100}-01-02") for number in range(400)
    ]
    learnt = calibrate(read_model("person"), lone, records=len(lone), cap=60)
    assert learnt.chance_same * learnt.reference_records / 2 >= FEWEST_MATCHES


def test_it_learns_that_names_are_kept_badly_here(doubles: list[Encoding]) -> None:
    model = read_model("person")
    learnt = calibrate(model, doubles, records=len(doubles), cap=60)
    before, after = (each.comparisons["given_name"]["different"].chances["same"] for each in (model, learnt))
    assert after > before


def test_levels_and_classes_stay(doubles: list[Encoding]) -> None:
    model = read_model("person")
    learnt = calibrate(model, doubles, records=len(doubles), cap=60)
    assert learnt.edge == model.edge
    assert [each.name for each in learnt.classes] == [each.name for each in model.classes]
    assert parse_model(write_model(learnt)) == learnt


def test_who_is_in_doubt_is_said_by_the_area_even_where_the_model_of_before_did_not(
    doubles: list[Encoding],
) -> None:
    model = read_model("person")
    older = replace(model, fracture=None)
    learnt = calibrate(older, doubles, records=len(doubles), cap=60)
    assert learnt.fracture is not None
    assert learnt.join.weight <= learnt.fracture.weight <= CERTAIN
    assert model.fracture is not None
    assert learnt.fracture.reason != model.fracture.reason


def test_the_same_records_give_the_same_model_and_others_another(doubles: list[Encoding]) -> None:
    model = read_model("person")
    learnt = calibrate(model, doubles, records=len(doubles), cap=60)
    assert calibrate(model, doubles, records=len(doubles), cap=60) == learnt
    assert learnt.version.startswith(f"{model.version}+")
    assert calibrate(model, doubles[:400], records=400, cap=60).version != learnt.version


def test_twins_in_lists_that_hold_nobody_twice_are_not_taken_for_one(person: Person) -> None:
    chance = random.Random(9)
    lists: list[Encoding] = []
    for number in range(200):
        letters = "".join(chance.choices("bdfgklmnprstvz", k=3))
        family = f"{letters[0]}a{letters[1]}e{letters[2]}on"
        born = f"{chance.randrange(1940, 2015)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        twins = ("ann", "olga") if number % 2 else ("robert", "zebedee")
        for given, source in product(twins, ("police", "schools")):
            encoding = person(given, family, birth=born, address=f"{number + 1} {family} road")
            lists.append(replace(encoding, source=source))
    anybody = [replace(encoding, source="") for encoding in lists]

    def renamed(encodings: list[Encoding]) -> float:
        learnt = calibrate(read_model("person"), encodings, records=len(encodings), cap=60)
        return learnt.comparisons["given_name"]["different"].chances["same"]

    assert renamed(lists) <= renamed(anybody) < 0.02
    learnt = calibrate(read_model("person"), lists, records=len(lists), cap=60)
    same = {(pair.left, pair.right): pair.same for pair in learnt.sources}
    assert same["police", "schools"] > 500 > -2_000 > same["police", "police"]
    assert parse_model(write_model(learnt)) == learnt


def test_a_handful_of_records_teaches_nothing(doubles: list[Encoding]) -> None:
    assert calibrate(read_model("person"), doubles[:20], records=20, cap=60) == read_model("person")


def test_addresses_have_a_model_by_hand_and_keep_it() -> None:
    assert calibrate(read_model("address"), [], records=0, cap=200) == read_model("address")
