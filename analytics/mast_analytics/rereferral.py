"""Referred again: on the clock that starts with the referral, and on the one that starts with the closure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mast_analytics.civil import LATEST, Span, Unit
from mast_analytics.clusters import households_of, spread
from mast_analytics.episodes import NO_DAY, Episodes, deaths
from mast_analytics.history import Bools, Ints, begins, ends, latest_so_far
from mast_analytics.incidence import Incidence, incidence
from mast_analytics.intervals import wilson
from mast_analytics.reaching import ending
from mast_resolver.errors import UsageError
from mast_resolver.vocabulary import vocabulary

REFERRALS: Final = frozenset({"CHILDREN_REFERRAL"})
CASES: Final = REFERRALS | {
    "CHILD_IN_NEED", "SECTION_47_ENQUIRY", "INITIAL_CHILD_PROTECTION_CONFERENCE", "CHILD_PROTECTION_PLAN",
    "LOOKED_AFTER",
}  # fmt: skip
"""What keeps a case of children's services open."""
AGAIN: Final = "referred again"
OUTCOMES: Final = (AGAIN, "died")
YEAR: Final = Span(12, Unit.MONTH)


@dataclass(frozen=True, slots=True)
class Days:
    """A half-open range of ordinals of days."""

    start: int
    end: int


EVER: Final = Days(0, 1 << 40)
"""All days that there are."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """Of the referrals of a period, those with another one of the same person in the year before.

    ``cannot_say`` came so early that what is recorded does not reach back far enough; they are in neither.
    ``people_again`` and ``people_not`` are how many different people stand behind the two kinds, ``people``
    behind both.
    """

    again: int
    referrals: int
    cannot_say: int
    low: float
    high: float
    people_again: int
    people_not: int
    people: int


def from_referral(
    episodes: Episodes, period: Days, *, types: Iterable[str] = REFERRALS, each_once: bool = False
) -> Incidence:
    """Days from each referral of the period to the next one of the same person, or their death.

    Every referral starts a clock of its own; one that the cut-off comes too soon for is censored, and is not
    one that was not followed by another. With ``each_once`` only the first clock of each counts, and counts
    are of people. Intervals are between households: clocks of one, and of siblings, go together.

    Raises:
        UnknownNameError: a type is not of the vocabulary.
    """
    who, day = _referrals(episodes, types)
    index = (period.start <= day) & (day < period.end)
    return _again(episodes, *_index(who[index], day[index], each_once), who, day)


def from_closure(
    episodes: Episodes,
    period: Days,
    *,
    types: Iterable[str] = REFERRALS,
    case: Iterable[str] = CASES,
    each_once: bool = False,
) -> Incidence:
    """Days from each closure of the period to the next referral of the same person, or their death.

    A case is closed when no contact of the types of ``case`` is going on any more; one that is referred on
    the day it closes goes on. A case that ended with the person's death was not closed. ``each_once`` as
    in :func:`from_referral`.

    Raises:
        UnknownNameError: a type is not of the vocabulary.
    """
    subject, _, closed, is_open = cases(episodes, case)
    over = ~is_open & (closed < np.minimum(deaths(episodes.died, subject), episodes.cut_off.until))
    index = over & (period.start <= closed) & (closed < period.end)
    begun = _index(subject[index], closed[index], each_once)
    return _again(episodes, *begun, *_referrals(episodes, types))


def look_back(
    episodes: Episodes,
    period: Days,
    *,
    recorded_since: int,
    types: Iterable[str] = REFERRALS,
    within: Span = YEAR,
    level: float = 0.95,
) -> LookBack:
    """The published measure: of referrals in a period, how many came within a year of the one before.

    ``recorded_since`` is the ordinal of the first day that the agency's records cover. The interval is
    Wilson's, at a size that is smaller where referrals of one household go together (``clusters.spread``).

    Raises:
        UnknownNameError: a type is not of the vocabulary.
        UsageError: the span is not of the calendar.
    """
    if not within.unit.civil:
        raise UsageError("referrals have a date, and no hour", fix="give a span of days, weeks or months")
    who, day = _referrals(episodes, types)
    days, place = np.unique(day, return_inverse=True)
    reach = np.array([within.reach(each) for each in days.tolist()], np.int64)[place]
    again = ~begins(who) & (np.roll(reach, 1) >= day)
    covered = day > within.reach(recorded_since)
    index = (period.start <= day) & (day < period.end)
    hit, miss = again & covered & index, ~again & covered & index
    hits, total = int(hit.sum()), int((covered & index).sum())
    counted, share = hit | miss, hits / max(1, total)
    together = spread(
        hit[counted].astype(np.float64) - share,
        households_of(episodes.history, episodes.cut_off)[who[counted]],
        total * share * (1 - share),
    )
    low, high = wilson(hits / together, total / together, level)
    people = [len(np.unique(who[rows])) for rows in (hit, miss, counted)]
    return LookBack(hits, total, int((index & ~covered).sum()), float(low), float(high), *people)


def cases(episodes: Episodes, types: Iterable[str] = CASES) -> tuple[Ints, Ints, Ints, Bools]:
    """Subject, first day, day of closure and whether still open, of each case: episodes that touch are one.

    Raises:
        UnknownNameError: a type is not of the vocabulary.
    """
    rows = np.flatnonzero(np.isin(episodes.type, _numbers(episodes, types)))
    who, start, end = episodes.subject[rows], episodes.start[rows], episodes.end[rows]
    latest = latest_so_far(who, end)
    new = begins(who) | (start > np.roll(latest, 1))
    case = np.cumsum(new) - 1
    still = np.zeros(int(new.sum()), np.bool_)
    still[case[episodes.open[rows]]] = True
    return who[new], start[new], latest[ends(case)], still


def _index(who: Ints, day: Ints, each_once: bool) -> tuple[Ints, Ints]:  # noqa: FBT001 - of this module only
    """Whose clocks start, and when; rows are by subject and day."""
    kept = begins(who) if each_once else np.ones(len(who), np.bool_)
    return who[kept], day[kept]


def _again(episodes: Episodes, who: Ints, began: Ints, referred: Ints, day: Ints) -> Incidence:
    line = LATEST + 2
    keys = referred * line + day
    next_ = np.searchsorted(keys, who * line + began, "right")
    there = next_ < len(keys)
    there[there] = referred[next_[there]] == who[there]
    again = np.full(len(who), NO_DAY)
    again[there] = day[next_[there]]
    end, cause = ending(episodes, who, again)
    followed = end > began
    return incidence(
        (end - began)[followed],
        cause[followed],
        OUTCOMES,
        clusters=households_of(episodes.history, episodes.cut_off)[who[followed]],
    )


def _referrals(episodes: Episodes, types: Iterable[str]) -> tuple[Ints, Ints]:
    """Subject and day, by both; two on one day are one, told twice."""
    rows = np.isin(episodes.type, _numbers(episodes, types))
    who, day = episodes.subject[rows], episodes.start[rows]
    new = begins(who, day)
    return who[new], day[new]


def _numbers(episodes: Episodes, types: Iterable[str]) -> Ints:
    # One that is of the vocabulary and was never known yet is no fault: to say so would tell of later ones.
    return episodes.history.types.find([vocabulary().contact_type(name).name for name in types])
