"""What was known when: versions of contacts, whose a record was, and where records were said to live."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mast_resolver.records import FOREVER


@dataclass(frozen=True, slots=True)
class KnownContact:
    """One version of a contact, with the records that it touches; ``touches`` are records and roles."""

    id: str
    type: str
    agency: str
    data_class: str
    severity: int
    category: str | None
    team: str | None
    at: dt.datetime
    closed_at: dt.datetime | None
    open: bool
    touches: tuple[tuple[str, str], ...]
    recorded_from: dt.datetime
    recorded_to: dt.datetime = FOREVER
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """Who a record was from one moment until another: the id of a person or of an address.

    ``communal`` is an address record that called it a hostel, a prison ... in that time.
    """

    record: str
    entity: str
    recorded_from: dt.datetime
    recorded_to: dt.datetime = FOREVER
    communal: bool = False


@dataclass(frozen=True, slots=True)
class KnownStay:
    """Where a record of a person was said to live, at which address record, as known for some time.

    ``seen`` is when that was said last, as known in that time: a confirmation begins another one.
    """

    record: str
    place: str
    start: dt.datetime
    end: dt.datetime
    seen: dt.datetime
    recorded_from: dt.datetime
    recorded_to: dt.datetime = FOREVER
    inferred: bool = False
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class KnownHome:
    """Who lived in which household at which address, half-open; a hostel is no household of anybody."""

    person: str
    household: str
    address: str
    start: dt.datetime
    end: dt.datetime
    communal: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """All of it that somebody looked up. Nothing of whoever is shielded is among it."""

    contacts: tuple[KnownContact, ...] = ()
    entities: tuple[KnownEntity, ...] = ()
    stays: tuple[KnownStay, ...] = ()
