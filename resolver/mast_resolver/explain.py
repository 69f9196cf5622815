"""Why records are one entity, or are not: read off the very numbers and joins that decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final

import numpy as np

from mast_resolver.context import Context
from mast_resolver.decisions import Decisions
from mast_resolver.errors import UnknownRecordError
from mast_resolver.evidence import Evidence
from mast_resolver.housemates import HomeScorer, SharedHome, shared_homes
from mast_resolver.index import BlockingIndex
from mast_resolver.merging import Bond, Step, contractions
from mast_resolver.ports import Constraint, Decision, Edge, PairScorer
from mast_resolver.records import EntityId, MatchWeight, RecordId
from mast_resolver.regions import Regions
from mast_resolver.reporting import decision_of
from mast_resolver.review import ReviewQueue
from mast_resolver.roster import Roster, Row
from mast_resolver.score import Evidence as Part

Explain = Callable[[Row, Row], Sequence[Part]]


class Apart(StrEnum):
    """Why two entities are not one; several may hold, at least one does."""

    CANNOT = "cannot"
    """A decision says that a record of one and a record of the other are not one."""
    IMPOSSIBLE = "impossible"
    """A record of one and a record of the other have different numbers of which a person has one."""
    AFTER_DEATH = "after_death"
    """A record of one states a death, and the other's agency saw its person alive long after it."""
    NO_EVIDENCE = "no_evidence"
    """No pair between them is worth comparing by its keys and weighs enough to be evidence."""
    WEAK = "weak"
    """There is evidence between them, but no link of it is heavy enough to join."""
    AVERAGE = "average"
    """The average of all pairs between them is below what joins."""
    CUT = "cut"
    """Nothing of the above: they lie in pieces of a part so large that it was cut along its weakest
    evidence."""


@dataclass(frozen=True, slots=True)
class MergeTree:
    """How an entity came to be: every record on its own first, then step by step."""

    entity: EntityId
    records: tuple[RecordId, ...]
    steps: tuple[Step, ...]
    evidence: tuple[Edge, ...]
    """Evidence between its records, that which joined nothing included."""


@dataclass(frozen=True, slots=True)
class PairAccount:
    """Two records, what the model says of them, and what became of it."""

    left: RecordId
    right: RecordId
    entities: tuple[EntityId, EntityId]
    parts: tuple[Part, ...]
    """Field by field; the weights add up to ``weight``."""
    weight: MatchWeight
    context: tuple[Part, ...]
    """What the evidence beside each of the two adds; nothing if there is no evidence between them."""
    decision: Decision
    """What the weight says with what the context adds."""
    stored: MatchWeight | None
    """The evidence that is kept between them."""
    shares_key: bool
    """Their selective blocking keys make them worth comparing."""
    standing: Constraint | None
    """What a steward decided about this very pair."""
    met: Step | None
    """The step at which they became one, if they are; none while all evidence is weighed anew, and what there
    is of it does not join them yet."""
    in_doubt: bool
    """They are one, and what holds them so is the link of these two, and weak: :mod:`mast_resolver.doubt`."""
    mistaken: str
    """Why they are in doubt however much they weigh; nothing where they are not, or weigh too little."""

    @property
    def counted(self) -> MatchWeight:
        """The weight that counts: the pair's own and what the context adds."""
        return MatchWeight(self.weight + sum(part.weight for part in self.context))


