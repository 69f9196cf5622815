"""Dates as people say them: in the time of the United Kingdom, with how long ago beside them."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

HERE: Final = ZoneInfo("Europe/London")
YEARS: Final = range(2000, 2200)
"""No log of ours is older; beyond them a day has no day after it."""


def moment(text: str) -> dt.datetime:
    """A moment as the service writes it, in local time; a day alone is its beginning here, wherever we run.

    Example:
        >>> moment("2026-06-01").isoformat(), moment("2026-06-01T12:00:00+00:00").isoformat()
        ('2026-06-01T00:00:00+01:00', '2026-06-01T13:00:00+01:00')
    """
    at = dt.datetime.fromisoformat(text)
    return at.astimezone(HERE) if at.tzinfo else at.replace(tzinfo=HERE)


def day(text: str | None) -> str:
    """The day of a moment.

    Example:
        >>> day("2026-05-03T23:30:00+00:00")
        '4 May 2026'
    """
    if text is None:
        return ""
    at = moment(text)
    return f"{at.day} {at:%B %Y}"


def clock_time(text: str) -> str:
    """The time of day of a moment."""
    return f"{moment(text):%H:%M}"


def when(text: str | None, as_of: str) -> str:
    """The day of a moment, and how long before (or after) ``as_of`` it was.

    Example:
        >>> when("2026-05-03T10:00:00+00:00", "2026-11-03T09:00:00+00:00")
        '3 May 2026 (6 months ago)'
        >>> when("2026-11-02T10:00:00+00:00", "2026-11-02T18:00:00+00:00")
        '2 November 2026 (today)'
    """
    if text is None:
        return ""
    return f"{day(text)} ({ago(moment(text).date(), moment(as_of).date())})"


def ago(then: dt.date, now: dt.date) -> str:
    """How long before ``now`` a day was, in its largest whole unit.

    Example:
        >>> ago(dt.date(2026, 10, 31), dt.date(2026, 11, 1)), ago(dt.date(2026, 1, 31), dt.date(2026, 3, 1))
        ('yesterday', '1 month ago')
        >>> ago(dt.date(2020, 2, 29), dt.date(2026, 2, 28)), ago(dt.date(2026, 11, 9), dt.date(2026, 11, 2))
        ('5 years ago', 'in 7 days')
    """
    first, last = sorted((then, now))
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    days = (last - first).days
    if days <= 1:
        return "today" if not days else ("yesterday" if then < now else "tomorrow")
    count, unit = (months // 12, "year") if months >= 12 else (months, "month") if months else (days, "day")
    said = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{said} ago" if then < now else f"in {said}"


def end_of(day: dt.date) -> str:
    """The last moment of a day here, as the service takes it.

    Example:
        >>> end_of(dt.date(2026, 6, 1))
        '2026-06-01T23:59:59.999999+01:00'
    """
    return dt.datetime.combine(day, dt.time.max, HERE).isoformat()


def today(now: dt.datetime) -> dt.date:
    """The day here at a moment, wherever we run.

    Example:
        >>> today(dt.datetime(2026, 6, 1, 23, 30, tzinfo=dt.UTC))
        datetime.date(2026, 6, 2)
    """
    return now.astimezone(HERE).date()


def as_typed(day: dt.date | None) -> str:
    """A day as people write it in its field; nothing where there is none.

    Example:
        >>> as_typed(dt.date(2026, 11, 2)), as_typed(None)
        ('2/11/2026', '')
    """
    return f"{day.day}/{day.month}/{day.year}" if day else ""


def typed_day(text: str) -> dt.datetime | None:
    """The beginning of a day here, as people write it or as calendars do; none, where it is none.

    Example:
        >>> typed_day("2/11/2026") == typed_day("2026-11-02"), typed_day("31/2/2026")
        (True, None)
    """
    day, _, rest = text.replace(" ", "/").partition("/")
    try:
        if rest:
            month, _, year = rest.partition("/")
            date = dt.date(int(year), int(month), int(day))
        else:
            date = dt.date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return dt.datetime.combine(date, dt.time(), HERE) if date.year in YEARS else None


def typed_birth(text: str) -> dt.date | None:
    """A day of any year, as it is typed with strokes between; none, where it is none.

    Example:
        >>> typed_birth("17/03/1994"), typed_birth("31/2/1994")
        (datetime.date(1994, 3, 17), None)
    """
    try:
        day, month, year = map(int, text.split("/"))
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None
