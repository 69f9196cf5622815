"""The law of the review queue, written plainly: from scratch and without state, as in ``plain_resolver``."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

from tests.plain_relatives import relatives
from tests.plain_resolver import FRACTURE_AT, JOIN_AT, REVIEW_AT, Pair, PlainClusters

from mast_resolver.records import Encoding, EntityId, RecordId
from mast_resolver.resolver import Constraint


def review_of(
    evidence: Mapping[Pair, int],
    entities: Mapping[RecordId, EntityId],
    decisions: Mapping[Pair, Constraint],
) -> dict[Pair, int]:
    """The review queue: of each two entities, never said to be two, the heaviest pair that counts enough."""
    sizes = Counter(entities.values())
    apart = {
        frozenset(entities[record] for record in pair)
        for pair, kind in decisions.items()
        if kind is Constraint.CANNOT and all(record in entities for record in pair)
    }
    queue: dict[frozenset[EntityId], Pair] = {}
    for pair, _ in sorted(evidence.items(), key=lambda each: (-each[1], each[0])):
        between = frozenset(entities[record] for record in pair)
        if evidence[pair] >= REVIEW_AT and len(between) == 2 and between not in apart:
            queue.setdefault(between, pair)
    steps = JOIN_AT - REVIEW_AT + 1
    return {
        pair: max(1, 1_000 * min(evidence[pair] - REVIEW_AT + 1, steps) // steps)
        * sum(sizes[entity] for entity in between)
        for between, pair in queue.items()
    }


def doubts_of(
    evidence: Mapping[Pair, int],
    entities: Mapping[RecordId, EntityId],
    decisions: Mapping[Pair, Constraint],
    leaders: Mapping[RecordId, RecordId],
    said: Mapping[RecordId, Encoding],
) -> dict[Pair, int]:
    """Entities in doubt, each by the last link that it takes to hold it together, the heaviest taken first.

    No tree is built: links are taken away from the lightest on until the next one would part somebody. What
    may be between relatives holds less, and never beyond doubt, where some of it plainly is no slip.
    """
    doubts = {}
    tied = [*leaders.items(), *(pair for pair, kind in decisions.items() if kind is Constraint.MUST)]
    for entity in set(entities.values()):
        records = frozenset(record for record, whose in entities.items() if whose == entity)
        inside = {pair: weight for pair, weight in evidence.items() if records.issuperset(pair)}
        kin = {pair: mistaken for pair in inside if (mistaken := relatives(*(said[each] for each in pair)))}
        if any(mistaken.plain for mistaken in kin.values()):
            held = {pair: min(inside[pair] - each.void, FRACTURE_AT - 1) for pair, each in kin.items()}
            inside |= held
        ranked = sorted(inside, key=lambda pair: (-inside[pair], pair))

        def parts(
            many: int, links: list[Pair] = ranked, records: frozenset[RecordId] = records
        ) -> list[frozenset[RecordId]]:
            return PlainClusters(lambda *_: 0, {}, [*tied, *links[:many]], ()).components(records, 0)

        whole = len(parts(len(ranked)))
        needed = bisect_left(range(len(ranked)), x=True, key=lambda many: len(parts(many)) == whole)
        if needed and inside[last := ranked[needed - 1]] < FRACTURE_AT:
            sides = [len(each) for each in parts(needed - 1) if not each.isdisjoint(last)]
            span = max(1, FRACTURE_AT - JOIN_AT)
            below = max(1, min(1_000, 1_000 * (FRACTURE_AT - inside[last]) // span))
            doubts[last] = below * 2 * min(sides)
    return doubts
