"""What the agencies of an area are to each other: how often two of them know the same person.

Two lists of which neither holds a person twice say more by what they do not hold than one list does. If
nearly everybody of one agency is known to another, a record that fits nobody else there is likelier to be
the one it fits a little; and if an agency holds nobody twice, of two of its records that fit a third at
most one is right. Both are learnt from the area's own records, without truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.records import MatchWeight

UNKNOWN: Final = 0
"""Number of a source of which nothing is known: nothing is added for it or taken away."""

SCALE: Final = 40
"""Odds are whole multiples of ``2 ** -SCALE``, so that sums of them do not depend on their order."""
ONE: Final = 1 << SCALE


_NOTHING: Final = MatchWeight(0)


@dataclass(frozen=True, slots=True)
class SourcePair:
    """Two agencies, or one twice (``left <= right``).

    ``same`` are millibits that the chance of one person is greater (or less) than between any two records
    of the area. ``unmatched`` is the share of the left agency's records whose person the right one has no
    (other) record of, then the reverse.
    """

    left: str
    right: str
    same: MatchWeight = _NOTHING
    unmatched: tuple[float, float] = (1.0, 1.0)


class Sources:
    """The pairs of a model as look-up tables, by numbers given to the names.

    Example:
        >>> sources = Sources([SourcePair("a", "a", unmatched=(0.9, 0.9)), SourcePair("a", "b")])
        >>> sources.number("b"), sources.number("elsewhere")
        (2, 0)
        >>> round(sources.exclusive[1] / ONE, 2), sources.exclusive[2] / ONE
        (0.8, 0.0)
    """

    def __init__(self, pairs: Sequence[SourcePair]) -> None:
        names = sorted({name for pair in pairs for name in (pair.left, pair.right)})
        self._numbers = {name: number for number, name in enumerate(names, start=1)}
        size = 1 + len(names)
        self.same: NDArray[np.int64] = np.zeros((size, size), np.int64)
        self.unmatched = [[ONE] * size for _ in range(size)]
        known = [False] * size
        for pair in pairs:
            left, right = self._numbers[pair.left], self._numbers[pair.right]
            self.same[left, right] = self.same[right, left] = pair.same
            self.unmatched[left][right] = _fixed(pair.unmatched[0])
            self.unmatched[right][left] = _fixed(pair.unmatched[1])
            known[left] |= left == right
        # The most that both sides can add to a pair, in millibits: where neither has a rival.
        self.most = [
            [
                log_ratio(ONE, self.unmatched[left][right]) + log_ratio(ONE, self.unmatched[right][left])
                for right in range(size)
            ]
            for left in range(size)
        ]
        # How far two records of a source that fit a third exclude each other: altogether if it holds
        # nobody twice, not at all if half of its records have another of the same person.
        self.exclusive = [
            max(0, 2 * self.unmatched[number][number] - ONE) if known[number] else 0 for number in range(size)
        ]

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, name: str) -> int:
        """The number of a source; :data:`UNKNOWN` for one that is not in the model."""
        return self._numbers.get(name, UNKNOWN)


def log_ratio(numerator: int, denominator: int) -> int:
    """Log2 of a ratio in whole millibits.

    Example:
        >>> log_ratio(ONE, ONE // 4)
        2000
    """
    return round(1000 * (log2(numerator) - log2(denominator)))


def _fixed(share: float) -> int:
    return round(share * ONE)
