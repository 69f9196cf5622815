"""Proposing figures for publication, and deciding about what somebody else proposed."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Final

import strawberry
from strawberry import ID

from mast_api.access import Purpose, Question
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.schema import ids, paging, research_answers, research_args
from mast_api.schema import release_types as t
from mast_api.schema import research_types as rt
from mast_api.schema.confirming import Reason, confirmed
from mast_api.schema.types import PageInfo
from mast_api.schema.volume_types import By, VolumesBy
from mast_graph.research_releases import Decided, release_of, releases
from mast_resolver.errors import BadRequestError
from mast_resolver.research_errors import ReleaseError

Info = strawberry.Info[Asking, None]

OF_COMMANDS: Final = (
    t.ResearchQuestion.REPORT,
    t.ResearchQuestion.EXPORT,
    t.ResearchQuestion.NETWORK,
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

Waiting = Annotated[bool, strawberry.argument(description="Only those that nobody has decided about.")]
Approve = Annotated[bool, strawberry.argument(description="They may be published as they are.")]
Digest = Annotated[str, strawberry.argument(description="Of the figures that you looked at.")]


@strawberry.type
class ReleaseQuery:
    @strawberry.field(description="What was proposed for publication, newest first, without the figures.")
    async def releases(
        self,
        info: Info,
        waiting: Waiting = False,  # noqa: FBT002 - a GraphQL argument has a name
        first: int = FIRST_DEFAULT,
        after: str | None = None,
    ) -> t.ReleaseConnection:
        asking = info.context
        paging.check_page_size(first)
        before, before_id = paging.read_place(after, ids.release_id)
        await asking.intend(Question.RELEASES, {"after": [] if after is None else [before_id]})
        rows = await releases(
            asking.services.store, waiting=waiting, first=first, before=before, before_id=before_id
        )
        shown = rows[:first]
        asking.answer_with("releases", [each.proposed.id for each in shown])
        edges = [
            t.ReleaseEdge(
                cursor=paging.place(each.proposed.proposed_at, each.proposed.id), node=_release(asking, each)
            )
            for each in shown
        ]
        return t.ReleaseConnection(
            edges=edges,
            page_info=PageInfo.of(
                [edge.cursor for edge in edges], more=len(rows) > first, later=after is not None
            ),
        )

    @strawberry.field(
        description="A release with its figures: for whoever decides about it and, once it is approved, for "
        "researchers to publish."
    )
    async def release(self, info: Info, id_: ids.IdArgument) -> t.ReleasedFigures:
        asking, wanted = info.context, ids.release_id(id_)
        await asking.intend(Question.RELEASE, {"ids": [wanted]})
        found = await release_of(asking.services.store, wanted)
        if asking.caller.purpose is Purpose.RESEARCH and not found.approved:
            raise ReleaseError(
                "this release is not approved", fix="wait until somebody with the role has approved it"
            )
        asking.answer_with("releases", [wanted])
        return t.ReleasedFigures(release=_release(asking, found), content=found.proposed.content)


@strawberry.type
class ReleaseMutation:
    @strawberry.mutation(
        description="Propose an answer for publication. It is worked out anew, kept as it is, and waits for "
        "somebody else to approve it."
    )
    async def propose_release(
        self,
        info: Info,
        question: t.ResearchQuestion,
        cohort: rt.Cohort = None,
        event: rt.ResearchEvent = rt.ResearchEvent.REACHED_LEVEL,
        level: rt.Level = 4,
        origin: rt.Origin = 0,
        volumes_by: By = VolumesBy.TYPE,
    ) -> t.ReleaseOutcome:
        if question in OF_COMMANDS:
            raise BadRequestError(
                "files are proposed where they are made",
                fix="mast report --propose, or mast research export --propose",
            )
        asking, wanted = info.context, research_args.wanted(info.context, cohort)
        waited = research_args.waited(event, level, origin)
        more = waited.said() if question is t.ResearchQuestion.TIME_TO_EVENT else {}
        if question is t.ResearchQuestion.CONTACT_VOLUMES:
            more = {"volumes_by": volumes_by.value}
        sought = research_args.sought(cohort, **more)
        await asking.intend(Question.PROPOSE_RELEASE, {"question": question.value, **sought})
        answer = await asking.services.research.aside(
            research_answers.answer, asking, wanted, Question(question.value), waited, volumes_by
        )
        proposed = await confirmed(
            asking,
            lambda: asking.services.releasing.propose(
                question.value,
                sought["cohort"],
                wanted.policy.name,
                asdict(answer),
                by=asking.caller.subject,
            ),
            fix="ask releases whether it waits",
        )
        asking.answer_with("releases", [proposed.id])
        return t.ReleaseOutcome(id=ID(proposed.id), digest=proposed.digest, proposed_at=proposed.proposed_at)

    @strawberry.mutation(
        description="Approve or refuse figures that somebody else proposed. Nobody decides about their own."
    )
    async def decide_release(
        self, info: Info, id_: ids.IdArgument, digest: Digest, approve: Approve, finding: Reason
    ) -> t.ReleaseDecision:
        asking, wanted = info.context, ids.release_id(id_)
        if not _DIGEST.fullmatch(digest):
            raise BadRequestError("the digest is none", fix="take it from releases")
        said = {"digest": digest, "approve": approve}
        await asking.intend(Question.DECIDE_RELEASE, {"ids": [wanted], **said})
        at = await confirmed(
            asking,
            lambda: asking.services.releasing.decide(
                wanted, digest=digest, by=asking.caller.subject, approved=approve, finding=finding
            ),
            fix="ask releases whether it still waits",
        )
        asking.answer_with("releases", [wanted])
        return t.ReleaseDecision(id=ID(wanted), approved=approve, decided_at=at)


def _release(asking: Asking, found: Decided) -> t.Release:
    said = found.proposed
    return t.Release(
        id=ID(said.id),
        question=t.ResearchQuestion(said.question),
        asked=list(said.asked),
        policy=said.policy,
        digest=said.digest,
        proposed_by=said.proposed_by,
        proposed_at=said.proposed_at,
        approved=found.approved,
        decided_by=found.decided_by or None,
        decided_at=found.decided_at,
        finding=asking.services.releasing.finding_of(found) or None,
    )
