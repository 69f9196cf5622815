"""Which records share a blocking key: postings with live counts, a cap, and what crossing it changes.

A key that more than ``cap`` present records have is *generic*: it supports no pair. The count is that
of the records present now, so a key becomes selective again when records go; both directions are
reported by :meth:`BlockingIndex.settle`, because pairs far from the change gain or lose support.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.errors import UsageError
from mast_resolver.records import BlockingKey

KeyNumber = int
"""A key's rule in the lowest bits, above them the last 54 bits of its token: small enough that Python keeps
it in 32 bytes. Among a million keys of a rule two are mistaken for one with a chance of 1 in 36,000; two
records are then compared that need not be."""
_RULE_BITS: Final = 6
_RULES: Final = (1 << _RULE_BITS) - 1
_TOKENS: Final = (1 << 60 - _RULE_BITS) - 1
_NO_KEYS: Final[array[int]] = array("q")

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Flips:
    """Keys that crossed the cap since the index was last settled."""

    generic: tuple[KeyNumber, ...]
    selective: tuple[KeyNumber, ...]


class BlockingIndex:
    """Postings of every key, generic ones too.

    Rows are small integers that the caller gives out. A key of a single row (most are) is stored as that
    integer, and a key's number is made of its rule and its token instead of being given out: most keys are
    one record's alone, and there are seven of them a record.

    Example:
        >>> from mast_resolver.records import Token
        >>> index, key = BlockingIndex(cap=2), BlockingKey("email", Token(b"12345678"))
        >>> for row in (0, 1, 2):
        ...     index.put(row, [key])
        >>> index.share_selective_key(0, 1), len(index.settle().generic)
        (False, 1)
    """

    def __init__(self, *, cap: int) -> None:
        self._cap = cap
        self._rules: dict[str, int] = {}
        self._postings: dict[KeyNumber, int | list[int]] = {}
        self._keys: dict[int, array[int]] = {}
        # What each key touched since settle() was before: selective or not.
        self._before: dict[KeyNumber, bool] = {}
        # Keys that a row has and that count for nothing.
        self._disregarded: dict[int, KeyNumber] = {}

    def put(self, row: int, keys: Iterable[BlockingKey]) -> None:
        """From now on the row has exactly these keys; none at all removes it."""
        self._disregarded.pop(row, None)
        self._put(row, {self._number(key) for key in keys})

    def disregard(self, row: int, rule: str) -> None:
        """The row's key of that rule counts for nothing until :meth:`regard` or :meth:`put`."""
        mark = self._rules.get(rule)
        for number in self._keys.get(row, _NO_KEYS):
            if number & _RULES == mark:
                self._disregarded[row] = KeyNumber(number)
                self._put(row, {*self._keys[row]} - {number})

    def regard(self, row: int) -> None:
        """All keys of the row count again."""
        number = self._disregarded.pop(row, None)
        if number is not None:
            self._put(row, {*self._keys.get(row, _NO_KEYS), number})

    def _put(self, row: int, numbers: Iterable[int]) -> None:
        had = self._keys.get(row, _NO_KEYS)
        now = array("q", sorted(numbers))
        for number in now:
            if number not in had:
                self._add(number, row)
        for number in had:
            if number not in now:
                self._remove(number, row)
        if now:
            self._keys[row] = now
        else:
            self._keys.pop(row, None)

    def settle(self) -> Flips:
        """Which keys crossed the cap since the last call, net; emptied keys are forgotten."""
        generic, selective = [], []
        for number, before in self._before.items():
            now = self._selective(number)
            if self._postings[number] == []:
                del self._postings[number]
            elif before and not now:
                generic.append(number)
            elif now and not before:
                selective.append(number)
        self._before.clear()
        return Flips(tuple(sorted(generic)), tuple(sorted(selective)))

    def rows(self, number: KeyNumber) -> Sequence[int]:
        """The rows that have the key, ascending."""
        posting = self._postings.get(number, ())
        return (posting,) if isinstance(posting, int) else posting

    def numbers(self, row: int) -> Sequence[KeyNumber]:
        """The keys that the row has, generic ones too."""
        return self._keys.get(row, _NO_KEYS)

    def rule(self, number: KeyNumber) -> str:
        """Name of the rule that made the key."""
        return next(name for name, each in self._rules.items() if each == number & _RULES)

    def share_selective_key(self, left: int, right: int) -> bool:
        """Some key within the cap supports comparing the two."""
        common = set(self._keys.get(left, _NO_KEYS)).intersection(self._keys.get(right, _NO_KEYS))
        return any(self._selective(number) for number in common)

    def pairs(self, rows: Iterable[int], numbers: Iterable[KeyNumber]) -> Pairs:
        """Every supported pair with one of ``rows``, and every pair of the given keys; each pair once."""
        left: list[int] = []
        times: list[int] = []
        right: list[int] = []
        for row in rows:
            for number in self._keys.get(row, _NO_KEYS):
                posting = self._postings[number]
                if not isinstance(posting, int) and len(posting) <= self._cap:
                    left.append(row)
                    times.append(len(posting))
                    right.extend(posting)
        for number in numbers:
            block = self.rows(number)
            for row in block:
                left.append(row)
                times.append(len(block))
                right.extend(block)
        return _distinct(np.repeat(np.array(left, np.int64), times), np.array(right, np.int64))

    def uncompared(self) -> int:
        """How many rows have generic keys only: too much like too many to be compared with anybody."""
        generic = Counter[int]()
        for posting in self._postings.values():
            if not isinstance(posting, int) and len(posting) > self._cap:
                generic.update(posting)
        return sum(count == len(self._keys[row]) for row, count in generic.items())

    def find(self, keys: Iterable[BlockingKey], *, at_most: int) -> list[int]:
        """Rows that share one of the keys, the rarest key first, at most so many; generic keys count too."""
        known = {self._number(key) for key in keys if key.rule in self._rules}
        postings = sorted((len(self.rows(number)), number) for number in known)
        found: dict[int, None] = {}
        for _, number in postings:
            found.update(dict.fromkeys(self.rows(number)))
            if len(found) >= at_most:
                break
        return list(found)[:at_most]

    def _number(self, key: BlockingKey) -> KeyNumber:
        rule = self._rules.get(key.rule)
        if rule is None:
            rule = self._rules[key.rule] = len(self._rules)
            if rule > _RULES:
                raise UsageError(f"an index holds {_RULES + 1} rules at most", fix="make fewer rules")
        return (int.from_bytes(key.token) & _TOKENS) << _RULE_BITS | rule

    def _selective(self, number: KeyNumber) -> bool:
        posting = self._postings.get(number, 0)
        return isinstance(posting, int) or len(posting) <= self._cap

    def _add(self, number: KeyNumber, row: int) -> None:
        self._before.setdefault(number, self._selective(number))
        posting = self._postings.get(number)
        if isinstance(posting, int):
            self._postings[number] = sorted((posting, row))
        elif posting:
            insort(posting, row)
        else:
            self._postings[number] = row

    def _remove(self, number: KeyNumber, row: int) -> None:
        self._before.setdefault(number, self._selective(number))
        posting = self._postings[number]
        if isinstance(posting, int):
            self._postings[number] = []
        else:
            del posting[bisect_left(posting, row)]
            if len(posting) == 1:
                self._postings[number] = posting[0]


def _distinct(left: NDArray[np.int64], right: NDArray[np.int64]) -> Pairs:
    """Each unordered pair of different rows once, smaller row first, ascending."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    # Row numbers stay far below 2**31, so a pair fits one integer and sorting it is one pass.
    codes = np.unique((low << 32 | high)[low != high])
    return (codes >> 32).astype(np.intp), (codes & 0xFFFFFFFF).astype(np.intp)
