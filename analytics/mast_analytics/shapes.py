"""The shape of a path: which way it went, without how long it took. People of one shape are one group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from mast_analytics.history import Ints, begins
from mast_analytics.spells import CENSORED, DEAD, NOTHING_OPEN, Spells

MOVES: Final = ("up", "down", "closed", "returned", "died")


@dataclass(frozen=True, slots=True)
class Shapes:
    """How many subjects took each way, the commonest first. Moves of one kind in a row are one.

    ``too_short`` were not followed for as long from their first contact, nor died before: they have no shape.
    """

    days: int
    subjects: dict[tuple[str, ...], int]
    too_short: int


def shapes(spells: Spells, days: int = 365) -> Shapes:
    """Shapes of the days that follow the first contact, of all who were followed from it for as many.

    Groups are by rule and not found by a distance, so that anybody can tell why a path is in one.

    Example:
        >>> day = np.array([0, 10, 20, 30])
        >>> path = Spells(("nothing open", "level 0", "level 1"), day * 0, np.array([1, 2, 0, 1]),
        ...               np.array([2, 0, 1, CENSORED]), day, day + 10, day * 0)
        >>> shapes(path, 35).subjects, shapes(path, 15).subjects, shapes(path, 41).too_short
        ({('up', 'closed', 'returned'): 1}, {('up',): 1}, 1)
    """
    many = int(spells.subject.max(initial=-1)) + 1
    start, stop = spells.start - spells.first, spells.stop - spells.first
    seen, ends = np.zeros(many, np.bool_), np.zeros(many, np.int64)
    seen[spells.subject[start == 0]] = True
    np.maximum.at(ends, spells.subject, stop)
    died = np.zeros(many, np.bool_)
    died[spells.subject[spells.to == DEAD]] = True
    complete = seen & (died | (ends >= days))
    rows = complete[spells.subject] & (spells.to != CENSORED) & (stop < days)
    who, move = spells.subject[rows], _moves(spells)[rows]
    new = begins(who, move)
    paths: dict[int, list[str]] = {each: [] for each in np.flatnonzero(complete).tolist()}
    for each, kind in zip(who[new].tolist(), move[new].tolist(), strict=True):
        paths[each].append(MOVES[kind])
    counted = Counter(map(tuple, paths.values()))
    in_order = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return Shapes(days, dict(in_order), len(np.unique(spells.subject)) - int(complete.sum()))


def _moves(spells: Spells) -> Ints:
    """Which of ``MOVES`` each spell ended with."""
    to, state = spells.to, spells.state
    return np.select(
        [to == DEAD, to == NOTHING_OPEN, state == NOTHING_OPEN, to > state], [4, 2, 3, 0], default=1
    ).astype(np.int64)
