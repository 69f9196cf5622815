"""How much a figure hangs on who is taken for whom: people drawn at more than one threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mast_analytics.episodes import Episodes
from mast_resolver.errors import UsageError

STRICT: Final = "strict"
AS_RESOLVED: Final = "as resolved"
LOOSE: Final = "loose"
LEAST_STEP: Final = 1_000
"""One bit: thresholds that lie closer together say nothing of doubt."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Records of people by whom they are of, if groups are joined from so many millibits on."""

    joins_at: int
    people: Sequence[Sequence[str]]


def thresholds(join_at: int, review_at: int, edge_at: int) -> dict[str, int]:
    """Where people are joined, in millibits, at three ways of drawing them.

    Loose joins whatever is in enough doubt to wait for a person's look, strict asks for as much more than
    usual as that is less. Below what evidence is kept from nothing can be drawn.

    Example:
        >>> thresholds(2_000, -1_000, -4_000)
        {'strict': 5000, 'as resolved': 2000, 'loose': -1000}
    """
    step = max(join_at - review_at, LEAST_STEP)
    return {STRICT: join_at + step, AS_RESOLVED: join_at, LOOSE: max(join_at - step, edge_at)}


@dataclass(frozen=True, slots=True)
class Band:
    """A figure as it comes out at each threshold of linkage; ``None`` where it cannot be said."""

    figures: Mapping[str, float | None]

    @property
    def ends(self) -> tuple[float, float] | None:
        """Lowest and highest; ``None`` if one of them cannot be said."""
        values = [value for value in self.figures.values() if value is not None]
        return (min(values), max(values)) if len(values) == len(self.figures) else None


def band(drawn: Mapping[str, Episodes], figure: Callable[[Episodes], float | None]) -> Band:
    """One figure, of episodes whose people were drawn at different thresholds.

    The band is no interval of confidence: it says how far linkage moves the figure, not how likely.

    Raises:
        UsageError: fewer than two thresholds, or cut-offs that differ.

    Example:
        >>> Band({"strict": 0.2, "loose": 0.25}).ends
        (0.2, 0.25)
    """
    if len(drawn) < 2:
        raise UsageError("a band has two ends", fix="draw the people at two thresholds")
    if len({each.cut_off for each in drawn.values()}) > 1:
        raise UsageError("the cut-offs differ", fix="look at all thresholds at one cut-off")
    return Band({name: figure(each) for name, each in drawn.items()})
