"""What the resolver decided into the graph: who is who, with history, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from mast_graph.following import note_changes
from mast_graph.households import rebuild_around
from mast_graph.shields import renew_around
from mast_graph.state import PendingRecord
from mast_graph.store import Transaction
from mast_resolver.ports import Changes, Superseded
from mast_resolver.records import FOREVER, GAZETTEER, EntityId, Kind, RecordId


def write_changes(
    tx: Transaction,
    changes: Changes,
    kind: Kind,
    *,
    settled: Sequence[PendingRecord],
    tick: int,
    at: dt.datetime,
    model_version: str,
    new_household: Callable[[], EntityId],
    decided: Iterable[RecordId] = (),
) -> None:
    """Store one result of ``Resolver.apply`` with everything that follows from it.

    ``settled`` are the pending records that went into it, as they were read: each is marked as resolved
    in that version, unless it changed again since; ``decided`` those that a decision of the same transaction
    names. Assignments are closed and opened, never
    overwritten; shields pass to whatever their records are now, and households of every address that is
    touched are rebuilt, in the same transaction; whoever keeps people in memory finds a note under its
    number, ``tick``.
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
    if kind is Kind.PERSON:
        _write_review(tx, changes)
        note_changes(tx, tick, changes, [*decided, *(record.id for record in settled)])
    successors = {gone.old: gone.successors for gone in changes.superseded}
    entities |= successors.keys()
    if kind is Kind.PERSON:
        people = entities
    else:
        # Whoever lives at a record does so under any address it is assigned to.
        people = _residents(tx, records)
        entities |= _link_units(tx, entities)
    renew_around(tx, kind, records, entities, at=at)
    rebuild_around(tx, sorted(people), at=at, new_id=new_household, successors=successors)


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


def _write_review(tx: Transaction, changes: Changes) -> None:
    rows: list[dict[str, object]] = [
        {"left": left, "right": right, "value": None} for left, right in changes.review_removed
    ]
    rows += [{"left": each.left, "right": each.right, "value": each.value} for each in changes.review_added]
    if rows:
        tx.run("write.put_person_review", rows=rows)


def _write_settled(tx: Transaction, settled: Sequence[PendingRecord], kind: Kind) -> None:
    if settled:
        rows = [
            {"record": record.id, "version": record.version, "pending": record.pending} for record in settled
        ]
        tx.run(f"write.settle_{kind.value}_records", rows=rows)


def _link_units(tx: Transaction, addresses: Iterable[EntityId]) -> set[EntityId]:
    """Returns the units that may belong to another building now."""
    told = {"gazetteer": GAZETTEER, "forever": FOREVER}
    units = tx.run("read.state_units_around", addresses=sorted(addresses), **told)
    if units:
        tx.run("write.link_units", units=[row["unit"] for row in units], **told)
    return {EntityId(row["unit"]) for row in units}
