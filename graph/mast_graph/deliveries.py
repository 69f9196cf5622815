"""Receipts of deliveries in the graph: who sent what when, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from mast_graph.lease import Lease
from mast_graph.read import Reader
from mast_graph.store import Store

MOST: Final = 30
"""Deliveries of each feed that are told of: a month of a daily one."""

LOADED: Final = "loaded"
QUARANTINED: Final = "quarantined"
DISCARDED: Final = "discarded"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One delivery. ``feed`` and all that it said are empty where no signature proves them."""

    id: str
    state: str
    reason: str = ""
    feed: str = ""
    agency: str = ""
    sequence: int = 0
    sent_at: dt.datetime | None = None
    files: int = 0
    bytes: int = 0
    rows: int = 0
    rows_rejected: int = 0
    resolved: bool = True
    by: str = ""
    """Who confirmed or discarded it."""
    digest: str = ""
    """SHA-256 of the manifest, by which the same one is known when it is sent again."""


@dataclass(frozen=True, slots=True)
class Received:
    """A receipt as it is stored."""

    receipt: Receipt
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted of a feed: the highest number, its time, rows of the last that was loaded.

    ``settled``: this very manifest was loaded or discarded before.
    """

    sequence: int
    sent_at: dt.datetime | None
    rows: int | None
    settled: bool


def put_receipt(lease: Lease, receipt: Receipt, *, at: dt.datetime) -> None:
    """Store a receipt, or what became of it since; when it was received stays."""
    said = asdict(receipt)
    id_, sent_at = said.pop("id"), said.pop("sent_at")
    lease.write(lambda tx, _: tx.run("write.put_delivery", id=id_, said=said, at=at, sent_at=sent_at))


def all_resolved(lease: Lease) -> None:
    """Whatever was loaded from deliveries is resolved."""
    lease.write(lambda tx, _: tx.run("write.resolve_deliveries"))


def accepted_before(store: Store, feed: str, id_: str, digest: str) -> Accepted:
    """What was accepted of a feed, this delivery aside, whose manifest has this SHA-256."""
    return Accepted(**store.read("read.delivery_before", feed=feed, id=id_, digest=digest)[0])


def received_as(store: Store, id_: str) -> Received | None:
    """The receipt of a delivery, if there is one."""
    rows = store.read("read.delivery", id=id_)
    return _one(dict(rows[0]["delivery"])) if rows else None


def latest(store: Store) -> dict[str, list[Received]]:
    """The latest deliveries by feed, newest first."""
    return _received(store.read("read.deliveries", most=MOST))


async def latest_async(store: Reader) -> dict[str, list[Received]]:
    """The same for the service."""
    return _received(await store.read("read.deliveries", most=MOST))


def _received(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Received]]:
    return {row["feed"]: [_one(dict(each)) for each in row["deliveries"]] for row in rows}


def _one(said: dict[str, Any]) -> Received:
    at = said.pop("received_at")
    return Received(Receipt(**said), at)
