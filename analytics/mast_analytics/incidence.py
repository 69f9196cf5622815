"""Time to one of several things of which the first rules out the others: the Aalen-Johansen estimator.

One minus Kaplan-Meier is not offered: it takes those to whom something else happened for people to whom it
might still happen, and says too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mast_analytics.influence import Rows, moved_by, variance_between
from mast_analytics.intervals import Floats, z_of
from mast_resolver.errors import UsageError

Ints = NDArray[np.int64]
CENSORED = 0
"""Followed so far, and nothing happened yet."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with its interval, and how many were still followed there; ``None`` is: cannot be said."""

    value: float | None
    low: float | None
    high: float | None
    at_risk: int


@dataclass(frozen=True, slots=True)
class Incidence:
    """Share to whom each thing has happened by each time at which anything did.

    ``happened`` and ``variance`` have a row for each cause, in their order; ``nothing`` is the share to whom
    nothing has. Times are in the unit that was given.
    """

    causes: tuple[str, ...]
    times: Floats
    at_risk: Ints
    events: Ints
    nothing: Floats
    happened: Floats
    variance: Floats
    begins: Floats
    ends: Floats
    """When following began and ended, each in ascending order: of different people."""
    rows: Rows | None = None
    """Who was followed, where intervals are to hold for clusters of them."""

    @property
    def people(self) -> int:
        """How many were followed at all."""
        return len(self.ends)

    def followed_at(self, time: float) -> int:
        """How many were followed at a time, and nothing had happened to them before it."""
        came = np.searchsorted(self.begins, time, "left" if time > 0 else "right")
        return int(came - np.searchsorted(self.ends, time, "left"))

    def at(self, time: float, cause: str, level: float = 0.95) -> Estimate:
        """Share to whom it has happened by a time, with its interval on the scale of log(-log).

        That interval stays within 0 and 1. There is none where nothing has happened, and no figure after the
        last time at which anybody was followed. Where it was said what goes together its variance is between
        those clusters.

        Raises:
            UsageError: there is no such cause, or the level is not between 0 and 1.
        """
        if cause not in self.causes:
            raise UsageError("no such cause was counted", fix=f"one of {', '.join(self.causes)}")
        step = int(np.searchsorted(self.times, time, "right")) - 1
        left = self.followed_at(time)
        over = not len(self.ends) or time > self.ends[-1]
        if over and not (len(self.nothing) and self.nothing[-1] == 0):  # where all is over nothing can change
            return Estimate(None, None, None, 0)
        if step < 0:
            return Estimate(0.0, None, None, left)
        row = self.causes.index(cause)
        share, variance = float(self.happened[row, step]), self._variance(row, step)
        if not 0 < share < 1 or variance <= 0:
            return Estimate(share, None, None, left)
        spread = z_of(level) * np.sqrt(variance) / (share * abs(np.log(share)))
        low, high = share ** np.exp(spread), share ** np.exp(-spread)
        return Estimate(share, float(low), float(high), left)

    def _variance(self, row: int, step: int) -> float:
        if self.rows is None:
            return float(self.variance[row, step])
        size, upto = len(self.causes) + 1, step + 1
        steps, risk = np.zeros((upto, size, size), np.int64), np.zeros((upto, size), np.int64)
        steps[:, 0, 1:], risk[:, 0] = self.events[:, :upto].T, self.at_risk[:upto]
        began = np.eye(size)[0]
        return variance_between(
            moved_by(self.rows, row + 1, self.times[:upto], steps, risk, began), self.rows.cluster
        )


