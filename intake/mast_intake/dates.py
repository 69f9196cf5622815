"""Dates and times as sources write them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_DIRECTIVE: Final = re.compile(r"%(.)")
_TIGHT: Final = {
    "Y": r"(\d{4})",
    "m": r"(\d\d)",
    "d": r"(\d\d)",
    "H": r"(\d\d)",
    "M": r"(\d\d)",
    "S": r"(\d\d)",
}
_LONDON: Final = ZoneInfo("Europe/London")
_TWO_DIGITS: Final = frozenset("yx")
"""Directives that write a year without its century."""
_LOOSE: Final = {**_TIGHT, **dict.fromkeys("mdHMS", r"(\d{1,2})")}


@dataclass(frozen=True, slots=True)
class _Format:
    """One format: a pattern where the directives are plain numbers, else left to ``strptime``."""

    text: str
    pattern: re.Pattern[str] | None
    order: tuple[str, ...]
    has_day: bool
    has_month: bool


@lru_cache(maxsize=256)
def _compiled(text: str) -> _Format:
    order = tuple(_DIRECTIVE.findall(text))
    names = _TIGHT if re.search(r"%.%", text) else _LOOSE
    pattern = None
    if set(order) <= set(names) and len(set(order)) == len(order):
        pieces = _DIRECTIVE.split(text)
        parts = (names[piece] if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
        pattern = re.compile("".join(parts), re.ASCII)
    has_day = bool({"d", "j", "c", "x"} & set(order))
    return _Format(text, pattern, order, has_day, has_day or bool({"m", "b", "B"} & set(order)))


def _read(text: str, form: _Format) -> dt.datetime | None:
    try:
        if form.pattern is None:
            return dt.datetime.strptime(text, form.text)  # noqa: DTZ007 - the caller adds the zone
        if not (found := form.pattern.fullmatch(text)):
            return None
        number = dict(zip(form.order, map(int, found.groups()), strict=True))
        return dt.datetime(  # noqa: DTZ001 - the caller adds the zone
            number["Y"],
            number.get("m", 1),
            number.get("d", 1),
            number.get("H", 0),
            number.get("M", 0),
            number.get("S", 0),
        )
    except (ValueError, OverflowError, KeyError):
        return None


def read_birth(
    text: str,
    formats: tuple[str, ...],
    *,
    zone: ZoneInfo = _LONDON,
    today: dt.date | None = None,
) -> str | None:
    """A date of birth as ``1983-08-06``, or as much of it as the format has; None if it does not exist.

    Formats are tried in order; without any, ISO dates are read. A time with an offset that is not midnight
    there is told in the ``zone`` of the source: midnight there, kept as UTC, is the evening before. A year of
    two digits that lies after ``today`` is of the century before.

    Example:
        >>> read_birth("06/08/1983", ("%d/%m/%Y",)), read_birth("1983", ("%Y",))
        ('1983-08-06', '1983')
        >>> read_birth("19651511", ("%Y%m%d", "%Y%d%m")), read_birth("31/02/1983", ("%d/%m/%Y",))
        ('1965-11-15', None)
        >>> read_birth("06/08/55", ("%d/%m/%y",), today=dt.date(2026, 6, 1))
        '1955-08-06'
        >>> read_birth("1983-08-05T23:00:00Z", ())
        '1983-08-06'
    """
    text = text.strip()
    for form in map(_compiled, formats):
        if moment := _read(text, form):
            day = _day(moment, zone)
            if day and today and day > today and not _TWO_DIGITS.isdisjoint(form.order):
                day = _century_before(day)
            iso = day.isoformat() if day else None
            return iso if iso is None or form.has_day else iso[:7] if form.has_month else iso[:4]
    if formats:
        return None
    iso_moment = _read_iso(text)
    day = _day(iso_moment, zone) if iso_moment else None
    return day.isoformat() if day else None


def _day(moment: dt.datetime, zone: ZoneInfo) -> dt.date | None:
    if moment.tzinfo is None or moment.time() == dt.time():
        return moment.date()
    try:
        return moment.astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def _century_before(day: dt.date) -> dt.date | None:
    try:
        return day.replace(year=day.year - 100)
    except ValueError:  # 29 February 1900
        return None


def read_moment(text: str, formats: tuple[str, ...], zone: ZoneInfo) -> dt.datetime | None:
    """A date or time in UTC; without an offset of its own it is local time of the source.

    Example:
        >>> read_moment("01/07/2024 09:30", ("%d/%m/%Y %H:%M",), ZoneInfo("Europe/London")).isoformat()
        '2024-07-01T08:30:00+00:00'
    """
    text = text.strip()
    moment = None
    for form in map(_compiled, formats):
        if moment := _read(text, form):
            break
    if not formats:
        moment = _read_iso(text)
    if moment is None:
        return None
    try:
        local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return local.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _read_iso(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def format_fault(text: str) -> str | None:
    """What is wrong with a date format; None when it can be used.

    Example:
        >>> format_fault("%d/%m"), format_fault("%d/%m/%Y")
        ('has no year', None)
    """
    said = set(_DIRECTIVE.findall(text))
    if not {"Y", "y", "c", "x"} & said:
        return "has no year"
    if "Z" in said:
        return "has `%Z`, a zone's name, which says too little: read an offset (`%z`), or set `timezone`"
    sample = dt.datetime(2004, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    try:
        dt.datetime.strptime(sample.strftime(text), text)  # noqa: DTZ007 - only whether it can be read
    except (ValueError, re.error):
        return "is not a date format"
    return None
