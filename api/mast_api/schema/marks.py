"""Marks on records: legal holds, restrictions, objections, contested accuracy; for who answers for them."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Annotated

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.rights.marking import Marked
from mast_api.schema import ids
from mast_api.schema.confirming import Reason, confirmed
from mast_api.schema.keepers import answer_with_records
from mast_api.schema.paging import check_page_size
from mast_api.schema.types import PageInfo
from mast_graph import marks
from mast_graph.marks import MarkRow
from mast_resolver.vocabulary import vocabulary

Info = strawberry.Info[Asking, None]

Target = Annotated[
    ID | None,
    strawberry.argument(
        name="id",
        description="A person, of whom every record that they have now is meant, or one record (from `how`).",
    ),
]
DataClassHeld = Annotated[
    str | None,
    strawberry.argument(description="For a hold: only this class of data; without an id, of everybody."),
]


@strawberry.enum(
    description="HOLD: under legal hold: nobody and no rule deletes it until the hold is lifted. "
    "RESTRICTION: kept, and not used (UK GDPR 18). OBJECTION: left out of research (21). "
    "CONTESTED: somebody says that it is wrong, and that is not decided yet (16)."
)
class MarkKind(Enum):
    HOLD = "hold"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    CONTESTED = "contested"


@strawberry.type(description="Records were marked, or are no longer.")
class MarkOutcome:
    mark_id: ID
    at: dt.datetime
    record_ids: list[ID]


@strawberry.type(description="A mark that stands, or stood.")
class Mark:
    id: ID
    kind: MarkKind
    data_class: str | None = strawberry.field(description="What a hold keeps; null for everything.")
    everybody: bool = strawberry.field(description="A hold on a class of data, whoever it is about.")
    by: str
    at: dt.datetime
    reason: str = strawberry.field(description="As it was written; stored sealed.")
    lifted_at: dt.datetime | None
    lifted_by: str | None
    lifted_reason: str | None
    record_ids: list[ID]
    person_ids: list[ID] = strawberry.field(description="Whoever the records are now.")


@strawberry.type
class MarkEdge:
    cursor: str
    node: Mark


@strawberry.type(description="By id.")
class MarkConnection:
    edges: list[MarkEdge]
    page_info: PageInfo


@strawberry.type
class MarkQuery:
    @strawberry.field(description="Legal holds, restrictions, objections and contested records, and why.")
    async def marks(
        self, info: Info, id_: Target = None, first: int = FIRST_DEFAULT, after: str | None = None
    ) -> MarkConnection:
        asking = info.context
        check_page_size(first)
        target = _target(id_)
        await asking.intend(Question.MARKS, {"ids": [target] if target else []})
        rows = await marks.marks_page(
            asking.services.store, first=first, after=ids.mark_id(after) if after else "", target=target
        )
        shown = rows[:first]
        for row in shown:
            asking.answer_with("marks", [row["id"]])
            asking.answer_with("people", row["people"])
        await answer_with_records(asking, [record for row in shown for record in row["records"]])
        return MarkConnection(
            edges=[MarkEdge(cursor=row["id"], node=_mark(asking, row)) for row in shown],
            page_info=PageInfo.of(
                [row["id"] for row in shown], more=len(rows) > first, later=after is not None
            ),
        )


@strawberry.type
class MarkMutation:
    @strawberry.mutation(description="Mark the records of a person, one record, or hold a class of data.")
    async def mark(
        self,
        info: Info,
        kind: MarkKind,
        reason: Reason,
        id_: Target = None,
        data_class: DataClassHeld = None,
    ) -> MarkOutcome:
        asking, target = info.context, _target(id_)
        known = data_class if data_class in vocabulary().data_classes else None
        sought = {"ids": [target] if target else [], "kind": kind.value, "data_class": known}
        await asking.intend(Question.MARK, sought)
        marker, by = asking.services.marks, asking.caller.subject
        wanted = marks.MarkKind(kind.value)
        marked = await confirmed(
            asking,
            lambda: marker.mark(wanted, target, data_class=data_class, by=by, reason=reason),
            fix="ask `marks` whether it stands",
        )
        return await _outcome(asking, marked)

    @strawberry.mutation(description="Lift a mark. It stays readable.")
    async def lift_mark(self, info: Info, id_: ids.IdArgument, reason: Reason) -> MarkOutcome:
        asking, mark = info.context, ids.mark_id(id_)
        await asking.intend(Question.LIFT_MARK, {"ids": [mark]})
        marker, by = asking.services.marks, asking.caller.subject
        lifted = await confirmed(
            asking, lambda: marker.lift(mark, by=by, reason=reason), fix="ask `marks` whether it stands"
        )
        for record in lifted.records:
            asking.found(Question.LIFT_MARK, [record])
        return await _outcome(asking, lifted)


def _target(id_: str | None) -> str:
    if id_ is None:
        return ""
    return ids.record_id(id_) if ids.is_record(id_) else ids.person_id(id_)


async def _outcome(asking: Asking, marked: Marked) -> MarkOutcome:
    asking.answer_with("marks", [marked.id])
    await answer_with_records(asking, marked.records)
    return MarkOutcome(mark_id=ID(marked.id), at=marked.at, record_ids=[ID(each) for each in marked.records])


def _mark(asking: Asking, row: MarkRow) -> Mark:
    reason_of = asking.services.marks.reason_of
    lifted = row["lifted_reason"]
    return Mark(
        id=ID(row["id"]),
        kind=MarkKind(row["kind"]),
        data_class=None if row["data_class"] == marks.EVERYTHING else row["data_class"],
        everybody=row["everywhere"],
        by=row["by"],
        at=row["at"],
        reason=reason_of(row["id"], row["reason"]),
        lifted_at=row["lifted_at"],
        lifted_by=row["lifted_by"],
        lifted_reason=None if lifted is None else reason_of(row["id"], lifted),
        record_ids=[ID(each) for each in row["records"]],
        person_ids=[ID(each) for each in row["people"]],
    )
