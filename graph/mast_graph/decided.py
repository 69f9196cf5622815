"""Which decisions are on record, and which records could still be decided about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from mast_graph.store import Store
from mast_resolver.records import Kind

PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What a decision that is on record lies on: records, or pairs of them by the smaller id first."""

    records: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def decided_before(store: Store, ids: Collection[str]) -> Mapping[str, OnRecord]:
    """Those of some shields, marks and stewards' decisions that are on record, standing or not."""
    found, wanted = {}, sorted(ids)
    for start in range(0, len(wanted), PAGE):
        for row in store.read("read.decided_before", ids=wanted[start : start + PAGE]):
            pairs = frozenset((left, right) for left, right in row["pairs"])
            found[row["id"]] = OnRecord(frozenset(row["records"]), pairs)
    return found


def decidable(store: Store, records: Collection[str], *, shielded_too: bool = False) -> frozenset[str]:
    """Those of some records that are there, and not shielded unless that is asked for."""
    found, wanted = set[str](), sorted(records)
    for start in range(0, len(wanted), PAGE):
        page = wanted[start : start + PAGE]
        rows = store.read("read.decidable_records", records=page, shielded_too=shielded_too)
        found.update(row["record"] for row in rows)
    return frozenset(found)


def decided_of(store: Store, records: Collection[str]) -> Kind:
    """What some records are of: all of addresses, or of people."""
    some = sorted(records)[:PAGE]
    found = store.read("read.records_of_addresses_among", records=some)[0]["records"]
    return Kind.ADDRESS if found else Kind.PERSON
