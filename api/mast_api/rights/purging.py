"""Purges: records and contacts really deleted, in batches, each one transaction with its proof.

Whoever is left is resolved as if what goes had never been loaded. Killed at any moment, the same purge run
again goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, combinations, pairwise
from pathlib import Path
from typing import Any, Final, Self

from mast_api.models import model_in_force
from mast_api.opening import new_resolver, open_encoding, scorer_for
from mast_api.resolving import pages, resolve_pending
from mast_api.rights.staying_out import tombstone
from mast_api.rights.terms import Carriers
from mast_graph.decisions import read_decisions
from mast_graph.lease import Lease
from mast_graph.proofs import Proof, put_proof
from mast_graph.purge import Around, Gone, Removed, Resolved, read_around, sweep, write_purge
from mast_graph.state import read_evidence, read_records
from mast_graph.store import Store, Transaction
from mast_graph.tombstones import put_tombstones
from mast_intake.keys import KeyRing
from mast_resolver.ports import Constraint, Decide, Retract
from mast_resolver.records import FOREVER, Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver

BATCH: Final = 250
"""Records purged in one transaction: with all that hangs on them some tens of thousands of deletions."""

CONTACTS: Final = 2_000

ALL_PAIRS_MOST: Final = 12
"""Of more records that were held together by one that goes, each is to be looked at beside the next only."""


@dataclass(frozen=True, slots=True)
class Order:
    """Why something is purged, and on whose word; every word of it is in the audit log."""

    rule: str
    by: str
    more: Mapping[str, Any]


class Purging:
    """One purge, behind the writer's lease. Brings everything that is pending into people first.

    Example:
        >>> def erase(purging: Purging, records: list[RecordId]) -> Removed:
        ...     with purging:
        ...         return purging.records(records, [])
    """

    def __init__(
        self,
        store: Store,
        lease: Lease,
        keys: KeyRing,
        data: Path,
        order: Order,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store, self._lease, self._keys, self._data = store, lease, keys, data
        self.order, self._clock, self._new_id = order, clock, new_id
        self.on_progress: Callable[[int, int], None] = lambda _done, _total: None
        self.settles: Mapping[str, Sequence[str]] = {}
        """The request by right that this answers, as the audit log is to have it once it is done."""
        self._held: dict[Kind, _Held] = {}
        self._total = Removed()
        self._begun = 0
        self.id = f"X-{new_id()}"

    def __enter__(self) -> Self:
        def work(tx: Transaction, tick: int) -> int:
            tx.run("write.begin_purge", id=self.id)
            self._prove(tx, tick, "purge-begun", {})
            return tick

        self._begun = self._lease.write(work)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()

    def contacts(self, ids: Sequence[str]) -> Removed:
        """Delete contacts with every version of theirs; nobody is resolved anew by it."""
        for some in pages(ids, CONTACTS):
            self._take(Gone(contacts=tuple(some)))
        return self._total

    def records(
        self, persons: Sequence[RecordId], addresses: Sequence[RecordId], *, stay_out: bool = False
    ) -> Removed:
        """Delete records, and what has nothing left without them; they may be kept from coming again."""
        parted = self._parted(frozenset(persons))
        batches = chain(
            (Gone(persons=tuple(some)) for some in pages(sorted(persons), BATCH)),
            (Gone(addresses=tuple(some)) for some in pages(sorted(addresses), BATCH)),
        )
        done = 0
        for gone in batches:
            self._take(gone, parted, stay_out=stay_out)
            parted = ()
            done += len(gone.persons) + len(gone.addresses)
            self.on_progress(done, len(persons) + len(addresses))
        return self._total

    def finish(self) -> None:
        """Tidy up: what belongs to nobody, also after a purge that was killed; and say that it is done."""
        terms = sum(held.carriers.forget(self._lease) for held in self._held.values())
        while self._lease.write(lambda tx, _: sweep(tx, before=self._begun, at=self._clock())):
            pass

        def work(tx: Transaction, tick: int) -> None:
            tx.run("write.finish_purges")
            settled = {"ids": dict(self.settles)} if self.settles else {}
            said = {"removed": _counts(self._total), "terms": terms, **settled}
            self._prove(tx, tick, "purge-finished", said)

        self._lease.write(work)

    def _take(
        self, gone: Gone, parted: Sequence[tuple[RecordId, RecordId]] = (), *, stay_out: bool = False
    ) -> None:
        around = read_around(self._store, gone)
        places = self._resolve(Kind.ADDRESS, around.gone.addresses)
        people = self._resolve(Kind.PERSON, around.gone.persons)
        at = self._clock()
        stones = [tombstone(self._keys, each) for each in around.gone.persons] if stay_out else []

        def work(tx: Transaction, tick: int) -> Removed:
            removed = write_purge(
                tx,
                around,
                places=places,
                people=people,
                parted=parted,
                tick=tick,
                at=at,
                new_household=lambda: EntityId("H-" + self._new_id()),
            )
            if stones:
                put_tombstones(tx, stones, by=self.order.by, purge=self.id, at=at)
            more = {"stones": stones} if stones else {}
            said = {"removed": _counts(removed), "hashes": self._hashes(around), **more}
            self._prove(tx, tick, "purged", said)
            return removed

        self._total += self._lease.write(work)

    def _resolve(self, kind: Kind, records: Sequence[RecordId]) -> Resolved:
        return self._of(kind).without(self._store, records) if records else Resolved()

    def _parted(self, persons: AbstractSet[RecordId]) -> Sequence[tuple[RecordId, RecordId]]:
        return parted(persons, self._of(Kind.PERSON).decisions) if persons else ()

    def _of(self, kind: Kind) -> _Held:
        if not self._held:
            # What is pending may be about what goes; evidence has to be whole before it is taken over.
            resolve_pending(self._store, self._lease, self._keys, self._data, clock=self._clock)
            self._held = {each: _Held(self._store, self._keys, self._data, each) for each in Kind}
        return self._held[kind]

    def _hashes(self, around: Around) -> dict[str, list[str]]:
        """Keyed hashes by which it can be shown later that a record was among them, by who knows its id."""
        named = {"records": (*around.gone.persons, *around.gone.addresses), "contacts": around.gone.contacts}
        return {name: [proof_hash(self._keys, each) for each in ids] for name, ids in named.items()}

    def _prove(self, tx: Transaction, tick: int, event: str, more: Mapping[str, Any]) -> None:
        said = {"event": event, "purge": self.id, "subject": self.order.by, "rule": self.order.rule}
        said |= {"done_at": self._clock().isoformat(), **self.order.more, **more}
        put_proof(tx, Proof(f"{self.id}.{tick}", said), tick=tick)


def proof_hash(keys: KeyRing, id_: str) -> str:
    """What the proof of a purge names a record or contact by: nobody without the key can look one up."""
    return keys.id_mac("proof").digest(id_.encode())[:8].hex()


def unfinished(store: Store) -> bool:
    """Whether a purge was killed: running any purge tidies up after it."""
    return bool(store.read("read.unfinished_purges")[0]["ids"])


def parted(gone: AbstractSet[RecordId], decisions: Iterable[Decide]) -> Sequence[tuple[RecordId, RecordId]]:
    """Pairs of records that only decisions about ``gone`` ones, one or a chain of them, say are one.

    Example:
        >>> must = [Decide(RecordId(a), RecordId(b), Constraint.MUST) for a, b in ("xy", "yz")]
        >>> parted({RecordId("y")}, must), parted({RecordId("x")}, must)
        ([('x', 'z')], [])
    """
    beside: dict[RecordId, set[RecordId]] = {}
    for decide in decisions:
        if decide.kind is Constraint.MUST:
            beside.setdefault(decide.left, set()).add(decide.right)
            beside.setdefault(decide.right, set()).add(decide.left)
    pairs: set[tuple[RecordId, RecordId]] = set()
    waiting = set(gone & beside.keys())
    while waiting:
        chained, reached = {waiting.pop()}, set[RecordId]()
        following = list(chained)
        while following:
            near = beside[following.pop()]
            fresh = (near & gone) - chained
            chained |= fresh
            following.extend(fresh)
            reached |= near - gone
        waiting -= chained
        left = sorted(reached)
        pairs.update(combinations(left, 2) if len(left) <= ALL_PAIRS_MOST else pairwise(left))
    return sorted(pairs)


class _Held:
    """What is held in memory of one kind of record, as it is stored."""

    def __init__(self, store: Store, keys: KeyRing, data: Path, kind: Kind) -> None:
        self._keys, self._kind = keys, kind
        self.carriers = Carriers(store, keys, kind)
        self.decisions = list(read_decisions(store, kind))
        self._beside: dict[RecordId, list[Decide]] = {}
        for decide in self.decisions:
            for record in (decide.left, decide.right):
                self._beside.setdefault(record, []).append(decide)
        scorer = scorer_for(store, keys, model_in_force(data, kind))
        self._version = scorer.version
        self._resolver: Resolver = new_resolver(scorer)
        self._resolver.restore(self._stored(store), read_evidence(store, kind), self.decisions)

    def without(self, store: Store, records: Sequence[RecordId]) -> Resolved:
        """Who is who without some records, and without every decision about them."""
        for encoding in self._encodings(store, records):
            self.carriers.leave(encoding)
        going = set(records)
        about = {decide for record in records for decide in self._beside.get(record, ())}
        undone = [Decide(each.left, each.right, None) for each in sorted(about, key=_pair)]
        changes = self._resolver.apply([*undone, *map(Retract, records)])
        left = {record for each in about for record in (each.left, each.right)} - going
        return Resolved(changes, frozenset(left), self._version)

    def _stored(self, store: Store) -> Iterator[tuple[RecordId, Encoding, EntityId | None]]:
        for record in read_records(store, self._kind):
            encoding = open_encoding(self._keys, record.id, record.sealed)
            yield record.id, self.carriers.come(encoding), record.entity

    def _encodings(self, store: Store, records: Sequence[RecordId]) -> Iterator[Encoding]:
        many = {Kind.PERSON: "persons", Kind.ADDRESS: "addresses"}[self._kind]
        said = store.read(f"read.state_changed_{many}", records=list(records), forever=FOREVER)[0]
        for id_, sealed in zip(said["ids"], said["sealed"], strict=True):
            if sealed:
                yield open_encoding(self._keys, RecordId(id_), sealed)


def _pair(decide: Decide) -> tuple[RecordId, RecordId]:
    return decide.left, decide.right


def _counts(removed: Removed) -> dict[str, int]:
    return {name: count for name, count in asdict(removed).items() if count}
