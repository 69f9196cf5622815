"""Pairs of records to agreement levels: facts about a pair, levels as rules over facts, both vectorised.

The same declarations give the numpy comparison here and the SQL that Splink trains on
(:mod:`mast_resolver.engines.splink`), so the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.columns import Columns, Shares

Rows = NDArray[np.intp]

MISSING: Final = 0
"""The level of a field that says nothing about a pair; it weighs nothing."""

_CHUNK: Final = 4096
"""Pairs at a time: what is fetched for them stays in the processor's cache."""
_BLOCK: Final = 256
"""Rows of a matrix product at a time: on larger ones BLAS starts threads, which halve its speed when the
cores are busy."""
_FEW: Final = 64
"""Up to so many pairs every Bloom field is compared at once: fewer, if larger, steps."""


class Test(StrEnum):
    """What can be seen about a pair without knowing any value."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    SAME = "same"  # both have the token and it is equal
    CROSSED = "crossed"  # two tokens of one record are those of the other, exchanged
    MET = "met"  # one record's token is the other record's token of another name
    BOTH = "both"  # both records have the token
    NEITHER = "neither"
    ABSENT = "absent"  # at least one record lacks the token
    ALIKE = "alike"  # the Dice of two Bloom fields reaches a percentage
    ALIKE_CROSSED = "alike_crossed"  # so do both Dice of two Bloom fields that are exchanged
    WITHIN = "within"  # a percentage of the smaller of two Bloom fields is in the other


_FUZZY: Final = frozenset((Test.ALIKE, Test.ALIKE_CROSSED, Test.WITHIN))


@dataclass(frozen=True, slots=True)
class Fact:
    """One yes or no about a pair; symmetric, so that left and right do not matter."""

    test: Test
    name: str
    other: str = ""
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """A degree of agreement: reached when all facts of any one of its lines hold."""

    name: str
    reason: str
    lines: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that is compared; the first level that is reached counts.

    ``missing`` is tried before all levels. ``otherwise`` is the last level, reached when no other is;
    without one, such a pair says nothing about this comparison.
    """

    name: str
    missing: tuple[tuple[Fact, ...], ...]
    levels: tuple[Level, ...]
    otherwise: Level | None = None

    @property
    def all_levels(self) -> tuple[Level, ...]:
        """The levels that carry evidence, best first; number 1 is the first of them."""
        return self.levels if self.otherwise is None else (*self.levels, self.otherwise)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact its levels ask for, each once."""
        lines = [*self.missing, *(line for level in self.levels for line in level.lines)]
        return tuple(dict.fromkeys(fact for line in lines for fact in line))

    def level(self, held: frozenset[Fact]) -> int:
        """The number of the level of a pair about which just these facts hold."""
        if any(held.issuperset(line) for line in self.missing):
            return MISSING
        for number, level in enumerate(self.levels, start=1):
            if any(held.issuperset(line) for line in level.lines):
                return number
        return MISSING if self.otherwise is None else len(self.levels) + 1


def same(name: str) -> Fact:
    """Both records have the token, and it is equal."""
    return Fact(Test.SAME, name)


def crossed(name: str, other: str) -> Fact:
    """Each record's ``name`` is the other record's ``other`` (the two need one salt)."""
    return Fact(Test.CROSSED, name, other)


def met(name: str, other: str) -> Fact:
    """One record's ``name`` is the other record's ``other``, or the reverse (the two need one salt)."""
    return Fact(Test.MET, name, other)


def both(name: str) -> Fact:
    """Both records have the token."""
    return Fact(Test.BOTH, name)


def neither(name: str) -> Fact:
    """Neither record has the token."""
    return Fact(Test.NEITHER, name)


def absent(name: str) -> Fact:
    """At least one record lacks the token."""
    return Fact(Test.ABSENT, name)


def alike(name: str, percent: int) -> Fact:
    """The Dice of the two Bloom fields is at least that percentage; both must be there."""
    return Fact(Test.ALIKE, name, percent=percent)


def alike_crossed(name: str, other: str, percent: int) -> Fact:
    """Each record's ``name`` is so much like the other record's ``other`` (the two need one salt)."""
    return Fact(Test.ALIKE_CROSSED, name, other, percent)


def within(name: str, percent: int) -> Fact:
    """That much of the smaller of the two Bloom fields is in the other: one says no more than the other."""
    return Fact(Test.WITHIN, name, percent=percent)


class Comparer:
    """All comparisons of one kind of record, compiled.

    Every fact is one column of a matrix of yes and no; a small matrix of powers of two turns a pair's
    facts into one number a comparison, and a table turns that number into the level. So the rules cost
    nothing when pairs are compared, however many there are.
    """

    def __init__(self, comparisons: tuple[Comparison, ...]) -> None:
        self.comparisons = comparisons
        facts = tuple(dict.fromkeys(fact for each in comparisons for fact in each.facts))
        self._token_facts = tuple(fact for fact in facts if fact.test not in _FUZZY)
        self._bloom_facts = tuple(fact for fact in facts if fact.test in _FUZZY)
        self._compile()

    def _compile(self) -> None:
        facts = (*self._token_facts, *self._bloom_facts)
        # Sums of powers of two below 2**24 are exact in float32, and only floats get the fast product.
        powers = np.zeros((len(facts), len(self.comparisons)), np.float32)
        tables: list[NDArray[np.int8]] = []
        needs: list[NDArray[np.bool_]] = []
        for at, comparison in enumerate(self.comparisons):
            # Bloom facts take the low bits, so that one block of the table is one case of the tokens.
            mine = sorted(comparison.facts, key=lambda fact: fact.test not in _FUZZY)
            block = 1 << sum(fact.test in _FUZZY for fact in mine)
            for bit, fact in enumerate(mine):
                powers[facts.index(fact), at] = 1 << bit
            table = _table(comparison, mine)
            blocks = table.reshape(-1, block)
            tables.append(table)
            needs.append(np.repeat((blocks != blocks[:, :1]).any(axis=1), block))
        ends = list(accumulate(len(table) for table in tables))
        self.level_of: NDArray[np.int8] = np.concatenate(tables)
        """The level behind each number that :meth:`codes` gives."""
        self.spans = tuple(slice(end - len(table), end) for end, table in zip(ends, tables, strict=True))
        """Which of those numbers belong to each comparison."""
        self._needs_blooms: NDArray[np.bool_] = np.concatenate(needs)
        self._offsets = np.array([span.start for span in self.spans], np.intp)
        self._powers = powers
        rows = {fact: powers[facts.index(fact)] for fact in self._bloom_facts}
        self._seen = _Seen(self._token_facts, self._bloom_facts)
        self._comparisons_of = {
            fields: np.flatnonzero(
                np.any([row for fact, row in rows.items() if _fields(fact) == fields], axis=0)
            )
            for fields in dict.fromkeys(map(_fields, self._bloom_facts))
        }

    def levels(self, columns: Columns, left: Rows, right: Rows) -> NDArray[np.int8]:
        """The level of every pair (a row) in every comparison (a column)."""
        return self.level_of[self.codes(columns, left, right)]

    def codes(self, columns: Columns, left: Rows, right: Rows) -> NDArray[np.intp]:
        """What :attr:`level_of`, or any table of its length, is to be read at: pairs by comparisons."""
        if len(left) <= _CHUNK:
            return self._codes(columns, left, right)
        chunks = range(0, len(left), _CHUNK)
        return np.concatenate(
            [self._codes(columns, left[i : i + _CHUNK], right[i : i + _CHUNK]) for i in chunks]
        )

    def _codes(self, columns: Columns, left: Rows, right: Rows) -> NDArray[np.intp]:
        held = np.zeros((len(left), len(self._powers)), np.float32)
        self._see_tokens(columns, left, right, held)
        few = len(left) <= _FEW
        if few:
            self._see_blooms(columns, left, right, held)
        codes = np.empty((len(left), len(self.comparisons)), np.intp)
        for start in range(0, len(left), _BLOCK):
            codes[start : start + _BLOCK] = held[start : start + _BLOCK] @ self._powers
        codes += self._offsets
        if not few:
            self._add_needed_blooms(columns, left, right, codes)
        return codes

    def _see_tokens(self, columns: Columns, left: Rows, right: Rows, held: NDArray[np.float32]) -> None:
        # np.take fetches whole rows three times as fast as indexing does.
        ours = np.take(columns.tokens, left, axis=0)
        theirs = np.take(columns.tokens, right, axis=0)
        have_ours, have_theirs = ours != 0, theirs != 0
        there = have_ours & have_theirs
        at = columns.token_at
        # A step for all facts of one test: each costs some microseconds, however few pairs there are.
        for test, seen in (
            (Test.SAME, (ours == theirs) & there),
            (Test.BOTH, there),
            (Test.ABSENT, ~there),
            (Test.NEITHER, ~(have_ours | have_theirs)),
        ):
            places, names = self._seen.of(test, at)
            held[:, places] = seen[:, names]
        for column, fact in self._seen.of_two:
            name, other = at[fact.name], at[fact.other]
            if fact.test is Test.MET:
                seen = (ours[:, name] == theirs[:, other]) & have_ours[:, name]
                seen |= (ours[:, other] == theirs[:, name]) & have_ours[:, other]
            else:
                seen = (ours[:, name] == theirs[:, other]) & (ours[:, other] == theirs[:, name])
                seen &= have_ours[:, name] & have_ours[:, other]
            held[:, column] = seen

    def _see_blooms(self, columns: Columns, left: Rows, right: Rows, held: NDArray[np.float32]) -> None:
        """All Bloom facts at once: of a few pairs, each step costs more than what it does."""
        shares = columns.shared_each(self._seen.directions, left, right)
        reached = self._seen.reached(shares)
        held[:, len(self._token_facts) :] = reached.T

    def _add_needed_blooms(self, columns: Columns, left: Rows, right: Rows, codes: NDArray[np.intp]) -> None:
        """Compare Bloom fields only where a level hangs on them: after exact tokens, few do."""
        needed = self._needs_blooms[codes]
        for fields, comparisons in self._comparisons_of.items():
            pairs = np.flatnonzero(needed[:, comparisons].any(axis=1))
            ours, theirs = left[pairs], right[pairs]
            shares = [columns.shared(*names, ours, theirs) for names in _directions(fields)]
            for column, fact in enumerate(self._bloom_facts, start=len(self._token_facts)):
                if _fields(fact) == fields:
                    seen = pairs[_reach(fact, shares)]
                    codes[seen] += self._powers[column].astype(np.intp)


class _Seen:
    """Where the facts of each kind stand in a row of facts, so that many are seen in one step."""

    def __init__(self, tokens: Sequence[Fact], blooms: Sequence[Fact]) -> None:
        self._of: dict[Test, list[tuple[int, str]]] = {}
        for column, fact in enumerate(tokens):
            self._of.setdefault(fact.test, []).append((column, fact.name))
        self._found: dict[Test, tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        self.of_two = tuple((at, fact) for at, fact in enumerate(tokens) if fact.other)
        ways = [_directions(_fields(fact)) for fact in blooms]
        self.directions = tuple(dict.fromkeys(way for each in ways for way in each))
        """Every two Bloom fields that are laid over each other for some fact."""
        self._there = np.array([self.directions.index(each[0]) for each in ways], np.intp)
        self._back = np.array([self.directions.index(each[-1]) for each in ways], np.intp)
        self._within = np.array([[fact.test is Test.WITHIN] for fact in blooms], np.bool_).reshape(-1, 1)
        self._percent = np.array([[fact.percent] for fact in blooms], np.int64).reshape(-1, 1)

    def of(self, test: Test, at: Mapping[str, int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Places of the facts of one test, and of the tokens that they are about."""
        if test not in self._found:
            pairs = [(column, at[name]) for column, name in self._of.get(test, ())]
            places = np.array(pairs, np.intp).reshape(-1, 2)
            self._found[test] = places[:, 0], places[:, 1]
        return self._found[test]

    def reached(self, shares: Shares) -> NDArray[np.bool_]:
        """:func:`_reach` for every Bloom fact (a row), from the shares of :attr:`directions`."""
        dice, within = 200 * shares.common, 100 * shares.common
        held = np.ones((len(self._there), shares.common.shape[1]), np.bool_)
        for way in (self._there, self._back):
            share = np.where(self._within, within[way], dice[way])
            held &= share >= self._percent * np.where(self._within, shares.smaller[way], shares.ones[way])
            held &= shares.common[way] > 0
        return held


