"""What the resolver begins with after encodings began anew: today's, where the resolved are of before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mast_graph.state import ResolvedRecord, read_pending
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.sealing import opened
from mast_resolver.records import Encoding, EntityId, Kind, RecordId


def of_our_line(keys: KeyRing, sealed: bytes) -> bool:
    """Whether something was encoded under the root of today, so that it can be compared."""
    return keys.root_of(keys.version_of(sealed)) == keys.root


def supplied_again(store: Store, keys: KeyRing, kind: Kind) -> Mapping[RecordId, Encoding]:
    """What waits to be resolved, as it is today; nothing where there never was an older line."""
    if keys.root == keys.versions[0]:
        return {}
    return {
        record.id: opened(keys, record.id, record.sealed)
        for record in read_pending(store, kind)
        if record.sealed is not None
    }


def opened_records(
    keys: KeyRing, records: Iterable[ResolvedRecord], today: Mapping[RecordId, Encoding]
) -> Iterator[tuple[RecordId, Encoding, EntityId | None]]:
    """Records as they were resolved, and who they are; those of an older line as they are ``today``."""
    for record in records:
        renewed = record.id in today and not of_our_line(keys, record.sealed)
        encoding = today[record.id] if renewed else opened(keys, record.id, record.sealed)
        yield record.id, encoding, record.entity
