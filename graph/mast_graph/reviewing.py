"""What a steward's question reads: the review queue, records of people, decisions, who an old id is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict, cast

from mast_graph.decisions import StandingDecision
from mast_graph.read import Reader
from mast_graph.store import Store
from mast_resolver.ports import Constraint, Lane
from mast_resolver.records import FOREVER, RecordId

_ALL: Final = 2**31 - 1
FIRST: Final = (2**62, "", "")
"""A place before the first pair of the queue."""


class ReviewRow(TypedDict):
    """A pair of records to look at, and whose they are: of one person, who is in doubt, or of two."""

    left: str
    right: str
    value: int
    left_agency: str
    right_agency: str
    left_person: str
    right_person: str


class RecordRow(TypedDict):
    """A record of a person."""

    person: str
    record: str
    agency: str
    since: dt.datetime
    contested: bool


async def review_page(
    store: Reader, *, first: int, after: tuple[int, str, str] = FIRST, lane: Lane | None = None
) -> list[ReviewRow]:
    """Pairs of a lane, or of both, after a place in the queue, what is worth most first; and one more."""
    value, left, right = after
    rows = await store.read(
        "read.review_queue",
        first=first + 1,
        after_value=value,
        after_left=left,
        after_right=right,
        lane=lane.value if lane else "",
        forever=FOREVER,
    )
    return cast("list[ReviewRow]", rows)


def lane_of(row: ReviewRow) -> Lane:
    """What is asked about the pair."""
    return Lane.DOUBT if row["left_person"] == row["right_person"] else Lane.APART


def read_review(store: Store) -> list[ReviewRow]:
    """All pairs of the queue, the greatest value first."""
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
    bands = (
        Band(at_least, row["pairs"], row["doubts"], row["since"]) if row else Band(at_least, 0, 0, None)
        for at_least, row in ((each, found.get(band)) for band, each in enumerate(bounds, start=1))
    )
    return Waiting(tuple(bands)[::-1], found[-1]["pairs"])


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


async def live_people(store: Reader, ids: Sequence[str]) -> dict[str, list[str]]:
    """Who stands for each id now: itself, or all its successors; unknown ids are left out."""
    rows = await store.read("read.live_people", ids=list(ids), forever=FOREVER)
    return {row["id"]: row["people"] for row in rows}


async def records_of_people(store: Reader, ids: Sequence[str]) -> list[RecordRow]:
    """The records of live people."""
    rows = await store.read("read.records_of_people", ids=list(ids), forever=FOREVER)
    return cast("list[RecordRow]", rows)


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
