"""Contacts of a year beside those of the year before, by type, agency or area, with intervals.

Contacts come in clusters: a household is in trouble, a school term begins. So counts vary more than Poisson's
would, and an interval that supposes Poisson finds changes that are none. Weekly counts are taken as negative
binomial with a variance that is a constant multiple of the mean (NB1: Cameron and Trivedi 2013, Regression
Analysis of Count Data, 2nd ed., section 3.3): sums of such weeks are such counts again, with the same
multiple, so that what is learnt from weeks holds for a year. With a multiple of one it is Poisson. Weeks do
not show that one household had many contacts all year: the multiple is that between households where it is
more.

A year of which agreements let only the later part be counted is none: beside a whole one it would look like
growth, or like its opposite.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np

from mast_analytics.clusters import Varies, clusters_of, dispersion, households_of, of_later
from mast_analytics.digests import hash_of, hashed, mixed
from mast_analytics.episodes import CutOff, people_and_places, seen_at
from mast_analytics.history import Bools, History, Ints, begins, days_of
from mast_analytics.intervals import wilson
from mast_analytics.living import homes_at, joined, whose
from mast_resolver.errors import UsageError

WEEK: Final = 7
WEEKS: Final = 52
BETWEEN: Final = " / "
NO_AREA, SEVERAL_AREAS = "(no area known)", "(more than one area)"


class By(StrEnum):
    """What contacts are counted by."""

    TYPE = "type"
    AGENCY = "agency"
    AREA = "area"
    SOURCE = "agency and type"
    """Names are then of both, with ``BETWEEN`` between them."""


@dataclass(frozen=True, slots=True)
class Change:
    """How often in each year, of how many different people, and by what factor that is more.

    People stand for whoever was touched: an address where it was nobody. ``ratio`` is of counts a day, with
    its interval; ``None`` where there is nothing to divide by or a year is not whole, and for ``high`` where
    there is no limit. ``dispersion`` is by how much the variance exceeds Poisson's, never below 1. ``whole``
    says of each year whether all of it may be counted: else its count is of the later part of it.
    ``dominated`` is whether one household or two make most of either year, or of what varies.
    """

    name: str
    before: int
    now: int
    people_before: int
    people_now: int
    dispersion: float
    ratio: float | None
    low: float | None
    high: float | None
    whole: tuple[bool, bool] = (True, True)
    dominated: bool = False


@dataclass(frozen=True, slots=True)
class Volumes:
    """Changes by name, and of all together; ``before`` and ``now`` are years, ends exclusive.

    ``cut`` are the agencies and classes of data of which not both years are whole, with the day from which on
    they are.
    """

    by: By
    before: tuple[dt.date, dt.date]
    now: tuple[dt.date, dt.date]
    changes: tuple[Change, ...]
    total: Change
    cut: tuple[tuple[str, dt.date], ...] = ()
    wider: Mapping[tuple[By, str], Varies] = field(default_factory=dict)
    """Of volumes by agency and type: how all of each agency and of each type vary."""


def volumes(
    history: History, cut_off: CutOff, by: By, *, areas: Mapping[str, str] | None = None, level: float = 0.95
) -> Volumes:
    """The twelve months that end with the cut-off, and the twelve before, as known at the cut-off.

    Each contact counts once, whomever it touches. ``areas`` says in which area records of addresses lie: a
    contact lies at its place, else where whoever it touches lived at the time. A hostel is nobody's home.
    All together, and an area, are whole where every agency's contacts are: anybody's may lie there.

    Raises:
        UsageError: by area, and nobody said where; or the level is not between 0 and 1.

    Example:
        >>> from mast_resolver.known import Known
        >>> end = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)
        >>> found = volumes(History(Known()), CutOff(end, end), By.TYPE)
        >>> found.now[0].isoformat(), found.before[0].isoformat(), found.total.ratio
        ('2025-11-01', '2024-11-01', None)
    """
    if by is By.AREA and areas is None:
        raise UsageError("nobody said which areas there are", fix="load a look-up of areas: mast load-areas")
    (before, now, end), day, counted = two_years(history, cut_off)
    rows = np.flatnonzero(counted)
    names, label = _labels(history, cut_off, by, areas)
    touched, who = touched_by(history, cut_off, counted)
    marks = _Marks(day, (before, now, end), touched, who, households_of(history, cut_off))
    since = whole_from(history, cut_off)
    latest = int(since.max(initial=0))
    changes = []
    for place in np.unique(label[rows]).tolist():
        mine = rows[label[rows] == place]
        held = latest if by is By.AREA else int(since[mine].max())
        changes.append(marks.change(names[place], mine, level, held))
    years = [(dt.date.fromordinal(a), dt.date.fromordinal(b)) for a, b in ((before, now), (now, end))]
    return Volumes(
        by=by,
        before=years[0],
        now=years[1],
        changes=tuple(sorted(changes, key=lambda each: each.name)),
        total=marks.change("all", rows, level, latest),
        cut=_cut(history, since, before),
        wider=_wider(history, marks, rows) if by is By.SOURCE else {},
    )


def _wider(history: History, marks: _Marks, rows: Ints) -> dict[tuple[By, str], Varies]:
    of = history.versions
    kinds = (By.AGENCY, of.agency, history.agencies.all), (By.TYPE, of.type, history.types.all)
    return {
        (by, names[place]): marks.varies(rows[label[rows] == place])
        for by, label, names in kinds
        for place in np.unique(label[rows]).tolist()
    }


def change(
    name: str,
    counts: tuple[int, int],
    people: tuple[int, int],
    weekly: tuple[Ints, Ints],
    days: tuple[int, int],
    level: float = 0.95,
    *,
    between: float = 1.0,
) -> Change:
    """Of two years: counts, different people, counts of whole weeks, and how many days they had.

    ``between`` is by how much the share of this year varies more between households than independent contacts
    would have it (:func:`~mast_analytics.clusters.spread`).

    Given how many there were in both, those of this year are a share of them: its interval is Wilson's at a
    size that the dispersion makes smaller, and the ratio's limits are its odds. That is the exact conditional
    comparison of two Poisson counts (Przyborowski and Wilenski 1940) with Wilson's limits for the binomial.

    Raises:
        UsageError: the level is not between 0 and 1.

    Example:
        >>> even = np.full(52, 2), np.full(52, 3)
        >>> found = change("all", (104, 156), (80, 90), even, (364, 364))
        >>> found.ratio, round(found.low, 2), round(found.high, 2)
        (1.5, 1.17, 1.92)
    """
    before, now = counts
    varies = max(dispersion(*weekly), between)
    low, high = limits(before, now, days[0] / days[1], varies, level)
    return Change(
        name=name,
        before=before,
        now=now,
        people_before=people[0],
        people_now=people[1],
        dispersion=varies,
        ratio=now / before * days[0] / days[1] if before else None,
        low=low,
        high=high,
    )


def limits(
    before: float, now: float, per_day: float, spread: float, level: float = 0.95
) -> tuple[float | None, float | None]:
    """Limits of the ratio of two counts; ``None`` where there is none.

    Example:
        >>> limits(0, 4, 1.0, 1.0)[1] is None
        True
    """
    share_low, share_high = wilson(now / spread, (before + now) / spread, level)

    def odds(share: float) -> float | None:
        return None if np.isnan(share) or share >= 1 else share / (1 - share) * per_day

    return odds(float(share_low)), odds(float(share_high))


def people_behind(history: History, cut_off: CutOff, versions: Bools) -> int:
    """Of how many different people those contacts are; of addresses, where they are of nobody."""
    _, who = touched_by(history, cut_off, versions)
    return max(len(np.unique(who)), int(versions.any()))


def whole_from(history: History, cut_off: CutOff) -> Ints:
    """The day from which on all that is held of the agency and class of data of each version may be counted.

    An agency may be under several agreements: it is the latest of their days. It is not asked of fewer
    contacts than an agency's of a class, so that no day tells of the agreement of a single one.

    Example:
        >>> from mast_resolver.known import Known
        >>> end = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)
        >>> whole_from(History(Known()), CutOff(end, end)).tolist()
        []
    """
    of, known = history.versions, history.versions.recorded_from <= cut_off.recorded.timestamp()
    source = of.agency * len(history.data_classes.all) + of.data_class
    latest = np.zeros(len(history.agencies.all) * len(history.data_classes.all), np.int64)
    np.maximum.at(latest, source[known], of.since[known])
    days: Ints = latest[source]
    return days


def contacts_of(
    history: History, cut_off: CutOff, areas: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Whoever contacts of the two years touched, with a digest of their contacts: for the ledger of releases.

    Names are told apart from those of cohorts, who are counted by their paths and not by their contacts.
    With ``areas`` the digest has the area of each contact too, which hangs on homes, and names are
    others again: volumes by area are held against such, and by their total against all.

    Example:
        >>> from mast_resolver.known import Known
        >>> end = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)
        >>> contacts_of(History(Known()), CutOff(end, end))
        {}
    """
    (_, now, _), day, counted = two_years(history, cut_off)
    touched, who = touched_by(history, cut_off, counted)
    if not len(who):
        return {}
    of = history.versions
    kinds, agencies = hashed(history.types)[of.type[touched]], hashed(history.agencies)[of.agency[touched]]
    rows = mixed(mixed(kinds, agencies), day[touched].astype(np.uint64))
    rows = mixed(rows, (day[touched] >= now).astype(np.uint64))
    called = "contacts of"
    if areas is not None:
        names_of, label = by_area(history, cut_off, areas)
        rows = mixed(rows, np.array([hash_of(each) for each in names_of], np.uint64)[label[touched]])
        called = "contacts by area of"
    order = np.argsort(who, kind="stable")
    first = np.flatnonzero(begins(who[order]))
    names = history.names.all
    return {
        f"{called} {names[each]}": digest.tobytes()
        for each, digest in zip(who[order][first].tolist(), np.add.reduceat(rows[order], first), strict=True)
    }


