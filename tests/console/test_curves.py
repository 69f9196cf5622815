"""Shares by days: rounded by more the fewer are followed, they may not seem to fall, nor leave their band."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mast_console.research.curves import HIGH, Point, chart, percent, rising
from mast_console.research.times import times

RELEASED = (
    (390, 90, 2 / 3, 1 / 9),
    (414, 80, 0.625, 1 / 8),
    (458, 70, 5 / 7, 1 / 7),
    (494, 60, 2 / 3, 1 / 6),
    (533, 50, 0.8, 0.2),
    (685, 30, 2 / 3, 1 / 3),
)
"""As a service released them: days, how many were followed, shares and their grains."""


def point(day: int, followed: int, share: float, grain: float) -> dict[str, Any]:
    return {"day": day, "followed": followed, "events": 10, "share": share, "grain": grain}


SAID = {
    "event": "REACHED_LEVEL",
    "level": 4,
    "origin": 0,
    "curves": [{"cause": "reached", "withheld": False, "points": [point(*each) for each in RELEASED]}],
    "starts": None,
    "lookBack": None,
}


def test_table_drawing_and_words_say_the_same_of_a_curve_that_rounding_made_fall() -> None:
    (part,) = times(SAID, {})
    rows = [[float(cell) for cell in row.cells[2:]] for row in part.tables[0].rows]
    for (share, least, most), (later, *limits) in pairwise(rows):
        assert least <= share <= most
        assert share <= later
        assert least <= limits[0]
        assert most <= limits[1]
    assert part.chart
    (line,) = part.chart.lines
    assert [said.rpartition(": ")[2] for _, _, said in line.marks] == [f"{row[0]} per cent" for row in rows]
    heights = [y for _, y, _ in line.marks]
    assert heights == sorted(heights, reverse=True), "the line never falls"
    assert re.findall(r"[ML][\d.]+ ([\d.]+)", line.path)[1:] == [str(each) for each in heights]
    assert f"{rows[-1][0]} per cent by day 685" in part.chart.says
    assert any("A share never falls" in said for said in part.says)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=12).map(sorted),
    st.lists(st.floats(0.01, 0.5), min_size=12, max_size=12),
)
def test_what_is_shown_never_falls_lies_in_its_band_and_the_band_holds_the_truth(
    truth: list[float], grains: list[float]
) -> None:
    shown = rising(
        [
            Point.of(point(day, 50, min(1.0, round(share / grain) * grain), grain))
            for day, (share, grain) in enumerate(zip(truth, grains, strict=False), 1)
        ]
    )
    for exact, each in zip(truth, shown, strict=True):
        assert each.least - 1e-9 <= exact <= each.most + 1e-9
        assert each.least - 1e-9 <= each.share <= each.most + 1e-9
    assert [each.share for each in shown] == sorted(each.share for each in shown)
    drawn = chart({"Reached": shown}, "first contact")
    assert drawn
    assert all(0 <= y <= HIGH for _, y, _ in drawn.lines[0].marks)
    assert percent(shown[-1].share) in drawn.says
