"""What agencies' lists say of each other: learnt shares, exclusion, and rivals that stewards settle."""

from __future__ import annotations

import numpy as np
import pytest
from tests.plain_resolver import NoisyScorer, numbered_ids

from mast_resolver.explain import Explainer
from mast_resolver.ports import Constraint, Decide, Upsert
from mast_resolver.records import BlockingKey, Encoding, Kind, MatchWeight, RecordId, Token
from mast_resolver.resolver import Resolver
from mast_resolver.score import Evidence
from mast_resolver.sources import ONE, SourcePair, Sources
from mast_resolver.unmatched import LEAST, unmatched_shares

ASKED, NEAR, NEARER = RecordId("r0"), RecordId("r1"), RecordId("r2")


class Apart(NoisyScorer):
    """4,000 millibits less 1,000 a step; agency a has nobody twice, and knows most people that b knows."""

    def weights(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        at = {row: int.from_bytes(each.tokens["place"], "big") for row, each in self.rows.items()}
        return np.array([4_000 - 1_000 * abs(at[i] - at[j]) for i, j in zip(left, right, strict=True)])


def record(place: int, source: str) -> Encoding:
    tokens = {"place": Token(place.to_bytes(8, "big"))}
    return Encoding(Kind.PERSON, tokens, {}, (BlockingKey("test", Token(b"together")),), source)


def explained(resolver: Resolver) -> Explainer:
    return resolver.explainer(lambda _left, _right: (Evidence("all", "all", MatchWeight(0), ""),))


@pytest.fixture
def resolver() -> Resolver:
    """A record of b between two of a, which are too far apart to be one."""
    resolver = Resolver(Apart(), new_id=numbered_ids())
    resolver.apply(
        [Upsert(ASKED, record(10, "b")), Upsert(NEAR, record(13, "a")), Upsert(NEARER, record(8, "a"))]
    )
    return resolver


def test_a_record_that_fits_somebody_else_better_loses(resolver: Resolver) -> None:
    account = explained(resolver).pair(ASKED, NEAR)
    assert account.stored == 1_000
    assert [part.level for part in account.context] == ["beside_left", "beside_right"]
    assert account.context[0].weight < 0, "another of a fits better"


def test_a_dismissed_rival_is_none_and_a_confirmed_one_is_certain(resolver: Resolver) -> None:
    def beside() -> int:
        return explained(resolver).pair(ASKED, NEAR).context[0].weight

    rivalled = beside()
    resolver.apply([Decide(ASKED, NEARER, Constraint.CANNOT)])
    assert beside() > 0 > rivalled, "somebody of a should fit, and nobody else does"
    resolver.apply([Decide(ASKED, NEARER, None)])
    assert beside() == rivalled
    resolver.apply([Decide(ASKED, NEARER, Constraint.MUST)])
    assert beside() < rivalled - 2_000


def test_an_agency_of_which_nothing_is_known_changes_nothing() -> None:
    resolver = Resolver(Apart(), new_id=numbered_ids())
    resolver.apply([Upsert(ASKED, record(10, "b")), Upsert(NEAR, record(12, "elsewhere"))])
    account = explained(resolver).pair(ASKED, NEAR)
    assert (account.context, account.stored) == ((), 2_000)


def test_a_list_that_holds_people_twice_excludes_nobody() -> None:
    pairs = [
        SourcePair("once", "once", unmatched=(1.0, 1.0)),
        SourcePair("twice", "twice", unmatched=(0.4, 0.4)),
    ]
    sources = Sources(pairs)
    assert sources.exclusive[sources.number("once")] == ONE
    assert sources.exclusive[sources.number("twice")] == 0


def two_lists(people: int, known: float, records: int, seed: int) -> tuple[np.ndarray, ...]:
    """Pairs between a list of people once and one that knows some of them, by so many records each."""
    chance = np.random.default_rng(seed)
    matched = np.flatnonzero(chance.random(people) < known)
    right = people + np.arange(len(matched) * records)
    left = np.repeat(matched, records)
    sources = np.repeat([0, 1], [people, len(right)])
    return left, right, np.full(len(left), 18.0), sources


def test_the_share_of_unmatched_records_is_found() -> None:
    left, right, bits, sources = two_lists(4_000, 0.7, 1, seed=1)
    shares = unmatched_shares(left, right, bits, sources)
    assert shares[0, 1] == pytest.approx(0.3, abs=0.03)
    assert shares[1, 0] == pytest.approx(LEAST, abs=0.01)
    assert shares[0, 0] == 1


@pytest.mark.parametrize("records", [1, 3])
def test_it_is_found_from_a_part_of_the_records_too(records: int) -> None:
    left, right, bits, sources = two_lists(20_000, 0.7, records, seed=2)
    drawn = np.random.default_rng(3).random(len(sources)) < 0.25
    number = np.cumsum(drawn) - 1
    both = drawn[left] & drawn[right]
    shares = unmatched_shares(
        number[left[both]], number[right[both]], bits[both], sources[drawn], sampled=0.25
    )
    assert shares[0, 1] == pytest.approx(0.3, abs=0.07)
