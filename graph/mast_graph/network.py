"""What ties households and people: networks, chains, extracts. One query each, typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, TypedDict, cast

from mast_graph import objections
from mast_graph.household_links import LedTo, led_to
from mast_graph.moments import to_text
from mast_graph.read import ContactFactsRow, HouseholdRow, MemberRow, Reader, Scope, SharedRow, padded
from mast_resolver.household_path import WITHIN

NETWORK_HOUSEHOLDS: Final = 30
NETWORK_PEOPLE: Final = 60
NETWORK_CONTACTS: Final = 200
HUB_HOMES: Final = 12
"""Homes from which on a person is shown but not passed through: a foster child has some, a record of many
people put together by mistake has more."""
COUNTED: Final = 200
"""Members of a communal household that are counted at most."""
PATH_PEOPLE: Final = 200
"""Ties of people that are looked at from each side at each step of a chain."""
EXTRACT_MEMBERS: Final = 200
CHAIN_CONTACT: Final = 12
"""People that a contact touches from which on it ties nobody: a meeting of a whole street."""
CHAIN_ADDRESS: Final = 40
"""People who ever lived at an address from which on it ties nobody."""


class LinkedHouseholdRow(HouseholdRow):
    """A household of a network, ``step`` steps from the one asked for."""

    step: int


class NetworkPersonRow(TypedDict):
    """A person of a network, met at ``step``."""

    id: str
    step: int
    homes: int


class NetworkAddressRow(TypedDict):
    """An address of a network."""

    id: str
    part_of: str | None


class NetworkContactRow(ContactFactsRow):
    """A contact as it was at the moment asked about."""

    addresses: list[str]


class NetworkRow(SharedRow):
    """Households linked by people, and how many were met at each step, those cut included."""

    households: list[LinkedHouseholdRow]
    people: list[NetworkPersonRow]
    addresses: list[NetworkAddressRow]
    met_people: list[int]
    met_households: list[int]
    contacts: list[NetworkContactRow]
    contact_count: int


class TieRow(TypedDict):
    """What two people have in common."""

    left: str
    right: str
    kind: str
    via: str
    agency: str | None
    """Whose contact it is, if it is one: no answer names it, the audit log does."""


class ChainsRow(SharedRow):
    """Ties that chains between two people may be made of, and what was not walked through."""

    lefts: list[str]
    rights: list[str]
    ties: list[TieRow]
    hubs: list[str]
    met: list[int]


class ExtractHouseholdRow(TypedDict):
    """A household of a page of the whole network."""

    id: str
    communal: bool
    addresses: list[NetworkAddressRow]
    member_count: int
    members: list[MemberRow]
    led_to: list[LedTo]


class KnownRow(TypedDict):
    """That an agency knows somebody."""

    agency: str
    in_window: int
    months: int
    open: int


class ExtractPersonRow(TypedDict):
    """A member of a page's households."""

    id: str
    agencies: list[KnownRow]


class ExtractRow(SharedRow):
    """A page of the whole network."""

    households: list[ExtractHouseholdRow]
    people: list[ExtractPersonRow]


async def household_network(
    store: Reader, scope: Scope, ids: Sequence[str], *, depth: int, as_of: dt.datetime | None = None
) -> NetworkRow:
    """Households up to ``depth`` steps away, a step being a person who belonged to both."""
    rows = await store.read(
        "read.household_network",
        ids=padded(ids),
        **_scope(scope, as_of),
        depth=depth,
        most_households=NETWORK_HOUSEHOLDS,
        most_people=NETWORK_PEOPLE,
        most_homes=HUB_HOMES,
        most_counted=COUNTED,
        most_contacts=NETWORK_CONTACTS,
    )
    return cast("NetworkRow", rows[0])


async def paths_between(
    store: Reader,
    scope: Scope,
    left: Sequence[str],
    right: Sequence[str],
    *,
    most: int,
    as_of: dt.datetime | None = None,
) -> ChainsRow:
    """Ties of which chains of up to ``most`` steps between two people are made."""
    rows = await store.read(
        "read.paths_between",
        left=padded(left),
        right=padded(right),
        **_scope(scope, as_of),
        steps_left=(most + 1) // 2,
        steps_right=most // 2,
        most_homes=HUB_HOMES,
        most_touched=CHAIN_CONTACT,
        most_residents=CHAIN_ADDRESS,
        most_ties=PATH_PEOPLE,
    )
    return cast("ChainsRow", rows[0])


async def network_extract(
    store: Reader,
    scope: Scope,
    *,
    after: str,
    first: int,
    as_of: dt.datetime | None = None,
    under: str = "",
) -> ExtractRow:
    """The households whose ids come after ``after``, and one more than ``first`` if there is one.

    ``under`` an agreement that is to serve research it holds whomever something is shared of under it, and
    nobody who objects to research; a household of which nobody else is left has no members.
    """
    rows = await store.read(
        "read.network_extract",
        after=after,
        first=first + 1,
        window_from=to_text(scope.window_from),
        **_scope(scope, as_of),
        most_members=EXTRACT_MEMBERS,
        within_days=WITHIN.days,
        under=under,
    )
    if under:
        named = objections.everybody(rows[0]["households"])
        shared = {each["id"] for each in rows[0]["people"] if each["agencies"]}
        gone = (named - shared) | await objections.objectors(store, scope, named)
        objections.leave_out(rows[0], gone)
    for home in rows[0]["households"]:
        home["led_to"] = led_to(home["led_to"], as_of=as_of or scope.as_of, most=EXTRACT_MEMBERS)
    return cast("ExtractRow", rows[0])


def _scope(scope: Scope, as_of: dt.datetime | None) -> dict[str, object]:
    return {
        "now": to_text(scope.as_of),
        "as_of": to_text(as_of or scope.as_of),
        **scope.sharing(),
    }