def _table(comparison: Comparison, facts: list[Fact]) -> NDArray[np.int8]:
    """:meth:`Comparison.level` for every set of these facts, a bit each."""
    codes = np.arange(1 << len(facts))

    def holds(line: tuple[Fact, ...]) -> NDArray[np.bool_]:
        mask = sum(1 << facts.index(fact) for fact in line)
        held: NDArray[np.bool_] = (codes & mask) == mask
        return held

    otherwise = MISSING if comparison.otherwise is None else len(comparison.levels) + 1
    table = np.full(len(codes), otherwise, np.int8)
    for number in range(len(comparison.levels), 0, -1):
        for line in comparison.levels[number - 1].lines:
            table[holds(line)] = number
    for line in comparison.missing:
        table[holds(line)] = MISSING
    return table


def _fields(fact: Fact) -> tuple[str, str]:
    return fact.name, fact.other or fact.name


def _directions(fields: tuple[str, str]) -> list[tuple[str, str]]:
    """Which field of the left record is laid over which of the right."""
    name, other = fields
    return [fields] if name == other else [(name, other), (other, name)]


def _reach(fact: Fact, shares: list[Shares]) -> NDArray[np.bool_]:
    """Whether every Dice, 2 * common / ones, or share of the smaller reaches the percentage of the fact.

    In whole numbers, so that machines agree.
    """
    reached = np.ones(len(shares[0].common), np.bool_)
    for share in shares:
        if fact.test is Test.WITHIN:
            reached &= 100 * share.common >= fact.percent * share.smaller
        else:
            reached &= 200 * share.common >= fact.percent * share.ones
        reached &= share.common > 0
    return reached
