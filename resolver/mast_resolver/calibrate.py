"""A model for the area at hand: the one in force, learnt on from the records that are loaded, then frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log2
from typing import Final

import numpy as np

from mast_resolver.classes import Chances, Classes, levels_of, rounded, separate
from mast_resolver.compare import Comparer
from mast_resolver.comparisons import COMPARISONS
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import HOUSEMATE, SAME, UNRELATED, Model, model_checksum
from mast_resolver.records import Encoding, MatchWeight
from mast_resolver.score import ModelScorer
from mast_resolver.sources import SourcePair
from mast_resolver.training_pairs import area_patterns, candidate_pairs
from mast_resolver.unmatched import unmatched_shares

PRIOR_RECORDS: Final = 200
"""What the model says counts as much as so many records of the area it was trained on."""
SMALLEST_AREA: Final = 5_000
"""A load of fewer records is taken for a part of an area of so many."""
FEWEST_MATCHES: Final = 0.25
"""Matches a record, at the least: the first feed of an area has none in itself, the next one will."""
MOST_RECORDS: Final = 50_000
"""So many records are enough to learn from: the share of matches among all pairs is the same in a sample."""
_SAMPLE: Final = 400_000
_SEED: Final = 1


def calibrate(
    model: Model, sample: Sequence[Encoding], *, records: int, cap: int, comparer: Comparer | None = None
) -> Model:
    """The model with chances and priors as in these records; no truth is looked at.

    ``sample`` is all of the area's ``records``, or :data:`MOST_RECORDS` of them at random.
    Expectation-maximisation over candidates and random pairs, from the model's own chances, which a small
    load hardly moves. Levels, classes and thresholds stay. The same encodings in the same order give the
    same model: it is frozen with the term frequencies, and learnt again when they are counted again.
    ``comparer`` sees the levels in another way (in clear text, say).

    Example:
        >>> from mast_resolver.model import read_model
        >>> model = read_model("person")
        >>> calibrate(model, [], records=0, cap=60) == model
        True
    """
    comparisons = COMPARISONS[model.kind]
    if not model.classes or len(sample) < PRIOR_RECORDS:
        return model
    patterns = area_patterns(comparer or Comparer(comparisons), sample, cap=cap, sample=_SAMPLE, seed=_SEED)
    area = max(records, SMALLEST_AREA)
    before = {SAME: model.chance_same, **{each.name: each.chance for each in model.classes}}
    before = {name: chance * model.reference_records / 2 for name, chance in before.items()}  # a record
    worth = {
        SAME: PRIOR_RECORDS * before[SAME],
        HOUSEMATE: PRIOR_RECORDS * before[HOUSEMATE],
        UNRELATED: PRIOR_RECORDS**2 / 2,
    }
    found = separate(
        patterns,
        comparisons,
        _chances(model),
        seen=worth,
        shares={name: 2 * rate / records for name, rate in before.items()},
    )
    chance = {
        name: _chance(rate, found.shares[name] * records / 2, learnt=len(sample), area=area)
        for name, rate in before.items()
    }
    learnt = replace(
        model,
        reference_records=area,
        chance_same=max(chance[SAME], rounded(2 * FEWEST_MATCHES / area)),
        classes=tuple(replace(each, chance=chance[each.name]) for each in model.classes),
        comparisons=levels_of(found, comparisons),
        sources=_same_of(found),
    )
    sources = _unmatched(learnt, sample, comparer, cap=cap, sampled=min(1.0, len(sample) / max(records, 1)))
    learnt = replace(learnt, sources=sources)
    return replace(learnt, version=f"{model.version}+{model_checksum(learnt)[:8]}")


def _same_of(found: Classes) -> tuple[SourcePair, ...]:
    """How much commoner *same* is between two sources than between any two records."""
    pairs = sorted(found.same_of.items())
    if any("" in pair for pair, _ in pairs):
        return ()  # nobody said whose these records are
    return tuple(
        SourcePair(left, right, MatchWeight(round(1000 * log2(share / found.shares[SAME]))))
        for (left, right), share in pairs
    )


def _unmatched(
    model: Model, sample: Sequence[Encoding], comparer: Comparer | None, *, cap: int, sampled: float
) -> tuple[SourcePair, ...]:
    """The model's pairs of sources with the shares of unmatched records, by the weights of all candidates."""
    if not model.sources:
        return ()
    scorer = ModelScorer(model, term_frequencies(model, sample), comparer=comparer)
    for row, encoding in enumerate(sample):
        scorer.put(row, encoding)
    left, right = candidate_pairs(sample, cap=cap)
    bits = scorer.weights(left, right) / 1000
    kept = bits >= model.edge.weight / 1000
    numbers = np.array([scorer.sources.number(each.source) for each in sample], np.intp)
    shares = unmatched_shares(left[kept], right[kept], bits[kept], numbers, sampled=sampled)
    number = scorer.sources.number
    return tuple(
        replace(
            pair,
            unmatched=(
                rounded(float(shares[number(pair.left), number(pair.right)])),
                rounded(float(shares[number(pair.right), number(pair.left)])),
            ),
        )
        for pair in model.sources
    )


def _chance(before: float, found: float, *, learnt: int, area: int) -> float:
    """The chance of a class among the pairs of the area, from pairs a record: those known and those found."""
    rate = (found * learnt + before * PRIOR_RECORDS) / (learnt + PRIOR_RECORDS)
    return rounded(2 * rate / area)


def _chances(model: Model) -> Chances:
    return {
        name: {level: odds.chances for level, odds in levels.items()}
        for name, levels in model.comparisons.items()
    }
