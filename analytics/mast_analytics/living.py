"""Who lived where as it was known at a cut-off, in columns: by the rules of the households themselves.

What ``mast_resolver.residence`` and ``household`` make of one person and one address after another is made
here of all at once, since each cut-off is of others. That both come to the same is a law in the tests.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from mast_analytics.history import Bools, Floats, History, Ints, begins, latest_so_far, rows_of
from mast_analytics.moves import household_id
from mast_analytics.names import Names
from mast_resolver.household import COMMUNAL_ABOVE
from mast_resolver.records import FOREVER

KEPT: Final = 2
"""Cut-offs of which homes are kept: 6 MB each for 100,000 people."""
EVER: Final = FOREVER.timestamp()


@dataclass(frozen=True)
class Homes:
    """Who lived in which household, from when until when on the valid clock; hostels are left out.

    ``person`` and ``address`` are numbers of names, ``household`` of ``households``, by address and time.
    """

    person: Ints
    address: Ints
    household: Ints
    start: Floats
    end: Floats
    places: Ints
    """The address of each household, hostels among them."""
    names: Names

    @cached_property
    def households(self) -> list[str]:
        """What each household is counted as, by number."""
        names, first = self.names.all, np.flatnonzero(begins(self.places))
        many = np.diff(np.append(first, len(self.places)))
        place = np.arange(len(self.places)) - np.repeat(first, many)
        return [
            household_id(names[address], number)
            for address, number in zip(self.places.tolist(), place.tolist(), strict=True)
        ]


def whose(history: History, recorded: dt.datetime) -> Ints:
    """Who each record was believed to be at a moment, by number; -1 where nobody knew yet."""
    entities, now = history.entities, recorded.timestamp()
    believed = (entities.recorded_from <= now) & (now < entities.recorded_to)
    entity_of = np.full(len(history.records.all), -1, np.int64)
    entity_of[entities.record[believed]] = entities.entity[believed]
    return entity_of


def homes_at(history: History, recorded: dt.datetime) -> Homes:
    """Homes by what was recorded until a moment: of all days, also of those after it.

    Example:
        >>> from mast_resolver.known import Known
        >>> homes_at(History(Known()), dt.datetime(2026, 5, 1, tzinfo=dt.UTC)).households
        []
    """
    # Nothing was learnt after the last thing that was: now is then, however often it is asked.
    known = min(recorded.timestamp(), history.last_learnt)
    found = history.lived.get(known)
    if found is None:
        found = _homes(history, recorded)
        for oldest in list(history.lived)[: 1 - KEPT]:
            history.lived.pop(oldest, None)  # another thread may have been quicker
        history.lived[known] = found
    return found


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


def _homes(history: History, recorded: dt.datetime) -> Homes:
    person, address, start, end = _spells(_said(history, recorded))
    order = np.lexsort((start, address))
    person, address, start, end = person[order], address[order], start[order], end[order]
    # Who comes as another leaves is no household with them.
    first = begins(address) | (start >= _until(address, end))
    household, places = np.cumsum(first) - 1, address[first]
    communal = np.isin(places, _establishments(history, recorded)) | _crowded(household, start, end)
    stay = ~communal[household]
    return Homes(person[stay], address[stay], household[stay], start[stay], end[stay], places, history.names)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was believed of homes, by person, address and start. ``seen`` is when each was confirmed last."""

    person: Ints
    address: Ints
    start: Floats
    end: Floats
    seen: Floats
    inferred: Bools
    lapsed: Bools

    @property
    def stated(self) -> Bools:
        """Of which somebody stated the end."""
        return (self.end < EVER) & ~self.lapsed


def _said(history: History, recorded: dt.datetime) -> _Said:
    stays, now, entity = history.stays, recorded.timestamp(), whose(history, recorded)
    rows = (stays.recorded_from <= now) & (now < stays.recorded_to) & (stays.start < stays.end)
    rows &= (entity[stays.record] >= 0) & (entity[stays.place] >= 0)
    some = rows_of(stays, rows)
    person, address = entity[some.record], entity[some.place]
    order = np.lexsort((some.start, address, person))
    return _Said(
        person[order],
        address[order],
        some.start[order],
        some.end[order],
        some.seen[order],
        some.inferred[order],
        some.lapsed[order],
    )


def _spells(said: _Said) -> tuple[Ints, Ints, Floats, Floats]:
    """Persons, addresses, starts and ends of spells: pieces that overlap or touch are one."""
    group, end = np.cumsum(begins(said.person, said.address)) - 1, _ended(said)
    first = begins(group) | (said.start > _until(group, end))
    if not len(group):
        return said.person, said.address, said.start, said.end
    return (
        said.person[first],
        said.address[first],
        said.start[first],
        np.maximum.reduceat(end, np.flatnonzero(first)),
    )


