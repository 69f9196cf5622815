"""What speaks for one person and what against it, as bars that stand on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mast_console import words

WIDE: Final = 1_000
"""Units that a chart is wide; how wide that is on a screen is for the page to say."""

MARGIN: Final = 0.04

MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what it rests on, in words and bits, and where its bar lies in units of the chart."""

    name: str
    says: str
    bits: str
    altogether: str
    left: float
    wide: float
    speaks_for: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All rows on one scale, with the two weights from which on a pair is joined, or looked at."""

    bars: tuple[Bar, ...]
    join_at: float
    review_at: float
    nought: float
    counted: float


def waterfall(pair: Mapping[str, Any]) -> Waterfall:
    """The chart of a pair: its parts in turn, then what other records add.

    Example:
        >>> part = {"rule": "prior", "says": "seldom", "startMillibits": 0, "millibits": -4000,
        ...     "sumMillibits": -4000}
        >>> chart = waterfall({"parts": [part], "context": [], "countedMillibits": -4000,
        ...     "joinAtMillibits": 4000, "reviewAtMillibits": 0})
        >>> chart.bars[0].altogether == MINUS + "4.0", chart.bars[0].left, chart.bars[0].wide, chart.join_at
        (True, 40.0, 460.0, 960.0)
    """
    parts: Sequence[Mapping[str, Any]] = [*pair["parts"], *pair["context"]]
    ends = [0, pair["joinAtMillibits"], pair["reviewAtMillibits"], pair["countedMillibits"]]
    ends += [each[end] for each in parts for end in ("startMillibits", "sumMillibits")]
    least, span = min(ends), (max(ends) - min(ends)) or 1
    margin = WIDE * MARGIN

    def place(millibits: int) -> float:
        return round(margin + float(millibits - least) / float(span) * (WIDE - 2 * margin), 1)

    return Waterfall(
        tuple(_bar(each, place(each["startMillibits"]), place(each["sumMillibits"])) for each in parts),
        place(pair["joinAtMillibits"]),
        place(pair["reviewAtMillibits"]),
        place(0),
        place(pair["countedMillibits"]),
    )


def bits(millibits: int, *, signed: bool = True) -> str:
    """A weight in bits, to one place.

    Example:
        >>> bits(5806), bits(2500, signed=False), bits(-10013) == MINUS + "10.0"
        ('+5.8', '2.5', True)
    """
    said = f"{abs(millibits) / 1_000:.1f}"
    return (MINUS if millibits < 0 else "+" if signed else "") + said


def _bar(part: Mapping[str, Any], begin: float, end: float) -> Bar:
    return Bar(
        words.rule(part["rule"]),
        words.sentence(part["says"]),
        bits(part["millibits"]),
        bits(part["sumMillibits"], signed=False),
        min(begin, end),
        # A bar of nearly nothing is still seen.
        max(round(abs(end - begin), 1), 3.0),
        part["millibits"] >= 0,
    )
