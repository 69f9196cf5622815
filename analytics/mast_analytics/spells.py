"""Spells on the severity ladder: from when until when somebody stood at a level, and where they went next.

The start-stop form of multi-state models, one row a spell, as ``mstate`` and ``survival`` of R read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mast_analytics.episodes import Episodes, deaths
from mast_analytics.history import Ints, begins, ends
from mast_resolver.vocabulary import HIGHEST_SEVERITY

NOTHING_OPEN: Final = 0
DEAD: Final = HIGHEST_SEVERITY + 2
STATES: Final = ("nothing open", *(f"level {step}" for step in range(HIGHEST_SEVERITY + 1)), "died")
"""By number: 0 is that nothing is going on, 1 to 7 are the levels 0 to 6, 8 is death."""
CENSORED: Final = -1


@dataclass(frozen=True, slots=True)
class Spells:
    """One row a spell, by subject and day: at ``state`` for ``start <= day < stop``, then to ``to``.

    ``to`` is ``CENSORED`` where the cut-off came first. A subject is followed from their first contact, or
    from ``since`` if that is later: who was not known yet cannot be seen not to escalate.
    """

    states: tuple[str, ...]
    subject: Ints
    state: Ints
    to: Ints
    start: Ints
    stop: Ints
    first: Ints
    """The day of the subject's first contact."""


def spells(episodes: Episodes, *, since: int | None = None) -> Spells:
    """The highest level on each day of each subject, as spells.

    ``since`` is the ordinal of the first day that counts. What lies before is cut off, not forgotten: a spell
    that began earlier is entered late, and ``first`` stays.

    Example:
        >>> import datetime as dt
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known, KnownContact, KnownEntity
        >>> day = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
        >>> plan = KnownContact("c", "CHILD_IN_NEED", "council", "children", 3, None, None, day,
        ...                     day + dt.timedelta(days=10), False, (("r", "subject"),), day)
        >>> history = History(Known((plan,), (KnownEntity("r", "P-1", day),)))
        >>> after = day + dt.timedelta(days=30)
        >>> found = spells(episodes(history, CutOff(after, after)))
        >>> [STATES[state] for state in found.state], (found.stop - found.start).tolist()
        (['level 3', 'nothing open'], [10, 21])
    """
    subject, day, state, until = _within(episodes, *_changes(episodes))
    last = ends(subject)
    stop = np.where(last, until, np.roll(day, -1))
    to = np.where(last, np.where(until < episodes.cut_off.until, DEAD, CENSORED), np.roll(state, -1))
    beginning = begins(subject)
    first = day[beginning][np.cumsum(beginning) - 1]
    start = day if since is None else np.maximum(day, since)
    kept = start < stop
    return Spells(STATES, subject[kept], state[kept], to[kept], start[kept], stop[kept], first[kept])


def _within(episodes: Episodes, subject: Ints, day: Ints, state: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Changes that are seen, and when following ends: with the cut-off, or the day after the death."""
    until = np.minimum(deaths(episodes.died, subject) + 1, episodes.cut_off.until)
    # What ends with the following itself did not end: it is censored, or the death is the change.
    seen = day < until
    return subject[seen], day[seen], state[seen], until[seen]


def _changes(episodes: Episodes) -> tuple[Ints, Ints, Ints]:
    """Subject, day and the state from that day on, where it is another than before."""
    count = len(episodes.subject)
    who = np.concatenate([episodes.subject, episodes.subject])
    when = np.concatenate([episodes.start, episodes.end])
    what = np.concatenate([episodes.severity, episodes.severity])
    step = np.repeat(np.array([1, -1]), count)
    order = np.lexsort((when, who))
    who, when, what, step = who[order], when[order], what[order], step[order]
    state = np.zeros(len(who), np.int64)
    for level in range(HIGHEST_SEVERITY + 1):
        # Every episode that begins also ends, so each subject's count is back at nought with their last row.
        state[np.cumsum(np.where(what == level, step, 0)) > 0] = level + 1
    settled = ends(who, when)
    who, when, state = who[settled], when[settled], state[settled]
    other = begins(who, state)
    return who[other], when[other], state[other]
