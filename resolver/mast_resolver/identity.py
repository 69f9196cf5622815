"""Which entity id each new cluster gets, and what became of ids that are no longer in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mast_resolver.ports import Cause, Superseded
from mast_resolver.records import EntityId, RecordId


@dataclass(frozen=True, slots=True)
class Identities:
    """The id of each cluster, in the order given; ids that are new; ids that are no longer in use."""

    ids: tuple[EntityId, ...]
    created: tuple[EntityId, ...]
    superseded: tuple[Superseded, ...]


def assign(
    old: Mapping[EntityId, AbstractSet[RecordId]],
    clusters: Sequence[Sequence[RecordId]],
    *,
    new_id: Callable[[], EntityId],
    decided: AbstractSet[RecordId] = frozenset(),
) -> Identities:
    """Carry old ids over to new clusters.

    An old id follows the largest share of its records (of equal shares the one with the smallest
    record id), and of several old ids that come to one cluster the one that brings most records
    stays (of equals the smallest id). It never moves to a smaller share: whoever noted it down would
    be led, without a word, away from most of what it stood for. The others are superseded by the ids
    their records went to. ``decided`` are the records named by decisions of this call.

    Members of a cluster are sorted, clusters do not overlap and come by smallest member.

    Example:
        >>> old = {EntityId("P-1"): {RecordId("r1"), RecordId("r2")}, EntityId("P-2"): {RecordId("r3")}}
        >>> merged = [RecordId("r1"), RecordId("r2"), RecordId("r3")]
        >>> given = assign(old, [merged], new_id=lambda: EntityId("P-3"))
        >>> given.ids, given.superseded[0].successors, given.superseded[0].cause.value
        (('P-1',), ('P-1',), 'merge')
    """
    shares = _shares(old, clusters)
    claims: dict[int, tuple[int, EntityId]] = {}
    for entity, parts in shares.items():
        if parts:
            count, number = min((-count, number) for number, count in parts.items())
            claims[number] = min(claims.get(number, (count, entity)), (count, entity))
    ids = [claims[number][1] if number in claims else new_id() for number in range(len(clusters))]
    created = tuple(sorted(entity for number, entity in enumerate(ids) if number not in claims))
    kept = set(ids)
    superseded = tuple(
        _superseded(entity, old[entity], sorted(parts), ids, clusters, decided)
        for entity, parts in sorted(shares.items())
        if entity not in kept
    )
    return Identities(tuple(ids), created, superseded)


def _shares(
    old: Mapping[EntityId, AbstractSet[RecordId]], clusters: Sequence[Sequence[RecordId]]
) -> dict[EntityId, dict[int, int]]:
    """How many records of each old entity are in which cluster."""
    entity_of = {record: entity for entity, records in old.items() for record in records}
    shares: dict[EntityId, dict[int, int]] = {entity: {} for entity in old}
    for number, members in enumerate(clusters):
        for record in members:
            if record in entity_of:
                parts = shares[entity_of[record]]
                parts[number] = parts.get(number, 0) + 1
    return shares


def _superseded(
    entity: EntityId,
    records: AbstractSet[RecordId],
    parts: Sequence[int],
    ids: Sequence[EntityId],
    clusters: Sequence[Sequence[RecordId]],
    decided: AbstractSet[RecordId],
) -> Superseded:
    successors = tuple(sorted(ids[number] for number in parts))
    if not successors:
        cause = Cause.RETIRED
    elif not decided.isdisjoint(records) or any(not decided.isdisjoint(clusters[each]) for each in parts):
        cause = Cause.DECISION
    else:
        cause = Cause.MERGE if len(successors) == 1 else Cause.SPLIT
    return Superseded(entity, successors, cause)
