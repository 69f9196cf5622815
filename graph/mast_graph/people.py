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
    # Entities of before and of after: an assignment only adds the one it names to those of before.
    entities = _entities(tx, records, kind) | {entity for _, entity in changes.assigned}
    _write_assignments(tx, changes, kind, at)
    _write_evidence(tx, changes, kind, model_version)
    _write_settled(tx, settled, kind)
    successors = {gone.old: gone.successors for gone in changes.superseded}
    entities |= successors.keys()
    if kind is Kind.PERSON:
        people = entities
    else:
        # Whoever lives at a record does so under any address it is assigned to.
        people = _residents(tx, records)
        _link_units(tx, entities)
    rebuild_around(tx, sorted(people), at=at, new_id=new_household, successors=successors)


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


def _entities(tx: Transaction, records: list[RecordId], kind: Kind) -> set[EntityId]:
    if kind is Kind.PERSON:
        rows = tx.run("read.state_people_of_records", records=records, forever=FOREVER)
        return {EntityId(row["person"]) for row in rows}
    rows = tx.run("read.state_addresses_of_records", records=records, forever=FOREVER)
    return {EntityId(row["address"]) for row in rows}


def _residents(tx: Transaction, records: list[RecordId]) -> set[EntityId]:
    rows = tx.run("read.state_residents_of_records", records=records, forever=FOREVER)
    return {EntityId(row["person"]) for row in rows}


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
        edges = changes.evidence_added
        records = list({record: None for edge in edges for record in (edge.left, edge.right)})
        places = {record: place for place, record in enumerate(records)}
        tx.run(
            f"write.put_{kind.value}_evidence",
            records=records,
            left=[places[edge.left] for edge in edges],
            right=[places[edge.right] for edge in edges],
            weights=[edge.weight for edge in edges],
            decisions=[edge.decision.value for edge in edges],
            model_version=model_version,
        )


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