def _cut(history: History, since: Ints, before: int) -> tuple[tuple[str, dt.date], ...]:
    of, names, classes = history.versions, history.agencies.all, history.data_classes.all
    late = since > before
    found = set(zip(*(each[late].tolist() for each in (of.agency, of.data_class, since)), strict=True))
    return tuple(sorted((f"{names[a]} ({classes[b]})", dt.date.fromordinal(day)) for a, b, day in found))


def two_years(history: History, cut_off: CutOff) -> tuple[tuple[int, int, int], Ints, Bools]:
    """Where both years begin and the later one ends; the day of each version; which of them are counted."""
    end = cut_off.until
    now = _year_before(end)
    before = _year_before(now)
    seen = seen_at(history, cut_off)
    day = np.full(len(seen), -1, np.int64)
    day[seen] = days_of(history.versions.at[seen])
    return (before, now, end), day, seen & (day >= before)


class _Marks:
    """The two years, cut into weeks from the end of each back, and who stands behind which version."""

    def __init__(
        self, day: Ints, ends: tuple[int, int, int], touched: Ints, who: Ints, belongs: Ints
    ) -> None:
        self._day, self._ends = day, ends
        order = np.argsort(touched, kind="stable")
        self._touched, self._who = touched[order], who[order]
        self._cluster = clusters_of(self._touched, self._who, belongs, len(day))

    def change(self, name: str, rows: Ints, level: float, held: int) -> Change:
        before, now, end = self._ends
        (first, second), varies = self._years(rows), self.varies(rows)
        found = change(
            name,
            (len(first), len(second)),
            (self._people(first), self._people(second)),
            (self._weekly(first, now), self._weekly(second, end)),
            (now - before, end - now),
            level,
            between=varies.spread,
        )
        found = replace(found, dominated=varies.dominated)
        whole = (held <= before, held <= now)
        return found if all(whole) else replace(found, ratio=None, low=None, high=None, whole=whole)

    def varies(self, rows: Ints) -> Varies:
        """Of those versions together, of both years."""
        _, now, end = self._ends
        weekly = (self._weekly(*each) for each in zip(self._years(rows), (now, end), strict=True))
        return Varies.of(Varies(dispersion(*weekly)), of_later(self._day[rows] >= now, self._cluster[rows]))

    def _years(self, rows: Ints) -> tuple[Ints, Ints]:
        later = self._day[rows] >= self._ends[1]
        return rows[~later], rows[later]

    def _people(self, rows: Ints) -> int:
        # Records that are nobody yet may all be one person: of them alone it is one.
        first = np.searchsorted(self._touched, rows, "left")
        many = np.searchsorted(self._touched, rows, "right") - first
        place = np.arange(many.sum()) + np.repeat(first - np.cumsum(many) + many, many)
        return max(len(np.unique(self._who[place])), int(len(rows) > 0))

    def _weekly(self, rows: Ints, end: int) -> Ints:
        week = (end - 1 - self._day[rows]) // WEEK
        return np.bincount(week[week < WEEKS], minlength=WEEKS)


