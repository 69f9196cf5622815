"""All versions of what was known, in columns: what was known at a cut-off is then a mask, and quick.

Reads what the rules read, by the same law: a household is touched through those who lived in it then. That a
look here and one through ``knowledge`` and ``grouping`` agree is tested.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mast_analytics.civil import LONDON, local_day
from mast_analytics.event import plain
from mast_analytics.quality import DIED
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownHome
from mast_resolver.vocabulary import vocabulary

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER: Final = np.inf


@dataclass(frozen=True, slots=True)
class Versions:
    """One row for each version of a contact; moments are seconds since 1970."""

    contact: Ints
    type: Ints
    agency: Ints
    severity: Ints
    episode: Bools
    open: Bools
    died: Bools
    at: Floats
    closed: Floats
    recorded_from: Floats
    recorded_to: Floats


@dataclass(frozen=True, slots=True)
class Touches:
    """One row for each record that a version of a contact touches."""

    version: Ints
    record: Ints
    role: Ints


@dataclass(frozen=True, slots=True)
class Entities:
    """Who each record was, from when until when on the recorded clock."""

    record: Ints
    entity: Ints
    recorded_from: Floats
    recorded_to: Floats


@dataclass(frozen=True, slots=True)
class Homes:
    """Who lived in which household, from when until when on the valid clock; hostels are left out."""

    person: Ints
    address: Ints
    household: Ints
    start: Floats
    end: Floats


class Names:
    """Numbers for names, in the order in which they were first met.

    Example:
        >>> names = Names()
        >>> names.number("P-1"), names.number("P-2"), names.number("P-1"), names.all
        (0, 1, 0, ['P-1', 'P-2'])
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Of a name: a new one if it is new."""
        return self._numbers.setdefault(name, len(self._numbers))

    @property
    def all(self) -> list[str]:
        """By number."""
        return list(self._numbers)

    def find(self, names: Iterable[str]) -> Ints:
        """Numbers of those that are known."""
        return np.array(sorted(self._numbers[name] for name in names if name in self._numbers), np.int64)


class History:
    """What was known when, ready for any number of cut-offs.

    Example:
        >>> History(Known()).contacts.all
        []
    """

    def __init__(self, known: Known) -> None:
        self.contacts, self.types, self.agencies, self.roles = Names(), Names(), Names(), Names()
        self.records, self.names = Names(), Names()
        self.versions = self._versions(known.contacts)
        self.touches = self._touches(known.contacts)
        self.entities = self._entities(known.entities)
        self.homes = self._homes(known.homes)

    def _versions(self, contacts: Sequence[KnownContact]) -> Versions:
        episodes = {name: kind.episode for name, kind in vocabulary().types.items()}
        ends = (NEVER if each.closed_at is None else each.closed_at.timestamp() for each in contacts)
        return Versions(
            contact=_ints(self.contacts.number(each.id) for each in contacts),
            type=_ints(self.types.number(each.type) for each in contacts),
            agency=_ints(self.agencies.number(each.agency) for each in contacts),
            severity=_ints(each.severity for each in contacts),
            episode=_bools(episodes.get(each.type, False) for each in contacts),
            open=_bools(each.open for each in contacts),
            died=_bools(each.category is not None and plain(each.category) in DIED for each in contacts),
            at=_floats(each.at.timestamp() for each in contacts),
            closed=_floats(ends),
            recorded_from=_floats(each.recorded_from.timestamp() for each in contacts),
            recorded_to=_floats(each.recorded_to.timestamp() for each in contacts),
        )

    def _touches(self, contacts: Sequence[KnownContact]) -> Touches:
        return Touches(
            version=np.repeat(np.arange(len(contacts)), _ints(len(each.touches) for each in contacts)),
            record=_ints(self.records.number(record) for each in contacts for record, _ in each.touches),
            role=_ints(self.roles.number(role) for each in contacts for _, role in each.touches),
        )

    def _entities(self, entities: Sequence[KnownEntity]) -> Entities:
        return Entities(
            record=_ints(self.records.number(each.record) for each in entities),
            entity=_ints(self.names.number(each.entity) for each in entities),
            recorded_from=_floats(each.recorded_from.timestamp() for each in entities),
            recorded_to=_floats(each.recorded_to.timestamp() for each in entities),
        )

    def _homes(self, homes: Sequence[KnownHome]) -> Homes:
        kept = [home for home in homes if not home.communal]
        return Homes(
            person=_ints(self.names.number(home.person) for home in kept),
            address=_ints(self.names.number(home.address) for home in kept),
            household=_ints(self.names.number(home.household) for home in kept),
            start=_floats(home.start.timestamp() for home in kept),
            end=_floats(home.end.timestamp() for home in kept),
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
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    dates = [local_day(epoch + dt.timedelta(hours=float(hour)), LONDON) for hour in hours]
    return _ints(dates)[place]


def joined(keys: Ints, moments: Floats, owners: Ints, start: Floats, end: Floats) -> tuple[Ints, Ints]:
    """Pairs (row of ``keys``, row of ``owners``) where they are the same and the moment is within.

    Example:
        >>> rows, homes = joined(np.array([7, 8]), np.array([5.0, 5.0]), np.array([7, 7]),
        ...                      np.array([0.0, 4.0]), np.array([5.0, 9.0]))
        >>> rows.tolist(), homes.tolist()
        ([0], [1])
    """
    order = np.argsort(owners, kind="stable")
    first = np.searchsorted(owners[order], keys, "left")
    count = np.searchsorted(owners[order], keys, "right") - first
    rows = np.repeat(np.arange(len(keys)), count)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    homes = order[np.repeat(first, count) + within]
    lived = (start[homes] <= moments[rows]) & (moments[rows] < end[homes])
    return rows[lived], homes[lived]


def begins(*columns: Ints) -> Bools:
    """Which rows are the first of their group: rows lie by those columns, and of one group all are alike.

    Example:
        >>> begins(np.array([7, 7, 7, 8]), np.array([1, 1, 2, 2])).tolist()
        [True, False, True, True]
    """
    first = np.ones(len(columns[0]), np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return first


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


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    return np.array(list(values), np.bool_)


def _floats(values: Iterable[float]) -> Floats:
    listed: ArrayLike = list(values)
    return np.array(listed, np.float64)
