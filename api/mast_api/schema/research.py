"""The root fields for researchers: figures of groups, each under a disclosure policy and remembered."""

from __future__ import annotations

import strawberry

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.schema import research_answers, research_args
from mast_api.schema import research_types as t

Info = strawberry.Info[Asking, None]


@strawberry.type
class ResearchQuery:
    @strawberry.field(
        description="Which ways people or households took: shapes of paths, what follows what, how many "
        "agencies knew them, and where they stood after so many days."
    )
    async def escalation_paths(self, info: Info, cohort: t.Cohort = None) -> t.EscalationPaths:
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        await asking.intend(Question.ESCALATION_PATHS, research_args.sought(cohort))
        return await asking.services.research.aside(research_answers.escalation_paths, asking, wanted)

    @strawberry.field(
        description="How people or households moved between the levels of the ladder: counts of steps, "
        "and shares of those who left."
    )
    async def transition_matrix(self, info: Info, cohort: t.Cohort = None) -> t.TransitionMatrix:
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        await asking.intend(Question.TRANSITION_MATRIX, research_args.sought(cohort))
        return await asking.services.research.aside(research_answers.transition_matrix, asking, wanted)

    @strawberry.field(description="How long until a level is reached, or until somebody is referred again.")
    async def time_to_event(
        self,
        info: Info,
        event: t.ResearchEvent = t.ResearchEvent.REACHED_LEVEL,
        level: t.Level = 4,
        origin: t.Origin = 0,
        cohort: t.Cohort = None,
        followed_from: t.FollowedFrom = None,
    ) -> t.TimeToEvent:
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        waited = research_args.waited(event, level, origin, followed_from)
        await asking.intend(Question.TIME_TO_EVENT, research_args.sought(cohort, **waited.said()))
        return await asking.services.research.aside(research_answers.time_to_event, asking, wanted, waited)
