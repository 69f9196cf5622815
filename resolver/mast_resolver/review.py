"""What a person should look at: pairs of entities that may be one, and entities that may be two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from mast_resolver.context import Context
from mast_resolver.decisions import Decisions
from mast_resolver.doubt import Doubts
from mast_resolver.ports import Mistaken, PairScorer, Review
from mast_resolver.records import EntityId, RecordId
from mast_resolver.roster import Roster, Row

Pair = tuple[RecordId, RecordId]


class ReviewQueue:
    """The queue is a pure function of evidence, entities and decisions; kept up entity by entity.

    Evidence weighs what it counts in its context.

    Two entities are in it when evidence between them weighs enough for review, or even for joining
    (then the average of their groups kept them apart), and no decision says that some of their records
    cannot be one. They are there once, by the heaviest pair (of equals the one with smallest ids). An entity
    that is in doubt (:mod:`mast_resolver.doubt`) is in it by its weakest link: a lane of its own.

    ``value`` is what a look is expected to gain: how near the pair is to being joined, in thousandths,
    times the number of records that a merge would bring together. Of addresses how near is all (`by_size`):
    of some records nobody may know, for only shielded people speak of them, so they are not counted either.
    """

    def __init__(
        self,
        roster: Roster,
        context: Context,
        decisions: Decisions,
        scorer: PairScorer,
        *,
        by_size: bool = True,
    ) -> None:
        self._roster = roster
        self._context = context
        self._decisions = decisions
        self._by_size = by_size
        self._review_at, self._join_at = int(scorer.review_at), int(scorer.join_at)
        self._doubts = Doubts(roster, context, decisions, scorer)
        self._beside: dict[EntityId, dict[EntityId, Review]] = {}
        self._doubted: dict[EntityId, Review] = {}

    def apart(self) -> int:
        """How many pairs of entities wait."""
        return sum(map(len, self._beside.values())) // 2

    def doubted(self) -> int:
        """How many entities that are in doubt wait."""
        return len(self._doubted)

    def doubt(self, entity: EntityId) -> Review | None:
        """The link of an entity that is in doubt."""
        return self._doubted.get(entity)

    def mistaken(self, entity: EntityId, left: Row, right: Row) -> Mistaken | None:
        """As :meth:`mast_resolver.doubt.Doubts.mistaken`."""
        return self._doubts.mistaken(entity, left, right)

    def restore(self) -> None:
        """Find the queue in what was restored."""
        heavy = (
            entity
            for row in self._roster.rows()
            for other, _ in self._context.heavy(row, self._review_at)
            if (entity := self._roster.entity(row)) != self._roster.entity(other) and entity is not None
        )
        self.follow(set(heavy))
        found = ((entity, self._doubts.of(entity)) for entity, _ in self._roster.entities())
        self._doubted = {entity: doubt for entity, doubt in found if doubt is not None}

    def follow(self, entities: AbstractSet[EntityId]) -> tuple[tuple[Review, ...], tuple[Pair, ...]]:
        """Bring the queue in line for entities about which anything changed, those that are gone included.

        Returns what is new or of another value, and the pairs that are no longer in the queue.
        """
        before = dict(self._taken_out(entities))
        after: dict[Pair, Review] = {}
        for entity in entities:
            for other, review in self._found(entity):
                self._beside.setdefault(entity, {})[other] = review
                self._beside.setdefault(other, {})[entity] = review
                after[review.left, review.right] = review
            doubt = self._doubts.of(entity)
            if doubt is not None:
                self._doubted[entity] = after[doubt.left, doubt.right] = doubt
        added = [review for pair, review in after.items() if before.get(pair) != review]
        return (
            tuple(sorted(added, key=lambda review: (review.left, review.right))),
            tuple(sorted(before.keys() - after.keys())),
        )

    def _taken_out(self, entities: Iterable[EntityId]) -> Iterator[tuple[Pair, Review]]:
        for entity in entities:
            for other, review in self._beside.pop(entity, {}).items():
                beside = self._beside.get(other)
                if beside is not None:
                    beside.pop(entity, None)
                    if not beside:
                        del self._beside[other]
                yield (review.left, review.right), review
            doubt = self._doubted.pop(entity, None)
            if doubt is not None:
                yield (doubt.left, doubt.right), doubt

    def _found(self, entity: EntityId) -> Iterator[tuple[EntityId, Review]]:
        heaviest: dict[EntityId, tuple[int, RecordId, RecordId]] = {}
        barred: set[EntityId | None] = {entity, None}
        members = self._roster.members(entity)
        for row in members:
            record = self._roster.id(row)
            barred.update(map(self._entity_of, self._decisions.cannot(record)))
            for beside, weight in self._context.heavy(row, self._review_at):
                other = self._roster.entity(beside)
                if other is not None and other != entity:
                    left, right = sorted((record, self._roster.id(beside)))
                    found = (-weight, left, right)
                    heaviest[other] = min(heaviest.get(other, found), found)
        for other, (weight, left, right) in heaviest.items():
            if other not in barred:
                records = len(members) + len(self._roster.members(other)) if self._by_size else 1
                yield other, Review(left, right, self._nearness(-weight) * records)

    def _nearness(self, weight: int) -> int:
        span = self._join_at - self._review_at + 1
        return max(1, 1_000 * (min(weight, self._join_at) - self._review_at + 1) // span)

    def _entity_of(self, record: RecordId) -> EntityId | None:
        row = self._roster.row(record)
        return None if row is None else self._roster.entity(row)
