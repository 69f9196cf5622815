"""Intervals and groups: sums over true entities give what counting pairs gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mast_resolver.evaluate import b_cubed, exact_clusters, pairwise
from mast_resolver.intervals import FALSE, ITEMS, MISSED, RIGHT, by_group, contributions, report

labelings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12)


@given(labelings)
def test_what_entities_bring_adds_up_to_the_pairs(labels: list[tuple[int, int]]) -> None:
    found, truth = dict(enumerate(a for a, _ in labels)), dict(enumerate(b for _, b in labels))
    sums = [sum(column) for column in zip(*contributions(found, truth).values(), strict=True)]
    measured = pairwise(found, truth)
    claimed, there = sums[RIGHT] + sums[FALSE], sums[RIGHT] + sums[MISSED]
    assert measured.precision == (sums[RIGHT] / claimed if claimed else 1.0)
    assert measured.recall == (sums[RIGHT] / there if there else 1.0)
    assert sums[ITEMS] == len(labels)


@settings(deadline=None, max_examples=25)
@given(labelings)
def test_a_report_says_what_the_measures_say(labels: list[tuple[int, int]]) -> None:
    found, truth = dict(enumerate(a for a, _ in labels)), dict(enumerate(b for _, b in labels))
    whole = report(found, truth)
    assert whole.pairwise.agreement == pairwise(found, truth)
    assert whole.b_cubed.agreement == b_cubed(found, truth)
    assert whole.clusters == exact_clusters(found, truth)
    for low, high in (whole.pairwise.precision, whole.pairwise.recall, whole.b_cubed.f1):
        assert 0 <= low <= high <= 1


def test_one_group_of_all_is_the_whole() -> None:
    found, truth = {1: "x", 2: "x", 3: "y", 4: "y"}, {1: "p", 2: "p", 3: "q", 4: "r"}
    groups = by_group(found, truth, dict.fromkeys(truth, "all"))
    assert groups["all"] == report(found, truth)


def test_a_group_that_is_resolved_worse_shows_it() -> None:
    found = {1: "x", 2: "x", 3: "y", 4: "z"}
    truth = {1: "p", 2: "p", 3: "q", 4: "q"}
    groups = by_group(found, truth, {1: "f", 2: "f", 3: "m", 4: "m"})
    assert groups["f"].pairwise.agreement.recall == 1.0
    assert groups["m"].pairwise.agreement.recall == 0.0
    assert groups["m"].entities == 1


def test_the_same_files_give_the_same_interval() -> None:
    found = {item: item // 3 for item in range(60)}
    truth = {item: item // 2 for item in range(60)}
    assert report(found, truth) == report(found, truth)
