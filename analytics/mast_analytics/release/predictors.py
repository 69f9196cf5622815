"""An evaluation as it may be shown: counts that are covered, and shares made of nothing but those.

Tables of one release share how many events there were, and no more: covered each by itself they tell no more
together, as long as that is shown in all of them. A table in which it would be hidden is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mast_analytics.clusters import rounded_up
from mast_analytics.disclosure.policies import Ints, Policy
from mast_analytics.disclosure.tables import HIDDEN, Table, protect
from mast_analytics.history import Floats
from mast_analytics.intervals import Figure
from mast_analytics.predictors.evaluation import Evaluation, Judged
from mast_analytics.predictors.fitting import Association
from mast_analytics.predictors.judging import Bin, Group, capacity_of, gaps, share

DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class ShownBin:
    """Rows of nearly one chance: the mean of it, and the share that had the event; ``None`` where hidden."""

    expected: float
    rows: int | None
    events: int | None
    observed: Figure | None


@dataclass(frozen=True, slots=True)
class ShownCapacity:
    """What a list would have found; all of it ``None`` where counts are hidden."""

    each_period: int
    looked_at: int
    hits: int
    precision: Figure
    recall: Figure
    base_rate: Figure
    by_chance: float


@dataclass(frozen=True, slots=True)
class ShownModel:
    """One model. ``groups`` are of the first model only, and only those of which every count is shown."""

    model: str
    effect: str
    associations: tuple[Association, ...]
    bins: tuple[ShownBin, ...]
    ratio: Figure
    slope: Figure
    capacity: ShownCapacity | None
    groups: tuple[Group, ...]
    groups_hidden: int


@dataclass(frozen=True, slots=True)
class ShownEvaluation:
    """An evaluation under a policy: numbers of people, rows and events are rounded.

    One that is of too few people is the mark; only of ``outside`` there may be so few.
    """

    policy: Policy
    people: int | str
    learnt_rows: int | str
    learnt_events: int | str
    judged_rows: int | str
    judged_events: int | str
    outside: int | str
    models: tuple[ShownModel, ...]


def shown_evaluation(found: Evaluation, policy: Policy) -> ShownEvaluation:
    """Everything of an evaluation that may be shown.

    Factors, ratios and slopes are of all rows, to two decimals. Everything else is worked out from counts
    that are shown, intervals of gaps with spreads that are rounded up in steps that grow. Groups of which one
    household or two make most are not shown: the spread would tell about how often they were listed.
    """

    def rounded(count: int, people: int) -> int | str:
        behind, shown = policy.alone(people), policy.alone(count, policy.coarse)
        return HIDDEN if behind is None or shown is None else shown

    return ShownEvaluation(
        policy=policy,
        people=rounded(found.people, found.people),
        learnt_rows=rounded(found.learnt_rows, found.learnt_people),
        learnt_events=rounded(found.learnt_events, found.learnt_events),
        judged_rows=rounded(found.judged_rows, found.judged_people),
        judged_events=rounded(found.judged_events, found.judged_events),
        outside=rounded(found.outside, found.outside_people),
        models=tuple(
            _model(each, found.plan.each_period, policy, with_groups=not place)
            for place, each in enumerate(found.models)
        ),
    )


def _model(judged: Judged, each_period: int, policy: Policy, *, with_groups: bool) -> ShownModel:
    counts = np.array([group.counts for group in judged.groups]).round().astype(np.int64)
    if with_groups:
        groups, hidden, cells = _groups(judged, counts, policy)
    else:
        groups, hidden, cells = (), 0, _cells(_protected(counts.sum(axis=0), judged.people[-1:], policy))
    return ShownModel(
        model=judged.model,
        effect=judged.effect,
        associations=tuple(
            Association(each.variable, *(round(x, DECIMALS) for x in (each.factor, each.low, each.high)))
            for each in judged.associations
        ),
        bins=_bins(judged, policy),
        ratio=_coarse(judged.calibration.ratio),
        slope=_coarse(judged.calibration.slope),
        capacity=None if cells is None else _capacity(cells, each_period),
        groups=groups,
        groups_hidden=hidden,
    )


def _bins(judged: Judged, policy: Policy) -> tuple[ShownBin, ...]:
    """Neighbours are put together until more people than the threshold had the event, and more had it not."""
    bins = _wide_enough(judged.calibration.bins, policy)
    people = [(each.events, each.people) for each in bins]
    table = protect([(each.events, each.rows - each.events) for each in bins], policy, people=people)
    told = not table.hidden[-1].any()
    return tuple(
        _bin(each.expected, table.values[place], told=told and not table.hidden[place].any())
        for place, each in enumerate(bins)
    )


def _wide_enough(bins: Sequence[Bin], policy: Policy) -> list[Bin]:
    found = list[Bin]()
    for each in bins:
        small = found and min(found[-1].events, found[-1].people) <= policy.threshold
        if small:
            found[-1] = _together(found[-1], each)
        else:
            found.append(each)
    last = found[-1]
    if len(found) > 1 and min(last.events, last.people) <= policy.threshold:
        found[-2:] = [_together(found[-2], last)]
    return found


def _together(left: Bin, right: Bin) -> Bin:
    rows, events = left.rows + right.rows, left.events + right.events
    expected = (left.expected * left.rows + right.expected * right.rows) / rows
    # The same people may be in both: at least so many are different.
    return Bin(rows, expected, events, share(events, rows), max(left.people, right.people))


def _bin(expected: float, row: Ints, *, told: bool) -> ShownBin:
    if not told:
        return ShownBin(round(expected, DECIMALS), None, None, None)
    events, rows = int(row[0]), int(row[0] + row[1])
    return ShownBin(round(expected, DECIMALS), rows, events, _coarse(share(events, rows)))


def _groups(judged: Judged, counts: Ints, policy: Policy) -> tuple[tuple[Group, ...], int, Floats | None]:
    """Groups whose counts may all be shown, how many are not, and the cells of all together."""
    table = _protected(counts, judged.people, policy)
    cells = _cells(Table(policy, table.values[-1], table.hidden[-1]))
    most = judged.dominated or (False,) * len(counts)
    kept = [place for place, one in enumerate(most) if not one and not table.hidden[place, :2, :2].any()]
    if cells is None or len(kept) < 2:
        return (), len(counts), cells
    names = tuple(judged.groups[place].name for place in kept)
    varies = [
        tuple((rounded_up(own), rounded_up(other)) for own, other in judged.groups[place].spreads)
        for place in kept
    ]
    shown = gaps(table.values[kept, :2, :2].reshape(-1, 4).astype(np.float64), names, varies=varies)
    return shown, len(counts) - len(kept), cells


def _protected(counts: Ints, people: Sequence[tuple[int, ...]], policy: Policy) -> Table:
    """Tables of two by two, one or one for each group, by how many different people are behind each count."""
    behind = np.array(people, np.int64).reshape(-1, 3, 3)
    if counts.ndim == 1:
        return protect(counts.reshape(2, 2), policy, people=behind[0])
    return protect(counts.reshape(-1, 2, 2), policy, people=behind)


def _cells(table: Table) -> Floats | None:
    """Listed or not, event or none, as shown; ``None`` where any of it, or of its totals, is hidden."""
    return None if table.hidden.any() else table.values[:2, :2].reshape(4).astype(np.float64)


def _capacity(cells: Floats, each_period: int) -> ShownCapacity:
    found = capacity_of(cells, each_period)
    return ShownCapacity(
        each_period=each_period,
        looked_at=found.looked_at,
        hits=round(found.hits),
        precision=_coarse(found.precision),
        recall=_coarse(found.recall),
        base_rate=_coarse(found.base_rate),
        by_chance=round(found.by_chance, DECIMALS),
    )


def _coarse(figure: Figure) -> Figure:
    return Figure(*(round(each, DECIMALS) for each in (figure.value, figure.low, figure.high)))
