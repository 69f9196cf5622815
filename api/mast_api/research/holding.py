"""Everything research counts in, held in columns, and brought up to date by what was noted since.

What is held again is what a whole reading would give now: that is a law in the tests. Work goes with what
changed, but for moving columns in memory: some milliseconds for a hundred thousand people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from mast_analytics.history import Bools, Entities, History, Ints, Stays, rows_of, stacked
from mast_analytics.pages import NEVER, ContactPage, EntityPage, Pages, StayPage
from mast_graph import research
from mast_graph.counted import Changed
from mast_graph.known import STAY_COLUMNS, entity_pages
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
    stays: Stays

    @classmethod
    def read(cls, store: Store, on_contacts: Callable[[int], None]) -> Self:
        """Everything there is.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        versions = list[str]()
        history = History(Pages(_contacts(research.contact_pages(store), versions, on_contacts), [], []))
        entities, objected = _entities(history, entity_pages(store))
        stays = stacked(Stays, [history.stays_of(_stay_page(page)) for page in research.stay_pages(store)])
        allowed = _allowed(history, entities, objected, stays)
        return cls(allowed, history, versions, entities, objected, stays)

    def brought_up(self, store: Store, changed: Changed) -> Self:
        """The same after what was changed.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        history, versions = self._contacts(store, changed)
        entities, objected = self._entities(store, changed)
        stays = self._stays(store, changed)
        allowed = _allowed(history, entities, objected, stays)
        return type(self)(allowed, history, versions, entities, objected, stays)

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

    def _stays(self, store: Store, changed: Changed) -> Stays:
        if not (changed.persons or changed.living or changed.addresses or changed.people):
            return self.stays
        records, seen, come = self.whole.records, set[tuple[Any, ...]](), list[Stays]()
        gone = changed.persons | changed.living
        for page in research.stays_again(store, changed):
            gone = gone.union(page["looked"])
            come.append(self.whole.stays_of(_stay_page(page, seen)))
        stay = ~np.isin(self.stays.record, records.find(gone))
        stay &= ~np.isin(self.stays.place, records.find(changed.addresses))
        return stacked(Stays, [rows_of(self.stays, stay), *come])


def _allowed(history: History, entities: Entities, objected: Bools, stays: Stays) -> History:
    """Without whoever objects: no record of theirs, also where it was somebody else's once, and no home.

    Nor one that was theirs ever and is nobody's now: what their agency withdrew is of them before that.
    """
    now = entities.recorded_to >= FOREVER.timestamp()
    marked = np.unique(entities.record[objected])
    objectors = np.unique(entities.entity[np.isin(entities.record, marked) & now])
    if not len(marked):
        return history.with_people(entities, stays)
    nobodys = ~np.isin(entities.record, entities.record[now])
    theirs = np.unique(
        entities.record[np.isin(entities.entity, _with_former(entities, objectors, now)) & (now | nobodys)]
    )
    left = np.concatenate([theirs, marked])
    return history.with_people(
        rows_of(entities, ~np.isin(entities.record, left)), rows_of(stays, ~np.isin(stays.record, left))
    )


def _with_former(entities: Entities, people: Ints, now: Bools) -> Ints:
    """People, and ids that ended in favour of theirs: a record went on to them at that moment."""
    ended = ~np.isin(entities.entity, entities.entity[now])
    some = np.flatnonzero(np.isin(entities.record, entities.record[ended]))
    some = some[np.lexsort((entities.recorded_from[some], entities.record[some]))]
    first, then = some[:-1], some[1:]
    last = np.zeros(int(entities.entity.max(initial=-1)) + 1)
    np.maximum.at(last, entities.entity, entities.recorded_to)
    until = entities.recorded_to[first]
    passed = (entities.record[first] == entities.record[then]) & (entities.recorded_from[then] == until)
    passed &= last[entities.entity[first]] == until
    before, after = entities.entity[first[passed]], entities.entity[then[passed]]
    while len(more := np.setdiff1d(before[np.isin(after, people)], people)):
        people = np.concatenate([people, more])
    return people


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
                    page["communal"],
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


def _stay_page(page: Row, seen: set[tuple[Any, ...]] | None = None) -> StayPage:
    """Without what was ``seen``: a page by records and one by places may hold the same."""
    columns = [page[name] for name in STAY_COLUMNS]
    if seen is not None:
        rows = [row for row in dict.fromkeys(zip(*columns, strict=True)) if row not in seen]
        seen.update(rows)
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    records, places, starts, ends, last, since, until, inferred, lapsed = columns
    clock = _seconds(since), _seconds(until)
    return StayPage(
        records, places, _seconds(starts), _seconds(ends), _seconds(last), *clock, inferred, lapsed
    )


def _seconds(moments: Collection[int]) -> list[float]:
    seconds: list[float] = (np.fromiter(moments, np.int64, len(moments)) / 1000).tolist()
    return seconds
