"""Keyset cursors: the last contact of a page and the moment of which the first page was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mast_analytics.civil import months_before
from mast_api.access import Question, may
from mast_api.asking import Asking
from mast_api.limits import FIRST_MOST
from mast_graph.read import LAST_ID, OLDEST, Scope, SharedRow
from mast_resolver.errors import BadCursorError, BadRequestError
from mast_resolver.records import FOREVER

BEFORE_ALL: Final = 2**62
"""A moment in milliseconds after every contact: where the first page begins, newest first."""

LIFETIME: Final = dt.timedelta(hours=12)
"""Pages show the graph as of the first one; older than a shift, they would hide corrections."""

SKEW: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list that is newest first.

    Example:
        >>> cursor = Cursor(1_793_000_000_000, "c1", 1_793_600_000_000)
        >>> Cursor.read(str(cursor)) == cursor
        True
    """

    at: int
    id: str
    as_of: int

    def __str__(self) -> str:
        return f"{self.at:x}.{self.as_of:x}.{self.id}"

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Inverse of ``str``.

        Raises:
            BadCursorError: it is not one of ours.
        """
        try:
            at, as_of, found = text.split(".", 2)
            cursor = cls(int(at, 16), found, int(as_of, 16))
        except ValueError:
            raise _unusable() from None
        if not found or max(abs(cursor.at), abs(cursor.as_of)) >= BEFORE_ALL:
            raise _unusable()
        return cursor


def place(at: dt.datetime, id_: str) -> str:
    """The cursor of an entry of a list that is by moment and id, whatever the moment of its first page."""
    return f"{at.isoformat()}|{id_}"


def read_place(after: str | None, checked: Callable[[str], str]) -> tuple[dt.datetime, str]:
    """Inverse of :func:`place`; for the first page what comes before all. ``checked`` raises BadRequestError.

    Raises:
        BadCursorError: it is not one of ours.
    """
    if after is None:
        return FOREVER, LAST_ID
    at, _, id_ = after.partition("|")
    try:
        return in_utc(dt.datetime.fromisoformat(at)), checked(id_)
    except (ValueError, BadRequestError):
        raise _unusable() from None


def check_page_size(first: int) -> None:
    """Refuse a page of none, or of too many.

    Raises:
        BadCursorError: it is.
    """
    if not 1 <= first <= FIRST_MOST:
        raise BadCursorError(
            f"first is not from 1 to {FIRST_MOST}", fix=f"ask for at most {FIRST_MOST} and page on with after"
        )


def scope(
    asking: Asking,
    since: dt.datetime | None = None,
    first: int = 1,
    after: str | None = None,
    *,
    only_open: bool = False,
) -> Scope:
    """What to read for one page; the twelve months end now, or on the day the settings say.

    Raises:
        BadCursorError: the cursor or the page size is not usable.
    """
    check_page_size(first)
    now, as_at, caller = asking.now, asking.services.settings.as_at, asking.caller
    as_of, after_at, after_id = now, BEFORE_ALL, ""
    if after is not None:
        cursor = Cursor.read(after)
        as_of = _moment(cursor.as_of, now)
        after_at, after_id = cursor.at, cursor.id
    return Scope(
        as_of=as_of,
        window_from=months_before(as_at or as_of, 12),
        today=as_at or as_of,
        serving_at=as_at or now,
        since=in_utc(since) if since else OLDEST,
        purpose=caller.purpose.value,
        agency=caller.agency,
        full=may(caller, Question.FULL_HISTORY),
        data_classes=sorted(caller.data_classes),
        first=first,
        after_at=after_at,
        after_id=after_id,
        only_open=only_open,
    )


def check_moment(scope: Scope, row: SharedRow) -> None:
    """Refuse a next page where who is who, or who lived where, is not as it was on the first one.

    Contacts hang on records, and these are somebody else's now: what was listed under them would be
    skipped, or listed under others again, without a word.

    Raises:
        BadCursorError: it is so.
    """
    if scope.after_id and row["moved"]:
        raise BadCursorError(
            "who is who here, or who lived here, has changed since the first page",
            fix="begin again at the first page",
        )


def milliseconds(moment: dt.datetime) -> int:
    """Whole milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def moment(value: int) -> dt.datetime:
    """Inverse of :func:`milliseconds`."""
    return dt.datetime.fromtimestamp(value / 1000, dt.UTC)


def _moment(as_of: int, now: dt.datetime) -> dt.datetime:
    if not milliseconds(now - LIFETIME) <= as_of <= milliseconds(now + SKEW):
        raise BadCursorError("the cursor is too old", fix="begin again at the first page")
    return moment(as_of)


def in_utc(given: dt.datetime) -> dt.datetime:
    """A moment as callers give it, in UTC; without a zone it is taken to be in it.

    Raises:
        BadRequestError: it is in the first or the last year there is: hours before or after it, or the same
            moment in London, may be in none.
    """
    if not dt.MINYEAR < given.year < dt.MAXYEAR:
        raise BadRequestError("a moment is out of range", fix="give one of the years 2 to 9998")
    return given.astimezone(dt.UTC) if given.tzinfo else given.replace(tzinfo=dt.UTC)


def _unusable() -> BadCursorError:
    return BadCursorError("the cursor is not one of ours", fix="send back endCursor as it was given")
