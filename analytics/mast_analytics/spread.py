"""How many agencies know somebody, and how much a figure hangs on who is taken for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mast_analytics.episodes import Episodes
from mast_resolver.errors import UsageError


def agencies_known(episodes: Episodes, *, since: int | None = None) -> dict[int, int]:
    """How many subjects one agency knew, how many two, and so on; ``since`` is the ordinal of a day.

    A contact counts by the day on which it began, and an agency once.

    Example:
        >>> import datetime as dt
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> agencies_known(episodes(History(Known()), CutOff(now, now)))
        {}
    """
    rows = episodes.start >= (since or 0)
    agencies = int(episodes.agency.max(initial=0)) + 1
    once = np.unique(episodes.subject[rows] * agencies + episodes.agency[rows]) // agencies
    _, each = np.unique(once, return_counts=True)
    many, subjects = np.unique(each, return_counts=True)
    return dict(zip(many.tolist(), subjects.tolist(), strict=True))


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
