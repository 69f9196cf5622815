"""Episodes as known at a cut-off, per person or household; what cannot have been meant is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mast_analytics.civil import LATEST, local_day
from mast_analytics.event import GroupBy
from mast_analytics.history import NEVER, Bools, History, Ints, begins, days_of, ends, latest_so_far
from mast_analytics.living import Homes, homes_at, joined, whose
from mast_analytics.quality import WHO_DIED
from mast_resolver.days import LONDON
from mast_resolver.errors import UsageError

ABOUT: Final = frozenset({"subject", "victim", "child_in_household"})
"""Roles of those whom a contact is about: a caller or a suspect climbs no ladder by it."""
NOBODY: Final = np.zeros(0, np.int64)

NO_DAY: Final = LATEST + 2
"""Ordinal of a day that never comes: later than the one after the last, with which a cut-off may end."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A moment on both clocks: what happened until then, as it was recorded until then."""

    valid: dt.datetime
    recorded: dt.datetime

    @property
    def until(self) -> int:
        """Ordinal of the day after the last one that is seen."""
        return local_day(self.valid, LONDON) + 1


@dataclass(frozen=True, slots=True)
class Treated:
    """A contact that breaks a rule, of one subject, and what was made of it.

    ``quality`` tells each agency its faults; researchers are told how many there are.
    """

    rule: str
    agency: str
    contact: str
    made_of_it: str
    subject: str


@dataclass(frozen=True, slots=True)
class Episodes:
    """One row for each contact of each subject, by subject and day; days are ordinals, ends exclusive.

    ``subject`` are numbers of ``names``, ``type``, ``agency`` and ``contact`` of those of ``history``. Of
    households there are ``homes``: who lived in which, as known at the cut-off. An episode that is
    going on at the cut-off ends there and is ``open``; ``runs_to`` is when a row ends if that is after the
    cut-off too, so that it stays the same when the cut-off moves. ``died`` has the day of the death of each
    who is known to have died. ``unresolved`` counts touches of records of which it was not known whose they
    are.
    """

    history: History
    cut_off: CutOff
    subject: Ints
    contact: Ints
    type: Ints
    agency: Ints
    severity: Ints
    start: Ints
    end: Ints
    runs_to: Ints
    open: Bools
    died: dict[int, int] = field(default_factory=dict)
    treated: tuple[Treated, ...] = ()
    unresolved: int = 0
    homes: Homes | None = None

    @property
    def names(self) -> list[str]:
        """Ids of those whom it is about, by number."""
        return self.history.names.all if self.homes is None else self.homes.households


def episodes(
    history: History, cut_off: CutOff, *, by: GroupBy = GroupBy.PERSON, holding_days: int = 28
) -> Episodes:
    """All that was known at the cut-off.

    A contact that is no episode keeps its level for ``holding_days``, its own day the first of them; an
    episode lasts from the day it began until the day it closed, and at least one day. A closure that lies
    after the cut-off is not seen.

    Raises:
        UsageError: addresses have no ladder, or nothing would be held for a day.

    Example:
        >>> from mast_resolver.known import Known
        >>> moment = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> len(episodes(History(Known()), CutOff(moment, moment)).subject)
        0
    """
    if by is GroupBy.ADDRESS or holding_days < 1:
        raise UsageError(
            "episodes are of people or households, and last a day at least", fix="say person or household"
        )
    seen = seen_at(history, cut_off)
    homes = homes_at(history, cut_off.recorded) if by is GroupBy.HOUSEHOLD else None
    subject, version, unresolved = _about(history, cut_off, seen, homes)
    names = history.names.all if homes is None else homes.households
    died, several = _deaths(history, cut_off, seen) if by is GroupBy.PERSON else ({}, (NOBODY, NOBODY))
    start, runs_to, is_open, treated = _spans(history, cut_off, names, subject, version, holding_days)
    end = np.minimum(runs_to, cut_off.until)
    last = deaths(died, subject)
    late = start > last  # on the day of a death much is recorded: that is no fault
    treated += _told(history, names, "WHOSE_DEATH", *several, "closed for a death, of several: nobody died")
    treated += _told(
        history, names, "8555Q", subject[late], version[late], "left out: after the person had died"
    )
    if by is GroupBy.PERSON:  # two children's plans at one time are no fault of a household
        treated += _overlaps(history, names, subject, version, start, end, late)
    keep = ~late
    return Episodes(
        history=history,
        cut_off=cut_off,
        subject=subject[keep],
        contact=history.versions.contact[version[keep]],
        type=history.versions.type[version[keep]],
        agency=history.versions.agency[version[keep]],
        severity=history.versions.severity[version[keep]],
        start=start[keep],
        # What closed on the day of the death ended with it: nothing was open for a day in between.
        end=np.where(end >= last, last + 1, end)[keep],
        runs_to=np.where(runs_to >= last, last + 1, runs_to)[keep],
        open=(is_open & (last >= cut_off.until))[keep],
        died=died,
        treated=tuple(dict.fromkeys(treated)),
        unresolved=unresolved,
        homes=homes,
    )


def deaths(died: Mapping[int, int], who: Ints) -> Ints:
    """The day of the death of each of those; ``NO_DAY`` where none is known.

    Example:
        >>> (deaths({7: 738_000}, np.array([7, 8])) == [738_000, NO_DAY]).tolist()
        [True, True]
    """
    day_of = np.full(max(int(who.max(initial=-1)), *died, -1) + 1, NO_DAY, np.int64)
    day_of[list(died)] = list(died.values())
    return day_of[who]


