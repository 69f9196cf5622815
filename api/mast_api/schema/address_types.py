"""The GraphQL types of places that match what was typed, or may be meant by it."""

from __future__ import annotations

from enum import Enum

import strawberry

from mast_api.asking import Asking
from mast_graph.read import Scope
from mast_graph.units import units_of_address


@strawberry.enum(description="How an address was matched, the surest first.")
class Stage(Enum):
    ID = "id"
    UPRN = "uprn"
    PLACE = "place"
    POSTCODE_PLACE = "postcode_place"
    STREET_PLACE = "street_place"
    WRITTEN = "written"
    BUILDING = "building"


@strawberry.type(description="A flat or room of a building. Its history is its own: ask for it by id.")
class Unit:
    address_id: strawberry.ID
    recorded: bool = strawberry.field(
        description="Whether an answer about it would list any agency to you; no is not proof of no concern."
    )


@strawberry.type
class AddressMatch:
    address_id: strawberry.ID
    stage: Stage
    says: str
    building_id: strawberry.ID | None = strawberry.field(description="The building that this is a unit of.")
    unit_count: int = strawberry.field(
        description="Units known in it; their contacts are not in this answer."
    )
    within: strawberry.Private[Scope]

    @strawberry.field(description="Those units, 50 at most, by id.")
    async def units(self, info: strawberry.Info[Asking, None]) -> list[Unit]:
        if not self.unit_count:
            return []
        rows = await units_of_address(info.context.services.store, self.within, self.address_id)
        info.context.answer_with("addresses", [row["id"] for row in rows])
        return [Unit(address_id=strawberry.ID(row["id"]), recorded=row["recorded"]) for row in rows]


@strawberry.type(
    description="A building of which no record of its own exists, but flats are known. It has no id; nothing "
    "is told of it, and of its flats that they are there."
)
class BuildingOfFlats:
    says: str
    unit_count: int = strawberry.field(description="Units known in it; each has a history of its own.")
    unit_ids: strawberry.Private[list[str]]
    within: strawberry.Private[Scope]

    @strawberry.field(description="Those units, 50 at most, by id.")
    async def units(self, info: strawberry.Info[Asking, None]) -> list[Unit]:
        rows = await units_of_address(info.context.services.store, self.within, units=self.unit_ids)
        info.context.answer_with("addresses", [row["id"] for row in rows])
        return [Unit(address_id=strawberry.ID(row["id"]), recorded=row["recorded"]) for row in rows]


@strawberry.type(description="An address that may have been meant: it is offered, never taken.")
class AddressCandidate:
    address_id: strawberry.ID
    agrees: list[str] = strawberry.field(description="What speaks for it, in sentences without values.")
    differs: list[str] = strawberry.field(description="What speaks against it.")
