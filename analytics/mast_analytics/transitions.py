"""From each level to each other: how often, how soon, and with what certainty."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from mast_analytics.clusters import FEW
from mast_analytics.history import Ints, of_each_pair
from mast_analytics.intervals import Floats, byar, wilson
from mast_analytics.spells import Spells

YEAR_DAYS: Final = 365.25


@dataclass(frozen=True, slots=True)
class Transitions:
    """Square tables, from row to column, in the order of ``states``.

    ``share`` is of those who left the row's state; ``rate`` is a year at risk in it. Intervals of both widen
    where one cluster counts often.
    """

    states: tuple[str, ...]
    counts: Ints
    years_at_risk: Floats
    censored: Ints
    """Spells that were still going on at the cut-off, by state."""
    people: Ints
    """Different subjects behind each count, with ``censored`` as a column, and behind each total."""
    share: Floats
    share_low: Floats
    share_high: Floats
    rate: Floats
    rate_low: Floats
    rate_high: Floats


def transitions(spells: Spells, *, level: float = 0.95, clusters: Ints | None = None) -> Transitions:
    """Counts, time at risk, shares and rates with their intervals.

    ``clusters`` says, for each spell, what it belongs with: its subject, unless something wider is given,
    such as the household. The interval of a share is Wilson's at an effective size: that of the linearised
    variance between clusters (Cochran 1977, Sampling Techniques, 3rd ed., section 6.3), never above the
    number counted; where all went one way, the effective number of clusters. That of a rate is Byar's of as
    many fewer events and years as the linearised variance of their ratio between clusters (the same section)
    is more than Poisson's, never of more than were counted. With few effective clusters neither is narrower
    than if all of each went the same way (:func:`~mast_analytics.clusters.at_least`).

    Raises:
        UsageError: the level is not between 0 and 1.

    Example:
        >>> day = np.array([1, 1, 1])
        >>> steps = Spells(("at home", "away"), np.array([1, 2, 3]), day * 0, np.array([1, 1, -1]),
        ...                day, np.array([11, 31, 41]), day)
        >>> found = transitions(steps)
        >>> int(found.counts[0, 1]), round(float(found.rate[0, 1]), 2), int(found.censored[0])
        (2, 9.13, 1)
    """
    size = len(spells.states)
    left = spells.to >= 0
    cell = spells.state[left] * size + spells.to[left]
    counts = np.bincount(cell, minlength=size * size).reshape(size, size)
    days = np.bincount(spells.state, weights=spells.stop - spells.start, minlength=size)
    years = days / YEAR_DAYS
    leavers = counts.sum(axis=1, keepdims=True)
    belongs = spells.subject if clusters is None else clusters
    with np.errstate(divide="ignore", invalid="ignore"):
        share, rate = counts / leavers, counts / years[:, None]
    effective = _effective(cell, belongs[left], size, share, leavers)
    spread = _spread(spells, belongs, counts, rate)
    share_low, share_high = wilson(share * effective, effective, level)
    rate_low, rate_high = byar(counts / spread, years[:, None] / spread, level)
    return Transitions(
        states=spells.states,
        counts=counts,
        years_at_risk=years,
        censored=np.bincount(spells.state[~left], minlength=size),
        people=_people(spells, size),
        share=share,
        share_low=share_low,
        share_high=share_high,
        rate=np.where(years[:, None] > 0, rate, np.nan),
        rate_low=rate_low,
        rate_high=rate_high,
    )


def _people(spells: Spells, size: int) -> Ints:
    """Totals are of different subjects: of two cells of a row they may be the same ones."""
    to = np.where(spells.to >= 0, spells.to, size)
    whole = (size + 1, size + 2)
    people = np.zeros(whole, np.int64)
    for row, column in product((spells.state, to * 0 + size), (to, to * 0 + size + 1)):
        place = row * whole[1] + column
        once = of_each_pair(place, spells.subject)
        people += np.bincount(once, minlength=people.size).reshape(whole)
    return people


def _effective(cell: Ints, cluster: Ints, size: int, share: Floats, leavers: Ints) -> Floats:
    """Size at which independent steps would vary as much as those of clusters do."""
    _, member = np.unique(cluster, return_inverse=True)
    many = int(member.max(initial=-1)) + 1
    of, place, made = np.unique((cell // size) * many + member, return_inverse=True, return_counts=True)
    into, where, hits = np.unique(cell * many + member, return_index=True, return_counts=True)
    made_there, cells = made[place[where]], size * size

    def summed(values: Ints) -> Floats:
        total = np.bincount(into // max(1, many), weights=values, minlength=cells).reshape(size, size)
        return total.astype(np.float64)

    squares = np.bincount(of // max(1, many), weights=made**2, minlength=size)[:, None]
    groups = np.bincount(of // max(1, many), minlength=size)[:, None].astype(float)
    # The sum over clusters of (hits - share * made) squared, multiplied out.
    spread = summed(hits**2) - 2 * share * summed(hits * made_there) + share**2 * squares
    with np.errstate(divide="ignore", invalid="ignore"):
        varies = spread / leavers**2 * groups / (groups - 1)
        effective = np.minimum(leavers, share * (1 - share) / varies)
        # Where each cluster goes one way, all of it.
        alike = np.where(leavers > 0, leavers**2 / squares, 0.0)
    told = (groups > 1) & (share > 0) & (share < 1) & (spread > 1e-9)
    found = np.where(told, effective, alike)
    return np.where(alike < FEW, np.minimum(alike, found), found)


def _spread(spells: Spells, cluster: Ints, counts: Ints, rate: Floats) -> Floats:
    """By how much counts for their years vary more between clusters than Poisson's would; 1 at the least."""
    size, left = len(spells.states), spells.to >= 0
    _, member = np.unique(cluster, return_inverse=True)
    many = int(member.max(initial=-1)) + 1
    spent = (spells.stop - spells.start) / YEAR_DAYS
    place = member * size + spells.state
    years = np.bincount(place, weights=spent, minlength=many * size).reshape(many, size)
    cell = spells.state[left] * size + spells.to[left]
    into, hits = np.unique(cell * many + member[left], return_counts=True)
    there, who = into // max(1, many), into % max(1, many)

    def summed(values: Floats) -> Floats:
        total = np.bincount(there, weights=values, minlength=size * size).reshape(size, size)
        return total.astype(np.float64)

    groups = (years > 0).sum(axis=0)[:, None].astype(float)
    # The sum over clusters of (hits - rate * years) squared, multiplied out.
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = summed(hits**2.0) - 2 * rate * summed(hits * years[who, there // size])
        squares += rate**2 * (years**2).sum(axis=0)[:, None]
        found = np.where(groups > 1, squares / counts * groups / (groups - 1), 1.0)
        # With few clusters no less than if what happened in each were one thing; in one it is.
        few = (years.sum(axis=0) ** 2 / (years**2).sum(axis=0))[:, None] < FEW
        found = np.where(few, np.fmax(found, summed(hits**2.0) / counts), found)
    return np.where(counts > 0, np.fmax(found, 1.0), 1.0)
