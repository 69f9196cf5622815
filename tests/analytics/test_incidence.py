"""Time to one of several things: equal to another's program, to a sum by hand, and right on average."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from mast_analytics.incidence import Incidence, incidence
from mast_analytics.intervals import Floats, byar, wilson
from mast_resolver.errors import UsageError

NAMES = ("stepped up", "closed")
Person = tuple[int, int, int]  # in at, out at, why

PEOPLE = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(0, 2)).map(
        lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[2])
    ),
    min_size=1,
    max_size=30,
)


def estimated(people: list[Person]) -> Incidence:
    came, left, why = zip(*people, strict=True)
    return incidence(left, why, NAMES, entries=came)


def by_hand(people: list[Person], cause: int, time: int) -> Fraction:
    """The product-integral, person by person, in exact numbers."""
    staying, happened = Fraction(1), Fraction(0)
    for now in range(1, time + 1):
        risk = sum(came < now <= left for came, left, _ in people)
        here = [why for _, left, why in people if left == now and why]
        if here:
            happened += staying * Fraction(here.count(cause), risk)
            staying *= 1 - Fraction(len(here), risk)
    return happened


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_lifelines_with_its_variance_and_its_interval(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, why = rng.exponential(100, 400), rng.choice(3, 400, p=[0.3, 0.3, 0.4])
    ours = incidence(left, why, NAMES)
    for cause, name in enumerate(NAMES, start=1):
        theirs = AalenJohansenFitter().fit(left, why, event_of_interest=cause)
        known = theirs.cumulative_density_.iloc[:, 0].reindex(ours.times)
        np.testing.assert_allclose(ours.happened[cause - 1], known, rtol=0, atol=1e-9)
        varied = theirs.variance_.reindex(ours.times).to_numpy()[
            :-1
        ]  # the last leaves nobody: 0 times infinity
        np.testing.assert_allclose(ours.variance[cause - 1][:-1], varied, rtol=0, atol=1e-9)
        told = ours.at(100.0, name)
        ends = theirs.confidence_interval_.loc[:100.0].iloc[-1]
        assert (told.low, told.high) == pytest.approx((ends.min(), ends.max()), abs=1e-9)


@given(PEOPLE, st.integers(0, 42))
def test_with_late_entry_and_ties_it_is_the_exact_product(people: list[Person], time: int) -> None:
    ours = estimated(people)
    for cause, name in enumerate(NAMES, start=1):
        told = ours.at(time, name)
        if told.value is None:
            assert time > max(left for _, left, _ in people)
        else:
            assert told.value == pytest.approx(float(by_hand(people, cause, time)), abs=1e-12)
            assert told.low is None or 0 <= told.low <= told.value <= (told.high or 0) <= 1


@given(PEOPLE)
def test_shares_sum_to_one_and_never_fall(people: list[Person]) -> None:
    ours = estimated(people)
    np.testing.assert_allclose(ours.nothing + ours.happened.sum(axis=0), 1, atol=1e-12)
    assert (np.diff(ours.happened, axis=1) >= 0).all()
    assert (ours.at_risk >= ours.events.sum(axis=0)).all()


@given(PEOPLE)
def test_nothing_happens_to_those_who_are_all_censored(people: list[Person]) -> None:
    ours = estimated([(came, left, 0) for came, left, _ in people])
    assert not len(ours.times)
    last = max(left for _, left, _ in people)
    assert (ours.at(last, "closed").value, ours.at(last + 1, "closed").value) == (0.0, None)


@given(PEOPLE)
def test_entry_at_nought_is_no_late_entry(people: list[Person]) -> None:
    left, why = [left for _, left, _ in people], [why for _, _, why in people]
    with_it, without = incidence(left, why, NAMES, entries=[0] * len(left)), incidence(left, why, NAMES)
    np.testing.assert_array_equal(with_it.happened, without.happened)
    np.testing.assert_array_equal(with_it.variance, without.variance)


@given(PEOPLE, st.integers(1, 40))
def test_following_for_longer_changes_nothing_before(people: list[Person], until: int) -> None:
    shorter = [
        (came, min(left, until), why if left <= until else 0) for came, left, why in people if came < until
    ]
    if not shorter:
        return
    short, long = estimated(shorter), estimated(people)
    steps = len(short.times)
    np.testing.assert_allclose(short.happened, long.happened[:, :steps], atol=1e-12)
    all_over = bool(steps) and short.nothing[-1] == 0
    assert (short.at(until + 1, "closed").value is None) is not all_over


def test_given_nothing_by_a_time_is_the_share_among_those_left() -> None:
    people = [(0, 2, 1), (0, 3, 2), (0, 5, 1), (0, 8, 2), (0, 9, 0)]
    left, why = [left for _, left, _ in people], [why for _, _, why in people]
    later = incidence(left, why, NAMES, given_nothing_by=3)
    assert later.at(8, "stepped up").value == pytest.approx(1 / 3)
    assert later.at(8, "closed").value == pytest.approx(1 / 3)


def simulated(seed: int, late: bool) -> tuple[Floats, Floats, Floats]:
    """Rates .004 and .006 a day; censored at random; some come in late, if nothing happened before."""
    rng = np.random.default_rng(seed)
    size = 600
    happens, why = rng.exponential(100, size), rng.choice([1.0, 2.0], size, p=[0.4, 0.6])
    censored = rng.exponential(250, size)
    came = np.where(rng.random(size) < 0.5, rng.uniform(0, 80, size), 0) if late else np.zeros(size)
    left = np.minimum(happens, censored)
    seen = left > came
    return came[seen], left[seen], np.where(happens <= censored, why, 0)[seen]


@pytest.mark.parametrize("late", [False, True], ids=["from the start", "half come in late"])
@pytest.mark.parametrize("time", [50.0, 150.0])
def test_intervals_hold_the_true_share_in_at_least_90_of_100_seeds(late: bool, time: float) -> None:
    truth = 0.4 * (1 - np.exp(-time / 100))
    held, naive = 0, []
    for seed in range(100):
        came, left, why = simulated(seed, late)
        told = incidence(left, why, NAMES, entries=came).at(time, "stepped up")
        assert told.low is not None
        assert told.high is not None
        held += told.low <= truth <= told.high
        only = incidence(left, (why == 1).astype(int), ("stepped up",), entries=came)
        naive.append(1 - only.nothing[np.searchsorted(only.times, time, "right") - 1])
    assert held >= 90
    one_minus_kaplan_meier = 1 - np.exp(-0.004 * time)
    assert np.mean(naive) == pytest.approx(one_minus_kaplan_meier, abs=0.01)
    assert one_minus_kaplan_meier > truth * 1.1


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="no later than it begins"):
        incidence([5], [1], NAMES, entries=[5])
    with pytest.raises(UsageError, match="a cause has no name"):
        incidence([5], [3], NAMES)
    with pytest.raises(UsageError, match="not as many"):
        incidence([5, 6], [1], NAMES)
    with pytest.raises(UsageError, match="no such cause"):
        incidence([5], [1], NAMES).at(5, "moved")


def test_rates_are_within_a_hundredth_of_the_exact_limits_from_ten_events_on() -> None:
    from scipy.stats import chi2

    counts = np.arange(10, 400)
    low, high = byar(counts, 1)
    np.testing.assert_allclose(low, chi2.ppf(0.025, 2 * counts) / 2, rtol=0.01)
    np.testing.assert_allclose(high, chi2.ppf(0.975, 2 * counts + 2) / 2, rtol=0.01)
    assert np.isnan(byar(0, 0)[0])


def test_shares_equal_the_interval_of_another_program() -> None:
    from scipy.stats import binomtest

    for hits, total in [(0, 5), (1, 5), (5, 5), (40, 90)]:
        theirs = binomtest(hits, total).proportion_ci(method="wilson")
        assert [float(end) for end in wilson(hits, total)] == pytest.approx(
            [theirs.low, theirs.high], abs=1e-12
        )
    assert np.isnan(wilson(0, 0)[0])
