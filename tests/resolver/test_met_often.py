"""Whoever is met often stays one person: by a number, and by records that say exactly the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from tests.plain_resolver import numbered_ids

from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.bulk import BulkLinker
from mast_resolver.merging import Bond
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint, Decide, Edge, LookAlikes, Retract, Upsert
from mast_resolver.records import Encoding, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer

Person = Callable[..., Encoding]

CAP = 60
HOME = {"address": "14 High Street", "postcode": "WS1 1AA"}
ANN = {"given": "ann", "family": "okonkwo", "birth": "1983-08-06", "sex": "female"}
NUMBER = {"nhs_number": "9434765919"}
SIZES = [59, 60, 61, 200, 1_000]


def resolver() -> Resolver:
    return Resolver(ModelScorer(read_model("person")), new_id=numbered_ids(), cap=CAP)


def name(number: int) -> RecordId:
    return RecordId(f"r{number * 7919 % 10007:05}")


def met(encodings: list[Encoding]) -> Resolver:
    """As they come, one after the other."""
    found = resolver()
    for number, each in enumerate(encodings):
        found.apply([Upsert(name(number), each)])
    return found


def in_bulk(encodings: list[Encoding]) -> tuple[Resolver, int]:
    found = resolver()
    with in_memory() as database:
        linker = BulkLinker(ModelScorer(read_model("person")), database, cap=CAP)
        for number, each in enumerate(encodings):
            linker.put(name(number), each)

        def evidence() -> Iterator[Edge]:
            linker.pass_over(found.copies())
            return linker.evidence()

        found.take_weighed([Upsert(name(at), each) for at, each in enumerate(encodings)], evidence)
    return found, linker.compared


@pytest.mark.parametrize("number", [NUMBER, {}], ids=["with a number", "without"])
@pytest.mark.parametrize("times", SIZES)
def test_a_person_met_so_often_is_one_person(person: Person, times: int, number: dict[str, str]) -> None:
    found = met([person(**ANN, **HOME, **number)] * times)
    assert len(found.partition()) == 1
    assert found.look_alikes() == LookAlikes(0, 0)
    ids = sorted(map(name, range(times)))
    changes = found.apply([Retract(ids[0])])
    assert len(found.partition()) == 1
    assert not changes.superseded


@pytest.mark.parametrize("number", [NUMBER, {}], ids=["with a number", "without"])
def test_a_person_met_at_three_homes_is_one_person_however_it_comes(
    person: Person, number: dict[str, str]
) -> None:
    homes = [HOME, HOME | {"address": "2 Canal Street", "postcode": "WS2 7BB"}, {"phone": "07700900123"}]
    encodings = [person(**ANN, **number, **homes[at % 3]) for at in range(75)]
    assert len(met(encodings).partition()) == 1
    together = resolver()
    together.apply([Upsert(name(at), each) for at, each in enumerate(encodings)])
    assert len(together.partition()) == 1
    assert len(in_bulk(encodings)[0].partition()) == 1


@pytest.mark.parametrize("number", [NUMBER, {}], ids=["with a number", "without"])
@pytest.mark.parametrize("times", [59, 60, 61, 150, 250])
def test_records_that_all_say_something_else_are_still_one_person(
    person: Person, times: int, number: dict[str, str]
) -> None:
    encodings = [person(**ANN, **number, **HOME, phone=f"07700900{at:03}") for at in range(times)]
    found = met(encodings)
    assert len(found.partition()) == 1
    assert found.look_alikes() == LookAlikes(0, 0)
    at_once, compared = in_bulk(encodings)
    assert at_once.partition() == found.partition()
    assert compared <= 3 * times * CAP  # by number, and by given name and birth, day and month exchanged too


def test_a_number_that_thousands_have_costs_no_more_than_its_hubs(person: Person) -> None:
    """A filler: the people are all others, and are compared with sixty of them at most."""
    chance = random.Random(3)
    letters = "bcdfghklmnprstvw"
    encodings = [
        person(
            "".join(chance.choice(letters) + chance.choice("aeiou") for _ in range(3)),
            "".join(chance.choice(letters) + chance.choice("aeiou") for _ in range(4)),
            birth=f"{chance.randrange(1930, 2015)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
            **NUMBER,
        )
        for _ in range(2_000)
    ]
    found, compared = in_bulk(encodings)
    assert compared <= 2_000 * (CAP + 1)
    assert len(found.partition()) > 1_900


def test_somebody_like_them_but_for_a_word_is_still_compared(person: Person) -> None:
    said = person(**ANN, **HOME)
    misspelt = person(**ANN | {"given": "anne"}, **HOME)
    found = met([said] * 90)
    changes = found.apply([Upsert(RecordId("x"), misspelt)])
    assert len(found.partition()) == 1
    assert changes.evidence_added


def test_a_steward_can_part_and_tie_records_that_say_the_same(person: Person) -> None:
    said = person(**ANN, **HOME)
    found = met([said] * 90)
    ids = sorted(map(name, range(90)))
    parted = [Decide(ids[70], other, Constraint.CANNOT) for other in ids if other != ids[70]]
    found.apply(parted)
    assert sorted(map(len, found.partition())) == [1, 89]
    found.apply([Decide(each.left, each.right, None) for each in parted])
    assert len(found.partition()) == 1
    other = person("becky", "nowak", birth="1990-01-02", address="3 Mill Lane", postcode="WS9 9ZZ")
    found.apply([Upsert(RecordId("x"), other)])
    found.apply([Decide(ids[80], RecordId("x"), Constraint.MUST)])
    assert found.entity_of(ids[80]) == found.entity_of(RecordId("x"))


def test_how_a_copy_came_is_told(person: Person) -> None:
    found = met([person(**ANN, **HOME)] * 5)
    ids = sorted(map(name, range(5)))
    explain = found.explainer(found._scorer.explain)  # type: ignore[attr-defined]  # the model's own
    entity = found.entity_of(ids[0])
    assert entity is not None
    tree = explain.how(entity)
    assert list(tree.records) == ids
    assert [step.bond for step in tree.steps] == [Bond.AVERAGE, *[Bond.COPY] * 3]
    for left, right in ((0, 4), (2, 3), (1, 2)):
        account = explain.pair(ids[left], ids[right])
        assert account.shares_key
        assert account.met is not None
        assert account.weight == sum(part.weight for part in account.parts)


def test_records_that_do_not_say_who_they_are_about_are_no_copies(person: Person) -> None:
    new_born = person("", "okonkwo", birth="2026-01-01", **HOME)
    assert met([new_born] * 70).look_alikes() == LookAlikes(70, 0)
