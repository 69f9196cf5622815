"""Figures on their way to publication, as GraphQL types."""

from __future__ import annotations

import datetime as dt
from enum import Enum

import strawberry
from strawberry import ID

from mast_api.schema.types import PageInfo


@strawberry.enum(
    description="Which question's answer is to be published; REPORT, EXPORT and NETWORK are of commands."
)
class ResearchQuestion(Enum):
    ESCALATION_PATHS = "escalationPaths"
    TRANSITION_MATRIX = "transitionMatrix"
    TIME_TO_EVENT = "timeToEvent"
    CONTACT_VOLUMES = "contactVolumes"
    REPORT = "research-report"
    EXPORT = "research-export"
    NETWORK = "research-network"


@strawberry.type(description="Figures that one person proposed, and what another one decided.")
class Release:
    id: ID
    question: ResearchQuestion
    asked: list[str] = strawberry.field(description="Of whom the figures are, as the audit log has it.")
    policy: str
    digest: str = strawberry.field(description="SHA-256 of the content: whoever approves names it.")
    proposed_by: str
    proposed_at: dt.datetime
    approved: bool | None = strawberry.field(description="Nothing while it waits.")
    decided_by: str | None
    decided_at: dt.datetime | None
    finding: str | None


@strawberry.type
class ReleaseEdge:
    cursor: str
    node: Release


@strawberry.type(description="Newest first.")
class ReleaseConnection:
    edges: list[ReleaseEdge]
    page_info: PageInfo


@strawberry.type(description="A release with its figures.")
class ReleasedFigures:
    release: Release
    content: str = strawberry.field(description="JSON of the answer, as it was given to who proposed it.")


@strawberry.type
class ReleaseOutcome:
    id: ID
    digest: str
    proposed_at: dt.datetime


@strawberry.type
class ReleaseDecision:
    id: ID
    approved: bool
    decided_at: dt.datetime
