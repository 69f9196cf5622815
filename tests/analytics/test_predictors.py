"""Predictors: right on average, equal to other libraries, judged honestly, and no way to one person."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, false_negative_rate, selection_rate
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_score, recall_score
from tests.analytics.predictor_worlds import DAYS, rows, town

import mast_analytics.predictors.evaluation as public
from mast_analytics.civil import evening
from mast_analytics.history import Floats, History
from mast_analytics.predictors.evaluation import Evaluation, Plan, evaluate, split
from mast_analytics.predictors.fitting import cox, discrete, logistic
from mast_analytics.predictors.judging import calibration, capacity_of, counted, gaps, listed
from mast_analytics.predictors.periods import Periods
from mast_resolver.errors import UsageError
from mast_resolver.known import Known
from mast_resolver.research_errors import OutsideLimitsError

TRUTH = np.array([0.7, 0.4])
PLAN = Plan(
    landmarks=DAYS[2:9],
    split=DAYS[6],
    seen=evening(DAYS[8]),
    reaches=4,
    each_period=60,
    variables=("contacts in a quarter", "contacts before that"),
)


@pytest.fixture(scope="module")
def history() -> History:
    return town(1)


@pytest.fixture(scope="module")
def found(history: History) -> Evaluation:
    return evaluate(history, PLAN)


@pytest.mark.slow
def test_intervals_of_hazard_ratios_hold_the_truth_in_90_of_100_seeds() -> None:
    held = np.zeros(2, np.int64)
    for seed in range(100):
        data = rows(seed, TRUTH, people=150, periods=2, daily=0.003)
        for place, each in enumerate(cox(data, data, 0.95).associations):
            held[place] += each.low <= np.exp(TRUTH[place]) <= each.high
    assert (held >= 90).all(), held


def test_intervals_of_odds_ratios_hold_the_truth_in_90_of_100_seeds() -> None:
    held = np.zeros(2, np.int64)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        values = np.column_stack([rng.integers(0, 2, 600), rng.normal(size=600)])
        event = rng.random(600) < 1 / (1 + np.exp(1.8 - values @ TRUTH))
        weights, covariance = logistic(values, event)
        half = 1.96 * np.sqrt(np.diag(covariance))[1:]
        held += (weights[1:] - half <= TRUTH) & (weights[1:] + half >= TRUTH)
    assert (held >= 90).all(), held


def test_cox_is_the_maximum_of_efrons_likelihood_written_out() -> None:
    data = rows(3, TRUTH, people=80, periods=2, daily=0.006)

    def loss(weights: Floats) -> float:
        score, total = data.values @ weights, 0.0
        for time in np.unique(data.stop[data.event]):
            at_risk = (data.start < time) & (time <= data.stop)
            tied = data.event & (data.stop == time)
            all_, some, many = np.exp(score[at_risk]).sum(), np.exp(score[tied]).sum(), int(tied.sum())
            total += score[tied].sum() - sum(np.log(all_ - k / many * some) for k in range(many))
        return -float(total)

    best = minimize(loss, np.zeros(2), method="BFGS", options={"gtol": 1e-8}).x
    ours = [np.log(each.factor) for each in cox(data, data, 0.95).associations]
    assert ours == pytest.approx(best.tolist(), abs=1e-4)


@given(st.integers(0, 10_000))
def test_logistic_regression_is_the_maximum_of_its_likelihood_written_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(200, 2))
    event = rng.random(200) < 1 / (1 + np.exp(0.5 - values @ TRUTH))
    full = np.column_stack([np.ones(200), values])
    weights, covariance = logistic(values, event)
    chance = 1 / (1 + np.exp(-full @ weights))
    assert np.abs(full.T @ (event - chance)).max() < 1e-4  # the score is nought at the maximum
    information = sum(p * (1 - p) * np.outer(x, x) for p, x in zip(chance, full, strict=True))
    assert np.allclose(covariance @ information, np.eye(3), atol=1e-6)


def test_intervals_of_calibration_capacity_and_gaps_hold_the_truth_in_90_of_100_seeds() -> None:
    ratio = slope = first = precision = recall = gap = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        group = rng.integers(0, 2, 2000)
        chances = np.clip(rng.beta(1.2, 12, 2000), 0.005, 0.9)
        event = rng.random(2000) < chances
        told = calibration(chances, event)
        ratio += told.ratio.low <= 1 <= told.ratio.high
        slope += told.slope.low <= 1 <= told.slope.high
        first += all(each.observed.low <= each.expected <= each.observed.high for each in told.bins[-1:])
        on_list = listed(chances, np.zeros(2000, int), 200)
        top = on_list == 1
        cells = counted(on_list, event, group, 2)
        capacity = capacity_of(cells.sum(axis=0), 200)
        precision += capacity.precision.low <= chances[top].mean() <= capacity.precision.high
        recall += capacity.recall.low <= chances[top].sum() / chances.sum() <= capacity.recall.high
        missed = [chances[(group == g) & ~top].sum() / chances[group == g].sum() for g in (0, 1)]
        wide = gaps(cells, ("a", "b"))[0].missed_gap
        gap += wide.low <= missed[0] - missed[1] <= wide.high
    assert min(ratio, slope, first, precision, recall, gap) >= 90


@given(st.integers(0, 10_000))
def test_figures_equal_those_of_scikit_learn_and_fairlearn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances, group = rng.permutation(np.linspace(0.01, 0.99, 400)), rng.integers(0, 3, 400)
    event = rng.random(400) < chances
    on_list = listed(chances, np.zeros(400, int), 50)
    cells = counted(on_list, event, group, 3)
    capacity = capacity_of(cells.sum(axis=0), 50)
    assert capacity.precision.value == pytest.approx(precision_score(event, on_list > 0))
    assert capacity.recall.value == pytest.approx(recall_score(event, on_list > 0))
    told = calibration(chances, event)
    share, mean = calibration_curve(event, chances, n_bins=10, strategy="quantile")
    assert [each.observed.value for each in told.bins] == pytest.approx(share.tolist())
    assert [each.expected for each in told.bins] == pytest.approx(mean.tolist())
    frame = MetricFrame(metrics={"s": selection_rate, "m": false_negative_rate}, y_true=event,
                        y_pred=on_list > 0, sensitive_features=group).by_group  # fmt: skip
    ours = gaps(cells, ("a", "b", "c"))
    assert [each.selected for each in ours] == pytest.approx(frame["s"].tolist())
    assert [each.missed for each in ours] == pytest.approx(frame["m"].tolist())


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=1, max_size=30), st.integers(0, 12))
def test_a_list_has_as_many_places_as_were_stated_in_each_period(chances: list[float], places: int) -> None:
    period = np.arange(len(chances)) % 2
    share = listed(np.array(chances), period, places)
    for one in (0, 1):
        mine = share[period == one]
        assert mine.sum() == pytest.approx(min(places, len(mine)))
        for high in range(len(mine)):
            for low in range(len(mine)):
                if np.array(chances)[period == one][high] > np.array(chances)[period == one][low]:
                    assert mine[high] >= mine[low]


def test_it_finds_what_makes_people_escalate_in_a_town_and_says_how_well(found: Evaluation) -> None:
    for model in found.models:
        recent = model.associations[0]
        assert recent.low > 1, model.model
        assert model.calibration.ratio.low < 1.15
        assert model.calibration.ratio.high > 0.85
        assert model.capacity.precision.value > model.capacity.base_rate.value
        assert model.capacity.recall.value > model.capacity.by_chance
        assert model.capacity.looked_at == PLAN.each_period * 2
    assert found.judged_rows + found.outside > 300
    assert found.outside >= 0


def test_chance_alone_is_told_as_no_better_than_the_base_rate(history: History) -> None:
    train, test = split(history, PLAN)
    rng = np.random.default_rng(0)
    noise = replace(train, values=rng.normal(size=train.values.shape))
    later = replace(test, values=rng.normal(size=test.values.shape))
    chances = discrete(noise, later, 0.95).of_rows
    on_list = listed(chances, later.landmark, 60)
    told = capacity_of(counted(on_list, later.event, later.group * 0, 1)[0], 60)
    assert told.precision.low <= told.base_rate.value <= told.precision.high


def test_learning_knows_nothing_that_was_recorded_after_the_split(history: History) -> None:
    train, _ = split(history, PLAN)
    versions = history.versions
    kept = versions.recorded_from <= evening(PLAN.split).timestamp()
    assert not kept.all()
    gone = replace(versions, at=np.where(kept, versions.at, 9e9))
    blind = town(1)
    blind.versions = gone
    again, _ = split(blind, PLAN)
    for name in ("subject", "start", "stop", "event", "values"):
        assert (getattr(again, name) == getattr(train, name)).all()


def test_too_little_to_learn_from_or_to_judge_by_is_refused(history: History) -> None:
    with pytest.raises(OutsideLimitsError, match="to learn from"):
        discrete(rows(1, TRUTH, people=20), rows(2, TRUTH), 0.95)
    with pytest.raises(OutsideLimitsError, match="to learn from"):
        cox(rows(1, TRUTH, people=20), rows(2, TRUTH), 0.95)
    with pytest.raises(OutsideLimitsError):
        evaluate(History(Known()), PLAN)
    with pytest.raises(OutsideLimitsError, match="to judge by"):
        evaluate(history, replace(PLAN, reaches=6))


def test_what_tells_the_outcome_without_fail_is_refused() -> None:
    data = rows(1, TRUTH)
    for values in (data.event.astype(float)[:, None] * np.array([1.0, 2.0]), data.values[:, [0, 0]]):
        with pytest.raises(OutsideLimitsError):
            discrete(replace(data, values=values), data, 0.95)
        with pytest.raises(OutsideLimitsError):
            cox(replace(data, values=values), data, 0.95)


@pytest.mark.parametrize("wrong", [{"split": DAYS[2]}, {"split": DAYS[8]}, {"each_period": 0},
                                   {"variables": ("surname",)}, {"reaches": 7}])  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(history: History, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        evaluate(history, replace(PLAN, **wrong))  # type: ignore[arg-type]


def test_people_known_for_longer_than_anybody_learnt_from_are_outside() -> None:
    train, test = rows(1, TRUTH, periods=2, daily=0.004), rows(2, TRUTH, periods=4)
    chances = cox(train, test, 0.95).of_rows
    assert (np.isnan(chances) == (test.landmark >= 2)).all()


def test_nothing_of_one_person_leaves(found: Evaluation) -> None:
    sizes: list[int] = []

    def walk(value: object) -> None:
        assert not callable(value)
        assert not isinstance(value, np.ndarray | Periods)
        if is_dataclass(value):
            for each in fields(value):
                walk(getattr(value, each.name))
        elif isinstance(value, tuple):
            sizes.append(len(value))
            for item in value:
                walk(item)

    walk(found)
    assert max(sizes) <= 10 < found.judged_rows
    # Nothing public gives a chance back, and no intercept to work one out by.
    given_back = {
        name: inspect.signature(value).return_annotation
        for name, value in vars(public).items()
        if inspect.isfunction(value) and value.__module__ == public.__name__ and not name.startswith("_")
    }
    assert given_back == {
        "landmarks": "tuple[dt.date, ...]",
        "evaluate": "Evaluation",
        "split": "tuple[Periods, Periods]",
    }
    assert "intercept" not in repr(found)
    assert not {each.name for each in fields(Periods)} & {"chance", "score", "risk"}
