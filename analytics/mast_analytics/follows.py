"""Directly-follows graphs: which kind of contact comes next, how often and how soon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mast_analytics.episodes import Episodes
from mast_analytics.history import Ints, begins, ends, of_each_pair


@dataclass(frozen=True, slots=True)
class Follows:
    """An arrow from one kind of contact to the next one of the same subject."""

    before: str
    after: str
    times: int
    subjects: int
    median_days: float


@dataclass(frozen=True, slots=True)
class Graph:
    """All arrows, the commonest first; how often each kind was met, by how many, as whose first and last.

    The last one seen is not the end of anything: more may follow after the cut-off.
    """

    arrows: tuple[Follows, ...]
    met: dict[str, int]
    met_by: dict[str, int]
    first: dict[str, int]
    last: dict[str, int]


def directly_follows(episodes: Episodes, *, since: int | None = None) -> Graph:
    """The graph of contacts by their type, in the order of their beginnings.

    What begins on one day is in the order of level, then of type: its true order is not known, for many
    agencies write dates only. ``since`` is the ordinal of the first day that counts.

    Example:
        >>> import datetime as dt
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> directly_follows(episodes(History(Known()), CutOff(now, now))).arrows
        ()
    """
    kept = np.flatnonzero(episodes.start >= (since or 0))
    names = np.array(episodes.history.types.all, dtype=object)
    rank = np.argsort(np.argsort(names))
    order = kept[
        np.lexsort(
            (
                rank[episodes.type[kept]],
                episodes.severity[kept],
                episodes.start[kept],
                episodes.subject[kept],
            )
        )
    ]
    who, kind, day = episodes.subject[order], episodes.type[order], episodes.start[order]
    first, last = begins(who), ends(who)
    from_ = np.flatnonzero(~last)
    arrow = kind[from_] * len(names) + kind[from_ + 1]
    gaps = day[from_ + 1] - day[from_]
    by_arrow = np.argsort(arrow, kind="stable")
    found = []
    if len(arrow):
        for rows in np.split(by_arrow, np.flatnonzero(np.diff(arrow[by_arrow])) + 1):
            before, after = divmod(int(arrow[rows[0]]), len(names))
            subjects = len(np.unique(who[from_[rows]]))
            median = float(np.median(gaps[rows]))
            found.append(Follows(names[before], names[after], len(rows), subjects, median))
    found.sort(key=lambda each: (-each.times, each.before, each.after))

    def counted(types: Ints) -> dict[str, int]:
        kinds, times = np.unique(types, return_counts=True)
        return {str(names[each]): int(many) for each, many in zip(kinds, times, strict=True)}

    by = of_each_pair(kind, who)
    return Graph(tuple(found), counted(kind), counted(by), counted(kind[first]), counted(kind[last]))
