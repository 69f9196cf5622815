"""What is remembered of a context: as much as stays true, whatever changes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from tests.plain_resolver import numbered_ids

from mast_resolver.ports import Constraint, Decide, Mistaken, Upsert
from mast_resolver.records import BlockingKey, Encoding, Kind, MatchWeight, RecordId, Token
from mast_resolver.resolver import Resolver
from mast_resolver.sources import SourcePair, Sources

WEIGHTS = {frozenset("pl"): 4_000, frozenset("lr"): 4_000}


class Scorer:
    """Weights from a table; agency a holds nobody twice."""

    version = "table"
    join_at, review_at, edge_at = MatchWeight(1_000), MatchWeight(500), MatchWeight(0)
    fracture_at: MatchWeight | None = None

    def __init__(self) -> None:
        self.rows: dict[int, Encoding] = {}
        self.sources = Sources(
            [
                SourcePair("a", "a", unmatched=(0.98, 0.98)),
                SourcePair("a", "b", unmatched=(0.5, 0.5)),
                SourcePair("b", "b", unmatched=(0.9, 0.9)),
            ]
        )

    def source(self, row: int) -> int:
        return self.sources.number(self.rows[row].source)

    def identity(self, row: int) -> int:
        return 0

    def called(self, _row: int) -> int:
        return 0

    def mistaken(self, left: NDArray[np.intp], _right: NDArray[np.intp]) -> list[Mistaken | None]:
        return [None] * len(left)

    def put(self, row: int, encoding: Encoding) -> None:
        self.rows[row] = encoding

    def drop(self, row: int) -> None:
        del self.rows[row]

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        names = [frozenset(chr(self.rows[row].tokens["name"][0]) for row in pair) for pair in pairs]
        return np.array([WEIGHTS.get(each, -5_000) for each in names], np.int64)


def upsert(name: str, source: str, *keys: str) -> Upsert:
    blocking = tuple(BlockingKey("key", Token(key.encode().ljust(8))) for key in keys)
    tokens = {"name": Token(name.encode().ljust(8))}
    return Upsert(RecordId(name), Encoding(Kind.PERSON, tokens, {}, blocking, source))


def test_a_rival_that_a_steward_confirmed_counts_until_its_evidence_goes() -> None:
    """p and r are tied by a decision alone; the evidence between l and r goes when their key is generic."""
    told = [upsert("p", "b", "x"), upsert("l", "a", "x", "k"), upsert("r", "a", "k")]
    decided = Decide(RecordId("p"), RecordId("r"), Constraint.MUST)
    others = [upsert("y", "a", "k"), upsert("z", "a", "k")]
    step_by_step, at_once = (Resolver(Scorer(), new_id=numbered_ids(), cap=2) for _ in range(2))
    for changes in ([*told], [decided], others):
        step_by_step.apply(changes)
    at_once.apply([*told, *others, decided])
    assert step_by_step.partition() == at_once.partition()
    rows = [step_by_step._roster.row(each.id) for each in told]
    for left, right in combinations([row for row in rows if row is not None], 2):
        weight = step_by_step._evidence.beside(left).get(right, 0)
        remembered = step_by_step._context.weight(left, right, weight)
        step_by_step._context.clear()
        assert remembered == step_by_step._context.weight(left, right, weight)
