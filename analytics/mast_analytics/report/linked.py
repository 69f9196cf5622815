"""The section about who is taken for whom: figures at several thresholds of linkage, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.linkage import AS_RESOLVED, LOOSE, STRICT, Band
from mast_analytics.report.document import Cell, Part, Section, Table

WORDS: Final = {
    STRICT: "More is asked for before two records are one person",
    AS_RESOLVED: "As everywhere else here",
    LOOSE: "Two records are one person also where that is in doubt",
}


def linkage(found: Mapping[str, Band], joins_at: Mapping[str, int]) -> Section:
    """Figures of :func:`~mast_analytics.release.linkage.shown_bands`; ``joins_at`` in millibits by name."""
    names = list(joins_at)
    rows = tuple((what, *(_cell(each.figures[name]) for name in names)) for what, each in found.items())
    drawings = tuple((name.capitalize(), WORDS[name], _odds(weight)) for name, weight in joins_at.items())
    return Section(
        title="How much hangs on who is taken for whom",
        says=(
            "Agencies' records are put together by how much speaks for one person. Here people were drawn at "
            "three thresholds, and the same figures were worked out each time.",
            "What differs along a row is as uncertain as who is who is. It is no interval of confidence: it "
            "says how far linkage moves a figure, not how likely.",
        ),
        parts=(
            Part(
                Table("How people were drawn", ("Drawing", "What is asked for", "Odds from which"), drawings)
            ),
            Part(Table("Figures at each drawing", ("Figure", *(name.capitalize() for name in names)), rows)),
        ),
        cannot_say=(
            "What no record shows: somebody whose records never came near each other is two people at every "
            "threshold.",
            "Who was who at an earlier time: all three are drawn from what is on record now.",
        ),
    )


def _cell(figure: float | None) -> Cell:
    if figure is None:
        return HIDDEN
    return int(figure) if figure == int(figure) and figure > 100 else figure


def _odds(millibits: int) -> str:
    """In words, from millibits.

    Example:
        >>> _odds(2_000), _odds(-1_000), _odds(0)
        ('4 to 1', '1 to 2', '1 to 1')
    """
    odds = round(2 ** (abs(millibits) / 1000), 1)
    said = f"{odds:g}"
    return f"{said} to 1" if millibits >= 0 else f"1 to {said}"
