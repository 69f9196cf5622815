"""What the evidence around a pair adds to its weight: who else could it be?

A pair's own weight asks whether two records are alike. Here the agencies' lists are asked as well. For a
record *p* and a record *q* of some agency, ``side`` is log2 of

    (1 + rivals - excluding) / (unmatched + rivals)

where ``rivals`` is the sum over the other records of q's agency that evidence ties to p, each worth the
odds that it is p, and ``excluding`` the part of it that cannot be q's person too: as far as the agency holds
nobody twice, and the rival and q are not alike. ``unmatched`` is the chance that the agency has no record
of p's person at all. So a record that fits nobody else gains, the more the likelier it is that somebody
must fit; and one that fits another better loses. This is Bayes' rule for "q, or another, or nobody", each
side on its own. A rival that a steward dismissed is none, and one that a steward confirmed is certain.

The sums depend on the stars of evidence and decisions of the two records alone, so they are a pure function
of a component; and they are of whole numbers, so that their order does not matter.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.decisions import Decisions
from mast_resolver.evidence import Change, Evidence
from mast_resolver.ports import PairScorer
from mast_resolver.records import RecordId
from mast_resolver.roster import Roster, Row
from mast_resolver.sources import ONE, SCALE, UNKNOWN, log_ratio

_STRONGEST: Final = 30_000
"""Millibits beyond which odds are no greater: certain is certain."""
_REMEMBERED: Final = 100_000
"""Of so many rows at most it is remembered who is heavy beside them: some 300 bytes each."""
_STARS: Final = 50_000
"""Of so many rows at most it is remembered what the pairs beside them count: some 200 bytes each."""
_TOTALS: Final = 30_000
"""Of so many rows at most the odds of all rivals are remembered: some 300 bytes each, soon summed up."""
_NOTHING: Final[Mapping[Row, int]] = {}
_FRACTIONS: Final = tuple(round(ONE * 2 ** (step / 1000)) for step in range(1000))


@lru_cache(maxsize=65_536)
def _odds(millibits: int) -> int:
    """Odds as a multiple of ``1 / ONE``; in whole numbers, the same on every machine."""
    bits, rest = divmod(min(millibits, _STRONGEST), 1000)
    return _FRACTIONS[rest] << bits if bits >= 0 else _FRACTIONS[rest] >> -bits


@lru_cache(maxsize=65_536)
def _chance(millibits: int) -> int:
    """The probability of these odds, as a multiple of ``1 / ONE``."""
    odds = _odds(millibits)
    return (odds << SCALE) // (ONE + odds)


class Context:
    """Weights of evidence as they count: the pair's own, and what both sides add.

    What is worked out is remembered until :meth:`follow` or :meth:`clear`, one of which has to be called
    whenever evidence or decisions changed.
    """

    def __init__(self, roster: Roster, evidence: Evidence, decisions: Decisions, scorer: PairScorer) -> None:
        self._roster = roster
        self._evidence = evidence
        self._decisions = decisions
        self._scorer = scorer
        self._sources = len(scorer.sources)
        # What each pair counts, by the smaller of its rows and then by the other.
        self._stars: dict[Row, dict[Row, int]] = {}
        self._heavy: dict[Row, tuple[tuple[Row, int], ...]] = {}
        # Those beside a row of which it is to be asked again whether they are heavy: a few of dozens.
        self._doubtful: dict[Row, set[Row]] = {}
        self._totals: dict[Row, list[int]] = {}

    def follow(
        self, changes: Iterable[Change], anew: AbstractSet[Row], new: AbstractSet[Row] = frozenset()
    ) -> None:
        """Work out anew what these changes of evidence touch; nearly all of what is around them they do not.

        ``anew`` are the rows that are gone, whose record is another now, or beside which decisions changed:
        everything within two steps of them is worked out anew. ``new`` are rows of records that were not
        there before: of them nothing is remembered yet.
        """
        around = set(anew)
        for left, right, *_ in changes:
            if left in anew or right in anew:
                around |= {left, right}
            else:
                self._totals.pop(left, None)
                self._totals.pop(right, None)
                if left not in new:
                    self._forget_beside(left, right)
                if right not in new:
                    self._forget_beside(right, left)
        for _ in range(2):
            around = around.union(*map(self._evidence.beside, around))
        for row in around:
            self._totals.pop(row, None)
            self._stars.pop(row, None)
            self._heavy.pop(row, None)
            self._doubtful.pop(row, None)

    def _forget_beside(self, row: Row, rival: Row) -> None:
        """Forget the pairs of ``row`` for which it counts whether ``rival`` may be one with it.

        Of a pair with another record of the rival's agency; and, if the rival is of the row's own agency, of
        a pair with a record that the rival may be one with too, by evidence or by what a steward said.
        """
        mine, theirs = self._scorer.source(row), self._scorer.source(rival)
        self._forget_pair(row, rival)
        fits = self._fitting(rival) if mine == theirs else ()
        source = self._scorer.source
        for other in self._evidence.beside(row):
            if other in fits or source(other) == theirs:
                self._forget_pair(row, other)

    def _forget_pair(self, left: Row, right: Row) -> None:
        low, high = (left, right) if left < right else (right, left)
        star = self._stars.get(low)
        if star is not None:
            star.pop(high, None)
        if left in self._heavy:
            self._doubtful.setdefault(left, set()).add(right)
        if right in self._heavy:
            self._doubtful.setdefault(right, set()).add(left)

    def clear(self) -> None:
        """Anything may have changed."""
        self._stars.clear()
        self._heavy.clear()
        self._doubtful.clear()
        self._totals.clear()

    def beside(self, row: Row) -> Mapping[Row, int]:
        """The rows that evidence ties to this one, with the weight that counts."""
        star = self._evidence.beside(row)
        if not self._sources:
            return star
        return {other: self._counted(row, other, weight) for other, weight in star.items()}

    def heavy(self, row: Row, at_least: int) -> Iterable[tuple[Row, int]]:
        """Of these the ones that count at least so much; what could not is not worked out."""
        floor = int(self._scorer.review_at)
        if at_least < floor:
            return self._as_heavy(row, at_least)
        found = self._heavy.get(row)
        if found is None:
            if len(self._heavy) >= _REMEMBERED:
                self._heavy.clear()
                self._doubtful.clear()
            found = self._heavy[row] = tuple(self._as_heavy(row, floor))
        elif row in self._doubtful:
            found = self._heavy[row] = self._heavy_again(row, found, self._doubtful.pop(row))
        if at_least == floor:
            return found
        return [each for each in found if each[1] >= at_least]

    def _as_heavy(self, row: Row, at_least: int) -> Iterator[tuple[Row, int]]:
        known = self._stars.get(row, _NOTHING)
        for other, weight in self.could_be_heavy(row, at_least):
            # Nearly all of it is remembered: a call for each would cost more than the answer.
            counted = known.get(other) if row < other else self._stars.get(other, _NOTHING).get(row)
            if counted is None:
                counted = self._counted(row, other, weight)
            if counted >= at_least:
                yield other, counted

    def _heavy_again(
        self, row: Row, found: Iterable[tuple[Row, int]], doubtful: AbstractSet[Row]
    ) -> tuple[tuple[Row, int], ...]:
        """Who is heavy beside the row, where that is in doubt of some only."""
        floor, star = int(self._scorer.review_at), self._evidence.beside(row)
        asked = ((other, star[other]) for other in doubtful if other in star)
        again = (
            (other, self._counted(row, other, weight)) for other, weight in self._able(row, asked, floor)
        )
        kept = (each for each in found if each[0] not in doubtful)
        return (*kept, *(each for each in again if each[1] >= floor))

    def could_be_heavy(self, row: Row, at_least: int) -> Sequence[tuple[Row, int]]:
        """Of these the ones that would count at least so much without a rival, and their own weight."""
        star = self._evidence.beside(row)
        return self._able(row, star.items(), at_least) if star else ()

    def _able(self, row: Row, beside: Iterable[tuple[Row, int]], at_least: int) -> Sequence[tuple[Row, int]]:
        source = self._scorer.source  # asked for every piece of evidence there is, again and again
        most = self._scorer.sources.most[source(row)]
        return [(other, weight) for other, weight in beside if weight + most[source(other)] >= at_least]

    def among(self, row: Row, rows: Container[Row]) -> Iterator[tuple[Row, int]]:
        """Of these the ones that are among ``rows``."""
        for other, weight in self._evidence.beside(row).items():
            if other in rows:
                yield other, self._counted(row, other, weight)

    def _counted(self, row: Row, other: Row, weight: int) -> int:
        low, high = (row, other) if row < other else (other, row)
        known = self._stars.get(low)
        if known is None:
            if not self._sources:
                return weight
            if len(self._stars) >= _STARS:
                self._stars.clear()
            known = self._stars[low] = {}
        counted = known.get(high)
        if counted is None:
            known[high] = counted = weight + self.side(row, other) + self.side(other, row)
        return counted

    def weight(self, left: Row, right: Row, weight: int) -> int:
        """The weight that counts of a pair that weighs so much by itself; evidence or not."""
        star = self._evidence.beside(left)
        return self._counted(left, right, star[right]) if right in star else weight

    def side(self, one: Row, other: Row) -> int:
        """Millibits that the evidence beside ``one`` adds for being ``other``, which it is tied to."""
        sources = self._scorer.sources
        mine, theirs = self._scorer.source(one), self._scorer.source(other)
        if UNKNOWN in (mine, theirs):
            return 0
        star = self._fitting(one)
        rivals = self._total(one)[theirs] - (_odds(star[other]) if other in star else 0)
        unmatched = sources.unmatched[mine][theirs]
        if not rivals:
            return _millibits(ONE, unmatched)
        exclusive = sources.exclusive[theirs]
        if not exclusive:
            return _millibits(ONE + rivals, unmatched + rivals)
        fits = self._fitting(other)
        source = self._scorer.source
        agreeing = sum(
            _odds(star[row]) * _chance(fits[row]) >> SCALE
            for row in star.keys() & fits.keys()
            if source(row) == theirs
        )
        excluding = (rivals - agreeing) * exclusive >> SCALE
        return _millibits(ONE + rivals - excluding, unmatched + rivals)

    def _total(self, row: Row) -> list[int]:
        """For each source, the odds of all its records that evidence ties to the row."""
        totals = self._totals.get(row)
        if totals is None:
            if len(self._totals) >= _TOTALS:
                self._totals.clear()
            totals = self._totals[row] = [0] * (1 + self._sources)
            source = self._scorer.source
            for other, weight in self._fitting(row).items():
                totals[source(other)] += _odds(weight)
        return totals

    def _fitting(self, row: Row) -> Mapping[Row, int]:
        """The rows that may be one with this one, by evidence and by what stewards said."""
        star = self._evidence.beside(row)
        if not self._decisions:
            return star
        record = self._roster.id(row)
        cannot, must = self._decisions.cannot(record), self._decisions.must(record)
        if not (cannot or must):
            return star
        fitting = {other: weight for other, weight in star.items() if self._roster.id(other) not in cannot}
        tied = (self._roster.row(each) for each in must)
        speaks = self._roster.speaks
        return fitting | {other: _STRONGEST for other in tied if other is not None and speaks(other)}


def in_context(
    scorer: PairScorer, left: NDArray[np.intp], right: NDArray[np.intp], weights: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What each pair of rows counts, if these pairs are all the evidence there is."""
    evidence, roster = Evidence(), Roster()
    for row in range(1 + int(max(left.max(initial=-1), right.max(initial=-1)))):
        roster.enter(RecordId(str(row)), b"")
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    for (one, other), weight in zip(pairs, weights.tolist(), strict=True):
        evidence.put(one, other, weight)
    context = Context(roster, evidence, Decisions(), scorer)
    return np.array([context.beside(one)[other] for one, other in pairs], np.int64)


_millibits = lru_cache(maxsize=65_536)(log_ratio)
