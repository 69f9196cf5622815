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
DOUBTFUL: Final = 0.01
"""Share of an area's records that people can look at because they are one, but in doubt; beside those."""
CERTAIN: Final = 8_250
"""304 to 1: from there on a single link is right as often as all that join have to be on average."""
_FORESEEN: Final = 2 / 3
"""The part of them that is foreseen: of records in one component some stay apart by their averages, and
wait too."""
_PARTED: Final = 3 / 2
"""So many more are foreseen to be in doubt than are: of those same records, who then are two people."""
_STEP: Final = 250
_HALF: Final = 500
_CERTAIN: Final = (
    f"304 to 1: by the model's own odds a single link is right from there on as often as all pairs that join "
    f"have to be on average, {RIGHT:.2%}"
)

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
    group = _parts(left, right, counted >= join.weight, records)
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


def fracturing(left: Rows, right: Rows, counted: Weights, *, join: Threshold, sampled: float) -> Threshold:
    """The weight from which a link is certain, or as much lower as keeps those in doubt few.

    In doubt is whoever joins, and falls apart where only heavier links hold: two records of each are looked
    at. ``sampled`` is as in :func:`reviewing`.

    Example:
        >>> left, join = np.arange(0, 400, 2), Threshold(MatchWeight(2_000), "")
        >>> counted = np.array([30_000] * 196 + [3_000, 4_000, 5_000, 6_000])
        >>> fracturing(left, left + 1, counted, join=join, sampled=1.0).weight
        6000
    """
    records = 1 + int(max(left.max(initial=-1), right.max(initial=-1)))
    whole = _parts(left, right, counted >= join.weight, records)
    for weight in range(CERTAIN, join.weight, -_STEP):
        parts = _parts(left, right, counted >= weight, records)
        broken = whole[parts != whole]
        if 2 * len(np.unique(broken)) <= DOUBTFUL * _PARTED * max(records, 1) * sampled:
            break
    else:
        weight = join.weight
    if weight == CERTAIN:
        return Threshold(MatchWeight(weight), _CERTAIN)
    return Threshold(
        MatchWeight(weight),
        f"no higher, so that at most {DOUBTFUL:.0%} of this area's records wait because they are one, but in "
        "doubt",
    )


def _parts(left: Rows, right: Rows, kept: NDArray[np.bool_], records: int) -> Rows:
    """The smallest record of the part that each is in, if these pairs hold together."""
    group = np.arange(records)
    unite(group, left[kept], right[kept])
    return group
