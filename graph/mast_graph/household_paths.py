"""Links between the households that a rebuild changed and those their members came from or went to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from mast_graph.household_rows import households, link_row, links
from mast_graph.rows import side_by_side
from mast_graph.store import Transaction
from mast_resolver.household import Household
from mast_resolver.household_path import Link, between
from mast_resolver.records import EntityId

Pair = frozenset[EntityId]


def relink(
    tx: Transaction,
    changed: Mapping[EntityId, AbstractSet[EntityId]],
    now: Mapping[EntityId, Household],
) -> None:
    """Bring the links of ``changed`` households up to date, after their members were written.

    ``changed`` says for each, also for one that is no more, whose membership is new, gone or different;
    ``now`` holds those there are. A link depends on its two households only (``household_path.between``), and
    a new one is carried by somebody whose membership changed. So looked at are the pairs of a changed
    household and another home of those people, and the pairs whose stored links may be others now. That
    keeps a hostel's hundreds of former residents out of it.
    """
    if not changed:
        return
    before = _stored(tx, changed)
    pairs = _neighbours(tx, changed) | {_pair(link) for link in before if _in_question(link, changed, now)}
    was = {link for link in before if _pair(link) in pairs}
    wanted = set().union(*changed.values(), *(link.people for link in was))
    known = dict(now) | _named(tx, {home for pair in pairs for home in pair} - now.keys(), wanted)
    is_ = {link for pair in pairs for link in _between(pair, known)}
    if gone := was - is_:
        tx.run("write.drop_household_links", rows=[link_row(link) for link in gone])
    if come := is_ - was:
        tx.run("write.put_household_links", rows=[link_row(link) for link in come])


def _stored(tx: Transaction, homes: Iterable[EntityId]) -> list[Link]:
    return links(side_by_side(tx.run("read.state_links_of_households", households=sorted(homes))))


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
    link: Link, changed: Mapping[EntityId, AbstractSet[EntityId]], now: Mapping[EntityId, Household]
) -> bool:
    """Whether a stored link may be another now: not one of a hostel that was another's move."""
    for end in (link.earlier, link.later):
        if end in changed and (
            end not in now or not now[end].communal or not changed[end].isdisjoint(link.people)
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


def _pair(link: Link) -> Pair:
    return frozenset((link.earlier, link.later))


def _between(pair: Pair, known: Mapping[EntityId, Household]) -> Iterable[Link]:
    left, right = sorted(pair)
    if left in known and right in known:
        yield from between(known[left], known[right])
        yield from between(known[right], known[left])
