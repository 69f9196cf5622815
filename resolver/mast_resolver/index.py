"""Which records share a blocking key: postings with live counts, a cap, and what crossing it changes.

A key that more than ``cap`` present records have is *generic*: it supports no pair. The count is that
of the records present now, so a key becomes selective again when records go; both directions are
reported by :meth:`BlockingIndex.settle`, because pairs far from the change gain or lose support.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mast_resolver.records import BlockingKey

KeyNumber = int
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Flips:
    """Keys that crossed the cap since the index was last settled."""

    generic: tuple[KeyNumber, ...]
    selective: tuple[KeyNumber, ...]


class BlockingIndex:
    """Postings of every key, generic ones too.

    Rows are small integers that the caller gives out. A key of a single row (most are) is stored as
    that integer, which is what keeps a million postings inside a hundred megabytes.

    Example:
        >>> from mast_resolver.records import Token
        >>> index, key = BlockingIndex(cap=2), BlockingKey("email", Token(b"12345678"))
        >>> for row in (0, 1, 2):
        ...     index.put(row, [key])
        >>> index.share_selective_key(0, 1), index.settle().generic
        (False, (0,))
    """

    def __init__(self, *, cap: int) -> None:
        self._cap = cap
        self._rules: dict[str, bytes] = {}
        self._numbers: dict[bytes, KeyNumber] = {}
        self._names: list[bytes] = []
        self._postings: list[int | list[int]] = []
        self._free: list[KeyNumber] = []
        self._keys: dict[int, tuple[KeyNumber, ...]] = {}
        # What each key touched since settle() was before: selective or not.
        self._before: dict[KeyNumber, bool] = {}
        # Names of keys that a row has and that count for nothing.
        self._disregarded: dict[int, bytes] = {}

    def put(self, row: int, keys: Iterable[BlockingKey]) -> None:
        """From now on the row has exactly these keys; none at all removes it."""
        self._disregarded.pop(row, None)
        self._put(row, {self._number(self._name(key)) for key in keys})

    def disregard(self, row: int, rule: str) -> None:
        """The row's key of that rule counts for nothing until :meth:`regard` or :meth:`put`."""
        mark = self._rules.get(rule)
        for number in self._keys.get(row, ()):
            if self._names[number][:2] == mark:
                self._disregarded[row] = self._names[number]
                self._put(row, {*self._keys[row]} - {number})

    def regard(self, row: int) -> None:
        """All keys of the row count again."""
        name = self._disregarded.pop(row, None)
        if name is not None:
            self._put(row, {*self._keys.get(row, ()), self._number(name)})

    def _put(self, row: int, numbers: Iterable[KeyNumber]) -> None:
        had = self._keys.get(row, ())
        now = tuple(sorted(numbers))
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
            if not self.rows(number):
                del self._numbers[self._names[number]]
                self._names[number] = b""
                self._free.append(number)
            elif before and not now:
                generic.append(number)
            elif now and not before:
                selective.append(number)
        self._before.clear()
        return Flips(tuple(sorted(generic)), tuple(sorted(selective)))

    def rows(self, number: KeyNumber) -> Sequence[int]:
        """The rows that have the key, ascending."""
        posting = self._postings[number]
        return (posting,) if isinstance(posting, int) else posting

    def rule(self, number: KeyNumber) -> str:
        """Name of the rule that made the key."""
        mark = self._names[number][:2]
        return next(name for name, each in self._rules.items() if each == mark)

    def share_selective_key(self, left: int, right: int) -> bool:
        """Some key within the cap supports comparing the two."""
        common = set(self._keys.get(left, ())).intersection(self._keys.get(right, ()))
        return any(self._selective(number) for number in common)

    def pairs(self, rows: Iterable[int], numbers: Iterable[KeyNumber]) -> Pairs:
        """Every supported pair with one of ``rows``, and every pair of the given keys; each pair once."""
        left: list[int] = []
        times: list[int] = []
        right: list[int] = []
        for row in rows:
            for number in self._keys.get(row, ()):
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
        for number, posting in enumerate(self._postings):
            if not self._selective(number):
                generic.update(posting if not isinstance(posting, int) else ())
        return sum(count == len(self._keys[row]) for row, count in generic.items())

    def find(self, keys: Iterable[BlockingKey], *, at_most: int) -> list[int]:
        """Rows that share one of the keys, the rarest key first, at most so many; generic keys count too."""
        known = {self._numbers.get(self._rules.get(key.rule, b"") + key.token) for key in keys}
        postings = sorted((len(self.rows(number)), number) for number in known if number is not None)
        found: dict[int, None] = {}
        for _, number in postings:
            found.update(dict.fromkeys(self.rows(number)))
            if len(found) >= at_most:
                break
        return list(found)[:at_most]

    def _name(self, key: BlockingKey) -> bytes:
        mark = self._rules.get(key.rule)
        if mark is None:
            mark = self._rules[key.rule] = len(self._rules).to_bytes(2, "big")
        return mark + key.token

    def _number(self, name: bytes) -> KeyNumber:
        number = self._numbers.get(name)
        if number is None:
            number = self._free.pop() if self._free else len(self._names)
            if number == len(self._names):
                self._names.append(name)
                self._postings.append([])
            else:
                self._names[number] = name
            self._numbers[name] = number
        return number

    def _selective(self, number: KeyNumber) -> bool:
        posting = self._postings[number]
        return isinstance(posting, int) or len(posting) <= self._cap

    def _add(self, number: KeyNumber, row: int) -> None:
        self._before.setdefault(number, self._selective(number))
        posting = self._postings[number]
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
