"""Households of the addresses that a change touched: read, rebuilt by pure rules, the difference written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from mast_graph.moments import from_text, to_text
from mast_graph.store import Transaction
from mast_resolver.household import Ended, Household, Member, rebuild
from mast_resolver.records import FOREVER, EntityId
from mast_resolver.residence import Stay, spells

STAY_COLUMNS: Final = ("people", "addresses", "valid_from", "seen_at", "valid_to", "inferred")


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
    moved = _members(tx, people)
    rows = tx.run("read.state_household_addresses", people=list(people))
    addresses = sorted(moved.keys() | {EntityId(row["address"]) for row in rows})
    before = _households(tx, addresses)
    residents: dict[EntityId, list[Member]] = {address: list(moved.get(address, ())) for address in addresses}
    touched = set(people)
    for home in before:
        residents[home.address].extend(member for member in home.members if member.person not in touched)
    built = rebuild(residents, before, new_id=new_id, successors=successors)
    _write(tx, before, built.households, built.ended, at)


def _members(tx: Transaction, people: Sequence[EntityId]) -> dict[EntityId, list[Member]]:
    stays: dict[EntityId, list[Stay]] = defaultdict(list)
    lists = tx.run("read.state_stays_of_people", people=list(people), forever=FOREVER)[0]
    for person, address, valid_from, seen_at, valid_to, inferred in zip(
        *(lists[column] for column in STAY_COLUMNS), strict=True
    ):
        stays[EntityId(person)].append(
            Stay(
                address=EntityId(address),
                valid_from=from_text(valid_from),
                seen_at=from_text(seen_at),
                valid_to=from_text(valid_to),
                inferred=inferred,
            )
        )
    found: dict[EntityId, list[Member]] = defaultdict(list)
    for person, theirs in stays.items():
        for spell in spells(theirs):
            found[spell.address].append(Member(person, spell.start, spell.end, spell.inferred))
    return found


def _households(tx: Transaction, addresses: Sequence[EntityId]) -> list[Household]:
    return [
        Household(
            id=EntityId(row["household"]),
            address=EntityId(row["address"]),
            communal=row["communal"],
            members=tuple(
                Member(
                    EntityId(one["person"]), from_text(one["start"]), from_text(one["end"]), one["inferred"]
                )
                for one in row["members"]
            ),
        )
        for row in tx.run("read.state_households", addresses=list(addresses))
    ]


def _write(
    tx: Transaction,
    before: Iterable[Household],
    after: Iterable[Household],
    ended: Sequence[Ended],
    at: dt.datetime,
) -> None:
    old, new = {home.id: home for home in before}, {home.id: home for home in after}
    was, now = _memberships(old.values()), _memberships(new.values())
    if ended:
        tx.run("write.keep_household_shields", households=[gone.id for gone in ended])
    if gone := was - now:
        rows = [{"household": home, "person": one.person, "start": to_text(one.start)} for home, one in gone]
        tx.run("write.drop_members", rows=rows)
    changed = [home for home in new.values() if home.id not in old or _frame(home) != _frame(old[home.id])]
    if changed:
        tx.run(
            "write.put_households", rows=[_household_row(home) for home in changed], at=at, forever=FOREVER
        )
    if come := now - was:
        tx.run("write.put_members", rows=[_member_row(home, one) for home, one in come])
    if ended:
        lineage: list[dict[str, object]] = [
            {"old": gone.id, "successors": list(gone.successors)} for gone in ended
        ]
        tx.run("write.end_households", rows=lineage, at=at)


def _memberships(homes: Iterable[Household]) -> set[tuple[EntityId, Member]]:
    return {(home.id, member) for home in homes for member in home.members}


def _frame(home: Household) -> tuple[EntityId, bool, dt.datetime, dt.datetime]:
    return (home.address, home.communal, home.start, home.end)


def _household_row(home: Household) -> dict[str, object]:
    return {
        "household": home.id,
        "communal": home.communal,
        "address": home.address,
        "start": to_text(home.start),
        "end": to_text(home.end),
    }


def _member_row(home: EntityId, member: Member) -> dict[str, object]:
    return {
        "household": home,
        "person": member.person,
        "start": to_text(member.start),
        "end": to_text(member.end),
        "inferred": member.inferred,
    }
