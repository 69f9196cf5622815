"""What a question of research may be made of, so that a form offers what is answered and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Final

import strawberry
from strawberry import ID

from mast_analytics.civil import last_month_end
from mast_analytics.disclosure.policies import POLICIES
from mast_analytics.disclosure.policies import policy as policy_of
from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.schema import research_shape as shape
from mast_api.schema.research_args import HOLDING_DAYS
from mast_api.schema.research_types import DisclosurePolicy
from mast_resolver.vocabulary import HIGHEST_SEVERITY, vocabulary

Info = strawberry.Info[Asking, None]

MONTHS: Final = 36
"""As far back as agreements let things be kept, unless they say otherwise."""


@strawberry.type(description="A type of contact, by which a cohort may be chosen.")
class ContactKind:
    name: str
    title: str
    severity: int = strawberry.field(description="Its level on the ladder, 0 to 6.")


@strawberry.type(description="What may be said of a cohort. It is of agreements and rules, and of nobody.")
class ResearchChoices:
    as_of: list[dt.date] = strawberry.field(
        description="Last days of months that are over, the latest first, which is meant where none is said. "
        "Earlier ones may be asked for too."
    )
    holding_days: list[int]
    policies: list[DisclosurePolicy] = strawberry.field(
        description="That of the service first, then those that show no more."
    )
    types: list[ContactKind] = strawberry.field(description="Of classes that agreements let research count.")
    agency_ids: list[ID] = strawberry.field(description="Parties to those agreements.")
    highest_level: int


@strawberry.type
class ResearchChoicesQuery:
    @strawberry.field(description="What a researcher may choose from: cut-offs, policies, types, agencies.")
    async def research_choices(self, info: Info) -> ResearchChoices:
        asking = info.context
        await asking.intend(Question.RESEARCH_CHOICES, {})
        asking.services.research.get_ready()
        return await asking.services.research.aside(choices, asking)


def choices(asking: Asking) -> ResearchChoices:
    """What is offered to this caller today. Blocking."""
    settings, caller = asking.services.settings, asking.caller
    serving_at = settings.as_at or asking.now
    terms = asking.services.research.readings.terms(
        purpose=caller.purpose.value, agency=caller.agency, serving_at=serving_at
    )
    counted = [each for each in terms if each.serves and each.data_class in caller.data_classes]
    classes = {each.data_class for each in counted}
    ours = policy_of(settings.disclosure_policy)
    policies = [
        ours,
        *(each for each in POLICIES.values() if each != ours and not each.shows_more_than(ours)),
    ]
    return ResearchChoices(
        as_of=_month_ends(last_month_end(min(serving_at, asking.now))),
        holding_days=list(HOLDING_DAYS),
        policies=[shape.policy_of(each.of_cohorts) for each in policies],
        types=[
            ContactKind(name=each.name, title=each.title, severity=each.severity)
            for each in vocabulary().types.values()
            if each.data_class in classes
        ],
        agency_ids=[ID(each) for each in sorted({party for term in counted for party in term.parties})],
        highest_level=HIGHEST_SEVERITY,
    )


def _month_ends(latest: dt.date) -> list[dt.date]:
    """The last day of that month and of those before it."""
    days = [latest]
    while len(days) < MONTHS:
        days.append(days[-1].replace(day=1) - dt.timedelta(days=1))
    return days
