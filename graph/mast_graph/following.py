"""What a transaction changed about people or addresses, noted for whoever keeps a copy in memory, and read
by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mast_graph.store import Store, Transaction
from mast_resolver.ports import Changes, Decision, Edge
from mast_resolver.records import FOREVER, EntityId, Kind, MatchWeight, RecordId

KEPT: Final = 500
"""Notes of so many transactions are kept: who is further behind reads everything again. A note of a
thousand records is some 40 kB."""


_FOLLOWED: Final = {
    Kind.PERSON: "read.state_followed_persons",
    Kind.ADDRESS: "read.state_followed_addresses",
}


@dataclass(frozen=True, slots=True)
class Since:
    """What there is to follow: the number of the last transaction, and the records changed until then.

    ``records`` is ``None`` when everything has to be read again.
    """

    tick: int
    records: frozenset[RecordId] | None
    model: str = ""
    """Version of the model from which the area's was learnt, which all stored evidence is of; the empty text
    while it is weighed anew."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A record as it was when it was last resolved; one that is gone has neither encoding nor entity."""

    id: RecordId
    sealed: bytes | None
    entity: EntityId | None
    evidence: tuple[Edge, ...] = ()


def note_of(tick: int, changes: Changes, others: Iterable[RecordId]) -> dict[str, Any]:
    """What a transaction that stores ``changes`` notes for those who follow: records of which the encoding,
    entity, evidence or decisions change. For ``write.resolve_persons`` and ``write.resolve_addresses``."""
    records = {record for record, _ in changes.assigned} | set(changes.unassigned) | set(others)
    for edge in changes.evidence_added:
        records |= {edge.left, edge.right}
    for pair in changes.evidence_removed:
        records.update(pair)
    return {"tick": tick, "changed": sorted(records), "kept_from": tick - KEPT}


def note_everything(tx: Transaction, tick: int, kind: Kind) -> None:
    """Note that evidence is being weighed anew: nobody who has the former can go on from it."""
    tx.run("write.note_everything", tick=tick, kind=kind.value, kept_from=tick - KEPT)


def read_changes(store: Store, after: int, kind: Kind) -> Since:
    """What changed of a kind after a transaction."""
    rows = store.read("read.state_changes", after=after, kind=kind.value)
    if not rows:
        return Since(0, frozenset())
    tick, row = int(rows[0]["tick"]), rows[0]
    if row["everything"] or tick - after > KEPT:
        return Since(tick, None, row["model"])
    changed = frozenset(RecordId(record) for records in row["records"] for record in records)
    return Since(tick, changed, row["model"])


def read_followed(
    store: Store, kind: Kind, records: Sequence[RecordId], *, page: int = 1_000
) -> Iterator[Followed]:
    """What is stored of some records; of one without a node, that it is gone."""
    for start in range(0, len(records), page):
        some = records[start : start + page]
        found = store.read(_FOLLOWED[kind], records=some, forever=FOREVER)[0]
        yield from (Followed(record, None, None) for record in sorted(set(some).difference(found["ids"])))
        columns = (found[each] for each in ("ids", "sealed", "entities", "others", "weights", "decisions"))
        for id_, sealed, entity, *beside in zip(*columns, strict=True):
            edges = tuple(_edge(RecordId(id_), *each) for each in zip(*beside, strict=True))
            yield Followed(RecordId(id_), sealed or None, EntityId(entity) if entity else None, edges)


def _edge(record: RecordId, other: str, weight: int, decision: str) -> Edge:
    left, right = sorted((record, RecordId(other)))
    return Edge(left, right, MatchWeight(weight), Decision(decision))
