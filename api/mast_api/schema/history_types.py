"""GraphQL types of who lived where: attributes, filled by ``residences``."""

from __future__ import annotations

import datetime as dt
from enum import Enum

import strawberry

from mast_api.schema.types import Agency, Caution, PageInfo, Spell, Superseded


@strawberry.enum(
    description="How agencies contradict each other about one spell. STARTS_DIFFER, ENDS_DIFFER: they state "
    "different dates. STILL_HERE: one says that they left, another has them here after that. LEFT_UNSAID: it "
    "is taken to be over by what others say, and one agency never said so. ELSEWHERE: one has them here, "
    "another elsewhere at that time, and none has both."
)
class StayConflictKind(Enum):
    STARTS_DIFFER = "starts_differ"
    ENDS_DIFFER = "ends_differ"
    STILL_HERE = "still_here"
    LEFT_UNSAID = "left_unsaid"
    ELSEWHERE = "elsewhere"


@strawberry.type(description="What one agency states of a stay; half-open.")
class StatedStay:
    agency: Agency
    begin: dt.datetime
    end: dt.datetime | None = strawberry.field(description="None where the agency gives no end.")
    seen_at: dt.datetime | None = strawberry.field(
        description="The latest moment for which it was said. None where it was said again after knownAt and "
        "when it had last been said by then is not kept."
    )
    inferred: bool = strawberry.field(
        description="The agency gave no beginning: it is inferred from a contact or a sighting."
    )
    lapsed: bool = strawberry.field(
        description="The agency states it no longer and gave no end: the end was concluded from that."
    )
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None = strawberry.field(
        description="When it was corrected or withdrawn, to count for nothing since. None while it holds."
    )


@strawberry.type(description="A contradiction between agencies; begin to end is the time in dispute.")
class StayConflict:
    kind: StayConflictKind
    says: str
    agency_ids: list[strawberry.ID]
    begin: dt.datetime
    end: dt.datetime | None
    elsewhere_id: strawberry.ID | None = strawberry.field(description="The other address, if there is one.")


@strawberry.type(description="Another home at the same time.")
class HomeOverlap:
    address_id: strawberry.ID
    begin: dt.datetime
    end: dt.datetime | None
    agency_ids: list[strawberry.ID] = strawberry.field(
        description="Those that have both homes at once. None: it is in the conflicts too."
    )
    says: str


@strawberry.type(
    description="A person at an address without a break, merged from what all agencies state; half-open."
)
class Residence:
    person_id: strawberry.ID
    address_id: strawberry.ID
    begin: dt.datetime
    end: dt.datetime | None
    begin_inferred: bool = strawberry.field(description="No agency states the beginning.")
    end_inferred: bool = strawberry.field(description="No agency states the end: it is concluded.")
    present: bool = strawberry.field(description="At asOf, or at knownAt where no asOf is given.")
    statements: list[StatedStay]
    conflicts: list[StayConflict]
    overlaps: list[HomeOverlap]


@strawberry.type
class ResidenceEdge:
    cursor: str
    node: Residence


@strawberry.type(
    description="Spells of one person stand together, latest first; present people before late leavers."
)
class ResidenceConnection:
    edges: list[ResidenceEdge]
    page_info: PageInfo


@strawberry.type(description="Who lived at an address and when, as known at a moment.")
class AddressHistory:
    known_at: dt.datetime = strawberry.field(description="What was recorded later does not count.")
    superseded: Superseded | None
    address_ids: list[strawberry.ID] = strawberry.field(description="The addresses answered for.")
    person_count: int
    residents: ResidenceConnection
    not_shown: list[str] = strawberry.field(description="What was cut or is not ready yet, as sentences.")
    caution: Caution


@strawberry.type(description="Time for which two people lived at one address; half-open.")
class SharedTime:
    begin: dt.datetime
    end: dt.datetime | None
    inferred: bool = strawberry.field(description="A bound of one of the two stays was inferred.")


@strawberry.type
class CoResident:
    person_id: strawberry.ID
    together: list[SharedTime]


@strawberry.type(description="A home of the person and who else lived in its household meanwhile.")
class SharedHome:
    person_id: strawberry.ID = strawberry.field(description="Whose home: an old id may stand for several.")
    address_id: strawberry.ID
    household_id: strawberry.ID
    communal: bool = strawberry.field(
        description="So many at once that living at the address says little of living together."
    )
    spells: list[Spell]
    co_residents: list[CoResident] = strawberry.field(description="Present ones and latest first; capped.")
    co_resident_count: int


@strawberry.type(description="Who lived with a person, by the households as they stand.")
class CoResidents:
    as_of: dt.datetime | None = strawberry.field(description="The moment asked about; none: ever.")
    superseded: Superseded | None
    homes: list[SharedHome]
    not_shown: list[str]
    caution: Caution
