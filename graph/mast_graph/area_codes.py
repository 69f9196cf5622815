"""Codes of coarse areas beside address records: read with the encodings they follow from, and put anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_resolver.records import AREA_CODES, FOREVER, RecordId

PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class AddressAreas:
    """A live address record, its current encoding, and the codes it has."""

    id: RecordId
    sealed: bytes
    codes: Mapping[str, str]


def read_areas_of(store: Store, *, page: int = PAGE) -> Iterator[list[AddressAreas]]:
    """Every live address record, in pages by id."""
    after = ""
    while True:
        found = store.read("read.state_address_areas", after=after, limit=page, forever=FOREVER)[0]
        if not found["ids"]:
            return
        rows = zip(found["ids"], found["sealed"], *(found[name] for name in AREA_CODES), strict=True)
        yield [
            AddressAreas(
                RecordId(id_), sealed, dict(pair for pair in zip(AREA_CODES, codes, strict=True) if pair[1])
            )
            for id_, sealed, *codes in rows
        ]
        after = found["ids"][-1]


def put_areas(lease: Lease, rows: Sequence[AddressAreas]) -> None:
    """Give each record these codes and no others."""
    if rows:
        given = [
            {"id": each.id, "codes": {name: each.codes.get(name) for name in AREA_CODES}} for each in rows
        ]
        lease.write(lambda tx, _: tx.run("write.put_area_codes", rows=given))
