"""From pending records to people, addresses and households: opens encodings, resolves, stores."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeVar

from mast_api.collecting import pass_over, passing_over
from mast_api.keys.anew import of_our_line, supplied_again
from mast_api.keys.in_force import check_supplied, check_writer
from mast_api.migrating import write_report
from mast_api.models import model_in_force
from mast_api.opening import CAP, frequencies_context, open_encoding, open_scorer, restored
from mast_api.triggers.working_out import work_out
from mast_api.workspace import new_id, now
from mast_graph.behind import one_behind
from mast_graph.frequencies import (
    StoredFrequencies,
    clear_evidence,
    count_records,
    put_frequencies,
    put_out_of_force,
    read_frequencies,
)
from mast_graph.lease import Lease
from mast_graph.people import write_changes
from mast_graph.state import (
    PendingRecord,
    gazetteer_arrives,
    pending_ids,
    read_agencies,
    read_pending,
    read_records,
)
from mast_graph.store import Store
from mast_intake.gazetteer.records import FEED as GAZETTEER_FEED
from mast_intake.keys import KeyRing
from mast_resolver.calibrate import MOST_RECORDS, calibrate
from mast_resolver.frequencies import term_frequencies
from mast_resolver.migration import Migration, migration
from mast_resolver.model import Model, write_model
from mast_resolver.ports import Changes, LookAlikes, Mutation, Retract, Upsert
from mast_resolver.records import Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer
from mast_resolver.sources import UNKNOWN, Sources

T = TypeVar("T")

NO_LOOK_ALIKES: Final = LookAlikes(0, 0)

BATCH: Final = 1_000
"""Records resolved in one transaction."""

PASS_OVER_EVERY: Final = 16
"""After so many batches the garbage collector is told to leave alone what they added, from the second on: a
few records are resolved sooner than all memory is walked once."""

EVIDENCE_AT_ONCE: Final = 20_000

GROWTH: Final = 4
"""Term frequencies are counted anew, and the model of the area learnt, when there are so many times the
records they were made from: a small first file says little. Everything is weighed again then, as for a
new model."""

STRANGERS: Final = 0.2
"""The same when such a share of all people's records is of agencies of which the model knows nothing."""

KINDS: Final = (Kind.ADDRESS, Kind.PERSON)
"""In this order: a person's home is an address that is resolved already."""


class Engine(StrEnum):
    """What finds the pairs of records that may be one; who is who does not depend on it (ADR 0012)."""

    INCREMENTAL = "incremental"
    """Batch by batch, beside everything that is resolved already."""
    SPLINK = "splink"
    """Everything at once, with Splink on DuckDB: for first loads."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one run did for one kind of record."""

    kind: Kind
    records: int = 0
    entities_created: int = 0
    entities_superseded: int = 0
    to_review: int = 0
    """Pairs in the review queue when it ended; none if there was nothing to resolve."""
    in_doubt: int = 0
    """Entities in it that are one, but in doubt."""
    changed_by_cap: int = 0
    """Entities whose members changed since a blocking key crossed its cap, not by a record of their own."""
    weighed_again: bool = False
    engine: Engine = Engine.INCREMENTAL
    look_alikes: LookAlikes = NO_LOOK_ALIKES
    pairs_compared: int | None = None
    """Candidates, where everything was compared at once."""
    peak_memory_mib: int | None = None
    """The most that the process has held, where everything was compared at once."""
    migration: Mapping[str, Any] | None = None
    """Changes to who matches whom, where people of before were weighed anew (:mod:`mast_api.migrating`)."""

    def __add__(self, other: Changes) -> Resolved:
        return replace(
            self,
            entities_created=self.entities_created + len(other.created),
            entities_superseded=self.entities_superseded + len(other.superseded),
            changed_by_cap=self.changed_by_cap + len({id_ for flip in other.flips for id_ in flip.entities}),
        )

    def counting(self, resolver: Resolver) -> Resolved:
        """With what waits for a person now."""
        return replace(self, to_review=resolver.to_review(), in_doubt=resolver.in_doubt())


