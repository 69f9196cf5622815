"""Records, contacts and batches as the intake makes them: ids look keyed, nothing is a clear value."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence

from mast_resolver.records import (
    FOREVER,
    Batch,
    Contact,
    Kind,
    Record,
    RecordId,
    Residence,
    Retraction,
    Status,
    Touch,
)
from mast_resolver.vocabulary import vocabulary

AGENCY = "walsall-police"
FEED = "walsall-police/incidents"
AGREEMENT = "mash-2026"
NOON = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def keyed(*parts: object) -> str:
    """Thirty-two hexadecimal digits that look like a keyed hash of the parts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def record_id(name: object, kind: Kind = Kind.PERSON) -> RecordId:
    """The id of the record that tests call ``name``."""
    return RecordId("r" + keyed(kind.value, name))


def person(name: object, content: object = 1, *, agency: str = AGENCY, feed: str = FEED) -> Record:
    """A person's record; another ``content`` is another version of it."""
    return Record(
        id=record_id(name),
        kind=Kind.PERSON,
        agency=agency,
        feed=feed,
        content=keyed("content", name, content),
        sealed=keyed("sealed", name, content).encode() * 40,
        reference=keyed("reference", name).encode(),
        key_version=1,
    )


def place(
    name: object,
    content: object = 1,
    *,
    unit_of: object = None,
    agency: str = AGENCY,
    feed: str = FEED,
    communal: bool = False,
) -> Record:
    """An address record; ``unit_of`` names the building it is a unit of, else it is one itself."""
    lookup = {
        "place": keyed("place", name),
        "building": keyed("place", name if unit_of is None else unit_of),
        "written": keyed("written", name, content),
    }
    if communal:
        lookup["communal"] = keyed("communal")
    return Record(
        id=record_id(name, Kind.ADDRESS),
        kind=Kind.ADDRESS,
        agency=agency,
        feed=feed,
        content=keyed("content", name, content),
        sealed=keyed("sealed", name, content).encode() * 20,
        reference=keyed("reference", "").encode(),
        key_version=1,
        lookup=lookup,
    )


def home(
    who: object,
    where: object,
    start: dt.datetime,
    *,
    seen: dt.datetime | None = None,
    end: dt.datetime = FOREVER,
    inferred: bool = False,
    feed: str = FEED,
) -> Residence:
    """What a person's record says about where they live."""
    return Residence(
        person=record_id(who),
        address=record_id(where, Kind.ADDRESS),
        valid_from=start,
        seen_at=seen or start,
        valid_to=end,
        inferred=inferred,
        feed=feed,
    )


def contact(
    name: object,
    *touches: Touch,
    type_: str = "DOMESTIC_ABUSE_INCIDENT",
    at: dt.datetime = NOON,
    closed_at: dt.datetime | None = None,
    content: object = 1,
    agency: str = AGENCY,
    feed: str = FEED,
    agreement: str = AGREEMENT,
    team: str | None = "team-1",
) -> Contact:
    """A contact of a type of the vocabulary, touching the given records."""
    kind = vocabulary().contact_type(type_)
    return Contact(
        id="c" + keyed("contact", name),
        content=keyed("content", name, content),
        agency=agency,
        feed=feed,
        agreement=agreement,
        type=type_,
        at=at,
        closed_at=closed_at,
        status=Status.CLOSED if closed_at or not kind.episode else Status.OPEN,
        category=None,
        severity=kind.severity,
        team=team,
        data_class=kind.data_class,
        reference=keyed("reference", name).encode(),
        touches=touches,
    )


def touches(who: object, role: str = "subject") -> Touch:
    """The person that tests call ``who``, touched in a role."""
    return Touch(record_id(who), role)


def at_place(where: object) -> Touch:
    """The address that tests call ``where``, touched as the place."""
    return Touch(record_id(where, Kind.ADDRESS), "place")


def retract(who: object, kind: Kind = Kind.PERSON) -> Retraction:
    """A record that its agency withdraws."""
    return Retraction(record=record_id(who, kind))


def retract_contact(name: object) -> Retraction:
    """A contact that its agency withdraws."""
    return Retraction(contact="c" + keyed("contact", name))


def rows(count: int, *, first: int = 0, residents: int = 2, feed: str = FEED) -> Batch:
    """As many rows as a file might have: each a person, their address and a contact touching both."""
    people: list[Record] = []
    places: dict[int, Record] = {}
    homes: list[Residence] = []
    contacts: list[Contact] = []
    for number in range(first, first + count):
        where = number // residents
        moved_in = NOON - dt.timedelta(days=400 + number % 2000)
        people.append(person(number, feed=feed))
        places.setdefault(where, place(where, feed=feed))
        homes.append(home(number, where, moved_in))
        at = NOON - dt.timedelta(hours=number % 9000)
        contacts.append(contact(number, touches(number), at_place(where), at=at, feed=feed))
    return Batch((*people, *places.values()), tuple(homes), tuple(contacts))


def batches(count: int, *, size: int = 1_000, residents: int = 2) -> Iterator[Batch]:
    """``rows`` in batches."""
    for first in range(0, count, size):
        yield rows(min(size, count - first), first=first, residents=residents)


def batch(
    *,
    people: Sequence[Record] = (),
    places: Sequence[Record] = (),
    homes: Sequence[Residence] = (),
    contacts: Sequence[Contact] = (),
    gone: Sequence[Retraction] = (),
) -> Batch:
    """One batch from its parts."""
    return Batch((*people, *places), tuple(homes), tuple(contacts), tuple(gone))
