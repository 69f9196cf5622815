"""An encoding to a record ready for the graph: sealed, with its keyed hash and its look-up tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_intake.keys import KeyRing
from mast_intake.wrapping import wrapped, wrapped_frequencies
from mast_resolver.frequencies import TermFrequencies
from mast_resolver.records import Encoding, Kind, Record, RecordId

NOTHING: Final[Mapping[str, str]] = {}


def record_id(keys: KeyRing, kind: Kind, text: str) -> RecordId:
    """The keyed id of what a text names."""
    return RecordId("r" + keys.id_mac(f"id:{kind}").digest(text.encode())[:16].hex())


def content_of(keys: KeyRing, encoding: Encoding) -> str:
    """The keyed hash of an encoding: equal ones have equal content, whatever the seal."""
    return keys.mac("content").digest(encoding.pack())[:16].hex()


def opened(keys: KeyRing, context: str, sealed: bytes) -> Encoding:
    """The encoding of a stored record, as it would be made today: wrapped up to the current version.

    One that waits to be supplied again, of an older line, goes as far as its own line does.

    Raises:
        SealBrokenError: another key, another record, or changed bytes.
        KeyVersionError: it was sealed under a version that the ring does not hold, or a newer one.
    """
    encoding = Encoding.unpack(keys.open(sealed, context=context.encode()))
    version = keys.version_of(sealed)
    return encoding if version == keys.current else wrapped(encoding, keys.wraps(version))


def opened_frequencies(keys: KeyRing, sealed: bytes, *, context: bytes, version: str) -> TermFrequencies:
    """Term frequencies as they were sealed, wrapped up to the current version.

    Raises:
        SealBrokenError, KeyVersionError: as for :func:`opened`.
        ModelFileError: they belong to another model than that of ``version``.
    """
    frequencies = TermFrequencies.unpack(keys.open(sealed, context=context), version=version)
    return wrapped_frequencies(frequencies, keys.wraps(keys.version_of(sealed)))


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
    context = id_.encode()
    return Record(
        id=id_,
        kind=encoding.kind,
        agency=agency,
        feed=feed,
        content=content_of(keys, encoding),
        sealed=keys.seal(encoding.pack(), context=context),
        reference=keys.seal_reference(reference, context=context),
        key_version=keys.current,
        lookup=lookup,
    )
