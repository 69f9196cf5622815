"""Start-stop data for predictors: what was known at the end of a day, and what came in the period after it.

Nothing in a row's variables was recorded after its day: they are worked out from the episodes of that
cut-off, and for whoever somebody was believed to be on it. What came of it is looked up at a later one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from mast_analytics.civil import evening
from mast_analytics.episodes import NO_DAY, CutOff, Episodes, deaths, episodes
from mast_analytics.history import Bools, Floats, History, Ints, begins
from mast_analytics.living import whose
from mast_analytics.reaching import first_days
from mast_resolver.errors import UsageError
from mast_resolver.vocabulary import HIGHEST_SEVERITY

QUARTER, YEAR = 90, 365
QUIETEST: Final = 24.0


@dataclass(frozen=True, slots=True)
class Periods:
    """One row for each person and period at whose beginning they had not reached the level.

    ``start`` and ``stop`` are days since their first contact: (start, stop], as ``survival`` of R and
    ``lifelines`` read it; ``event`` is that they reached the level on the last of them. ``group`` is the
    place in ``groups`` of the agency that met them first. ``learnt_late`` counts those left out, as it was
    known only later that they had reached the level, or died, before the period began.
    """

    level: int
    variables: tuple[str, ...]
    landmarks: tuple[dt.date, ...]
    subject: Ints
    landmark: Ints
    start: Ints
    stop: Ints
    event: Bools
    values: Floats
    group: Ints
    groups: tuple[str, ...]
    learnt_late: int


def periods(
    history: History, landmarks: Sequence[dt.date], seen: CutOff, *, level: int, variables: Sequence[str]
) -> Periods:
    """Periods from each landmark to the next one, of people known at it; the last landmark only ends one.

    ``seen`` is when it is looked up what came of it: periods that it does not cover are an error, for a part
    of a period is not a period. People are followed through merges as ids are: whoever holds most of their
    records later is who they became. Where two of then are one now, the row is that of the one who held more.

    Raises:
        UsageError: landmarks do not rise, or end after ``seen``; the level is off the ladder; or there is no
            such variable.

    Example:
        >>> from mast_resolver.known import Known
        >>> days = [dt.date(2026, 1, 31), dt.date(2026, 4, 30)]
        >>> now = CutOff(evening(days[1]), evening(days[1]))
        >>> len(periods(History(Known()), days, now, level=4, variables=["agencies in a year"]).subject)
        0
    """
    _check(landmarks, seen, level, variables)
    later = episodes(history, seen)
    reached = np.full(len(history.names.all) + 1, NO_DAY)
    who, day = first_days(later, level)
    reached[who] = day
    parts = [
        _part(history, pair, later, reached, level, variables, place)
        for place, pair in enumerate(pairwise(landmarks))
    ]
    columns = [np.concatenate(each) for each in zip(*(part[:-1] for part in parts), strict=True)]
    subject, landmark, start, stop, event, group, values = columns
    return Periods(
        level=level,
        variables=tuple(variables),
        landmarks=tuple(landmarks),
        subject=subject,
        landmark=landmark,
        start=start,
        stop=stop,
        event=event,
        values=values,
        group=group,
        groups=tuple(history.agencies.all),
        learnt_late=sum(part[-1] for part in parts),
    )


def _part(
    history: History,
    pair: tuple[dt.date, dt.date],
    later: Episodes,
    reached: Ints,
    level: int,
    variables: Sequence[str],
    place: int,
) -> tuple[Ints, Ints, Ints, Ints, Bools, Ints, Floats, int]:
    moment = evening(pair[0])
    then = episodes(history, CutOff(moment, moment))
    begin, end = pair[0].toordinal() + 1, pair[1].toordinal() + 1
    view = View.of(then)
    alive = deaths(then.died, view.who) == NO_DAY
    rows = np.flatnonzero((view.highest < level) & alive)
    became = _became(history, then.cut_off, later.cut_off)[view.who[rows]]
    rows, now = _once(rows[became >= 0], became[became >= 0], view)
    day, died = reached[now], deaths(later.died, now)
    late = (day < begin) | (died < begin)
    rows, now, day, died = rows[~late], now[~late], day[~late], died[~late]
    first = view.first[rows]
    event = (day < end) & (day <= died)
    last = np.minimum(np.minimum(day, died) + 1, end)
    values = np.column_stack([VARIABLES[name].of(view)[rows] for name in variables])
    return (
        now, np.full(len(rows), place), begin - first, last - first, event, view.met_by[rows], values,
        int(late.sum()),
    )  # fmt: skip


def _became(history: History, then: CutOff, now: CutOff) -> Ints:
    """For the number of everybody then, who holds most of their records now; -1 where nobody does."""
    before, after = whose(history, then.recorded), whose(history, now.recorded)
    kept = (before >= 0) & (after >= 0)
    pairs, count = np.unique(np.stack([before[kept], after[kept]]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -count, pairs[0]))
    mine, theirs = pairs[0][order], pairs[1][order]
    first = begins(mine) if len(mine) else np.zeros(0, np.bool_)
    became = np.full(len(history.names.all) + 1, -1, np.int64)
    became[mine[first]] = theirs[first]
    return became


def _once(rows: Ints, now: Ints, view: View) -> tuple[Ints, Ints]:
    order = np.lexsort((view.who[rows], -view.contacts[rows], now))
    rows, now = rows[order], now[order]
    first = begins(now) if len(now) else np.zeros(0, np.bool_)
    return rows[first], now[first]


@dataclass(frozen=True, slots=True)
class View:
    """What is known of each person at a cut-off, in columns; days are counted back from ``today``."""

    who: Ints
    index: Ints
    """The place in ``who`` of the subject of each contact."""
    ago: Ints
    agency: Ints
    severity: Ints
    open: Bools
    first: Ints
    met_by: Ints
    highest: Ints
    contacts: Ints

    @classmethod
    def of(cls, then: Episodes) -> View:
        """Columns of the episodes of a cut-off."""
        who, place, index, contacts = np.unique(
            then.subject, return_index=True, return_inverse=True, return_counts=True
        )
        highest = np.zeros(len(who), np.int64)
        np.maximum.at(highest, index, then.severity)
        return cls(
            who=who,
            index=index,
            ago=then.cut_off.until - then.start,
            agency=then.agency,
            severity=then.severity,
            open=then.open,
            first=then.start[place],  # rows are by subject and day
            met_by=then.agency[place],
            highest=highest,
            contacts=contacts,
        )

    def counted(self, rows: Bools) -> Ints:
        """How many of those contacts each person has."""
        return np.bincount(self.index[rows], minlength=len(self.who))


@dataclass(frozen=True, slots=True)
class Variable:
    """What it says, in words, and how it is worked out; it knows a view and nothing else."""

    says: str
    of: Callable[[View], Floats]


def _doublings(counts: Ints) -> Floats:
    found: Floats = np.log2(1.0 + counts)
    return found


def _agencies(view: View) -> Floats:
    recent = np.flatnonzero(view.ago <= YEAR)
    many = int(view.agency.max(initial=0)) + 1
    pairs = np.unique(view.index[recent] * many + view.agency[recent]) // many
    return np.bincount(pairs, minlength=len(view.who)).astype(np.float64)


def _highest(view: View) -> Floats:
    found, recent = np.zeros(len(view.who)), view.ago <= YEAR
    np.maximum.at(found, view.index[recent], view.severity[recent])
    return found


def _quiet(view: View) -> Floats:
    latest = np.full(len(view.who), np.iinfo(np.int64).max)
    np.minimum.at(latest, view.index, view.ago)
    return np.minimum(QUIETEST, latest / 30.4)


VARIABLES: Final = {
    "contacts in a quarter": Variable(
        "contacts about them in the last 90 days, as doublings: log2(1 + n)",
        lambda view: _doublings(view.counted(view.ago <= QUARTER)),
    ),
    "contacts before that": Variable(
        "contacts about them 91 to 365 days ago, as doublings: log2(1 + n)",
        lambda view: _doublings(view.counted((view.ago > QUARTER) & (view.ago <= YEAR))),
    ),
    "agencies in a year": Variable(
        "different agencies with contacts about them in the last 365 days", _agencies
    ),
    "highest level in a year": Variable(
        "highest level of a contact about them in the last 365 days", _highest
    ),
    "something open": Variable(
        "1 if an episode about them is going on",
        lambda view: (view.counted(view.open) > 0).astype(np.float64),
    ),
    "months quiet": Variable("months since the last contact about them, 24 at most", _quiet),
}
"""All that a predictor may look at: what services did, never who somebody is."""


def _check(landmarks: Sequence[dt.date], seen: CutOff, level: int, variables: Sequence[str]) -> None:
    if len(landmarks) < 2 or any(a >= b for a, b in pairwise(landmarks)):
        raise UsageError("landmarks do not rise", fix="give two or more days, the earliest first")
    if landmarks[-1].toordinal() >= seen.until:
        raise UsageError("the last period is not over at the cut-off", fix="end it earlier, or look later")
    if not 1 <= level <= HIGHEST_SEVERITY:
        raise UsageError("a level is reached from a lower one of the ladder", fix="levels are 1 to 6")
    if unknown := sorted(set(variables) - VARIABLES.keys()):
        raise UsageError(
            f"there is no variable {unknown[0][:60]}", fix=f"the variables are {', '.join(VARIABLES)}"
        )
    if not variables:
        raise UsageError("a predictor looks at something", fix=f"the variables are {', '.join(VARIABLES)}")
