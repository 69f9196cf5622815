"""Households, members and who went from one to another, from rows of read queries and to rows of writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mast_graph.moments import from_text, to_text
from mast_resolver.household import Household, Member
from mast_resolver.household_path import Passage
from mast_resolver.records import EntityId


def households(rows: Iterable[Mapping[str, Any]]) -> list[Household]:
    """Of ``read.state_households`` or ``read.state_named_households``."""
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
        for row in rows
    ]


def household_row(home: Household) -> dict[str, object]:
    """For ``write.put_households``."""
    return {
        "household": home.id,
        "communal": home.communal,
        "address": home.address,
        "start": to_text(home.start),
        "end": to_text(home.end),
    }


def member_row(home: EntityId, member: Member) -> dict[str, object]:
    """For ``write.put_members`` and ``write.drop_members``."""
    return {
        "household": home,
        "person": member.person,
        "start": to_text(member.start),
        "end": to_text(member.end),
        "inferred": member.inferred,
    }


def passages(rows: Iterable[Mapping[str, Any]]) -> list[Passage]:
    """Of ``read.state_links_of_households``, its lists taken apart."""
    return [
        Passage(EntityId(row["earlier"]), EntityId(row["later"]), tuple(map(EntityId, row["people"])))
        for row in rows
    ]


def passage_row(each: Passage) -> dict[str, object]:
    """For ``write.put_household_links`` and ``write.drop_household_links``."""
    return {"earlier": each.earlier, "later": each.later, "people": list(each.people)}
