"""Codes of coarse areas, beside what address records say: by which version, so that they have its clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_resolver.records import AREA_CODES, RecordId

PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class AddressAreas:
    """A version of an address record, its encoding, and the codes it has."""

    id: RecordId
    version: str
    sealed: bytes
    codes: Mapping[str, str]


def read_areas_of(store: Store, *, page: int = PAGE) -> Iterator[list[AddressAreas]]:
    """Every version of every address record, in pages by id."""
    after = ""
    while True:
        found = store.read("read.state_address_areas", after=after, limit=page)[0]
        if not found["records"]:
            return
        names = ("records", "versions", "sealed", *AREA_CODES)
        yield [
            AddressAreas(
                RecordId(id_),
                version,
                sealed,
                dict(pair for pair in zip(AREA_CODES, codes, strict=True) if pair[1]),
            )
            for id_, version, sealed, *codes in zip(*(found[name] for name in names), strict=True)
        ]
        after = found["records"][-1]


@dataclass(frozen=True, slots=True)
class AreasKnown:
    """Of address records: the codes of those that have one, and which version each has it by.

    A version has one postcode for good: where its code is another one, the look-up is.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


def areas_known(store: Store, recorded: dt.datetime, *, page: int = PAGE) -> AreasKnown:
    """The area of each address record that had one, by what was on record at a moment.

    The codes are those of the newest look-up at all times: years are only compared within one set of bounds.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    codes, versions = dict[str, str](), dict[str, str]()
    after: str | None = ""
    while after is not None:
        found = store.read("read.known_areas", after=after, limit=page, recorded=recorded)[0]
        codes.update((id_, code) for id_, code in zip(found["ids"], found["lsoa"], strict=True) if code)
        versions.update(zip(found["ids"], found["versions"], strict=True))
        after = found["last"]
    return AreasKnown(codes, versions)


def put_areas(lease: Lease, rows: Sequence[AddressAreas]) -> None:
    """Give each version these codes and no others."""
    if rows:
        given = [
            {
                "id": each.id,
                "version": each.version,
                "codes": {name: each.codes.get(name) for name in AREA_CODES},
            }
            for each in rows
        ]
        lease.write(lambda tx, _: tx.run("write.put_area_codes", rows=given))
