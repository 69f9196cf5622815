"""Kinds of path: where somebody stood in each half-year after their first contact, in few words.

Coarse on purpose. A path by days is one person's; of these many walk the same, so that they can be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from mast_analytics.history import Ints
from mast_analytics.spells import DEAD, NOTHING_OPEN, Spells
from mast_resolver.errors import UsageError

STANDS: Final = ("nothing open", "levels 0 and 1", "levels 2 and 3", "levels 4 to 6", "died")
"""By number. Levels are of the severity ladder; who died stays so."""
DIED: Final = len(STANDS) - 1
STEP_DAYS: Final = 182


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many walked each kind of path: the highest stand in each step, the commonest first.

    ``too_short`` were not followed for all steps from their first contact, nor died before.
    """

    step_days: int
    steps: int
    people: dict[tuple[int, ...], int]
    too_short: int


def kinds(spells: Spells, *, steps: int = 4, step_days: int = STEP_DAYS) -> Kinds:
    """Kinds of the paths of all who were followed for all steps, each path in one kind.

    Raises:
        UsageError: there are no steps, or they have no length.

    Example:
        >>> import numpy as np
        >>> day = np.array([0, 10, 200])
        >>> path = Spells((), day * 0, np.array([4, 0, 5]), np.array([0, 5, -1]), day, np.array([10, 200, 370]), day * 0)
        >>> found = kinds(path, steps=2)
        >>> [[STANDS[each] for each in kind] for kind in found.people], found.too_short
        ([['levels 2 and 3', 'levels 4 to 6']], 0)
    """  # noqa: E501
    if steps < 1 or step_days < 1:
        raise UsageError("a path has steps, and each is a day long at least", fix="give 4 steps of 182 days")
    who, row = np.unique(spells.subject, return_inverse=True)
    start, stop = spells.start - spells.first, spells.stop - spells.first
    stand = _stands(spells.state)
    highest = np.full((len(who), steps), -1, np.int64)
    for step in range(steps):
        here = (start < (step + 1) * step_days) & (stop > step * step_days)
        np.maximum.at(highest[:, step], row[here], stand[here])
    died_on = np.full(len(who), np.iinfo(np.int64).max)
    gone = spells.to == DEAD
    died_on[row[gone]] = stop[gone]
    dead = died_on[:, None] <= np.arange(steps)[None, :] * step_days
    highest[dead] = DIED
    began, last = np.zeros(len(who), np.bool_), np.zeros(len(who), np.int64)
    began[row[start == 0]] = True
    np.maximum.at(last, row, stop)
    complete = began & ((last >= steps * step_days) | (died_on < steps * step_days))
    counted = Counter(map(tuple, highest[complete].tolist()))
    in_order = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return Kinds(step_days, steps, dict(in_order), int((~complete).sum()))


def runs(kind: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Stand, first and last step of each run of one stand; steps are from 1.

    Example:
        >>> list(runs((1, 1, 0)))
        [(1, 1, 2), (0, 3, 3)]
    """
    step = 0
    for stand, run in groupby(kind):
        long = len(list(run))
        yield stand, step + 1, step + long
        step += long


def _stands(state: Ints) -> Ints:
    """From the states of spells: levels 0 to 6 are states 1 to 7."""
    return np.select([state == NOTHING_OPEN, state <= 2, state <= 4, state < DEAD], [0, 1, 2, 3], DIED)
