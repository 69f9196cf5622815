"""Spans by the calendar and by the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_analytics.civil import Span, Unit
from mast_resolver.days import LONDON

SPANS = st.builds(Span, st.integers(1, 200), st.sampled_from(list(Unit)))
MOMENTS = st.integers(600_000_000, 2_800_000_000).map(lambda at: dt.datetime.fromtimestamp(at, dt.UTC))


@pytest.mark.parametrize(
    ("span", "start", "over"),
    [
        pytest.param("1 day", "2026-03-28T12:00", "2026-03-30T00:00+01:00", id="a day of 23 hours is a day"),
        pytest.param("1 day", "2026-10-24T12:00", "2026-10-26T00:00+00:00", id="a day of 25 hours is a day"),
        pytest.param("24 hours", "2026-10-24T12:00", "2026-10-25T11:00+00:00", id="24 hours are 24 hours"),
        pytest.param("1 month", "2027-01-31T09:00", "2027-03-01T00:00+00:00", id="a month without that date"),
        pytest.param("1 month", "2028-01-31T09:00", "2028-03-01T00:00+00:00", id="the same in a leap year"),
        pytest.param("12 months", "2024-02-29T09:00", "2025-03-01T00:00+00:00", id="a year from a leap day"),
        pytest.param("4 years", "2024-02-29T09:00", "2028-03-01T00:00+00:00", id="leap day to leap day"),
        pytest.param("2 weeks", "2028-02-20T09:00", "2028-03-06T00:00+00:00", id="weeks over a leap day"),
    ],
)
def test_when_a_span_is_over(span: str, start: str, over: str) -> None:
    read = Span.read(span)
    assert read is not None
    begun = dt.datetime.fromisoformat(start).replace(tzinfo=LONDON)
    assert read.over(begun, LONDON) == dt.datetime.fromisoformat(over)


@given(SPANS, MOMENTS, st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)))
def test_what_began_later_is_over_no_sooner(span: Span, at: dt.datetime, later: dt.timedelta) -> None:
    assert span.over(at, LONDON) <= span.over(at + later, LONDON)


@given(SPANS, MOMENTS, MOMENTS)
def test_within_a_span_and_before_it_is_over_are_the_same(
    span: Span, at: dt.datetime, other: dt.datetime
) -> None:
    at, other = at.replace(microsecond=0), other.replace(microsecond=0)
    within = span.place(other, LONDON) <= span.reach(span.place(at, LONDON))
    # A civil span includes its last day; one by the clock includes its last moment.
    assert within == (
        other < span.over(at, LONDON) or (not span.unit.civil and other == span.over(at, LONDON))
    )


def test_a_day_is_that_of_the_rule_s_zone() -> None:
    at, span = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), Span(1, Unit.DAY)
    assert span.place(at, LONDON) == span.place(at, ZoneInfo("UTC")) + 1


@pytest.mark.parametrize(
    "text", ["", "90", "days", "0 days", "-1 days", "1.5 days", "90days", "99999 days", "1 decade"]
)
def test_what_is_no_span(text: str) -> None:
    assert Span.read(text) is None


def test_a_span_beyond_all_dates_ends_with_them() -> None:
    last = dt.date.max.toordinal()
    assert Span(9999, Unit.YEAR).reach(dt.date(2026, 1, 1).toordinal()) == last
    assert Span(9999, Unit.WEEK).reach(last - 3) == last
