"""How good chances were, of groups only: calibration, a stated capacity, and gaps between groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mast_analytics.clusters import by_cluster, dominated, spread
from mast_analytics.history import Bools, Floats, Ints
from mast_analytics.intervals import Figure, byar, difference, wilson, z_of
from mast_analytics.predictors.fitting import logistic

BINS: Final = 10
Spreads = tuple[tuple[float, float], ...]
"""Of each of the three rates of a group: of its own, and of that of everybody else."""
NO_SPREAD: Final[Spreads] = ((1.0, 1.0),) * 3
CELLS: Final = ("listed, event", "listed, none", "not listed, event", "not listed, none")


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows with nearly the same chance: how many, the mean of it, how many events, and their share.

    ``people`` is how many different people had no event in one of them; an event comes to each only once.
    """

    rows: int
    expected: float
    events: int
    observed: Figure
    people: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether of those given a chance of p a share of p had the event.

    ``ratio`` is events over the sum of chances: 1 if right on the whole. ``slope`` is of the log odds of the
    event on those of the chance: below 1 the chances are too extreme, as those of a model that learnt noise.
    """

    bins: tuple[Bin, ...]
    ratio: Figure
    slope: Figure


@dataclass(frozen=True, slots=True)
class Capacity:
    """If so many could be looked at in each period: what would have been found, and what by chance alone.

    ``precision`` is the share of those looked at who had the event, ``recall`` the share of events among
    them. ``base_rate`` is the precision, and ``by_chance`` the recall, of picking at random.
    """

    each_period: int
    looked_at: int
    rows: int
    events: int
    hits: float
    precision: Figure
    recall: Figure
    base_rate: Figure
    by_chance: float


@dataclass(frozen=True, slots=True)
class Group:
    """Rates of a group, and how far each is from that of everybody else.

    ``selected`` is the share listed, ``missed`` of its events the share not listed, ``false_alarms`` the
    share listed of those without an event.
    """

    name: str
    counts: tuple[float, float, float, float]
    """As ``CELLS`` says."""
    selected: float
    missed: float
    false_alarms: float
    selected_gap: Figure
    missed_gap: Figure
    false_alarms_gap: Figure
    spreads: Spreads = NO_SPREAD
    """By how much rates vary more than those of independent rows: one person is listed in many periods."""


def calibration(
    chances: Floats, event: Bools, level: float = 0.95, *, subject: Ints | None = None
) -> Calibration:
    """In tenths of the rows by chance; rows of one chance are never parted, so there may be fewer.
    ``subject`` is whose each row is; of somebody else each, if it is left out.

    Intervals: Wilson's of shares, Byar's of the ratio (events are at most as variable as Poisson's), and the
    information's of the slope (Cox 1958, Biometrika 45:562-565).

    Example:
        >>> chances = np.repeat([0.2, 0.6], 50)
        >>> happened = np.tile([True, False, False, False, False], 20) | (np.arange(100) >= 80)
        >>> found = calibration(chances, happened)
        >>> [(each.rows, each.events) for each in found.bins], round(found.ratio.value, 2)
        ([(50, 10), (50, 26)], 0.9)
    """
    whose = np.arange(len(chances)) if subject is None else subject
    edges = np.unique(np.quantile(chances, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, chances, "right")
    bins = []
    for each in np.unique(place).tolist():
        rows = place == each
        events, size = int(event[rows].sum()), int(rows.sum())
        observed = share(events, size, level)
        people = len(np.unique(whose[rows & ~event]))
        bins.append(Bin(size, float(chances[rows].mean()), events, observed, people))
    total, expected = int(event.sum()), float(chances.sum())
    low, high = (float(each) for each in byar(total, expected, level))
    return Calibration(tuple(bins), Figure(total / expected, low, high), _slope(chances, event, level))


def _slope(chances: Floats, event: Bools, level: float) -> Figure:
    clipped = np.clip(chances, 1e-9, 1 - 1e-9)
    if np.ptp(clipped) < 1e-9 or event.all() or not event.any():
        return Figure(np.nan, np.nan, np.nan)
    weights, covariance = logistic(np.log(clipped / (1 - clipped))[:, None], event)
    half = z_of(level) * float(np.sqrt(covariance[1, 1]))
    return Figure(float(weights[1]), float(weights[1]) - half, float(weights[1]) + half)


def listed(chances: Floats, period: Ints, each_period: int) -> Floats:
    """Share of each row that would be on a list of the highest chances of its period.

    1 above the last chance that gets on it, 0 below; of those who are equal at the edge as many as there are
    places left, each to the same share: nobody is preferred for standing first in a file.

    Example:
        >>> listed(np.array([0.9, 0.5, 0.5, 0.1]), np.zeros(4, int), 2).tolist()
        [1.0, 0.5, 0.5, 0.0]
    """
    places = np.zeros(len(chances))
    for one in np.unique(period).tolist():
        rows = np.flatnonzero(period == one)
        if len(rows) <= each_period:
            places[rows] = 1.0
            continue
        edge = np.sort(chances[rows])[-each_period] if each_period else np.inf
        over, even = rows[chances[rows] > edge], rows[chances[rows] == edge]
        places[over] = 1.0
        places[even] = (each_period - len(over)) / max(1, len(even))
    return places


def capacity_of(cells: Floats, each_period: int, level: float = 0.95) -> Capacity:
    """What a list would have found, by how many are in each of ``CELLS``. Intervals are Wilson's.

    Example:
        >>> found = capacity_of(np.array([10.0, 10, 10, 70]), 20)
        >>> found.precision.value, found.recall.value, found.base_rate.value, found.by_chance
        (0.5, 0.5, 0.2, 0.2)
    """
    hits, places, events, rows = cells[0], cells[:2].sum(), cells[0] + cells[2], cells.sum()
    return Capacity(
        each_period=each_period,
        looked_at=round(float(places)),
        rows=round(float(rows)),
        events=round(float(events)),
        hits=float(hits),
        precision=share(hits, places, level),
        recall=share(hits, events, level),
        base_rate=share(events, rows, level),
        by_chance=float(places / rows) if rows else np.nan,
    )


def counted(on_list: Floats, event: Bools, group: Ints, groups: int) -> Floats:
    """A row for each group: how many of each of ``CELLS``."""
    cells = [on_list * event, on_list * ~event, (1 - on_list) * event, (1 - on_list) * ~event]
    return np.column_stack([np.bincount(group, weights=each, minlength=groups) for each in cells])


def people_behind(
    on_list: Floats, event: Bools, group: Ints, subject: Ints, groups: int
) -> tuple[tuple[int, ...], ...]:
    """How many different people are in each of ``CELLS`` of each group, and of all together as the last one.

    Row by row of a table of two by two with its totals: listed, not listed, either; by event, none, either.
    Somebody is in a cell once, in however many periods they are.

    Example:
        >>> same = np.zeros(3, int)
        >>> people_behind(np.array([1.0, 0, 0]), np.array([False, False, True]), same, same, 1)[0]
        (0, 1, 1, 1, 1, 1, 1, 1, 1)
    """
    every = np.ones(len(event), np.bool_)
    return tuple(
        tuple(
            len(np.unique(subject[mine & place & happened]))
            for place in (on_list > 0, on_list < 1, every)
            for happened in (event, ~event, every)
        )
        for mine in (*(group == each for each in range(groups)), every)
    )


def spreads(on_list: Floats, event: Bools, group: Ints, cluster: Ints, groups: int) -> tuple[Spreads, ...]:
    """Of each group, for the intervals of :func:`gaps`; ``cluster`` says what each row belongs with.

    Example:
        >>> on_list, nobody, one = np.array([1.0, 1, 0, 0]), np.zeros(4, bool), np.zeros(4, int)
        >>> spreads(on_list, nobody, one, np.array([5, 5, 6, 6]), 1)[0][0]
        (4.0, 1.0)
    """
    every = np.ones(len(event), np.bool_)

    def of(rows: Bools) -> float:
        size = int(rows.sum())
        rate = float(on_list[rows].mean()) if size else 0.0
        return spread(on_list[rows] - rate, cluster[rows], size * rate * (1 - rate)) if size else 1.0

    return tuple(
        tuple((of(mine & of_rate), of(~mine & of_rate)) for of_rate in (every, event, ~event))
        for mine in (group == each for each in range(groups))
    )


def by_one(on_list: Floats, event: Bools, group: Ints, cluster: Ints, groups: int) -> tuple[bool, ...]:
    """Of each group, whether one cluster or two make most of a rate of :func:`gaps`, or of what varies in it.

    Example:
        >>> on_list, nobody, one = np.array([1.0, 1, 1, 0]), np.zeros(4, bool), np.zeros(4, int)
        >>> by_one(on_list, nobody, one, np.array([5, 5, 6, 7]), 1)
        (True,)
    """
    every = np.ones(len(event), np.bool_)

    def of(rows: Bools) -> bool:
        if not rows.any():
            return False
        hits, whose = on_list[rows], cluster[rows]
        return dominated(by_cluster(hits, whose)) or dominated(by_cluster(hits - hits.mean(), whose) ** 2)

    return tuple(
        any(of(side & of_rate) for side in (mine, ~mine) for of_rate in (every, event, ~event))
        for mine in (group == each for each in range(groups))
    )


def gaps(
    counts: Floats, names: tuple[str, ...], level: float = 0.95, *, varies: Sequence[Spreads] | None = None
) -> tuple[Group, ...]:
    """Rates of each group by ``fairlearn``, and their distance from those of everybody else.

    The interval of a distance is Newcombe's, of two independent shares with Wilson's limits, each of as many
    fewer rows as ``varies`` says (:func:`spreads`). With many groups some interval is without nought by
    chance alone.

    Example:
        >>> found = gaps(np.array([[10.0, 20, 5, 65], [10, 10, 10, 170]]), ("a", "b"))
        >>> round(found[0].missed, 2), round(found[0].missed_gap.value, 2), found[0].missed_gap.low < 0
        (0.33, -0.17, True)
    """
    by_group = _rates(counts, names)
    found = []
    for place, name in enumerate(names):
        mine, others = counts[place], counts.sum(axis=0) - counts[place]
        selected, missed, alarms = by_group[place]
        more = NO_SPREAD if varies is None else varies[place]
        first, second, third = (
            _gap(of_rate(mine), of_rate(others), each, level)
            for of_rate, each in zip((_listed, _missed, _alarms), more, strict=True)
        )
        counted_ = float(mine[0]), float(mine[1]), float(mine[2]), float(mine[3])
        found.append(Group(name, counted_, selected, missed, alarms, first, second, third, more))
    return tuple(found)


def _rates(counts: Floats, names: tuple[str, ...]) -> list[tuple[float, float, float]]:
    """Share selected, missed and of false alarms, by ``fairlearn``, which takes counts as weights of rows."""
    from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate

    weights = counts.ravel()
    # No row of no weight, and of each group one at least: a rate of nothing is then nought, and told as NaN.
    metrics = {"selected": selection_rate, "missed": false_negative_rate, "alarms": false_positive_rate}
    frame = MetricFrame(
        metrics=metrics,
        y_true=np.tile([1, 0, 1, 0], len(names)),
        y_pred=np.tile([1, 1, 0, 0], len(names)),
        sensitive_features=np.repeat(np.arange(len(names)), 4),
        sample_params={name: {"sample_weight": weights} for name in metrics},
    ).by_group
    rows = zip(*(frame[name].tolist() for name in metrics), strict=True)
    of = [counts.sum(axis=1), counts[:, 0] + counts[:, 2], counts[:, 1] + counts[:, 3]]
    return [
        (_where(row[0], of[0][n]), _where(row[1], of[1][n]), _where(row[2], of[2][n]))
        for n, row in enumerate(rows)
    ]


def _where(rate: float, size: float) -> float:
    return float(rate) if size > 0 else np.nan


def _listed(cells: Floats) -> tuple[float, float]:
    return float(cells[:2].sum()), float(cells.sum())


def _missed(cells: Floats) -> tuple[float, float]:
    return float(cells[2]), float(cells[0] + cells[2])


def _alarms(cells: Floats) -> tuple[float, float]:
    return float(cells[1]), float(cells[1] + cells[3])


def _gap(
    mine: tuple[float, float], others: tuple[float, float], varies: tuple[float, float], level: float
) -> Figure:
    if not mine[1] or not others[1]:
        return Figure(np.nan, np.nan, np.nan)
    own, other = (
        share(hits / more, size / more, level)
        for (hits, size), more in zip((mine, others), varies, strict=True)
    )
    return difference(own, other)


def share(hits: float, size: float, level: float = 0.95) -> Figure:
    """So many of so many, with Wilson's limits; NaN of none."""
    low, high = wilson(hits, size, level)
    return Figure(float(hits / size) if size else np.nan, float(low), float(high))
