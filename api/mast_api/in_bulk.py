"""`mast resolve --engine splink`: everything at once. It needs the `train` extra.

What is written comes in the order of a migration: frequencies out of force, evidence in steps, who is who,
frequencies in force. Killed in between, the next run, of either engine, does all of it again.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby

from mast_api.opening import CAP, new_resolver, open_encoding
from mast_api.resolving import BATCH, EVIDENCE_AT_ONCE, Engine, OneKind, Resolved, pages
from mast_graph.behind import one_behind
from mast_graph.decisions import read_decisions
from mast_graph.frequencies import StoredFrequencies, clear_evidence, put_frequencies
from mast_graph.state import PendingRecord, pending_ids, read_pending, read_records
from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.bulk import BulkLinker
from mast_resolver.ports import Changes, Edge, Retract, Upsert
from mast_resolver.records import Encoding, EntityId, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer
from mast_resolver.trust import NUMBER


@dataclass(slots=True)
class _Taken:
    """What was taken in so far."""

    pending: dict[RecordId, PendingRecord] = field(default_factory=dict)
    """To be marked as resolved; without what they say, which may be gigabytes."""


class InBulk(OneKind):
    """Resolving one kind of record with Splink: those pending, and those resolved before once more."""

    def _resolve(self, stored: StoredFrequencies | None, total: int) -> Resolved:  # noqa: ARG002 - always anew
        scorer, fresh = self._scorer(None)
        self._version = scorer.version
        clear_evidence(self._lease, self._kind)
        taken = _Taken()
        with in_memory() as database:
            linker = BulkLinker(scorer, database, cap=CAP[self._kind])
            resolver = self._restored_beside(linker, scorer)
            before = resolver.entities()
            changes = resolver.take_weighed(
                self._take_all(linker, taken, total), partial(self._evidence, linker, resolver)
            )
        done = Resolved(
            self._kind,
            records=len(taken.pending),
            weighed_again=bool(before),
            engine=Engine.SPLINK,
            look_alikes=resolver.look_alikes(),
            pairs_compared=linker.compared,
            migration=self._tell(self._report(resolver, scorer, before)) if before else None,
        )
        self._store_changes(changes, before.keys(), taken.pending, total)
        if fresh is not None:
            put_frequencies(self._lease, self._kind, fresh, at=self._clock())
        done = replace(done + changes, peak_memory_mib=_peak_memory_mib())
        return done.counting(resolver)

    def _restored_beside(self, linker: BulkLinker, scorer: ModelScorer) -> Resolver:
        """Who was who; the linker has the records that did not change since."""
        pending = set(pending_ids(self._store, self._kind))

        def records() -> Iterator[tuple[RecordId, Encoding, EntityId | None]]:
            for record in read_records(self._store, self._kind):
                self._at_work()
                encoding = open_encoding(self._keys, record.id, record.sealed)
                if record.id not in pending and record.entity is not None:
                    linker.put(record.id, encoding)
                yield record.id, encoding, record.entity

        resolver = new_resolver(scorer)
        resolver.restore(records(), (), read_decisions(self._store, self._kind))
        return resolver

    def _take_all(self, linker: BulkLinker, taken: _Taken, total: int) -> Iterator[Upsert | Retract]:
        for record in read_pending(self._store, self._kind, page=BATCH):
            self._at_work()
            taken.pending[record.id] = replace(record, sealed=None)
            if record.sealed is None:
                yield Retract(record.id)
            else:
                encoding = open_encoding(self._keys, record.id, record.sealed)
                linker.put(record.id, encoding)
                yield Upsert(record.id, encoding)
            if not len(taken.pending) % BATCH:
                self._on_progress(len(taken.pending), max(total, len(taken.pending)))

    def _evidence(self, linker: BulkLinker, resolver: Resolver) -> Iterator[Edge]:
        """While one page of it is stored, the next is found."""
        linker.disregard(NUMBER, resolver.distrusted())
        linker.pass_over(resolver.copies())
        with one_behind("mast-resolve") as behind:
            for page in pages(linker.evidence(), EVIDENCE_AT_ONCE):
                behind(partial(self._write, Changes(evidence_added=tuple(page)), []))
                yield from page

    def _store_changes(
        self,
        changes: Changes,
        before: AbstractSet[RecordId],
        pending: Mapping[RecordId, PendingRecord],
        total: int,
    ) -> None:
        """Of people of before who is who changes in one transaction; new ones come in pages, each whole."""
        assigned, created = dict(changes.assigned), set(changes.created)
        known = _known(changes, before)
        first = {record for record, entity in assigned.items() if entity in known} | set(changes.unassigned)
        if first or changes.superseded:
            together = replace(
                changes,
                assigned=tuple((record, assigned[record]) for record in sorted(first & assigned.keys())),
                created=tuple(sorted(created & known)),
                review_added=(),
                review_removed=(),
            )
            self._write(together, [pending[record] for record in sorted(first & pending.keys())])
        written = 0
        for page in _whole({record: assigned.get(record) for record in pending if record not in first}):
            moved = tuple((record, entity) for record, entity in page if entity is not None)
            fresh = tuple(sorted(created.intersection(entity for _, entity in moved)))
            self._write(Changes(assigned=moved, created=fresh), [pending[record] for record, _ in page])
            written += len(page)
            self._on_progress(written, max(total, written))
        for reviews in pages(changes.review_added, EVIDENCE_AT_ONCE):
            self._write(Changes(review_added=tuple(reviews)), [])


def _known(changes: Changes, before: AbstractSet[RecordId]) -> set[EntityId]:
    """Entities in which people of before moved, or from which they went."""
    known = {entity for record, entity in changes.assigned if record in before}
    for gone in changes.superseded:
        known |= {gone.old, *gone.successors}
    return known


def _whole(entities: Mapping[RecordId, EntityId | None]) -> Iterator[list[tuple[RecordId, EntityId | None]]]:
    """Records in pages, those of one entity on one page; the ones that did not move are on their own."""
    page: list[tuple[RecordId, EntityId | None]] = []
    ordered: Iterable[tuple[RecordId, EntityId | None]] = sorted(entities.items(), key=_place)
    for _, group in groupby(ordered, key=_place):
        page += group
        if len(page) >= BATCH:
            yield page
            page = []
    if page:
        yield page


def _place(item: tuple[RecordId, EntityId | None]) -> str:
    record, entity = item
    return record if entity is None else entity


def _peak_memory_mib() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)
