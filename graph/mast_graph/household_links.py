"""How households came from others, made at each reading of the spells of those who may be named.

What is stored (``LED_TO``) says only who ever went from one to another. Dates, who went together, who stayed
and who was met are worked out from the others where somebody shielded was among them: so each link is the
one that there would be had their rows never been loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mast_graph.moments import from_text, to_text
from mast_graph.read import Reader, padded
from mast_resolver.household import Household, Member
from mast_resolver.household_path import WITHIN, Link, Move, between, waves
from mast_resolver.records import EntityId

PATH_LINKS: Final = 20
"""Households that a path shows at each step, in each direction."""


@dataclass(frozen=True, slots=True)
class PathLink:
    """A link of a household's path, ``step`` links away; ``communal`` if one of its households is."""

    link: Link
    forward: bool
    step: int
    communal: bool


@dataclass(frozen=True, slots=True)
class HouseholdPath:
    """What became of a household and what it came from, and how many households there are at each step."""

    links: tuple[PathLink, ...]
    met_earlier: tuple[int, ...]
    met_later: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LedTo:
    """People who went on to a household together: how many, and when the last of them had come."""

    later: str
    at: dt.datetime
    carried: int


async def household_path(
    store: Reader, ids: Sequence[str], *, now: dt.datetime, as_of: dt.datetime
) -> HouseholdPath:
    """The households that these came from and led to, up to three steps away."""
    rows = await store.read(
        "read.household_path",
        ids=padded(ids),
        now=to_text(now),
        as_of=to_text(as_of),
        within_days=WITHIN.days,
        most_links=PATH_LINKS,
    )
    row = rows[0]
    return HouseholdPath(
        tuple(_links(row["pairs"], _homes(row["homes"]), as_of)),
        tuple(row["met_earlier"]),
        tuple(row["met_later"]),
    )


def led_to(rows: Iterable[Mapping[str, Any]], *, as_of: dt.datetime, most: int) -> list[LedTo]:
    """Of ``read.network_extract``: the latest first, those that were over by then, at most so many."""
    found = [
        LedTo(row["later"], at, len({move.person for move in wave}))
        for row in rows
        for wave in waves(sorted(_moves(row["moves"]), key=_by_time))
        if (at := max(max(move.left, move.came) for move in wave)) <= as_of
    ]
    return sorted(sorted(found, key=lambda each: each.later), key=lambda each: each.at, reverse=True)[:most]


def _links(
    pairs: Iterable[Mapping[str, Any]], homes: Mapping[str, Household], as_of: dt.datetime
) -> Iterator[PathLink]:
    for pair in pairs:
        earlier, later = homes[pair["earlier"]], homes[pair["later"]]
        for link in reversed(between(earlier, later)):
            if link.at <= as_of:
                yield PathLink(link, pair["forward"], pair["step"], earlier.communal or later.communal)


def _homes(rows: Iterable[Mapping[str, Any]]) -> dict[str, Household]:
    return {
        row["id"]: Household(
            EntityId(row["id"]),
            EntityId(row["address"]),
            row["communal"],
            tuple(
                Member(EntityId(one["person"]), from_text(one["start"]), from_text(one["end"]))
                for one in row["members"]
            ),
        )
        for row in rows
    }


def _moves(rows: Iterable[Sequence[str]]) -> Iterator[Move]:
    for person, left, came in rows:
        yield Move(from_text(left), EntityId(person), from_text(came))


def _by_time(move: Move) -> tuple[dt.datetime, EntityId, dt.datetime]:
    return (move.left, move.person, move.came)
