"""What a front-line question reads: one named query each, one row of nested maps back, typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NotRequired, Protocol, TypedDict, cast

from mast_graph.moments import to_text
from mast_resolver.records import ADDRESS_LETTERED, ADDRESS_NEAR, ADDRESS_WHOLE, GAZETTEER

MOST_ADDRESSES: Final = 5
MOST_NEAR: Final = 200
MOST_PEOPLE: Final = 500
MOST_HOUSEHOLDS: Final = 20
MOST_MEMBERS: Final = 25
MOST_ENTITIES: Final = 20
MOST_HOMES: Final = 20
MOST_RELATIONS: Final = 50
OLDEST: Final = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LAST_ID: Final = "\U0010ffff"
"""After every id: where a list that is by moment and id begins, newest first."""

SEEKABLE: Final = ("uprn", "place", "postcode_place", "street_place", "written")
"""Properties of an address record by which the concerns query can look one up."""

END: Final = 253_402_214_400_000
"""Milliseconds of 9999-12-31, the end of what has not ended."""


_NO_ID: Final = "-" * 33
"""As long as an id of ours, and the id of nothing."""

_SEEK_NOTHING: Final[dict[str, object]] = {"token": _NO_ID, "rank": 99, "area": ""}

# The server plans a query anew for each order of magnitude of its lists and texts: none, one, two to ten ...
# Planning takes it a second. So what may be empty is filled up with what finds nothing: one plan serves all.


class Reader(Protocol):
    """What runs a named read query: ``mast_graph.store.AsyncStore``."""

    async def read(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
        """Run it in a session that may not write."""
        ...


@dataclass(frozen=True, slots=True)
class Seek:
    """Look for address records with this token; the lowest rank that finds an address wins.

    Where ``area`` is given, only for those that have this token of number, street and town too.
    """

    property: str
    token: str
    rank: int
    area: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see of contacts, of which moment, and which page of them.

    Months are counted back from ``today``, the moment of the first page; agreements have to serve at
    ``serving_at``, that of this page. ``full`` says that the caller may see more than the latest contacts
    where an agreement grants it, and ``agency`` whose caller it is ("" where that is not known).
    """

    as_of: dt.datetime
    window_from: dt.datetime
    today: dt.datetime
    serving_at: dt.datetime
    since: dt.datetime
    purpose: str
    agency: str
    full: bool
    data_classes: Sequence[str]
    first: int
    after_at: int
    after_id: str
    only_open: bool = False

    def sharing(self) -> dict[str, object]:
        """What decides, with the agreements, which contacts may be shown."""
        return {
            "today": to_text(self.today),
            "serving_at": to_text(self.serving_at),
            "purpose": self.purpose,
            "agency": self.agency,
            "full": self.full,
            "data_classes": list(self.data_classes),
        }

    def params(self) -> dict[str, object]:
        """As the queries name them; one contact more is asked for than a page has."""
        return {
            "as_of": to_text(self.as_of),
            "window_from": to_text(self.window_from),
            "since": to_text(self.since),
            **self.sharing(),
            "first": self.first + 1 if self.first else 0,
            "after_at": self.after_at,
            "after_id": self.after_id or _NO_ID,
            "only_open": self.only_open,
        }


class SpellRow(TypedDict):
    """A stay; half-open, in milliseconds."""

    begin: int
    end: int
    inferred: bool


class MemberRow(TypedDict):
    """A person in a household."""

    id: str
    spells: list[SpellRow]


class ContactFactsRow(TypedDict):
    """A contact that may be shown, and the people of the answer whom it touches."""

    id: str
    agency: str
    type: str
    status: str
    category: str | None
    severity: int
    team: str | None
    data_class: str
    at: int
    closed_at: int | None
    contested: bool
    people: list[str]


class ContactRow(ContactFactsRow):
    """A contact in an answer of parts; ``places`` only where a place was asked about."""

    parts: list[str]
    places: NotRequired[list[str]]


class GroupRow(TypedDict):
    """Contacts of one type of one agency in one part of an answer.

    In ``all`` each is once, and once in ``before``, where it is of nobody but who left, or else in ``now``.
    """

    part: str
    agency: str
    type: str
    latest_at: int
    latest_id: str
    latest_places: NotRequired[list[str]]
    in_window: int
    months: int
    open: int


class AgencyRow(TypedDict):
    """An agency of the answer; ``team`` is the id of its duty team."""

    id: str
    name: str | None
    kind: str | None
    team: str | None


class TeamRow(TypedDict):
    """A team to ring."""

    id: str
    agency: str | None
    name: str | None
    phone: str | None
    hours: str | None


class AgreementRow(TypedDict):
    """What an agreement says of a class of data, and whether the question is answered under it.

    ``until`` is the first moment at which it is in force no more, in milliseconds.
    """

    id: str
    data_class: str
    purposes: list[str]
    parties: list[str]
    until: int
    serves: bool


class SupersededRow(TypedDict):
    """An old id and the ids that now stand for it (none: all its records were withdrawn)."""

    id: str
    successors: list[str]


class RungRow(TypedDict):
    """Whose contacts an answer has, and whom to ring about them."""

    agencies: list[AgencyRow]
    teams: list[TeamRow]


