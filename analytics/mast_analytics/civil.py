"""Spans of time as people mean them: days and months by the calendar, hours by the clock."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from mast_resolver.days import LONDON, morning

_SPAN: Final = re.compile(r"(\d{1,4}) (minute|hour|day|week|month|year)s?")
_SECONDS: Final = {"minute": 60, "hour": 3600}
LATEST: Final = dt.date.max.toordinal()


class Unit(StrEnum):
    """What a span is counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def civil(self) -> bool:
        """Whether it is one of the calendar: its length in hours depends on when."""
        return self not in (Unit.MINUTE, Unit.HOUR)


@dataclass(frozen=True, slots=True)
class Span:
    """So many units, the last moment included.

    Civil spans count dates: what happened on one date, at any hour, is within 90 days of what happens on the
    date 90 days on. Months follow the corresponding date, and its month's last day where it has none:
    29 February and twelve months is 28 February. A day of 23 or 25 hours is a day.

    Example:
        >>> Span.read("90 days") == Span(90, Unit.DAY), str(Span(12, Unit.MONTH)), Span.read("soon")
        (True, '12 months', None)
    """

    count: int
    unit: Unit

    @classmethod
    def read(cls, text: str) -> Span | None:
        """As a rule writes it; ``None`` when it is not ``NUMBER minutes|hours|days|weeks|months|years``."""
        found = _SPAN.fullmatch(text.strip())
        return cls(int(found[1]), Unit(found[2])) if found and int(found[1]) else None

    def __str__(self) -> str:
        return f"{self.count} {self.unit.value}{'s' if self.count > 1 else ''}"

    def place(self, at: dt.datetime, zone: ZoneInfo) -> int:
        """Where a moment stands on the span's scale: the ordinal of its date, or seconds since 1970."""
        return local_day(at, zone) if self.unit.civil else int(at.timestamp())

    def reach(self, place: int) -> int:
        """The last place that is within the span of another one; it never falls as that rises.

        Example:
            >>> day = dt.date(2024, 2, 29).toordinal()
            >>> dt.date.fromordinal(Span(12, Unit.MONTH).reach(day)).isoformat()
            '2025-02-28'
        """
        if not self.unit.civil:
            return place + self.count * _SECONDS[self.unit.value]
        if self.unit in (Unit.DAY, Unit.WEEK):
            return min(LATEST, place + self.count * (7 if self.unit is Unit.WEEK else 1))
        return _months_on(place, self.count * (12 if self.unit is Unit.YEAR else 1))

    def over(self, at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """The first moment, in UTC, at which the span since ``at`` is over.

        Example:
            >>> before_summer_time = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)
            >>> Span(1, Unit.DAY).over(before_summer_time, LONDON).isoformat()
            '2026-03-29T23:00:00+00:00'
        """
        last = self.reach(self.place(at, zone))
        if self.unit.civil:
            day = dt.date.fromordinal(min(LATEST, last + 1))
            return morning(day, zone)
        return at.astimezone(dt.UTC) + dt.timedelta(seconds=self.count * _SECONDS[self.unit.value])


def local_day(at: dt.datetime, zone: ZoneInfo) -> int:
    """Ordinal of the date that people there had on the calendar."""
    return at.astimezone(zone).toordinal()


def ends_month(day: dt.date) -> bool:
    """Whether it is the last day of its month.

    Example:
        >>> ends_month(dt.date(2024, 2, 28)), ends_month(dt.date(2024, 2, 29))
        (False, True)
    """
    return day.day == calendar.monthrange(day.year, day.month)[1]


def last_month_end(at: dt.datetime, zone: ZoneInfo = LONDON) -> dt.date:
    """The last day of the last month that is over there at a moment.

    Example:
        >>> last_month_end(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)).isoformat()
        '2026-06-30'
        >>> last_month_end(dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)).isoformat()
        '2026-05-31'
    """
    return at.astimezone(zone).date().replace(day=1) - dt.timedelta(days=1)


def evening(day: dt.date) -> dt.datetime:
    """The last moment of a day in London.

    Example:
        >>> evening(dt.date(2026, 6, 30)).isoformat()
        '2026-06-30T22:59:59.999999+00:00'
    """
    return morning(day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)


def day_in_words(day: dt.date) -> str:
    """A day as it is read, in a sentence; of a moment the day that it says.

    Example:
        >>> day_in_words(dt.date(2026, 5, 3))
        '3 May 2026'
    """
    return f"{day.day} {day:%B %Y}"


def may_follow(then: dt.datetime, later: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether ``later`` may have come after ``then``: of a midnight only the date was said.

    Example:
        >>> noon, that_day = (dt.datetime(2026, 1, 5, hour, tzinfo=LONDON) for hour in (12, 0))
        >>> may_follow(noon, that_day, LONDON), may_follow(noon, noon, LONDON)
        (True, False)
    """
    if then < later:
        return True
    same_day = later.astimezone(zone).date() == then.astimezone(zone).date()
    return same_day and only_a_date(later, zone)


def only_a_date(at: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether a moment is the midnight with which a day begins there: only its date was said (ADR 0057).

    Example:
        >>> begins = morning(dt.date(2026, 7, 1))
        >>> only_a_date(begins, LONDON), only_a_date(begins, dt.UTC)
        (True, False)
    """
    return at.astimezone(zone).time() == dt.time()


def months_before(at: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months before, or the last of that month.

    Example:
        >>> months_before(dt.datetime(2028, 3, 31, tzinfo=dt.UTC), 1).date().isoformat()
        '2028-02-29'
    """
    day = dt.date.fromordinal(_months_on(at.toordinal(), -months))
    return at.replace(year=day.year, month=day.month, day=day.day)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month. Never later for a weekend.

    Example:
        >>> str(months_after(dt.date(2026, 1, 31), 1)), str(months_after(dt.date(2026, 11, 2), 3))
        ('2026-02-28', '2027-02-02')
    """
    return dt.date.fromordinal(_months_on(day.toordinal(), months))


@lru_cache(maxsize=20_000)
def _months_on(place: int, months: int) -> int:
    day = dt.date.fromordinal(place)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return LATEST
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)).toordinal()
