"""What a steward's question reads: the review queue, records, decisions, who or what an old id is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict, cast

from mast_graph.decisions import StandingDecision
from mast_graph.read import Reader
from mast_graph.store import Store
from mast_resolver.ports import Constraint, Lane
from mast_resolver.records import FOREVER, Kind, RecordId

_ALL: Final = 2**31 - 1
FIRST: Final = (2**62, "", "")
"""A place before the first pair of the queue."""


class ReviewRow(TypedDict):
    """A pair of records to look at, and of whom or what: of one person, who is in doubt, or of two; or of two
    addresses."""

    left: str
    right: str
    value: int
    left_agency: str
    right_agency: str
    left_entity: str
    right_entity: str


class RecordRow(TypedDict):
    """A record of a person or an address."""

    entity: str
    record: str
    agency: str
    since: dt.datetime
    contested: bool


async def review_page(
    store: Reader,
    *,
    first: int,
    after: tuple[int, str, str] = FIRST,
    lane: Lane | None = None,
    kind: Kind | None = None,
) -> list[ReviewRow]:
    """Pairs of a lane and a kind, or of all, after a place in the queue, what is worth most first; and one
    more. No address is in doubt."""
    value, left, right = after
    place = {
        "first": first + 1,
        "after_value": value,
        "after_left": left,
        "after_right": right,
        "forever": FOREVER,
    }
    rows: list[Any] = []
    if kind is not Kind.ADDRESS:
        rows += await store.read("read.review_queue", **place, lane=lane.value if lane else "")
    if kind is not Kind.PERSON and lane is not Lane.DOUBT:
        rows += await store.read("read.address_review_queue", **place)
    rows.sort(key=lambda row: (-row["value"], row["left"], row["right"]))
    return cast("list[ReviewRow]", rows[: first + 1])


def lane_of(row: ReviewRow) -> Lane:
    """What is asked about the pair."""
    return Lane.DOUBT if row["left_entity"] == row["right_entity"] else Lane.APART


def kind_of(row: ReviewRow) -> Kind:
    """What its two records are of."""
    return kind_of_entity(row["left_entity"])


def kind_of_entity(id_: str) -> Kind:
    """What an id of a person or of an address is of.

    Example:
        >>> kind_of_entity("A-17").value
        'address'
    """
    return Kind.ADDRESS if id_.startswith("A-") else Kind.PERSON


def read_review(store: Store) -> list[ReviewRow]:
    """All pairs of people in the queue, the greatest value first."""
    value, left, right = FIRST
    rows = store.read(
        "read.review_queue",
        first=_ALL,
        after_value=value,
        after_left=left,
        after_right=right,
        lane="",
        forever=FOREVER,
    )
    return cast("list[ReviewRow]", rows)


@dataclass(frozen=True, slots=True)
class Band:
    """What waits and is worth ``at_least`` so much; none of it since before ``since``."""

    at_least: int
    pairs: int
    """Of two people who may be one."""
    doubts: int
    """People who are one, but in doubt."""
    addresses: int
    """Pairs of two addresses that may be one."""
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a steward, the most worth first, and how many records wait for the resolver."""

    bands: tuple[Band, ...]
    unresolved: int


async def agencies_of_records(store: Reader, records: Sequence[str]) -> list[str]:
    """The agencies that keep some records."""
    found: list[str] = (await store.read("read.agencies_of_records", records=list(records)))[0]["agencies"]
    return found


async def review_counts(store: Reader, bounds: Sequence[int]) -> Waiting:
    """How much waits, in bands that begin at ``bounds``, rising; nothing of what is shielded is counted."""
    found = {
        row["band"]: row for row in await store.read("read.review_counts", bounds=bounds, forever=FOREVER)
    }
    places = {
        row["band"]: row["pairs"] for row in await store.read("read.address_review_counts", bounds=bounds)
    }
    bands = [
        Band(
            at_least,
            pairs=row["pairs"] if row else 0,
            doubts=row["doubts"] if row else 0,
            since=row["since"] if row else None,
            addresses=places.get(band, 0),
        )
        for band, at_least in enumerate(bounds, start=1)
        for row in [found.get(band)]
    ]
    return Waiting(tuple(bands[::-1]), found[-1]["pairs"])


class ShieldRow(TypedDict):
    """A person or an address that must not be found."""

    id: str
    agencies: list[str]
    around: bool
    decisions: list[dict[str, Any]]


async def shields_page(store: Reader, *, first: int, after: str = "") -> list[ShieldRow]:
    """What is shielded, after a place in the list; one more than a page has."""
    rows = await store.read("read.shields", first=first + 1, after=after, forever=FOREVER)
    return cast("list[ShieldRow]", rows)


async def live_entities(store: Reader, kind: Kind, ids: Sequence[str]) -> dict[str, list[str]]:
    """Who or what stands for each id now: itself, or all its successors; unknown ids are left out."""
    named = {Kind.PERSON: "read.live_people", Kind.ADDRESS: "read.live_addresses"}[kind]
    rows = await store.read(named, ids=list(ids), forever=FOREVER)
    return {row["id"]: row["entities"] for row in rows}


async def records_of_entities(store: Reader, kind: Kind, ids: Sequence[str]) -> list[RecordRow]:
    """The records of live people, or of addresses."""
    named = {Kind.PERSON: "read.records_of_people", Kind.ADDRESS: "read.records_of_addresses"}[kind]
    rows = await store.read(named, ids=list(ids), forever=FOREVER)
    return cast("list[RecordRow]", rows)


async def kind_of_records(store: Reader, records: Sequence[str]) -> Kind:
    """What some records are of; of those that nobody may know it is people, among whom they are not found."""
    found = (await store.read("read.records_of_addresses_among", records=list(records)))[0]["records"]
    return Kind.ADDRESS if found else Kind.PERSON


async def decisions_of_records(store: Reader, records: Sequence[str]) -> list[StandingDecision]:
    """Decisions that stand and name one of the records, oldest first."""
    rows = await store.read("read.decisions_of_records", records=list(records))
    return [
        StandingDecision(
            row["id"],
            RecordId(row["left"]),
            RecordId(row["right"]),
            Constraint(row["kind"]),
            row["by"],
            row["at"],
            row["reason"],
        )
        for row in rows
    ]
