"""Thresholds of an area, chosen by what the model itself expects there; no truth is looked at."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.cluster import unite
from mast_resolver.model import Threshold
from mast_resolver.records import MatchWeight

RIGHT: Final = 0.9965
"""Share of the pairs joined that have to be right, by the model's own odds: 99.5 %, and what the odds were
found to be too good by on generated families (0.15 %)."""
LOWEST: Final = 0
"""Nobody is joined who is likelier another."""
FAIR: Final = 2_000
"""4 to 1: from there on more certainty is paid for with matches."""
HIGHEST: Final = 5_000
DEAR: Final = 0.01
"""Share of the matches that half a bit more may cost. Where records are so poor that it costs more, the
model's doubt is about nearly every pair, and waiting for certainty would leave everybody apart."""
LOAD: Final = 0.03
"""Share of an area's records that people can look at."""
_FORESEEN: Final = 2 / 3
"""The part of them that is foreseen: of records in one component some stay apart by their averages, and
wait too."""
_STEP: Final = 250
_HALF: Final = 500

Rows = NDArray[np.intp]
Weights = NDArray[np.int64]


def joining(counted: Weights) -> Threshold:
    """The least number of half bits from which pairs are right often enough, unless it is too dear.

    ``counted`` are millibits of all pairs that are evidence.

    Example:
        >>> joining(np.array([20_000] * 900 + [500] * 50)).weight  # 50 pairs with a third wrong are too many
        1000
    """
    chances = 1 / (1 + np.exp2(-counted / 1000))
    matches = chances[counted >= LOWEST].sum()
    for weight in range(LOWEST, HIGHEST, _HALF):
        joined = chances[counted >= weight]
        if not len(joined) or joined.mean() >= RIGHT:
            return Threshold(
                MatchWeight(weight),
                f"the least number of half bits from which, by the model's own odds in this area, at least "
                f"{RIGHT:.2%} of the pairs are right",
            )
        lost = chances[(counted >= weight) & (counted < weight + _HALF)].sum()
        if weight >= FAIR and lost > DEAR * matches:
            break
    return Threshold(
        MatchWeight(weight),
        f"by the model's own odds in this area less than {RIGHT:.2%} of the pairs from there on are right, "
        f"but half a bit more would lose over {DEAR:.0%} of the matches",
    )


def reviewing(
    left: Rows, right: Rows, counted: Weights, *, join: Threshold, usual: Threshold, sampled: float
) -> Threshold:
    """The usual threshold, or as much higher as keeps the queue within what people can look at.

    ``sampled`` is the share of the area's records that were looked at: of the pairs of the area only so
    many have both records among them.

    Example:
        >>> left = np.arange(0, 100, 2)
        >>> usual, join = Threshold(MatchWeight(-1_000), ""), Threshold(MatchWeight(2_000), "")
        >>> all_doubtful = reviewing(left, left + 1, np.full(50, 0), join=join, usual=usual, sampled=1.0)
        >>> all_doubtful.weight
        250
    """
    records = 1 + int(max(left.max(initial=-1), right.max(initial=-1)))
    group = np.arange(records)
    joined = counted >= join.weight
    unite(group, left[joined], right[joined])
    open_ = (counted >= usual.weight) & (group[left] != group[right])
    lowest = min(usual.weight, join.weight)
    for weight in range(lowest, join.weight, _STEP):
        kept = open_ & (counted >= weight)
        load = len(np.union1d(left[kept], right[kept])) / (max(records, 1) * sampled)
        if load <= LOAD * _FORESEEN:
            break
    else:
        weight = join.weight
    if weight == usual.weight:
        return usual
    return Threshold(
        MatchWeight(weight),
        f"no lower, so that at most {LOAD:.0%} of this area's records wait for a person's look",
    )
