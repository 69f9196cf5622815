"""Who must not be found: shields by decision, and the list of them for those who answer for it."""

from __future__ import annotations

import datetime as dt

import strawberry
from strawberry import ID

from mast_api.access import Question, may
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.schema import ids
from mast_api.schema.confirming import Reason, confirmed
from mast_api.schema.keepers import answer_with_records
from mast_api.schema.paging import check_page_size
from mast_api.schema.types import PageInfo
from mast_graph import reviewing
from mast_graph.reviewing import ShieldRow
from mast_resolver.errors import BadCursorError, BadRequestError

Info = strawberry.Info[Asking, None]


@strawberry.type(description="A person or an address was shielded, or is not by decision any longer.")
class ShieldOutcome:
    shield_id: strawberry.ID
    at: dt.datetime
    on: bool
    record_ids: list[strawberry.ID] = strawberry.field(description="The records that the decision lies on.")
    says: str


@strawberry.type(description="A decision about a shield that stands.")
class ShieldDecision:
    id: strawberry.ID
    on: bool
    by: str
    at: dt.datetime
    reason: str = strawberry.field(description="As it was written; stored sealed.")


@strawberry.type(description="A person or an address that must not be found, and why.")
class ShieldedThing:
    id: strawberry.ID
    agency_ids: list[strawberry.ID] = strawberry.field(description="Agencies whose feeds say so.")
    around: bool = strawberry.field(
        description="It is in a shielded building, or lives at a shielded address."
    )
    decisions: list[ShieldDecision]


@strawberry.type
class ShieldEdge:
    cursor: str
    node: ShieldedThing


@strawberry.type(description="By id.")
class ShieldConnection:
    edges: list[ShieldEdge]
    page_info: PageInfo


@strawberry.type
class ShieldQuery:
    @strawberry.field(description="Every person and address that is shielded, and why.")
    async def shields(
        self, info: Info, first: int = FIRST_DEFAULT, after: str | None = None
    ) -> ShieldConnection:
        asking = info.context
        check_page_size(first)
        await asking.intend(Question.SHIELDS, {"after": [] if after is None else [_place(after)]})
        rows = await reviewing.shields_page(asking.services.store, first=first, after=after or "")
        shown = rows[:first]
        for row in shown:
            asking.answer_with("addresses" if row["id"].startswith("A-") else "people", [row["id"]])
            asking.answer_with("agencies", row["agencies"])
        return ShieldConnection(
            edges=[ShieldEdge(cursor=row["id"], node=_thing(asking, row)) for row in shown],
            page_info=PageInfo.of(
                [row["id"] for row in shown], more=len(rows) > first, later=after is not None
            ),
        )


@strawberry.type
class ShieldMutation:
    @strawberry.mutation(
        description="This person or address must not be found: every answer is as if there were none."
    )
    async def shield(self, info: Info, id_: ids.IdArgument, reason: Reason) -> ShieldOutcome:
        return await _decide(info.context, id_, reason, on=True)

    @strawberry.mutation(
        description="This person or address may be found again, whatever feeds say of its records of now."
    )
    async def unshield(self, info: Info, id_: ids.IdArgument, reason: Reason) -> ShieldOutcome:
        return await _decide(info.context, id_, reason, on=False)


async def _decide(asking: Asking, id_: str, reason: str, *, on: bool) -> ShieldOutcome:
    entity = ids.person_or_address_id(id_)
    await asking.intend(Question.SHIELD if on else Question.UNSHIELD, {"ids": [entity]})
    shields, by = asking.services.shields, asking.caller.subject
    # Who may not take a shield away may not learn of one either.
    hidden_too = may(asking.caller, Question.UNSHIELD)
    decided = await confirmed(
        asking,
        lambda: shields.decide(entity, on=on, by=by, reason=reason, hidden_too=hidden_too),
        fix="ask for the id: if it is not found, the shield stands",
    )
    asking.answer_with("shields", [decided.id])
    await answer_with_records(asking, decided.records)
    asking.answer_with("addresses" if entity.startswith("A-") else "people", [entity])
    return ShieldOutcome(
        shield_id=ID(decided.id),
        at=decided.at,
        on=on,
        record_ids=[ID(record) for record in decided.records],
        says="From now on it answers as one that is not there."
        if on
        else "No record of it asks for a shield any longer; it keeps one if it lives, or lies, where one is.",
    )


def _thing(asking: Asking, row: ShieldRow) -> ShieldedThing:
    reason_of = asking.services.shields.reason_of
    return ShieldedThing(
        id=ID(row["id"]),
        agency_ids=[ID(agency) for agency in row["agencies"]],
        around=row["around"],
        decisions=[
            ShieldDecision(
                id=ID(each["id"]),
                on=each["on"],
                by=each["by"],
                at=each["at"],
                reason=reason_of(each["id"], each["reason"]),
            )
            for each in row["decisions"]
        ],
    )


def _place(after: str) -> str:
    try:
        return ids.person_or_address_id(after)
    except BadRequestError:
        raise BadCursorError(
            "the cursor is not one of ours", fix="send back endCursor as it was given"
        ) from None
