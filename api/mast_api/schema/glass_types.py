"""Types of what is seen behind a broken glass, and of its review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import strawberry
from strawberry import ID

from mast_api.breaking_glass import BreakingGlass
from mast_api.schema.address_types import Stage
from mast_api.schema.types import Caution, Contact, PageInfo, Withheld
from mast_graph.glass import Reviewed
from mast_graph.read import Seek
from mast_intake.address_lookup import AddressLookup
from mast_resolver.records import Encoding


@strawberry.input(description="A person as they are known to whoever asks.")
class GlassPerson:
    given_name: str = ""
    family_name: str = ""
    date_of_birth: dt.date | None = None
    nhs_number: str = ""


@strawberry.input(description="One of id, address and person.")
class GlassTarget:
    id: ID | None = None
    address: str = ""
    person: GlassPerson | None = None
    country: str = "GB"


@dataclass(frozen=True, slots=True)
class Aim:
    """A target in ids, tokens and encodings; ``sought`` is what the audit log keeps of it."""

    sought: Mapping[str, object]
    ids: tuple[str, ...] = ()
    lookup: AddressLookup | None = None
    seeks: tuple[Seek, ...] = ()
    stages: tuple[Stage, ...] = ()
    encodings: tuple[Encoding, ...] = ()


@strawberry.type(description="A flat or room of it, and who lives there now.")
class GlassUnit:
    address_id: ID
    resident_ids: list[ID] = strawberry.field(description="At most 25.")
    resident_count: int


@strawberry.type(description="An address, and who lives there now, in the house itself and in its rooms.")
class GlassPlace:
    address_id: ID
    stage: Stage
    says: str = strawberry.field(description="How sure it is that this address was meant.")
    resident_ids: list[ID] = strawberry.field(description="Of the house itself; at most 25.")
    resident_count: int
    units: list[GlassUnit] = strawberry.field(description="Where somebody is known to live; at most 25.")
    unit_count: int


@strawberry.type(description="Somebody who was looked for, and where they live now.")
class GlassResident:
    person_id: ID
    home_ids: list[ID]


@strawberry.type
class GlassContact:
    contact: Contact
    person_ids: list[ID] = strawberry.field(description="Whom it touches; nobody, of a place itself.")


@strawberry.type(description="Of what is shielded: the least that lets somebody act, and whom to ring.")
class BehindGlass:
    id: ID = strawberry.field(description="For behindGlass, while it stands.")
    until: dt.datetime
    says: str
    places: list[GlassPlace]
    people: list[GlassResident] = strawberry.field(
        description="Who may be the one described, the likeliest first; at most three."
    )
    contacts: list[GlassContact] = strawberry.field(
        description="Open episodes first, then the latest of each agency and type; newest first, at most 25."
    )
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")
    withheld: list[Withheld]
    caution: Caution


@strawberry.type(description="Somebody looked behind a shield.")
class BreakGlassEntry:
    id: ID
    by: str
    role: str
    purpose: str
    agency: str
    at: dt.datetime
    until: dt.datetime
    reason: str = strawberry.field(description="As it was written; stored sealed. Empty once it is removed.")
    target_ids: list[ID] = strawberry.field(description="What was found; nothing, where nothing was.")
    told_at: dt.datetime | None = strawberry.field(description="When the officer's service took the notice.")
    reviewed_at: dt.datetime | None
    reviewed_by: str
    justified: bool | None
    finding: str
    removed_at: dt.datetime | None = strawberry.field(
        description="When something that it showed was purged. Its id went, and with it the reason and the "
        "finding, which may have named it; the look is reviewed all the same."
    )


@strawberry.type
class BreakGlassEdge:
    cursor: str
    node: BreakGlassEntry


@strawberry.type(description="Newest first.")
class BreakGlassConnection:
    edges: list[BreakGlassEdge]
    page_info: PageInfo


@strawberry.type
class GlassReview:
    id: ID
    reviewed_at: dt.datetime
    justified: bool


def entry(each: Reviewed, breaking: BreakingGlass) -> BreakGlassEntry:
    """An entry of the review queue, its texts opened."""
    glass = each.glass
    return BreakGlassEntry(
        id=ID(glass.id),
        by=glass.by,
        role=glass.role,
        purpose=glass.purpose,
        agency=glass.agency,
        at=glass.at,
        until=glass.until,
        reason=breaking.reason_of(glass.id, each.reason),
        target_ids=[ID(target) for target in glass.targets],
        told_at=each.told_at,
        reviewed_at=each.reviewed_at,
        reviewed_by=each.reviewed_by,
        justified=each.justified,
        finding=breaking.finding_of(glass.id, each.finding),
        removed_at=each.removed_at,
    )