class SharedRow(RungRow):
    """What every answer with contacts has."""

    agreements: list[AgreementRow]
    uncovered: list[str]
    superseded: list[SupersededRow]
    moved: bool


class PlaceRow(TypedDict):
    """A matched address; ``units`` counts the flats known in it."""

    id: str
    rank: int
    part_of: str | None
    units: int


class HouseholdRow(TypedDict):
    """A household with some of its members, present ones and latest leavers first."""

    id: str
    communal: bool
    addresses: list[str]
    members: list[MemberRow]
    member_count: int
    present_count: int


class ConcernsRow(SharedRow):
    """Everything about the matched place."""

    places: list[PlaceRow]
    place_count: int
    unresolved: int
    households: list[HouseholdRow]
    household_count: int
    people_count: int
    groups: list[GroupRow]
    page: list[ContactRow]


class HomeRow(TypedDict):
    """Where a person lives or lived."""

    household: str
    communal: bool
    address: str
    spells: list[SpellRow]


class RelationRow(TypedDict):
    """What an agency states of another person on a record of one; ``theirs``: on a record of the other."""

    person: str
    kind: str
    theirs: bool
    agency: str
    since: int


class PartedRow(TypedDict):
    """Somebody whose records were another's until some time."""

    person: str
    at: int


class PersonRow(TypedDict):
    """One person."""

    id: str
    homes: list[HomeRow]
    home_count: int
    relations: list[RelationRow]
    relation_count: int
    parted: list[PartedRow]
    groups: list[GroupRow]
    page: list[ContactRow]


class PeopleRow(SharedRow):
    """People asked for, their successors among them."""

    found: list[PersonRow]


class HouseholdAnswerRow(HouseholdRow):
    """A household and its members' contacts."""

    groups: list[GroupRow]
    page: list[ContactRow]


class HouseholdsRow(SharedRow):
    """Households asked for, their successors among them."""

    found: list[HouseholdAnswerRow]


async def concerns_at_address(
    store: Reader,
    scope: Scope,
    *,
    seeks: Sequence[Seek] = (),
    ids: Sequence[str] = (),
    but: Sequence[str] = (),
) -> ConcernsRow:
    """What is known of the address that the surest of ``seeks`` finds, ``but`` those, or that has an id."""
    rows = await store.read(
        "read.concerns_at_address",
        ids=padded(ids),
        but=padded(but),
        **seek_params(seeks),
        **scope.params(),
        gazetteer=GAZETTEER,
        most_addresses=MOST_ADDRESSES,
        most_people=MOST_PEOPLE,
        most_households=MOST_HOUSEHOLDS,
        most_members=MOST_MEMBERS,
    )
    return cast("ConcernsRow", rows[0])


class NearRow(TypedDict):
    """Records of what may have been meant, side by side, each with what its address is part of."""

    ids: list[str]
    sealed: list[bytes]
    entities: list[str]
    buildings: list[str]


async def near_addresses(store: Reader, scope: Scope, near: Mapping[str, str]) -> NearRow:
    """Records of one number and flat whose street begins or ends as ``near`` does or that have its postcode,
    of units of such a building, and of the building of such a unit; to be compared."""
    stored = (*ADDRESS_NEAR, *ADDRESS_WHOLE, "postcode_place")
    names = (*stored, *ADDRESS_LETTERED, "whole_start", "whole_end", "whole_postcode")
    tokens = {name: near.get(name, _NO_ID) for name in names}
    as_of = to_text(scope.as_of)
    rows = await store.read(
        "read.near_addresses", **tokens, as_of=as_of, gazetteer=GAZETTEER, limit=MOST_NEAR
    )
    return cast("NearRow", rows[0])


async def people(store: Reader, scope: Scope, ids: Sequence[str], *, relations: bool = False) -> PeopleRow:
    """What is known about each of these people; who is related to them only where that is asked for."""
    rows = await store.read(
        "read.people",
        ids=padded(ids),
        **scope.params(),
        most_entities=MOST_ENTITIES,
        most_homes=MOST_HOMES,
        most_relations=MOST_RELATIONS if relations else 0,
    )
    return cast("PeopleRow", rows[0])


async def households(store: Reader, scope: Scope, ids: Sequence[str]) -> HouseholdsRow:
    """What is known about each of these households."""
    rows = await store.read(
        "read.households",
        ids=padded(ids),
        **scope.params(),
        most_entities=MOST_ENTITIES,
        most_people=MOST_PEOPLE,
        most_members=MOST_MEMBERS,
    )
    return cast("HouseholdsRow", rows[0])


async def ready(store: Reader) -> bool:
    """Whether the database answers."""
    return bool((await store.read("read.ready"))[0]["ready"])


def seek_params(seeks: Sequence[Seek]) -> Mapping[str, list[dict[str, object]]]:
    """Tokens to look for by the property that holds them."""
    by_property: Mapping[str, list[dict[str, object]]] = {name: [_SEEK_NOTHING] * 2 for name in SEEKABLE}
    for seek in seeks:
        by_property[seek.property].append({"token": seek.token, "rank": seek.rank, "area": seek.area})
    return by_property


def padded(ids: Sequence[str]) -> list[str]:
    """Ids with some of nothing, so that one plan serves none, one and several."""
    return [*ids, _NO_ID, _NO_ID]
