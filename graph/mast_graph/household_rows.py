"""Households, their members and the links between them, from rows of read queries and to rows of writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mast_graph.moments import from_text, to_text
from mast_resolver.household import Household, Member
from mast_resolver.household_path import Change, Link
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


def links(rows: Iterable[Mapping[str, Any]]) -> list[Link]:
    """Of ``read.state_links_of_households``, its lists taken apart."""
    return [
        Link(
            earlier=EntityId(row["earlier"]),
            later=EntityId(row["later"]),
            left=from_text(row["left"]),
            at=from_text(row["at"]),
            change=Change(row["change"]),
            people=tuple(map(EntityId, row["people"])),
            stayed=tuple(map(EntityId, row["stayed"])),
            met=tuple(map(EntityId, row["met"])),
            beside=tuple(map(EntityId, row["beside"])),
        )
        for row in rows
    ]


def link_row(link: Link) -> dict[str, object]:
    """For ``write.put_household_links`` and ``write.drop_household_links``."""
    return {
        "earlier": link.earlier,
        "later": link.later,
        "left": to_text(link.left),
        "at": to_text(link.at),
        "change": link.change.value,
        "people": list(link.people),
        "stayed": list(link.stayed),
        "met": list(link.met),
        "beside": list(link.beside),
    }
