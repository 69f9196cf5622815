"""Figures for research, as GraphQL types. No type here holds the id of anybody."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Annotated

import strawberry

from mast_analytics.household_types import HouseholdType
from mast_api.schema.types import Withheld

strawberry.enum(
    HouseholdType,
    description="By those known to live there on the day of the first contact: with somebody recorded as a "
    "child; several, of whom nobody is; one; nobody known. No date of birth is known here.",
)


@strawberry.enum(
    description="What is counted: people, or households with who lived in them and their address."
)
class CohortUnit(Enum):
    PERSON = "person"
    HOUSEHOLD = "household"


@strawberry.input(
    description="Whom to count, as of when, under which policy. A cohort that differs by few people from one "
    "that was answered before is refused (MAST-350): choose cut-offs once, and keep to them."
)
class CohortInput:
    by: CohortUnit = CohortUnit.PERSON
    as_of: dt.date | None = strawberry.field(
        default=None,
        description="What had happened by the end of this day in London: the last of a month that is over. "
        "Of the last such month when left out.",
    )
    known_at: dt.datetime | None = strawberry.field(
        default=None, description="As it was on record at this moment; now when left out."
    )
    holding_days: int = strawberry.field(
        default=28,
        description="How long a contact that is no episode holds its level: 14, 28, 56 or 91 days.",
    )
    first_contact_from: dt.date | None = strawberry.field(
        default=None, description="Only those who were first known on this day or later."
    )
    first_contact_before: dt.date | None = strawberry.field(
        default=None, description="Only those who were first known before this day."
    )
    first_type: str | None = strawberry.field(
        default=None, description="Only those of whose first contacts one was of this type."
    )
    first_agency: str | None = strawberry.field(
        default=None, description="Only those of whose first contacts one was with this agency."
    )
    known_to: str | None = strawberry.field(
        default=None, description="Only those whom this agency had a contact with."
    )
    household_type: HouseholdType | None = strawberry.field(
        default=None,
        description="Only households of this type, by who is known to have lived there on the day of the "
        "first contact; of households only.",
    )
    policy: str | None = strawberry.field(
        default=None,
        description="Disclosure policy; that of the service when left out, and none that shows more.",
    )


@strawberry.type(description="A count that may be shown, or the mark of one that may not.")
class Figure:
    value: int | None = strawberry.field(description="Nothing where it is suppressed or not held whole.")
    shown: str = strawberry.field(
        description="The number, or * where it is suppressed: never 0, never empty. Of volumes also "
        "'not held whole', where agreements let only a part of that year be counted."
    )


@strawberry.type
class FigureRow:
    name: str
    figures: list[Figure]
    per_cent: list[float | None] = strawberry.field(
        description="Of the row's total, from what is shown only; nothing where either is suppressed."
    )


@strawberry.type(description="A table that is covered: what is suppressed cannot be worked out from it.")
class FigureTable:
    columns: list[str]
    rows: list[FigureRow] = strawberry.field(description="The last one is the total, as is the last column.")


@strawberry.type(description="The rule for small numbers that an answer was made under.")
class DisclosurePolicy:
    name: str
    threshold: int = strawberry.field(description="Counts of so many people and fewer are suppressed.")
    base: int = strawberry.field(description="Others are rounded to multiples of it.")
    source: str


@strawberry.type(
    description="Contacts of the cohort at the cut-off that are not counted as they were recorded."
)
class ContactFault:
    rule: str
    says: str = strawberry.field(description="What is the case, and what was made of it.")
    contacts: Figure


@strawberry.type(description="Of whom an answer is, as of when, and what has to be known to read it.")
class ResearchBasis:
    by: CohortUnit
    as_of: dt.datetime
    known_at: dt.datetime
    holding_days: int
    policy: DisclosurePolicy
    subjects: Figure = strawberry.field(description="How many people or households there are in the cohort.")
    withheld: list[Withheld]
    faults: list[ContactFault] = strawberry.field(
        description="Of whom the other figures are; agencies are told theirs by `mast quality`."
    )
    says: list[str]


@strawberry.type(
    description="From each level of the ladder to each other: spells that ended so, and that go on."
)
class TransitionMatrix:
    basis: ResearchBasis
    steps: FigureTable


@strawberry.type(description="One kind of contact, then another of the same person: the next that was met.")
class Arrow:
    before: str
    after: str
    times: int
    per_cent: float | None = strawberry.field(description="Of all times that the first kind was met.")


@strawberry.type(description="Where those stood who were followed so many days after their first contact.")
class StandingAt:
    day: int
    followed: FigureTable
    share: list[float | None] = strawberry.field(
        description="Estimated for each state, those included who are followed no more; in the order of rows."
    )


@strawberry.type(description="Which ways paths took, what came after what, who knew them, where they stood.")
class EscalationPaths:
    basis: ResearchBasis
    shapes: FigureTable = strawberry.field(
        description="The ways taken in the year after the first contact; who was followed for less has none."
    )
    agencies: FigureTable = strawberry.field(description="How many agencies had a contact.")
    arrows: list[Arrow] = strawberry.field(
        description="The directly-follows graph. What is not here did not happen, or may not be shown."
    )
    standing: list[StandingAt]
    household_types: FigureTable | None = strawberry.field(
        description="How many households there are of each type; nothing where people are counted."
    )


@strawberry.enum(
    description="What is waited for. REFERRED_AGAIN counts from each person's first referral, or from the "
    "first closure of their case: two clocks, not to be put side by side."
)
class ResearchEvent(Enum):
    REACHED_LEVEL = "reached_level"
    REFERRED_AGAIN_AFTER_REFERRAL = "from_referral"
    REFERRED_AGAIN_AFTER_CLOSURE = "from_closure"


@strawberry.type(
    description="By a day: how many were followed, and what had happened since the point before."
)
class EventPoint:
    day: int
    followed: int
    events: int
    share: float = strawberry.field(description="To whom it had happened, by Aalen and Johansen.")
    grain: float = strawberry.field(description="What the share is rounded to.")


@strawberry.type(description="Share to whom one of several things happened, the first of which counts.")
class EventCurve:
    cause: str
    withheld: bool = strawberry.field(description="It happened to too few people for a curve.")
    points: list[EventPoint]


@strawberry.type(description="Days to an event, death being what rules it out; never one minus Kaplan-Meier.")
class TimeToEvent:
    basis: ResearchBasis
    event: ResearchEvent
    level: int | None
    origin: int | None
    followed_from: dt.date | None
    starts: FigureTable | None = strawberry.field(
        description="Who was at the level on the first day, and who was followed."
    )
    curves: list[EventCurve]
    look_back: FigureTable | None = strawberry.field(
        description="The published measure: referrals that came within twelve months of the last one. Those "
        "that came too early to say are left out."
    )


Level = Annotated[
    int, strawberry.argument(description="The level waited for, 1 to 6; of REACHED_LEVEL only.")
]
Origin = Annotated[
    int, strawberry.argument(description="Days count from the first contact at this level or above.")
]
FollowedFrom = Annotated[
    dt.date | None,
    strawberry.argument(
        description="Of REACHED_LEVEL only, the first day of a month: whoever was known before is followed "
        "from then on, with days still counted from their first contact (delayed entry); what came to them "
        "before is not counted. So that people whose beginning may not be kept do not look new."
    ),
]
Cohort = Annotated[
    CohortInput | None,
    strawberry.argument(description="Everybody, as of the last month that ended, when left out."),
]
