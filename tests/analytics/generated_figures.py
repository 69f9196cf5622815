"""What the service's estimators say of a generated borough, with intervals, and what is counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from tests.analytics.generated import SEEN, every, moment
from tests.analytics.generated_rates import ESTIMATORS, YEAR

from mast_analytics.backtest import backtest
from mast_analytics.civil import evening
from mast_analytics.claims import Window, compared
from mast_analytics.clusters import households_of
from mast_analytics.costs import Counted, fewer
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.event import GroupBy
from mast_analytics.history import Floats, History, Ints
from mast_analytics.intervals import byar, difference
from mast_analytics.knowledge import learnt
from mast_analytics.occupancy import occupancy
from mast_analytics.predictors.fitting import cox, discrete
from mast_analytics.predictors.judging import (
    Capacity,
    calibration,
    capacity_of,
    counted,
    gaps,
    listed,
    share,
    spreads,
)
from mast_analytics.predictors.periods import Periods, periods
from mast_analytics.rereferral import Days, look_back
from mast_analytics.spells import STATES, Spells, spells
from mast_analytics.transitions import transitions
from mast_analytics.volumes import By, volumes
from mast_fixtures.borough.calendar import DAY, END, START
from mast_resolver.known import Known

STAYS: Final = (182, 365, 730)
COMMON: Final = 4
"""States in which enough people stand: nothing open, and levels 0 to 2."""
NAIVE: Final = "as if independent, "
"""Figures that a test has to find wanting."""
LANDMARKS: Final = [dt.date.fromordinal(END - 1 - 182 * ago) for ago in range(9, -1, -1)]
VARIABLES: Final = ("contacts in a quarter", "contacts before that", "agencies in a year")
WEIGHTS: Final = np.array([0.56, 0.55, -0.1])
"""Of a model that somebody brought: whether it is a good one is what is found out."""
INTERCEPT: Final = -4.9
AGENCIES: Final = ("council_children", "education", "nhs", "police")


class Told(NamedTuple):
    """An interval; of what the truth is a rate: so many, of so many; and events behind it, if others."""

    low: float
    high: float
    hits: float
    of: float
    events: float | None = None


Figures = Iterator[tuple[str, Told]]


@dataclass(frozen=True)
class Seen:
    """A borough, as people and as households."""

    known: Known
    history: History
    people: Episodes
    households: Episodes

    @classmethod
    def of(cls, known: Known) -> Seen:
        history = History(known)
        return cls(known, history, episodes(history, SEEN), episodes(history, SEEN, by=GroupBy.HOUSEHOLD))


def figures(seen: Seen) -> Figures:
    """All of it, by the estimator and what it is of."""
    paths = spells(seen.people)
    belongs = households_of(seen.history, SEEN)[paths.subject]
    yield from steps("people", paths, belongs)
    yield from steps("households", spells(seen.households), None)
    yield from stands(paths, belongs)
    back = look_back(seen.people, Days(START + 366, END), recorded_since=START)
    yield "look back: referred within a year", Told(back.low, back.high, back.again, back.referrals)
    yield from changes(seen.history)
    yield from avoided(seen.history)
    yield from followed(seen.known)
    yield from predicted(seen.history)
    yield from times(seen.people)


def times(people: Episodes) -> Figures:
    """Of what is told within a year: with an interval in every borough, however few it came to."""
    for name, each in ESTIMATORS.items():
        at, (hits, whole) = each.estimate(people).at(YEAR, each.cause), each.by_hand(people)
        assert at.low is not None
        assert at.high is not None
        yield f"times: {name}", Told(at.low, at.high, hits, whole, events=whole)


def steps(whose: str, paths: Spells, belongs: Ints | None) -> Figures:
    found = transitions(paths, clusters=belongs)
    for row, column in np.argwhere(found.counts > 0).tolist():
        name, count = f"{STATES[row]} to {STATES[column]}, {whose}", found.counts[row, column]
        share = found.share_low[row, column], found.share_high[row, column]
        rate = found.rate_low[row, column], found.rate_high[row, column]
        years = found.years_at_risk[row]
        yield f"share: {name}", Told(*share, count, found.counts[row].sum())
        yield f"rate: {name}", Told(*rate, count, years)
        low, high = byar(count, years)
        yield f"{NAIVE}rate: {name}", Told(float(low), float(high), count, years)


def stands(paths: Spells, belongs: Ints) -> Figures:
    """By hand among those first met early enough to be followed so long."""
    found = occupancy(paths, clusters=belongs)
    for day in STAYS:
        whole = paths.first + day < END
        people = len(np.unique(paths.subject[whole]))
        there = whole & (paths.start - paths.first <= day) & (day < paths.stop - paths.first)
        for place, state in enumerate(STATES[:COMMON]):
            said = found.at(day, state)
            if said.low is not None and said.high is not None:
                hits = int((there & (paths.state == place)).sum())
                yield f"occupancy: {state} after {day} days", Told(said.low, said.high, hits, people)


def changes(history: History) -> Figures:
    for by in (By.TYPE, By.AGENCY):
        found = volumes(history, SEEN, by)
        for each in (*found.changes, *([found.total] if by is By.TYPE else [])):
            if each.low is not None:
                high = np.inf if each.high is None else each.high
                yield f"volumes: {each.name}", Told(each.low, high, each.now, each.before)


def avoided(history: History) -> Figures:
    """Of the last year beside the one before it, which is as long."""
    now, before, end = (dt.date.fromordinal(END - days) for days in (365, 730, 0))
    for name in ("CHILDREN_CONTACT", "DOMESTIC_ABUSE_INCIDENT", "PUBLIC_PROTECTION_NOTICE_CHILD"):
        observed, otherwise = compared(history, SEEN, name, Window(now, end), Window(before, now))
        less, events = otherwise.events - observed.events, observed.events
        found = fewer(observed, otherwise)
        yield f"costs: {name}", Told(found.low, found.high, less, 1, events)
        poisson = fewer(Counted(observed.events, 365.0), Counted(otherwise.events, 365.0))
        yield f"{NAIVE}costs: {name}", Told(poisson.low, poisson.high, less, 1, events)


def followed(known: Known) -> Figures:
    """How many alerts were followed by what a rule is there to foresee."""
    rule = every("PUBLIC_PROTECTION_NOTICE_CHILD", "CHILDREN_CONTACT", 6)
    kinds = {*rule.selections[0].types, *rule.outcome}
    some = Known(tuple(each for each in known.contacts if each.type in kinds), known.entities)
    begin, end = moment(START * DAY), moment(END * DAY)
    found = backtest([rule], learnt(some, as_happened=True), start=begin, end=end).rules[0].followed
    yield "backtest: notices that are referred on", Told(*found.interval, found.of_them, found.all)


def predicted(history: History) -> Figures:
    """Of level 3 in half a year: what goes with it, and how good a list by a given model would have been."""
    last = evening(LANDMARKS[-1])
    rows = periods(history, LANDMARKS, CutOff(last, last), level=3, variables=VARIABLES)
    events = float(rows.event.sum())
    for fit in (discrete, cox):
        fitted = fit(rows, rows, 0.95)
        for each in fitted.associations:
            low, high, factor = (float(np.log(figure)) for figure in (each.low, each.high, each.factor))
            yield f"{fitted.effect}: {each.variable}", Told(low, high, factor, 1, events)
    chances = 1 / (1 + np.exp(-INTERCEPT - rows.values @ WEIGHTS))
    told = calibration(chances, rows.event, subject=rows.subject)
    yield "calibration: ratio", Told(told.ratio.low, told.ratio.high, events, float(chances.sum()))
    yield "calibration: slope", Told(told.slope.low, told.slope.high, told.slope.value, 1, events)
    for place, tenth in ((0, "least"), (-1, "most")):
        one = told.bins[place]
        yield f"calibration: {tenth} likely", Told(one.observed.low, one.observed.high, one.events, one.rows)
    yield from judged(rows, listed(chances, rows.landmark, 60), households_of(history, SEEN)[rows.subject])


def judged(rows: Periods, on_list: Floats, belongs: Ints) -> Figures:
    cells = counted(on_list, rows.event, rows.group, len(rows.groups))
    found: Capacity = capacity_of(cells.sum(axis=0), 60)
    for name, figure, of in (
        ("precision", found.precision, found.looked_at),
        ("recall", found.recall, found.events),
    ):
        yield f"capacity: {name}", Told(figure.low, figure.high, found.hits, of)
    yield "capacity: base rate", Told(found.base_rate.low, found.base_rate.high, found.events, found.rows)
    varies = spreads(on_list, rows.event, rows.group, belongs, len(rows.groups))
    for each in gaps(cells, rows.groups, varies=varies):
        for rate in ("selected", "false_alarms") if each.name in AGENCIES else ():
            gap, of_them = getattr(each, f"{rate}_gap"), each.counts[0] + each.counts[1]
            yield f"gap: {rate} of {each.name}", Told(gap.low, gap.high, gap.value, 1, of_them)
        if each.name in AGENCIES:
            others = cells.sum(axis=0) - np.array(each.counts)
            apart = difference(share(of_them, sum(each.counts)), share(others[:2].sum(), others.sum()))
            yield f"{NAIVE}gap: selected of {each.name}", Told(apart.low, apart.high, apart.value, 1, of_them)
