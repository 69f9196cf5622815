"""Requests by right, for those who answer for them: which wait, until when, and what they came to."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.rights.requests import KEPT, Request, Right, State
from mast_api.schema import ids
from mast_resolver.errors import BadRequestError

Info = strawberry.Info[Asking, None]

MOST_LISTED: Final = 500
OLDEST: Final = dt.timedelta(days=366)

Received = Annotated[dt.date, strawberry.argument(description="The day on which it came in, with anybody.")]
Whose = Annotated[
    ID | None, strawberry.argument(name="id", description="The person, once it is known who they are here.")
]
Settled = Annotated[bool, strawberry.argument(description="Also those that wait no longer.")]


strawberry.enum(
    Right,
    name="RightAsked",
    description="What was asked for: UK GDPR articles 15 (access), 17 (erasure), 16 (rectification), 18 "
    "(restriction) and 21 (objection).",
)
strawberry.enum(
    State,
    name="RightsRequestState",
    description="How far a request is. EXTENDED: still to be answered, two months later, as the person was "
    "told within the first (UK GDPR 12(3)).",
)


@strawberry.type(description="What somebody asked for by right. It stands in the audit log.")
class RightsRequest:
    id: ID
    kind: Right
    received: dt.date
    due: dt.date = strawberry.field(
        description="One calendar month after it came in, three where it was extended."
    )
    overdue: bool = strawberry.field(description="It is still to be answered, and its day is over.")
    state: State
    person_id: ID | None = strawberry.field(description="As it was noted: it may be a former id by now.")
    by: str = strawberry.field(description="Who said last how far it is.")
    at: dt.datetime


@strawberry.type(description="By the day on which they are due, the soonest first.")
class RightsRequests:
    listed: list[RightsRequest]
    not_shown: list[str]


@strawberry.type
class RightsQuery:
    @strawberry.field(description="What people asked for by right and still wait for.")
    async def rights_requests(
        self,
        info: Info,
        settled: Settled = False,  # noqa: FBT002 - a GraphQL argument has a name
    ) -> RightsRequests:
        asking = info.context
        await asking.intend(Question.RIGHTS_REQUESTS, {})
        found = [each for each in (await _register(asking)).values() if settled or each.waits]
        found.sort(key=lambda each: (not each.waits, each.due, each.id))
        shown, cut = found[:MOST_LISTED], len(found) - MOST_LISTED
        asking.answer_with("requests", [each.id for each in shown])
        asking.answer_with("people", [each.person for each in shown if each.person])
        return RightsRequests(
            listed=[_request(asking, each) for each in shown],
            not_shown=[f"{cut} that are due later, or wait no longer."] if cut > 0 else [],
        )


@strawberry.type
class RightsMutation:
    @strawberry.mutation(
        description="Note that somebody asked for something by right: from the day on which it came in its "
        "time runs. What is held is neither read nor changed."
    )
    async def note_rights_request(
        self, info: Info, kind: Right, received: Received, id_: Whose = None
    ) -> RightsRequest:
        asking, person = info.context, ids.person_id(id_) if id_ is not None else ""
        sought = {"ids": [person] if person else [], "kind": kind.value, "received": received.isoformat()}
        await asking.intend(Question.NOTE_RIGHTS_REQUEST, sought)
        if not asking.today - OLDEST <= received <= asking.today:
            raise BadRequestError(
                "a request came in today or within the last year", fix="give the day on which it came in"
            )
        new, by = f"Q-{asking.services.new_id()}", asking.caller.subject
        return _keep(asking, Request(new, kind, received, by, asking.now, person=person))

    @strawberry.mutation(
        description="Say what a request came to, or that it takes two months longer. OPEN takes that back."
    )
    async def settle_rights_request(self, info: Info, id_: ids.IdArgument, state: State) -> RightsRequest:
        asking, wanted = info.context, ids.request_id(id_)
        await asking.intend(Question.SETTLE_RIGHTS_REQUEST, {"request": wanted, "state": state.value})
        request = (await _register(asking)).get(wanted)
        if request is None:
            raise BadRequestError("there is no such request", fix="take it from rightsRequests")
        by, at = asking.caller.subject, asking.now
        return _keep(asking, replace(request, by=by, at=at, state=state))


async def _register(asking: Asking) -> Mapping[str, Request]:
    services = asking.services
    return await asyncio.to_thread(services.requests.look, services.audit.path)


def _keep(asking: Asking, request: Request) -> RightsRequest:
    """It holds once the answer is in the log, before which nobody is told."""
    asking.answer_with(KEPT, [request.as_kept])
    return _request(asking, request)


def _request(asking: Asking, request: Request) -> RightsRequest:
    return RightsRequest(
        id=ID(request.id),
        kind=request.right,
        received=request.received,
        due=request.due,
        overdue=request.waits and request.due < asking.today,
        state=request.state,
        person_id=ID(request.person) if request.person else None,
        by=request.by,
        at=request.at,
    )
