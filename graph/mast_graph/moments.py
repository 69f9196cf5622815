"""Moments as ISO text on the wire, where there are thousands of them.

The driver takes 50 microseconds of Python to pack one date-time and 80 to unpack one; text costs less
than one of either, and the server turns it into a date-time in about one (measured, driver 6.4.1).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache


def to_text(moment: dt.datetime) -> str:
    """A moment in UTC, as Cypher's ``datetime()`` reads it.

    Example:
        >>> to_text(dt.datetime(2026, 11, 1, 12, tzinfo=dt.timezone.utc))
        '2026-11-01T12:00:00+00:00'
    """
    return (moment if moment.tzinfo is dt.UTC else moment.astimezone(dt.UTC)).isoformat()


@lru_cache(maxsize=32_768)  # most moments are midnights of a few thousand days, or the end of time
def from_text(text: str) -> dt.datetime:
    """A moment in UTC, from Cypher's ``toString()`` of one.

    Example:
        >>> from_text("2026-11-01T12:00Z")
        datetime.datetime(2026, 11, 1, 12, 0, tzinfo=datetime.timezone.utc)
    """
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
