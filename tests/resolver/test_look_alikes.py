"""Ten thousand look-alikes: the work is bounded by the records, nobody is lost, and it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.plain_resolver import numbered_ids

from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.bulk import BulkLinker
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import read_model
from mast_resolver.ports import Edge, LookAlikes, Mistaken, PairScorer, Retract, Upsert
from mast_resolver.records import BlockingKey, Encoding, Kind, MatchWeight, RecordId, Token
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer
from mast_resolver.sources import Sources

pytestmark = pytest.mark.slow

Person = Callable[..., Encoding]

RECORDS = 10_000
CAP = 60
LIMIT = 200
BATCH = 1_000
HOSTEL = {"address": "1 harbour street", "postcode": "JX1 4AB"}


class Counting(ModelScorer):
    """The real scorer, counting."""

    weighed = 0

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        self.weighed += len(left)
        return super().weights(left, right)


class Neighbours:
    """Everybody resembles the next thirty on a line: one connected component, however long the line is."""

    version, join_at, review_at, edge_at = "line", MatchWeight(8_000), MatchWeight(4_000), MatchWeight(2_000)
    fracture_at: MatchWeight | None = None

    def __init__(self) -> None:
        self.weighed = 0
        self.places = np.zeros(RECORDS + 10, np.int64)
        self.sources = Sources(())

    def source(self, row: int) -> int:
        return 0

    def identity(self, row: int) -> int:
        return 0

    def called(self, _row: int) -> int:
        return 0

    def mistaken(self, left: NDArray[np.intp], _right: NDArray[np.intp]) -> list[Mistaken | None]:
        return [None] * len(left)

    def put(self, row: int, encoding: Encoding) -> None:
        self.places[row] = int.from_bytes(encoding.tokens["sex"], "big")

    def drop(self, row: int) -> None:
        self.places[row] = 0

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        self.weighed += len(left)
        ours, theirs = self.places[left], self.places[right]
        weights: NDArray[np.int64] = 9_000 + ours * theirs % 997 * 7 - 250 * np.abs(ours - theirs)
        return weights


def on_the_line(place: int) -> Encoding:
    keys = (("near", shift, (place + shift) // 40) for shift in (0, 10, 20, 30))
    tokens = ((rule, Token((shift << 32 | block).to_bytes(8, "big"))) for rule, shift, block in keys)
    return Encoding(
        Kind.PERSON,
        {"sex": Token((place + 1).to_bytes(8, "big"))},
        {},
        tuple(BlockingKey(*each) for each in tokens),
    )


def record(number: int) -> RecordId:
    return RecordId(f"r{number:05}")


def batches(encodings: list[Encoding]) -> Iterator[list[Upsert]]:
    for start in range(0, len(encodings), BATCH):
        yield [Upsert(record(at), encodings[at]) for at in range(start, min(start + BATCH, len(encodings)))]


def resolved(scorer: PairScorer, encodings: list[Encoding]) -> Resolver:
    resolver = Resolver(scorer, new_id=numbered_ids(), cap=CAP, region_limit=LIMIT)
    for batch in batches(encodings):
        resolver.apply(batch)
    return resolver


def assert_nobody_is_lost(resolver: Resolver, records: int) -> None:
    people = resolver.partition()
    assert sum(map(len, people)) == records == len(resolver)
    assert frozenset().union(*people) == {record(number) for number in range(records)}


def new_born(person: Person) -> list[Encoding]:
    """Called "Baby" and a family name, born in one month, all at one address."""
    families = [f"{one}{other}son" for one in "abcdefghij" for other in "lmnorstvw"]
    return [
        # Intake takes "Baby" for no name at all. Every other one is a Smith.
        person(
            "",
            families[at // 2 % 90] if at % 2 else "smith",
            birth=f"2026-01-{2 + at // 2 % 28:02}",
            sex=("female", "male")[at // 3 % 2],
            **HOSTEL,
        )
        for at in range(RECORDS)
    ]


def test_new_borns_of_one_hostel_cost_no_more_than_their_keys(person: Person) -> None:
    encodings = new_born(person)
    model = read_model("person")
    scorer = Counting(model, term_frequencies(model, encodings))
    resolver = resolved(scorer, encodings)
    keys = max(len(encoding.keys) for encoding in encodings)
    # Each key within the cap gives a record at most 59 others, each pair once; clustering looks at the
    # pairs of pieces of at most 200 once a batch.
    assert scorer.weighed <= RECORDS * (keys * (CAP - 1) / 2 + LIMIT)
    assert_nobody_is_lost(resolver, RECORDS)
    generic = resolver.look_alikes().uncompared
    assert generic == RECORDS // 2, "the Smiths, 178 born on each day"
    scorer.weighed = 0
    resolver.apply([Upsert(record(3), encodings[4])])
    resolver.apply([Retract(record(5))])
    assert scorer.weighed <= 4 * keys * CAP + 4 * LIMIT * LIMIT


def test_who_is_like_everybody_is_compared_with_nobody_and_stays(person: Person) -> None:
    same = [person("", "smith", birth="2026-01-01", sex="male", **HOSTEL)] * RECORDS
    scorer = Counting(read_model("person"))
    resolver = resolved(scorer, same)
    assert scorer.weighed <= BATCH * CAP, "only the first few, before their keys were too common"
    assert_nobody_is_lost(resolver, RECORDS)
    assert len(resolver.partition()) == RECORDS
    assert resolver.look_alikes() == LookAlikes(uncompared=RECORDS, cut=0)
    for at in range(RECORDS - 1, 9, -1):
        resolver.apply([Retract(record(at))])
    assert resolver.look_alikes() == LookAlikes(0, 0)
    assert len(resolver.partition()) == 1, "few enough to be compared, they are one"


def test_one_component_of_ten_thousand_is_cut_and_one_change_stays_small() -> None:
    scorer = Neighbours()
    encodings = [on_the_line(at) for at in range(RECORDS)]
    resolver = resolved(scorer, encodings)
    assert_nobody_is_lost(resolver, RECORDS)
    assert resolver.look_alikes() == LookAlikes(uncompared=0, cut=RECORDS)
    assert max(map(len, resolver.partition())) <= LIMIT
    assert scorer.weighed <= RECORDS * (4 * (CAP - 1) / 2 + LIMIT)
    scorer.weighed = 0
    resolver.apply([Upsert(record(RECORDS), on_the_line(RECORDS // 2))])
    resolver.apply([Retract(record(RECORDS))])
    assert scorer.weighed <= 2 * (4 * CAP + 4 * LIMIT * LIMIT)
    together = Resolver(Neighbours(), new_id=numbered_ids(), cap=CAP, region_limit=LIMIT)
    together.apply([each for batch in batches(encodings) for each in batch])
    assert resolver.partition() == together.partition()


def test_in_bulk_look_alikes_are_the_same_people(person: Person) -> None:
    encodings = new_born(person)
    model = read_model("person")
    frequencies = term_frequencies(model, encodings)
    one_by_one = resolved(ModelScorer(model, frequencies), encodings)
    scorer = ModelScorer(model, frequencies)
    at_once = Resolver(scorer, new_id=numbered_ids(), cap=CAP, region_limit=LIMIT)
    with in_memory() as database:
        linker = BulkLinker(scorer, database, cap=CAP)
        for number, encoding in enumerate(encodings):
            linker.put(record(number), encoding)
        upserts = (each for batch in batches(encodings) for each in batch)

        def evidence() -> Iterator[Edge]:
            linker.pass_over(at_once.copies())
            return linker.evidence()

        at_once.take_weighed(upserts, evidence)
    assert at_once.partition() == one_by_one.partition()
    assert at_once.look_alikes() == one_by_one.look_alikes()
    assert linker.compared <= RECORDS * len(encodings[0].keys) * (CAP - 1) / 2
