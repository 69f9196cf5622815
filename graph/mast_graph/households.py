"""Households of the addresses that a change touched: read, rebuilt by pure rules, the difference written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mast_graph.household_paths import relinked
from mast_graph.household_rows import household_row, households, member_row, passage_row
from mast_graph.moments import from_text
from mast_graph.store import Transaction
from mast_resolver.household import Ended, Household, Member, Rebuilt, rebuild
from mast_resolver.records import FOREVER, EntityId
from mast_resolver.residence import Stay, spells

STAY_COLUMNS: Final = ("people", "addresses", "valid_from", "seen_at", "valid_to", "inferred", "lapsed")


def rebuild_around(
    tx: Transaction,
    people: Sequence[EntityId],
    *,
    at: dt.datetime,
    new_id: Callable[[], EntityId],
    successors: Mapping[EntityId, Iterable[EntityId]],
) -> None:
    """Rebuild the households of every address where one of ``people`` lives, lived or was thought to.

    People whose spells may have changed must all be in ``people``: of the others at those addresses the
    stored spells are taken, so the work is proportional to what was touched.
    """
    if not people:
        return
    found = tx.run("read.state_around_people", people=list(people), forever=FOREVER)[0]
    moved = _members(found)
    before = households(found)
    addresses = sorted(moved.keys() | {home.address for home in before})
    residents: dict[EntityId, list[Member]] = {address: list(moved.get(address, ())) for address in addresses}
    touched = set(people)
    for home in before:
        residents[home.address].extend(member for member in home.members if member.person not in touched)
    communal = frozenset(map(EntityId, found["establishments"]))
    built = rebuild(residents, before, new_id=new_id, successors=successors, communal=communal)
    built = _left_to_the_hidden(tx, before, built, new_id, successors)
    _write(tx, before, built.households, built.ended, at)


def _left_to_the_hidden(
    tx: Transaction,
    before: Iterable[Household],
    built: Rebuilt,
    new_id: Callable[[], EntityId],
    successors: Mapping[EntityId, Iterable[EntityId]],
) -> Rebuilt:
    """Ends an id that was known by people of whom none is left: it must not live on for the shielded.

    Had their rows never been loaded, the household would be no more. They get an id that nobody knows.
    """
    had = {
        home.id: {now for one in _people(home) for now in tuple(successors.get(one, ())) or (one,)}
        for home in before
    }
    lost = {home.id: _people(home) for home in built.households if had.get(home.id, set()) - _people(home)}
    people = set().union(*lost.values(), *(had[id_] for id_ in lost))
    hidden = set(tx.run("read.state_shielded_among", people=sorted(people))[0]["people"]) if people else set()
    left = {id_ for id_, now in lost.items() if had[id_] - hidden and not now - hidden}
    households = tuple(replace(home, id=new_id()) if home.id in left else home for home in built.households)
    return Rebuilt(households, built.ended + tuple(Ended(gone, ()) for gone in sorted(left)))


def _people(home: Household) -> set[EntityId]:
    return {member.person for member in home.members}


def _members(found: Mapping[str, Any]) -> dict[EntityId, list[Member]]:
    stays: dict[EntityId, list[Stay]] = defaultdict(list)
    for person, address, valid_from, seen_at, valid_to, inferred, lapsed in zip(
        *(found[column] for column in STAY_COLUMNS), strict=True
    ):
        stays[EntityId(person)].append(
            Stay(
                address=EntityId(address),
                valid_from=from_text(valid_from),
                seen_at=from_text(seen_at),
                valid_to=from_text(valid_to),
                inferred=inferred,
                lapsed=lapsed,
            )
        )
    members: dict[EntityId, list[Member]] = defaultdict(list)
    for person, theirs in stays.items():
        for spell in spells(theirs):
            members[spell.address].append(Member(person, spell.start, spell.end, spell.inferred))
    return members


def _write(
    tx: Transaction,
    before: Iterable[Household],
    after: Iterable[Household],
    ended: Sequence[Ended],
    at: dt.datetime,
) -> None:
    old, new = {home.id: home for home in before}, {home.id: home for home in after}
    # Most homes around a change are as they were: their memberships are not laid side by side one by one.
    other = {id_ for id_ in old.keys() | new.keys() if _members_of(old, id_) != _members_of(new, id_)}
    was, now = (_memberships(homes[id_] for id_ in other if id_ in homes) for homes in (old, new))
    changed = [home for home in new.values() if home.id not in old or _frame(home) != _frame(old[home.id])]
    different = _changed(old, new, was ^ now)
    links = relinked(tx, different, old.keys(), new)
    if not (changed or ended or was ^ now or links):
        return
    tx.run(
        "write.rebuild_households",
        hidden=[gone.id for gone in ended],
        left=[member_row(home, one) for home, one in was - now],
        households=[household_row(home) for home in changed],
        come=[member_row(home, one) for home, one in now - was],
        around=sorted(_around(different, (old, new))),
        ended=[{"old": gone.id, "successors": list(gone.successors)} for gone in ended],
        unlinked=[passage_row(each) for each in links.gone],
        linked=[passage_row(each) for each in links.come],
        at=at,
        forever=FOREVER,
    )


def _changed(
    old: Mapping[EntityId, Household],
    new: Mapping[EntityId, Household],
    memberships: Iterable[tuple[EntityId, Member]],
) -> dict[EntityId, set[EntityId]]:
    """Households of which something is different, each with the people whose membership is."""
    found: dict[EntityId, set[EntityId]] = defaultdict(set)
    for home, one in memberships:
        found[home].add(one.person)
    for home in old.keys() & new.keys():
        if (old[home].address, old[home].communal) != (new[home].address, new[home].communal):
            found[home].update(member.person for member in new[home].members)
    return dict(found)


def _around(
    different: Mapping[EntityId, Iterable[EntityId]], states: Iterable[Mapping[EntityId, Household]]
) -> set[EntityId]:
    """Whose homes are others, and where those are and were."""
    places = {homes[id_].address for homes in states for id_ in different if id_ in homes}
    return places.union(*different.values())


def _memberships(homes: Iterable[Household]) -> set[tuple[EntityId, Member]]:
    return {(home.id, member) for home in homes for member in home.members}


def _members_of(homes: Mapping[EntityId, Household], id_: EntityId) -> tuple[Member, ...]:
    home = homes.get(id_)
    return () if home is None else home.members


def _frame(home: Household) -> tuple[EntityId, bool, dt.datetime, dt.datetime]:
    return (home.address, home.communal, home.start, home.end)
