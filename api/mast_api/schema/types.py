"""The GraphQL types: attributes, filled from one row each by ``shape``; only what few ask for is a method."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from mast_api.asking import Asking
from mast_api.schema.address_types import AddressCandidate, AddressMatch, BuildingOfFlats
from mast_api.schema.records import MemberRecord, records_of

if TYPE_CHECKING:
    from mast_api.schema.inferred import InferredRelations
    from mast_api.schema.network_types import HouseholdPath
    from mast_api.schema.relations import Relations


@strawberry.enum(description="Which part of an answer about a place a contact belongs to.")
class Part(Enum):
    PLACE = "place"
    RESIDENT = "resident"
    RESIDENT_ELSEWHERE = "resident_elsewhere"
    FORMER_RESIDENT = "former_resident"
    PERSON = "person"


@strawberry.enum(description="Whether an episode goes on.")
class ContactStatus(Enum):
    OPEN = "open"
    CLOSED = "closed"


@strawberry.enum(description="How many fitted what was asked for.")
class Outcome(Enum):
    NONE = "none"
    ONE = "one"
    SEVERAL = "several"
    BUILDING = strawberry.enum_value(
        "building",
        description="Of addresses only: flats of what was typed are known, nothing of the building itself.",
    )


@strawberry.enum(description="Why a class of data is withheld.")
class WithheldBy(Enum):
    ROLE = "role"
    AGREEMENT = "agreement"


@strawberry.type(description="Whom to ring: a duty desk, never a private person.")
class Team:
    id: strawberry.ID
    name: str
    phone: str
    hours: str


@strawberry.type
class Agency:
    id: strawberry.ID
    name: str
    kind: str


@strawberry.type(description="In every answer, an empty one above all.")
class Caution:
    text: str
    ring: Team


@strawberry.type(description="A class of data that is not shown to you: whether there is any is not said.")
class Withheld:
    data_class: str
    by: WithheldBy
    says: str


@strawberry.type(description="One event or episode that an agency recorded.")
class Contact:
    id: strawberry.ID
    type: str
    title: str
    at: dt.datetime
    closed_at: dt.datetime | None
    status: ContactStatus
    category: str | None
    severity: int
    data_class: str
    agency: Agency
    team: Team
    accuracy_contested: bool = strawberry.field(
        description="Of somebody whom it touches an agency's record is said to be wrong; not decided yet."
    )


@strawberry.type(
    description="Who of the people listed under households lived at the place when a contact about it "
    "happened, and who came later: what was before them is not their history. Who had left is in neither."
)
class ResidentsThen:
    lived_here_ids: list[strawberry.ID]
    moved_in_after_ids: list[strawberry.ID]
    first_known_after_ids: list[strawberry.ID] = strawberry.field(
        description="Known here only since later, nobody states since when: they may have lived here then."
    )
    says: str


@strawberry.type
class ContactEdge:
    cursor: str
    node: Contact
    parts: list[Part] = strawberry.field(description="Every part of the answer that it belongs to.")
    person_ids: list[strawberry.ID] = strawberry.field(description="The people of this answer it touches.")
    residents_then: ResidentsThen | None = strawberry.field(
        description="For contacts about the place itself.", default=None
    )


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, cursors: Sequence[str], *, more: bool, later: bool) -> PageInfo:
        """Of a page with these cursors; ``later`` says that it is not the first one."""
        return cls(
            has_next_page=more,
            has_previous_page=later,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )


@strawberry.type(
    description="Newest first: the latest contact of each agency and type within 12 months, or fewer "
    "where an agreement shows fewer, and every open episode however old; more only where the agreement says "
    "so. Pages show the graph as of the first one."
)
class ContactConnection:
    edges: list[ContactEdge]
    page_info: PageInfo


@strawberry.type(description="What one agency has, in one part of the answer or in all of it.")
class AgencyContacts:
    agency: Agency
    latest_at: dt.datetime
    latest_type: str
    latest_title: str
    count: int = strawberry.field(description="In the last `countMonths`.")
    count_months: int = strawberry.field(
        description="12, or as few as an agreement shows of any of it: what was before is not counted."
    )
    count_in_12_months: int | None = strawberry.field(
        name="countIn12Months", description="Nothing where `countMonths` is less: how many is not known then."
    )
    open_episodes: int
    status: ContactStatus = strawberry.field(description="OPEN while any episode is open.")
    team: Team
    residents_at_latest: ResidentsThen | None = strawberry.field(
        description="For contacts about a place: at the latest of them.", default=None
    )


@strawberry.type(
    description="One of the four parts of an answer about a place; a contact may belong to more than one."
)
class PartContacts:
    part: Part
    says: str
    agencies: list[AgencyContacts]


@strawberry.type(description="A stay, half-open; no end while it lasts.")
class Spell:
    begin: dt.datetime
    end: dt.datetime | None
    inferred: bool = strawberry.field(description="The beginning was not said by an agency, only inferred.")


@strawberry.type
class Member:
    person_id: strawberry.ID
    present: bool
    spells: list[Spell]


@strawberry.type(description="Who lived together at an address, each person once.")
class HouseholdMembers:
    id: strawberry.ID
    address_ids: list[strawberry.ID]
    communal: bool
    member_count: int
    present_count: int
    members: list[Member] = strawberry.field(description="Present ones and latest leavers first; capped.")


@strawberry.type(description="What may be known about a place.")
class ConcernsAtAddress:
    as_of: dt.datetime
    outcome: Outcome = strawberry.field(
        description="Where SEVERAL match, they are listed and nothing else is told of any: ask again by id."
    )
    matches: list[AddressMatch]
    buildings: list[BuildingOfFlats] = strawberry.field(
        description="Where nothing matched but flats of what was typed are known: one, or all that it fits."
    )
    did_you_mean: list[AddressCandidate] = strawberry.field(
        description="Only where nothing matched: the likeliest first; ask again by id."
    )
    caution: Caution
    withheld: list[Withheld]
    parts: list[PartContacts] = strawberry.field(description="Always all four, in this order.")
    agencies: list[AgencyContacts] = strawberry.field(description="Every contact once, whatever its parts.")
    agencies_now: list[AgencyContacts] = strawberry.field(description="Those not only of who left.")
    agencies_before: list[AgencyContacts] = strawberry.field(description="Only of who used to live here.")
    contacts: ContactConnection
    households: list[HouseholdMembers]
    not_shown: list[str] = strawberry.field(description="What was cut or is not ready yet, as sentences.")


@strawberry.type(description="An id that is no longer in use, and those that stand for it now.")
class Superseded:
    id: strawberry.ID
    successor_ids: list[strawberry.ID]
    says: str


@strawberry.type
class AddressAnswer:
    superseded: Superseded | None
    concerns: ConcernsAtAddress


@strawberry.type
class Home:
    household_id: strawberry.ID
    address_id: strawberry.ID
    communal: bool
    present: bool
    spells: list[Spell]


@strawberry.type
class Person:
    id: strawberry.ID
    homes: list[Home] = strawberry.field(description="The latest first; capped.")
    home_count: int
    agencies: list[AgencyContacts]
    contacts: ContactConnection
    stated: strawberry.Private[Callable[[Asking], Relations]]

    @strawberry.field(
        description="Who agencies say is related to them, and so which agencies know both: for enquiries."
    )
    async def relations(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[Relations, strawberry.lazy("mast_api.schema.relations")]:
        return self.stated(info.context)

    @strawberry.field(description="Who likely shares a home with them, by the model alone: for enquiries.")
    async def inferred_relations(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[InferredRelations, strawberry.lazy("mast_api.schema.inferred")]:
        from mast_api.schema.inferred import inferred  # its types are made of those here

        return await inferred(info.context, [self.id], among=False)

    @strawberry.field(description="For stewards only: the records, by which a decision names them.")
    async def records(self, info: strawberry.Info[Asking, None]) -> list[MemberRecord]:
        return await records_of(info.context, self.id)


@strawberry.type(description="One person; several where an old id was split; none where nothing is known.")
class PersonAnswer:
    as_of: dt.datetime
    superseded: Superseded | None
    people: list[Person]
    caution: Caution
    withheld: list[Withheld]
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")


@strawberry.type
class Household:
    members: HouseholdMembers
    agencies: list[AgencyContacts]
    contacts: ContactConnection

    @strawberry.field(description="What it came from and what became of it, by people who left together.")
    async def path(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[HouseholdPath, strawberry.lazy("mast_api.schema.network_types")]:
        from mast_api.schema.household_paths import path_of  # its types are made of those here

        return await path_of(info.context, self.members.id)

    @strawberry.field(
        description="Which of the members listed likely share a home, by the model alone: for enquiries."
    )
    async def inferred_relations(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[InferredRelations, strawberry.lazy("mast_api.schema.inferred")]:
        from mast_api.schema.inferred import inferred  # its types are made of those here

        people = [each.person_id for each in self.members.members]
        return await inferred(info.context, people, among=True)


@strawberry.type
class HouseholdAnswer:
    as_of: dt.datetime
    superseded: Superseded | None
    households: list[Household]
    caution: Caution
    withheld: list[Withheld]
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")


@strawberry.type(description="A person who may be the one searched for: judge by the reasons.")
class Candidate:
    person_id: strawberry.ID
    weight_bits: float = strawberry.field(description="Log2 of the odds that it is the same person.")
    agrees: list[str]
    differs: list[str]
    homes: list[Home]
    agencies: list[AgencyContacts]


@strawberry.type
class PeopleFound:
    as_of: dt.datetime
    outcome: Outcome
    says: str
    candidates: list[Candidate]
    caution: Caution
    withheld: list[Withheld]
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")


@strawberry.input(description="An address in parts, where there is no single line.")
class AddressParts:
    lines: list[str]
    postcode: str = ""
    uprn: str = ""


@strawberry.input
class Alias:
    given_name: str = ""
    family_name: str = ""
