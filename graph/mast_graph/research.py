"""What figures for research are made of: contacts, whose they were, who objects, what agreements allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mast_graph.counted import Changed
from mast_graph.known import PAGE, pages
from mast_graph.rows import Row
from mast_graph.store import Store


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


def terms(store: Store, *, purpose: str, agency: str, serving_at: dt.datetime) -> list[Term]:
    """What agreements let a caller look at for a purpose, and what they do not."""
    rows = store.read("read.research_terms", purpose=purpose, agency=agency, serving_at=serving_at)
    return [Term(**row | {name: tuple(row[name]) for name in ("purposes", "parties")}) for row in rows]


def contact_pages(store: Store) -> Iterator[Row]:
    """Versions of contacts in pages of lists, as ``read.known_contacts`` has them; nothing shielded."""
    yield from pages(store, "read.known_contacts")


def stay_pages(store: Store) -> Iterator[Row]:
    """Where records were said to live, in pages as ``read.known_stays`` has them; nobody shielded."""
    yield from pages(store, "read.known_stays")


def contacts_again(store: Store, changed: Changed) -> Iterator[Row]:
    """Contacts that were changed, in pages as in :func:`contact_pages`; ``looked`` are all that there are."""
    for versions, records in _some(changed, ("versions", "touching")):
        yield store.read("read.counted_contacts", versions=versions, records=records)[0]


def entities_again(store: Store, changed: Changed) -> Iterator[Row]:
    """Whose records are that were changed, or of people who were, as ``known.entity_pages`` has them."""
    for persons, addresses, people in _some(changed, ("persons", "addresses", "people")):
        yield store.read("read.counted_entities", persons=persons, addresses=addresses, people=people)[0]


def stays_again(store: Store, changed: Changed) -> Iterator[Row]:
    """Where records live that were changed, and all at places that were, as in :func:`stay_pages`."""
    for persons, living, addresses, people in _some(changed, ("persons", "living", "addresses", "people")):
        yield store.read(
            "read.counted_stays", persons=[*persons, *living], addresses=addresses, people=people
        )[0]


def _some(changed: Changed, names: Sequence[str]) -> Iterator[list[list[str]]]:
    """Ids of each kind, so many at a time; nothing where there is none of any."""
    for place, name in enumerate(names):
        ids = sorted(getattr(changed, name))
        for start in range(0, len(ids), PAGE):
            yield [ids[start : start + PAGE] if each == place else [] for each in range(len(names))]
