"""Stewards' decisions: taken in memory and stored in the graph in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from mast_api.live import Held, LiveResolver
from mast_graph.decisions import (
    Deciding,
    StandingDecision,
    StandingPair,
    read_pairs,
    standing_between,
    unknown_record,
    write_decisions,
)
from mast_graph.lease import Lease
from mast_graph.people import write_changes
from mast_graph.proofs import Proof, put_proof
from mast_graph.reviewing import kind_of_entity
from mast_graph.shields import read_hidden
from mast_graph.store import Store, Transaction
from mast_intake.keys import KeyRing
from mast_resolver.decisions import join_entities, split_off
from mast_resolver.errors import (
    BadRequestError,
    ContradictionError,
    LeaseHeldError,
    UnknownRecordError,
)
from mast_resolver.ports import Changes, Constraint, Decide
from mast_resolver.records import EntityId, Kind, RecordId

REASON_MOST: Final = 500
PAIRS_MOST: Final = 2_000
"""Pairs of one decision at most: splitting half of a person of ninety records off."""

TRIES: Final = 3
"""Somebody may write between our reading and our turn; three times in a row is a load under way."""

Plan = Callable[[Held], "Planned"]
Write = Callable[[Callable[[Transaction, int], int]], int]


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be stored, and of that what changes who is who.

    ``takes_back`` are the decisions to which a revocation is limited, ``stays`` the pairs of which another
    decision says the same.
    """

    decides: Sequence[Decide]
    takes_back: frozenset[str] = frozenset()
    stays: frozenset[tuple[RecordId, RecordId]] = frozenset()

    @property
    def applied(self) -> list[Decide]:
        """For the resolver."""
        return [each for each in self.decides if (each.left, each.right) not in self.stays]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision changed: the act itself, and who its records are now (``None``: not present)."""

    id: str
    at: datetime
    records: tuple[tuple[RecordId, EntityId | None], ...]
    changes: Changes
    of: Kind


class Stewarding:
    """Takes decisions about people, and about addresses. Blocking; one at a time.

    ``live`` are both in memory; ``new_id`` gives ids of decisions and households, ``clock`` when they were
    taken. Who holds the lease gives it; else each decision takes it for itself.
    """

    def __init__(
        self,
        store: Store,
        live: Iterable[LiveResolver],
        keys: KeyRing,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        lease: Lease | None = None,
    ) -> None:
        self._store, self._keys = store, keys
        self._live = {each.kind: each for each in live}
        self._clock, self._new_id = clock, new_id
        self._write: Write = lease.write if lease else partial(Lease.once, store)

    def decide(
        self,
        left: RecordId,
        right: RecordId,
        kind: Constraint | None,
        *,
        by: str,
        reason: str,
        of: Kind = Kind.PERSON,
    ) -> Decided:
        """Two records are, or cannot be, one; ``None`` clears what was decided about them.

        That they are one says so of the two whole people or addresses they belong to: no record is torn out
        of them. It is cleared as a whole.

        Raises:
            ContradictionError: it contradicts a decision that stands; nothing was changed.
            UnknownRecordError: one of the records is not in the graph; nothing was changed.
            LeaseHeldError: another writer is at work; nothing was changed.
            ResolverStaleError: evidence has to be weighed anew first.
            BadRequestError: there is no reason, or it is too long, or the two have too many records.
            GraphOutcomeUnknownError: the connection went while it was being stored.
        """

        def plan(held: Held) -> Planned:
            if not held.hidden.records.isdisjoint((left, right)):
                raise unknown_record()
            if kind is None:
                return self._clearing(left, right)
            if kind is Constraint.CANNOT or left == right:
                return Planned([Decide(left, right, kind)])
            both = {entity for each in (left, right) if (entity := held.entity_of(each))}
            decides = list(
                join_entities(left, right, [each for one in both for each in held.resolver.members(one)])
            )
            if len(decides) > PAIRS_MOST:
                raise BadRequestError(
                    "the two have too many records to be tied",
                    fix=f"at most {PAIRS_MOST // 2} records",
                )
            return Planned(decides)

        return self._take(of, plan, by, reason)

    def revoke(self, decision: str, *, by: str, reason: str) -> Decided:
        """A decision is taken back, for every pair for which it still stands: as if never taken.

        Raises:
            UnknownRecordError: no such decision stands. All others as for :meth:`decide`.
        """
        pairs = self._pairs_of(decision)

        def plan(held: Held) -> Planned:
            if all(not held.hidden.records.isdisjoint((each.left, each.right)) for each in pairs):
                raise _no_such_decision()
            return self._revoking(decision)

        return self._take(pairs[0].of, plan, by, reason)

    def split(
        self, entity: EntityId, off: Sequence[RecordId], *, together: bool, by: str, reason: str
    ) -> Decided:
        """Some records of a person or an address are not of it; ``together`` says that they are of one other.

        Raises:
            UnknownRecordError: the id is not live, or a record is not of it.
            BadRequestError: none, or all, of the records would leave, or too many pairs would be decided.
                All others as for :meth:`decide`.
        """

        def plan(held: Held) -> Planned:
            seen, leaving = held.members(entity), set(off)
            if not leaving or not leaving <= seen:
                raise UnknownRecordError(
                    "the id is not in use, or a record is not of it", fix="take both from `how`"
                )
            # What nobody may know of stays with the rest, and leaves nobody alone to be split off from.
            rest = set(held.resolver.members(entity)) - leaving if seen > leaving else set()
            pairs = len(leaving) * len(rest) + (len(leaving) * (len(leaving) - 1) // 2 if together else 0)
            if not rest or pairs > PAIRS_MOST:
                raise BadRequestError(
                    "all records would leave, or too many pairs would have to be decided",
                    fix=f"split fewer off at a time: at most {PAIRS_MOST} pairs",
                )
            return Planned(list(split_off(leaving, rest, together=together)))

        return self._take(kind_of_entity(entity), plan, by, reason)

    def again(
        self, id_: str, decides: Sequence[Decide], of: Kind, *, by: str, reason: str, proof: Proof
    ) -> Decided:
        """Decide under the id that it had what was decided once, and is not in the graph any more.

        Raises:
            As :meth:`decide`.
        """

        def plan(_: Held) -> Planned:
            if all(each.kind is None for each in decides):
                return self._clearing(decides[0].left, decides[0].right)
            return Planned(decides)

        return self._take(of, plan, by, reason, id_, proof)

    def revoke_again(self, id_: str, decision: str, *, by: str, reason: str, proof: Proof) -> Decided:
        """Take a decision back, under the id under which it was taken back once.

        Raises:
            As :meth:`revoke`.
        """
        of = self._pairs_of(decision)[0].of
        return self._take(of, lambda _: self._revoking(decision), by, reason, id_, proof)

    def reason_of(self, decision: StandingDecision) -> str:
        """Why it was taken, opened."""
        return self._keys.open_reason(decision.reason, decision=decision.id)

    def _revoking(self, decision: str) -> Planned:
        return _taking_back(self._pairs_of(decision), frozenset([decision]))

    def _pairs_of(self, decision: str) -> Sequence[StandingPair]:
        pairs = read_pairs(self._store, decision)
        if not pairs:
            raise _no_such_decision()
        return pairs

    def _clearing(self, left: RecordId, right: RecordId) -> Planned:
        """What ties two people ties all their records, and is cleared whole; of a split this pair only."""
        standing = standing_between(self._store, left, right)
        if not standing:
            return Planned([Decide(left, right, None)])
        pairs = [pair for decision in standing for pair in read_pairs(self._store, decision)]
        own = {left, right}
        return _taking_back(
            [each for each in pairs if each.kind is Constraint.MUST or {each.left, each.right} == own],
            frozenset(standing),
        )

    def _take(
        self,
        of: Kind,
        plan: Plan,
        by: str,
        reason: str,
        id_: str | None = None,
        proof: Proof | None = None,
    ) -> Decided:
        check_reason(reason)
        id_ = id_ or f"D-{self._new_id()}"
        for _ in range(TRIES):
            with self._live[of].changing() as held:
                decided = self._once(held, plan, by, reason, id_, proof)
            if decided is not None:
                return decided
        raise LeaseHeldError("another writer is at work on this graph", fix="try again in some seconds")

    def _once(
        self, held: Held, plan: Plan, by: str, reason: str, id_: str, proof: Proof | None
    ) -> Decided | None:
        """One try; ``None`` when somebody else wrote in between."""
        writing = _Writing(held, plan, self._clock(), self._new_id)
        sealed = self._keys.seal_reason(reason, decision=id_)
        try:
            tick = self._write(
                lambda tx, tick: writing.write(
                    tx,
                    tick,
                    Deciding(id_, writing.planned().decides, by, sealed, writing.planned().takes_back),
                    proof,
                )
            )
        except _BehindError:
            if writing.touched:
                self._live[held.kind].discard()
            return None
        except BaseException:
            if writing.touched:
                self._live[held.kind].discard()
            raise
        held.tick = tick
        if writing.shields:
            held.hidden = read_hidden(self._store, held.kind)
        named = writing.planned().decides
        records = sorted({each for decide in named for each in (decide.left, decide.right)})
        now = tuple(
            (record, held.entity_of(record)) for record in records if record not in held.hidden.records
        )
        return Decided(id_, writing.at, now, _seen(writing.changes or Changes(), held), held.kind)


def _taking_back(pairs: Sequence[StandingPair], decisions: frozenset[str]) -> Planned:
    """Decisions as if never taken; a pair of which another says the same stays as that says."""
    return Planned(
        [Decide(each.left, each.right, None) for each in pairs],
        decisions,
        frozenset((each.left, each.right) for each in pairs if not each.others <= decisions),
    )


def check_reason(reason: str) -> None:
    """See that a decision has a reason, and not an essay.

    Raises:
        BadRequestError: it is empty or too long.
    """
    if not reason.strip() or len(reason) > REASON_MOST:
        raise BadRequestError(
            f"the reason is empty or over {REASON_MOST} characters", fix="say why in a sentence"
        )


def _no_such_decision() -> UnknownRecordError:
    return UnknownRecordError("no decision of that id stands", fix="take the id from `why` or `how`")


def _seen(changes: Changes, held: Held) -> Changes:
    """What a steward may be told of changes: what is hidden, now, is not in it, nor what is made of that."""
    live = {*changes.created, *(each for gone in changes.superseded for each in gone.successors)}
    shielded = held.shielded | {each for each in live if not held.members(each)}
    superseded = [
        replace(gone, successors=tuple(each for each in gone.successors if each not in shielded))
        for gone in changes.superseded
        if not gone.successors or not shielded.issuperset(gone.successors)
    ]
    return replace(
        changes,
        assigned=tuple(
            (record, entity)
            for record, entity in changes.assigned
            if entity not in shielded and record not in held.hidden.records
        ),
        created=tuple(each for each in changes.created if each not in shielded),
        superseded=tuple(superseded),
    )


class _BehindError(Exception):
    """Somebody wrote since memory was brought in step."""


class _Writing:
    """The work of one transaction, which may have to be run again: the resolver is changed once."""

    def __init__(self, held: Held, plan: Plan, at: datetime, new_id: Callable[[], str]) -> None:
        self._held, self._plan, self._new_id = held, plan, new_id
        self._planned: Planned | None = None
        self.at = at
        self.changes: Changes | None = None
        self.touched = False
        self.shields = False

    def planned(self) -> Planned:
        if self._planned is None:
            self._planned = self._plan(self._held)
        return self._planned

    def write(self, tx: Transaction, tick: int, deciding: Deciding, proof: Proof | None) -> int:
        if tick != self._held.tick + 1:
            raise _BehindError
        # The graph refuses unknown records before the resolver, which lets them wait, is changed.
        write_decisions(tx, deciding, self._held.kind, at=self.at)
        if self.changes is None:
            self.changes = self._apply(self.planned().applied)
        self.shields = write_changes(
            tx,
            self.changes,
            self._held.kind,
            settled=(),
            tick=tick,
            at=self.at,
            model_version=self._held.scorer.version,
            new_household=lambda: EntityId("H-" + self._new_id()),
            decided={each for decide in deciding.decides for each in (decide.left, decide.right)},
        )
        if proof is not None:
            put_proof(tx, proof, tick=tick)
        return tick

    def _apply(self, decides: Sequence[Decide]) -> Changes:
        self.touched = True
        try:
            return self._held.resolver.apply(decides)
        except ContradictionError:
            self.touched = False  # it was refused before anything was changed
            raise
