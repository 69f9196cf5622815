"""What the resolver decided into the graph: who is who, with history, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mast_graph.following import note_of
from mast_graph.households import rebuild_around
from mast_graph.marks import restrict
from mast_graph.shields import renew_around
from mast_graph.state import PendingRecord
from mast_graph.store import Transaction
from mast_resolver.household import COMMUNAL_ABOVE
from mast_resolver.ports import Changes
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
    purged: bool = False,
) -> bool:
    """Store one result of ``Resolver.apply`` with everything that follows from it.

    ``settled`` are the pending records that went into it, as they were read: each is marked as resolved
    in that version, unless it changed again since; ``decided`` those that a decision of the same transaction
    names. Assignments are closed and opened, never overwritten; shields pass to whatever their records are
    now, and households of every address that is touched are rebuilt, in the same transaction; whoever keeps
    people or addresses in memory finds a note under its number, ``tick``. Storing the same changes again
    changes nothing. What was decided to be shielded passes from a record that was withdrawn to those it was
    one with; not if it is ``purged``.

    Returns whether others may be shielded now than before.
    """
    successors = {gone.old: gone.successors for gone in changes.superseded}
    stored: dict[str, Any] = {
        "at": at,
        "forever": FOREVER,
        **_settled(changes, settled),
        **_assignments(changes),
        "withdrawn": [] if purged else list(changes.unassigned),
        **_evidence(changes, model_version),
        "review": _review(changes),
    }
    stored |= note_of(tick, changes, [*decided, *(record.id for record in settled)])
    if kind is Kind.PERSON:
        people, shields = _resolve_persons(tx, changes, stored)
    else:
        people, shields = _resolve_addresses(tx, changes, stored)
    rebuild_around(tx, sorted(people), at=at, new_id=new_household, successors=successors)
    return shields


def _resolve_persons(tx: Transaction, changes: Changes, stored: dict[str, Any]) -> tuple[set[EntityId], bool]:
    """Returns the people whose homes may be others now, and whether shields were worked out anew."""
    given = _given(changes)
    found = tx.run("write.resolve_persons", **stored, entities=sorted(given))[0]
    shields = renew_around(tx, Kind.PERSON, found["records"], found["entities"], at=stored["at"])
    if found["restricted"]:
        restrict(tx, found["restricted"], at=stored["at"])
    return set(map(EntityId, found["before"])) | given, shields


def _resolve_addresses(
    tx: Transaction, changes: Changes, stored: dict[str, Any]
) -> tuple[set[EntityId], bool]:
    """As for persons: whoever lives at a record does so under any address it is assigned to."""
    found = tx.run("write.resolve_addresses", **stored, crowd=COMMUNAL_ABOVE)[0]
    entities = set(map(EntityId, found["before"])) | _given(changes)
    entities |= _link_units(tx, entities)
    near = tx.run("read.state_shield_near_addresses", records=stored["records"], entities=sorted(entities))[0]
    shields = renew_around(tx, Kind.ADDRESS, near["records"], near["entities"], at=stored["at"])
    return set(map(EntityId, found["residents"])), shields


def _given(changes: Changes) -> set[EntityId]:
    """Beside those that the records belonged to: an assignment adds the one it names."""
    return {entity for _, entity in changes.assigned} | {gone.old for gone in changes.superseded}


def _settled(changes: Changes, settled: Sequence[PendingRecord]) -> dict[str, Any]:
    records = {record.id for record in settled} | {record for record, _ in changes.assigned}
    return {
        "records": sorted(records | set(changes.unassigned)),
        "settled": [
            {"record": record.id, "version": record.version, "pending": record.pending} for record in settled
        ],
    }


def _assignments(changes: Changes) -> dict[str, Any]:
    return {
        "created": list(changes.created),
        "unassigned": list(changes.unassigned),
        "assigned": [{"record": record, "entity": entity} for record, entity in changes.assigned],
        "superseded": [
            {"old": gone.old, "successors": list(gone.successors), "cause": gone.cause.value}
            for gone in changes.superseded
        ],
    }


def _evidence(changes: Changes, model_version: str) -> dict[str, Any]:
    edges = changes.evidence_added
    ends = list({record: None for edge in edges for record in (edge.left, edge.right)})
    places = {record: place for place, record in enumerate(ends)}
    return {
        "dropped": [{"left": left, "right": right} for left, right in changes.evidence_removed],
        "ends": ends,
        "left": [places[edge.left] for edge in edges],
        "right": [places[edge.right] for edge in edges],
        "weights": [edge.weight for edge in edges],
        "decisions": [edge.decision.value for edge in edges],
        "model_version": model_version,
    }


def _review(changes: Changes) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"left": left, "right": right, "value": None} for left, right in changes.review_removed
    ]
    return rows + [
        {"left": each.left, "right": each.right, "value": each.value} for each in changes.review_added
    ]


def _link_units(tx: Transaction, addresses: Iterable[EntityId]) -> set[EntityId]:
    """Returns the units that may belong to another building now."""
    told = {"gazetteer": GAZETTEER, "forever": FOREVER}
    units = tx.run("read.state_units_around", addresses=sorted(addresses), **told)
    if units:
        tx.run("write.link_units", units=[row["unit"] for row in units], **told)
    return {EntityId(row["unit"]) for row in units}
