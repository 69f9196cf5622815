"""Who is one, but in doubt: the weakest link that holds somebody together, and what a steward makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.plain_resolver import numbered_ids

from mast_resolver.model import Threshold
from mast_resolver.ports import Changes, Lane, Mistaken, Mutation, Review
from mast_resolver.records import BlockingKey, Encoding, Kind, MatchWeight, RecordId, Token
from mast_resolver.resolver import Constraint, Decide, Resolver, Upsert
from mast_resolver.sources import Sources
from mast_resolver.thresholds import CERTAIN, DOUBTFUL, fracturing

Table = Mapping[str, int]
Kin = Mapping[str, Mistaken]
NO_KIN: Kin = {}
CHAIN: Table = {"ab": 9_000, "bc": 3_000, "ac": -1_000}
"""What pairs of records weigh, each named by a letter; a third joins two by one of them alone."""


class TableScorer:
    """Weighs pairs as a table says; nothing is known of any agency."""

    version, join_at, review_at, edge_at = "table", MatchWeight(1_000), MatchWeight(500), MatchWeight(-9_000)
    sources = Sources(())

    def __init__(self, table: Table, fracture_at: int | None = 5_000, kin: Kin = NO_KIN) -> None:
        self.table, self.names, self.kin = table, dict[int, str](), kin
        self.fracture_at = None if fracture_at is None else MatchWeight(fracture_at)

    def source(self, _row: int) -> int:
        return 0

    def identity(self, _row: int) -> int:
        return 0

    def called(self, row: int) -> int:
        return ord(self.names[row])

    def mistaken(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> list[Mistaken | None]:
        return [self.kin.get(pair) for pair in self.pairs(left, right)]

    def put(self, row: int, encoding: Encoding) -> None:
        self.names[row] = bytes(encoding.tokens["name"]).decode().strip()

    def drop(self, row: int) -> None:
        del self.names[row]

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        return np.array([self.table[pair] for pair in self.pairs(left, right)], np.int64)

    def pairs(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> Iterator[str]:
        for one, other in zip(left.tolist(), right.tolist(), strict=True):
            yield "".join(sorted((self.names[one], self.names[other])))


def record(name: str) -> RecordId:
    return RecordId(f"r-{name}")


def upsert(name: str) -> Upsert:
    key = BlockingKey("all", Token(b"everyone"))
    return Upsert(record(name), Encoding(Kind.PERSON, {"name": Token(name.encode().ljust(8))}, {}, (key,)))


def decide(pair: str, kind: Constraint | None) -> Decide:
    return Decide(record(pair[0]), record(pair[1]), kind)


def resolver_of(table: Table, fracture_at: int | None = 5_000, kin: Kin = NO_KIN) -> Resolver:
    return Resolver(TableScorer(table, fracture_at, kin), new_id=numbered_ids(), cap=60)


def whole(table: Table) -> list[Mutation]:
    return [upsert(name) for name in sorted(set("".join(table)))]


def doubt(pair: str, value: int) -> Review:
    return Review(record(pair[0]), record(pair[1]), value, Lane.DOUBT)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param({"ab": 5_000}, [], id="at the threshold nobody doubts"),
        pytest.param({"ab": 4_999}, [doubt("ab", 2)], id="just under it there is the least doubt there is"),
        pytest.param({"ab": 1_000}, [doubt("ab", 2_000)], id="what only just joins is worth most"),
        pytest.param(CHAIN, [doubt("bc", 1_000)], id="the weakest link of a chain, and the smaller side"),
        pytest.param(
            {"ab": 9_000, "bc": 9_000, "ac": 1_500}, [], id="a weak link beside a heavy way round is none"
        ),
        pytest.param(
            {"ab": 3_000, "bc": 3_000, "ac": 3_000}, [doubt("ac", 1_000)], id="of equals small ids hold"
        ),
        pytest.param(
            {"ab": 3_000, "ac": 2_000, "ad": 2_000, "bc": 2_000, "bd": 2_000, "cd": 4_000},
            [doubt("ac", 3_000)],
            id="a person is in doubt once, where least holds, by both records of a side",
        ),
    ],
)
def test_what_is_in_doubt_and_what_a_look_is_worth(table: Table, expected: list[Review]) -> None:
    for order in permutations(whole(table)):
        resolver = resolver_of(table)
        for each in order[:-1]:
            resolver.apply([each])
        resolver.apply([order[-1]])
        assert len(resolver.partition()) == 1
        standing = [resolver._review.doubt(entity) for entity in set(resolver.entities().values())]
        assert [each for each in standing if each] == expected
        assert (resolver.to_review(), resolver.in_doubt()) == (0, len(expected))


HEAVY: Table = {"ab": 20_000, "ac": 19_000, "bc": 18_000}


def kin(void: int = 0, *, plain: bool = True) -> Mistaken:
    return Mistaken(MatchWeight(void), plain, "for this test")


@pytest.mark.parametrize(
    ("table", "relatives", "expected"),
    [
        pytest.param({"ab": 20_000}, {"ab": kin()}, [doubt("ab", 2)], id="whatever they weigh"),
        pytest.param({"ab": 20_000}, {"ab": kin(17_000)}, [doubt("ab", 1_000)], id="less what says nothing"),
        pytest.param({"ab": 20_000}, {"ab": kin(plain=False)}, [], id="what may be a slip is taken for one"),
        pytest.param(HEAVY, {"bc": kin()}, [], id="a third holds them, of whom nobody doubts"),
        pytest.param(
            HEAVY,
            {"bc": kin(15_000), "ac": kin(15_000, plain=False)},
            [doubt("ac", 500)],
            id="a slip holds two names no better together",
        ),
    ],
)
def test_who_may_be_two_relatives_is_in_doubt(table: Table, relatives: Kin, expected: list[Review]) -> None:
    for order in permutations(whole(table)):
        resolver = resolver_of(table, kin=relatives)
        for each in order:
            resolver.apply([each])
        assert len(resolver.partition()) == 1
        standing = [resolver._review.doubt(entity) for entity in set(resolver.entities().values())]
        assert [each for each in standing if each] == expected


def test_same_closes_a_doubt_about_relatives() -> None:
    resolver = resolver_of({"ab": 20_000}, kin={"ab": kin()})
    resolver.apply(whole({"ab": 20_000}))
    assert resolver.apply([decide("ab", Constraint.MUST)]).review_removed == ((record("a"), record("b")),)
    assert not resolver.in_doubt()


def test_no_fracture_threshold_no_doubts() -> None:
    resolver = resolver_of(CHAIN, fracture_at=None)
    assert not resolver.apply(whole(CHAIN)).review_added


def taken_in(table: Table = CHAIN) -> Resolver:
    resolver = resolver_of(table)
    resolver.apply(whole(table))
    assert resolver.in_doubt() == 1
    return resolver


def lanes(changes: Changes) -> list[tuple[str, Lane]]:
    return [(each.left[-1] + each.right[-1], each.lane) for each in changes.review_added]


def test_same_closes_a_doubt_and_taking_it_back_opens_it() -> None:
    resolver = taken_in()
    changes = resolver.apply([decide("bc", Constraint.MUST)])
    assert changes.review_removed == ((record("b"), record("c")),)
    assert not changes.review_added
    assert lanes(resolver.apply([decide("bc", None)])) == [("bc", Lane.DOUBT)]


def test_a_tie_round_the_weak_link_closes_it_too() -> None:
    resolver = taken_in()
    assert resolver.apply([decide("ac", Constraint.MUST)]).review_removed == ((record("b"), record("c")),)


def test_different_parts_them_whatever_a_third_record_says() -> None:
    """b holds a and c together; once a and c are two people, b can be with one of them only."""
    table = {"ab": 3_000, "bc": 3_000, "ac": 3_000}
    resolver = taken_in(table)
    changes = resolver.apply([decide("ac", Constraint.CANNOT)])
    assert changes.review_removed == ((record("a"), record("c")),)
    assert resolver.partition() == {
        frozenset({record("a"), record("b")}),
        frozenset({record("c")}),
    }
    assert lanes(changes) == [("ab", Lane.DOUBT)], "c is kept from the two; those may be two themselves"
    assert (resolver.to_review(), resolver.in_doubt()) == (0, 1)


def test_a_pair_changes_its_lane_with_what_it_is() -> None:
    """Joined by an average that a third record makes; without it they are two people who may be one."""
    table = {"ab": 800, "ac": 1_900, "bc": 2_000}
    resolver = taken_in(table)
    assert resolver.in_doubt() == 1
    alone = resolver_of(table)
    assert lanes(alone.apply([upsert("a"), upsert("b")])) == [("ab", Lane.APART)]
    assert lanes(alone.apply([upsert("c")])) == [("ac", Lane.DOUBT)]


def test_the_threshold_follows_from_what_people_can_look_at() -> None:
    """One pair in ten hangs by little: no more of them are in doubt than somebody can look at."""
    left, join = np.arange(0, 2_000, 2), Threshold(MatchWeight(2_000), "")
    links = np.full(1_000, 30_000)
    assert fracturing(left, left + 1, links, join=join, sampled=1.0).weight == CERTAIN
    links[:100] = np.linspace(2_000, 8_000, 100)
    found = fracturing(left, left + 1, links, join=join, sampled=1.0)
    assert join.weight < found.weight < CERTAIN
    assert 0 < 2 * (links < found.weight).sum() <= 1.5 * DOUBTFUL * 2_000
    assert "at most 1%" in found.reason
    half = fracturing(left, left + 1, links, join=join, sampled=0.5)
    assert half.weight < found.weight, "of a sample only so many pairs have both records in it"
    links[:100] = 2_000
    assert fracturing(left, left + 1, links, join=join, sampled=1.0).weight == join.weight
