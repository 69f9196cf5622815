"""How many agencies know somebody."""

from __future__ import annotations

import numpy as np

from mast_analytics.episodes import Episodes
from mast_analytics.history import of_each_pair


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
    once = of_each_pair(episodes.subject[rows], episodes.agency[rows])
    _, each = np.unique(once, return_counts=True)
    many, subjects = np.unique(each, return_counts=True)
    return dict(zip(many.tolist(), subjects.tolist(), strict=True))