def _labels(
    history: History, cut_off: CutOff, by: By, areas: Mapping[str, str] | None
) -> tuple[list[str], Ints]:
    if by is By.TYPE:
        return history.types.all, history.versions.type
    if by is By.AGENCY:
        return history.agencies.all, history.versions.agency
    if by is By.SOURCE:
        types = len(history.types.all)
        names = [f"{agency}{BETWEEN}{kind}" for agency in history.agencies.all for kind in history.types.all]
        return names, history.versions.agency * types + history.versions.type
    return by_area(history, cut_off, areas or {})


def by_area(history: History, cut_off: CutOff, areas: Mapping[str, str]) -> tuple[list[str], Ints]:
    """Names of areas, and the number of the one in which each version lies."""
    names = [*sorted(set(areas.values())), NO_AREA, SEVERAL_AREAS]
    nowhere, several = len(names) - 2, len(names) - 1
    number = {name: place for place, name in enumerate(names)}
    entity = whose(history, cut_off.recorded)
    area_of = np.full(len(history.names.all) + 1, -1, np.int64)
    # Names are shared by readings: another one may have added records meanwhile.
    for place, record in enumerate(history.records.all[: len(entity)]):
        if record in areas and entity[place] >= 0:
            area_of[entity[place]] = number[areas[record]]
    touches, homes = history.touches, homes_at(history, cut_off.recorded)
    touched, at = entity[touches.record], history.versions.at[touches.version]
    rows, lived = joined(touched, at, homes.person, homes.start, homes.end)
    label = np.full(len(history.versions.at), nowhere, np.int64)
    # Homes first, then places over them: where it happened goes before where they lived.
    for version, area in (
        (touches.version[rows], area_of[homes.address[lived]]),
        (touches.version, np.where(touched >= 0, area_of[touched], -1)),
    ):
        pairs = np.unique(np.stack([version[area >= 0], area[area >= 0]]), axis=1)
        which, first, count = np.unique(pairs[0], return_index=True, return_counts=True)
        label[which] = np.where(count == 1, pairs[1][first], several)
    return names, label


def touched_by(history: History, cut_off: CutOff, seen: Bools) -> tuple[Ints, Ints]:
    """Versions, and whom each touches: people, and addresses where it is no person."""
    touches = history.touches
    entity, person, place = people_and_places(history, cut_off)
    has_person = np.zeros(len(seen), np.bool_)
    has_person[touches.version[person]] = True
    rows = seen[touches.version] & (person | (place & ~has_person[touches.version]))
    return touches.version[rows], entity[rows]


def _year_before(day: int) -> int:
    """The same date a year before; of a leap day the first of March, so that no day is in both years."""
    date = dt.date.fromordinal(day)
    leap = date.month == 2 and date.day == 29
    return (dt.date(date.year - 1, 3, 1) if leap else date.replace(year=date.year - 1)).toordinal()