def seen_at(history: History, cut_off: CutOff) -> Bools:
    """Which versions of contacts were known at a cut-off, of what had happened by then."""
    versions, now = history.versions, cut_off.recorded.timestamp()
    known = (versions.recorded_from <= now) & (now < versions.recorded_to)
    visible: Bools = known & (versions.at <= cut_off.valid.timestamp())
    return visible


def people_and_places(history: History, cut_off: CutOff) -> tuple[Ints, Bools, Bools]:
    """Who each touch is of at a cut-off (``living.whose``); which are of people, and which of addresses."""
    entity = whose(history, cut_off.recorded)[history.touches.record]
    is_place = np.array([name.startswith("A-") for name in history.names.all] + [False], np.bool_)
    place = (entity >= 0) & is_place[entity]
    return entity, (entity >= 0) & ~place, place


def _about(history: History, cut_off: CutOff, seen: Bools, homes: Homes | None) -> tuple[Ints, Ints, int]:
    """Subjects and versions, by subject and day, each pair once; and how many touches lead to nobody."""
    touches = history.touches
    entity, person, place = people_and_places(history, cut_off)
    visible = seen[touches.version]
    people = visible & person & np.isin(touches.role, history.roles.find(ABOUT))
    subject, version = entity[people], touches.version[people]
    if homes is not None:
        places = visible & place
        subject, version = _households(
            history, homes, subject, version, entity[places], touches.version[places]
        )
    order = np.lexsort((history.versions.contact[version], history.versions.at[version], subject))
    subject, version = subject[order], version[order]
    once = begins(subject, version)
    return subject[once], version[once], int((visible & (entity < 0)).sum())


def _households(
    history: History, homes: Homes, person: Ints, of_person: Ints, address: Ints, of_address: Ints
) -> tuple[Ints, Ints]:
    at = history.versions.at
    rows, lived = joined(person, at[of_person], homes.person, homes.start, homes.end)
    there, stood = joined(address, at[of_address], homes.address, homes.start, homes.end)
    return (
        np.concatenate([homes.household[lived], homes.household[stood]]),
        np.concatenate([of_person[rows], of_address[there]]),
    )


def _deaths(history: History, cut_off: CutOff, seen: Bools) -> tuple[dict[int, int], tuple[Ints, Ints]]:
    """The first day on which an episode was closed for the death of its one subject, of each person.

    Of whom it is said where it has several, nobody can tell: those people and versions are given back.
    """
    versions, touches = history.versions, history.touches
    closed = seen & versions.died & (versions.closed <= cut_off.valid.timestamp())
    closed &= versions.closed >= versions.at  # of one that is backwards the day is wrong
    said = closed[touches.version] & np.isin(touches.role, history.roles.find([WHO_DIED]))
    who, version = whose(history, cut_off.recorded)[touches.record[said]], touches.version[said]
    version, who = np.unique(np.stack([version[who >= 0], who[who >= 0]]), axis=1)
    one = begins(version) & ends(version)
    died: dict[int, int] = {}
    for person, day in zip(who[one].tolist(), days_of(versions.closed[version[one]]).tolist(), strict=True):
        died[person] = min(day, died.get(person, day))
    return died, (who[~one], version[~one])


def _spans(
    history: History,
    cut_off: CutOff,
    names: Sequence[str],
    subject: Ints,
    version: Ints,
    holding_days: int,
) -> tuple[Ints, Ints, Bools, list[Treated]]:
    versions = history.versions
    at, closed, episode = versions.at[version], versions.closed[version], versions.episode[version]
    backwards = episode & (closed < at)
    undated = episode & (closed == NEVER) & ~versions.open[version]
    going_on = episode & ~undated & (closed > cut_off.valid.timestamp())
    dated = episode & ~backwards & ~undated & ~going_on
    start = days_of(at)
    end = start + holding_days
    end[dated] = np.maximum(days_of(closed[dated]), start[dated] + 1)
    end[going_on] = cut_off.until
    treated = _told(
        history,
        names,
        "8630",
        subject[backwards],
        version[backwards],
        f"closed before it was opened: {holding_days} days",
    )
    treated += _told(
        history,
        names,
        "8810",
        subject[undated],
        version[undated],
        f"closed, nobody says when: {holding_days} days",
    )
    return start, end, going_on, treated


def _overlaps(
    history: History,
    names: Sequence[str],
    subject: Ints,
    version: Ints,
    start: Ints,
    end: Ints,
    late: Bools,
) -> list[Treated]:
    """Of one agency and type, of one subject: on the day on which one ends the next may begin."""
    versions = history.versions
    rows = np.flatnonzero(versions.episode[version] & ~late)
    agency, kind = versions.agency[version[rows]], versions.type[version[rows]]
    order = rows[np.lexsort((start[rows], kind, agency, subject[rows]))]
    first = begins(subject[order], versions.agency[version[order]], versions.type[version[order]])
    # Of all before it in the group: an early long one may overlap one that is not next to it.
    latest = latest_so_far(np.cumsum(first), end[order])
    over = ~first & (np.roll(latest, 1) > start[order])
    rows = order[over]
    return _told(
        history, names, "8820", subject[rows], version[rows], "counted once: overlaps one of its kind"
    )


def _told(
    history: History, names: Sequence[str], rule: str, subject: Ints, version: Ints, made_of_it: str
) -> list[Treated]:
    if not len(version):
        return []
    agencies, contacts, versions = history.agencies.all, history.contacts.all, history.versions
    return [
        Treated(rule, agencies[versions.agency[row]], contacts[versions.contact[row]], made_of_it, names[who])
        for who, row in zip(subject.tolist(), version.tolist(), strict=True)
    ]
