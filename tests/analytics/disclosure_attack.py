"""An attacker who knows the policy and all that was published: what can each hidden count still be?"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import linprog

from mast_analytics.disclosure.policies import Ints, Policy, Totals
from mast_analytics.disclosure.tables import Table


@dataclass(slots=True)
class Attack:
    """Linear facts about the cells of one table, each: low <= sum of some cells <= high."""

    shape: tuple[int, ...]
    rows: list[Ints] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)

    def line(self, place: tuple[int, ...]) -> Ints:
        """The cells that a place of the table with totals is the sum of."""
        line = np.zeros(self.shape, np.int64)
        line[tuple(slice(None) if at == size else at for at, size in zip(place, self.shape, strict=True))] = 1
        return line.ravel()

    def learn(self, line: Ints, low: float, high: float) -> None:
        self.rows.append(line)
        self.lows.append(low)
        self.highs.append(high)

    def range_of(self, line: Ints) -> tuple[float, float]:
        """Least and most that those cells can come to."""
        facts = np.array(self.rows, float)
        finite = np.isfinite(self.highs)
        above = np.concatenate([facts[finite], -facts])
        limits = np.concatenate([np.array(self.highs)[finite], -np.array(self.lows)])
        ends = []
        for sign in (1, -1):
            found = linprog(sign * line, A_ub=above, b_ub=limits, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        return ends[0], ends[1]


def interval(policy: Policy, shown: int) -> tuple[int, int]:
    """What a figure that is shown can have been before it was rounded."""
    if shown == 0 and policy.floor:
        return 0, 0
    low, high = shown - policy.base // 2, shown + policy.base // 2
    return max(low, policy.threshold + 1), high


def attack(table: Table, impossible: Ints | None = None) -> Attack:
    """Everything that a table tells, marks included."""
    policy, places = table.policy, product(*(range(size) for size in table.values.shape))
    found = Attack(tuple(size - 1 for size in table.values.shape))
    if impossible is not None:
        for cell in np.flatnonzero(impossible).tolist():
            found.learn(np.eye(impossible.size, dtype=np.int64)[cell], 0, 0)
    # Of a table that is hidden whole nobody can tell which counts are nought.
    floor = 0 if table.hidden.all() else policy.floor
    for place in places:
        inner = all(at < size for at, size in zip(place, found.shape, strict=True))
        if policy.totals is Totals.OF_SHOWN and not inner:
            continue  # a sum of what was learnt already
        if impossible is not None and inner and impossible[place]:
            continue
        if table.hidden[place]:
            found.learn(found.line(place), floor, np.inf)
        else:
            found.learn(found.line(place), *interval(policy, int(table.values[place])))
    return found


def assert_nothing_small_can_be_worked_out(
    table: Table, inner: Ints, impossible: Ints | None = None, *, total: int | None = None
) -> None:
    """Solve for every count that is too small, of cells and totals; ``total`` where it is known exactly."""
    known, full, rules = attack(table, impossible), with_totals(inner), table.policy
    if total is not None:
        known.learn(known.line(tuple(known.shape)), total, total)
    for place in product(*(range(size) for size in full.shape)):
        line = known.line(place)
        never = impossible is not None and not line[impossible.ravel() == 0].any()
        if rules.unsafe(full[place]) and not never:
            low, high = known.range_of(line)
            # A sum of several hidden counts is at least as many times what one mark can mean.
            assert low <= rules.floor * max(1, int((inner.ravel() * line > 0).sum())) + 1e-6, (
                place,
                low,
                high,
            )
            # A total known exactly, and that its other parts are of somebody, bound it without our tables.
            others = int((inner.ravel() * ~line.astype(bool) > 0).sum())
            beyond = np.inf if total is None else total - rules.floor * others
            assert high >= min(rules.threshold + 1, beyond) - 1e-6, (place, low, high)


def with_totals(inner: Ints) -> Ints:
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner
