"""Pairwise and B-cubed agreement, against counting every pair."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_resolver.evaluate import Agreement, b_cubed, decided_pairs, pairwise

labelings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12)


def _split(labels: list[tuple[int, int]]) -> tuple[dict[int, int], dict[int, int]]:
    return (
        {item: found for item, (found, _) in enumerate(labels)},
        {item: true for item, (_, true) in enumerate(labels)},
    )


@given(labelings)
def test_pairwise_counts_what_counting_every_pair_counts(labels: list[tuple[int, int]]) -> None:
    found, truth = _split(labels)
    together = {pair for pair in combinations(found, 2) if found[pair[0]] == found[pair[1]]}
    belong = {pair for pair in combinations(found, 2) if truth[pair[0]] == truth[pair[1]]}
    both = len(together & belong)
    measured = pairwise(found, truth)
    assert measured.precision == (both / len(together) if together else 1.0)
    assert measured.recall == (both / len(belong) if belong else 1.0)


@given(labelings)
def test_b_cubed_is_the_mean_over_items(labels: list[tuple[int, int]]) -> None:
    found, truth = _split(labels)
    if not labels:
        assert b_cubed(found, truth) == Agreement(1.0, 1.0)
        return
    precision = recall = Fraction(0)
    for item in found:
        cluster = {other for other in found if found[other] == found[item]}
        entity = {other for other in truth if truth[other] == truth[item]}
        precision += Fraction(len(cluster & entity), len(cluster))
        recall += Fraction(len(cluster & entity), len(entity))
    measured = b_cubed(found, truth)
    assert measured.precision == pytest.approx(float(precision / len(found)), abs=1e-12)
    assert measured.recall == pytest.approx(float(recall / len(found)), abs=1e-12)


@given(labelings, st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_no_digit(labels: list[tuple[int, int]], random: object) -> None:
    found, truth = _split(labels)
    backwards = dict(reversed(found.items()))
    assert b_cubed(backwards, truth) == b_cubed(found, truth)
    assert pairwise(backwards, truth) == pairwise(found, truth)


def test_items_without_a_truth_do_not_count() -> None:
    assert pairwise({1: "x", 2: "x", 3: "x"}, {1: "p", 2: "p"}) == Agreement(1.0, 1.0)


def test_decided_pairs_count_once_however_often_they_are_given() -> None:
    truth = {1: "p", 2: "p", 3: "q"}
    assert decided_pairs([(1, 2), (2, 1), (2, 3)], truth, among=truth) == Agreement(0.5, 1.0)


@pytest.mark.parametrize(
    ("agreement", "f1"),
    [
        pytest.param(Agreement(1.0, 0.5), 2 / 3, id="harmonic mean"),
        pytest.param(Agreement(0.0, 0.0), 0.0, id="nothing right"),
    ],
)
def test_f1(agreement: Agreement, f1: float) -> None:
    assert agreement.f1 == pytest.approx(f1)
