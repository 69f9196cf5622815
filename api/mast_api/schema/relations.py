"""Who agencies say is related to a person: never concluded from living together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry import ID

from mast_api.access import Question, permit
from mast_api.asking import Asking
from mast_api.schema import shape
from mast_api.schema import types as t
from mast_api.schema.paging import moment
from mast_graph.read import MOST_RELATIONS, PersonRow, RelationRow
from mast_graph.stated import StatedRow
from mast_resolver.relations import relation_kinds

T = TypeVar("T", RelationRow, StatedRow)


@strawberry.enum(
    description="What somebody is to the person asked about, on whichever of the two records it is written."
)
class RelationKind(Enum):
    PARENT = "PARENT"
    CHILD = "CHILD"
    STEP_PARENT = "STEP_PARENT"
    STEP_CHILD = "STEP_CHILD"
    GRANDPARENT = "GRANDPARENT"
    GRANDCHILD = "GRANDCHILD"
    CARER = "CARER"
    CARED_FOR = "CARED_FOR"
    PARTNER = "PARTNER"
    SIBLING = "SIBLING"
    RELATIVE = "RELATIVE"


@strawberry.enum(
    description="What it rests on. STATED: an agency says so. INFERRED: the model concludes it from how "
    "alike records are. The two are never in one list."
)
class RelationBasis(Enum):
    STATED = "stated"
    INFERRED = "inferred"


@strawberry.type(description="Somebody who is related to the person, as one agency states it.")
class Relation:
    person_id: strawberry.ID
    kind: RelationKind
    says: str
    basis: RelationBasis
    agency: t.Agency
    since: dt.datetime = strawberry.field(
        description="Since when it is recorded here; since when they have been related is not said."
    )


@strawberry.type
class Relations:
    listed: list[Relation] = strawberry.field(description="By person, kind and agency; capped.")
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")
    says: str


SAYS = (
    "Only what agencies state under agreements that cover your purpose: somebody who is not listed may be a "
    "relative all the same."
)


def relations(asking: Asking, row: PersonRow, shaper: shape.Shaper) -> Relations:
    """Relations of a person for a caller who may know which agencies have a record of them.

    Raises:
        NotAllowedError: the caller may not.
    """
    permit(asking.caller, Question.RELATIONS)
    listed = [_relation(each, shaper) for each in first_said(map(_turned, row["relations"]))]
    asking.answer_with("people", [each.person_id for each in listed])
    asking.answer_with("agencies", [each.agency.id for each in listed])
    cut = row["relation_count"] - len(row["relations"])
    return Relations(
        listed=listed,
        not_shown=[f"{cut} further statements are not shown: {MOST_RELATIONS} are."] if cut else [],
        says=SAYS,
    )


def first_said(told: Iterable[tuple[tuple[str, ...], T]]) -> list[T]:
    """Of statements that say the same the one recorded first, in the order of what they say."""
    found: dict[tuple[str, ...], T] = {}
    for what, row in told:
        if what not in found or row["since"] < found[what]["since"]:
            found[what] = row
    return [found[what] for what in sorted(found)]


def _turned(row: RelationRow) -> tuple[tuple[str, ...], RelationRow]:
    """What is said, once an agency: what the other is to the person."""
    kind = relation_kinds()[row["kind"]]
    name = kind.inverse if row["theirs"] else kind.name
    return (row["person"], name, row["agency"]), {**row, "kind": name, "theirs": False}


def _relation(row: RelationRow, shaper: shape.Shaper) -> Relation:
    agency = shaper.agency(row["agency"])
    title = relation_kinds()[row["kind"]].title
    return Relation(
        person_id=ID(row["person"]),
        kind=RelationKind[row["kind"]],
        says=f"{title}, as {agency.name} states.",
        basis=RelationBasis.STATED,
        agency=agency,
        since=moment(row["since"]),
    )
