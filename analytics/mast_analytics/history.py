"""All versions of what was known, in columns: what was known at a cut-off is then a mask, and quick.

Reads what the rules read, by the same law: that a look here and one through ``knowledge`` agree is tested.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mast_analytics.civil import local_day
from mast_analytics.event import plain
from mast_analytics.names import Names
from mast_analytics.pages import NEVER as NEVER
from mast_analytics.pages import ContactPage, EntityPage, Pages, StayPage
from mast_analytics.quality import DIED
from mast_resolver.days import LONDON
from mast_resolver.known import Known
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary

if TYPE_CHECKING:
    from mast_analytics.living import Homes

Ints = NDArray[np.int64]
Short = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Versions:
    """One row for each version of a contact; moments are seconds since 1970.

    ``since`` is the day from which on all that its agreement and class of data hold is here; 0 of always.
    """

    contact: Ints
    type: Ints
    agency: Ints
    data_class: Ints
    agreement: Ints
    severity: Ints
    episode: Bools
    open: Bools
    died: Bools
    at: Floats
    closed: Floats
    recorded_from: Floats
    recorded_to: Floats
    since: Ints


@dataclass(frozen=True, slots=True)
class Touches:
    """One row for each record that a version of a contact touches."""

    version: Ints
    record: Ints
    role: Ints


@dataclass(frozen=True, slots=True)
class Entities:
    """Who each record was, from when until when on the recorded clock.

    ``communal`` are address records that called it a hostel, a prison ... in that time.
    """

    record: Ints
    entity: Ints
    recorded_from: Floats
    recorded_to: Floats
    communal: Bools


@dataclass(frozen=True, slots=True)
class Stays:
    """Where each record of a person was said to live, on both clocks; by ``living`` they are homes."""

    record: Short
    place: Short
    start: Floats
    end: Floats
    seen: Floats
    recorded_from: Floats
    recorded_to: Floats
    inferred: Bools
    lapsed: Bools


class History:
    """What was known when, ready for any number of cut-offs.

    Example:
        >>> History(Known()).contacts.all
        []
    """

    def __init__(self, known: Known | Pages) -> None:
        pages = Pages.of(known) if isinstance(known, Known) else known
        self.contacts, self.types, self.agencies, self.roles = Names(), Names(), Names(), Names()
        self.data_classes, self.agreements = Names(), Names()
        self.records, self.names = Names(), Names()
        self.versions, self.touches = self._contacts(pages.contacts)
        self.entities = stacked(Entities, [self.entities_of(page) for page in pages.entities])
        self.stays = stacked(Stays, [self.stays_of(page) for page in pages.stays])
        self.lived: dict[float, Homes] = {}
        """Homes as known at the last cut-offs that were asked for (``living.homes_at``)."""

    @property
    def last_learnt(self) -> float:
        """The moment after which nothing was recorded any more, in seconds since 1970."""
        last = FOREVER.timestamp()
        columns = [
            column
            for of in (self.versions, self.entities, self.stays)
            for column in (of.recorded_from, of.recorded_to[of.recorded_to < last])
        ]
        return max((float(each.max()) for each in columns if len(each)), default=-math.inf)

    def only(self, versions: Bools, since: Ints) -> History:
        """The same, of some versions of contacts, whole from these days on; others were never on record."""
        some = copy(self)
        some.versions = replace(
            self.versions,
            recorded_to=np.where(versions, self.versions.recorded_to, self.versions.recorded_from),
            since=since,
        )
        return some

    def changed(self, kept: Bools, pages: Iterable[ContactPage]) -> History:
        """The same without some versions of contacts, and with others; numbers of names stay.

        Example:
            >>> History(Known()).changed(np.ones(0, np.bool_), []).contacts.all
            []
        """
        some, stay = copy(self), kept[self.touches.version]
        left = rows_of(self.touches, stay)
        left = replace(left, version=(np.cumsum(kept) - 1)[left.version])
        versions, touches = self._contacts(pages, after=int(kept.sum()))
        some.versions = stacked(Versions, [rows_of(self.versions, kept), versions])
        some.touches = stacked(Touches, [left, touches])
        return some

    def entities_of(self, page: EntityPage) -> Entities:
        """A page in columns, by the names of this history."""
        return Entities(
            record=_ints(map(self.records.number, page.records)),
            entity=_ints(map(self.names.number, page.entities)),
            recorded_from=_floats(page.recorded_from),
            recorded_to=_floats(page.recorded_to),
            communal=_bools(page.communal),
        )

    def stays_of(self, page: StayPage) -> Stays:
        """A page in columns, by the names of this history."""
        return Stays(
            record=np.fromiter(map(self.records.number, page.records), np.int32),
            place=np.fromiter(map(self.records.number, page.places), np.int32),
            start=_floats(page.starts),
            end=_floats(page.ends),
            seen=_floats(page.seen),
            recorded_from=_floats(page.recorded_from),
            recorded_to=_floats(page.recorded_to),
            inferred=_bools(page.inferred),
            lapsed=_bools(page.lapsed),
        )

    def with_people(self, entities: Entities, stays: Stays) -> History:
        """The same contacts, of whoever records are and live by these columns; nobody else is named."""
        some = copy(self)
        some.entities, some.stays, some.lived = entities, stays, {}
        named = np.zeros(len(self.names.all), np.bool_)
        named[entities.entity] = True
        if not named.all():
            some.names = self.names.only(named)
        return some

    def drawn(self, people: Iterable[Iterable[str]]) -> History:
        """The same, where records of people are grouped otherwise, at all times; addresses stay.

        A record that is nobody's now stays nobody's, and one that is in no group is.

        Example:
            >>> History(Known()).drawn([["r1", "r2"]]).names.all
            []
        """
        some, who, last = copy(self), self.entities, FOREVER.timestamp()
        is_place = np.array([name.startswith("A-") for name in self.names.all], np.bool_)[who.entity]
        somebodys = set(who.record[(who.recorded_to >= last) & ~is_place].tolist())
        some.names = Names()
        for name in self.names.all:
            some.names.number(name)
        drawn = [
            (record, some.names.number(f"P-drawn-{group}"))
            for group, records in enumerate(people)
            for record in self.records.find(records).tolist()
            if record in somebodys
        ]
        record, entity = np.array(drawn, np.int64).reshape(-1, 2).T
        always = (np.full(len(drawn), -np.inf), np.full(len(drawn), last))
        some.entities = stacked(
            Entities,
            [
                rows_of(who, is_place),
                Entities(record, entity, *always, np.zeros(len(drawn), np.bool_)),
            ],
        )
        some.lived = {}
        return some

    def as_it_happened(self) -> History:
        """What is believed now, as if each contact had been recorded when it happened.

        Everybody is who they are now, and lived where that is believed now, at all times. For where
        everything was loaded in one go: no service ever knew as much, but it is all there is.

        Example:
            >>> len(History(Known()).as_it_happened().versions.at)
            0
        """
        some, last = copy(self), FOREVER.timestamp()
        of = self.versions
        believed = of.recorded_to >= last
        some.versions = replace(
            of,
            recorded_from=np.where(believed, of.at, of.recorded_from),
            recorded_to=np.where(believed, of.recorded_to, of.recorded_from),
        )
        some.entities, some.stays, some.lived = _always(self.entities), _always(self.stays), {}
        return some

    def _contacts(self, pages: Iterable[ContactPage], *, after: int = 0) -> tuple[Versions, Touches]:
        versions, touches, count = list[Versions](), list[Touches](), after
        for page in pages:
            versions.append(self._versions(page))
            touches.append(self._touches(page, count))
            count += len(page.ids)
        return stacked(Versions, versions), stacked(Touches, touches)

    def _versions(self, page: ContactPage) -> Versions:
        episodes = {name: kind.episode for name, kind in vocabulary().types.items()}
        return Versions(
            contact=_ints(map(self.contacts.number, page.ids)),
            type=_ints(map(self.types.number, page.types)),
            agency=_ints(map(self.agencies.number, page.agencies)),
            data_class=_ints(map(self.data_classes.number, page.data_classes)),
            agreement=_ints(map(self.agreements.number, page.agreements)),
            severity=_ints(page.severities),
            episode=_bools(episodes.get(name, False) for name in page.types),
            open=_bools(page.open),
            died=_bools(plain(category) in DIED for category in page.categories),
            at=_floats(page.at),
            closed=_floats(page.closed),
            recorded_from=_floats(page.recorded_from),
            recorded_to=_floats(page.recorded_to),
            since=np.zeros(len(page.ids), np.int64),
        )

    def _touches(self, page: ContactPage, first: int) -> Touches:
        counts = _ints(len(each) // 2 for each in page.touches)
        return Touches(
            version=np.repeat(np.arange(first, first + len(counts)), counts),
            record=_ints(self.records.number(each) for said in page.touches for each in said[::2]),
            role=_ints(self.roles.number(each) for said in page.touches for each in said[1::2]),
        )


def days_of(moments: Floats) -> Ints:
    """Ordinals of the dates that people in London had on the calendar.

    Example:
        >>> summer = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
        >>> dt.date.fromordinal(int(days_of(np.array([summer.timestamp()]))[0])).isoformat()
        '2026-07-01'
    """
    # Clocks change on the hour, so that all moments of an hour have one date: few are worked out.
    hours, place = np.unique(np.floor(moments / 3600), return_inverse=True)
    return _ints(map(_day_of, hours.tolist()))[place]


@lru_cache(maxsize=1 << 19)
def _day_of(hour: float) -> int:
    """Of an hour since 1970. Sixty years of them are remembered: the same ones come with every question."""
    return local_day(dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour), LONDON)


def begins(*columns: Ints) -> Bools:
    """Which rows are the first of their group: rows lie by those columns, and of one group all are alike.

    Example:
        >>> begins(np.array([7, 7, 7, 8]), np.array([1, 1, 2, 2])).tolist()
        [True, False, True, True]
    """
    first = np.ones(len(columns[0]), np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return first


def of_each_pair(values: Ints, beside: Ints) -> Ints:
    """The value of each different pair, once: all of ``beside`` are numbers from 0.

    Example:
        >>> of_each_pair(np.array([3, 3, 3, 5]), np.array([1, 1, 2, 1])).tolist()
        [3, 3, 5]
    """
    many = int(beside.max(initial=-1)) + 1
    # Sorted, not hashed as np.unique does: a table of a million pairs fits no cache.
    pairs = np.sort(values * many + beside)
    return pairs[begins(pairs)] // max(1, many)


def ends(*columns: Ints) -> Bools:
    """Which rows are the last of their group, of rows that lie by those columns.

    Example:
        >>> ends(np.array([7, 7, 7, 8]), np.array([1, 1, 2, 2])).tolist()
        [False, True, True, True]
    """
    return np.roll(begins(*columns), -1)


def latest_so_far(group: Ints, end: Ints) -> Ints:
    """The latest end up to each row, of the rows of its group; rows lie by group, no end is below nought.

    Example:
        >>> latest_so_far(np.array([7, 7, 7, 8]), np.array([3, 9, 5, 4])).tolist()
        [3, 9, 9, 4]
    """
    # Groups are laid one after another on one line, where a running maximum never crosses to the next one.
    line = group * (int(end.max(initial=0)) + 1)
    latest: Ints = np.maximum.accumulate(end + line) - line
    return latest


Columns = TypeVar("Columns", bound=Versions | Touches | Entities | Stays)
Believed = TypeVar("Believed", bound=Entities | Stays)


def _always(columns: Believed) -> Believed:
    """What is believed now, as if it had always been."""
    now = columns.recorded_to >= FOREVER.timestamp()
    return replace(
        columns,
        recorded_from=np.where(now, -np.inf, columns.recorded_from),
        recorded_to=np.where(now, columns.recorded_to, columns.recorded_from),
    )


def rows_of(columns: Columns, rows: Bools) -> Columns:
    """Some of its rows."""
    return type(columns)(*(getattr(columns, column.name)[rows] for column in fields(columns)))


def stacked(kind: type[Columns], pages: Sequence[Columns]) -> Columns:
    """Columns of all pages, one below the other."""
    stacked = {
        column.name: np.concatenate(
            [_EMPTY[str(column.type)], *(getattr(page, column.name) for page in pages)]
        )
        for column in fields(kind)
    }
    return kind(**stacked)


_EMPTY: Final = {
    "Ints": np.zeros(0, np.int64), "Short": np.zeros(0, np.int32), "Floats": np.zeros(0, np.float64),
    "Bools": np.zeros(0, np.bool_)
}  # fmt: skip


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    return np.fromiter(values, np.bool_)


def _floats(values: ArrayLike) -> Floats:
    return np.array(values, np.float64)
