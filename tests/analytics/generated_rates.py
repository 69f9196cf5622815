"""Times to events on a generated borough, and the true rate counted by hand among those followed all the way.

No censoring, no estimator in what is counted by hand: those who were followed for a whole year. Each estimate
is of a borough with everybody in it, those who were followed for less as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mast_analytics.episodes import Episodes
from mast_analytics.history import Ints
from mast_analytics.incidence import Incidence
from mast_analytics.reaching import first_days, reaching
from mast_analytics.rereferral import AGAIN, REFERRALS, Days, cases, from_closure, from_referral
from mast_fixtures.borough.calendar import END, START

YEAR = 365
ALL = Days(START, END)
Tally = tuple[int, int]
"""To how many it happened within a year, and of how many."""


def referred(found: Episodes) -> dict[int, list[int]]:
    """Days of referrals of each person, by hand."""
    names = found.history.types.all
    of: dict[int, set[int]] = {}
    for who, type_, day in zip(found.subject, found.type, found.start, strict=True):
        if names[type_] in REFERRALS:
            of.setdefault(int(who), set()).add(int(day))
    return {who: sorted(days) for who, days in of.items()}


def again_within(found: Episodes, clocks: Iterable[tuple[int, int]], *, each_once: bool) -> Tally:
    """The first clock of each person, or every one, if there was a whole year to follow it."""
    days, kept = referred(found), list[tuple[int, int]]()
    for who, day in sorted(clocks):
        if not (each_once and kept and kept[-1][0] == who):
            kept.append((who, day))
    whole = [(who, day) for who, day in kept if day + YEAR < END]
    hits = sum(any(day < each <= day + YEAR for each in days.get(who, ())) for who, day in whole)
    return hits, len(whole)


def after_referral(found: Episodes, *, each_once: bool = True) -> Tally:
    clocks = ((who, day) for who, days in referred(found).items() for day in days)
    return again_within(found, clocks, each_once=each_once)


def after_closure(found: Episodes, *, each_once: bool = True) -> Tally:
    who, _, closed, still = cases(found)
    over = ~still & (closed < found.cut_off.until)
    clocks = zip(who[over].tolist(), closed[over].tolist(), strict=True)
    return again_within(found, clocks, each_once=each_once)


def reached(found: Episodes, level: int) -> Tally:
    """Of those first met below the level, and for a whole year."""
    began, there = by_person(first_days(found, 0)), by_person(first_days(found, level))
    whole = {who: day for who, day in began.items() if there.get(who) != day and day + YEAR < END}
    hits = sum(day < there.get(who, END) <= day + YEAR for who, day in whole.items())
    return hits, len(whole)


def by_person(found: tuple[Ints, Ints]) -> dict[int, int]:
    return dict(zip(found[0].tolist(), found[1].tolist(), strict=True))


@dataclass(frozen=True)
class Estimator:
    cause: str
    estimate: Callable[[Episodes], Incidence]
    by_hand: Callable[[Episodes], Tally]


ESTIMATORS = {
    "referred again, from a referral": Estimator(
        AGAIN, lambda found: from_referral(found, ALL, each_once=True), after_referral
    ),
    "referred again, from a closure": Estimator(
        AGAIN, lambda found: from_closure(found, ALL, each_once=True), after_closure
    ),
    "referred again, from every referral": Estimator(
        AGAIN, lambda found: from_referral(found, ALL), lambda found: after_referral(found, each_once=False)
    ),
    "referred again, from every closure": Estimator(
        AGAIN, lambda found: from_closure(found, ALL), lambda found: after_closure(found, each_once=False)
    ),
    "reaches level 3": Estimator(
        "reached", lambda found: reaching(found, 3).incidence, lambda found: reached(found, 3)
    ),
    "reaches level 4": Estimator(
        "reached", lambda found: reaching(found, 4).incidence, lambda found: reached(found, 4)
    ),
    "reaches level 4, followed from a year after the beginning": Estimator(
        "reached",
        lambda found: reaching(found, 4, since=START + YEAR).incidence,
        lambda found: reached(found, 4),
    ),
}
