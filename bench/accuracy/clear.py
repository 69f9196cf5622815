"""The same resolver in clear text: string similarities where the service compares Bloom fields.

Equality needs no second variant: two keyed tokens are equal just when their values are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import jellyfish
import numpy as np
from numpy.typing import NDArray

from bench.accuracy.areas import Area
from mast_intake.encode import bigrams
from mast_intake.persons import PersonText
from mast_resolver.calibrate import calibrate
from mast_resolver.columns import Columns
from mast_resolver.compare import Comparer, Fact, Rows, Test
from mast_resolver.comparisons import PERSON
from mast_resolver.frequencies import TermFrequencies
from mast_resolver.model import Model
from mast_resolver.records import Encoding, Kind
from mast_resolver.score import ModelScorer

# What stands for a Dice percentage: the levels that Splink's ready-made comparisons have.
JARO_WINKLER: Final = {80: 0.92, 65: 0.88, 50: 0.70}
EDITS: Final = {76: 1, 57: 2, 62: 2}
_NAMES: Final = frozenset(("given_name", "family_name"))
_NUMBERS: Final = frozenset(("date_of_birth", "national_id"))


@lru_cache(maxsize=1_000_000)
def _jaro_winkler(left: str, right: str) -> float:
    return jellyfish.jaro_winkler_similarity(left, right)


@lru_cache(maxsize=1_000_000)
def _edits(left: str, right: str) -> int:
    return jellyfish.damerau_levenshtein_distance(left, right)


@lru_cache(maxsize=100_000)
def _grams(text: str) -> frozenset[str]:
    return frozenset(gram for word in text.split() for gram in bigrams(word))


def alike(field: str, left: str, right: str, percent: int) -> bool:
    """Whether two values are as much alike as a Dice of that percentage is meant to say."""
    if not left or not right:
        return False
    if field in _NAMES:
        return _jaro_winkler(left, right) >= JARO_WINKLER[percent]
    if field in _NUMBERS:
        return _edits(left, right) <= EDITS[percent]
    if field == "postcode":
        return _edits(left, right) <= 1
    ours, theirs = _grams(left), _grams(right)
    return 200 * len(ours & theirs) >= percent * (len(ours) + len(theirs))


def clear_values(person: PersonText) -> dict[str, str]:
    """What the Bloom fields hold, in clear."""
    home = person.home
    return {
        "given_name": person.name.given,
        "family_name": person.name.family,
        "date_of_birth": person.birth.replace("-", "") if len(person.birth) == 10 else "",
        "national_id": person.national_id,
        "postcode": home.full_postcode if home else "",
        "address": home.words if home else "",
    }


class ClearComparer(Comparer):
    """Sees fuzzy facts in clear text; tokens as they are."""

    def __init__(self, texts: Sequence[Mapping[str, str]]) -> None:
        super().__init__(PERSON)
        self._texts = texts

    def _see_blooms(self, _: Columns, left: Rows, right: Rows, held: NDArray[np.float32]) -> None:
        for column, fact in enumerate(self._bloom_facts, start=len(self._token_facts)):
            held[:, column] = [self._holds(fact, *pair) for pair in zip(left, right, strict=True)]

    def _add_needed_blooms(self, _: Columns, left: Rows, right: Rows, codes: NDArray[np.intp]) -> None:
        needed = self._needs_blooms[codes]
        for at, comparison in enumerate(self.comparisons):
            facts = [fact for fact in comparison.facts if fact in self._bloom_facts]
            for pair in np.flatnonzero(needed[:, at]) if facts else ():
                for fact in facts:
                    if self._holds(fact, left[pair], right[pair]):
                        power = self._powers[len(self._token_facts) + self._bloom_facts.index(fact), at]
                        codes[pair, at] += int(power)

    def _holds(self, fact: Fact, left: int, right: int) -> bool:
        ours, theirs = self._texts[left], self._texts[right]
        if fact.test is Test.ALIKE:
            return alike(fact.name, ours[fact.name], theirs[fact.name], fact.percent)
        return alike(fact.name, ours[fact.name], theirs[fact.other], fact.percent) and alike(
            fact.name, ours[fact.other], theirs[fact.name], fact.percent
        )


def clear_scorer(area: Area) -> Callable[[Model, TermFrequencies], ModelScorer]:
    """Makes scorers that compare the persons of the area, in their order, in clear text."""
    texts = [clear_values(person) for person in area.persons]

    def scorer(model: Model, frequencies: TermFrequencies) -> ModelScorer:
        return ModelScorer(model, frequencies, comparer=ClearComparer(texts))

    return scorer


def clear_model(area: Area, model: Model, *, cap: int) -> Model:
    """The model learnt on from the clear levels, as the service does from its own."""
    texts = [clear_values(person) for person in area.persons]
    learnt = calibrate(model, area.encodings, records=len(texts), cap=cap, comparer=ClearComparer(texts))
    return replace(learnt, version=f"{learnt.version}-clear")


def clear_encodings(area: Area) -> list[Encoding]:
    """Tokens and keys without Bloom fields."""
    return [Encoding(Kind.PERSON, each.tokens, {}, each.keys, each.source) for each in area.encodings]
