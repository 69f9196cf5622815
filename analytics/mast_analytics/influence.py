"""How far each one moves a share of an Aalen-Johansen curve: its variance between clusters is made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mast_analytics.clusters import at_least
from mast_analytics.intervals import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each stay in a state, (begin, end]: where to next (-1: nobody saw), and what it is of."""

    state: Ints
    to: Ints
    begin: Floats | Ints
    end: Floats | Ints
    cluster: Ints


def variance_between(moves: Floats, cluster: Ints) -> float:
    """Variance of an estimate, of how far each row moves it and what the rows belong with.

    Rows of one cluster move together. The infinitesimal jackknife of groups: Therneau and Grambsch (2000),
    Modeling Survival Data, section 7.2; of Aalen-Johansen curves: ``survival`` of R, vignette "Methods",
    section on the Aalen-Johansen. What all rows move is nought together, so that with few clusters theirs
    cancel: it is then no less than if all of each went one way (:func:`~mast_analytics.clusters.at_least`).

    Example:
        >>> variance_between(np.array([0.1, 0.1, -0.2]), np.array([1, 1, 2])).__round__(3)
        0.16
        >>> variance_between(np.array([0.2, -0.2, 0.0]), np.array([1, 1, 2])).__round__(3)
        0.133
    """
    _, member, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    groups = len(sizes)
    if groups < 2:
        return 0.0
    between = (np.bincount(member, weights=moves) ** 2).sum() * groups / (groups - 1)
    return float(max(between, (moves**2).sum() * at_least(sizes)))


def moved_by(rows: Rows, to: int, times: Floats | Ints, steps: Ints, at_risk: Ints, began: Floats) -> Floats:
    """How far each row moves the share in state ``to`` after the last of ``times``.

    ``steps`` counts who moved at each time, from row to column; ``at_risk`` who was in each state just
    before; ``began`` is the share in each state at first. With p the shares before a time, n those at risk,
    h the shares that moved and v the chance of being in ``to`` in the end from each state after it, a row in
    state a moves it by

        p_a / n_a (v_b - v_a) where it goes to b, less the sum of p_a / n_a h_ab (v_b - v_a) over its times.

    Example:
        >>> two = Rows(np.array([0, 0]), np.array([1, -1]), np.zeros(2), np.array([1.0, 2]), np.arange(2))
        >>> moved_by(two, 1, np.array([1]), np.array([[[0, 1], [0, 0]]]), np.array([[2, 0]]),
        ...          np.array([1.0, 0.0])).tolist()
        [0.25, -0.25]
    """
    size = len(began)
    risk = np.maximum(at_risk, 1)
    moved = steps / risk[:, :, None]
    before, chance = np.zeros((len(times) + 1, size)), np.zeros((len(times) + 1, size))
    matrices = moved + np.stack([np.diag(1 - each.sum(axis=1)) for each in moved])
    before[0], chance[-1, to] = began, 1.0
    for step in range(len(times)):
        before[step + 1] = before[step] @ matrices[step]
    for step in reversed(range(len(times))):
        chance[step] = matrices[step] @ chance[step + 1]
    ahead = chance[1:]
    pull = before[:-1] / risk
    expected = pull * (moved @ ahead[:, :, None])[:, :, 0] - pull * moved.sum(axis=2) * ahead
    running = np.vstack([np.zeros(size), np.cumsum(expected, axis=0)])
    first, last = np.searchsorted(times, rows.begin, "right"), np.searchsorted(times, rows.end, "right")
    found = running[first, rows.state] - running[last, rows.state]
    gone = (rows.to >= 0) & (rows.end <= times[-1])
    step, left, came = np.searchsorted(times, rows.end[gone]), rows.state[gone], rows.to[gone]
    found[gone] += pull[step, left] * (ahead[step, came] - ahead[step, left])
    result: Floats = found
    return result
