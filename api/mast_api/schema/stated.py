"""Who agencies say is related to whom, among the people of a network or of a page of them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import strawberry
from strawberry import ID

from mast_api.access import Question, permit
from mast_api.asking import Asking
from mast_api.schema import shape
from mast_api.schema.paging import moment
from mast_api.schema.relations import SAYS, RelationBasis, RelationKind, first_said
from mast_api.schema.types import Agency
from mast_graph.objections import objectors
from mast_graph.read import Scope
from mast_graph.stated import MOST_STATED, StatedRow, relations_of
from mast_resolver.relations import relation_kinds


@strawberry.type(description="That one person is something to another, as one agency states it.")
class StatedRelation:
    person_id: strawberry.ID
    relative_id: strawberry.ID
    kind: RelationKind = strawberry.field(description="What the relative is to the person.")
    says: str
    basis: RelationBasis
    agency: Agency
    since: dt.datetime = strawberry.field(
        description="Since when it is recorded here; since when they have been related is not said."
    )


@strawberry.type
class StatedRelations:
    listed: list[StatedRelation] = strawberry.field(description="By person, relative and kind; capped.")
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")
    says: str


async def stated(
    asking: Asking, *, scope: Scope, people: Sequence[str], among: bool, under: str = ""
) -> StatedRelations:
    """Statements on the records of these people; with ``among`` only about each other.

    ``under`` an agreement that serves research there are none of anybody who objects to that.

    Raises:
        NotAllowedError: the caller may not know which agencies have a record of somebody.
    """
    permit(asking.caller, Question.RELATIONS)
    row = await relations_of(asking.services.store, scope, people, among=among, under=under)
    if under:
        ends = {end for each in row["relations"] for end in (each["person"], each["other"])}
        gone = await objectors(asking.services.store, scope, ends)
        row["relations"] = [
            each for each in row["relations"] if gone.isdisjoint((each["person"], each["other"]))
        ]
        row["relation_count"] = len(row["relations"])
    agencies = shape.agencies(row["agencies"])
    listed = [
        _relation(each, agencies[each["agency"]]) for each in first_said(map(_turned, row["relations"]))
    ]
    for each in listed:
        asking.answer_with("people", [each.person_id, each.relative_id])
        asking.answer_with("agencies", [each.agency.id])
    cut = row["relation_count"] - len(row["relations"])
    return StatedRelations(
        listed=listed,
        not_shown=[f"{cut} further statements are not shown: {MOST_STATED} are."] if cut else [],
        says=SAYS,
    )


def _turned(row: StatedRow) -> tuple[tuple[str, ...], StatedRow]:
    """What is said, once an agency, of the person whose id comes first, whoever's record it is on."""
    kind = relation_kinds()[row["kind"]]
    said: StatedRow = {**row, "kind": kind.name}
    if row["other"] < row["person"]:
        said |= {"person": row["other"], "other": row["person"], "kind": kind.inverse}
    return (said["person"], said["other"], said["kind"], said["agency"]), said


def _relation(row: StatedRow, agency: Agency) -> StatedRelation:
    return StatedRelation(
        person_id=ID(row["person"]),
        relative_id=ID(row["other"]),
        kind=RelationKind[row["kind"]],
        says=f"{relation_kinds()[row['kind']].title}, as {agency.name} states.",
        basis=RelationBasis.STATED,
        agency=agency,
        since=moment(row["since"]),
    )
