"""Weights of many pairs at once, in pieces that need little memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
