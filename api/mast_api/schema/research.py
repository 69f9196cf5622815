"""The root fields for researchers: figures of groups, each under a disclosure policy and remembered."""

from __future__ import annotations

import asyncio
from typing import Annotated

import strawberry

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.schema import research_answers, research_args
from mast_api.schema import research_types as t
from mast_resolver.errors import BadRequestError
from mast_resolver.vocabulary import HIGHEST_SEVERITY

Info = strawberry.Info[Asking, None]

Level = Annotated[
    int, strawberry.argument(description="The level waited for, 1 to 6; of REACHED_LEVEL only.")
]
Origin = Annotated[
    int, strawberry.argument(description="Days count from the first contact at this level or above.")
]


@strawberry.type
class ResearchQuery:
    @strawberry.field(
        description="Which ways people or households took: shapes of paths, what follows what, how many "
        "agencies knew them, and where they stood after so many days."
    )
    async def escalation_paths(self, info: Info, cohort: t.Cohort = None) -> t.EscalationPaths:
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        await asking.intend(Question.ESCALATION_PATHS, research_args.sought(cohort))
        return await asyncio.to_thread(research_answers.escalation_paths, asking, wanted)

    @strawberry.field(
        description="How people or households moved between the levels of the ladder: counts of steps, "
        "and shares of those who left."
    )
    async def transition_matrix(self, info: Info, cohort: t.Cohort = None) -> t.TransitionMatrix:
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        await asking.intend(Question.TRANSITION_MATRIX, research_args.sought(cohort))
        return await asyncio.to_thread(research_answers.transition_matrix, asking, wanted)

    @strawberry.field(description="How long until a level is reached, or until somebody is referred again.")
    async def time_to_event(
        self,
        info: Info,
        event: t.ResearchEvent = t.ResearchEvent.REACHED_LEVEL,
        level: Level = 4,
        origin: Origin = 0,
        cohort: t.Cohort = None,
    ) -> t.TimeToEvent:
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        if not 0 <= origin < level <= HIGHEST_SEVERITY:
            raise BadRequestError(
                "a level is reached from a lower one of the ladder", fix=f"levels are 0 to {HIGHEST_SEVERITY}"
            )
        sought = research_args.sought(cohort, event=event, level=level, origin=origin)
        await asking.intend(Question.TIME_TO_EVENT, sought)
        if event is t.ResearchEvent.REACHED_LEVEL:
            return await asyncio.to_thread(research_answers.time_to_level, asking, wanted, level, origin)
        return await asyncio.to_thread(research_answers.time_to_referral, asking, wanted, event)
