"""Who likely shares a home: what the model's classes of relatives weigh, and nobody hidden in it."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.names import read_name
from mast_intake.persons import PersonEncoder, PersonText
from mast_resolver.housemates import LIKELY_AT, MOST_SHARING, SharedHome
from mast_resolver.model import read_model
from mast_resolver.records import Encoding, EntityId, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer

ENCODER = PersonEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
HOME, OTHER = "14 High Street, Walsall", "41 Mill Lane, Walsall"


def who(given: str, family: str, birth: str, home: str = HOME, phone: str = "") -> Encoding:
    place = parse(home, "WS11AA") if home else None
    text = PersonText(read_name(given, "", family), birth=birth, sex="", phone=phone, home=place)
    return ENCODER.encode(text, source="housing")


ANN = who("Ann", "Leeson", "1980-05-17", phone="+441922555010")
CARA = who("Cara", "Leeson", "2014-03-02", phone="+441922555010")
GUS = who("Gustav", "Hall", "1971-11-30", OTHER)


class People:
    def __init__(self, *people: Encoding) -> None:
        numbers = count(1)
        self.scorer = ModelScorer(read_model("person"))
        self.resolver = Resolver(self.scorer, new_id=lambda: EntityId(f"P-{next(numbers)}"), cap=60)
        self.records = [RecordId(f"r{at:032x}") for at in range(len(people))]
        self.resolver.apply(list(map(Upsert, self.records, people)))

    def person(self, at: int) -> EntityId:
        found = self.resolver.entity_of(self.records[at])
        assert found is not None
        return found

    def homes(self, at: int, *hidden: int, only: frozenset[EntityId] | None = None) -> list[SharedHome]:
        but = frozenset(self.person(each) for each in hidden)
        explainer = self.resolver.explainer(self.scorer.explain)
        return explainer.housemates(self.person(at), self.scorer, but=but, only=only)


def test_a_mother_and_her_child_likely_share_a_home_and_a_stranger_does_not() -> None:
    town = People(ANN, CARA, GUS)
    (found,) = town.homes(0)
    assert (found.person, found.other) == (town.person(0), town.person(1))
    assert found.records == (town.records[0], town.records[1])
    assert found.weight >= LIKELY_AT
    assert sum(part.weight for part in found.evidence) == found.weight
    assert town.homes(2) == []
    assert [each.other for each in town.homes(1)] == [town.person(0)]


def test_two_records_of_one_person_are_no_household() -> None:
    again = who("Ann", "Leeson", "1980-05-17")
    town = People(ANN, again)
    assert town.person(0) == town.person(1)
    assert town.homes(0) == []
    rows = np.array([0]), np.array([1])
    assert int(town.scorer.homes(*rows)[0]) < LIKELY_AT < int(town.scorer.weights(*rows)[0])


def test_only_those_who_are_asked_about_are_named() -> None:
    town = People(ANN, CARA, who("Dean", "Leeson", "2012-01-09"))
    assert {each.other for each in town.homes(0)} == {town.person(1), town.person(2)}
    assert [each.other for each in town.homes(0, only=frozenset({town.person(2)}))] == [town.person(2)]


@pytest.mark.parametrize("hidden", [1, MOST_SHARING + 5])
def test_who_is_hidden_changes_nothing_however_many_they_are(hidden: int) -> None:
    without = People(ANN, CARA).homes(0)
    many = [who(f"Name{at}", "Leeson", f"19{40 + at % 30}-0{1 + at % 9}-11") for at in range(hidden)]
    town = People(ANN, CARA, *many)
    found = town.homes(0, *range(2, 2 + hidden))
    assert [(each.records, each.weight, each.evidence) for each in found] == [
        (each.records, each.weight, each.evidence) for each in without
    ]


def test_a_hostel_is_no_household() -> None:
    crowd = [
        who(f"Name{at}", "Leeson", f"19{40 + at % 30}-0{1 + at % 9}-11") for at in range(MOST_SHARING + 5)
    ]
    assert People(who("Ann", "Leeson", "1980-05-17"), *crowd).homes(0) == []


NAMES = st.tuples(
    st.sampled_from(("Ann", "Cara", "Dean", "Maximilian")), st.sampled_from(("Leeson", "Lesson", "Hall"))
)
PEOPLE = st.builds(
    lambda names, birth, home: who(names[0], names[1], birth, home),
    NAMES,
    st.sampled_from(("1980-05-17", "1980-05-18", "2014-03-02", "")),
    st.sampled_from((HOME, OTHER, "")),
)


@given(PEOPLE, PEOPLE)
def test_the_weight_is_the_same_either_way_and_is_what_its_parts_add_up_to(
    left: Encoding, right: Encoding
) -> None:
    scorer = ModelScorer(read_model("person"))
    scorer.put(0, left)
    scorer.put(1, right)
    one, other = (scorer.homes(np.array([a]), np.array([b])) for a, b in ((0, 1), (1, 0)))
    assert int(one[0]) == int(other[0])
    assert sum(part.weight for part in scorer.explain_home(0, 1)) == int(one[0])
