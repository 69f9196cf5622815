"""Shapes of paths: which way, in which order, of those who were followed for long enough."""

from __future__ import annotations

from tests.analytics.histories import contact, known, on

from mast_analytics.episodes import CutOff, episodes
from mast_analytics.shapes import shapes
from mast_analytics.spells import spells

CUT = CutOff(on(400), on(400))
HISTORY = known(
    contact("1", 0, "CHILD_IN_NEED", closed=50),  # up, up again, closed, returned
    contact("2", 10, "SECTION_47_ENQUIRY", closed=50),
    contact("3", 20, "LOOKED_AFTER", closed=50),
    contact("4", 90, "CHILD_IN_NEED", closed=395),
    contact("5", 0, "CHILD_IN_NEED", record="r2"),  # no move
    contact("6", 0, "SECTION_47_ENQUIRY", closed=9, record="r3"),
    contact("7", 3, "CHILD_IN_NEED", closed=20, record="r3", category="died"),
    contact("8", 100, "ED_ATTENDANCE", record="r4"),  # followed for 301 days
)


def test_a_shape_is_the_ways_taken_within_the_time() -> None:
    found = shapes(spells(episodes(HISTORY, CUT)))
    assert found.subjects == {(): 1, ("up", "closed", "returned"): 1, ("down", "died"): 1}
    assert found.too_short == 1


def test_who_was_seen_late_has_no_shape_and_a_shorter_time_has_more_people() -> None:
    found = episodes(HISTORY, CUT)
    late = shapes(spells(found, since=on(5).toordinal()))
    assert (late.subjects, late.too_short) == ({}, 4)
    assert shapes(spells(found), days=40).subjects == {
        (): 1,
        ("closed",): 1,
        ("down", "died"): 1,
        ("up",): 1,
    }
