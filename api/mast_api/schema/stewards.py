"""Who is who, for stewards: why, how, what to look at, and the decisions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Final

import strawberry
from strawberry import ID

from mast_api import explaining
from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.ports import Services
from mast_api.schema import accounts, ids
from mast_api.schema import steward_types as t
from mast_api.schema.alerts import AlertMutation
from mast_api.schema.confirming import Reason, confirmed
from mast_api.schema.glass import GlassMutation
from mast_api.schema.governance import GovernanceMutation
from mast_api.schema.keepers import answer_with_records
from mast_api.schema.marks import MarkMutation
from mast_api.schema.paging import check_page_size
from mast_api.schema.releases import ReleaseMutation
from mast_api.schema.rights import RightsMutation
from mast_api.schema.shields import ShieldMutation, ShieldQuery
from mast_api.schema.types import PageInfo, Superseded
from mast_api.stewarding import Decided
from mast_graph import reviewing
from mast_resolver.errors import BadCursorError, BadRequestError, UnknownRecordError
from mast_resolver.explain import PairAccount
from mast_resolver.ports import Constraint, Lane
from mast_resolver.records import EntityId, Kind, RecordId
from mast_resolver.score import ModelScorer

Info = strawberry.Info[Asking, None]

Either = Annotated[
    ID, strawberry.argument(description="The id of a record, of a person or of an address; both of one kind.")
]
Entity = Annotated[ID, strawberry.argument(description="The id of a person or of an address.")]
EntityArgument = Annotated[
    ID, strawberry.argument(name="id", description="The id of a person or of an address.")
]
OfKind = Annotated[t.EntityKind | None, strawberry.argument(description="Only people, or only addresses.")]
OfLane = Annotated[
    t.ReviewLane | None, strawberry.argument(description="Only those about which this is asked.")
]
_MANY: Final = {Kind.PERSON: "people", Kind.ADDRESS: "addresses"}
"""What an answer holds, as the audit log has it."""

_CONSTRAINTS: Final = {
    t.MatchDecision.SAME: Constraint.MUST,
    t.MatchDecision.DIFFERENT: Constraint.CANNOT,
    t.MatchDecision.CLEAR: None,
}


@strawberry.type
class StewardQuery(ShieldQuery):
    @strawberry.field(
        description="Why two records, two people or two addresses are or are not one, field by field."
    )
    async def why(self, info: Info, left: Either, right: Either) -> t.Why:
        asking = info.context
        sides = [
            ids.record_id(each) if ids.is_record(each) else ids.person_or_address_id(each)
            for each in (left, right)
        ]
        await asking.intend(Question.WHY, {"ids": sides})
        if all(map(ids.is_record, sides)):
            live = asking.services.live_of(await reviewing.kind_of_records(asking.services.store, sides))
            one, other = map(RecordId, sides)
            between = await asyncio.to_thread(explaining.why_records, live, one, other)
            return await _why(asking, between, [])
        return await _why_entities(asking, sides)

    @strawberry.field(
        description="How a person or an address came to be: the records, and how these were put together."
    )
    async def how(self, info: Info, id_: EntityArgument) -> t.How:
        asking, asked = info.context, ids.person_or_address_id(id_)
        await asking.intend(Question.HOW, {"ids": [asked]})
        store, kind = asking.services.store, reviewing.kind_of_entity(asked)
        stands_for = await reviewing.live_entities(store, kind, [asked])
        live = stands_for.get(asked, [])
        trees, scorer = await asyncio.to_thread(explaining.how, asking.services.live_of(kind), live)
        rows = await reviewing.records_of_entities(store, kind, live)
        decisions = await _decisions(asking, kind, [row["record"] for row in rows])
        asking.answer_with(_MANY[kind], live)
        asking.answer_with("records", [row["record"] for row in rows])
        asking.answer_with("agencies", [row["agency"] for row in rows])
        old = accounts.superseded(stands_for)
        return t.How(
            superseded=old[0] if old else None,
            entities=[
                accounts.tree(
                    tree,
                    [row for row in rows if row["entity"] == tree.entity],
                    [each for each in decisions if not _named(each).isdisjoint(tree.records)],
                    scorer,
                )
                for tree in trees
            ],
        )

    @strawberry.field(
        description="Pairs of people or of addresses that may be one, and people who may be two, for "
        "somebody to decide; what is worth most first."
    )
    async def review_queue(
        self,
        info: Info,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
        lane: OfLane = None,
        kind: OfKind = None,
    ) -> t.ReviewConnection:
        asking, only = info.context, Lane[lane.name] if lane else None
        of = Kind[kind.name] if kind else None
        check_page_size(first)
        place = _place(after) if after is not None else reviewing.FIRST
        await asking.intend(
            Question.REVIEW_QUEUE,
            {"after": list(place) if after else [], "lane": only or "", "kind": of or ""},
        )
        rows = await reviewing.review_page(
            asking.services.store, first=first, after=place, lane=only, kind=of
        )
        shown = rows[:first]
        found = await asyncio.to_thread(_accounts, asking.services, shown)
        edges = [
            t.ReviewEdge(
                cursor=_cursor(row),
                node=t.ReviewItem(
                    kind=t.EntityKind(reviewing.kind_of(row).value),
                    lane=t.ReviewLane(reviewing.lane_of(row).value),
                    value=row["value"],
                    left_agency_id=ID(row["left_agency"]),
                    right_agency_id=ID(row["right_agency"]),
                    pair=accounts.pair(account, scorer, None),
                ),
            )
            for row, account, scorer in found
        ]
        for row in shown:
            asking.answer_with("records", [row["left"], row["right"]])
            asking.answer_with("agencies", [row["left_agency"], row["right_agency"]])
            asking.answer_with(_MANY[reviewing.kind_of(row)], [row["left_entity"], row["right_entity"]])
        return t.ReviewConnection(
            edges=edges,
            page_info=PageInfo.of(
                [_cursor(row) for row in shown], more=len(rows) > first, later=after is not None
            ),
        )


@strawberry.type
class Mutation(
    AlertMutation,
    GlassMutation,
    GovernanceMutation,
    ShieldMutation,
    MarkMutation,
    ReleaseMutation,
    RightsMutation,
):
    @strawberry.mutation(
        description="Decide that two records are, or are not, of one person or of one address; it sticks. "
        "SAME says so of the two whole people or addresses they belong to; CLEAR takes that back as a whole."
    )
    async def record_match_decision(
        self, info: Info, left: ID, right: ID, decision: t.MatchDecision, reason: Reason
    ) -> t.DecisionOutcome:
        asking, one, other = info.context, ids.record_id(left), ids.record_id(right)
        await asking.intend(
            Question.RECORD_MATCH_DECISION, {"records": [one, other], "decision": decision.name}
        )
        steward, of = (
            asking.services.stewards,
            await reviewing.kind_of_records(asking.services.store, [one, other]),
        )
        return await _decide(
            asking,
            lambda: steward.decide(
                one, other, _CONSTRAINTS[decision], by=asking.caller.subject, reason=reason, of=of
            ),
        )

    @strawberry.mutation(
        description="Take a decision back, a split as a whole: as if it had never been taken."
    )
    async def revoke_match_decision(self, info: Info, decision: ID, reason: Reason) -> t.DecisionOutcome:
        asking, id_ = info.context, ids.decision_id(decision)
        await asking.intend(Question.REVOKE_MATCH_DECISION, {"decision": id_})
        steward = asking.services.stewards
        decided = await _decide(asking, lambda: steward.revoke(id_, by=asking.caller.subject, reason=reason))
        # A decision has an id of its own: whom it is about was looked at all the same.
        for each in decided.records:
            asking.found(Question.REVOKE_MATCH_DECISION, [each.record_id])
        return decided

    @strawberry.mutation(
        description="These records are not of this person or address: none of them is ever one with any of "
        "the rest. `together` says that they are all of one other."
    )
    async def split_records(
        self,
        info: Info,
        entity: Entity,
        records: list[ID],
        reason: Reason,
        together: bool = False,  # noqa: FBT001, FBT002
    ) -> t.DecisionOutcome:
        asking, id_ = info.context, ids.person_or_address_id(entity)
        off = [ids.record_id(record) for record in records]
        await asking.intend(
            Question.SPLIT_RECORDS, {"ids": [id_], "records": sorted(off), "together": together}
        )
        steward = asking.services.stewards
        return await _decide(
            asking,
            lambda: steward.split(id_, off, together=together, by=asking.caller.subject, reason=reason),
        )


async def _decide(asking: Asking, decide: Callable[[], Decided]) -> t.DecisionOutcome:
    """Let it be stored, and note what came of it."""
    decided = await confirmed(asking, decide, fix="ask `why` whether it stands before you take it again")
    asking.answer_with("decisions", [decided.id])
    await answer_with_records(asking, [record for record, _ in decided.records])
    many = _MANY[decided.of]
    asking.answer_with(many, [entity for _, entity in decided.records if entity])
    asking.answer_with(many, decided.changes.created)
    for gone in decided.changes.superseded:
        asking.answer_with(many, [gone.old, *gone.successors])
    return accounts.outcome(decided)


async def _why_entities(asking: Asking, sides: Sequence[str]) -> t.Why:
    """Two people or addresses, or a record beside one: an old id that stands for several is none of them."""
    named = [each for each in sides if not ids.is_record(each)]
    kind = reviewing.kind_of_entity(named[0])
    if any(reviewing.kind_of_entity(each) is not kind for each in named):
        raise BadRequestError("one id is of a person and one of an address", fix="name two of one kind")
    stands_for = await reviewing.live_entities(asking.services.store, kind, named)
    old = accounts.superseded(stands_for)
    if any(not stands_for.get(each) for each in named):
        raise UnknownRecordError("an id is not in use, or was never given", fix="look it up again")
    if any(len(stands_for[each]) > 1 for each in named):
        asking.answer_with(_MANY[kind], [each for now in stands_for.values() for each in now])
        says = f"An id stands for several {accounts.NOUNS[kind][1]}: name one."
        return t.Why(superseded=old, pair=None, entities=None, says=says)
    live = asking.services.live_of(kind)
    now = [
        await asyncio.to_thread(explaining.entity_of, live, RecordId(each))
        if ids.is_record(each)
        else EntityId(stands_for[each][0])
        for each in sides
    ]
    if now[0] == now[1]:
        says = f"They are one {accounts.NOUNS[kind][0]}: ask `how`."
        return t.Why(superseded=old, pair=None, entities=None, says=says)
    between = await asyncio.to_thread(explaining.why_entities, live, *now)
    return await _why(asking, between, old)


async def _why(asking: Asking, between: explaining.Between, old: list[Superseded]) -> t.Why:
    account, kind = between.pair, between.scorer.model.kind
    await answer_with_records(asking, [account.left, account.right])
    asking.answer_with(_MANY[kind], account.entities)
    decisions = await _decisions(asking, kind, between.records[0])
    both = {account.left, account.right}
    others = between.records[-1]
    across = [each for each in decisions if not others.isdisjoint(_named(each))]
    standing = next((each for each in decisions if _named(each) == both), None)
    apart = accounts.apart(between.apart, between.scorer, across) if between.apart else None
    noun, many = accounts.NOUNS[kind]
    return t.Why(
        superseded=old,
        pair=accounts.pair(account, between.scorer, standing),
        entities=apart,
        says=f"They are two {many}." if apart else f"They are one {noun}.",
    )


async def _decisions(asking: Asking, kind: Kind, records: Iterable[str]) -> list[t.StandingDecision]:
    found = await reviewing.decisions_of_records(asking.services.store, list(records))
    named = {record for each in found for record in (each.left, each.right)}
    await answer_with_records(asking, named)
    entities = await asyncio.to_thread(explaining.entities_of, asking.services.live_of(kind), named)
    asking.answer_with("decisions", [each.id for each in found])
    asking.answer_with(_MANY[kind], [entity for entity in entities.values() if entity])
    reason_of = asking.services.stewards.reason_of
    return [accounts.standing(each, reason_of(each), entities, kind) for each in found]


def _accounts(
    services: Services, rows: Sequence[reviewing.ReviewRow]
) -> list[tuple[reviewing.ReviewRow, PairAccount, ModelScorer]]:
    """What is known of each pair of a page, in its order; of what is asked otherwise meanwhile nothing."""
    found: dict[str, tuple[PairAccount | None, ModelScorer]] = {}
    for kind in sorted({reviewing.kind_of(row) for row in rows}):
        some = [row for row in rows if reviewing.kind_of(row) is kind]
        wanted = [(RecordId(row["left"]), RecordId(row["right"]), reviewing.lane_of(row)) for row in some]
        accounts_, scorer = explaining.pairs(services.live_of(kind), wanted)
        found |= {_cursor(row): (account, scorer) for row, account in zip(some, accounts_, strict=True)}
    told = ((row, *found[_cursor(row)]) for row in rows)
    return [(row, account, scorer) for row, account, scorer in told if account is not None]


def _named(decision: t.StandingDecision) -> set[RecordId]:
    return {RecordId(decision.left_record_id), RecordId(decision.right_record_id)}


def _cursor(row: reviewing.ReviewRow) -> str:
    return f"{row['value']:x}.{row['left']}.{row['right']}"


def _place(after: str) -> tuple[int, str, str]:
    try:
        value, left, right = after.split(".")
        place = (int(value, 16), left, right)
    except ValueError:
        place = (-1, "", "")
    if not (0 < place[0] < reviewing.FIRST[0] and ids.is_record(place[1]) and ids.is_record(place[2])):
        raise BadCursorError("the cursor is not one of ours", fix="send back endCursor as it was given")
    return place