def resolve_pending(
    store: Store,
    lease: Lease,
    keys: KeyRing,
    data: Path,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    again: bool = False,
    engine: Engine = Engine.INCREMENTAL,
    clock: Callable[[], dt.datetime] = now,
) -> list[Resolved]:
    """Resolve everything that changed since it was last resolved: addresses first, then people.

    ``again`` weighs everything anew, as after a change of the model; so does the engine Splink, if there is
    anything to resolve. What was committed stays when this is interrupted; the next run goes on from there.

    Raises:
        KeysChangedError, KeysRotatingError: what is stored is under another key version.
        KeyVersionError, SealBrokenError: the records were encoded under another key.
        LeaseLostError: another writer took over.
    """
    check_writer(store, keys)
    check_supplied(store, keys)
    # Both models are read before anything is written: a damaged one is not found half-way.
    models = [model_in_force(data, kind) for kind in KINDS]
    resolving = _in_bulk() if engine is Engine.SPLINK else OneKind
    done = [
        resolving(store, lease, keys, data, model, on_progress, clock).run(again=again) for model in models
    ]
    work_out(store, lease, now=clock())
    return done


def _in_bulk() -> type[OneKind]:
    from mast_api.in_bulk import InBulk  # it needs the `train` extra

    return InBulk


class Planning:
    """Resolving one kind of record, as far as nothing is written."""

    def __init__(
        self, store: Store, keys: KeyRing, model: Model, *, at_work: Callable[[], None] = lambda: None
    ) -> None:
        self._store, self._keys, self._at_work = store, keys, at_work
        self._model, self._kind = model, model.kind

    def _stored(self, *, again: bool) -> StoredFrequencies | None:
        """Model and frequencies to go on with; ``None`` when everything is to be weighed anew."""
        stored = read_frequencies(self._store, self._kind)
        # None in force: never resolved, or killed while everything was weighed again.
        if again or stored is None or stored.base != self._model.version:
            return None
        # Counted over encodings of an older line: those of today have nothing in common with them.
        return stored if of_our_line(self._keys, stored.sealed) else None

    def _scorer(self, stored: StoredFrequencies | None) -> tuple[ModelScorer, StoredFrequencies | None]:
        """The scorer to use, and what to store of it when it was made anew."""
        live = count_records(self._store)
        records = live.of(self._kind)
        if stored and records < GROWTH * stored.records:
            scorer = open_scorer(self._keys, self._kind, stored)
            if not _strangers(live.people, scorer.sources):
                return scorer, None
        sample = _Sample()
        frequencies = term_frequencies(self._model, sample.noting(self._current_encodings()))
        model = calibrate(self._model, sample.encodings(), records=sample.seen, cap=CAP[self._kind])
        frequencies = replace(frequencies, version=model.version)
        sealed = self._keys.seal(frequencies.pack(), context=frequencies_context(self._kind))
        fresh = StoredFrequencies(model.version, self._model.version, write_model(model), records, sealed)
        # Read back: the tokens counted lie scattered among all the encodings there were, and would keep the
        # memory of those.
        return open_scorer(self._keys, self._kind, fresh), fresh

    def _current_encodings(self) -> Iterator[tuple[RecordId, Encoding]]:
        pending = set()
        for record in read_pending(self._store, self._kind):
            self._at_work()
            pending.add(record.id)
            if record.sealed is not None:
                yield record.id, open_encoding(self._keys, record.id, record.sealed)
        for resolved in read_records(self._store, self._kind):
            self._at_work()
            if resolved.id not in pending:
                yield resolved.id, open_encoding(self._keys, resolved.id, resolved.sealed)

    def _report(
        self, resolver: Resolver, scorer: ModelScorer, before: Mapping[RecordId, EntityId]
    ) -> Migration:
        """Changes to who matches whom; records of before that are gone do not count."""
        return migration(
            before,
            resolver.entities(),
            agencies=read_agencies(self._store, self._kind),
            look=resolver.explainer(scorer.explain).parts,
        )


