"""Which feed is late: nothing has come, after it was due, since it was due the time before."""

from __future__ import annotations

import datetime as dt

import pytest

from mast_api.feeds.register import DAYS, Feed
from mast_api.feeds.standing import standing
from mast_graph.deliveries import Receipt, Received


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=dt.UTC)


def feed(days: tuple[str, ...] = DAYS) -> Feed:
    return Feed("a/f", "a", "f.yaml", "00", "Europe/London", due="07:00", days=days)


def came(text: str, state: str = "loaded", reason: str = "") -> Received:
    return Received(Receipt("d", state, reason, feed="a/f", sequence=4), at(text))


WEEKDAYS = DAYS[:5]


@pytest.mark.parametrize(
    ("now", "days", "deliveries", "late"),
    [
        pytest.param("11-26T06:59", DAYS, [came("11-25T05:00")], False, id="not due yet today"),
        pytest.param(
            "11-26T07:00", DAYS, [came("11-25T05:00")], True, id="due now, and only yesterday's came"
        ),
        pytest.param("11-26T07:00", DAYS, [came("11-26T05:00")], False, id="today's came in time"),
        pytest.param(
            "11-26T12:00", DAYS, [came("11-25T08:00")], False, id="one after yesterday's hour is today's"
        ),
        pytest.param("11-26T07:00", DAYS, [], True, id="nothing ever came"),
        pytest.param("11-29T12:00", WEEKDAYS, [came("11-27T05:00")], False, id="not expected on a Sunday"),
        pytest.param("11-30T07:00", WEEKDAYS, [came("11-27T05:00")], True, id="expected on Monday"),
        pytest.param("06-26T06:00", DAYS, [came("06-25T04:00")], True, id="seven in London is six in summer"),
        pytest.param("06-26T05:59", DAYS, [came("06-25T04:00")], False, id="and not before"),
        pytest.param(
            "11-26T07:00",
            DAYS,
            [came("11-26T05:00", "quarantined", "wrong-hash")],
            True,
            id="a refused one is none",
        ),
        pytest.param(
            "11-26T07:00", DAYS, [came("11-26T05:00", "quarantined", "shrunk")], False, id="a held one came"
        ),
    ],
)
def test_a_feed_is_late(now: str, days: tuple[str, ...], deliveries: list[Received], late: bool) -> None:
    found = standing(feed(days), deliveries, at(now))
    assert found.late is late
    assert any("late" in warning for warning in found.warnings) is late


def test_what_waits_and_what_was_refused_is_said() -> None:
    held = standing(feed(), [came("11-26T05:00", "quarantined", "shrunk")], at("11-26T08:00"))
    assert held.waiting
    assert "number 4 is held back (shrunk)" in held.warnings[0]
    refused = standing(feed(), [came("11-26T05:00", "quarantined", "wrong-hash")], at("11-26T06:00"))
    assert not refused.waiting
    assert refused.warnings[-1].endswith("wrong-hash")
