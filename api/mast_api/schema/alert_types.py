"""Alerts and what rules came to, as GraphQL types."""

from __future__ import annotations

import datetime as dt
from enum import Enum

import strawberry
from strawberry import ID

from mast_analytics.rule import Level
from mast_api.schema.types import Agency, PageInfo, Team

strawberry.enum(Level, name="AlertSeverity", description="How much a pattern matters; of nobody.")


@strawberry.enum(description="OPEN waits for somebody; RETRACTED was taken back, for its ground is gone.")
class AlertState(Enum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RETRACTED = "retracted"


@strawberry.enum(description="What an alert was worth: new and useful, known already, or wrong.")
class Disposition(Enum):
    USEFUL = "useful"
    KNOWN = "known"
    WRONG = "wrong"


@strawberry.type(description="A contact that an alert rests on.")
class AlertContact:
    id: ID
    type: str
    title: str
    agency: Agency
    team: Team = strawberry.field(description="Whom to ring about it.")
    at: dt.datetime
    severity: int
    open: bool


@strawberry.type(description="Contacts of one type and agency that an alert rests on, without their day.")
class AlertUndated:
    title: str
    agency: Agency
    count: int


@strawberry.type(description="Somebody took notice of an alert, or said what it was worth.")
class AlertAct:
    by: str
    at: dt.datetime
    disposition: Disposition | None


@strawberry.type(description="What a rule found. A notice to a person; nothing follows from it by itself.")
class Alert:
    id: ID
    rule: str = strawberry.field(description="Rule and version.")
    title: str
    severity: Level
    owner: Team = strawberry.field(description="The team whose it is to look, and how to reach it.")
    gateway: str = strawberry.field(description="The legal gateway that the rule names.")
    state: AlertState
    at: dt.datetime | None = strawberry.field(
        description="When what it rests on was complete; not told where the last of it is not listed."
    )
    raised_at: dt.datetime
    retracted_at: dt.datetime | None
    about_ids: list[ID] = strawberry.field(
        description="People, households or addresses that it is about, or was when it was taken back."
    )
    contact_count: int = strawberry.field(description="Of all that it rests on.")
    contacts: list[AlertContact] = strawberry.field(
        description="Those that go on, and those that are the latest of their agency and type, as "
        "`person` has it; all, where agreed."
    )
    undated: list[AlertUndated] = strawberry.field(
        description="Those that are counted and not listed: of what type and agency, and not of which day."
    )
    acknowledged_by: str | None
    acknowledged_at: dt.datetime | None
    disposition: Disposition | None
    acts: list[AlertAct] = strawberry.field(description="What people did about it, the first first.")
    undelivered: bool = strawberry.field(description="The webhook never took it: it is told of here only.")
    says: list[str]


@strawberry.type
class AlertEdge:
    cursor: str
    node: Alert


@strawberry.type(description="A version of a rule that is or was in force.")
class AlertRule:
    rule: str
    title: str
    in_force: bool = strawberry.field(description="It raises alerts: its review is not overdue either.")
    warning: str = strawberry.field(description="That its review is overdue, or soon will be; or nothing.")


@strawberry.type(description="Newest first. No alert is no proof of no concern.")
class AlertConnection:
    edges: list[AlertEdge]
    page_info: PageInfo
    not_shown: list[str]


@strawberry.type(description="Somebody took notice of an alert.")
class AlertOutcome:
    id: ID
    acknowledged_by: str
    acknowledged_at: dt.datetime
    disposition: Disposition | None


@strawberry.type(description="How many of how many, with the interval of 95 %, in per cent.")
class JudgedShare:
    of_them: int
    judged: int
    per_cent: float | None
    from_per_cent: float
    to_per_cent: float


@strawberry.type(description="Another rule that was tried beside it, and what both would have told of.")
class RuleOverlap:
    rule: str
    alerts: int = strawberry.field(description="Of the first, that rest on a contact of one of the other.")
    same: int = strawberry.field(
        description="Of the first, about a person or place that the other's are about."
    )


@strawberry.type(description="What a team would have had to look at, of all rules that were tried together.")
class TeamWorkload:
    team_id: ID
    alerts: int
    per_week: float
    busiest_week: int


@strawberry.type(description="What a rule came to, tried on the past, and since it is in force.")
class RuleBacktest:
    rule: str
    title: str
    owner_id: ID
    start: dt.datetime
    end: dt.datetime
    run_at: dt.datetime
    as_happened: bool = strawberry.field(
        description="As if all had been known when it happened; otherwise as known at the time."
    )
    alerts: int | None = strawberry.field(
        description="In the trial; nothing of its figures is shown where it counted what you may not see."
    )
    per_week: float | None
    per_thousand: float | None = strawberry.field(description="Alerts a year for each 1,000 people known.")
    followed: JudgedShare | None = strawberry.field(
        description="Alerts after which the rule's outcome was recorded."
    )
    taken_back: int | None
    suppressed: int | None
    days_late: float | None
    tried_with: list[str] = strawberry.field(description="The rules with which overlaps were looked for.")
    overlaps: list[RuleOverlap]
    workload: TeamWorkload | None = strawberry.field(
        description="Of its team; nothing where it was tried by a version of this program that kept none."
    )
    in_force: bool
    warning: str = strawberry.field(description="That its review is overdue, or soon will be; or nothing.")
    acknowledged: int
    useful: int
    known: int
    wrong: int
    useful_share: JudgedShare = strawberry.field(
        description="Of those of which somebody said what they were."
    )
    not_shown: list[str] = strawberry.field(description="What of the trial is withheld, as sentences.")
