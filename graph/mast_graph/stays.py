"""What a batch changes about where records live: the difference between two timelines. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mast_graph.moments import from_text, to_text
from mast_resolver.records import FOREVER, RecordId, Residence
from mast_resolver.residence import timeline


@dataclass(slots=True)
class StayChanges:
    """Rows for the write queries of stays."""

    put: list[dict[str, Any]] = field(default_factory=list)
    close: list[str] = field(default_factory=list)
    confirm: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edge:
    id: str
    said: Residence
    believed: bool


_Identity = tuple[RecordId, dt.datetime, dt.datetime, bool]


def stay_changes(
    stored: Iterable[Mapping[str, Any]], said: Iterable[Residence], *, at: dt.datetime
) -> StayChanges:
    """How the stored edges (rows of ``read.state_stored_stays``) must change after ``said``.

    A statement that was corrected before it was even loaded is stored already closed, since a later
    batch may need it to come to the same timeline as one that gets everything at once.
    """
    edges: dict[RecordId, list[_Edge]] = defaultdict(list)
    for row in stored:
        edges[RecordId(row["person"])].append(_edge(row))
    new: dict[RecordId, list[Residence]] = defaultdict(list)
    for residence in said:
        new[residence.person].append(residence)
    changes = StayChanges()
    for person, statements in new.items():
        _change_one(changes, edges.get(person, []), statements, at)
    return changes


def _change_one(changes: StayChanges, edges: list[_Edge], said: list[Residence], at: dt.datetime) -> None:
    now = timeline([*(edge.said for edge in edges), *said])
    current = {_identity(edge.said): edge for edge in edges if edge.believed}
    closed = {_identity(edge.said): edge for edge in edges if not edge.believed}
    for residence in now.believed:
        _keep(changes, current.pop(_identity(residence), None), residence, FOREVER)
    changes.close.extend(edge.id for edge in current.values())
    for residence in now.superseded:
        identity = _identity(residence)
        _keep(changes, current.get(identity) or closed.get(identity), residence, at)


def _keep(changes: StayChanges, edge: _Edge | None, said: Residence, recorded_to: dt.datetime) -> None:
    if edge is None:
        changes.put.append(_row(said, recorded_to))
    elif edge.said.seen_at < said.seen_at:
        changes.confirm.append(
            {"edge": edge.id, "seen_before": to_text(edge.said.seen_at), "seen_at": to_text(said.seen_at)}
        )


def _edge(row: Mapping[str, Any]) -> _Edge:
    said = Residence(
        person=RecordId(row["person"]),
        address=RecordId(row["address"]),
        valid_from=from_text(row["valid_from"]),
        seen_at=from_text(row["seen_at"]),
        valid_to=from_text(row["valid_to"]),
        inferred=row["inferred"],
    )
    return _Edge(row["edge"], said, row["believed"])


def _identity(said: Residence) -> _Identity:
    return (said.address, said.valid_from, said.valid_to, said.inferred)


def _row(said: Residence, recorded_to: dt.datetime) -> dict[str, object]:
    return {
        "person": said.person,
        "address": said.address,
        "valid_from": to_text(said.valid_from),
        "seen_at": to_text(said.seen_at),
        "valid_to": to_text(said.valid_to),
        "inferred": said.inferred,
        "recorded_to": to_text(recorded_to),
    }
