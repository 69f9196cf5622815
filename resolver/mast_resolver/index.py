"""Which records share a blocking key: postings with live counts, a cap, and what crossing it changes.

A key that more than ``cap`` present records have is *generic*: it supports no pair. The count is that
of the records present now, so a key becomes selective again when records go; both directions are
reported by :meth:`BlockingIndex.settle`, because pairs far from the change gain or lose support.

A number that only one person has is never given up: over the cap its first ``cap`` records, by id, are its
*hubs*, and a pair is supported if one of the two is a hub.

A key of a rule that is only a *second* one supports a pair together with another key, of whatever rule.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.blocking import ONE_PERSON, SECOND
from mast_resolver.errors import UsageError
from mast_resolver.records import BlockingKey, RecordId

KeyNumber = int
"""A key's rule in the lowest bits, above them the last 54 bits of its token: small enough that Python keeps
it in 32 bytes. Among a million keys of a rule two are mistaken for one with a chance of 1 in 36,000; two
records are then compared that need not be."""
_RULE_BITS: Final = 6
_RULES: Final = (1 << _RULE_BITS) - 1
_TOKENS: Final = (1 << 60 - _RULE_BITS) - 1
_NO_ROWS: Final[NDArray[np.int64]] = np.empty(0, np.int64)
_NO_HUBS: Final[frozenset[int]] = frozenset()
_ROW: Final = 4
"""Bytes of a row in a posting: the first byte counts most, so that rows compare as their bytes do."""

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Flips:
    """Keys that crossed the cap since the index was last settled."""

    generic: tuple[KeyNumber, ...]
    selective: tuple[KeyNumber, ...]
    lost: frozenset[int] = frozenset()
    """Rows that were hubs of a key that stayed over the cap, and are none any more."""
    won: frozenset[int] = frozenset()
    """Rows that became hubs of such a key."""


class BlockingIndex:
    """Postings of every key, generic ones too.

    Rows are small integers that the caller gives out. A key of a single row is stored as that integer, the
    rows of others as bytes: a list of three takes twice as much, and the garbage collector walks a million of
    them. A key's number is made of its rule and its token instead of being given out: there are seventeen
    keys a record, and nearly half of all keys are one record's alone.

    Example:
        >>> from mast_resolver.records import Token
        >>> index, key = BlockingIndex(cap=2), BlockingKey("email", Token(b"12345678"))
        >>> for row in (0, 1, 2):
        ...     index.put(row, [key])
        >>> index.supports(0, 1), len(index.settle().generic)
        (False, 1)
    """

    def __init__(self, *, cap: int, id_of: Callable[[int], RecordId] | None = None) -> None:
        self._cap = cap
        # Without ids no key has hubs.
        self._id_of = id_of
        self._one_person: set[int] = set()
        self._second: set[int] = set()
        # Hubs of keys over the cap as they were last settled, and those of which the rows changed since.
        self._hubs: dict[KeyNumber, frozenset[int]] = {}
        self._stirred: set[KeyNumber] = set()
        self._rules: dict[str, int] = {}
        self._postings: dict[KeyNumber, int | bytes] = {}
        # The numbers of a row's keys, ascending, as bytes of an array.
        self._keys: list[bytes] = []
        # Keys that are on the other side of the cap than when settle() was called last.
        self._crossed: set[KeyNumber] = set()
        # Keys that a row has and that count for nothing.
        self._disregarded: dict[int, KeyNumber] = {}
        # The keys of rows that are mute.
        self._muted: dict[int, array[KeyNumber]] = {}

    def put(self, row: int, keys: Iterable[BlockingKey]) -> None:
        """From now on the row has exactly these keys; none at all removes it."""
        self._disregarded.pop(row, None)
        self._muted.pop(row, None)
        self._put(row, {self._number(key) for key in keys})

    def mute(self, row: int) -> None:
        """The row has no keys until :meth:`unmute` or :meth:`put`."""
        self._muted[row] = self.numbers(row)
        self._put(row, set())

    def unmute(self, row: int) -> None:
        """The row has its keys again."""
        self._put(row, set(self._muted.pop(row)))

    def disregard(self, row: int, rule: str) -> None:
        """The row's key of that rule counts for nothing until :meth:`regard` or :meth:`put`."""
        mark = self._rules.get(rule)
        for number in self.numbers(row):
            if number & _RULES == mark:
                self._disregarded[row] = KeyNumber(number)
                self._put(row, {*self.numbers(row)} - {number})

    def regard(self, row: int) -> None:
        """All keys of the row count again."""
        number = self._disregarded.pop(row, None)
        if number is not None:
            self._put(row, {*self.numbers(row), number})

    def _put(self, row: int, now: set[int]) -> None:
        had = self.numbers(row)
        for number in now.difference(had) if had else now:
            self._add(number, row)
        for number in had:
            if number not in now:
                self._remove(number, row)
        if row >= len(self._keys):
            self._keys += [b""] * (row + 1 - len(self._keys))
        self._keys[row] = array("q", sorted(now)).tobytes()

    def settle(self) -> Flips:
        """Which keys crossed the cap since the last call, net; of those that nobody has, none did."""
        crossed = sorted(number for number in self._crossed if number in self._postings)
        self._crossed.clear()
        lost, won = self._settle_hubs()
        return Flips(
            generic=tuple(number for number in crossed if not self._selective(number)),
            selective=tuple(number for number in crossed if self._selective(number)),
            lost=lost,
            won=won,
        )

    def _settle_hubs(self) -> tuple[frozenset[int], frozenset[int]]:
        lost, won = set[int](), set[int]()
        for number in self._stirred:
            before, now = self._hubs.pop(number, None), self._hubs_of(number)
            if now is not None:
                self._hubs[number] = now
                if before is not None:
                    lost |= before - now
                    won |= now - before
        self._stirred.clear()
        return frozenset(lost), frozenset(won)

    def _hubs_of(self, number: KeyNumber) -> frozenset[int] | None:
        if self._id_of is None or self._selective(number):
            return None
        return frozenset(heapq.nsmallest(self._cap, self.rows(number), key=self._id_of))

    def rows(self, number: KeyNumber) -> Sequence[int]:
        """The rows that have the key, ascending."""
        posting = self._postings.get(number, b"")
        return (posting,) if isinstance(posting, int) else _rows(posting).tolist()

    def numbers(self, row: int) -> array[KeyNumber]:
        """The keys that the row has, generic ones too."""
        return array("q", self._keys[row] if row < len(self._keys) else b"")

    def rule(self, number: KeyNumber) -> str:
        """Name of the rule that made the key."""
        return next(name for name, each in self._rules.items() if each == number & _RULES)

    def supports(self, left: int, right: int) -> bool:
        """Whether the two are worth comparing, by keys within the cap or with one of them as a hub."""
        shared = [
            number
            for number in set(self.numbers(left)).intersection(self.numbers(right))
            if self._selective(number) or not self._hubs.get(number, _NO_HUBS).isdisjoint((left, right))
        ]
        return len(shared) > 1 or any(number & _RULES not in self._second for number in shared)

    def pairs(self, rows: Iterable[int], numbers: Iterable[KeyNumber]) -> Pairs:
        """Every supported pair with one of ``rows``, and those of the given keys; each pair once."""
        first, second = _Blocks(), _Blocks()
        most = self._cap * _ROW
        for row in rows:
            for number in self.numbers(row):
                posting = self._postings[number]
                if isinstance(posting, int):
                    continue
                if len(posting) > most:
                    posting = self._supported(row, number, posting)
                if posting:
                    (second if number & _RULES in self._second else first).add(row, posting)
        for number in numbers:
            block = self._posting(number)
            for row in _rows(block).tolist():
                if number & _RULES in self._second:
                    block = self._others(row, number)
                first.add(row, block)
        codes = np.union1d(first.once(), second.twice())
        return (codes >> 32).astype(np.intp), (codes & 0xFFFFFFFF).astype(np.intp)

    def _others(self, row: int, number: KeyNumber) -> bytes:
        """With whom of a second key a row is compared."""
        others = [other for other in self.rows(number) if other != row and self.supports(row, other)]
        return np.array(others, ">u4").tobytes()

    def _supported(self, row: int, number: KeyNumber, posting: bytes) -> bytes:
        """With whom a row is compared whose key is over the cap: all if it is a hub, or the hubs, if any."""
        hubs = self._hubs.get(number, _NO_HUBS)
        return posting if row in hubs else np.array(sorted(hubs), ">u4").tobytes()

    def uncompared(self) -> int:
        """How many rows have generic keys only: too much like too many to be compared with anybody."""
        generic = Counter[int]()
        for number, posting in self._postings.items():
            if not isinstance(posting, int) and not self._selective(number) and number not in self._hubs:
                generic.update(_rows(posting).tolist())
        return sum(count == len(self.numbers(row)) for row, count in generic.items())

    def find(
        self, keys: Iterable[BlockingKey], *, at_most: int, but: Sequence[int] = ()
    ) -> tuple[list[int], bool]:
        """Rows that share one of the keys, the rarest key first, at most so many; generic keys count too.

        Also whether there are more. The rows of ``but`` are as if not there, in how rare a key is as well.
        """
        known = {self._number(key) for key in keys if key.rule in self._rules}
        postings = {number: _rows(self._posting(number)) for number in known}
        if but:
            gone = np.array(but, np.int64)
            postings = {number: rows[~np.isin(rows, gone)] for number, rows in postings.items()}
        found: dict[int, None] = {}
        for _, number in sorted((len(rows), number) for number, rows in postings.items()):
            found.update(dict.fromkeys(postings[number].tolist()))
            if len(found) > at_most:
                break
        return list(found)[:at_most], len(found) > at_most

    def _posting(self, number: KeyNumber) -> bytes:
        posting = self._postings.get(number, b"")
        return posting.to_bytes(_ROW) if isinstance(posting, int) else posting

    def _number(self, key: BlockingKey) -> KeyNumber:
        rule = self._rules.get(key.rule)
        if rule is None:
            rule = self._rules[key.rule] = len(self._rules)
            if rule > _RULES:
                raise UsageError(f"an index holds {_RULES + 1} rules at most", fix="make fewer rules")
            if key.rule in ONE_PERSON:
                self._one_person.add(rule)
            if key.rule in SECOND:
                self._second.add(rule)
        return (int.from_bytes(key.token) & _TOKENS) << _RULE_BITS | rule

    def _selective(self, number: KeyNumber) -> bool:
        posting = self._postings.get(number, 0)
        return isinstance(posting, int) or len(posting) <= self._cap * _ROW

    def _add(self, number: KeyNumber, row: int) -> None:
        posting = self._postings.get(number)
        if posting is None:
            self._postings[number] = row
            size = 1
        else:
            now = _with(posting.to_bytes(_ROW) if isinstance(posting, int) else posting, row.to_bytes(_ROW))
            self._postings[number] = now
            size = len(now) // _ROW
        if size > self._cap:
            self._over(number, size)

    def _over(self, number: KeyNumber, size: int) -> None:
        """A row came to, or leaves, a key that is over the cap with it."""
        if size == self._cap + 1:
            self._crossed ^= {number}
        if number & _RULES in self._one_person:
            self._stirred.add(number)

    def _remove(self, number: KeyNumber, row: int) -> None:
        posting = self._posting(number)
        if len(posting) > self._cap * _ROW:
            self._over(number, len(posting) // _ROW)
        rows = _rows(posting)
        left = rows[rows != row]
        if len(left) > 1:
            self._postings[number] = left.astype(">u4").tobytes()
        elif len(left):
            self._postings[number] = int(left[0])
        else:
            del self._postings[number]


def _rows(posting: bytes) -> NDArray[np.int64]:
    return np.frombuffer(posting, ">u4").astype(np.int64) if posting else _NO_ROWS


def _with(posting: bytes, row: bytes) -> bytes:
    """The posting with one row more, in order: nearly always it is the last."""
    if posting[-_ROW:] < row:
        return posting + row
    at = int(np.searchsorted(_rows(posting), int.from_bytes(row))) * _ROW
    return posting[:at] + row + posting[at:]


class _Blocks:
    """Rows, each with the others that one of its keys brings it together with."""

    def __init__(self) -> None:
        self._left: list[int] = []
        self._times: list[int] = []
        self._right: list[bytes] = []

    def add(self, row: int, posting: bytes) -> None:
        self._left.append(row)
        self._times.append(len(posting) // _ROW)
        self._right.append(posting)

    def listed(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return np.repeat(np.array(self._left, np.int64), self._times), _rows(b"".join(self._right))

    def once(self) -> NDArray[np.int64]:
        """The code of each unordered pair of different rows, once, ascending."""
        left, right = self.listed()
        return np.unique(_codes(left, right)[left != right])

    def twice(self) -> NDArray[np.int64]:
        """Of these, those that two keys bring together; of a row that is listed every key is."""
        left, right = self.listed()
        # A key of which both rows are listed brings them together once.
        by_one = ~np.isin(right, np.unique(left)) | (right < left)
        codes, times = np.unique(_codes(left, right)[by_one], return_counts=True)
        return codes[times > 1]


def _codes(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    # Row numbers stay far below 2**31, so a pair fits one integer and sorting it is one pass.
    return np.minimum(left, right) << 32 | np.maximum(left, right)
