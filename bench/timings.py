"""Whether timings tell two things apart: the rank statistic of Mann and Whitney, a median with its limits."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import median


def auc(left: Sequence[float], right: Sequence[float]) -> tuple[float, float]:
    """How well a threshold on the timings tells the two apart (.5: not at all), and its standard error.

    The error is that where the two do not differ.

    Example:
        >>> auc([1.0, 3.0], [2.0, 4.0])[0], auc([1.0, 2.0], [3.0, 4.0])[0]
        (0.75, 1.0)
    """
    many, few = len(left), len(right)
    ranked = sorted([(each, True) for each in left] + [(each, False) for each in right])
    ranks = sum(rank for rank, (_, ours) in enumerate(ranked, start=1) if ours)
    area = (ranks - many * (many + 1) / 2) / (many * few)
    return max(area, 1 - area), sqrt((many + few + 1) / (12 * many * few))


def middle(values: Sequence[float], *, sure: float) -> tuple[float, float, float]:
    """The median between its limits, which are so many standard errors of its rank away.

    By rank alone: how far the outermost lie does not count.

    Example:
        >>> middle([5.0, 1.0, 2.0, 90.0, 4.0, 3.0, 6.0, 7.0, 8.0], sure=1.0)
        (3.0, 5.0, 7.0)
    """
    ranked, half = sorted(values), (len(values) - 1) / 2
    away = ceil(sure * sqrt(len(values)) / 2)
    low, high = max(0, int(half) - away), min(len(values) - 1, ceil(half) + away)
    return ranked[low], median(ranked), ranked[high]
