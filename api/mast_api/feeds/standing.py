"""How each registered feed stands: what came, what is late, what waits for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from mast_api.feeds.checking import CONFIRMABLE
from mast_api.feeds.register import DAYS, Feed
from mast_graph.deliveries import LOADED, QUARANTINED, Received

DAYS_BACK: Final = 14


@dataclass(frozen=True, slots=True)
class Standing:
    """A feed and its latest deliveries; ``warnings`` are sentences for a person."""

    feed: str
    agency: str
    due_at: dt.datetime | None
    late: bool
    waiting: bool
    warnings: tuple[str, ...]
    deliveries: tuple[Received, ...]


def standing(feed: Feed, deliveries: Sequence[Received], now: dt.datetime) -> Standing:
    """How a feed stands at a moment.

    It is late when, after it was due, nothing has come since it was due the time before.
    """
    due, before = _last_due(feed, now)
    loaded = [each.received_at for each in deliveries if _came(each)]
    late = due is not None and (not loaded or (before is not None and max(loaded) <= before))
    held = [each for each in deliveries if is_held(each)]
    warnings = []
    if late and due is not None:
        last = f"the last one came on {_said(max(loaded), feed.timezone)}" if loaded else "none ever came"
        warnings.append(f"late: it was due on {_said(due, feed.timezone)}, and {last}")
    warnings += [
        f"number {each.receipt.sequence} is held back ({each.receipt.reason}): look at it, then "
        f"let it in with mast feeds release, or turn it away with mast feeds discard"
        for each in held
    ]
    if deliveries and deliveries[0].receipt.state == QUARANTINED and not is_held(deliveries[0]):
        warnings.append(f"the latest delivery was refused: {deliveries[0].receipt.reason}")
    return Standing(feed.feed, feed.agency, due, late, bool(held), tuple(warnings), tuple(deliveries))


def _said(at: dt.datetime, zone: str) -> str:
    """A moment as people say it where a feed is expected.

    Example:
        >>> _said(dt.datetime(2026, 6, 2, 6, tzinfo=dt.UTC), "Europe/London")
        '2 June at 07:00'
    """
    here = at.astimezone(ZoneInfo(zone))
    return f"{here.day} {here:%B at %H:%M}"


def all_standings(
    feeds: Mapping[str, Feed], deliveries: Mapping[str, Sequence[Received]], now: dt.datetime
) -> list[Standing]:
    """Of every registered feed, by name."""
    return [standing(feed, deliveries.get(name, ()), now) for name, feed in sorted(feeds.items())]


def is_held(received: Received) -> bool:
    """Whether it waits for a person to confirm or discard it."""
    return received.receipt.state == QUARANTINED and received.receipt.reason in CONFIRMABLE


def _came(received: Received) -> bool:
    return received.receipt.state == LOADED or is_held(received)


def _last_due(feed: Feed, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The last moment at which it was due, and the one before, in UTC."""
    zone = ZoneInfo(feed.timezone)
    today = now.astimezone(zone).date()
    days = [today - dt.timedelta(days=back) for back in range(DAYS_BACK + 1)]
    moments = [
        dt.datetime.combine(day, feed.due_at, zone).astimezone(dt.UTC)
        for day in days
        if DAYS[day.weekday()] in feed.days
    ]
    passed = [moment for moment in moments if moment <= now]
    return (passed[0] if passed else None), (passed[1] if len(passed) > 1 else None)
