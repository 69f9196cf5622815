"""The GraphQL types of networks, of what became of households, and of chains between people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from mast_api.asking import Asking
from mast_api.schema.types import Agency, Caution, Contact, HouseholdMembers, Spell, Superseded, Withheld

if TYPE_CHECKING:
    from mast_api.schema.inferred import InferredRelations
    from mast_api.schema.stated import StatedRelations

Stated = Callable[[Asking], Awaitable["StatedRelations"]]
"""Asks once more, where relations are wanted."""


@strawberry.type
class LinkedHousehold:
    household: HouseholdMembers
    step: int = strawberry.field(description="Steps from the household asked for, a person being a step.")
    hub: bool = strawberry.field(description="Communal: shown, but not passed through.")


@strawberry.type
class NetworkPerson:
    person_id: strawberry.ID
    step: int = strawberry.field(description="The step on which the person was met.")
    home_count: int
    hub: bool = strawberry.field(description="Of very many homes: shown, but not passed through.")


@strawberry.type
class NetworkAddress:
    address_id: strawberry.ID
    building_id: strawberry.ID | None = strawberry.field(description="The building that this is a unit of.")


@strawberry.type(description="A contact of somebody or some place of the network, as it was at that moment.")
class NetworkContact:
    contact: Contact
    person_ids: list[strawberry.ID]
    address_ids: list[strawberry.ID] = strawberry.field(description="Where it is about the place itself.")


@strawberry.type(
    description="People, addresses, households and contacts around a household as at a moment: by what is on "
    "record now, and with nothing that lies after that moment. What may be seen is what may be seen today: "
    "what was the latest then and is not now is not listed."
)
class HouseholdNetwork:
    as_of: dt.datetime
    superseded: Superseded | None
    households: list[LinkedHousehold]
    people: list[NetworkPerson]
    addresses: list[NetworkAddress]
    contacts: list[NetworkContact] = strawberry.field(
        description="Newest first: of each person and place the latest of each agency and type within 12 "
        "months, and every open episode however old; more only where the agreement says so. Capped."
    )
    contact_count: int
    not_shown: list[str] = strawberry.field(description="What was cut or not passed through, in numbers.")
    caution: Caution
    withheld: list[Withheld]
    stated: strawberry.Private[Stated]

    @strawberry.field(
        description="Who agencies say is related to whom, of the people here, and so which agencies know "
        "both: for enquiries. By what is on record now."
    )
    async def relations(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[StatedRelations, strawberry.lazy("mast_api.schema.stated")]:
        return await self.stated(info.context)

    @strawberry.field(
        description="Which of the people here likely share a home, by the model alone: for enquiries. By "
        "what is on record now."
    )
    async def inferred_relations(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[InferredRelations, strawberry.lazy("mast_api.schema.inferred")]:
        from mast_api.schema.inferred import inferred  # only where it is asked for

        return await inferred(info.context, [each.person_id for each in self.people], among=True)


@strawberry.enum(description="How the later household came from the earlier one.")
class HouseholdChange(Enum):
    MOVED = "moved"
    SPLIT = "split"
    JOINED = "joined"
    REFORMED = "reformed"


@strawberry.type(description="People who left one household together for another, within a month.")
class HouseholdLink:
    change: HouseholdChange
    says: str
    step: int = strawberry.field(description="Links from the household asked for.")
    earlier_id: strawberry.ID
    later_id: strawberry.ID
    left: dt.datetime = strawberry.field(description="When the first of them left.")
    arrived: dt.datetime = strawberry.field(description="When the last of them had left and come.")
    person_ids: list[strawberry.ID] = strawberry.field(description="Who went.")
    stayed_ids: list[strawberry.ID] = strawberry.field(description="Who lived there and did not go along.")
    met_ids: list[strawberry.ID] = strawberry.field(description="Who lived at the later one already.")
    beside_ids: list[strawberry.ID] = strawberry.field(
        description="Who came at the same time from elsewhere."
    )


@strawberry.type(description="Households that it came from and that it led to, up to three links away.")
class HouseholdPath:
    earlier: list[HouseholdLink]
    later: list[HouseholdLink]
    not_shown: list[str]


@strawberry.enum(description="What two people have in common, the closest first.")
class TieKind(Enum):
    HOUSEHOLD = "household"
    CONTACT = "contact"
    ADDRESS = "address"


@strawberry.type
class Tie:
    kind: TieKind
    via_id: strawberry.ID = strawberry.field(description="The household, contact or address.")
    says: str


@strawberry.type(description="One step of a chain: two people and all that ties them.")
class ChainStep:
    from_id: strawberry.ID
    to_id: strawberry.ID
    ties: list[Tie]


@strawberry.type
class Chain:
    steps: list[ChainStep]


@strawberry.type(
    description="The shortest chains between two people. A chain says that lives touched, not that people "
    "know each other. Of an earlier moment one contact ties two where it is open or granted in full."
)
class PathsBetween:
    as_of: dt.datetime
    superseded: list[Superseded]
    length: int | None = strawberry.field(description="Steps of the shortest chains; none was found if null.")
    says: str
    chains: list[Chain]
    not_shown: list[str]
    caution: Caution
    withheld: list[Withheld]


@strawberry.type
class ExtractAddress:
    address_id: strawberry.ID
    building_id: strawberry.ID | None


@strawberry.type
class ExtractMember:
    person_id: strawberry.ID
    spells: list[Spell]


@strawberry.type
class ExtractLink:
    later_id: strawberry.ID
    arrived: dt.datetime
    person_count: int


@strawberry.type
class ExtractHousehold:
    household_id: strawberry.ID
    communal: bool
    addresses: list[ExtractAddress]
    member_count: int
    members: list[ExtractMember] = strawberry.field(description="The latest ones; capped.")
    led_to: list[ExtractLink]


@strawberry.type(description="That an agency knows a person by now, without saying of what.")
class ExtractContacts:
    agency: Agency
    count_in_12_months: int | None = strawberry.field(
        name="countIn12Months",
        description="Nothing where an agreement shows less than twelve months of any of it.",
    )
    open_episodes: int


@strawberry.type
class ExtractPerson:
    person_id: strawberry.ID
    agencies: list[ExtractContacts]


@strawberry.type(description="Households in the order of their ids, and who knows their members.")
class NetworkExtract:
    as_of: dt.datetime
    households: list[ExtractHousehold]
    people: list[ExtractPerson]
    has_next_page: bool
    end_cursor: strawberry.ID | None = strawberry.field(description="Page on with it as `after`.")
    caution: Caution
    withheld: list[Withheld]
    stated: strawberry.Private[Stated]

    @strawberry.field(
        description="Who agencies say is related to somebody on this page; the other may be on another page, "
        "or on none, having no home on record."
    )
    async def relations(
        self, info: strawberry.Info[Asking, None]
    ) -> Annotated[StatedRelations, strawberry.lazy("mast_api.schema.stated")]:
        return await self.stated(info.context)
