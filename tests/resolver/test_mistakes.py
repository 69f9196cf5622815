"""Mistakes are told by the levels that fields reached."""

from __future__ import annotations

from tests.resolver.conftest import Person

from mast_resolver.mistakes import mistakes
from mast_resolver.model import read_model
from mast_resolver.records import RecordId
from mast_resolver.score import ModelScorer


def test_wrong_and_missed_pairs_are_told_by_pattern(person: Person) -> None:
    one, other, third = RecordId("r1"), RecordId("r2"), RecordId("r3")
    encodings = {
        one: person("ann", "smith", birth="1983-08-06"),
        other: person("ann", "smith", birth="1983-08-07"),
        third: person("zebedee", "jones", birth="1950-01-02"),
    }
    found = {one: "x", other: "y", third: "x"}
    truth = {one: "p", other: "p", third: "q"}
    seen = mistakes(ModelScorer(read_model("person")), encodings, found, truth)
    (merged,), (missed,) = seen.merged, seen.missed
    assert ("given_name", "different") in merged.levels
    assert ("date_of_birth", "one_digit") in missed.levels
    assert (missed.pairs, missed.blocked) == (1, 1)
    assert merged.blocked == 0
    assert missed.bits > merged.bits
