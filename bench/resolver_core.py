"""How fast the resolver's own machinery is: index, evidence, clustering, ids, with a cheap scorer.

    python bench/resolver_core.py [--records 100000] [--batch 1000] [--one-by-one 2000]

The scorer is a legitimate one (pure, symmetric, vectorised) but compares only four small integers a
record, so what is measured is what lies around a real model. Records are encoded as they arrive: the
time includes the digest of every encoding, not its making.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mast_resolver.ports import Mistaken
from mast_resolver.records import BlockingKey, Encoding, EntityId, Kind, MatchWeight, RecordId, Token
from mast_resolver.resolver import Mutation, Resolver, Retract, Upsert
from mast_resolver.sources import UNKNOWN, Sources

FIELDS = ("given_name", "family_name", "date_of_birth", "street_premise")
AGREE = np.array([3_000, 4_000, 9_000, 6_000])
DIFFER = np.array([-5_000, -5_000, -8_000, -1_000])
BLOOM = bytes(128)


class CheapScorer:
    """Exact agreement on four fields."""

    version = "cheap-1"
    join_at = MatchWeight(8_000)
    review_at = MatchWeight(4_000)
    edge_at = MatchWeight(2_000)
    fracture_at: MatchWeight | None = MatchWeight(10_000)

    def __init__(self) -> None:
        self._fields = np.zeros((1_024, len(FIELDS)), np.int64)
        self.weighed = 0
        self.sources = Sources([])

    @property
    def megabytes(self) -> float:
        """Of its own columns."""
        return self._fields.nbytes / 1e6

    def source(self, _row: int) -> int:
        return UNKNOWN

    def identity(self, _row: int) -> int:
        return 0

    def called(self, _row: int) -> int:
        return 0

    def mistaken(self, left: NDArray[np.intp], _right: NDArray[np.intp]) -> list[Mistaken | None]:
        return [None] * len(left)

    def put(self, row: int, encoding: Encoding) -> None:
        while row >= len(self._fields):
            self._fields = np.concatenate([self._fields, np.zeros_like(self._fields)])
        self._fields[row] = [int.from_bytes(encoding.tokens[name], "big") >> 1 for name in FIELDS]

    def drop(self, row: int) -> None:
        self._fields[row] = 0

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        self.weighed += len(left)
        agree = self._fields[left] == self._fields[right]
        weights: NDArray[np.int64] = np.where(agree, AGREE, DIFFER).sum(axis=1)
        return weights


@dataclass(frozen=True, slots=True)
class Fields:
    """One record's fields as small integers."""

    given: int
    family: int
    born: int
    home: int
    phone: int


