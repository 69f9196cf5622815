"""Erased records that come again with the next file of their agency: they stay out, and rejects say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from mast_intake.keys import KeyRing
from mast_intake.rejects import Rejects, Rule
from mast_intake.rows import RELATION_FIELDS, SourceRow
from mast_resolver.records import RecordId


def tombstone(keys: KeyRing, record: RecordId) -> str:
    """The keyed hash under which an erased record is remembered: nobody without the key can look one up.

    Example:
        >>> keys = KeyRing({1: bytes(32)}, current=1)
        >>> len(tombstone(keys, RecordId("r" + "0" * 32))), tombstone(keys, RecordId("r1"))[:2] == "r1"
        (32, False)
    """
    return keys.id_mac("tombstone").digest(record.encode())[:16].hex()


def kept_out(
    rows: Iterable[SourceRow],
    rejects: Rejects,
    *,
    erased: AbstractSet[str],
    stone_of: Callable[[str], str],
) -> Iterator[SourceRow]:
    """The rows but those of erased records; of others, what they state of an erased relative is set aside.

    ``stone_of`` gives the keyed hash for an agency's reference.
    """
    to = RELATION_FIELDS[0]
    for row in rows:
        if stone_of(row.record_id) in erased:
            rejects.row(row.file, row.line, "record_id", Rule.ERASED)
        elif to in row.text and stone_of(row.text[to]) in erased:
            rejects.field(row.file, row.line, to, Rule.ERASED)
            yield replace(row, text={k: said for k, said in row.text.items() if k not in RELATION_FIELDS})
        else:
            yield row
