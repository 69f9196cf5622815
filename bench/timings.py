"""Whether timings tell two things apart: the rank statistic of Mann and Whitney."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt


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
