"""What a batch changes about where records live: the difference between two timelines. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mast_graph.moments import from_text, to_text
from mast_resolver.lapses import fingerprint, moved, returned, unsaid
from mast_resolver.records import FOREVER, Move, RecordId, Residence
from mast_resolver.residence import Timeline, timeline


@dataclass(slots=True)
class StayChanges:
    """Rows for the write queries of stays; what is to ``drop`` is no part of a later timeline either."""

    put: list[dict[str, Any]] = field(default_factory=list)
    close: list[dict[str, str]] = field(default_factory=list)
    drop: list[dict[str, str]] = field(default_factory=list)
    confirm: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What a snapshot of a feed holds of homes: all else that the feed said of them has ended.

    ``stated`` are the fingerprints (:mod:`mast_resolver.lapses`) of all of its homes, ``homeless`` records of
    which a row says since when no home is known, ``hidden`` those of which one says something of a home that
    cannot be used: none of theirs has ended.
    """

    feed: str
    stated: AbstractSet[int]
    homeless: Mapping[RecordId, dt.datetime] = field(default_factory=dict)
    hidden: AbstractSet[RecordId] = frozenset()


@dataclass(frozen=True, slots=True)
class _Edge:
    id: str
    said: Residence
    believed: bool
    fresh: bool

    @property
    def row(self) -> dict[str, str]:
        """For the write queries: the edge, and whose it is."""
        return {"edge": self.id, "record": self.said.person}


_Identity = tuple[RecordId, dt.datetime, dt.datetime, bool, bool]


def stay_changes(
    stored: Iterable[Mapping[str, Any]],
    said: Iterable[Residence],
    *,
    at: dt.datetime,
    moves: Iterable[Move] = (),
) -> StayChanges:
    """How the stored edges (rows of ``read.state_stored_stays``) must change after ``said`` and ``moves``.

    A statement that was corrected before it was even loaded is stored already closed, since a later
    batch may need it to come to the same timeline as one that gets everything at once.
    """
    edges = _by_person(stored)
    new: dict[RecordId, list[Residence]] = defaultdict(list)
    for residence in said:
        new[residence.person].append(residence)
    going: dict[RecordId, list[Move]] = defaultdict(list)
    for move in moves:
        going[move.person].append(move)
    changes = StayChanges()
    for person in dict.fromkeys((*new, *going)):
        _change_one(changes, edges.get(person, []), new.get(person, []), going.get(person, []), at)
    return changes


def _change_one(
    changes: StayChanges, edges: list[_Edge], said: list[Residence], moves: Sequence[Move], at: dt.datetime
) -> None:
    before = [edge.said for edge in edges]
    known, now = returned(before, said) if any(each.lapsed for each in before) else (before, said)
    then = timeline([*known, *now])
    spared = frozenset(map(fingerprint, said)) if moves else frozenset()
    for move in moves:
        then = moved(then, move, at=at, spared=spared)
    _settle(changes, edges, then, at, drops=bool(moves) or len(known) < len(before))


def unsaid_changes(stored: Iterable[Mapping[str, Any]], left: Unsaid, *, at: dt.datetime) -> StayChanges:
    """How the stored edges must change since a snapshot does not state them; it ends homes ``at`` a moment.

    Edges that are fresh, said newly in the load of the snapshot, are what came instead.
    """
    changes = StayChanges()
    for person, edges in _by_person(stored).items():
        believed = [edge for edge in edges if edge.believed]
        gone = [edge.said for edge in believed if is_unsaid(edge.said, left)]
        begun: list[Residence | dt.datetime] = [edge.said for edge in believed if edge.fresh]
        begun.extend(left.homeless[each] for each in (person,) if each in left.homeless)
        corrected = tuple(edge.said for edge in edges if not edge.believed)
        known = Timeline(tuple(edge.said for edge in believed), corrected)
        then = unsaid(known, begun, gone, feed=left.feed, at=at, stated=left.stated)
        _settle(changes, edges, then, at, drops=True)
    return changes


def is_unsaid(said: Residence, left: Unsaid) -> bool:
    """Whether a believed home is one that the snapshot would state if it were one still."""
    return said.feed == left.feed and not said.lapsed and fingerprint(said) not in left.stated


def _settle(
    changes: StayChanges, edges: Sequence[_Edge], now: Timeline, at: dt.datetime, *, drops: bool
) -> None:
    """The difference between edges and a timeline; with ``drops`` what is not in it counts no more later."""
    current = {_identity(edge.said): edge for edge in edges if edge.believed}
    closed = {_identity(edge.said): edge for edge in edges if not edge.believed}
    for residence in now.believed:
        _keep(changes, current.pop(_identity(residence), None), residence, FOREVER)
    left = {_identity(each) for each in (*now.believed, *now.superseded)} if drops else set()
    for residence in now.superseded:
        identity = _identity(residence)
        _keep(changes, current.get(identity) or closed.get(identity), residence, at)
    if drops:
        changes.drop.extend(edge.row for edge in edges if _identity(edge.said) not in left)
    changes.close.extend(edge.row for identity, edge in current.items() if not drops or identity in left)


def _keep(changes: StayChanges, edge: _Edge | None, said: Residence, recorded_to: dt.datetime) -> None:
    if edge is None:
        changes.put.append(_row(said, recorded_to))
    elif edge.said.seen_at < said.seen_at:
        changes.confirm.append(
            {
                **edge.row,
                "seen_before": to_text(edge.said.seen_at),
                "seen_at": to_text(said.seen_at),
                "feed": said.feed,
            }
        )


def _by_person(stored: Iterable[Mapping[str, Any]]) -> dict[RecordId, list[_Edge]]:
    edges: dict[RecordId, list[_Edge]] = defaultdict(list)
    for row in stored:
        edges[RecordId(row["person"])].append(_edge(row))
    return edges


def _edge(row: Mapping[str, Any]) -> _Edge:
    said = Residence(
        person=RecordId(row["person"]),
        address=RecordId(row["address"]),
        valid_from=from_text(row["valid_from"]),
        seen_at=from_text(row["seen_at"]),
        valid_to=from_text(row["valid_to"]),
        inferred=row["inferred"],
        feed=row["feed"],
        lapsed=row["lapsed"],
    )
    return _Edge(row["edge"], said, row["believed"], row["fresh"])


def _identity(said: Residence) -> _Identity:
    return (said.address, said.valid_from, said.valid_to, said.inferred, said.lapsed)


def _row(said: Residence, recorded_to: dt.datetime) -> dict[str, object]:
    return {
        "person": said.person,
        "address": said.address,
        "valid_from": to_text(said.valid_from),
        "seen_at": to_text(said.seen_at),
        "valid_to": to_text(said.valid_to),
        "inferred": said.inferred,
        "feed": said.feed,
        "lapsed": said.lapsed or None,  # few are: others lack the property
        "recorded_to": to_text(recorded_to),
    }
