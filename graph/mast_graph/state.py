"""What the resolver and the evaluation read back from the graph: streams in pages, never all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mast_graph.store import Store
from mast_resolver.ports import Constraint, Decide, Decision, Edge
from mast_resolver.records import FOREVER, EntityId, Kind, MatchWeight, RecordId

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
    for row in _keyset(store, f"read.state_{kind.value}_records", "id", page):
        entity = None if row["entity"] is None else EntityId(row["entity"])
        yield ResolvedRecord(RecordId(row["id"]), row["agency"], row["sealed"], entity)


def read_pending(
    store: Store, kind: Kind, *, page: int = 1_000, most: int = MOST_PENDING
) -> Iterator[PendingRecord]:
    """Records that changed since they were last resolved, oldest change first, at most ``most``.

    The list of them is read at once, what they say page by page: settle pages while iterating if you like.
    """
    plural = _plural(kind)
    ids = iter(row["id"] for row in store.read(f"read.state_pending_{plural}", limit=most))
    while some := list(islice(ids, page)):
        rows = store.read(f"read.state_changed_{plural}", records=some, forever=FOREVER)
        found = {row["id"]: row for row in rows}
        for id_ in some:
            row = found[id_]
            if row["pending"] is not None:
                yield PendingRecord(
                    RecordId(id_), row["agency"], row["pending"], row["version"], row["sealed"]
                )


def read_evidence(store: Store, kind: Kind, *, page: int = PAGE) -> Iterator[Edge]:
    """Every stored evidence edge, by the smaller id."""
    for row in _keyset(store, f"read.state_{kind.value}_evidence", "id", page):
        left = RecordId(row["id"])
        for one in row["evidence"]:
            yield Edge(left, RecordId(one["record"]), MatchWeight(one["weight"]), Decision(one["decision"]))


def read_decisions(store: Store, kind: Kind) -> Sequence[Decide]:
    """The steward decisions that stand, oldest first."""
    rows = store.read(f"read.state_{kind.value}_decisions")
    return [Decide(RecordId(row["left"]), RecordId(row["right"]), Constraint(row["kind"])) for row in rows]


def read_person_rows(store: Store, *, page: int = PAGE) -> Iterator[SourceEntity]:
    """Every person record and who it is."""
    return map(_source_entity, _keyset(store, "read.state_person_rows", "context", page))


def read_address_rows(store: Store, *, page: int = PAGE) -> Iterator[SourceEntity]:
    """Every row with an address and which address it is: people's homes, contacts' places, then the rest.

    One row of a file may come by several ways; the first is the one to keep.
    """
    yield from map(_source_entity, _keyset(store, "read.state_home_rows", "context", page))
    yield from map(_source_entity, _keyset(store, "read.state_contact_rows", "version", page))
    yield from map(_source_entity, _keyset(store, "read.state_address_rows", "context", page))


def _source_entity(row: dict[str, Any]) -> SourceEntity:
    return SourceEntity(row["context"], row["agency"], row["reference"], EntityId(row["entity"]))


def _keyset(store: Store, query: str, key: str, page: int) -> Iterator[dict[str, Any]]:
    forever = {} if query.endswith("_evidence") else {"forever": FOREVER}
    after = ""
    while rows := store.read(query, after=after, limit=page, **forever):
        yield from rows
        after = rows[-1][key]


def _plural(kind: Kind) -> str:
    return {Kind.PERSON: "persons", Kind.ADDRESS: "addresses"}[kind]
