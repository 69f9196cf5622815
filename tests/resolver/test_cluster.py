"""Clustering one region: exact averages, the ladder, and shortcuts that change nothing."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.plain_resolver import PlainClusters

from mast_resolver.cluster import Pair, Region, agglomerate, contract, obvious, split, unweighed
from mast_resolver.records import RecordId

JOIN_AT, EDGE_AT = 1_000, 0


def ids(size: int) -> list[RecordId]:
    return [RecordId(f"r{number:05d}") for number in range(size)]


@st.composite
def regions(draw: st.DrawFn, *, largest: int = 8) -> tuple[Region, dict[Pair, int]]:
    """A connected region with all its weights; few distinct weights, so there are many ties."""
    size = draw(st.integers(1, largest))
    pairs = list(combinations(range(size), 2))
    weights = {pair: draw(st.integers(-4, 8)) * 500 + draw(st.integers(0, 1)) for pair in pairs}
    decided = {pair: draw(st.sampled_from(["must", "cannot", *[""] * 6])) for pair in pairs}
    must = [pair for pair in pairs if decided[pair] == "must"]
    of = {position: number for number, group in enumerate(contract(size, must)) for position in group}
    cannot = [pair for pair in pairs if decided[pair] == "cannot" and of[pair[0]] != of[pair[1]]]
    kept = {pair: weight for pair, weight in weights.items() if weight >= EDGE_AT and draw(st.booleans())}
    if len(contract(size, [*must, *kept])) > 1:  # a region is connected: add the pairs that are missing
        kept |= {pair: max(weights[pair], EDGE_AT) for pair in pairs}
        weights |= kept
    return Region(ids(size), kept, must, cannot), weights


def plainly(region: Region, weights: dict[Pair, int]) -> PlainClusters:
    def named(pair: Pair) -> tuple[RecordId, RecordId]:
        return region.members[pair[0]], region.members[pair[1]]

    by_name = {named(pair): weight for pair, weight in weights.items()}
    return PlainClusters(
        lambda left, right: by_name[left, right],
        {named(pair): weight for pair, weight in region.edges.items()},
        map(named, region.must),
        map(named, region.cannot),
        join_at=JOIN_AT,
        edge_at=EDGE_AT,
    )


def names(groups: list[list[int]], region: Region) -> frozenset[frozenset[RecordId]]:
    return frozenset(frozenset(region.members[position] for position in group) for group in groups)


@given(regions())
def test_average_linkage_is_that_of_the_plain_version(case: tuple[Region, dict[Pair, int]]) -> None:
    region, weights = case
    groups = agglomerate(region, weights, join_at=JOIN_AT)
    assert names(groups, region) == frozenset(plainly(region, weights).linked(frozenset(region.members), 99))
    assert groups == sorted(sorted(group) for group in groups)


@given(regions())
def test_what_is_obvious_is_what_average_linkage_would_give(case: tuple[Region, dict[Pair, int]]) -> None:
    region, weights = case
    shortcut = obvious(region, join_at=JOIN_AT)
    assert shortcut is None or shortcut == agglomerate(region, weights, join_at=JOIN_AT)


@given(regions(largest=2))
def test_one_and_two_records_never_need_the_general_way(case: tuple[Region, dict[Pair, int]]) -> None:
    assert obvious(case[0], join_at=JOIN_AT) is not None


@given(regions(), st.integers(1, 5))
def test_the_ladder_cuts_where_raising_the_threshold_step_by_step_would(
    case: tuple[Region, dict[Pair, int]], limit: int
) -> None:
    region, weights = case
    left, right = (np.array([pair[side] for pair in region.edges], np.intp) for side in (0, 1))
    edges = left, right, np.array(list(region.edges.values()), np.int64)
    pieces = split(len(region.members), edges, region.must, limit=limit, edge_at=EDGE_AT)
    plain = plainly(region, weights).pieces(frozenset(region.members), limit)
    assert names(pieces, region) == frozenset(plain)


@given(regions())
def test_the_pairs_to_weigh_are_those_without_an_edge(case: tuple[Region, dict[Pair, int]]) -> None:
    region, weights = case
    assert {*unweighed(region), *region.edges} == set(weights)
    assert not set(unweighed(region)) & set(region.edges)


def test_averages_that_differ_in_the_last_millibit_are_told_apart() -> None:
    # 2 joins {0, 1} at 2001/2 or 3 at 1000: as whole numbers both are 1000, and 3 is further down.
    weights = {(0, 1): 5_000, (0, 2): 1_001, (1, 2): 1_000, (2, 3): 1_000, (0, 3): -9_000, (1, 3): -9_000}
    region = Region(ids(4), weights)
    assert agglomerate(region, weights, join_at=1_000) == [[0, 1, 2], [3]]
    weights[2, 3] = 1_001
    assert agglomerate(Region(ids(4), weights), weights, join_at=1_000) == [[0, 1], [2, 3]]


def test_a_chain_of_look_alikes_is_not_one_person() -> None:
    chain: dict[Pair, int] = {(number, number + 1): 3_000 for number in range(9)}
    region = Region(ids(10), chain)
    weights = {pair: chain.get(pair, -9_000) for pair in combinations(range(10), 2)}
    assert max(map(len, agglomerate(region, weights, join_at=1_000))) == 2


def test_a_group_held_by_must_counts_as_one_against_the_limit() -> None:
    must = [(number, number + 1) for number in range(8)]
    edges = np.array([8]), np.array([9]), np.array([5_000])
    assert split(10, edges, must, limit=2, edge_at=0) == [list(range(10))]


def test_ten_thousand_look_alikes_are_cut_within_seconds() -> None:
    size, reach = 10_000, 30
    left = np.repeat(np.arange(size), reach)
    right = left + np.tile(np.arange(1, reach + 1), size)
    inside = right < size
    left, right = left[inside], right[inside]
    weight = (left * 7 + right * 13) % 9_000
    started = time.perf_counter()
    pieces = split(size, (left, right, weight), [], limit=200, edge_at=0)
    # Not a measurement (bench/resolver_core.py is one): a quadratic version takes minutes.
    assert time.perf_counter() - started < 30
    assert max(map(len, pieces)) <= 200
    assert sorted(position for piece in pieces for position in piece) == list(range(size))
