"""What the resolver and the evaluation read back from the graph: streams in pages, never all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any, Final

from mast_graph.rows import columns
from mast_graph.store import Store
from mast_resolver.ports import Decision, Edge
from mast_resolver.records import FOREVER, GAZETTEER, EntityId, Kind, MatchWeight, RecordId

PAGE: Final = 5_000
"""Records a page: about ten megabytes of sealed encodings."""

MOST_PENDING: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class ResolvedRecord:
    """A record as it was when it was last resolved: what the stored evidence belongs to."""

    id: RecordId
    agency: str
    sealed: bytes
    entity: EntityId | None


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """A record that changed since; a retracted one has neither version nor encoding.

    ``pending`` and ``version`` go back to the graph with the result, so that a change that came
    in between is not taken for resolved.
    """

    id: RecordId
    agency: str
    pending: int
    version: str | None
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class SourceEntity:
    """One row of an agency's file and the entity it resolved to.

    ``reference`` is the agency's own record id, sealed with ``context``; of places that many rows share
    it is the empty text.
    """

    context: str
    agency: str
    reference: bytes
    entity: EntityId


def read_records(store: Store, kind: Kind, *, page: int = PAGE) -> Iterator[ResolvedRecord]:
    """Every record that was ever resolved and not un-assigned, by id, with the version that was resolved."""
    after = ""
    while True:
        found = store.read(f"read.state_{kind.value}_records", after=after, limit=page, forever=FOREVER)[0]
        if not found["ids"]:
            return
        for id_, agency, sealed, entity in columns(found, "ids", "agencies", "sealed", "entities"):
            yield ResolvedRecord(RecordId(id_), agency, sealed, EntityId(entity) if entity else None)
        after = found["ids"][-1]


def pending_ids(store: Store, kind: Kind, *, most: int = MOST_PENDING) -> list[RecordId]:
    """Ids of the records that changed since they were last resolved, oldest change first."""
    rows = store.read(f"read.state_pending_{_plural(kind)}", limit=most)
    return [RecordId(id_) for row in rows for id_ in row["ids"]]


def read_pending(
    store: Store, kind: Kind, *, page: int = 1_000, most: int = MOST_PENDING
) -> Iterator[PendingRecord]:
    """Records that changed since they were last resolved, oldest change first, at most ``most``.

    The list of them is read at once, what they say page by page: settle pages while iterating if you like. A
    few, no more than a page, take one question instead of two.
    """
    if most <= page:
        yield from _pending(store.read(f"read.state_next_{_plural(kind)}", limit=most, forever=FOREVER)[0])
        return
    ids = pending_ids(store, kind, most=most)[::-1]
    while some := ids[: -page - 1 : -1]:
        del ids[-page:]  # whoever takes them keeps them
        yield from _pending(
            store.read(f"read.state_changed_{_plural(kind)}", records=some, forever=FOREVER)[0]
        )


def _pending(found: Mapping[str, Any]) -> Iterator[PendingRecord]:
    for id_, agency, pending, version, sealed in columns(
        found, "ids", "agencies", "pending", "versions", "sealed"
    ):
        if pending:
            yield PendingRecord(RecordId(id_), agency, pending, version or None, sealed or None)


def read_evidence(store: Store, kind: Kind, *, page: int = PAGE) -> Iterator[Edge]:
    """Every stored evidence edge, by the smaller id."""
    after = ""
    while True:
        found = store.read(f"read.state_{kind.value}_evidence", after=after, limit=page)[0]
        if not found["ids"]:
            return
        for id_, *edges in columns(found, "ids", "others", "weights", "decisions"):
            left = RecordId(id_)
            for other, weight, decision in zip(*edges, strict=True):
                yield Edge(left, RecordId(other), MatchWeight(weight), Decision(decision))
        after = found["ids"][-1]


def read_agencies(store: Store, kind: Kind, *, page: int = 10 * PAGE) -> dict[RecordId, str]:
    """The agency of every record."""
    found: dict[RecordId, str] = {}
    after = ""
    while True:
        row = store.read(f"read.state_{kind.value}_agencies", after=after, limit=page)[0]
        if not row["ids"]:
            return found
        # A few agencies, millions of records: one text an agency.
        found.update(zip(map(RecordId, row["ids"]), map(intern, row["agencies"]), strict=True))
        after = row["ids"][-1]


def read_person_rows(store: Store, *, page: int = PAGE) -> Iterator[SourceEntity]:
    """Every person record and who it is."""
    return map(_source_entity, _keyset(store, "read.state_person_rows", "context", page))


def read_address_rows(store: Store, *, page: int = PAGE) -> Iterator[SourceEntity]:
    """Every row with an address and which address it is: people's homes, contacts' places, then the rest.

    One row of a file may come by several ways; the first is the one to keep. A gazetteer has no rows of an
    agency's.
    """
    yield from map(_source_entity, _keyset(store, "read.state_home_rows", "context", page))
    yield from map(_source_entity, _keyset(store, "read.state_contact_rows", "version", page))
    rows = map(_source_entity, _keyset(store, "read.state_address_rows", "context", page))
    yield from (row for row in rows if row.agency != GAZETTEER)


def _source_entity(row: dict[str, Any]) -> SourceEntity:
    return SourceEntity(row["context"], row["agency"], row["reference"], EntityId(row["entity"]))


def _keyset(store: Store, query: str, key: str, page: int) -> Iterator[dict[str, Any]]:
    after = ""
    while rows := store.read(query, after=after, limit=page, forever=FOREVER):
        yield from rows
        after = rows[-1][key]


def _plural(kind: Kind) -> str:
    return {Kind.PERSON: "persons", Kind.ADDRESS: "addresses"}[kind]


def gazetteer_arrives(store: Store, feed: str, *, again: bool) -> bool:
    """Whether the first edition of a gazetteer is yet to be resolved, or part of it; ``again`` if everything
    is to be weighed anew, whatever is resolved."""
    row = store.read("read.state_gazetteer", feed=feed, gazetteer=GAZETTEER, forever=FOREVER)[0]
    return bool(row["waiting"] and (again or not row["resolved"]))
