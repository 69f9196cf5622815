"""Entities that are one, but in doubt: the link that holds one together, where it is a weak one.

Of the evidence inside an entity, as it counts in its context, the heaviest links that close no ring are its
maximum spanning tree: the most that can hold it together. Nothing heavier than the weakest link of that tree
lies between the two sides that the link joins. Where even that counts less than ``fracture_at``, somebody
should look.

Evidence that may be between two relatives (:mod:`mast_resolver.mistakable`) holds less than it counts, and
never enough: who is one by it alone is in doubt, however much it weighs.

What a decision ties is never in doubt. Of equal links the one with smaller ids holds, so that there is one
tree, and it is a pure function of records and decisions. People are always held together by evidence and
decisions; were they not (places are tied by a gazetteer, too), each part would have a tree of its own, and
the weakest link of all of them be the one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from mast_resolver.context import Context
from mast_resolver.decisions import Decisions
from mast_resolver.ports import Lane, Mistaken, PairScorer, Review
from mast_resolver.records import EntityId, RecordId
from mast_resolver.roster import Roster, Row

Relatives = Mapping[tuple[Row, Row], Mistaken]
"""Pairs of rows, the smaller first."""
Link = tuple[int, RecordId, RecordId]
"""What it counts, with the sign turned, and its ends: sorted, the one that holds first comes first."""


class Doubts:
    """Says of an entity whether it is in doubt, and where.

    ``value`` is what a look is expected to gain, on the scale of pairs that are not one: how far the link is
    below ``fracture_at``, in thousandths of the way down to what joins, times twice the records of the
    smaller side. So many a wrong merge has put with a stranger's; and two records that only just joined are
    worth what two are that only just did not.
    """

    def __init__(self, roster: Roster, context: Context, decisions: Decisions, scorer: PairScorer) -> None:
        self._roster = roster
        self._context = context
        self._decisions = decisions
        self._scorer = scorer
        self._asked = scorer.fracture_at is not None
        self._fracture_at = int(scorer.fracture_at or 0)
        self._join_at = int(scorer.join_at)

    def of(self, entity: EntityId) -> Review | None:
        """The weakest link that holds the entity together, if that leaves a doubt."""
        if not self._asked:
            return None
        rows = self._roster.speaking(entity)
        if len(rows) < 2:
            return None
        relatives = self._relatives(rows)
        parts = self._beyond_doubt(rows, relatives)
        if len(parts) < 2:
            return None
        return self._weakest(parts, sorted(set(self._links(parts, relatives))))

    def mistaken(self, entity: EntityId, left: Row, right: Row) -> Mistaken | None:
        """Why two rows of an entity may be two relatives, if that takes from what holds it together."""
        return self._relatives(self._roster.speaking(entity)).get(_pair(left, right))

    def _relatives(self, rows: Collection[Row]) -> Relatives:
        """Evidence inside an entity that may be between two relatives, if some of it plainly is no slip: then
        a record with a slip in it holds the two no better together."""
        named = {row: self._scorer.called(row) for row in rows}
        many = Counter(named.values())
        if len(many) < 2:  # of nearly all, who have one name
            return {}
        # As in `_links`: the records of the name that most have may be hundreds.
        commonest = max(many, key=many.__getitem__)
        pairs = sorted(
            {
                _pair(row, other)
                for row, name in named.items()
                if name != commonest
                for other, _ in self._context.among(row, named)
                if named[other] != name
            }
        )
        left, right = np.array(pairs, np.intp).reshape(-1, 2).T
        found = zip(pairs, self._scorer.mistaken(left, right), strict=True)
        relatives = {pair: mistaken for pair, mistaken in found if mistaken is not None}
        return relatives if any(mistaken.plain for mistaken in relatives.values()) else {}

    def _beyond_doubt(self, rows: Collection[Row], relatives: Relatives) -> Sequence[list[Row]]:
        """What decisions and heavy links hold together: nearly always all, and seen from the first row."""
        unseen, parts = set(rows), list[list[Row]]()
        while unseen:
            part = [unseen.pop()]
            for row in part:  # grows while it is walked
                if not unseen:
                    break
                near = {
                    other
                    for other, _ in self._context.heavy(row, self._fracture_at)
                    if not relatives or _pair(row, other) not in relatives
                }
                fresh = unseen.intersection(near.union(self._tied(row)))
                unseen -= fresh
                part += fresh
            parts.append(part)
        return parts

    def _tied(self, row: Row) -> Iterator[Row]:
        """Who a decision says is one with the row; a copy is one with whoever speaks for it."""
        for record in self._decisions.must(self._roster.id(row)):
            other = self._roster.row(record)
            if other is not None:
                yield self._roster.leader(other)

    def _links(self, parts: Sequence[list[Row]], relatives: Relatives) -> Iterator[Link]:
        """The evidence between the parts. Each piece of it has an end outside the largest part, whose own
        evidence may be that of hundreds of records and is not looked at."""
        of = {row: number for number, part in enumerate(parts) for row in part}
        largest = max(range(len(parts)), key=lambda number: len(parts[number]))
        for number, part in enumerate(parts):
            for row in part if number != largest else ():
                for other, weight in self._context.among(row, of):
                    if of[other] != number:
                        left, right = sorted((self._roster.id(row), self._roster.id(other)))
                        mistaken = relatives.get(_pair(row, other))
                        yield -self._held(weight, mistaken), left, right

    def _held(self, weight: int, mistaken: Mistaken | None) -> int:
        """What a link holds: one that may be between relatives less, and never beyond doubt."""
        return weight if mistaken is None else min(weight - mistaken.void, self._fracture_at - 1)

    def _weakest(self, parts: Iterable[list[Row]], links: Iterable[Link]) -> Review | None:
        """The last link that the tree takes, of the links in their order."""
        side = {self._roster.id(row): part for part in parts for row in part}
        last: Review | None = None
        for weight, left, right in links:
            one, other = sorted((side[left], side[right]), key=len)
            if one is not other:
                records = min(map(self._records, (one, other)))
                last = Review(left, right, self._below(-weight) * 2 * records, Lane.DOUBT)
                other += one
                side.update((self._roster.id(row), other) for row in one)
        return last

    def _below(self, weight: int) -> int:
        span = max(1, self._fracture_at - self._join_at)
        return max(1, min(1_000, 1_000 * (self._fracture_at - weight) // span))

    def _records(self, rows: list[Row]) -> int:
        """How many records the rows are, with those that say the same."""
        return len(self._roster.whole(rows))


def _pair(one: Row, other: Row) -> tuple[Row, Row]:
    return (one, other) if one < other else (other, one)
