"""Everything research counts in, held in columns, and brought up to date by what was noted since.

What is held again is what a whole reading would give now: that is a law in the tests. Work goes with what
changed, but for moving columns in memory: some milliseconds for a hundred thousand people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from mast_analytics.history import Bools, Entities, History, Homes, rows_of, stacked
from mast_analytics.pages import NEVER, ContactPage, EntityPage, HomePage, Pages
from mast_graph import research
from mast_graph.counted import Changed
from mast_graph.rows import Row
from mast_graph.store import Store
from mast_resolver.records import FOREVER


@dataclass(frozen=True, slots=True)
class Held:
    """The history that may be counted in, and what it is made from: versions by row, and who objects.

    ``whole`` has the names of everybody, by which columns go on.
    """

    history: History
    whole: History
    versions: list[str]
    entities: Entities
    objected: Bools
    homes: Homes

    @classmethod
    def read(cls, store: Store, on_contacts: Callable[[int], None]) -> Self:
        """Everything there is.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        versions = list[str]()
        history = History(Pages(_contacts(research.contact_pages(store), versions, on_contacts), [], []))
        entities, objected = _entities(history, research.entity_pages(store))
        homes = stacked(Homes, [history.homes_of(_home_page(page)) for page in research.home_pages(store)])
        allowed = _allowed(history, entities, objected, homes)
        return cls(allowed, history, versions, entities, objected, homes)

    def brought_up(self, store: Store, changed: Changed) -> Self:
        """The same after what was changed.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        history, versions = self._contacts(store, changed)
        entities, objected = self._entities(store, changed)
        homes = self._homes(store, changed)
        allowed = _allowed(history, entities, objected, homes)
        return type(self)(allowed, history, versions, entities, objected, homes)

    def _contacts(self, store: Store, changed: Changed) -> tuple[History, list[str]]:
        pages = _once(research.contacts_again(store, changed), "versions")
        gone = changed.versions.union(*(page["looked"] for page in pages))
        if not gone:
            return self.whole, self.versions
        kept = np.fromiter((each not in gone for each in self.versions), np.bool_, len(self.versions))
        versions = [each for each in self.versions if each not in gone]
        return self.whole.changed(kept, _contacts(pages, versions)), versions

    def _entities(self, store: Store, changed: Changed) -> tuple[Entities, Bools]:
        pages = _once(research.entities_again(store, changed), "records")
        gone = changed.persons.union(changed.addresses, *(page["looked"] for page in pages))
        if not gone:
            return self.entities, self.objected
        stay = ~np.isin(self.entities.record, self.whole.records.find(gone))
        come, objected = _entities(self.whole, pages)
        return (
            stacked(Entities, [rows_of(self.entities, stay), come]),
            np.concatenate([self.objected[stay], objected]),
        )

    def _homes(self, store: Store, changed: Changed) -> Homes:
        if not (changed.people or changed.households):
            return self.homes
        names, seen, come = self.whole.names, set[tuple[Any, ...]](), list[Homes]()
        stay = ~np.isin(self.homes.person, names.find(changed.people))
        stay &= ~np.isin(self.homes.household, names.find(changed.households))
        for page in research.homes_again(store, changed):
            come.append(self.whole.homes_of(_home_page(page, seen)))
        return stacked(Homes, [rows_of(self.homes, stay), *come])


def _allowed(history: History, entities: Entities, objected: Bools, homes: Homes) -> History:
    """Without whoever objects: no record of theirs, also where it was somebody else's once, and no home."""
    now = entities.recorded_to >= FOREVER.timestamp()
    marked = np.unique(entities.record[objected])
    objectors = np.unique(entities.entity[np.isin(entities.record, marked) & now])
    theirs = np.unique(entities.record[np.isin(entities.entity, objectors) & now])
    stay = ~np.isin(entities.record, np.concatenate([theirs, marked]))
    return history.with_people(rows_of(entities, stay), rows_of(homes, ~np.isin(homes.person, objectors)))


def _once(pages: Iterable[Row], key: str) -> list[Row]:
    """Pages of what was asked for in several ways: of each key the rows of the first page that has it."""
    once, seen = list[Row](), set[str]()
    for page in pages:
        new = [each not in seen for each in page[key]]
        seen.update(page[key])
        once.append(page if all(new) else _left(page, new))
    return once


def _left(page: Row, kept: list[bool]) -> Row:
    """The rows that are kept, of all lists side by side."""
    return page | {
        name: [each for each, stays in zip(values, kept, strict=True) if stays]
        for name, values in page.items()
        if name != "looked"
    }


def _contacts(
    pages: Iterable[Row], versions: list[str], on_contacts: Callable[[int], None] = lambda _count: None
) -> Iterator[ContactPage]:
    """Pages in columns; the number of each version goes to ``versions``, in the order of rows."""
    for page in pages:
        versions += page["versions"]
        on_contacts(len(versions))
        yield _contact_page(page)


def _entities(history: History, pages: Iterable[Row]) -> tuple[Entities, Bools]:
    found, objected = list[Entities](), [np.zeros(0, np.bool_)]
    for page in pages:
        found.append(
            history.entities_of(
                EntityPage(
                    page["records"],
                    page["entities"],
                    _seconds(page["recorded_from"]),
                    _seconds(page["recorded_to"]),
                )
            )
        )
        objected.append(np.array(page["objected"], np.bool_))
    return stacked(Entities, found), np.concatenate(objected)


def _contact_page(page: Row) -> ContactPage:
    closed = np.array(page["closed_at"], np.int64)
    return ContactPage(
        ids=page["ids"],
        types=page["types"],
        agencies=page["agencies"],
        data_classes=page["data_classes"],
        agreements=page["agreements"],
        severities=page["severities"],
        categories=page["categories"],
        open=page["open"],
        at=_seconds(page["at"]),
        closed=np.where(closed < 0, NEVER, closed / 1000).tolist(),
        recorded_from=_seconds(page["recorded_from"]),
        recorded_to=_seconds(page["recorded_to"]),
        touches=page["touches"],
    )


def _home_page(page: Row, seen: set[tuple[Any, ...]] | None = None) -> HomePage:
    """Without hostels, and without what was ``seen``."""
    names = ("people", "addresses", "households", "starts", "ends", "communal")
    rows = [row for row in zip(*(page[name] for name in names), strict=True) if not row[5]]
    if seen is not None:
        rows = [row for row in dict.fromkeys(rows) if row not in seen]
        seen.update(rows)
    people, addresses, households, starts, ends, _ = zip(*rows, strict=True) if rows else ((),) * 6
    return HomePage(people, addresses, households, _seconds(starts), _seconds(ends))


def _seconds(moments: Collection[int]) -> list[float]:
    seconds: list[float] = (np.fromiter(moments, np.int64, len(moments)) / 1000).tolist()
    return seconds
