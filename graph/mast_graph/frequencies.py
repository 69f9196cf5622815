"""Sealed term frequencies in the graph: one set per kind in force, part of the frozen model."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_resolver.records import FOREVER, Kind

EDGES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class StoredFrequencies:
    """Frequencies as they lie in the graph; ``records`` is how many records they were counted over."""

    version: str
    records: int
    sealed: bytes


def read_frequencies(store: Store, kind: Kind) -> StoredFrequencies | None:
    """Those in force, ``None`` before the first resolve."""
    rows = store.read("read.state_frequencies", kind=kind.value)
    return StoredFrequencies(rows[0]["version"], rows[0]["records"], rows[0]["sealed"]) if rows else None


def put_frequencies(lease: Lease, kind: Kind, stored: StoredFrequencies, *, at: dt.datetime) -> None:
    """Put them in force."""
    lease.write(
        lambda tx, _: tx.run(
            "write.put_frequencies",
            kind=kind.value,
            version=stored.version,
            records=stored.records,
            sealed=stored.sealed,
            at=at,
        )
    )


def clear_evidence(lease: Lease, kind: Kind) -> None:
    """Remove all evidence of a kind, in transactions of bounded size."""
    while lease.write(
        lambda tx, _: tx.run(f"write.clear_{kind.value}_evidence", limit=EDGES_AT_ONCE)[0]["removed"]
    ):
        pass


def count_records(store: Store, kind: Kind) -> int:
    """Live records of a kind."""
    row = store.read("read.state_record_count", forever=FOREVER)[0]
    return int(row[{Kind.PERSON: "persons", Kind.ADDRESS: "addresses"}[kind]])
