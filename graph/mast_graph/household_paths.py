"""Links between the households that a rebuild changed and those their members came from or went to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mast_graph.household_rows import households, passages
from mast_graph.rows import Row
from mast_graph.store import Transaction
from mast_resolver.household import Household
from mast_resolver.household_path import Passage, passage
from mast_resolver.records import EntityId

Pair = frozenset[EntityId]


@dataclass(frozen=True, slots=True)
class Relinked:
    """Passages that are no longer so, and new ones."""

    gone: Collection[Passage] = ()
    come: Collection[Passage] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.come)


def relinked(
    tx: Transaction,
    changed: Mapping[EntityId, AbstractSet[EntityId]],
    before: AbstractSet[EntityId],
    now: Mapping[EntityId, Household],
) -> Relinked:
    """How the passages of ``changed`` households will differ from what is stored; nothing is written here.

    ``changed`` says for each, also for one that is no more, whose membership is new, gone or different;
    ``now`` holds those there will be, ``before`` names those there were. A passage depends on its two
    households only (``household_path.passage``), and a new one is carried by somebody whose membership
    changed. So looked at are the pairs of a changed household and another home of those people, and the pairs
    whose stored passages may be others now. That keeps a hostel's hundreds of former residents out of it.
    """
    if not changed:
        return Relinked()
    found = _around(tx, changed, before | now.keys(), now)
    stored = passages(found)
    pairs = _neighbours(_homes(found, changed, before, now), changed)
    pairs |= {_pair(each) for each in stored if _in_question(each, changed, now)}
    was = {each for each in stored if _pair(each) in pairs}
    known = dict(now) | {home.id: home for home in households(found)}
    is_ = {each for pair in pairs for each in _between(pair, known)}
    return Relinked(was - is_, is_ - was)


def _around(
    tx: Transaction,
    changed: Mapping[EntityId, AbstractSet[EntityId]],
    known: AbstractSet[EntityId],
    now: Mapping[EntityId, Household],
) -> Row:
    """What is stored of the passages of changed households, and of the households beside them."""
    return tx.run(
        "read.state_links_around",
        changed=[
            {"household": home, "people": sorted(people), "whole": home not in now or not now[home].communal}
            for home, people in changed.items()
        ],
        people=sorted(set().union(*changed.values())),
        known=sorted(known),
    )[0]


def _homes(
    found: Row,
    changed: Mapping[EntityId, AbstractSet[EntityId]],
    before: AbstractSet[EntityId],
    now: Mapping[EntityId, Household],
) -> dict[EntityId, set[EntityId]]:
    """The homes of the people whose membership changes, as they will be."""
    homes: dict[EntityId, set[EntityId]] = {person: set() for people in changed.values() for person in people}
    for person, home in zip(found["residents"], found["homes"], strict=True):
        if home not in before:
            homes[EntityId(person)].add(EntityId(home))
    for home in now.values():
        for member in home.members:
            if member.person in homes:
                homes[member.person].add(home.id)
    return homes


def _neighbours(
    homes: Mapping[EntityId, AbstractSet[EntityId]], changed: Mapping[EntityId, AbstractSet[EntityId]]
) -> set[Pair]:
    return {
        frozenset((home, other))
        for home, people in changed.items()
        for person in people
        for other in homes[person]
        if other != home
    }


def _in_question(
    stored: Passage, changed: Mapping[EntityId, AbstractSet[EntityId]], now: Mapping[EntityId, Household]
) -> bool:
    """Whether it may be another now: not one of a hostel that others made."""
    for end in (stored.earlier, stored.later):
        if end in changed and (
            end not in now or not now[end].communal or not changed[end].isdisjoint(stored.people)
        ):
            return True
    return False


def _pair(stored: Passage) -> Pair:
    return frozenset((stored.earlier, stored.later))


def _between(pair: Pair, known: Mapping[EntityId, Household]) -> Iterable[Passage]:
    left, right = sorted(pair)
    if left in known and right in known:
        both = passage(known[left], known[right]), passage(known[right], known[left])
        yield from (each for each in both if each is not None)