def incidence(
    exits: ArrayLike,
    causes: ArrayLike,
    names: Sequence[str],
    *,
    entries: ArrayLike | None = None,
    given_nothing_by: float = 0.0,
    clusters: ArrayLike | None = None,
) -> Incidence:
    """Aalen-Johansen with delayed entry and right censoring.

    Of each person: when following ended, why (0: censored, 1..: the cause of that place in ``names``), and
    when following began, if not at 0. Who comes in late counts from then on only, so nobody is counted for
    time in which they could not have been seen. ``given_nothing_by`` is for when too few were followed early
    on: shares are then of those to whom nothing had happened by that time. ``clusters`` says what each
    belongs with, by any number: clocks of one person, people of one household.

    Estimator: Aalen and Johansen (1978), Scand. J. Statist. 5:141-150. Variance: delta method after
    Greenwood, as in Collett (2015), Modelling Survival Data in Medical Research, 3rd ed., p. 411;
    between clusters, of :func:`~mast_analytics.influence.variance_between`.

    Raises:
        UsageError: lengths differ, somebody leaves no later than they came in, or a cause has no name.

    Example:
        >>> found = incidence([2, 3, 5, 6], [1, 2, 0, 1], ["closed", "stepped up"])
        >>> found.times.tolist(), found.happened[0].tolist(), found.nothing.tolist()
        ([2.0, 3.0, 6.0], [0.25, 0.25, 0.75], [0.75, 0.5, 0.0])
    """
    left, why = np.asarray(exits, float), np.asarray(causes, np.int64)
    came = np.zeros_like(left) if entries is None else np.asarray(entries, float)
    _check(left, why, came, len(names))
    counted = (why != CENSORED) & (left > given_nothing_by)
    times, place = np.unique(left[counted], return_inverse=True)
    events = np.zeros((len(names), len(times)), np.int64)
    np.add.at(events, (why[counted] - 1, place), 1)
    begins, ends = np.sort(came), np.sort(left)
    at_risk = followed(times, begins, ends)
    every = events.sum(axis=0)
    nothing = np.cumprod(1 - every / np.maximum(at_risk, 1))
    before = np.concatenate([[1.0], nothing[:-1]])[: len(times)]
    happened = np.cumsum(before * events / np.maximum(at_risk, 1), axis=1)
    found = Incidence(
        causes=tuple(names),
        times=times,
        at_risk=at_risk,
        events=events,
        nothing=nothing,
        happened=happened,
        variance=_variance(happened, events, every, at_risk, before),
        begins=begins,
        ends=ends,
    )
    if clusters is None:
        return found
    to = np.where(counted, why, -1)
    return replace(found, rows=Rows(np.zeros(len(left), np.int64), to, came, left, np.asarray(clusters)))


def followed(times: Floats | Ints, begins: Floats | Ints, ends: Floats | Ints) -> Ints:
    """How many are at risk at each time: in before it, and not out before it. Both are in ascending order.

    Example:
        >>> followed(np.array([1, 2, 3]), np.array([0, 1, 1]), np.array([2, 2, 3])).tolist()
        [1, 3, 1]
    """
    count: Ints = np.searchsorted(begins, times, "left") - np.searchsorted(ends, times, "left")
    return count


def _variance(happened: Floats, events: Ints, every: Ints, at_risk: Ints, before: Floats) -> Floats:
    """Sums over times up to t of terms in F(t) - F(ti), multiplied out so that each is a running sum."""
    risk = at_risk.astype(float)
    remain = risk - every
    # Where nobody remains F rises no more, and the term is nought whatever its factor.
    greenwood = np.divide(every, risk * remain, out=np.zeros_like(risk), where=remain > 0)
    first = (
        happened**2 * np.cumsum(greenwood)
        - 2 * happened * np.cumsum(greenwood * happened, axis=1)
        + np.cumsum(greenwood * happened**2, axis=1)
    )
    second = np.cumsum(before**2 * events * (risk - events) / risk**3, axis=1)
    slope = before * events / risk**2
    third = happened * np.cumsum(slope, axis=1) - np.cumsum(slope * happened, axis=1)
    total: Floats = np.maximum(first + second - 2 * third, 0.0)
    return total


def _check(left: Floats, why: Ints, came: Floats, names: int) -> None:
    if not left.shape == why.shape == came.shape or left.ndim != 1:
        raise UsageError("there are not as many ends, causes and beginnings", fix="give one of each a person")
    if not (np.isfinite(left).all() and np.isfinite(came).all() and (came < left).all()):
        raise UsageError(
            "somebody's following ends no later than it begins", fix="leave out who was never followed"
        )
    if len(why) and not 0 <= why.min() <= why.max() <= names:
        raise UsageError("a cause has no name", fix="number causes from 1, in the order of their names")