class OneKind(Planning):
    """Resolving one kind of record."""

    def __init__(
        self,
        store: Store,
        lease: Lease,
        keys: KeyRing,
        data: Path,
        model: Model,
        on_progress: Callable[[int, int], None],
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        super().__init__(store, keys, model, at_work=lease.at_work)
        self._lease, self._data = lease, data
        self._on_progress, self._clock = on_progress, clock
        self._version = model.version

    def run(self, *, again: bool) -> Resolved:
        """Resolve what is pending, and what has to be weighed anew."""
        total = len(pending_ids(self._store, self._kind))
        stored = self._stored(again=again)
        if not total and (stored is not None or not count_records(self._store).of(self._kind)):
            return Resolved(self._kind)
        return self._resolve(stored, total)

    def _resolve(self, stored: StoredFrequencies | None, total: int) -> Resolved:
        done = Resolved(self._kind)
        scorer, fresh = self._scorer(stored)
        self._version = scorer.version
        waits = self._kind is Kind.ADDRESS and gazetteer_arrives(
            self._store, GAZETTEER_FEED, again=fresh is not None
        )
        today = supplied_again(self._store, self._keys, self._kind)
        resolver = restored(
            self._store, self._keys, scorer, with_evidence=not fresh, today=today, waits=waits
        )
        if fresh and len(resolver):
            done = replace(self._weigh_again(resolver, scorer, done), weighed_again=True)
        if waits:
            # Killed in between, the next run weighs everything again: it cannot know what was judged how.
            put_out_of_force(self._lease, self._kind)
        elif fresh:
            put_frequencies(self._lease, self._kind, fresh, at=self._clock())
        done = self._take_pending(resolver, done, total).counting(resolver)
        if waits and (in_force := fresh or stored):
            done = self._judge_numbers(resolver, done)
            put_frequencies(self._lease, self._kind, in_force, at=self._clock())
        return done

    def _judge_numbers(self, resolver: Resolver, done: Resolved) -> Resolved:
        """By the gazetteer, now that all of its first edition is there: once, not batch by batch."""
        resolver.wait(for_more=False)
        changes = resolver.apply([])
        self._write(changes, [])
        return (done + changes).counting(resolver)

    def _weigh_again(self, resolver: Resolver, scorer: ModelScorer, done: Resolved) -> Resolved:
        """Evidence is rewritten in steps; who is who changes in one transaction, after it.

        No frequencies are in force until the new ones are, at the end: a crash makes the next run do all of
        it again, and stewards wait.
        """
        before = resolver.entities()
        clear_evidence(self._lease, self._kind)
        changes = resolver.rescore()
        for some in pages(changes.evidence_added, EVIDENCE_AT_ONCE):
            self._write(Changes(evidence_added=tuple(some)), [])
        told = self._tell(self._report(resolver, scorer, before))
        self._write(replace(changes, evidence_added=(), evidence_removed=()), [])
        return replace(done + changes, migration=told)

    def _tell(self, found: Migration) -> Mapping[str, Any]:
        """Written before anybody changes, so that nobody changes without a report."""
        return write_report(self._data, self._kind, found, version=self._version, at=self._clock())

    def _take_pending(self, resolver: Resolver, done: Resolved, total: int) -> Resolved:
        """While one batch is stored, the next is resolved; a failure leaves what is committed."""
        taken = 0
        with passing_over(), one_behind("mast-resolve") as behind:
            for number, page in enumerate(pages(read_pending(self._store, self._kind, page=BATCH), BATCH)):
                if number % PASS_OVER_EVERY == 1:
                    pass_over()
                changes = resolver.apply([self._mutation(record) for record in page])
                behind(partial(self._write, changes, page))
                done = done + changes
                taken += len(page)
                self._on_progress(taken, max(total, taken))
        return replace(done, records=taken, look_alikes=resolver.look_alikes())

    def _mutation(self, record: PendingRecord) -> Mutation:
        if record.sealed is None:
            return Retract(record.id)
        return Upsert(record.id, open_encoding(self._keys, record.id, record.sealed))

    def _write(self, changes: Changes, settled: list[PendingRecord]) -> None:
        at = self._clock()
        self._lease.write(
            lambda tx, tick: write_changes(
                tx,
                changes,
                self._kind,
                settled=settled,
                tick=tick,
                at=at,
                model_version=self._version,
                new_household=lambda: EntityId("H-" + new_id()),
            )
        )


def _strangers(people: Mapping[str, int], known: Sources) -> bool:
    """Many of people's records are of agencies that came after the model was learnt."""
    strange = sum(records for agency, records in people.items() if known.number(agency) == UNKNOWN)
    return len(known) > 0 and strange > STRANGERS * sum(people.values())


class _Sample:
    """Those of the records seen whose ids are the least: ids are keyed hashes, so they are any."""

    def __init__(self) -> None:
        self.seen = 0
        self._least: list[tuple[int, Encoding]] = []

    def noting(self, records: Iterable[tuple[RecordId, Encoding]]) -> Iterator[Encoding]:
        """The encodings of the records, one by one."""
        for record, encoding in records:
            self.seen += 1
            entry = (-int(record[1:], 16), encoding)  # the greatest id of a heap of negatives comes first
            if len(self._least) < MOST_RECORDS:
                heapq.heappush(self._least, entry)
            elif entry[0] > self._least[0][0]:
                heapq.heapreplace(self._least, entry)
            yield encoding

    def encodings(self) -> list[Encoding]:
        """Those kept, in the order of their ids."""
        return [encoding for _, encoding in sorted(self._least, key=itemgetter(0), reverse=True)]


def pages(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of that size; the last may be shorter."""
    iterator = iter(items)
    while page := list(islice(iterator, size)):
        yield page
