"""From rows to ids: what a change did, in the words of the caller and in canonical order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from mast_resolver.evidence import Change
from mast_resolver.index import BlockingIndex, Flips
from mast_resolver.ports import Decision, Edge, Flip, PairScorer
from mast_resolver.records import EntityId, MatchWeight, RecordId
from mast_resolver.roster import Roster, Row


def decision_of(weight: int, scorer: PairScorer) -> Decision:
    """What a weight says about a pair on its own."""
    if weight >= scorer.join_at:
        return Decision.SAME
    return Decision.REVIEW if weight >= scorer.review_at else Decision.DIFFERENT


class Report:
    """Knows which record has which row and what the model makes of a weight."""

    def __init__(self, roster: Roster, index: BlockingIndex, scorer: PairScorer) -> None:
        self._roster = roster
        self._index = index
        self._scorer = scorer

    def added(self, evidence: Iterable[Change]) -> tuple[Edge, ...]:
        """Evidence that is new or weighs something else than before."""
        edges = (
            Edge(*self._ids(left, right), MatchWeight(weight), decision_of(weight, self._scorer))
            for left, right, _, weight in evidence
            if weight is not None
        )
        return tuple(sorted(edges, key=lambda edge: (edge.left, edge.right)))

    def removed(self, evidence: Iterable[Change]) -> tuple[tuple[RecordId, RecordId], ...]:
        """Pairs that have no evidence any more."""
        return tuple(sorted(self._ids(left, right) for left, right, _, weight in evidence if weight is None))

    def flips(
        self, flips: Flips, evidence: Iterable[Change], own: AbstractSet[Row], changed: AbstractSet[EntityId]
    ) -> Iterator[Flip]:
        """Keys that crossed the cap and the entities that changed by it, though no record of the
        evidence in question did."""
        pairs = [(left, right) for left, right, *_ in evidence if left not in own and right not in own]
        for generic, numbers in ((True, flips.generic), (False, flips.selective)):
            for number in numbers if pairs else ():
                block = set(self._index.rows(number))
                rows = {row for pair in pairs if block.issuperset(pair) for row in pair}
                entities = {entity for row in rows if (entity := self._roster.entity(row)) in changed}
                if entities:
                    yield Flip(self._index.rule(number), generic, tuple(sorted(filter(None, entities))))

    def _ids(self, left: Row, right: Row) -> tuple[RecordId, RecordId]:
        one, other = self._roster.id(left), self._roster.id(right)
        return (one, other) if one < other else (other, one)
