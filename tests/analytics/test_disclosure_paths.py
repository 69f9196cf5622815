"""Curves, occupancy, transitions and arrows give no small number away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.analytics.disclosure_attack import assert_nothing_small_can_be_worked_out
from tests.analytics.histories import contact, known, on

from mast_analytics.disclosure.curves import curve, quantile, rising, standing
from mast_analytics.disclosure.lists import shown_faults, shown_starts
from mast_analytics.disclosure.paths import shown_follows, shown_transitions
from mast_analytics.disclosure.policies import POLICIES, Ints, Policy, policy
from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.episodes import CutOff, episodes
from mast_analytics.follows import Follows, Graph
from mast_analytics.incidence import Incidence, incidence
from mast_analytics.occupancy import Occupancy, occupancy
from mast_analytics.reaching import Reaching
from mast_analytics.spells import Spells
from mast_analytics.transitions import transitions
from mast_resolver.errors import UsageError

BY_NAME = [pytest.param(each, id=each.name) for each in POLICIES.values()]


@pytest.mark.parametrize(
    ("people", "each", "shown"),
    [(3, 9, None), (8, 1, 10), (24, 1, 25)],
    ids=["many contacts of few people", "more people than the threshold", "rounded"],
)
def test_how_many_contacts_were_left_out_is_told_where_it_is_of_enough_people(
    people: int, each: int, shown: int | None
) -> None:
    contacts = [
        contact(f"{who} {which}", 40 * which, closed=40 * which - 1, record=f"r{who}")
        for who in range(people)
        for which in range(each)
    ]
    found = episodes(known(*contacts), CutOff(on(500), on(500)))
    assert shown_faults(found, policy("nhs")) == {
        "8630": shown, "8810": 0, "8820": 0, "8555Q": 0, "WHOSE_DEATH": 0,
    }  # fmt: skip
    assert shown_faults(found, policy("acro"))["8810"] is None, "nought is a small number there"


def followed(seed: int, people: int = 120, causes: tuple[float, ...] = (0.3, 0.5, 0.2)) -> Incidence:
    draw = np.random.default_rng(seed)
    names = ["up", "died"][: len(causes) - 1]
    return incidence(draw.integers(1, 40, people), draw.choice(len(causes), people, p=causes), names)


def paths(seed: int, people: int = 150) -> Spells:
    draw = np.random.default_rng(seed)
    state = draw.choice(4, people, p=[0.6, 0.25, 0.1, 0.05])
    to = (state + draw.choice([1, 2, 3], people, p=[0.7, 0.2, 0.1])) % 4
    to[draw.random(people) < 0.3] = -1
    zero = np.zeros(people, np.int64)
    names = ("universal", "early help", "plan", "looked after")
    return Spells(names, np.arange(people), state, to, zero, draw.integers(1, 60, people), zero)


@pytest.mark.parametrize("rules", BY_NAME)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_an_event_between_two_shown_times_cannot_be_read_off(rules: Policy, seed: int) -> None:
    found = followed(seed)
    shown = curve(found, rules)
    ends = np.searchsorted(found.times, shown.times)
    for cause, row in zip(shown.causes, shown.events, strict=True):
        truth, since = found.events[found.causes.index(cause)], 0
        for end, told in zip(ends.tolist(), row.tolist(), strict=True):
            step = truth[since : end + 1]
            assert step.sum() > rules.threshold
            low, high = told - rules.coarse // 2, told + rules.coarse // 2
            low = max(low, rules.threshold + 1)
            assert low <= step.sum() <= high
            one, every = np.eye(len(step))[0], np.ones(len(step))
            sums = np.stack([every, -every])
            least, most = (
                linprog(sign * one, A_ub=sums, b_ub=[high, -low], bounds=(0, None), method="highs").fun * sign
                for sign in (1, -1)
            )
            assert len(step) == 1 or (least <= 1e-9 and most > rules.threshold)
            since = end + 1
    assert (found.at_risk[ends] > rules.threshold).all()
    assert not set(shown.causes) & set(shown.withheld)


@pytest.mark.parametrize("rules", BY_NAME)
def test_a_share_moves_by_less_than_its_grain_for_one_person(rules: Policy) -> None:
    found = followed(1, 400)
    shown = curve(found, rules)
    ends = np.searchsorted(found.times, shown.times)
    assert len(ends) > 3
    assert (found.nothing[ends] / found.at_risk[ends] < shown.grain / 2).all()
    exact = found.happened[:, ends]
    assert (np.abs(exact - shown.share) <= shown.grain / 2 + 1e-9).all()


@pytest.mark.parametrize("rules", BY_NAME)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_a_share_that_is_drawn_never_falls_and_is_one_that_the_true_one_may_be(
    rules: Policy, seed: int
) -> None:
    found = followed(seed)
    shown = curve(found, rules)
    drawn, half = rising(shown), shown.grain / 2 + 1e-9
    assert (np.diff(drawn, axis=1) >= 0).all()
    assert (drawn >= np.maximum.accumulate(shown.share - half, axis=1)).all()
    assert (drawn <= np.minimum.accumulate((shown.share + half)[:, ::-1], axis=1)[:, ::-1]).all()


def test_a_cause_of_few_is_withheld_and_so_is_what_it_would_leave_over() -> None:
    exits, why = np.arange(1, 201) % 50 + 1, np.ones(200, np.int64)
    why[[3, 60, 120]] = 2
    shown = curve(incidence(exits, why, ["up", "died"]), policy("nhs"))
    assert shown.withheld == ("died",)
    assert shown.causes == ("up",)
    assert not hasattr(shown, "nothing")


def test_a_curve_of_few_shows_nothing() -> None:
    shown = curve(followed(3, 7), policy("nhs"))
    assert not len(shown.times)
    assert not shown.events.size


@pytest.mark.parametrize("rules", BY_NAME)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_nothing_small_can_be_worked_out_of_a_transition_matrix(rules: Policy, seed: int) -> None:
    found = transitions(paths(seed))
    inner = np.column_stack([found.counts, found.censored])
    table = shown_transitions(found, rules).table
    assert_nothing_small_can_be_worked_out(table, inner, np.eye(*inner.shape, dtype=np.int64))


@pytest.mark.parametrize("rules", BY_NAME)
def test_a_total_of_many_steps_by_one_person_is_not_shown(rules: Policy) -> None:
    """18 steps from one state, all by one person: nine to each of two others."""
    others = paths(5, 600)
    one = np.full(18, 600)
    day = np.arange(18)
    theirs = Spells(others.states, one, day * 0 + 3, day % 2, day, day + 1, day * 0)
    kept = others.state != 3
    both = {
        name: np.concatenate([getattr(others, name)[kept], getattr(theirs, name)])
        for name in ("subject", "state", "to", "start", "stop", "first")
    }
    table = shown_transitions(transitions(Spells(others.states, **both)), rules).table
    assert table.hidden[3, [0, 1]].all()
    assert table.hidden[3, -1] or table.values[3, -1] == 0


def test_people_behind_totals_are_different_ones() -> None:
    day = np.arange(4)
    who, state, to = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1, 0, 1, -1])
    found = transitions(Spells(("in", "out"), who, state, to, day, day + 1, day * 0))
    assert found.people.tolist() == [[0, 2, 0, 2], [1, 0, 1, 2], [1, 2, 1, 2]]


@pytest.mark.parametrize("rules", BY_NAME)
@given(times=st.lists(st.integers(0, 40), min_size=9, max_size=9), ends=st.permutations([60, 9, 30]))
@settings(max_examples=10, deadline=None)
def test_nothing_small_can_be_worked_out_of_arrows(rules: Policy, times: list[int], ends: list[int]) -> None:
    types = ("ASB", "MARAC", "MISSING")
    inner: Ints = np.zeros((4, 4), np.int64)
    inner[:3, :3] = np.array(times).reshape(3, 3)
    inner[:3, 3] = inner[3, :3] = ends
    arrows = [
        Follows(before, after, int(inner[row, column]), int(inner[row, column]), 3.0)
        for row, before in enumerate(types)
        for column, after in enumerate(types)
        if inner[row, column]
    ]
    met = dict(zip(types, inner[:3].sum(axis=1).tolist(), strict=True))
    each = dict(zip(types, ends, strict=True))
    shown = shown_follows(Graph(tuple(arrows), met, met, each, each), rules)
    never = np.zeros((4, 4), np.int64)
    never[3, 3] = 1
    assert_nothing_small_can_be_worked_out(shown.table, inner, never)


@pytest.mark.parametrize("rules", BY_NAME)
def test_where_few_stand_neither_count_nor_share_is_shown(rules: Policy) -> None:
    spells = paths(5, 300)
    found = occupancy(spells, began=np.array([0.6, 0.25, 0.1, 0.05]))
    shown = standing(found, np.array([10, 30, 50]), rules)
    marked = 0
    for time, table, shares in zip([10, 30, 50], shown.followed, shown.share, strict=True):
        step = int(np.searchsorted(found.times, time, "right")) - 1
        small = rules.unsafe(found.at_risk[step])
        assert table.hidden[:-1][small].all()
        assert all((share == HIDDEN) == gone for share, gone in zip(shares, table.hidden, strict=False))
        assert (table.cells[~table.hidden[:-1]] % rules.coarse == 0).all()
        assert small.sum() == 0 or table.hidden.sum() >= 2
        marked += int(small.sum())
    assert marked
    with pytest.raises(UsageError):
        standing(found, np.array([900]), rules)


@pytest.mark.parametrize("rules", BY_NAME)
@given(counts=st.lists(st.integers(0, 12) | st.integers(0, 60), min_size=3, max_size=6))
@example(counts=[43, 27, 4])
@settings(max_examples=10, deadline=None)
def test_nothing_small_can_be_worked_out_of_where_people_stand(rules: Policy, counts: list[int]) -> None:
    one = np.zeros((1, len(counts)))
    states = tuple(map(str, counts))
    followed = np.array([counts])
    found = Occupancy(states, np.array([1]), one, one, followed, one[0], 30)
    (table,) = standing(found, np.array([10]), rules).followed
    assert_nothing_small_can_be_worked_out(table, followed[0])
    assert (table.values[~table.hidden] % rules.coarse == 0).all()


@pytest.mark.parametrize("rules", BY_NAME)
def test_whoever_began_at_a_level_is_not_the_difference_of_two_levels(rules: Policy) -> None:
    """39 are followed to level 4 and 40 to level 5, of the same cohort: so one began at level 4."""

    def shown(level: int, already: int) -> list[int | str]:
        people = 70 - already
        events = incidence(np.arange(1, people + 1), np.ones(people, np.int64), ["reached", "died"])
        table = shown_starts(Reaching(level, 0, already, 30, events), rules).table
        return list(table.marked())

    told = [shown(level, already) for level, already in ((4, 31), (5, 30))]
    assert told[0] == told[1]


@pytest.mark.parametrize("rules", BY_NAME)
def test_a_quantile_needs_more_than_the_threshold_on_either_side(rules: Policy) -> None:
    least = rules.threshold + 1
    assert quantile(np.arange(2.0 * least), 0.5, rules) != HIDDEN
    assert quantile(np.arange(2.0 * least - 1), 0.5, rules) == HIDDEN
    assert quantile(np.arange(1000.0), 0, rules) == quantile(np.arange(1000.0), 1, rules) == HIDDEN
    outlier = np.append(np.zeros(2 * least), 10_000.0)
    assert quantile(outlier, 0.5, rules) == 0.0
