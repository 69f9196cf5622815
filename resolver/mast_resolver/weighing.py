"""Weights of many pairs at once, in pieces that need little memory."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.evidence import Evidence, Row
from mast_resolver.index import BlockingIndex, Flips
from mast_resolver.ports import PairScorer

Weigh = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.int64]]
"""Rows of the left and of the right records to millibits."""

PAIRS_AT_ONCE: Final = 500_000
"""So many pairs are weighed in one call at most: a scorer needs some hundred bytes for each."""


def weigh(scorer: PairScorer, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
    """What the pairs of rows weigh by themselves, in millibits, in their order."""
    parts = [
        scorer.weights(left[start : start + PAIRS_AT_ONCE], right[start : start + PAIRS_AT_ONCE])
        for start in range(0, len(left), PAIRS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def follow_support(
    evidence: Evidence,
    index: BlockingIndex,
    fresh: AbstractSet[Row],
    flips: Flips,
    weigh: Weigh,
    *,
    least: int,
) -> None:
    """Drop evidence that lost its last key that supports it; weigh the pairs that are new or gained one."""
    parted = [pair for number in flips.generic for pair in evidence.within(index.rows(number))]
    parted += [(row, other) for row in flips.lost for other in evidence.beside(row)]
    for left, right in parted:
        if right in evidence.beside(left) and not index.supports(left, right):
            evidence.drop(left, right)
    left_rows, right_rows = index.pairs(fresh | flips.won, flips.selective)
    weights = weigh(left_rows, right_rows)
    kept = weights >= least
    for left, right, weight in zip(
        left_rows[kept].tolist(), right_rows[kept].tolist(), weights[kept].tolist(), strict=True
    ):
        evidence.put(left, right, weight)
