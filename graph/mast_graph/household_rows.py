"""Households, members and who went from one to another, from rows of read queries and to rows of writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mast_graph.moments import from_text, to_text
from mast_graph.rows import columns
from mast_resolver.household import Household, Member
from mast_resolver.household_path import Passage
from mast_resolver.records import EntityId

HOUSEHOLD_COLUMNS: Final = ("households", "places", "communal", "members", "starts", "ends", "presumed")
PASSAGE_COLUMNS: Final = ("earlier", "later", "carried")


def households(found: Mapping[str, Any]) -> list[Household]:
    """Of the lists side by side of ``read.state_around_people`` or ``read.state_links_around``.

    Lists, for a map costs the server, the driver and whoever looks for moments in it several times as much.
    Members are in the order of a rebuild, as far as moments as text are: what is as it was shows at once.
    """
    return [
        Household(
            id=EntityId(household),
            address=EntityId(address),
            communal=communal,
            members=tuple(
                Member(EntityId(person), from_text(start), from_text(end), inferred)
                for start, person, end, inferred in sorted(zip(starts, people, ends, presumed, strict=True))
            ),
        )
        for household, address, communal, people, starts, ends, presumed in columns(found, *HOUSEHOLD_COLUMNS)
    ]


def household_row(home: Household) -> dict[str, object]:
    """For ``write.rebuild_households``."""
    return {
        "household": home.id,
        "communal": home.communal,
        "address": home.address,
        "start": to_text(home.start),
        "end": to_text(home.end),
    }


def member_row(home: EntityId, member: Member) -> dict[str, object]:
    """For ``write.rebuild_households``."""
    return {
        "household": home,
        "person": member.person,
        "start": to_text(member.start),
        "end": to_text(member.end),
        "inferred": member.inferred,
    }


def passages(found: Mapping[str, Any]) -> list[Passage]:
    """Of the lists side by side of ``read.state_links_around``."""
    return [
        Passage(EntityId(earlier), EntityId(later), tuple(map(EntityId, people)))
        for earlier, later, people in columns(found, *PASSAGE_COLUMNS)
    ]


def passage_row(each: Passage) -> dict[str, object]:
    """For ``write.rebuild_households``."""
    return {"earlier": each.earlier, "later": each.later, "people": list(each.people)}
