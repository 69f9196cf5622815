"""What the resolver decided into the graph: who is who, with history, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mast_graph.households import rebuild_around
from mast_graph.state import PendingRecord
from mast_graph.store import Transaction
from mast_resolver.errors import GraphRefusedError
from mast_resolver.ports import Changes, Constraint, Superseded
from mast_resolver.records import FOREVER, EntityId, Kind, RecordId


@dataclass(frozen=True, slots=True)
class StewardDecision:
    """Two records that a steward says are, or are not, one; ``kind`` ``None`` revokes what stands."""

    left: RecordId
    right: RecordId
    kind: Constraint | None
    by: str
    reason: str


def write_changes(
    tx: Transaction,
    changes: Changes,
    kind: Kind,
    *,
    settled: Sequence[PendingRecord],
    at: dt.datetime,
    model_version: str,
    new_household: Callable[[], EntityId],
) -> None:
    """Store one result of ``Resolver.apply`` with everything that follows from it.

    ``settled`` are the pending records that went into it, as they were read: each is marked as resolved
    in that version, unless it changed again since. Assignments are closed and opened, never
    overwritten; households of every address that is touched are rebuilt in the same transaction.
    Storing the same changes again changes nothing.
    """
    records = sorted(
        {record.id for record in settled}
        | {record for record, _ in changes.assigned}
        | set(changes.unassigned)
    )
    touched = _Touched(tx, kind)
    touched.look(records)
    _write_assignments(tx, changes, kind, at)
    _write_evidence(tx, changes, kind, model_version)
    _write_settled(tx, settled, kind)
    touched.look(records)
    successors = {gone.old: gone.successors for gone in changes.superseded}
    if kind is Kind.PERSON:
        touched.people |= successors.keys()
    else:
        _link_units(tx, touched.addresses | successors.keys())
    rebuild_around(tx, sorted(touched.people), at=at, new_id=new_household, successors=successors)


def write_decision(tx: Transaction, decision: StewardDecision, kind: Kind, *, at: dt.datetime) -> None:
    """Store a steward's decision between two records; a former one about them is revoked, not deleted.

    Raises:
        GraphRefusedError: one of the records is not in the graph.
    """
    left, right = sorted((decision.left, decision.right))
    found = tx.run(
        f"write.put_{kind.value}_decision",
        left=left,
        right=right,
        kind=None if decision.kind is None else decision.kind.value,
        by=decision.by,
        reason=decision.reason,
        at=at,
    )
    if not found[0]["found"]:
        raise GraphRefusedError(
            "a decision names a record that is not in the graph", fix="look the two records up again"
        )


class _Touched:
    """People and addresses that some records belong to, collected before and after a change."""

    def __init__(self, tx: Transaction, kind: Kind) -> None:
        self.people: set[EntityId] = set()
        self.addresses: set[EntityId] = set()
        self._tx = tx
        self._kind = kind

    def look(self, records: list[RecordId]) -> None:
        if self._kind is Kind.PERSON:
            self.people |= self._ids("read.state_people_of_records", "person", records)
        else:
            self.people |= self._ids("read.state_residents_of_records", "person", records)
            self.addresses |= self._ids("read.state_addresses_of_records", "address", records)

    def _ids(self, query: str, column: str, records: list[RecordId]) -> set[EntityId]:
        rows = self._tx.run(query, records=records, forever=FOREVER)
        return {EntityId(row[column]) for row in rows}


def _write_assignments(tx: Transaction, changes: Changes, kind: Kind, at: dt.datetime) -> None:
    many = {Kind.PERSON: "people", Kind.ADDRESS: "addresses"}[kind]
    if changes.created:
        tx.run(f"write.create_{many}", entities=list(changes.created), at=at, forever=FOREVER)
    if changes.unassigned:
        tx.run(
            f"write.unassign_{kind.value}_records", records=list(changes.unassigned), at=at, forever=FOREVER
        )
    if changes.assigned:
        rows = [{"record": record, "entity": entity} for record, entity in changes.assigned]
        tx.run(f"write.assign_{kind.value}_records", rows=rows, at=at, forever=FOREVER)
    if changes.superseded:
        tx.run(f"write.supersede_{many}", rows=[_lineage(gone) for gone in changes.superseded], at=at)


def _lineage(gone: Superseded) -> dict[str, object]:
    return {"old": gone.old, "successors": list(gone.successors), "cause": gone.cause.value}


def _write_evidence(tx: Transaction, changes: Changes, kind: Kind, model_version: str) -> None:
    if changes.evidence_removed:
        gone = [{"left": left, "right": right} for left, right in changes.evidence_removed]
        tx.run(f"write.drop_{kind.value}_evidence", rows=gone)
    if changes.evidence_added:
        rows = [
            {"left": edge.left, "right": edge.right, "weight": edge.weight, "decision": edge.decision.value}
            for edge in changes.evidence_added
        ]
        tx.run(f"write.put_{kind.value}_evidence", rows=rows, model_version=model_version)


def _write_settled(tx: Transaction, settled: Sequence[PendingRecord], kind: Kind) -> None:
    if settled:
        rows = [
            {"record": record.id, "version": record.version, "pending": record.pending} for record in settled
        ]
        tx.run(f"write.settle_{kind.value}_records", rows=rows)


def _link_units(tx: Transaction, addresses: Iterable[EntityId]) -> None:
    units = tx.run("read.state_units_around", addresses=sorted(addresses), forever=FOREVER)
    if units:
        tx.run("write.link_units", units=[row["unit"] for row in units], forever=FOREVER)