@dataclass(frozen=True, slots=True)
class EntityAccount:
    """Two different entities: why they are not one, and their heaviest pair of records."""

    entities: tuple[EntityId, EntityId]
    apart: tuple[Apart, ...]
    total: int
    pairs: int
    best: tuple[RecordId, RecordId]

    @property
    def average(self) -> MatchWeight:
        """Millibits, rounded down."""
        return MatchWeight(self.total // self.pairs)


class Explainer:
    """Answers from the state of one moment: do not keep it while the resolver changes."""

    def __init__(
        self,
        roster: Roster,
        evidence: Evidence,
        decisions: Decisions,
        index: BlockingIndex,
        context: Context,
        regions: Regions,
        review: ReviewQueue,
        *,
        scorer: PairScorer,
        explain: Explain,
        hidden: AbstractSet[RecordId] = frozenset(),
    ) -> None:
        """``hidden`` are records that are passed over as if they were not there."""
        self._roster = roster
        self._evidence = evidence
        self._decisions = decisions
        self._index = index
        self._context = context
        self._regions = regions
        self._review = review
        self._scorer = scorer
        self._explain = explain
        self._hidden = hidden

    def parts(self, left: RecordId, right: RecordId) -> tuple[tuple[Part, ...], bool]:
        """Two records field by field and in their context, and whether they were worth comparing.

        Raises:
            UnknownRecordError: one of them is not present.
        """
        ours, theirs = self._row(left), self._row(right)
        one, other = self._roster.leader(ours), self._roster.leader(theirs)
        context = self._sides(one, other) if other in self._evidence.beside(one) else ()
        return (*self._explain(ours, theirs), *context), self._compared(ours, theirs)

    def pair(self, left: RecordId, right: RecordId) -> PairAccount:
        """Everything about two different records.

        Raises:
            UnknownRecordError: one of them is not present, or both are the same.
        """
        if left == right:
            raise UnknownRecordError("one record is named twice", fix="name two records")
        left, right = sorted((left, right))
        one, other = self._row(left), self._row(right)
        parts = tuple(self._explain(one, other))
        (weight,) = self._weigh([one], [other])
        entities = (self._entity(one), self._entity(other))
        compared = self._compared(one, other)
        # What is kept of a copy is kept of its leader, who says the same.
        one, other = self._roster.leader(one), self._roster.leader(other)
        doubt = self._review.doubt(entities[0])
        in_doubt = doubt is not None and (doubt.left, doubt.right) == (left, right)
        mistaken = self._review.mistaken(entities[0], one, other) if in_doubt else None
        stored = self._evidence.beside(one).get(other)
        context = () if stored is None else self._sides(one, other)
        counted = weight + sum(part.weight for part in context)
        return PairAccount(
            left,
            right,
            entities,
            parts,
            MatchWeight(weight),
            context,
            decision_of(counted, self._scorer),
            None if stored is None else MatchWeight(stored),
            compared,
            self._decisions.standing(left, right),
            self._met(entities[0], left, right) if entities[0] == entities[1] else None,
            in_doubt,
            "" if mistaken is None else mistaken.reason,
        )

    def entities(self, left: EntityId, right: EntityId) -> EntityAccount:
        """Why two different entities are not one.

        Raises:
            UnknownRecordError: one of them has no records, or both are the same.
        """
        if left == right:
            raise UnknownRecordError("one id is named twice", fix="name two")
        ones, others = self._members(left), self._members(right)
        pairs = list(product(ones, others))
        weights = [
            self._context.weight(*pair, weight)
            for pair, weight in zip(
                pairs, self._weigh([one for one, _ in pairs], [other for _, other in pairs]), strict=True
            )
        ]
        ranked = ((-weight, *self._ids(*pair)) for weight, pair in zip(weights, pairs, strict=True))
        _, *best = min(ranked)
        total = sum(weights)
        return EntityAccount(
            (left, right),
            tuple(self._apart(ones, others, enough=total >= self._scorer.join_at * len(pairs))),
            total,
            len(pairs),
            (best[0], best[1]),
        )

    def how(self, entity: EntityId) -> MergeTree:
        """The joins that made an entity, in their order.

        Raises:
            UnknownRecordError: it has no records.
        """
        members = self._members(entity)
        copies = sorted(self._roster.members(entity) - self._roster.speaking(entity), key=self._roster.id)
        rows, region, weights = self._regions.around(
            members[0],
            self._scorer.weights,
            join_at=self._scorer.join_at,
            edge_at=self._scorer.edge_at,
        )
        name = region.members.__getitem__
        own = {
            position
            for position, row in enumerate(rows)
            if self._roster.entity(row) == entity and name(position) not in self._hidden
        }
        records = {*map(name, own), *map(self._roster.id, copies)}
        said_again = (
            Step((self._roster.id(one),), (self._roster.id(copy),), Bond.COPY, *self._weigh([one], [copy]))
            for one, copy in ((self._roster.leader(copy), copy) for copy in copies)
        )
        steps = (
            step
            for step in contractions(region, weights, int(self._scorer.join_at), hidden=self._hidden)
            if step.left[0] in records
        )
        edges = (
            Edge(name(low), name(high), MatchWeight(weight), decision_of(weight, self._scorer))
            for (low, high), weight in sorted(region.edges.items())
            if low in own and high in own
        )
        return MergeTree(entity, tuple(sorted(records)), (*steps, *said_again), tuple(edges))

    def housemates(
        self,
        entity: EntityId,
        scorer: HomeScorer,
        *,
        but: AbstractSet[EntityId],
        only: AbstractSet[EntityId] | None = None,
    ) -> list[SharedHome]:
        """As :func:`mast_resolver.housemates.shared_homes`."""
        return shared_homes(entity, self._roster, self._index, scorer, but=but, only=only)

    def _sides(self, left: Row, right: Row) -> tuple[Part, ...]:
        """What beside each of two records speaks for or against the other, if anything does."""
        sides = (
            ("beside_left", self._context.side(left, right)),
            ("beside_right", self._context.side(right, left)),
        )
        return tuple(
            Part("context", name, MatchWeight(weight), _ALONE if weight > 0 else _RIVALLED)
            for name, weight in sides
            if weight
        )

    def _weigh(self, left: Sequence[Row], right: Sequence[Row]) -> list[int]:
        weights: list[int] = self._scorer.weights(np.array(left, np.intp), np.array(right, np.intp)).tolist()
        return weights

    def _compared(self, left: Row, right: Row) -> bool:
        """Worth comparing: by their keys, or whoever speaks for them does, or they say the same."""
        one, other = self._roster.leader(left), self._roster.leader(right)
        return one == other or self._index.supports(one, other)

    def _met(self, entity: EntityId, left: RecordId, right: RecordId) -> Step | None:
        leaders = {self._roster.id(self._roster.leader(self._row(each))) for each in (left, right)}
        # Of two that say the same, what is told is how the later one came: a copy has one step.
        both = leaders if len(leaders) > 1 else {max({left, right} - leaders)}
        return next((step for step in self.how(entity).steps if both <= {*step.left, *step.right}), None)

    def _apart(self, ones: Sequence[Row], others: Sequence[Row], *, enough: bool) -> Iterator[Apart]:
        among = {self._roster.id(row) for row in others}
        cannot = not all(among.isdisjoint(self._decisions.cannot(self._roster.id(row))) for row in ones)
        between = [
            weight
            for row in ones
            for other, weight in self._context.beside(row).items()
            if self._roster.id(other) in among
        ]
        heavy = any(weight >= self._scorer.join_at for weight in between)
        numbers, deaths = self._regions.impossible(
            ones, others, join_at=self._scorer.join_at, edge_at=self._scorer.edge_at
        )
        if cannot:
            yield Apart.CANNOT
        if numbers:
            yield Apart.IMPOSSIBLE
        if deaths:
            yield Apart.AFTER_DEATH
        if not between:
            yield Apart.NO_EVIDENCE
        if not enough:
            yield Apart.AVERAGE
        elif between and not heavy:
            yield Apart.WEAK
        elif between and not (cannot or numbers or deaths):
            yield Apart.CUT

    def _row(self, record: RecordId) -> Row:
        row = self._roster.row(record)
        if row is None or record in self._hidden:
            raise unknown_record()
        return row

    def _members(self, entity: EntityId) -> list[Row]:
        rows = sorted(self._roster.speaking(entity), key=self._roster.id)
        rows = [row for row in rows if self._roster.id(row) not in self._hidden]
        if not rows:
            raise unknown_entity()
        return rows

    def _entity(self, row: Row) -> EntityId:
        entity = self._roster.entity(row)
        assert entity is not None  # noqa: S101 - a present row of a settled resolver has one
        return entity

    def _ids(self, left: Row, right: Row) -> tuple[RecordId, RecordId]:
        one, other = self._roster.id(left), self._roster.id(right)
        return (one, other) if one < other else (other, one)


_ALONE: Final = "nobody else of that agency fits, and somebody should"
_RIVALLED: Final = "another record of that agency fits as well"


def unknown_record() -> UnknownRecordError:
    """The error for a record that is not present."""
    return UnknownRecordError(
        "a record is not known, or not resolved yet",
        fix="take record ids from `how`, and see that what was loaded is resolved",
    )


def unknown_entity() -> UnknownRecordError:
    """The error for an entity without records."""
    return UnknownRecordError("an id is not in use", fix="look the person up again")