def _ended(said: _Said) -> Floats:
    """The end that each stay is taken to have: see ``mast_resolver.residence.spells``."""
    stated, end = said.stated, said.end.copy()
    person = np.cumsum(begins(said.person)) - 1
    group = np.cumsum(begins(said.person, said.address)) - 1
    confirmed = np.maximum(said.start, said.seen)
    sightings = said.inferred & (said.end >= EVER)
    sighted = np.full(len(end) + 1, -np.inf)
    np.maximum.at(sighted, group[sightings], said.seen[sightings])
    confirmed = np.maximum(confirmed, sighted[group])

    some = np.flatnonzero(~stated & np.isin(group, group[stated]))
    over = np.flatnonzero(stated)
    over = over[np.lexsort((said.end[over], group[over]))]
    after = (confirmed[some] == said.start[some]).astype(np.int64)  # who comes does not leave that moment
    place = _next(group[over], said.end[over], group[some], confirmed[some], after)
    found = place >= 0
    end[some[found]] = np.minimum(end[some[found]], said.end[over[place[found]]])

    homes = np.bincount(person[begins(group)], minlength=len(end) + 1) if len(end) else person
    several = homes[person] > 1 if len(end) else stated
    some, there = np.flatnonzero(~stated & several), np.flatnonzero(several)
    there = there[np.lexsort((said.address[there], said.start[there], person[there]))]
    place = _next(person[there], said.start[there], person[some], confirmed[some], np.ones_like(some))
    place = _elsewhere(person[there], said.address[there], place, said.address[some])
    found = place >= 0
    end[some[found]] = np.minimum(end[some[found]], said.start[there[place[found]]])
    return end


def _next(group: Ints, moment: Floats, of: Ints, since: Floats, after: Ints) -> Ints:
    """For each of some groups the first row with a moment not before ``since``, or ``after`` it; else -1.

    Rows are by group and moment.

    Example:
        >>> group, moment = np.array([0, 0, 1]), np.array([3.0, 5.0, 4.0])
        >>> of, since = np.array([0, 0, 1, 1]), np.array([3.0, 3.0, 4.0, 4.0])
        >>> _next(group, moment, of, since, np.array([0, 1, 0, 1])).tolist()
        [0, 1, 2, -1]
    """
    moments, rank = np.unique(np.concatenate([moment, since]), return_inverse=True)
    many = len(moments) + 1
    place = np.searchsorted(group * many + rank[: len(group)], of * many + rank[len(group) :] + after)
    there = place < len(group)
    there[there] = group[place[there]] == of[there]
    return np.where(there, place, -1)


def _elsewhere(person: Ints, address: Ints, place: Ints, own: Ints) -> Ints:
    """The same row, or the next one of the person at another address where it is at their own; else -1."""
    first = begins(person, address)
    following = np.append(np.flatnonzero(first)[1:], len(person))[np.cumsum(first) - 1]
    place = place.copy()
    here = np.flatnonzero(place >= 0)
    here = here[address[place[here]] == own[here]]
    now, further = place[here], following[place[here]]
    same = further < len(person)
    same[same] = person[further[same]] == person[now[same]]
    place[here] = np.where(same, further, -1)
    return place


def _until(group: Ints, end: Floats) -> Floats:
    """The latest end of the rows before each in its group, of all but its first; rows are by group."""
    moments, rank = np.unique(end, return_inverse=True)
    return moments[np.roll(latest_so_far(group, rank), 1)] if len(end) else end


def _establishments(history: History, recorded: dt.datetime) -> Ints:
    entities, now = history.entities, recorded.timestamp()
    said = entities.communal & (entities.recorded_from <= now) & (now < entities.recorded_to)
    return entities.entity[said]


def _crowded(household: Ints, start: Floats, end: Floats) -> Bools:
    """Of each household whether more were there at one moment than a household has."""
    many = np.bincount(household) if len(household) else household
    found = many > COMMUNAL_ABOVE
    rows = found[household]
    which = np.tile(household[rows], 2)
    moment, step = np.concatenate([start[rows], end[rows]]), np.repeat([1, -1], int(rows.sum()))
    order = np.lexsort((step, moment, which))
    first = np.flatnonzero(begins(which[order]))
    # All who come to a household leave it, so that each begins with nobody.
    if len(first):
        found[which[order][first]] = np.maximum.reduceat(np.cumsum(step[order]), first) > COMMUNAL_ABOVE
    return found
