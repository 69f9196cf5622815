"""An area through the real resolver, in memory, at the defaults that ship."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np

from bench.accuracy.areas import Area
from mast_api.opening import CAP
from mast_api.resolving import BATCH
from mast_resolver.calibrate import MOST_RECORDS
from mast_resolver.evaluate import Agreement, b_cubed, exact_clusters, pairwise
from mast_resolver.frequencies import TermFrequencies, term_frequencies
from mast_resolver.index import BlockingIndex, Pairs
from mast_resolver.model import Model, read_model
from mast_resolver.ports import Lane, PairScorer
from mast_resolver.records import Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer

Scorer = Callable[[Model, TermFrequencies], PairScorer]
CAP_OF_PERSONS: Final = CAP[Kind.PERSON]


@dataclass(frozen=True, slots=True)
class Scores:
    """What one run came to."""

    records: int
    pairwise: Agreement
    b_cubed: Agreement
    clusters: Agreement
    review_pairs: int = 0
    review_records: int = 0
    doubt_records: int = 0
    """Of pairs that are one, but in doubt; they are not among those of the review lane."""
    doubts_right: float = 0.0
    """Share of those pairs that truly are two people."""
    blocking_recall: float = 1.0
    pairs_per_record: float = 0.0
    seconds: float = 0.0


def scores(found: Sequence[object], truth: Sequence[str], **more: float) -> Scores:
    """Of a labelling beside the truth."""
    true = {at: entity for at, entity in enumerate(truth) if entity}
    labels = {at: label for at, label in enumerate(found) if at in true}
    return Scores(
        len(truth),
        pairwise(labels, true),
        b_cubed(labels, true),
        exact_clusters(labels, true),
        **more,  # type: ignore[arg-type]
    )


def resolve(
    area: Area,
    encodings: Sequence[Encoding] | None = None,
    *,
    model: Model | None = None,
    scorer: Scorer = ModelScorer,
) -> Scores:
    """Resolve the area as `mast resolve` does: frequencies of the area, batches of a thousand."""
    model = model or read_model("person")
    encodings = area.encodings if encodings is None else encodings
    numbers = count(1)
    resolver = Resolver(
        scorer(model, term_frequencies(model, encodings)),
        new_id=lambda: EntityId(f"P-{next(numbers)}"),
        cap=CAP_OF_PERSONS,
    )
    names = [RecordId(f"r{at:032x}") for at in range(len(encodings))]
    queue: dict[tuple[RecordId, RecordId], Lane] = {}
    started = time.process_time()
    for start in range(0, len(names), BATCH):
        part = slice(start, start + BATCH)
        changes = resolver.apply(list(map(Upsert, names[part], encodings[part])))
        for pair in changes.review_removed:
            del queue[pair]
        queue.update({(each.left, each.right): each.lane for each in changes.review_added})
    seconds = time.process_time() - started
    found = [resolver.entity_of(name) for name in names]
    left, right = _compared(names, encodings)
    review, doubts = ([pair for pair, in_ in queue.items() if in_ is lane] for lane in Lane)
    true = dict(zip(names, area.truth, strict=True))
    return scores(
        found,
        area.truth,
        review_pairs=len(review),
        review_records=len({record for pair in review for record in pair}),
        doubt_records=2 * len(doubts),
        doubts_right=sum(true[one] != true[other] for one, other in doubts) / max(1, len(doubts)),
        blocking_recall=_recall(area.truth, left, right),
        pairs_per_record=len(left) / max(1, len(names)),
        seconds=seconds,
    )


def _compared(names: Sequence[RecordId], encodings: Sequence[Encoding]) -> Pairs:
    """The pairs that are worth comparing when all records are there."""
    index = BlockingIndex(cap=CAP_OF_PERSONS, id_of=names.__getitem__)
    for row, encoding in enumerate(encodings):
        index.put(row, encoding.keys)
    index.settle()
    return index.pairs(range(len(encodings)), ())


def _recall(truth: Sequence[str], left: np.ndarray, right: np.ndarray) -> float:
    people = np.array(truth)
    there = sum(n * (n - 1) // 2 for entity, n in Counter(truth).items() if entity)
    right_pairs = (people[left] == people[right]) & (people[left] != "")
    return float(right_pairs.sum()) / there if there else 1.0


def sample(encodings: Sequence[Encoding]) -> Sequence[Encoding]:
    """What the model of an area is learnt from: all, or as many as are enough, at random."""
    if len(encodings) <= MOST_RECORDS:
        return encodings
    drawn = np.random.default_rng(1).choice(len(encodings), MOST_RECORDS, replace=False)
    return [encodings[at] for at in np.sort(drawn)]
