"""All that is held of a person, for the person: read once, by an officer, record by record."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypedDict, cast

from mast_graph.store import Store
from mast_resolver.records import FOREVER, EntityId


class HeldRecord(TypedDict):
    """A record of an agency, withdrawn ones included, and what hangs on it."""

    record: str
    agency: str
    feed: str
    recorded_from: dt.datetime
    recorded_to: dt.datetime
    versions: list[dict[str, Any]]
    homes: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    relations: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    decisions: int


class HeldAlert(TypedDict):
    """An alert about a person, and the ids of what it rests on."""

    id: str
    rule: str
    at: dt.datetime
    acknowledged_at: dt.datetime | None
    retracted_at: dt.datetime | None
    grounds: list[str]
    acts: list[dict[str, Any]]


def held_of_person(store: Store, person: EntityId) -> list[HeldRecord]:
    """Every record of a person, shielded or not; none when the id is not in use."""
    rows = store.read("read.subject_access", person=person, forever=FOREVER)
    return cast("list[HeldRecord]", rows)


def alerts_of_person(store: Store, person: EntityId) -> list[HeldAlert]:
    """Every alert about a person, the first raised first; not those about a household or an address."""
    return cast("list[HeldAlert]", store.read("read.alerts_held", person=person, forever=FOREVER))


def former_ids_of(store: Store, ids: list[str]) -> list[str]:
    """Every id under which these were known, themselves among them."""
    found: list[str] = store.read("read.former_ids", ids=ids)[0]["ids"]
    return found