def population(records: int, *, seed: int) -> Iterator[Fields]:
    """About five records a person, one field in twelve wrong; the commonest given name has 3 %,
    the commonest family name 0.7 %."""
    chance = random.Random(seed)
    people = [
        Fields(
            int(chance.random() ** 2 * 1_000),
            int(chance.random() ** 2 * 20_000),
            chance.randrange(30_000),
            chance.randrange(records // 12 + 1),
            chance.randrange(10**6),
        )
        for _ in range(records // 5 + 1)
    ]
    for _ in range(records):
        one, other = chance.choice(people), chance.choice(people)
        mixed = [
            getattr(other if chance.random() < 1 / 12 else one, name)
            for name in ("given", "family", "born", "home", "phone")
        ]
        yield Fields(*mixed)


def encode(of: Fields) -> Encoding:
    """Ten keys, twenty tokens, six Bloom fields: the size of a real encoding."""

    def token(*parts: int) -> Token:
        return Token((hash((7, *parts)) & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big"))  # integers: no hash seed

    year, area = of.born // 365, of.home // 200
    keys = {
        "name": token(1, of.given, of.family),
        "name_year": token(2, of.given, of.family, year),
        "name_postcode": token(3, of.given, of.family, area),
        "family_dob": token(4, of.family, of.born),
        "given_dob": token(5, of.given, of.born),
        "dob_postcode": token(6, of.born, area),
        "premise_given": token(7, of.home, of.given),
        "premise_year": token(8, of.home, year),
        "phone": token(9, of.phone, of.given),
        "email": token(10, of.phone, of.family),
    }
    tokens = dict(
        zip(
            FIELDS,
            (token(20, of.given), token(21, of.family), token(22, of.born), token(23, of.home)),
            strict=True,
        )
    )
    tokens |= {f"filler_{number}": token(30 + number, of.born) for number in range(16)}
    blooms = {f"bloom_{number}": BLOOM for number in range(6)}
    return Encoding(
        Kind.PERSON, tokens, blooms, tuple(BlockingKey(rule, each) for rule, each in keys.items())
    )


def new_resolver(scorer: CheapScorer | None = None) -> Resolver:
    numbers = count(1)
    return Resolver(scorer or CheapScorer(), new_id=lambda: EntityId(f"P-{next(numbers)}"))


def timed(work: Callable[..., object], *given: object, **named: object) -> float:
    """Seconds of processor time: other work on the machine counts for less."""
    started = time.process_time()
    work(*given, **named)
    return time.process_time() - started


def spread(label: str, seconds: list[float]) -> None:
    """Print the middle and the tail in milliseconds."""
    ordered = sorted(seconds)
    middle, high = (ordered[len(ordered) * part // 100] * 1e3 for part in (50, 99))
    print(f"{label}: p50 {middle:.2f} ms, p99 {high:.2f} ms, most {ordered[-1] * 1e3:.1f} ms")


def name(number: int) -> RecordId:
    return RecordId(f"r{number:032x}")


def held() -> float:
    """Megabytes in memory now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def load(records: int, batch: int) -> Resolver:
    """Fill a resolver; the speed of the last tenth is the one that counts."""
    fields = list(population(records, seed=1))
    scorer = CheapScorer()
    resolver = new_resolver(scorer)
    seconds, before = [], held()
    for start in range(0, records, batch):
        part = range(start, min(start + batch, records))
        mutations = [Upsert(name(number), encode(fields[number])) for number in part]
        seconds.append(timed(resolver.apply, mutations))
    last = seconds[-max(1, len(seconds) // 10) :]
    print(f"load, batches of {batch}: {records / sum(seconds):,.0f} records/s in all,", end=" ")
    print(f"{len(last) * batch / sum(last):,.0f} records/s in the last tenth, to {len(resolver):,} records")
    print(
        f"  {held() - before - scorer.megabytes:,.0f} MB held, {scorer.weighed / records:.1f} pairs a record"
    )
    sizes = sorted(map(len, resolver.partition()))
    print(f"  {len(sizes):,} entities, largest {sizes[-1]}, {len(resolver) / len(sizes):.1f} records each")
    return resolver


def change_one_by_one(resolver: Resolver, times: int) -> None:
    """Single upserts, corrections and retractions at the full size."""
    chance, seconds = random.Random(2), []
    for number, fields in enumerate(population(times, seed=3)):
        place = name(chance.randrange(len(resolver)))
        choices: list[Mutation] = [
            Upsert(name(10**9 + number), encode(fields)),
            Upsert(place, encode(fields)),
            Retract(place),
        ]
        mutation = choices[number % 3]
        seconds.append(timed(resolver.apply, [mutation]))
    spread("one change at a time", seconds)


def search_some(resolver: Resolver, times: int) -> None:
    """Look-ups at the full size."""
    asked = map(encode, population(times, seed=4))
    spread("search", [timed(resolver.search, each, limit=10, at_least=MatchWeight(0)) for each in asked])


class AlikeScorer(CheapScorer):
    """Neighbours on a line: everybody resembles the next thirty."""

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        apart = np.abs(self._fields[left, 0] - self._fields[right, 0])
        noise = self._fields[left, 0] * self._fields[right, 0] % 997 * 7
        weights: NDArray[np.int64] = 9_000 + noise - 250 * apart
        return weights


def look_alikes(size: int) -> None:
    """One connected component of so many records, changed one record at a time."""

    def alike(number: int) -> Encoding:
        keys = tuple(
            BlockingKey("near", Token(((number + shift) // 40 * 40 + shift).to_bytes(8, "big")))
            for shift in (0, 10, 20, 30)
        )
        return Encoding(Kind.PERSON, {each: Token(number.to_bytes(8, "big")) for each in FIELDS}, {}, keys)

    resolver = new_resolver(AlikeScorer())
    mutations: list[Mutation] = [Upsert(name(number), alike(number)) for number in range(size)]
    together = timed(resolver.apply, mutations)
    one = timed(resolver.apply, [Upsert(name(size), alike(size // 2))])
    other = timed(resolver.apply, [Retract(name(size // 3))])
    print(f"{size:,} look-alikes in one component: {together:.1f} s together,", end=" ")
    print(f"then {one:.2f} s and {other:.2f} s for one change")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--one-by-one", type=int, default=2_000)
    parser.add_argument(
        "--memory", action="store_true", help="measure memory too (slow: every allocation is traced)"
    )
    given = parser.parse_args()
    resolver = load(given.records, given.batch)
    change_one_by_one(resolver, given.one_by_one)
    search_some(resolver, given.one_by_one)
    print(f"peak of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB")
    look_alikes(10_000)


if __name__ == "__main__":
    main()
