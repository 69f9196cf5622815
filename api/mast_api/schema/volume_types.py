"""Contacts of a year beside those of the year before, as GraphQL types."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Annotated

import strawberry

from mast_api.schema.research_types import DisclosurePolicy, Figure
from mast_api.schema.types import Withheld


@strawberry.enum(description="What contacts are counted by. An area is that of the place, else of the home.")
class VolumesBy(Enum):
    TYPE = "type"
    AGENCY = "agency"
    AGENCY_AND_TYPE = "agency and type"
    AREA = "area"


@strawberry.type(
    description="How often in each year, and by what factor a day that is more, with its 95 % interval."
)
class VolumeChange:
    name: str
    before: Figure
    now: Figure
    ratio: float | None = strawberry.field(
        description="Worked out from the figures that are shown; nothing where either is suppressed or not "
        "held whole."
    )
    low: float | None = strawberry.field(
        description="Nothing, nor the highest, where one household or two make most of it: the limits would "
        "tell about how many contacts are theirs."
    )
    high: float | None = strawberry.field(description="Nothing where there is no limit as well.")
    in_part: bool = strawberry.field(description="Parts of it are suppressed: it is too low.")


@strawberry.type(
    description="Contacts of twelve months beside those of the twelve before, each counted once."
)
class ContactVolumes:
    by: VolumesBy
    as_of: dt.datetime
    known_at: dt.datetime
    policy: DisclosurePolicy
    before_from: dt.date
    now_from: dt.date
    until: dt.date = strawberry.field(description="The first day that is not counted any more.")
    changes: list[VolumeChange]
    total: VolumeChange
    withheld: list[Withheld]
    says: list[str]


By = Annotated[VolumesBy, strawberry.argument(description="What contacts are counted by.")]
AsOf = Annotated[
    dt.date | None,
    strawberry.argument(
        description="The last day of a month that is over; of the last such month when left out."
    ),
]
KnownAt = Annotated[
    dt.datetime | None,
    strawberry.argument(description="As it was on record at this moment; now when left out."),
]
PolicyName = Annotated[
    str | None,
    strawberry.argument(
        description="Disclosure policy; that of the service when left out, and none that shows more."
    ),
]
