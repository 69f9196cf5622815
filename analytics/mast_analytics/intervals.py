"""Intervals of shares and rates, for single figures and for whole arrays of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mast_resolver.errors import UsageError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its interval; NaN where it cannot be said."""

    value: float
    low: float
    high: float


def difference(left: Figure, right: Figure) -> Figure:
    """How much more one is than another that is independent of it.

    Zou and Donner (2008), Stat. Med. 27:1693-1702 (MOVER), from the limits of each, which need not lie evenly
    about it; of shares with Wilson's limits it is Newcombe's (1998), Stat. Med. 17:873-890, method 10.

    Example:
        >>> found = difference(Figure(0.5, 0.4, 0.6), Figure(0.2, 0.17, 0.24))
        >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
        (0.3, 0.192, 0.404)
    """
    value = left.value - right.value
    return Figure(
        value,
        value - math.hypot(left.value - left.low, right.high - right.value),
        value + math.hypot(left.high - left.value, right.value - right.low),
    )


def z_of(level: float) -> float:
    """How many standard errors either way hold that share of a normal distribution.

    Raises:
        UsageError: the level is not between 0 and 1.

    Example:
        >>> round(z_of(0.95), 4)
        1.96
    """
    if not 0 < level < 1:
        raise UsageError("a level of confidence is not between 0 and 1", fix="give 0.95 for 95 %")
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(hits: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Lowest and highest share that ``hits`` of ``total`` are compatible with; NaN where the total is 0.

    Wilson (1927), J. Am. Stat. Assoc. 22:209-212. ``total`` may be a fraction: an effective sample size.

    Example:
        >>> low, high = wilson(8, 10)
        >>> round(float(low), 4), round(float(high), 4)
        (0.4902, 0.9433)
    """
    z, hits_, total_ = z_of(level), np.asarray(hits, float), np.asarray(total, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits_ / total_
        half = z * np.sqrt(share * (1 - share) / total_ + z**2 / (4 * total_**2))
        middle, scale = share + z**2 / (2 * total_), 1 + z**2 / total_
        low, high = (middle - half) / scale, (middle + half) / scale
    # At the ends the bound is exact; rounding must not make it miss them by a hair.
    low = np.where(hits_ == 0, np.where(total_ > 0, 0.0, np.nan), low)
    return low, np.where((hits_ == total_) & (total_ > 0), 1.0, high)


def byar(events: ArrayLike, exposure: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Lowest and highest rate for a count over an exposure, of whatever unit; NaN without exposure.

    Byar's approximation to the exact Poisson limits: Breslow and Day (1987), Statistical Methods in Cancer
    Research II, IARC 82, p. 69; the one of the public health profiles of England. From ten events on it is
    within one per cent of the exact limits.

    Example:
        >>> low, high = byar(20, 100)
        >>> round(float(low), 4), round(float(high), 4)
        (0.1221, 0.3089)
    """
    z, count, exposed = z_of(level), np.asarray(events, float), np.asarray(exposure, float)
    above = count + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(count > 0, count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3, 0.0)
        high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
        known = np.where(exposed > 0, exposed, np.nan)
        return np.maximum(low, 0.0) / known, high / known
