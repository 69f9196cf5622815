"""The incremental resolver: changes of records and decisions in, changes of entities and evidence out.

The partition is a pure function of the records and decisions present, whatever the order in which they
came and however they were batched. One call of :meth:`Resolver.apply` is one transaction: its changes
are stored together, or the resolver is discarded and restored from what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TypeVar

from mast_resolver import identity
from mast_resolver.context import Context
from mast_resolver.copies import Copies
from mast_resolver.decisions import Decisions
from mast_resolver.errors import ResolverStaleError, UsageError
from mast_resolver.evidence import Evidence
from mast_resolver.explain import Explain, Explainer
from mast_resolver.holdings import Holdings, Taken
from mast_resolver.index import BlockingIndex, Flips
from mast_resolver.ports import (
    Cause,
    Changes,
    Constraint,
    Decide,
    Decision,
    Edge,
    Flip,
    Hit,
    Hits,
    LookAlikes,
    Mutation,
    PairScorer,
    Retract,
    Superseded,
    Upsert,
)
from mast_resolver.records import Encoding, EntityId, MatchWeight, RecordId
from mast_resolver.regions import Regions
from mast_resolver.reporting import Report
from mast_resolver.review import ReviewQueue
from mast_resolver.roster import Roster, Row, digest
from mast_resolver.searching import NOBODY, Searches
from mast_resolver.trust import Trust
from mast_resolver.weighing import follow_support, weigh

Seen = TypeVar("Seen")

__all__ = [
    "Cause", "Changes", "Constraint", "Decide", "Decision", "Edge", "Flip", "Hit", "Hits", "Mutation",
    "Resolver", "Retract", "Superseded", "Upsert",
]  # fmt: skip

_RESTORE = "discard this resolver and restore a new one from the graph"


class Resolver:
    """Who is who among the records present.

    Not safe for threads: the caller lets one call run at a time, searches included.

    A pair of records is compared if they share a blocking key that at most ``cap`` present records have, or a
    number that only one person has and one of them is among its first ``cap`` records; it takes two second
    keys (``blocking.SECOND``). Records that say exactly the same count once (:mod:`mast_resolver.copies`).
    A component with more than ``region_limit`` groups of records is split by the strength of its evidence
    before it is clustered. With a ``margin`` (millibits) a record that fits two others which cannot be
    one, neither better by the margin, is left alone and both go to review. Property numbers count as
    ``trust`` says, which judges by the same scorer. Ids come from ``new_id``, which never repeats itself.
    """

    def __init__(
        self,
        scorer: PairScorer,
        *,
        new_id: Callable[[], EntityId],
        cap: int = 60,
        region_limit: int = 200,
        margin: int = 0,
        trust: Trust | None = None,
    ) -> None:
        self._scorer = scorer
        self._new_id = new_id
        self._roster = Roster()
        self._index = BlockingIndex(cap=cap, id_of=self._roster.id)
        self._evidence = Evidence()
        self._decisions = Decisions()
        self._context = Context(self._roster, self._evidence, self._decisions, scorer)
        self._regions = Regions(
            self._roster,
            self._evidence,
            self._context,
            self._decisions,
            scorer.identity,
            limit=region_limit,
            margin=margin,
            trust=trust,
        )
        self._review = ReviewQueue(
            self._roster, self._context, self._decisions, scorer, by_size=trust is None
        )
        copies = Copies(self._roster, self._decisions)
        self._holdings = Holdings(self._roster, self._index, self._evidence, copies, scorer, trust)
        self._report = Report(self._roster, self._index, scorer)
        # A method of ours would keep all of this until the garbage collector comes, beside the next resolver.
        self._weigh = partial(weigh, scorer)
        self._searches = Searches(self._roster, self._index, scorer, self._weigh)
        self._stale = False

    def __len__(self) -> int:
        return len(self._roster)

    def restore(
        self,
        records: Iterable[tuple[RecordId, Encoding, EntityId | None]],
        evidence: Iterable[Edge],
        decisions: Iterable[Decide],
    ) -> None:
        """Take over what is stored, as it was after the last resolved change; nothing is weighed.

        Encodings are those that were resolved last, not newer ones that still wait: these, and the records
        never resolved (their entity is ``None``, they are passed over), come by :meth:`apply`. If evidence of
        these very encodings, cap and model version is not at hand, give none and call :meth:`rescore`.

        Raises:
            UsageError: the resolver is not empty.
            ContradictionError: the decisions contradict each other; restore a new resolver.
        """
        self._check_usable()
        if len(self._roster):
            raise UsageError("only an empty resolver can be restored", fix="make a new one")
        self._stale = True
        self._decisions.take(decisions)
        self._holdings.take_stored(records, evidence, frozenset())
        self._review.restore()
        self._stale = False

    def follow(
        self,
        records: Iterable[tuple[RecordId, Encoding | None, EntityId | None]],
        evidence: Iterable[Edge],
        decisions: Iterable[Decide],
    ) -> None:
        """Take over what another resolver changed and stored since; nothing is weighed.

        ``records`` are all about which anything changed, with what is stored of them now (no encoding or
        no entity: it is gone), ``evidence`` is all there is beside any of them, ``decisions`` are all
        that stand.

        Raises:
            ContradictionError: the decisions contradict each other. After any error the resolver
                refuses further calls and has to be restored.
        """
        self._check_usable()
        self._stale = True
        named = self._decisions.named()
        self._decisions.clear()
        self._regions.forget()
        self._decisions.take(decisions)
        named |= self._decisions.named()
        reached = self._holdings.take_stored(records, evidence, named)
        self._context.clear()
        self._review.follow(reached | self._entities(named))
        self._stale = False

    def apply(self, mutations: Sequence[Mutation]) -> Changes:
        """Take changes together; the partition is the same as one by one. Nothing new changes nothing.

        Decisions may name records that are not present: they wait. Of several changes to a record
        the last one counts.

        Raises:
            ContradictionError: a decision contradicts another that stands, or one before it in this
                call; nothing has changed.
            ResolverStaleError: an earlier call failed half-way, or its scorer did. After any error
                but a contradiction the resolver refuses further calls and has to be restored.
        """
        self._check_usable()
        wanted: dict[RecordId, Encoding | None] = {}
        decides = [each for each in mutations if isinstance(each, Decide)]
        for mutation in mutations:
            match mutation:
                case Upsert(record, encoding):
                    wanted[record] = encoding
                case Retract(record):
                    wanted[record] = None
        seen = {record: digest(encoding) for record, encoding in wanted.items() if encoding is not None}
        decided = self._decisions.take(decides)
        self._stale = True
        changes = self._follow(self._holdings.take(wanted, seen, decided), decided)
        self._stale = False
        return changes

    def wait(self, *, for_more: bool) -> None:
        """Whether more of a first gazetteer is on its way (``Trust.waits``); :meth:`apply` follows it."""
        self._holdings.wait(for_more=for_more)

    def rescore(self) -> Changes:
        """Weigh every supported pair again and cluster everything: for a new model version.

        Ids are carried over by the usual rule. Evidence that changed is reported, so a caller who
        restored without evidence clears what is stored first.
        """
        self._check_usable()
        self._stale = True
        rows = set(self._roster.rows())
        for row in rows:
            self._evidence.drop_row(row)
        changes = self._follow(Taken(rows), frozenset())
        self._stale = False
        return changes

    def take_weighed(
        self, records: Iterable[Upsert | Retract], evidence: Callable[[], Iterable[Edge]]
    ) -> Changes:
        """Take changes of records, each record once, and all evidence there then is; cluster everything.

        For a first load: ``evidence``, called when the records are all in, is what :meth:`apply` would
        find, by the same scorer and cap, but was found elsewhere. Both are taken as they come. The
        partition is that of :meth:`apply`; evidence is not reported, for the caller has it.
        """
        self._check_usable()
        self._stale = True
        gone = self._holdings.take_one_by_one(records)
        for row in self._roster.rows():
            self._evidence.drop_row(row)
        self._holdings.take_evidence(evidence())
        changes = self._conclude(Taken(set(self._roster.rows()), gone), frozenset(), Flips((), ()))
        self._stale = False
        return changes

    def partition(self) -> frozenset[frozenset[RecordId]]:
        """The records present, grouped by entity."""
        self._check_usable()
        return frozenset(frozenset(map(self._roster.id, rows)) for _, rows in self._roster.entities())

    def entity_of(self, record: RecordId) -> EntityId | None:
        """The entity of a present record, ``None`` for one that is not present."""
        self._check_usable()
        row = self._roster.row(record)
        return None if row is None else self._roster.entity(row)

    def entities(self) -> dict[RecordId, EntityId]:
        """The entity of every present record."""
        return {self._roster.id(row): entity for entity, rows in self._roster.entities() for row in rows}

    def drawn(self, join_at: MatchWeight) -> list[list[RecordId]]:
        """The records present, grouped as they would be if groups joined from there on. Nothing is changed.

        Raises:
            UsageError: that is less than evidence is kept from.
        """
        self._check_usable()
        if join_at < self._scorer.edge_at:
            raise UsageError("no evidence is kept of so little", fix=f"join from {self._scorer.edge_at} on")
        everybody = set(map(self._roster.leader, self._roster.rows()))
        self._regions.forget()
        clusters = self._regions.clusters(
            everybody, everybody, self._weigh, join_at=join_at, edge_at=self._scorer.edge_at
        )
        groups = [[self._roster.id(row) for row in self._roster.whole(rows)] for rows in clusters]
        self._regions.forget()
        return groups

    def to_review(self) -> int:
        """How many pairs of entities that may be one are in the review queue."""
        return self._review.apart()

    def in_doubt(self) -> int:
        """How many entities that may be two are in the review queue, each by one pair."""
        return self._review.doubted()

    def copies(self) -> list[RecordId]:
        """The records that say exactly what others say, who speak for them."""
        return [self._roster.id(row) for row in self._roster.copies()]

    def distrusted(self) -> list[RecordId]:
        """The records whose property number does not count."""
        return self._holdings.distrusted()

    def look_alikes(self) -> LookAlikes:
        """Records that are too much like too many others."""
        return LookAlikes(self._index.uncompared(), self._regions.cut)

    def members(self, entity: EntityId) -> tuple[RecordId, ...]:
        """The records of an entity, sorted; none if the id is not live."""
        self._check_usable()
        return tuple(sorted(self._roster.id(row) for row in self._roster.members(entity)))

    def search(
        self, encoding: Encoding, *, limit: int, at_least: MatchWeight, but: AbstractSet[EntityId] = NOBODY
    ) -> Hits:
        """As :meth:`mast_resolver.searching.Searches.search`. Nothing is changed."""
        self._check_usable()
        return self._searches.search(encoding, limit=limit, at_least=at_least, but=but)

    def beside(self, encoding: Encoding, record: RecordId, look: Callable[[Row, Row], Seen]) -> Seen:
        """What ``look`` (a scorer's ``explain``, say) makes of a new encoding beside a record.

        Raises:
            UsageError: the record is not present.
        """
        self._check_usable()
        return self._searches.beside(encoding, record, look)

    def explainer(self, explain: Explain, hidden: AbstractSet[RecordId] = frozenset()) -> Explainer:
        """Why records are, or are not, one, as of now; ``explain`` is the scorer's, field by field. It passes
        over ``hidden`` records."""
        self._check_usable()
        parts = self._roster, self._evidence, self._decisions, self._index, self._context, self._regions
        return Explainer(*parts, self._review, scorer=self._scorer, explain=explain, hidden=hidden)

    def _check_usable(self) -> None:
        if self._stale:
            raise ResolverStaleError("an earlier change failed half-way", fix=_RESTORE)

    def _entities(self, records: Iterable[RecordId]) -> set[EntityId]:
        rows = (row for record in records if (row := self._roster.row(record)) is not None)
        return {entity for row in rows if (entity := self._roster.entity(row)) is not None}

    def _follow(self, taken: Taken, decided: AbstractSet[RecordId]) -> Changes:
        """Bring evidence, clusters and ids in line with the records and decisions there are now."""
        flips = self._index.settle()
        self._weigh_evidence(taken.fresh, flips)
        return self._conclude(taken, decided, flips)

    def _conclude(self, taken: Taken, decided: AbstractSet[RecordId], flips: Flips) -> Changes:
        """Clusters and ids in line with the evidence, and what changed in all."""
        fresh, gone, silenced, moved = taken
        evidence = self._evidence.settle()
        # Who comes or goes is a rival, or none any more, of those that a decision ties to it; and those kept
        # apart from it are not sure to be one with others, or are again.
        coming = [self._roster.id(row) for row in chain(fresh, gone, silenced)]
        beside = chain(map(self._decisions.must, coming), map(self._decisions.cannot, coming))
        named = {row for each in chain(decided, *beside) if (row := self._roster.row(each)) is not None}
        # A record that is another now may weigh the same beside one, and be a rival of another agency.
        touched = named.union(fresh, *(self._evidence.beside(row) for row in fresh))
        touched |= {row for change in evidence for row in change[:2]}
        near = touched.union(*(self._evidence.beside(row) for row in touched))
        changed = {row for row in fresh if self._roster.entity(row) is not None}
        self._context.follow(evidence, changed | named | gone | silenced, fresh - changed)
        touched |= silenced | moved
        given, assigned, reached = self._recluster(touched, near, gone, decided)
        touched |= set(map(self._roster.leader, touched))
        reached |= {entity for row in touched if (entity := self._roster.entity(row)) is not None}
        changes = Changes(
            assigned=assigned,
            unassigned=tuple(sorted(self._roster.id(row) for row in gone)),
            created=given.created,
            superseded=given.superseded,
            evidence_added=self._report.added(evidence),
            evidence_removed=self._report.removed(evidence),
            flips=tuple(self._report.flips(flips, evidence, fresh | gone, set(given.ids))),
        )
        self._roster.settle()
        review_added, review_removed = self._review.follow(reached)
        return replace(changes, review_added=review_added, review_removed=review_removed)

    def _weigh_evidence(self, fresh: AbstractSet[Row], flips: Flips) -> None:
        """Drop evidence that lost its last selective key; weigh the pairs that are new or gained one."""
        follow_support(self._evidence, self._index, fresh, flips, self._weigh, least=self._scorer.edge_at)

    def _recluster(
        self,
        touched: AbstractSet[Row],
        near: AbstractSet[Row],
        gone: AbstractSet[Row],
        decided: AbstractSet[RecordId],
    ) -> tuple[identity.Identities, tuple[tuple[RecordId, EntityId], ...], set[EntityId]]:
        """New clusters of everything in reach, their ids, the records that moved, and all entities that
        changed, of before and of after."""
        join_at, edge_at = self._scorer.join_at, self._scorer.edge_at
        clusters = self._regions.clusters(touched | gone, near, self._weigh, join_at=join_at, edge_at=edge_at)
        wholes = map(self._roster.whole, clusters)
        changed = [rows for rows in wholes if not self._roster.is_entity(rows)]
        changed.sort(key=lambda rows: self._roster.id(rows[0]))
        before = {self._roster.entity(row) for row in chain(gone, *changed)}
        old = {was: {self._roster.id(row) for row in self._roster.members(was)} for was in before if was}
        members = [[self._roster.id(row) for row in rows] for rows in changed]
        given = identity.assign(old, members, new_id=self._new_id, decided=decided)
        if any(self._roster.members(entity) for entity in given.created):
            # Two people would silently become one.
            raise UsageError("new_id gave an id that is in use", fix="give a generator that never repeats")
        assigned = []
        for entity, rows in zip(given.ids, changed, strict=True):
            for row in rows:
                if self._roster.entity(row) != entity:
                    self._roster.move(row, entity)
                    assigned.append((self._roster.id(row), entity))
        return given, tuple(sorted(assigned)), old.keys() | given.ids
