"""What came after what, as a drawing: kinds of contact left, what came next right, ribbons between them.

A ribbon is as thick as what it stands for happened often. Only what the table has is drawn.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

RIBBON: Final = 320
"""Units from where ribbons begin to where they end; names stand outside, with as much room as they need."""

BLOCK: Final = 12
MOST_DRAWN: Final = 25
"""Ribbons: with more of them none can be followed."""

GAP: Final = 10
LEAST: Final = 17
"""Units that a line of a name needs for itself, however thin its ribbons are."""

FULL: Final = 420
"""Units for all ribbons together."""

LONGEST_LINE: Final = 26
A_LETTER: Final = 7.6
BESIDE: Final = 26
"""Letters in a line of a name, how wide one is, and how far off the ribbons a name begins."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One thing and what came next, and how often."""

    before: str
    after: str
    times: int


@dataclass(frozen=True, slots=True)
class Block:
    """One kind on one side: where it stands, and how much of it is drawn."""

    name: str
    y: float
    high: float
    times: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The shape of one flow, and what it says."""

    path: str
    says: str


@dataclass(frozen=True, slots=True)
class Flows:
    """The drawing: both sides, the ribbons, how high it is, and how many flows of the table it leaves out."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    ribbons: tuple[Ribbon, ...]
    high: float
    left_out: int
    says: str
    starts: int
    block: int = BLOCK

    @property
    def ends(self) -> int:
        """Where ribbons end."""
        return self.starts + RIBBON

    @property
    def wide(self) -> int:
        """How wide the drawing is: names have as much room on the right as on the left."""
        return self.ends + self.starts


def flows(all_: Sequence[Flow]) -> Flows | None:
    """The drawing of the most frequent flows; none where there is none.

    Example:
        >>> drawn = flows([Flow("Referral", "Plan", 30), Flow("Referral", "Visit", 10)])
        >>> [(each.name, each.times) for each in drawn.left], [each.name for each in drawn.right]
        ([('Referral', 40)], ['Plan', 'Visit'])
        >>> drawn.left[0].high == drawn.right[0].high + drawn.right[1].high
        True
    """
    drawn = sorted(all_, key=lambda each: (-each.times, each.before, each.after))[:MOST_DRAWN]
    if not drawn:
        return None
    scale = FULL / sum(each.times for each in drawn)
    left = _side(((each.before, each.times) for each in drawn), scale)
    right = _side(((each.after, each.times) for each in drawn), scale)
    blocks = (*left.values(), *right.values())
    high = max(each.y + max(each.high, LEAST * len(lines(each.name))) for each in blocks) + GAP
    longest = max(len(line) for each in blocks for line in lines(each.name))
    starts = round(longest * A_LETTER) + BESIDE
    return Flows(
        tuple(left.values()),
        tuple(right.values()),
        tuple(_ribbons(drawn, left, right, scale, starts)),
        round(high, 1),
        len(all_) - len(drawn),
        f"{len(drawn)} ribbons, the most frequent from {drawn[0].before} to {drawn[0].after}, "
        f"{drawn[0].times} times. All of them are in the table below.",
        starts,
    )


def lines(name: str) -> list[str]:
    """A name beside its block, in two lines at most; the table has all of it.

    Example:
        >>> lines("Referral"), lines("Domestic abuse incident, reported")
        (['Referral'], ['Domestic abuse incident,', 'reported'])
    """
    first, *rest = textwrap.wrap(name, LONGEST_LINE) or [""]
    if not rest:
        return [first]
    second = " ".join(rest)
    return [first, second if len(second) <= LONGEST_LINE else second[: LONGEST_LINE - 1].rstrip() + "…"]


def _side(ends: Iterable[tuple[str, int]], scale: float) -> dict[str, Block]:
    """The blocks of one side, the most frequent first."""
    sums: dict[str, int] = {}
    for name, times in ends:
        sums[name] = sums.get(name, 0) + times
    blocks, y = dict[str, Block](), float(GAP)
    for name, times in sorted(sums.items(), key=lambda each: (-each[1], each[0])):
        blocks[name] = Block(name, round(y, 1), times * scale, times)
        y += max(times * scale, LEAST * len(lines(name))) + GAP
    return blocks


def _ribbons(
    drawn: Sequence[Flow], left: Mapping[str, Block], right: Mapping[str, Block], scale: float, begin: int
) -> Iterable[Ribbon]:
    """Each begins under the one before it: in the order of the blocks, so that few cross."""
    begins = {name: block.y for name, block in left.items()}
    ends = {name: block.y for name, block in right.items()}
    order = sorted(drawn, key=lambda each: (left[each.before].y, right[each.after].y))
    starts = dict[tuple[str, str], float]()
    for each in order:
        starts[each.before, each.after] = begins[each.before]
        begins[each.before] += each.times * scale
    for each in sorted(drawn, key=lambda each: (right[each.after].y, left[each.before].y)):
        start, end, thick = starts[each.before, each.after], ends[each.after], each.times * scale
        ends[each.after] += thick
        middle, stop = begin + RIBBON / 2, begin + RIBBON
        path = (
            f"M{begin} {start:.1f} C{middle} {start:.1f} {middle} {end:.1f} {stop} {end:.1f} "
            f"V{end + thick:.1f} C{middle} {end + thick:.1f} {middle} {start + thick:.1f} "
            f"{begin} {start + thick:.1f} Z"
        )
        yield Ribbon(path, f"{each.before}, then {each.after}: {each.times} times")
