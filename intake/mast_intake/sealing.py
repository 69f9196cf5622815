"""An encoding to a record ready for the graph: sealed, with its keyed hash and its look-up tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_intake.keys import KeyRing
from mast_resolver.records import Encoding, Kind, Record, RecordId

NOTHING: Final[Mapping[str, str]] = {}


def record_id(keys: KeyRing, kind: Kind, text: str) -> RecordId:
    """The keyed id of what a text names."""
    return RecordId("r" + keys.mac(f"id:{kind}").digest(text.encode())[:16].hex())


def sealed_record(
    keys: KeyRing,
    encoding: Encoding,
    *,
    id_: RecordId,
    agency: str,
    feed: str,
    reference: str,
    lookup: Mapping[str, str] = NOTHING,
) -> Record:
    """The record; equal encodings have equal content, whatever the seal."""
    packed = encoding.pack()
    context = id_.encode()
    return Record(
        id=id_,
        kind=encoding.kind,
        agency=agency,
        feed=feed,
        content=keys.mac("content").digest(packed)[:16].hex(),
        sealed=keys.seal(packed, context=context),
        reference=keys.seal_reference(reference, context=context),
        key_version=keys.current,
        lookup=lookup,
    )
