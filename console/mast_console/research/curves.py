"""Shares by days as a drawing: marks where figures are given, and around them all that the true curve may be.

A share never falls. So between two marks it is no lower than the first can mean and no higher than the second
can, and that is the band which is drawn: it is no interval of confidence. Shares are rounded by more the
fewer are followed, and may fall by that alone: they are held to what all released figures together allow. The
report has the same law (`mast_analytics.disclosure.curves.rising`), of which this package may import nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

WIDE: Final = 760
HIGH: Final = 340
LEFT, RIGHT, TOP, FOOT = 62, 540, 16, 80
"""The frame of the drawing; beneath it days and how many are followed, to the right what each line is."""

STEPS_OF_DAYS: Final = (7, 30, 91, 182, 365, 730)
MOST_TICKS: Final = 7
TOPS: Final = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
CLEAR: Final = 58
"""Units that a number beneath needs for itself."""

APART: Final = 18
"""Units between names of lines, so that each can be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens, as marks, a line through them and its band; and its name, beside its end."""

    name: str
    path: str
    band: str
    marks: tuple[tuple[float, float, str], ...]
    label_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All lines on one scale, with what is written around them: places, and what stands there."""

    lines: tuple[Line, ...]
    days: tuple[tuple[float, int], ...]
    shares: tuple[tuple[float, str], ...]
    followed: tuple[tuple[float, int], ...]
    says: str
    wide: int = WIDE
    high: int = HIGH
    left: int = LEFT
    right: int = RIGHT
    bottom: int = HIGH - FOOT


@dataclass(frozen=True, slots=True)
class Point:
    """By a day: how many were followed, what happened since the point before, the share and its limits."""

    day: int
    followed: int
    events: int
    share: float
    least: float
    most: float

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Point:
        """A point as the service has it: its share is rounded to a grain, so half of that is open each way.

        Example:
            >>> point = Point.of({"day": 90, "followed": 75, "events": 10, "share": 0.2, "grain": 0.1})
            >>> round(point.least, 3), round(point.most, 3)
            (0.15, 0.25)
        """
        half = said["grain"] / 2
        least, most = max(0.0, said["share"] - half), min(1.0, said["share"] + half)
        return cls(said["day"], said["followed"], said["events"], said["share"], least, most)


def rising(points: Sequence[Point]) -> list[Point]:
    """The points as a share that never falls: within what those before and after them allow.

    Example:
        >>> first, last = Point(365, 80, 10, 0.625, 0.56, 0.69), Point(730, 60, 10, 0.6, 0.52, 0.67)
        >>> [(each.least, each.share, each.most) for each in rising([first, last])]
        [(0.56, 0.625, 0.67), (0.56, 0.625, 0.67)]
        >>> [each.share for each in rising([first, replace(last, share=0.5, least=0.4, most=0.61)])]
        [0.61, 0.61]
    """
    least = list(accumulate((each.least for each in points), max))
    most = list(accumulate((each.most for each in reversed(points)), min))[::-1]
    within = (min(max(each.share, low), high) for each, low, high in zip(points, least, most, strict=True))
    # No share before is above its own limit, and limits never fall: the greatest so far is within them, too.
    shares = accumulate(within, max)
    return [
        replace(each, share=share, least=low, most=high)
        for each, share, low, high in zip(points, shares, least, most, strict=True)
    ]


def chart(curves: Mapping[str, Sequence[Point]], since: str) -> Chart | None:
    """The drawing of some curves by name; none where there is no point to draw.

    Example:
        >>> drawn = chart({"Reached": [Point(365, 75, 10, 0.2, 0.15, 0.25)]}, "first referral")
        >>> [day for _, day in drawn.days], drawn.shares[-1][1], drawn.followed[-1][1]
        ([0, 91, 182, 273, 364], '40', 75)
    """
    points = [point for line in curves.values() for point in line]
    if not points:
        return None
    last, highest = max(point.day for point in points), max(point.most for point in points)
    top = next((each for each in TOPS if each >= highest), 1.0)

    def x(day: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * day / last, 1)

    def y(share: float) -> float:
        return round(HIGH - FOOT - (HIGH - FOOT - TOP) * share / top, 1)

    step = next((each for each in STEPS_OF_DAYS if last / each <= MOST_TICKS), STEPS_OF_DAYS[-1])
    ends = _apart([y(line[-1].share) for line in curves.values() if line])
    drawn = [(name, line) for name, line in curves.items() if line]
    return Chart(
        tuple(_line(name, line, x, y, end) for (name, line), end in zip(drawn, ends, strict=True)),
        tuple((x(day), day) for day in range(0, last + 1, step)),
        tuple((y(top * part / 4), f"{top * part * 25:g}") for part in range(5)),
        _clear([(x(point.day), point.followed) for point in drawn[0][1]]),
        _says(drawn, since),
    )


def _line(name: str, line: Sequence[Point], x: Any, y: Any, end: float) -> Line:
    path = [f"M{x(0)} {y(0)}", *(f"L{x(point.day)} {y(point.share)}" for point in line)]
    highest, lowest = [f"M{x(0)} {y(0)}"], []
    before = 0.0
    for point, day in zip(line, (0, *(each.day for each in line)), strict=False):
        highest.append(f"V{y(point.most)} H{x(point.day)}")
        lowest.append(f"V{y(before)} H{x(day)}")
        before = point.least
    marks = tuple(
        (x(point.day), y(point.share), f"{name}, by day {point.day}: {percent(point.share)} per cent")
        for point in line
    )
    return Line(name, " ".join(path), " ".join([*highest, *reversed(lowest), "Z"]), marks, end)


def percent(share: float) -> str:
    """A share in per cent, to one place.

    Example:
        >>> percent(0.0667)
        '6.7'
    """
    return f"{share * 100:.1f}"


def _says(lines: Sequence[tuple[str, Sequence[Point]]], since: str) -> str:
    """What the drawing shows, for those who do not see it."""
    ends = "; ".join(
        f"{name}: {percent(line[-1].share)} per cent by day {line[-1].day}" for name, line in lines
    )
    return f"Shares that rise by days since the {since}. {ends}. The figures are in the table below."


def _clear(numbers: Sequence[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    """Those that have room beside each other, from the last one back."""
    kept: list[tuple[float, int]] = []
    for place, number in reversed(numbers):
        if not kept or kept[-1][0] - place >= CLEAR:
            kept.append((place, number))
    return tuple(reversed(kept))


def _apart(heights: Sequence[float]) -> list[float]:
    """Heights of names, moved down where two would stand on each other."""
    found = dict[int, float]()
    free = 0.0
    for place in sorted(range(len(heights)), key=heights.__getitem__):
        found[place] = free = max(heights[place], free)
        free += APART
    return [found[place] for place in range(len(heights))]
