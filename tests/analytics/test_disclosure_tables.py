"""Nothing under the threshold of its policy can be worked out from a table, by whoever solves for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.disclosure_attack import (
    assert_nothing_small_can_be_worked_out,
    attack,
    with_totals,
)

from mast_analytics.disclosure.policies import POLICIES, Ints, Policy, policy
from mast_analytics.disclosure.tables import HIDDEN, Table, nested, protect
from mast_resolver.errors import UnknownNameError, UsageError

SHAPES = st.sampled_from([(3,), (5,), (2, 2), (3, 3), (4, 2), (2, 2, 2)])
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 60))
BY_NAME = [pytest.param(each, id=each.name) for each in POLICIES.values()]


@st.composite
def counts(draw: st.DrawFn) -> Ints:
    shape = draw(SHAPES)
    size = int(np.prod(shape))
    return np.array(draw(st.lists(COUNTS, min_size=size, max_size=size))).reshape(shape)


@pytest.mark.parametrize("rules", BY_NAME)
@given(inner=counts())
@settings(max_examples=10, deadline=None)
def test_a_small_count_may_be_anything_from_the_least_to_over_the_threshold(
    rules: Policy, inner: Ints
) -> None:
    assert_nothing_small_can_be_worked_out(protect(inner, rules), inner)


@pytest.mark.parametrize("rules", BY_NAME)
@given(inner=st.lists(COUNTS, min_size=2, max_size=6).map(np.array))
@settings(max_examples=30, deadline=None)
def test_lists_of_one_release_that_share_a_total_tell_no_more_together(rules: Policy, inner: Ints) -> None:
    """However exactly other lists tell the total: it covers only where every part is hidden too."""
    total = None if rules.unsafe(np.array(inner.sum())) else int(inner.sum())
    assert_nothing_small_can_be_worked_out(protect(inner, rules), inner, total=total)


def test_the_attack_does_work_out_what_is_hidden_by_itself() -> None:
    inner = np.array([[3, 40, 50], [60, 70, 80]])
    rules = policy("acro")
    full = with_totals(inner)
    careless = Table(rules, np.where(full == 3, -1, full), full == 3)
    with pytest.raises(AssertionError):
        assert_nothing_small_can_be_worked_out(careless, inner)
    assert attack(careless).range_of(attack(careless).line((0, 0))) == (3, 3)


@pytest.mark.parametrize("rules", BY_NAME)
@given(inner=counts())
@settings(max_examples=10, deadline=None)
def test_what_is_shown_is_over_the_threshold_and_rounded_alike(rules: Policy, inner: Ints) -> None:
    table = protect(inner, rules)
    shown = ~table.hidden[tuple(slice(-1) for _ in inner.shape)]
    assert not rules.unsafe(inner)[shown].any()
    assert (table.cells[shown] == rules.rounded(inner)[shown]).all()
    assert (protect(inner, rules).values == table.values).all()


@pytest.mark.parametrize("rules", BY_NAME)
def test_the_boundary_is_the_policys(rules: Policy) -> None:
    at, over = rules.threshold, rules.threshold + 1
    marked = protect([at, over, 100, 200], rules).marked()
    assert marked[0] == HIDDEN
    assert HIDDEN not in protect([over, over, 100], rules).marked().tolist()
    assert (protect([0, 100, 200], rules).marked()[0] == HIDDEN) is rules.hides_zero


def test_totals_are_of_what_is_shown_where_the_policy_says_so() -> None:
    inner = [[3, 9, 40], [100, 20, 30], [11, 30, 15]]
    assert protect(inner, policy("opensafely")).marked()[0].tolist() == [HIDDEN, HIDDEN, 40, 40]
    assert protect(inner, policy("nhs")).marked()[0].tolist() == [HIDDEN, HIDDEN, 40, 50]


def test_a_share_is_made_of_shown_figures_only() -> None:
    shares = protect([[3, 9, 40], [100, 20, 30], [11, 30, 15]], policy("nhs")).per_cent()
    assert shares[0].tolist() == [HIDDEN, HIDDEN, 80.0, 100.0]
    assert shares[1].tolist() == [66.7, 13.3, 20.0, 100.0]


def test_many_contacts_of_few_people_are_hidden() -> None:
    marked = protect([60, 70, 80], policy("nhs"), people=[2, 50, 60]).marked()
    assert marked[0] == HIDDEN
    assert (marked == HIDDEN).sum() == 2


def test_totals_of_many_contacts_of_few_people_are_hidden() -> None:
    counts = [[9, 9, 0], [30, 40, 50], [60, 70, 80]]
    people = [[1, 1, 0], [30, 40, 50], [60, 70, 80]]
    assert protect(counts, policy("nhs")).marked()[0].tolist() == [10, 10, 0, 20]
    assert protect(counts, policy("nhs"), people=people).marked()[0].tolist()[-1] == HIDDEN
    # Nobody said that those behind a row of small cells are different people; then somebody does.
    counts[0] = people[0] = [6, 6, 6]
    assert protect(counts, policy("nhs"), people=people).marked()[0].tolist()[-1] == HIDDEN
    told = np.array([[6, 6, 6, 18], [30, 40, 50, 120], [60, 70, 80, 210], [96, 116, 136, 348]])
    assert protect(counts, policy("nhs"), people=told).marked()[0].tolist()[-1] == 20


def test_a_cell_where_nobody_can_be_covers_nothing() -> None:
    inner, never = np.array([[0, 0, 50], [50, 0, 50], [50, 50, 0]]), np.eye(3, dtype=np.int64)
    table = protect(inner, policy("acro"), impossible=never)
    assert (table.cells.diagonal() == 0).all()
    assert_nothing_small_can_be_worked_out(table, inner, never)
    with pytest.raises(UsageError, match="nobody can be"):
        protect(inner, policy("acro"), impossible=never[::-1])


@pytest.mark.parametrize("rules", BY_NAME)
def test_a_row_of_few_is_covered_by_another_one_and_the_rest_is_shown(rules: Policy) -> None:
    """Its total cannot go down along one box, for each of its parts is too small to take all of it."""
    inner = np.array([[3, 4], [90, 80], [60, 70], [50, 40]])
    table = protect(inner, rules)
    assert table.hidden[0, :2].all()
    assert not table.hidden[1:3].any()
    assert_nothing_small_can_be_worked_out(table, inner)


@pytest.mark.parametrize("least", [[60, 70, 80], [8, 0, 0]])
def test_a_total_of_few_people_moves_with_its_parts_where_none_of_them_could_take_it_all(
    least: list[int],
) -> None:
    """A row of little is no cover: what moves would not fit into it."""
    inner, rules = np.array([[6, 6, 6], [30, 40, 50], least]), policy("nhs")
    table = protect(inner, rules, people=inner)
    assert table.hidden[0].all(), "nobody said that the eighteen are different people"
    assert not table.hidden[-1].any(), "the rest is shown"
    known = attack(table)
    low, high = known.range_of(known.line((0, 3)))
    assert low <= 18 - (rules.threshold + 1)
    assert high >= 18 + (rules.threshold + 1)


@pytest.mark.parametrize("rules", BY_NAME)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_table_with_a_line_of_few_tells_nothing_of_them(rules: Policy, data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from([(3, 3), (4, 2), (2, 4), (3, 2, 2), (2, 3, 3)]))
    size = int(np.prod(shape))
    inner = np.array(data.draw(st.lists(st.integers(20, 60), min_size=size, max_size=size))).reshape(shape)
    few = data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    line = (0,) * (inner.ndim - 1)
    inner[line] = np.array(few).reshape(shape)[line]
    assert_nothing_small_can_be_worked_out(protect(inner, rules), inner)


def test_a_table_that_cannot_be_covered_is_hidden_whole() -> None:
    assert (protect([[3, 2], [1, 4]], policy("nhs")).marked() == HIDDEN).all()


@given(rows=st.lists(st.lists(COUNTS, min_size=2, max_size=2), min_size=4, max_size=4))
@settings(max_examples=10, deadline=None)
def test_a_place_cannot_be_worked_out_from_the_place_it_lies_in(rows: list[list[int]]) -> None:
    table, inner = protect(rows, policy("nhs")), np.array(rows)
    above = nested(table, [0, 0, 1, 1])
    shown = np.where(table.cells[:, :] < 0, 0, table.values[:-1, :-1])
    for parent, part in enumerate((slice(0, 2), slice(2, 4))):
        told = above[parent, :-1]
        assert (np.where(told < 0, 0, told) == shown[part].sum(axis=0)).all()
    # The wider places are sums of published figures: solving with or without them is the same.
    assert_nothing_small_can_be_worked_out(table, inner)


def test_faults_are_told() -> None:
    with pytest.raises(UnknownNameError, match="opensafely"):
        policy("opensafly")
    for wrong in ([], [-1, 20], [[[[20]]]]):
        with pytest.raises(UsageError):
            protect(wrong, policy("nhs"))
    with pytest.raises(UsageError):
        nested(protect([20, 30], policy("nhs")), [0])
