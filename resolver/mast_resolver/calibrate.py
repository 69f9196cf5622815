"""A model for the area at hand: the one in force, learnt on from the records that are loaded, then frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.classes import Chances, Classes, levels_of, rounded, separate
from mast_resolver.compare import Comparer
from mast_resolver.comparisons import COMPARISONS
from mast_resolver.context import in_context
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import HOUSEMATE, SAME, UNRELATED, Model, model_checksum
from mast_resolver.records import Encoding, MatchWeight
from mast_resolver.score import ModelScorer
from mast_resolver.sources import SourcePair, Sources
from mast_resolver.thresholds import fracturing, joining, reviewing
from mast_resolver.training_pairs import Pairs, area_patterns, candidate_pairs
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
    load hardly moves. Levels and classes stay; what joins and what is to be reviewed follows from what the
    learnt model expects here (:mod:`mast_resolver.thresholds`). The same encodings in the same order give the
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
    candidates = candidate_pairs(sample, cap=cap)
    patterns = area_patterns(
        comparer or Comparer(comparisons), sample, candidates, sample=_SAMPLE, seed=_SEED
    )
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
    learnt = _in_context(
        learnt, sample, comparer, candidates, sampled=min(1.0, len(sample) / max(records, 1))
    )
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


def _in_context(
    model: Model, sample: Sequence[Encoding], comparer: Comparer | None, candidates: Pairs, *, sampled: float
) -> Model:
    """What takes the weights of all candidates: how many records are unmatched, and the thresholds."""
    scorer = ModelScorer(model, term_frequencies(model, sample), comparer=comparer)
    for row, encoding in enumerate(sample):
        scorer.put(row, encoding)
    left, right = candidates
    weights = scorer.weights(left, right)
    kept = weights >= model.edge.weight
    left, right, weights = left[kept], right[kept], weights[kept]
    if model.sources:
        model = replace(model, sources=_unmatched(model, scorer, sample, (left, right, weights), sampled))
        scorer.sources = Sources(model.sources)
    counted = in_context(scorer, left, right, weights)
    join = joining(counted)
    review = reviewing(left, right, counted, join=join, usual=model.review, sampled=sampled)
    fracture = fracturing(left, right, counted, join=join, sampled=sampled)
    return replace(model, join=join, review=review, fracture=fracture)


def _unmatched(
    model: Model,
    scorer: ModelScorer,
    sample: Sequence[Encoding],
    evidence: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]],
    sampled: float,
) -> tuple[SourcePair, ...]:
    left, right, weights = evidence
    number = scorer.sources.number
    numbers = np.array([number(each.source) for each in sample], np.intp)
    shares = unmatched_shares(left, right, weights / 1000, numbers, sampled=sampled)

    def share(one: str, other: str) -> float:
        return rounded(float(shares[number(one), number(other)]))

    return tuple(
        replace(pair, unmatched=(share(pair.left, pair.right), share(pair.right, pair.left)))
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
