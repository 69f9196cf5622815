"""Accounts of people in memory, as of the graph's last change. Blocking; each takes about a millisecond."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mast_api.live import Held, LiveResolver
from mast_resolver.errors import UnknownRecordError
from mast_resolver.explain import EntityAccount, MergeTree, PairAccount, unknown_entity, unknown_record
from mast_resolver.ports import Lane
from mast_resolver.records import EntityId, RecordId
from mast_resolver.score import ModelScorer


@dataclass(frozen=True, slots=True)
class Between:
    """Two records, and the two people they are of, if they are two."""

    pair: PairAccount
    people: EntityAccount | None
    records: Sequence[frozenset[RecordId]]
    """Those of the two people, or of the one that they are."""
    scorer: ModelScorer


def why_records(live: LiveResolver, left: RecordId, right: RecordId) -> Between:
    """Why two records are or are not one person.

    Raises:
        UnknownRecordError: one of them is not present.
    """
    live.catch_up()
    with live.using() as held:
        explainer = held.resolver.explainer(held.scorer.explain)
        if left != right:
            _check_seen(held, left, right)
        pair = explainer.pair(left, right)
        one, other = pair.entities
        people = None if one == other else explainer.entities(one, other)
        return Between(pair, people, _records(held, pair.entities), held.scorer)


def why_people(live: LiveResolver, left: EntityId, right: EntityId) -> Between:
    """Why two people are not one, by the pair of their records that weighs most.

    Raises:
        UnknownRecordError: one of them is not live.
    """
    live.catch_up()
    with live.using() as held:
        explainer = held.resolver.explainer(held.scorer.explain)
        if not (_seen(held, left) and _seen(held, right)):
            raise unknown_entity()
        people = explainer.entities(left, right)
        pair = explainer.pair(*people.best)
        return Between(pair, people, _records(held, people.entities), held.scorer)


def person_of(live: LiveResolver, record: RecordId) -> EntityId:
    """Whose record it is.

    Raises:
        UnknownRecordError: it is not present.
    """
    live.catch_up()
    with live.using() as held:
        person = held.person_of(record)
    if person is None:
        raise UnknownRecordError(
            "a record is not known, or not resolved yet", fix="take record ids from `how`"
        )
    return person


def people_of(live: LiveResolver, records: Iterable[RecordId]) -> dict[RecordId, EntityId | None]:
    """Whose records they are; ``None`` of one that is not present, or whose person is shielded."""
    with live.using() as held:
        return {record: held.person_of(record) for record in records}


def how(live: LiveResolver, people: Iterable[str]) -> tuple[Sequence[MergeTree], str]:
    """How each of some live people came to be, and the version of the model."""
    live.catch_up()
    with live.using() as held:
        explainer = held.resolver.explainer(held.scorer.explain)
        live_ones = [EntityId(each) for each in people if _seen(held, EntityId(each))]
        return [explainer.how(each) for each in live_ones], held.scorer.version


def pairs(
    live: LiveResolver, wanted: Iterable[tuple[RecordId, RecordId, Lane]]
) -> tuple[Sequence[PairAccount | None], ModelScorer]:
    """An account of each pair; none of one of which something else is to be asked since it was read."""
    live.catch_up()
    with live.using() as held:
        explainer = held.resolver.explainer(held.scorer.explain)
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
    """A record whose person is shielded is not known, in the words for one that is not."""
    for record in records:
        if held.person_of(record) is None:
            raise unknown_record()


def _seen(held: Held, person: EntityId) -> bool:
    return person not in held.shielded and bool(held.resolver.members(person))


def _records(held: Held, people: Iterable[EntityId]) -> list[frozenset[RecordId]]:
    return [frozenset(held.resolver.members(each)) for each in people]
