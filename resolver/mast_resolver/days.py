"""Days of agreements, rules and figures: those of London, whatever the clock of the machine says."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def morning(day: dt.date, zone: dt.tzinfo = LONDON) -> dt.datetime:
    """The moment, in UTC, at which a day begins: in London, or where it is said.

    Example:
        >>> morning(dt.date(2026, 7, 1)).isoformat()
        '2026-06-30T23:00:00+00:00'
    """
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
