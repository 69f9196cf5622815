"""All that has an interval, on a hundred generated boroughs: 95 % intervals hold the truth in ninety.

The truth is that of all hundred together: counts over counts, and where a figure is no share of anything the
mean of a hundred. Nobody chose the seeds: they are 1 to 100. A borough is made once for all figures.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
import pytest
from scipy.stats import binom
from tests.analytics.generated import borough_known
from tests.analytics.generated_figures import NAIVE, Seen, Told, figures
from tests.analytics.generated_rates import ESTIMATORS as TIMES

pytestmark = pytest.mark.slow

PEOPLE: Final = 1_500
SEEDS: Final = range(1, 101)
FEWEST: Final = 10
"""Events in a borough, on average: of fewer there is nothing to say in one."""
BY_CHANCE: Final = int(binom.ppf(1e-4, len(SEEDS), 0.95))
"""What an interval that holds 95 of 100 holds at the least, but for one in ten thousand."""
ESTIMATORS: Final = (
    "share", "rate", "occupancy", "look back", "volumes", "costs", "backtest", "odds ratio", "hazard ratio",
    "calibration", "capacity", "gap",
)  # fmt: skip


@pytest.fixture(scope="module")
def told() -> dict[str, float]:
    """How many of a hundred hold the truth, by figure."""
    every: dict[str, list[Told]] = defaultdict(list)
    for seed in SEEDS:
        for name, each in figures(Seen.of(borough_known(PEOPLE, seed))):
            every[name].append(each)
    return {name: held(each) for name, each in every.items() if common(each)}


def common(found: list[Told]) -> bool:
    events = [each.hits if each.events is None else each.events for each in found]
    return len(found) == len(SEEDS) and bool(np.mean(events) >= FEWEST)


def held(found: list[Told]) -> float:
    truth = sum(each.hits for each in found) / sum(each.of for each in found)
    return sum(each.low <= truth <= each.high for each in found) * 100 / len(found)


def of(told: dict[str, float], estimator: str) -> dict[str, float]:
    return {name: count for name, count in told.items() if name.startswith(f"{estimator}:")}


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_each_estimator_holds_the_truth_in_ninety_of_a_hundred(
    told: dict[str, float], estimator: str
) -> None:
    """Of many figures some are a little below by chance: they are ninety on average, and none far below."""
    mine = of(told, estimator)
    assert np.mean(list(mine.values())) >= 90, mine
    assert min(mine.values()) >= BY_CHANCE, mine


@pytest.mark.parametrize("name", TIMES)
def test_times_to_events_hold_the_true_rate_in_ninety_each(told: dict[str, float], name: str) -> None:
    assert told[f"times: {name}"] >= 90


def test_all_but_few_figures_hold_it_in_ninety(told: dict[str, float]) -> None:
    mine = {name: count for name, count in told.items() if not name.startswith(NAIVE)}
    assert len(mine) > 100
    expected = binom.cdf(89, len(SEEDS), 0.95) * len(mine)
    assert sum(count < 90 for count in mine.values()) <= 2 * expected


@pytest.mark.parametrize("estimator", ["rate", "costs", "gap"])
def test_intervals_that_take_people_for_independent_would_be_noticed(
    told: dict[str, float], estimator: str
) -> None:
    assert min(of(told, f"{NAIVE}{estimator}").values()) < BY_CHANCE
