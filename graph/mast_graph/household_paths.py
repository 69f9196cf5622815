"""Who left households that a rebuild changed for which others, and who came to them: stored as ``LED_TO``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from mast_graph.household_rows import households, passage_row, passages
from mast_graph.rows import side_by_side
from mast_graph.store import Transaction
from mast_resolver.household import Household
from mast_resolver.household_path import Passage, passage
from mast_resolver.records import EntityId

Pair = frozenset[EntityId]


def relink(
    tx: Transaction,
    changed: Mapping[EntityId, AbstractSet[EntityId]],
    now: Mapping[EntityId, Household],
) -> None:
    """Bring the passages of ``changed`` households up to date, after their members were written.

    ``changed`` says for each, also for one that is no more, whose membership is new, gone or different;
    ``now`` holds those there are. A passage depends on its two households only (``household_path.passage``),
    and a new one is carried by somebody whose membership changed. So looked at are the pairs of a changed
    household and another home of those people, and the pairs whose stored passages may be others now. That
    keeps a hostel's hundreds of former residents out of it.
    """
    if not changed:
        return
    before = _stored(tx, changed)
    pairs = _neighbours(tx, changed) | {_pair(each) for each in before if _in_question(each, changed, now)}
    was = {each for each in before if _pair(each) in pairs}
    wanted = set().union(*changed.values(), *(each.people for each in was))
    known = dict(now) | _named(tx, {home for pair in pairs for home in pair} - now.keys(), wanted)
    is_ = {each for pair in pairs for each in _between(pair, known)}
    if gone := was - is_:
        tx.run("write.drop_household_links", rows=[passage_row(each) for each in gone])
    if come := is_ - was:
        tx.run("write.put_household_links", rows=[passage_row(each) for each in come])


def _stored(tx: Transaction, homes: Iterable[EntityId]) -> list[Passage]:
    return passages(side_by_side(tx.run("read.state_links_of_households", households=sorted(homes))))


def _neighbours(tx: Transaction, changed: Mapping[EntityId, AbstractSet[EntityId]]) -> set[Pair]:
    people = sorted(set().union(*changed.values()))
    homes: dict[EntityId, set[EntityId]] = defaultdict(set)
    for row in side_by_side(tx.run("read.state_homes_of_people", people=people)):
        homes[EntityId(row["person"])].add(EntityId(row["household"]))
    return {
        frozenset((home, other))
        for home, theirs in changed.items()
        for person in theirs
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


def _named(
    tx: Transaction, homes: AbstractSet[EntityId], people: AbstractSet[EntityId]
) -> dict[EntityId, Household]:
    """Households with all of their members, communal ones with those of ``people``: others carry nothing."""
    if not homes:
        return {}
    rows = tx.run("read.state_named_households", households=sorted(homes), people=sorted(people))
    return {home.id: home for home in households(rows)}


def _pair(stored: Passage) -> Pair:
    return frozenset((stored.earlier, stored.later))


def _between(pair: Pair, known: Mapping[EntityId, Household]) -> Iterable[Passage]:
    left, right = sorted(pair)
    if left in known and right in known:
        both = passage(known[left], known[right]), passage(known[right], known[left])
        yield from (each for each in both if each is not None)
