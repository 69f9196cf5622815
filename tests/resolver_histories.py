"""Histories of a resolver: what a caller stores from its changes, and the laws that must hold after each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.plain_context import counted
from tests.plain_resolver import (
    SURE,
    NoisyScorer,
    Pair,
    evidence_of,
    leaders_of,
    numbered_ids,
    partition_of,
)
from tests.plain_review import doubts_of, review_of

from mast_resolver.errors import ContradictionError
from mast_resolver.ports import Lane, PairScorer
from mast_resolver.records import Encoding, EntityId, MatchWeight, RecordId
from mast_resolver.resolver import (
    Cause,
    Changes,
    Constraint,
    Decide,
    Edge,
    Mutation,
    Resolver,
    Retract,
    Upsert,
)

CAP = 6
REGION_LIMIT = 7


def contradictory(decisions: Mapping[Pair, Constraint]) -> bool:
    """Some CANNOT lies inside what MUST ties together."""
    group: dict[RecordId, RecordId] = {record: record for pair in decisions for record in pair}
    for (left, right), kind in decisions.items():
        if kind is Constraint.MUST:
            old, new = group[left], group[right]
            group = {record: new if each == old else each for record, each in group.items()}
    return any(
        kind is Constraint.CANNOT and group[pair[0]] == group[pair[1]] for pair, kind in decisions.items()
    )


class LawBrokenError(AssertionError):
    """The resolver did what it promises never to do."""


def law(holds: bool, broken: str) -> None:
    if not holds:
        raise LawBrokenError(broken)


class History:
    """A resolver, what was asked of it, and what a graph would hold had it stored each ``Changes``.

    :meth:`apply` checks every law after every call.
    """

    def __init__(self, make: Callable[..., Resolver] = Resolver, *, region_limit: int = REGION_LIMIT) -> None:
        self.make = make
        self.region_limit = region_limit
        self.new_id = numbered_ids()
        self.records: dict[RecordId, Encoding] = {}
        self.decisions: dict[Pair, Constraint] = {}
        self.entities: dict[RecordId, EntityId] = {}
        self.evidence: dict[Pair, Edge] = {}
        self.review: dict[Pair, tuple[int, Lane]] = {}
        self.lineage: dict[EntityId, tuple[EntityId, ...]] = {}
        self.resolver = self.fresh()

    def fresh(self) -> Resolver:
        scorer: PairScorer = NoisyScorer()
        made = self.make(scorer, new_id=self.new_id, cap=CAP, region_limit=self.region_limit)
        made._regions.sure = SURE
        return made

    def apply(self, *mutations: Mutation) -> Changes | None:
        """Take the changes; ``None`` when they were, rightly, refused."""
        decisions = self._decided(mutations)
        if decisions is None:
            standing = self.resolver.partition()
            try:
                self.resolver.apply(mutations)
            except ContradictionError:
                law(self.resolver.partition() == standing, "a refused call changed something")
                return None
            raise LawBrokenError("a contradiction was accepted")
        changes = self.resolver.apply(mutations)
        self.decisions = decisions
        for mutation in mutations:
            if isinstance(mutation, Upsert):
                self.records[mutation.id] = mutation.encoding
            elif isinstance(mutation, Retract):
                self.records.pop(mutation.id, None)
        before = dict(self.entities)
        self._store(changes)
        self._check_state()
        self._check_ids(before, changes)
        return changes

    def draw(self, join_at: int) -> None:
        """Ask who would be who at another threshold; nothing changes by it."""
        expected = partition_of(
            self.records, self.decisions, cap=CAP, region_limit=self.region_limit, join_at=join_at
        )
        drawn = self.resolver.drawn(MatchWeight(join_at))
        law({frozenset(each) for each in drawn} == expected, "not the partition at that threshold")
        law(sum(map(len, drawn)) == len(self.records), "a record is drawn twice")
        self._check_state()

    def restore(self) -> None:
        """Throw the resolver away and make it anew from what was stored."""
        self.resolver = self.fresh()
        decides = [Decide(*pair, kind) for pair, kind in self.decisions.items()]
        records = [(each, self.records[each], self.entities[each]) for each in sorted(self.records)]
        self.resolver.restore(records, self.evidence.values(), decides)
        self._check_state()

    def _decided(self, mutations: Sequence[Mutation]) -> dict[Pair, Constraint] | None:
        """The decisions that stand afterwards; ``None`` if one contradicts those before it."""
        decisions = dict(self.decisions)
        for mutation in mutations:
            if isinstance(mutation, Decide):
                pair = (min(mutation.left, mutation.right), max(mutation.left, mutation.right))
                if mutation.kind is None:
                    decisions.pop(pair, None)
                elif decisions.get(pair, mutation.kind) is not mutation.kind:
                    return None
                else:
                    decisions[pair] = mutation.kind
                if contradictory(decisions):
                    return None
        return decisions

    def _store(self, changes: Changes) -> None:
        for record in changes.unassigned:
            del self.entities[record]
        for record, entity in changes.assigned:
            law(self.entities.get(record) != entity, "reported as moved, but did not")
            self.entities[record] = entity
        for pair in changes.evidence_removed:
            del self.evidence[pair]
        for edge in changes.evidence_added:
            law(self.evidence.get((edge.left, edge.right)) != edge, "reported as new, but is not")
            self.evidence[edge.left, edge.right] = edge
        for pair in changes.review_removed:
            del self.review[pair]
        for review in changes.review_added:
            pair, now = (review.left, review.right), (review.value, review.lane)
            law(self.review.get(pair) != now, "reported again for review")
            self.review[pair] = now
        for each in changes.superseded:
            law(each.old not in self.lineage, "superseded twice")
            self.lineage[each.old] = each.successors

    def _check_state(self) -> None:
        expected = partition_of(self.records, self.decisions, cap=CAP, region_limit=self.region_limit)
        law(self.resolver.partition() == expected, "not the partition of the records present")
        law(self.grouped() == {frozenset(each) for each in expected}, "what is stored is another partition")
        for record, entity in self.entities.items():
            law(self.resolver.entity_of(record) == entity, "what is stored is another entity")
        weights = {pair: edge.weight for pair, edge in self.evidence.items()}
        told = evidence_of(self.records, self.decisions, cap=CAP)
        law(weights == told, "not the evidence of the records present")
        leaders = leaders_of(self.records, self.decisions)
        speaking = {each: self.records[each] for each in self.records if leaders[each] == each}
        in_context = counted(speaking, weights, self.decisions)
        law(self._counted(weights) == in_context, "a pair counts what it counted before")
        queue = review_of(in_context, self.entities, self.decisions)
        doubts = doubts_of(in_context, self.entities, self.decisions, leaders, self.records)
        law(self._waiting(Lane.APART) == queue, "not what is to be reviewed")
        law(self._waiting(Lane.DOUBT) == doubts, "not who is in doubt")
        law((self.resolver.to_review(), self.resolver.in_doubt()) == (len(queue), len(doubts)), "miscounted")
        for (left, right), kind in self.decisions.items():
            if left in self.records and right in self.records:
                together = self.entities[left] == self.entities[right]
                law(together == (kind is Constraint.MUST), "a decision does not hold")

    def _waiting(self, lane: Lane) -> dict[Pair, int]:
        return {pair: value for pair, (value, each) in self.review.items() if each is lane}

    def _counted(self, weights: Mapping[Pair, int]) -> dict[Pair, int]:
        """What the resolver has each pair of evidence count; asked at every step, so that it remembers it."""
        roster, context = self.resolver._roster, self.resolver._context
        return {
            (left, right): context.weight(roster.row(left) or 0, roster.row(right) or 0, weight)
            for (left, right), weight in weights.items()
        }

    def _check_ids(self, before: Mapping[RecordId, EntityId], changes: Changes) -> None:
        live, were = set(self.entities.values()), set(before.values())
        law(set(changes.created) == live - were, "what is reported as created is not what is new")
        law(not live & set(self.lineage), "a retired id is in use again")
        law({each.old for each in changes.superseded} == were - live, "an id vanished without lineage")
        for each in changes.superseded:
            had = [record for record, entity in before.items() if entity == each.old]
            went = {self.entities[r] for r in had if r in self.entities}
            law(set(each.successors) == went, "successors are not where the records went")
            law((each.cause is Cause.RETIRED) == (not each.successors), "retired with successors")
        unchanged = self.grouped() & {frozenset(r for r in before if before[r] == entity) for entity in were}
        for cluster in unchanged:
            law({self.entities[r] for r in cluster} == {before[r] for r in cluster}, "an id did not stay")
        for old in self.lineage:
            self._check_lineage(old, live)

    def _check_lineage(self, old: EntityId, live: set[EntityId]) -> None:
        """Every path from a retired id ends at live ids or where all records were retracted."""
        waiting, seen = [old], set[EntityId]()
        while waiting:
            each = waiting.pop()
            law(each in live or each in self.lineage, "lineage leads nowhere")
            waiting += [s for s in self.lineage.get(each, ()) if s not in seen]
            seen.add(each)

    def grouped(self) -> set[frozenset[RecordId]]:
        """The partition as stored."""
        groups: dict[EntityId, set[RecordId]] = {}
        for record, entity in self.entities.items():
            groups.setdefault(entity, set()).add(record)
        return {frozenset(group) for group in groups.values()}
