"""Where people stand by a time after they began, with ways back: Aalen-Johansen for many states."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mast_analytics.history import Ints
from mast_analytics.incidence import Estimate, followed
from mast_analytics.influence import Rows, moved_by, variance_between
from mast_analytics.intervals import Floats, z_of
from mast_analytics.spells import Spells
from mast_resolver.errors import UsageError


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Share in each state after each time at which anybody moved: a row a time, a column a state."""

    states: tuple[str, ...]
    times: Ints
    share: Floats
    variance: Floats
    at_risk: Ints
    """How many were followed in each state just before each time."""
    began: Floats
    followed_to: int
    steps: Ints = field(default_factory=lambda: np.zeros((0, 0, 0), np.int64))
    """How many moved at each time, from row to column."""
    rows: Rows | None = None
    """Who was followed, where intervals are to hold for clusters of them; their days since first contact."""
    observed: bool = True
    """``began`` was counted of the same people."""

    def at(self, time: int, state: str, level: float = 0.95) -> Estimate:
        """Share in a state by a time in days, with its interval on the scale of the log odds.

        Raises:
            UsageError: there is no such state, or the level is not between 0 and 1.
        """
        if state not in self.states:
            raise UsageError("there is no such state", fix=f"one of {', '.join(self.states)}")
        column = self.states.index(state)
        step = int(np.searchsorted(self.times, time, "right")) - 1
        if time > self.followed_to:
            return Estimate(None, None, None, 0)
        share, variance = float(self.began[column]), 0.0
        if step >= 0:
            share, variance = float(self.share[step, column]), self._variance(step, column)
        risk = int(self.at_risk[max(step, 0), column]) if len(self.times) else 0
        if not 0 < share < 1 or variance <= 0:
            return Estimate(share, None, None, risk)
        odds, spread = np.log(share / (1 - share)), z_of(level) * np.sqrt(variance) / (share * (1 - share))
        low, high = 1 / (1 + np.exp(-odds + spread)), 1 / (1 + np.exp(-odds - spread))
        return Estimate(share, float(low), float(high), risk)

    def _variance(self, step: int, column: int) -> float:
        if self.rows is None:
            return float(self.variance[step, column])
        upto = slice(step + 1)
        moves = moved_by(
            self.rows, column, self.times[upto], self.steps[upto], self.at_risk[upto], self.began
        )
        if self.observed:
            chance = _chances(column, self.steps[upto], self.at_risk[upto])
            seen = np.flatnonzero(self.rows.begin == 0)
            moves[seen] += (chance[self.rows.state[seen]] - self.began @ chance) / len(seen)
        return variance_between(moves, self.rows.cluster)


def occupancy(spells: Spells, *, began: Floats | None = None, clusters: Ints | None = None) -> Occupancy:
    """Shares by days since each subject's first contact, with delayed entry and right censoring.

    ``began`` is the share in each state on the first day: as observed among those seen on theirs, unless
    given; ``clusters`` says for each spell what it belongs with, if that is more than its subject, such as a
    household. Shares need no Markov property (Datta and Satten 2001, Stat. Probab. Lett. 55:403-411), if who
    is censored or comes in late is so for no reason of the path. Variance: Greenwood's, by the recursion of
    Andersen, Borgan, Gill and Keiding (1993), Statistical Models Based on Counting Processes, section
    IV.4.1.3; it takes ``began`` as known unless it was observed, and then adds its multinomial variance;
    between clusters, of :func:`~mast_analytics.influence.variance_between`, with what each row added to
    ``began``.

    Raises:
        UsageError: nobody was seen on their first day, and it was not said where people began.

    Example:
        >>> one = np.zeros(4, np.int64)
        >>> steps = Spells(("in", "out"), np.arange(4), one, np.array([1, 1, -1, 1]), one,
        ...                np.array([10, 20, 20, 30]), one)
        >>> found = occupancy(steps)
        >>> found.times.tolist(), found.share[:, 0].round(3).tolist()
        ([10, 20, 30], [0.75, 0.5, 0.0])
    """
    size = len(spells.states)
    start, stop = spells.start - spells.first, spells.stop - spells.first
    share, covariance = _beginning(spells, start, size, began)
    moved = spells.to >= 0
    times, place = np.unique(stop[moved], return_inverse=True)
    counts = np.zeros((len(times), size, size), np.int64)
    np.add.at(counts, (place, spells.state[moved], spells.to[moved]), 1)
    here = [spells.state == state for state in range(size)]
    at_risk = np.stack([followed(times, np.sort(start[each]), np.sort(stop[each])) for each in here], axis=1)
    shares, variances = np.zeros((len(times), size)), np.zeros((len(times), size))
    first = share
    for step in range(len(times)):
        share, covariance = _step(share, covariance, counts[step], at_risk[step])
        shares[step], variances[step] = share, np.diag(covariance)
    longest = int(stop.max(initial=0))
    rows = None if clusters is None else Rows(spells.state, spells.to, start, stop, clusters)
    return Occupancy(
        spells.states, times, shares, variances, at_risk, first, longest, counts, rows, began is None
    )


def _chances(column: int, steps: Ints, at_risk: Ints) -> Floats:
    """Of being in the state of that column in the end, from each at first."""
    chance: Floats = np.eye(steps.shape[1])[column]
    for counts, risk in zip(steps[::-1], at_risk[::-1], strict=True):
        move = counts / np.maximum(risk, 1)[:, None]
        chance = move @ chance + (1 - move.sum(axis=1)) * chance
    return chance


def _beginning(spells: Spells, start: Ints, size: int, began: Floats | None) -> tuple[Floats, Floats]:
    if began is not None:
        return np.asarray(began, float), np.zeros((size, size))
    seen = spells.state[start == 0]
    if not len(seen):
        raise UsageError("nobody was seen on their first day", fix="say where people began")
    share = np.bincount(seen, minlength=size) / len(seen)
    return share, (np.diag(share) - np.outer(share, share)) / len(seen)


def _step(share: Floats, covariance: Floats, counts: Ints, at_risk: Ints) -> tuple[Floats, Floats]:
    """One time: everybody moves by the shares that were seen to move, and so does what is uncertain."""
    risk = np.maximum(at_risk, 1)
    move = counts / risk[:, None]
    move[np.diag_indices_from(move)] = 1 - move.sum(axis=1)
    after = share @ move
    spread = move.T @ covariance @ move
    for state in np.flatnonzero(counts.sum(axis=1) * (share > 0)).tolist():
        row = move[state]
        spread += share[state] ** 2 * (np.diag(row) - np.outer(row, row)) / risk[state]
    return after, spread
