"""The resolver's law, written plainly: a whole partition from scratch, by the words of the design.

Slow, without state, without numpy, with fractions instead of scaled integers; shares no code with the
resolver but its types. Beside it a noisy scorer and encodings for it: the noise is a pure function of
the two encodings, so it is a scorer like any other, only a bad one, which is what makes chains,
conflicts and ties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from fractions import Fraction
from itertools import combinations, count
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from tests.plain_context import SHARES, counted
from tests.plain_relatives import name_of, relatives

from mast_resolver.blocking import SECOND
from mast_resolver.ports import Mistaken
from mast_resolver.records import BlockingKey, Encoding, EntityId, Kind, Life, MatchWeight, RecordId, Token
from mast_resolver.resolver import Constraint
from mast_resolver.sources import SourcePair, Sources

Pair = tuple[RecordId, RecordId]
Partition = frozenset[frozenset[RecordId]]
Weigh = Callable[[RecordId, RecordId], int]

JOIN_AT: Final = MatchWeight(1_000)
REVIEW_AT: Final = MatchWeight(500)
EDGE_AT: Final = MatchWeight(0)
FRACTURE_AT: Final = MatchWeight(3_000)
LADDER_STEP: Final = 500
SPEAKERS: Final = 2
SURE: Final = 2_000
LINE: Final = 40


LIVES: Final = [
    None,
    Life(died=300),
    Life(alive=302),  # the death may have been dated late
    Life(alive=303),
    Life(died=301, alive=290),
    Life(died=300, alive=310),  # of one of the two the agency is wrong
]
"""What a record may say of a death, and of being seen alive; two whole months may lie between them."""


def encode(place: int, hub: int = 0, life: int = 0) -> Encoding:
    """A record at a place on a line: near ones are alike, and share keys, two of which only count
    together; the hub is a key as well.

    Its place also says which of four agencies it is of, and for one in five a number of its own; beyond the
    line, people are known by their number: there it is a key, and two places share one.
    """
    keys = [("near", place // 4), ("postcode_year", place // 9), ("dob_postcode", place // 7), ("hub", hub)]
    number = {"nhs_number": Token((1 + place // 5).to_bytes(8, "big"))} if place % 5 == 2 else {}
    if place > LINE:
        number = {"nhs_number": Token((place // 2).to_bytes(8, "big"))}
        keys = [("nhs", place // 2), ("hub", hub)]
    return Encoding(
        Kind.PERSON,
        {"place": Token(place.to_bytes(8, "big")), **number},
        {},
        tuple(BlockingKey(rule, Token(value.to_bytes(8, "big"))) for rule, value in keys),
        "abcd"[place * 7 // 3 % 4],
        LIVES[life],
    )


def noisy_weight(left: Encoding, right: Encoding) -> int:
    """Less with distance, give or take; in steps of 250, so that there are ties."""
    places = sorted(each.tokens["place"] for each in (left, right))
    distance = int.from_bytes(places[1], "big") - int.from_bytes(places[0], "big")
    noise = crc32(b"".join(places)) % 17 - 8
    return 3_000 - 750 * min(distance, 12) + 250 * noise


class NoisyScorer:
    """A :class:`mast_resolver.ports.PairScorer` over :func:`noisy_weight`."""

    version = "noisy-1"
    join_at = JOIN_AT
    review_at = REVIEW_AT
    edge_at = EDGE_AT
    fracture_at: MatchWeight | None = FRACTURE_AT

    def __init__(self) -> None:
        self.rows: dict[int, Encoding] = {}
        self.weighed = 0
        self.sources = Sources(
            [SourcePair(pair[0], pair[1], unmatched=shares) for pair, shares in SHARES.items()]
        )

    def source(self, row: int) -> int:
        return self.sources.number(self.rows[row].source)

    def identity(self, row: int) -> int:
        return int.from_bytes(self.rows[row].tokens.get("nhs_number", b""), "big")

    def called(self, row: int) -> int:
        return name_of(self.rows[row])

    def mistaken(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> list[Mistaken | None]:
        rows = self.rows
        return [relatives(rows[one], rows[other]) for one, other in zip(left, right, strict=True)]

    def put(self, row: int, encoding: Encoding) -> None:
        self.rows[row] = encoding

    def drop(self, row: int) -> None:
        del self.rows[row]

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        self.weighed += len(left)
        return np.array(
            [
                noisy_weight(self.rows[one], self.rows[other])
                for one, other in zip(left.tolist(), right.tolist(), strict=True)
            ],
            np.int64,
        )


def numbered_ids(start: int = 1) -> Callable[[], EntityId]:
    """A generator of ids that never repeats itself."""
    numbers = count(start)
    return lambda: EntityId(f"P-{next(numbers):06d}")


def leaders_of(
    records: Mapping[RecordId, Encoding], decisions: Mapping[Pair, Constraint]
) -> dict[RecordId, RecordId]:
    """Who speaks for each record: itself, or for all but two of those that say exactly the same, with a
    number in it, and about which exactly the same was decided, the first of them."""
    beside: dict[RecordId, set[tuple[Constraint, RecordId]]] = {}
    for (left, right), kind in decisions.items():
        # Those tied to each other that say the same stand under the same decisions: each is tied to itself.
        equal = {left: records.get(right), right: records.get(left)}
        for one, other in ((left, right), (right, left)):
            said = beside.setdefault(one, set())
            said.add((kind, other))
            if kind is Constraint.MUST and one in records and equal[one] == records[one]:
                said.add((kind, one))
    speaking: dict[object, list[RecordId]] = {}
    leaders = {}
    for record in sorted(records):
        leaders[record] = record
        if "nhs_number" in records[record].tokens:
            content = (records[record].pack(), frozenset(beside.get(record, ())))
            speakers = speaking.setdefault(content, [])
            if len(speakers) == SPEAKERS:
                leaders[record] = speakers[0]
            else:
                speakers.append(record)
    return leaders


def evidence_of(
    records: Mapping[RecordId, Encoding], decisions: Mapping[Pair, Constraint], *, cap: int
) -> dict[Pair, int]:
    """Every pair of records that speak which weighs enough and shares a key of at most ``cap`` such records,
    or a number of more of which one of the two is among the first; of second keys, two."""
    leaders = leaders_of(records, decisions)
    speaking = [record for record in sorted(records) if leaders[record] == record]
    holders: dict[BlockingKey, list[RecordId]] = {}
    for record in speaking:
        for key in set(records[record].keys):
            holders.setdefault(key, []).append(record)
    edges = {}
    for left, right in combinations(speaking, 2):
        common = set(records[left].keys) & set(records[right].keys)
        weight = noisy_weight(records[left], records[right])
        telling = [
            key
            for key in common
            if len(holders[key]) <= cap or (key.rule == "nhs" and left in holders[key][:cap])
        ]
        supported = len(telling) > 1 or any(key.rule not in SECOND for key in telling)
        if supported and weight >= EDGE_AT:
            edges[left, right] = weight
    return edges


def partition_of(
    records: Mapping[RecordId, Encoding],
    decisions: Mapping[Pair, Constraint],
    *,
    cap: int,
    region_limit: int,
    join_at: int = JOIN_AT,
) -> Partition:
    """The partition of the records and decisions present."""
    leaders = leaders_of(records, decisions)
    everybody, records = records, {each: records[each] for each in records if leaders[each] == each}
    present = {
        kind: [
            pair
            for pair, each in decisions.items()
            if each is kind and pair[0] in records and pair[1] in records
        ]
        for kind in Constraint
    }
    edges = evidence_of(everybody, decisions, cap=cap)
    in_context = counted(records, edges, decisions)

    def weigh(left: RecordId, right: RecordId) -> int:
        return in_context.get((left, right), noisy_weight(records[left], records[right]))

    numbers = {
        record: encoding.tokens["nhs_number"]
        for record, encoding in records.items()
        if "nhs_number" in encoding.tokens
    }
    lives = {record: encoding.life for record, encoding in records.items() if encoding.life}
    must, cannot = present[Constraint.MUST], present[Constraint.CANNOT]
    plain = PlainClusters(
        weigh, edges, must, cannot, join_at=join_at, numbers=numbers, lives=lives, sure=SURE
    )
    return frozenset(
        frozenset(each for each in everybody if leaders[each] in cluster)
        for cluster in plain.partition(records, limit=region_limit)
    )


class PlainClusters:
    """Contract, climb the ladder, link by averages; every step looks at everything again."""

    def __init__(
        self,
        weigh: Weigh,
        edges: Mapping[Pair, int],
        must: Iterable[Pair],
        cannot: Iterable[Pair],
        *,
        join_at: int = JOIN_AT,
        edge_at: int = EDGE_AT,
        numbers: Mapping[RecordId, bytes] | None = None,
        lives: Mapping[RecordId, Life] | None = None,
        sure: int = 1_000_000,
    ) -> None:
        self.sure_above = sure
        self.weigh = weigh
        self.edges = edges
        self.must = list(must)
        self.cannot = list(cannot)
        self.numbers = numbers or {}
        self.lives = lives or {}
        self.join_at = join_at
        self.edge_at = edge_at

    def partition(self, records: Iterable[RecordId], *, limit: int) -> Partition:
        return frozenset(
            cluster
            for component in self.components(frozenset(records), self.edge_at)
            for part in self.parts(component)
            for piece in self.pieces(part, limit)
            for cluster in self.linked(piece, limit)
        )

    def components(self, records: frozenset[RecordId], threshold: int) -> list[frozenset[RecordId]]:
        ties = [*self.must, *(pair for pair, weight in self.edges.items() if weight >= threshold)]
        groups = [frozenset([record]) for record in records]
        for left, right in ties:
            if left in records and right in records:
                joined = frozenset[RecordId]().union(*(g for g in groups if left in g or right in g))
                groups = [g for g in groups if left not in g and right not in g] + [joined]
        return groups

    def parts(self, component: frozenset[RecordId]) -> list[frozenset[RecordId]]:
        """What links that are heavy enough to join, as they count, and MUST hold together."""
        heavy = {pair: 0 for pair in self.edges if self.weigh(*pair) >= self.join_at}
        return PlainClusters(self.weigh, heavy, self.must, ()).components(component, 0)

    def contracted(self, records: frozenset[RecordId], limit: int) -> list[frozenset[RecordId]]:
        """Groups tied by MUST alone, and of too many records by what is sure."""
        tied = [*self.must, *(self.sure() if len(records) > limit else ())]
        return PlainClusters(self.weigh, {}, tied, ()).components(records, 0)

    def sure(self) -> Iterator[Pair]:
        """Far more than joins, of one number or of none, and nobody, nor who must be one with them, is kept
        apart from anybody or said to have died."""
        apart = {record for pair in self.cannot for record in pair}
        apart |= {record for record, life in self.lives.items() if life.died}
        tied = frozenset(record for pair in self.must for record in pair)
        for group in PlainClusters(self.weigh, {}, self.must, ()).components(tied, 0):
            if apart & group:
                apart |= group
        for (left, right), weight in self.edges.items():
            same = self.numbers.get(left) == self.numbers.get(right)
            if weight >= self.join_at + self.sure_above and same and apart.isdisjoint((left, right)):
                yield left, right

    def pieces(self, component: frozenset[RecordId], limit: int) -> Iterator[frozenset[RecordId]]:
        threshold = self.edge_at
        parts = [component]
        if len(self.contracted(component, limit)) > limit:
            tied = PlainClusters(self.weigh, self.edges, [*self.must, *self.sure()], ())
            while len(parts) == 1:
                threshold += LADDER_STEP
                parts = tied.components(component, threshold)
            for part in parts:
                yield from self.pieces(part, limit)
        else:
            yield component

    def linked(self, piece: frozenset[RecordId], limit: int) -> list[frozenset[RecordId]]:
        groups = self.contracted(piece, limit)
        tied = PlainClusters(self.weigh, {}, self.must, ()).components(piece, 0)
        cannot = {*self.cannot, *self.impossible(groups), *self.after_death(tied)}
        while joins := sorted(self.joins(groups, cannot)):
            _, _, _, left, right = joins[0]
            joined = groups[left] | groups[right]
            groups = [g for number, g in enumerate(groups) if number not in (left, right)] + [joined]
        return groups

    def impossible(self, groups: list[frozenset[RecordId]]) -> Iterator[Pair]:
        """Pairs with different numbers, unless decisions within the piece tie the numbers together."""
        there = frozenset[RecordId]().union(*groups) & self.numbers.keys()
        people = [frozenset([self.numbers[record]]) for record in there]
        for group in groups:
            tied = {self.numbers[record] for record in group & there}
            joined = frozenset[bytes]().union(*(each for each in people if each & tied))
            people = [each for each in people if not each & tied] + [joined]
        for left, right in combinations(sorted(there), 2):
            if not any({self.numbers[left], self.numbers[right]} <= each for each in people):
                yield left, right

    def after_death(self, tied: list[frozenset[RecordId]]) -> Iterator[Pair]:
        """Pairs of which one was seen alive after the death of the other, in the third month or later.

        Nobody is kept apart by what records say that decisions tie together, where that is not possible.
        """
        said = [{record: self.lives[record] for record in group & self.lives.keys()} for group in tied]
        heard: dict[RecordId, Life] = {}
        for lives in said:
            dead = [life.died for life in lives.values() if life.died]
            if not dead or max(life.alive for life in lives.values()) < min(dead) + 3:
                heard |= lives
        for left, right in combinations(sorted(heard), 2):
            for one, other in ((heard[left], heard[right]), (heard[right], heard[left])):
                if one.died and other.alive >= one.died + 3:
                    yield left, right

    def joins(
        self, groups: list[frozenset[RecordId]], cannot: AbstractSet[Pair]
    ) -> Iterator[tuple[Fraction, RecordId, RecordId, int, int]]:
        """Allowed joins: least negative average last, then smallest ids."""
        for left, right in combinations(range(len(groups)), 2):
            pairs = {(min(x, y), max(x, y)) for x in groups[left] for y in groups[right]}
            average = Fraction(sum(self.weigh(*pair) for pair in pairs), len(pairs))
            barred = any((min(pair), max(pair)) in pairs for pair in cannot)
            if average >= self.join_at and not barred and any(pair in self.edges for pair in pairs):
                low, high = sorted((min(groups[left]), min(groups[right])))
                yield -average, low, high, left, right
