"""What people decided since a backup was made is decided again on what is restored, by whom it was decided.

A decision keeps its id, and lies on the records that it lay on. What is on record is left alone, so that this
may be done as often as one likes: after a restore, and once more when the feeds since the backup are loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from mast_api.access import Question
from mast_api.backup.acts import MARKING, SHIELDING, WHO_IS_WHO, Act
from mast_api.backup.replaying import Deeds
from mast_api.live import LiveResolver
from mast_api.models import model_in_force
from mast_api.rights.proving import proof_of
from mast_api.rights.purging import proof_hash
from mast_api.stewarding import Stewarding
from mast_api.workspace import new_id, now
from mast_graph.decided import OnRecord, decidable, decided_before, decided_of
from mast_graph.lease import Lease
from mast_graph.marks import EVERYTHING, Marking, MarkKind, write_lift, write_mark
from mast_graph.proofs import Proof, put_proof
from mast_graph.shields import ShieldDecision, write_shield
from mast_graph.store import Store, Transaction
from mast_intake.keys import KeyRing
from mast_resolver.decisions import join_entities, split_off
from mast_resolver.errors import (
    BadRequestError,
    ContradictionError,
    ResolverStaleError,
    UnknownRecordError,
)
from mast_resolver.ports import Constraint, Decide
from mast_resolver.records import FOREVER, EntityId, Kind, RecordId

NOBODY_KNOWS: Final = "nobody knows whether it was stored"
_REFUSALS: Final = (BadRequestError, ContradictionError, ResolverStaleError, UnknownRecordError)
_NOTHING: Final = OnRecord(frozenset(), frozenset())
_KINDS: Final = {"SAME": Constraint.MUST, "DIFFERENT": Constraint.CANNOT, "CLEAR": None}

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Left:
    """A decision that could not be taken again, or not for all of its records, and why."""

    act: Act
    why: str


@dataclass(frozen=True, slots=True)
class Again:
    """How many decisions were taken again, and which have to be looked at by a person."""

    done: int
    left: tuple[Left, ...]


def decide_again(store: Store, lease: Lease, keys: KeyRing, data: Path, deeds: Deeds, *, by: str) -> Again:
    """Take again what was decided since a backup, on a graph whose models lie in ``data``.

    Read the log when the lease is held: then nobody can decide otherwise meanwhile. ``by`` has it done.

    Raises:
        LeaseLostError: another writer took over; what was done until then is done, and on record.
    """
    live = [LiveResolver(store, keys, model_in_force(data, kind), warn=lambda _: None) for kind in Kind]
    gone = deeds.records
    deciding = DecidingAgain(
        store,
        lease,
        live,
        keys,
        clock=now,
        is_gone=lambda record: proof_hash(keys, record) in gone,
        by=by,
    )
    again = deciding.all(deeds.acts.decided)
    unknown = [Left(act, NOBODY_KNOWS) for act in deeds.acts.unanswered()]
    return Again(again.done, (*again.left, *unknown))


class DecidingAgain:
    """Takes decisions again, in their order. ``live`` is read when it is first needed.

    ``is_gone`` tells records that were purged since: nobody decides about those again.
    """

    def __init__(
        self,
        store: Store,
        lease: Lease,
        live: Sequence[LiveResolver],
        keys: KeyRing,
        *,
        clock: Callable[[], dt.datetime],
        is_gone: Callable[[str], bool],
        by: str,
    ) -> None:
        self._store, self._lease, self._live, self._keys = store, lease, live, keys
        self._clock, self._is_gone, self._by = clock, is_gone, by

    def all(self, acts: Sequence[Act]) -> Again:
        """Take again what is not on record, unless something later is that was decided of the same.

        Each in a transaction of its own, with its proof.

        Raises:
            LeaseLostError: another writer took over; what was done until then is done.
        """
        before = decided_before(self._store, [act.id for act in acts if act.id])
        done, left = 0, list[Left]()
        for act, later in zip(acts, _later(acts, before), strict=True):
            try:
                is_done, missing = self._again(act, before.get(act.id), later)
            except _REFUSALS as refusal:
                left.append(Left(act, f"{refusal.code}: {refusal.fact}"))
                continue
            done += is_done
            if missing:
                left.append(Left(act, missing))
        return Again(done, tuple(left))

    def _again(self, act: Act, there: OnRecord | None, later: OnRecord) -> tuple[bool, str]:
        """Whether anything was done, and what could not be."""
        if not act.id:
            return False, NOBODY_KNOWS
        if act.question is Question.LIFT_MARK:
            return self._lift(act), ""
        if act.question in WHO_IS_WHO:
            return self._who_is_who(act, there, later)
        before = there or _NOTHING
        hidden = later.records if act.question in SHIELDING else frozenset[str]()
        wanted = {each for each in act.records - before.records - hidden if not self._is_gone(each)}
        if there and not act.records:
            return False, ""  # a hold on a class of data
        if act.question in MARKING:
            found = self._mark(act, wanted)
        else:
            found = self._shield(act, wanted) if wanted else set()
        missing = wanted - found
        return bool(found) or not act.records, _are_not_there(len(missing), len(act.records))

    def _shield(self, act: Act, records: Collection[str]) -> set[str]:
        kind = Kind.ADDRESS if str(act.sought["ids"][0]).startswith("A-") else Kind.PERSON
        of_records = (
            "read.state_people_of_records" if kind is Kind.PERSON else "read.state_addresses_of_records"
        )
        reason, only = self._reason(act), frozenset(map(RecordId, records))

        def work(tx: Transaction, tick: int) -> set[str]:
            found: set[str] = set()
            for row in tx.run(of_records, records=sorted(records), forever=FOREVER):
                decision = ShieldDecision(
                    act.id,
                    EntityId(row[kind.value]),
                    act.question is Question.SHIELD,
                    act.by,
                    reason,
                    hidden_too=True,
                    only=only,
                )
                found.update(write_shield(tx, decision, at=self._clock()))
            if found:
                put_proof(tx, self._proof(act), tick=tick)
            return found

        return self._lease.write(work)

    def _mark(self, act: Act, records: Collection[str]) -> set[str]:
        kind, data_class = MarkKind(act.sought["kind"]), act.sought.get("data_class") or EVERYTHING
        reason = self._reason(act)
        there = decidable(self._store, records, shielded_too=True)

        def work(tx: Transaction, tick: int) -> None:
            for target in sorted(there) if act.records else [""]:
                marking = Marking(act.id, kind, target, data_class, act.by, reason)
                write_mark(tx, marking, at=self._clock())
            put_proof(tx, self._proof(act), tick=tick)

        if there or not act.records:
            self._lease.write(work)
        return set(there)

    def _lift(self, act: Act) -> bool:
        def work(tx: Transaction, tick: int) -> None:
            write_lift(tx, act.id, by=act.by, reason=self._reason(act), at=self._clock())
            put_proof(tx, self._proof(act), tick=tick)

        try:
            self._lease.write(work)
        except UnknownRecordError:
            return False  # it does not stand, so there is nothing to lift
        return True

    def _who_is_who(self, act: Act, there: OnRecord | None, later: OnRecord) -> tuple[bool, str]:
        if act.question is Question.REVOKE_MATCH_DECISION:
            return self._revoke(act), ""
        before = there or _NOTHING
        decides = [
            decide
            for decide in _decides(act)
            if _pair(decide) not in before.pairs | later.pairs
            and not self._is_gone(decide.left)
            and not self._is_gone(decide.right)
        ]
        stored = decidable(self._store, {each for decide in decides for each in (decide.left, decide.right)})
        able = [decide for decide in decides if {decide.left, decide.right} <= stored]
        if able:
            of = decided_of(self._store, stored)
            self._stewards.again(act.id, able, of, by=act.by, reason=_text(act), proof=self._proof(act))
        return bool(able), _are_not_there(len(decides) - len(able), len(decides), "pairs")

    def _revoke(self, act: Act) -> bool:
        try:
            self._stewards.revoke_again(
                act.id,
                str(act.sought["decision"]),
                by=act.by,
                reason=_text(act),
                proof=self._proof(act),
            )
        except UnknownRecordError:
            return False  # as above
        return True

    @cached_property
    def _stewards(self) -> Stewarding:
        return Stewarding(
            self._store, self._live, self._keys, clock=self._clock, new_id=new_id, lease=self._lease
        )

    def _proof(self, act: Act) -> Proof:
        return proof_of("decided-again", self._by, {"request": act.request, "question": act.question.value})

    def _reason(self, act: Act) -> bytes:
        return self._keys.seal_reason(_text(act), decision=act.id)


def summary(left: Iterable[Left]) -> list[dict[str, str]]:
    """What could not be decided again, for a person and for scripts: no more than the audit log says.

    Example:
        >>> act = Act("Q-1", Question.SHIELD, "officer-7", "2026-05-03T10:00:00+00:00", {})
        >>> summary([Left(act, NOBODY_KNOWS)])[0]["question"]
        'shield'
    """
    return [
        {
            "request": each.act.request,
            "question": each.act.question.value,
            "by": each.act.by,
            "at": each.act.at,
            "why": each.why,
        }
        for each in left
    ]


def _later(acts: Sequence[Act], before: Mapping[str, OnRecord]) -> list[OnRecord]:
    """Of each act, what later acts that are on record decided."""
    shielded, decided, found = set[str](), set[Pair](), list[OnRecord]()
    for act in reversed(acts):
        found.append(OnRecord(frozenset(shielded), frozenset(decided)))
        there = before.get(act.id)
        if there is not None and act.question in SHIELDING:
            shielded |= there.records
        elif there is not None and act.question in WHO_IS_WHO:
            decided |= there.pairs
    return found[::-1]


def _decides(act: Act) -> Iterable[Decide]:
    """The pairs that an act decided; those of a revocation are in the graph only."""
    if act.question is Question.RECORD_MATCH_DECISION:
        left, right = map(RecordId, act.sought["records"])
        kind = _KINDS[act.sought["decision"]]
        if kind is Constraint.MUST:
            return join_entities(left, right, map(RecordId, act.records))
        return [Decide(left, right, kind)]
    off = frozenset(map(RecordId, act.sought["records"]))
    rest = frozenset(map(RecordId, act.records)) - off
    return split_off(off, rest, together=bool(act.sought.get("together")))


def _pair(decide: Decide) -> Pair:
    left, right = sorted((decide.left, decide.right))
    return left, right


def _text(act: Act) -> str:
    return f"Decided again after a restore. First decided {act.at}, request {act.request} of the audit log."


def _are_not_there(missing: int, all_: int, what: str = "records") -> str:
    return f"of {all_} {what} {missing} are not in the graph" if missing else ""
