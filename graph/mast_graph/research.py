"""What figures for research are made of: contacts, whose they were, who objects, what agreements allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mast_graph.known import pages
from mast_graph.rows import Row
from mast_graph.store import Store
from mast_resolver.records import FOREVER


@dataclass(frozen=True, slots=True)
class Term:
    """What an agreement says of a class of data; ``serves`` where it lets this caller look.

    ``months`` is how far back: as long as the agreement lets anybody keep it.
    """

    agreement: str
    data_class: str
    purposes: tuple[str, ...]
    parties: tuple[str, ...]
    until: int
    serves: bool
    months: int


@dataclass(frozen=True, slots=True)
class Whose:
    """Which entity a record was, from one moment until another in milliseconds since 1970."""

    record: str
    entity: str
    recorded_from: int
    recorded_to: int


def last_change(store: Store) -> int:
    """The number of the last write transaction: it differs exactly when somebody wrote."""
    rows = store.read("read.state_tick")
    return int(rows[0]["tick"]) if rows else 0


def terms(store: Store, *, purpose: str, agency: str, serving_at: dt.datetime) -> list[Term]:
    """What agreements let a caller look at for a purpose, and what they do not."""
    rows = store.read("read.research_terms", purpose=purpose, agency=agency, serving_at=serving_at)
    return [Term(**row | {name: tuple(row[name]) for name in ("purposes", "parties")}) for row in rows]


def contact_pages(store: Store) -> Iterator[Row]:
    """Versions of contacts in pages of lists, as ``read.known_contacts`` has them; nothing shielded."""
    yield from pages(store, "read.known_contacts")


def home_pages(store: Store) -> Iterator[Row]:
    """Who lived where, in pages of lists, as ``read.known_homes`` has them; nobody shielded."""
    yield from pages(store, "read.known_homes")


def whose(store: Store) -> tuple[list[Whose], frozenset[str]]:
    """Whose every record is and was, nobody shielded; and the people who object to research, as of now.

    Of whoever objects no record is among it, also where it was somebody else's once.
    """
    people, objecting = _read(store, "person")
    last = _milliseconds(FOREVER)
    objectors = frozenset(
        each.entity for each in people if each.record in objecting and each.recorded_to >= last
    )
    theirs = {each.record for each in people if each.entity in objectors and each.recorded_to >= last}
    addresses, _ = _read(store, "address")
    stay = [each for each in people if each.record not in theirs | objecting]
    return [*stay, *addresses], objectors


def _read(store: Store, kind: str) -> tuple[Sequence[Whose], set[str]]:
    found, objecting = list[Whose](), set[str]()
    for page in pages(store, f"read.known_{kind}_entities"):
        names = ("records", "entities", "recorded_from", "recorded_to")
        found += map(Whose, *(page[name] for name in names))
        said = page.get("objected", ())
        objecting.update(record for record, marked in zip(page["records"], said, strict=False) if marked)
    return found, objecting


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
