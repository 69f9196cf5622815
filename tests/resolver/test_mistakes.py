"""Mistakes are told by the levels that fields reached."""

from __future__ import annotations

from tests.plain_resolver import numbered_ids
from tests.resolver.conftest import Person

from mast_resolver.mistakes import Look, mistakes
from mast_resolver.model import read_model
from mast_resolver.ports import Upsert
from mast_resolver.records import Encoding, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer


def look_of(encodings: dict[RecordId, Encoding]) -> Look:
    scorer = ModelScorer(read_model("person"))
    resolver = Resolver(scorer, new_id=numbered_ids(), cap=60)
    resolver.apply([Upsert(*each) for each in encodings.items()])
    return resolver.explainer(scorer.explain).parts


def test_a_pair_lost_to_a_key_that_too_many_have_was_not_compared(person: Person) -> None:
    crowd = {RecordId(f"r{number:03}"): person("", "smith", birth="2026-01-01") for number in range(70)}
    one, other = list(crowd)[:2]
    (missed,) = mistakes(look_of(crowd), {one: "x", other: "y"}, {one: "p", other: "p"}).missed
    assert (missed.pairs, missed.blocked) == (1, 0)


def test_wrong_and_missed_pairs_are_told_by_pattern(person: Person) -> None:
    one, other, third = RecordId("r1"), RecordId("r2"), RecordId("r3")
    encodings = {
        one: person("ann", "smith", birth="1983-08-06"),
        other: person("ann", "smith", birth="1983-08-07"),
        third: person("zebedee", "jones", birth="1950-01-02"),
    }
    found = {one: "x", other: "y", third: "x"}
    truth = {one: "p", other: "p", third: "q"}
    seen = mistakes(look_of(encodings), found, truth)
    (merged,), (missed,) = seen.merged, seen.missed
    assert ("given_name", "different") in merged.levels
    assert ("date_of_birth", "one_digit") in missed.levels
    assert (missed.pairs, missed.blocked) == (1, 1)
    assert merged.blocked == 0
    assert missed.bits > merged.bits
