"""Homes that a feed states no longer: what of other feeds, and of what was corrected, is left alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from mast_resolver.lapses import lapse, moved, unsaid
from mast_resolver.records import FOREVER, Move, RecordId, Residence
from mast_resolver.residence import Timeline, timeline


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


def home(address: str, start: int, seen: int, feed: str = "f/one") -> Residence:
    return Residence(RecordId("r"), RecordId(address), day(start), day(seen), feed=feed)


def test_one_that_had_not_begun_leaves_nothing() -> None:
    assert lapse(home("a", 20, 20), [], at=day(10)) is None


def test_a_row_of_one_feed_ends_no_home_of_another() -> None:
    other = home("b", 1, 1, "f/two")
    after = moved(timeline([home("a", 0, 0), other]), Move(RecordId("r"), "f/one", None), at=day(9))
    assert {each.address: each.valid_to for each in after.believed} == {"a": day(9), "b": FOREVER}


def test_what_the_feed_had_corrected_does_not_come_back() -> None:
    wrong, right = home("a", 0, 1), home("b", 0, 2)
    known = timeline([wrong, right])
    assert known == Timeline((right,), (wrong,))
    assert unsaid(known, [], [right], feed="f/one", at=day(9)).superseded == ()


def test_a_lapse_corrects_no_earlier_stay_at_the_address() -> None:
    first, renewed = home("a", 0, 30), home("a", 10, 40)
    lapsed = replace(renewed, valid_to=day(20), lapsed=True)
    assert timeline([first, lapsed]).believed == (first, lapsed)
