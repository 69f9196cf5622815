"""Accounts of people and addresses in memory, as of the graph's last change. Blocking; a millisecond each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mast_api.live import Held, LiveResolver
from mast_resolver.errors import UnknownRecordError
from mast_resolver.explain import (
    EntityAccount,
    Explainer,
    MergeTree,
    PairAccount,
    unknown_entity,
    unknown_record,
)
from mast_resolver.ports import Lane
from mast_resolver.records import EntityId, RecordId
from mast_resolver.score import ModelScorer


@dataclass(frozen=True, slots=True)
class Between:
    """Two records, and the two people or addresses they are of, if they are two."""

    pair: PairAccount
    apart: EntityAccount | None
    records: Sequence[frozenset[RecordId]]
    """Those of the two, or of the one that they are."""
    scorer: ModelScorer


def why_records(live: LiveResolver, left: RecordId, right: RecordId) -> Between:
    """Why two records are or are not one.

    Raises:
        UnknownRecordError: one of them is not present.
    """
    live.catch_up()
    with live.using() as held:
        explainer = _explainer(held)
        if left != right:
            _check_seen(held, left, right)
        pair = explainer.pair(left, right)
        one, other = pair.entities
        apart = None if one == other else explainer.entities(one, other)
        return Between(pair, apart, _records(held, pair.entities), held.scorer)


def why_entities(live: LiveResolver, left: EntityId, right: EntityId) -> Between:
    """Why two people or addresses are not one, by the pair of their records that weighs most.

    Raises:
        UnknownRecordError: one of them is not live.
    """
    live.catch_up()
    with live.using() as held:
        explainer = _explainer(held)
        if not (_seen(held, left) and _seen(held, right)):
            raise unknown_entity()
        apart = explainer.entities(left, right)
        pair = explainer.pair(*apart.best)
        return Between(pair, apart, _records(held, apart.entities), held.scorer)


def entity_of(live: LiveResolver, record: RecordId) -> EntityId:
    """Of whom or what a record is.

    Raises:
        UnknownRecordError: it is not present.
    """
    live.catch_up()
    with live.using() as held:
        entity = held.entity_of(record)
    if entity is None:
        raise UnknownRecordError(
            "a record is not known, or not resolved yet", fix="take record ids from `how`"
        )
    return entity


def entities_of(live: LiveResolver, records: Iterable[RecordId]) -> dict[RecordId, EntityId | None]:
    """Of whom or what records are; ``None`` of one that is not present, or is hidden."""
    with live.using() as held:
        return {record: held.entity_of(record) for record in records}


def how(live: LiveResolver, entities: Iterable[str]) -> tuple[Sequence[MergeTree], ModelScorer]:
    """How each of some live people or addresses came to be, and the scorer."""
    live.catch_up()
    with live.using() as held:
        explainer = _explainer(held)
        live_ones = [EntityId(each) for each in entities if _seen(held, EntityId(each))]
        return [explainer.how(each) for each in live_ones], held.scorer


def pairs(
    live: LiveResolver, wanted: Iterable[tuple[RecordId, RecordId, Lane]]
) -> tuple[Sequence[PairAccount | None], ModelScorer]:
    """An account of each pair; none of one of which something else is to be asked since it was read."""
    live.catch_up()
    with live.using() as held:
        explainer = _explainer(held)
        found: list[PairAccount | None] = []
        for left, right, lane in wanted:
            try:
                _check_seen(held, left, right)
                account = explainer.pair(left, right)
            except UnknownRecordError:
                account = None
            found.append(account if account is not None and _asks(account, lane) else None)
        return found, held.scorer


def _asks(account: PairAccount, lane: Lane) -> bool:
    return account.in_doubt if lane is Lane.DOUBT else account.entities[0] != account.entities[1]


def _check_seen(held: Held, *records: RecordId) -> None:
    """A record that is hidden is not known, in the words for one that is not there."""
    for record in records:
        if held.entity_of(record) is None:
            raise unknown_record()


def _seen(held: Held, entity: EntityId) -> bool:
    return bool(held.members(entity))


def _records(held: Held, entities: Iterable[EntityId]) -> list[frozenset[RecordId]]:
    return [held.members(each) for each in entities]


def _explainer(held: Held) -> Explainer:
    return held.resolver.explainer(held.scorer.explain, held.hidden.records)
