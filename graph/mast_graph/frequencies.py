"""The model of the area and its sealed term frequencies in the graph: one of each kind in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from mast_graph.following import note_everything
from mast_graph.lease import Lease
from mast_graph.store import Store, Transaction
from mast_resolver.records import FOREVER, Kind

EDGES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class StoredFrequencies:
    """Model and frequencies as they lie in the graph; ``records`` is how many they were counted over.

    ``text`` is the file of the model of the area, of that ``version``; ``base`` is the version of the
    model that it was learnt on from.
    """

    version: str
    base: str
    text: str
    records: int
    sealed: bytes


def read_frequencies(store: Store, kind: Kind) -> StoredFrequencies | None:
    """Those in force, ``None`` before the first resolve."""
    rows = store.read("read.state_frequencies", kind=kind.value)
    return StoredFrequencies(**rows[0]) if rows else None


def put_frequencies(lease: Lease, kind: Kind, stored: StoredFrequencies, *, at: dt.datetime) -> None:
    """Put them in force."""

    def work(tx: Transaction, tick: int) -> None:
        tx.run(
            "write.put_frequencies",
            kind=kind.value,
            version=stored.version,
            base=stored.base,
            text=stored.text,
            records=stored.records,
            sealed=stored.sealed,
            at=at,
        )
        note_everything(tx, tick, kind)

    lease.write(work)


def clear_evidence(lease: Lease, kind: Kind) -> None:
    """Put the frequencies out of force and remove all evidence of a kind, in transactions of bounded size.

    From here until new ones are in force the stored evidence is not complete: whoever finds none in force
    weighs everything anew.
    """
    put_out_of_force(lease, kind)
    while lease.write(
        lambda tx, _: tx.run(f"write.clear_{kind.value}_evidence", limit=EDGES_AT_ONCE)[0]["removed"]
    ):
        pass


def put_out_of_force(lease: Lease, kind: Kind) -> None:
    """From here until new ones are in force, whoever finds none weighs everything anew."""
    lease.write(lambda tx, tick: _out_of_force(tx, tick, kind))


def _out_of_force(tx: Transaction, tick: int, kind: Kind) -> None:
    tx.run("write.drop_frequencies", kind=kind.value)
    note_everything(tx, tick, kind)


@dataclass(frozen=True, slots=True)
class LiveRecords:
    """How many records there are now: of addresses, and of people by agency."""

    addresses: int
    people: Mapping[str, int]

    def of(self, kind: Kind) -> int:
        """How many of a kind."""
        return self.addresses if kind is Kind.ADDRESS else sum(self.people.values())


def count_records(store: Store) -> LiveRecords:
    """Count the live records."""
    row = store.read("read.state_record_count", forever=FOREVER)[0]
    return LiveRecords(row["addresses"], dict(zip(row["agencies"], row["persons"], strict=True)))
