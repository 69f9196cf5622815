"""Time from the first contact to each level of the ladder, with death as what rules it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mast_analytics.clusters import households_of
from mast_analytics.episodes import NO_DAY, Episodes, deaths
from mast_analytics.history import Ints
from mast_analytics.incidence import CENSORED, Incidence, incidence
from mast_resolver.errors import UsageError
from mast_resolver.vocabulary import HIGHEST_SEVERITY

REACHED: Final = "reached"
DIED: Final = "died"
OUTCOMES: Final = (REACHED, DIED)


@dataclass(frozen=True, slots=True)
class Reaching:
    """Days from the first contact at ``origin`` or above to the first one at ``level`` or above.

    ``already`` were there on their first day; ``earlier`` had reached it, or died, before what is looked at
    begins. Neither are at risk, and the shares are not of them. ``subjects`` are all but the ``earlier``.
    """

    level: int
    origin: int
    already: int
    earlier: int
    incidence: Incidence
    subjects: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


def reaching(episodes: Episodes, level: int, *, origin: int = 0, since: int | None = None) -> Reaching:
    """Who was first met before ``since``, an ordinal of a day, is followed from then on: delayed entry.

    Intervals are between households, for siblings climb together.

    Raises:
        UsageError: the level is off the ladder, or not above the origin.

    Example:
        >>> import datetime as dt
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> reaching(episodes(History(Known()), CutOff(now, now)), 4).incidence.people
        0
    """
    if not 0 <= origin < level <= HIGHEST_SEVERITY:
        raise UsageError("a level is reached from a lower one of the ladder", fix="levels are 0 to 6")
    who, began = first_days(episodes, origin)
    there, day = first_days(episodes, level)
    reached = np.full(len(who), NO_DAY)
    reached[np.searchsorted(who, there)] = day
    end, cause = ending(episodes, who, reached)
    already = end <= began
    entry = began if since is None else np.maximum(began, since)
    followed = ~already & (entry < end)
    before = ~already & (entry >= end)
    return Reaching(
        level=level,
        origin=origin,
        already=int((already & (cause == 1)).sum()),
        earlier=int(before.sum()),
        incidence=incidence(
            (end - began)[followed],
            cause[followed],
            OUTCOMES,
            entries=(entry - began)[followed],
            clusters=households_of(episodes.history, episodes.cut_off)[who[followed]],
        ),
        subjects=who[~before],
    )


def ending(episodes: Episodes, who: Ints, day: Ints) -> tuple[Ints, Ints]:
    """The day on which following each of those ends, and why, as ``incidence`` numbers causes.

    1 is that what is waited for came, on ``day`` (``NO_DAY``: it did not), and 2 that they died before.
    """
    died = deaths(episodes.died, who)
    end = np.minimum(np.minimum(day, died), episodes.cut_off.until)
    return end, np.where(end == day, 1, np.where(end == died, 2, CENSORED))


def first_days(episodes: Episodes, level: int) -> tuple[Ints, Ints]:
    """Subjects in ascending order, and the day of the first contact of each at a level or above."""
    rows = episodes.severity >= level
    who, day = episodes.subject[rows], episodes.start[rows]
    subjects, first = np.unique(who, return_index=True)  # rows are by subject and day
    return subjects, day[first]
