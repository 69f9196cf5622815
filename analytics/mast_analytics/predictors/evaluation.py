"""An evaluation of predictors on a later time than they were fitted on; what leaves is of groups only.

There is no function that takes a person, none that returns a chance, and no model to take home: neither an
intercept nor a baseline hazard is among the results.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np

from mast_analytics.civil import evening
from mast_analytics.clusters import households_of
from mast_analytics.episodes import CutOff
from mast_analytics.history import Bools, History, Ints
from mast_analytics.predictors.fitting import Association, Chances, cox, discrete, enough
from mast_analytics.predictors.judging import (
    Calibration,
    Capacity,
    Group,
    by_one,
    calibration,
    capacity_of,
    counted,
    gaps,
    listed,
    people_behind,
    spreads,
)
from mast_analytics.predictors.periods import VARIABLES, Periods, periods
from mast_resolver.errors import UsageError

LEAST_TO_JUDGE: Final = 30
"""Events needed in the later time: with fewer, the calibration is a guess."""
DEFAULT_VARIABLES: Final = tuple(VARIABLES)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, before anything is looked at.

    Periods run from each landmark to the next. Models learn from those that end by ``split``, and from what
    was recorded by then; they are judged on those that begin at it or later, as recorded by ``seen``.
    """

    landmarks: tuple[dt.date, ...]
    split: dt.date
    seen: dt.datetime
    reaches: int
    each_period: int
    """How many could be looked at in a period: the stated capacity."""
    variables: tuple[str, ...] = DEFAULT_VARIABLES
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """One model: what goes with reaching the level, and how good its chances were later."""

    model: str
    effect: str
    associations: tuple[Association, ...]
    calibration: Calibration
    capacity: Capacity
    groups: tuple[Group, ...]
    people: tuple[tuple[int, ...], ...]
    """Different people behind the counts of each group and of all, as ``people_behind`` says."""
    dominated: tuple[bool, ...] = ()
    """Of each group, whether one household or two make most of it, as ``by_one`` says."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All models on the same later rows.

    ``outside`` rows were of people known for longer than anybody who was learnt from: no model may speak of
    them. ``data`` is a digest of what was learnt from and judged on.
    """

    plan: Plan
    people: int
    learnt_rows: int
    learnt_people: int
    learnt_events: int
    judged_rows: int
    judged_people: int
    judged_events: int
    outside: int
    outside_people: int
    longest_days: int
    agencies: tuple[str, ...]
    """Whose contacts there were at all."""
    data: str
    models: tuple[Judged, ...]


def landmarks(first: dt.date, split: dt.date, last: dt.date, every: int) -> tuple[dt.date, ...]:
    """Days so many apart, counted from the split both ways, none before the first or after the last.

    Raises:
        UsageError: there is not one on either side of the split.

    Example:
        >>> day = dt.date(2026, 1, 1)
        >>> [each.day for each in landmarks(day, day.replace(day=11), day.replace(day=25), 7)]
        [4, 11, 18, 25]
    """
    before, after = (split - first).days // every, (last - split).days // every
    if before < 1 or after < 1:
        raise UsageError(
            "there is not a whole period on either side of the split", fix="begin earlier, or end later"
        )
    return tuple(split + dt.timedelta(days=every * step) for step in range(-before, after + 1))


def evaluate(history: History, plan: Plan) -> Evaluation:
    """Fit on the earlier periods, judge on the later ones.

    Raises:
        UsageError: the split is not among the landmarks with a period on either side, nobody could be looked
            at, or as :func:`~mast_analytics.predictors.periods.periods` says.
        OutsideLimitsError: there are too few events to learn from or to judge by.
    """
    train, test = split(history, plan)
    fix = "split earlier, look later, or take shorter periods or a lower level"
    enough(int(test.event.sum()), LEAST_TO_JUDGE, "to judge by", fix=fix)
    chances = [fit(train, test, plan.level) for fit in (discrete, cox)]
    inside = np.all([np.isfinite(each.of_rows) for each in chances], axis=0)
    belongs = households_of(history, CutOff(plan.seen, plan.seen))[test.subject]
    models = tuple(_judged(each, test, inside, plan, belongs) for each in chances)
    return Evaluation(
        plan=plan,
        people=len(np.unique(np.concatenate([train.subject, test.subject]))),
        learnt_rows=len(train.subject),
        learnt_people=len(np.unique(train.subject)),
        learnt_events=int(train.event.sum()),
        judged_rows=int(inside.sum()),
        judged_people=len(np.unique(test.subject[inside])),
        judged_events=int(test.event[inside].sum()),
        outside=int((~inside).sum()),
        outside_people=len(np.unique(test.subject[~inside])),
        longest_days=int(train.stop.max(initial=0)),
        agencies=tuple(sorted(train.groups)),
        data=_digest(train, test),
        models=models,
    )


def split(history: History, plan: Plan) -> tuple[Periods, Periods]:
    """The rows to learn from, as known at the split, and those to judge on.

    Raises:
        UsageError: the split is not among the landmarks with a period on either side, or nobody could be
            looked at.
    """
    if plan.split not in plan.landmarks[1:-1]:
        raise UsageError(
            "the split is not a landmark with a period before and after it", fix="give one of the landmarks"
        )
    if plan.each_period < 1:
        raise UsageError("nobody could be looked at", fix="state a capacity of 1 or more in each period")
    place = plan.landmarks.index(plan.split)
    at_split = evening(plan.split)

    def rows(landmarks: Sequence[dt.date], seen: CutOff) -> Periods:
        return periods(history, landmarks, seen, level=plan.reaches, variables=plan.variables)

    return (
        rows(plan.landmarks[: place + 1], CutOff(at_split, at_split)),
        rows(plan.landmarks[place:], CutOff(plan.seen, plan.seen)),
    )


def _judged(chances: Chances, test: Periods, inside: Bools, plan: Plan, belongs: Ints) -> Judged:
    of_rows, event = chances.of_rows[inside], test.event[inside]
    on_list, subject = listed(of_rows, test.landmark[inside], plan.each_period), test.subject[inside]
    counts = counted(on_list, event, test.group[inside], len(test.groups))
    people = people_behind(on_list, event, test.group[inside], subject, len(test.groups))
    whose = test.group[inside], belongs[inside], len(test.groups)
    more, most = spreads(on_list, event, *whose), by_one(on_list, event, *whose)
    there = np.flatnonzero(counts.sum(axis=1) > 0)
    return Judged(
        model=chances.model,
        effect=chances.effect,
        associations=chances.associations,
        calibration=calibration(of_rows, event, plan.level, subject=subject),
        capacity=capacity_of(counts.sum(axis=0), plan.each_period, plan.level),
        groups=gaps(
            counts[there],
            tuple(test.groups[each] for each in there.tolist()),
            plan.level,
            varies=[more[each] for each in there.tolist()],
        ),
        people=tuple(people[each] for each in (*there.tolist(), -1)),
        dominated=tuple(most[each] for each in there.tolist()),
    )


def _digest(*tables: Periods) -> str:
    digest = blake2b(digest_size=16)
    for table in tables:
        for column in (table.subject, table.landmark, table.start, table.stop, table.event, table.values):
            digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
