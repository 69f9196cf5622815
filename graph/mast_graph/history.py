"""Who lived where: an address's history by every agency, and who lived with a person. One query each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, cast

from mast_graph.moments import from_text, to_text
from mast_graph.read import Reader, SpellRow, SupersededRow, padded
from mast_resolver.history import Statement
from mast_resolver.records import FOREVER, GAZETTEER, EntityId
from mast_resolver.residence import Stay

MOST_ADDRESSES: Final = 5
HISTORY_PEOPLE: Final = 200
"""Residents of one address to look at; narrowing the time brings others. A family home has some dozens."""
MOST_PEOPLE: Final = 20
MOST_HOMES: Final = 20
MOST_CO_RESIDENTS: Final = 25

ALWAYS: Final = (dt.datetime(1, 1, 1, tzinfo=dt.UTC), FOREVER)
"""No limits of time: the earliest and the latest moment."""


class NewerRow(TypedDict):
    """An id that was first used later, and the addresses that had its records then."""

    id: str
    then: list[str]


class NamedAgencyRow(TypedDict):
    """An agency that states something."""

    id: str
    name: str | None
    kind: str | None


class StayRow(TypedDict):
    """One statement; moments as text, ``seen`` where it is known, ``recorded_to`` where it was corrected."""

    person: str
    address: str
    agency: str
    valid_from: str
    valid_to: str
    inferred: bool
    lapsed: bool
    seen: str | None
    counted: str
    recorded_from: str
    recorded_to: str | None


class HistoryRow(TypedDict):
    """All that is stated about the residents of an address."""

    superseded: list[SupersededRow]
    newer: list[NewerRow]
    places: list[str]
    place_count: int
    people_count: int
    corrected_count: int
    unresolved: int
    stays: list[StayRow]
    agencies: list[NamedAgencyRow]


class CoResidentRow(TypedDict):
    """Somebody who lived in the same household, and when both did."""

    id: str
    spells: list[SpellRow]


class SharedHomeRow(TypedDict):
    """A home of a person and who else lived there meanwhile."""

    person: str
    household: str
    address: str
    communal: bool
    spells: list[SpellRow]
    others: list[CoResidentRow]
    other_count: int


class CoResidentsRow(TypedDict):
    """The homes of the people that an id stands for."""

    superseded: list[SupersededRow]
    people: list[str]
    homes: list[SharedHomeRow]
    home_count: int


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch of valid time, both ends included; ``known_at`` is the moment on the other clock."""

    earliest: dt.datetime
    latest: dt.datetime
    known_at: dt.datetime

    def params(self) -> dict[str, str]:
        """As the queries name them."""
        return {"earliest": to_text(self.earliest), "latest": to_text(self.latest)}


async def address_history(store: Reader, ids: Sequence[str], time: Time) -> HistoryRow:
    """What agencies said, as known at a moment, about everybody who lived at the addresses in a time."""
    rows = await store.read(
        "read.address_history",
        ids=padded(ids),
        **time.params(),
        known_at=to_text(time.known_at),
        gazetteer=GAZETTEER,
        most_addresses=MOST_ADDRESSES,
        most_people=HISTORY_PEOPLE,
    )
    return cast("HistoryRow", rows[0])


async def co_residents(store: Reader, ids: Sequence[str], time: Time) -> CoResidentsRow:
    """Who lived with each of these people in a time, by the households as they stand."""
    rows = await store.read(
        "read.co_residents",
        ids=padded(ids),
        **time.params(),
        as_of=to_text(time.known_at),
        most_entities=MOST_PEOPLE,
        most_homes=MOST_HOMES,
        most_members=MOST_CO_RESIDENTS,
    )
    return cast("CoResidentsRow", rows[0])


def statements(rows: Sequence[StayRow]) -> Mapping[EntityId, list[Statement]]:
    """What was stated about each person."""
    found: dict[EntityId, list[Statement]] = defaultdict(list)
    for row in rows:
        stay = Stay(
            address=EntityId(row["address"]),
            valid_from=from_text(row["valid_from"]),
            seen_at=from_text(row["counted"]),
            valid_to=from_text(row["valid_to"]),
            inferred=row["inferred"],
            lapsed=row["lapsed"],
        )
        found[EntityId(row["person"])].append(
            Statement(
                row["agency"],
                stay,
                from_text(row["recorded_from"]),
                from_text(row["recorded_to"]) if row["recorded_to"] else FOREVER,
                from_text(row["seen"]) if row["seen"] else None,
            )
        )
    return found
