"""Did you mean: addresses like one that was typed and is not known. They are offered, never taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from typing import Final

from strawberry import ID

from mast_api.people_search import TELLING
from mast_api.schema import types as t
from mast_graph.read import NearRow
from mast_resolver.model import read_model
from mast_resolver.records import Encoding, RecordId
from mast_resolver.score import Evidence, ModelScorer

MOST_OFFERED: Final = 5

Open = Callable[[RecordId, bytes], Encoding]


def offered(asked: Encoding, rows: Iterable[NearRow], unseal: Open) -> list[t.AddressCandidate]:
    """The likeliest addresses, best first, each by its likeliest record; none that speaks against itself."""
    best: dict[str, tuple[int, tuple[Evidence, ...]]] = {}
    found = (zip(row["ids"], row["sealed"], row["entities"], strict=True) for row in rows)
    for record, sealed, entity in chain.from_iterable(found):
        evidence = _scorer().explain_encodings(asked, unseal(RecordId(record), sealed))
        weight = sum(each.weight for each in evidence)
        if weight >= _scorer().review_at and weight > best.get(entity, (-1, ()))[0]:
            best[entity] = (weight, evidence)
    ranked = sorted(best.items(), key=lambda each: (-each[1][0], each[0]))[:MOST_OFFERED]
    return [_candidate(entity, evidence) for entity, (_, evidence) in ranked]


@cache
def _scorer() -> ModelScorer:
    """Addresses have a model by hand and no term frequencies: the one that ships is the one in force."""
    return ModelScorer(read_model("address"))


def _candidate(entity: str, evidence: Iterable[Evidence]) -> t.AddressCandidate:
    parts = [each for each in evidence if each.rule != "prior"]
    return t.AddressCandidate(
        address_id=ID(entity),
        agrees=[each.reason for each in parts if each.weight >= TELLING],
        differs=[each.reason for each in parts if each.weight <= -TELLING],
    )
