"""The schema walked: every root field, and every place of its arguments that takes an id or a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
)
from tests.everything import asking_everything
from tests.town import NOW

from mast_api.access import Purpose, Question, Role, in_force
from mast_api.schema import build_schema

ABSENT: Final = {
    "P": "P-never",
    "A": "A-never",
    "H": "H-never",
    "r": "r" + "0" * 32,
    "D": "D-never",
    "G": "G-never",
    "M": "M-never",
    "L": "AL-never",
    "E": "RE-never",
    "F": "AF-" + "0" * 24,
    "Q": "Q-never",
}
"""An id of each kind that nothing has."""

EDGES: Final = {
    "Date": (
        *("0001-01-01", "0001-01-31", "0001-12-31", "0002-02-28", "1900-02-28", "2024-02-29"),
        *("9998-12-31", "9999-01-01", "9999-12-31"),
    ),
    "DateTime": (
        *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00"),
        *("0001-12-31T23:59:59-12:00", "0002-01-01T00:00:00+14:00", "2024-02-29T00:00:00+14:00"),
        *("2024-02-29T23:59:59.999999-12:00", "9998-12-31T23:59:59.999999-12:00"),
        *("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00", "9999-12-31T00:00:00+14:00"),
    ),
}
"""Days and moments at the ends of the calendar, leap days, and the zones that are furthest from ours."""

SOUGHT: Final[dict[str, dict[str, Any]]] = {
    "concernsAtAddress": {"address": "1 Nowhere Street, Walsall WS9 9ZZ"},
    "searchPeople": {"givenName": "Zebedee", "familyName": "Zzyzx"},
    "pathsBetween": {"left": "P-never", "right": "P-neither"},
    "breakGlass": {"target": {"id": "P-never"}},
    "decideRelease": {"digest": "0" * 64},
}
"""What is refused before anybody looks who asks: nothing that is sought, or one person twice."""

WITHIN: Final = {
    "relations": Question.RELATIONS,
    "inferredRelations": Question.INFERRED_RELATIONS,
    "records": Question.HOW,
}
"""Fields that are questions of their own within others."""

KINDS: Final[dict[str, str]] = {
    "behindGlass.id": "G", "reviewBreakGlass.id": "G", "breakGlass.target.id": "PA",
    "breakGlasses.after": "", "auditTrail.about": "PAH", "auditTrail.after": "", "addressHistory.id": "A",
    "coResidents.person": "P", "householdNetwork.id": "H", "pathsBetween.left": "P",
    "pathsBetween.right": "P", "networkExtract.after": "H", "why.left": "rPA",
    "why.right": "rPA", "how.id": "PA", "address.id": "A",
    "person.id": "P", "household.id": "H", "shield.id": "PA", "unshield.id": "PA",
    "recordMatchDecision.left": "r", "recordMatchDecision.right": "r", "revokeMatchDecision.decision": "D",
    "splitRecords.entity": "PA", "splitRecords.records": "r", "agencyReferences.id": "Pr",
    "marks.id": "Pr", "marks.after": "", "mark.id": "Pr", "liftMark.id": "M", "alerts.after": "",
    "alert.id": "L", "acknowledgeAlert.id": "L", "release.id": "E", "decideRelease.id": "E",
    "judgeAccess.id": "F", "noteRightsRequest.id": "P", "settleRightsRequest.id": "Q",
}  # fmt: skip
"""Of what kinds an argument takes ids; a new one has to be said here."""


@dataclass(frozen=True, slots=True)
class Place:
    """One argument of a root field, or one part of it, that takes an id or a text."""

    root: Root
    argument: str
    path: tuple[str, ...] = ()
    kind: str = "String"

    @property
    def is_id(self) -> bool:
        return self.kind == "ID"

    def filled(self, value: str, others: dict[str, Any]) -> dict[str, Any]:
        """The variables of a question with this value here."""
        type_ = self.root.field.args[self.argument].type
        content: Any = value
        for name in reversed(self.path):
            content = {name: content}
        if self.path and self.path[-1] == "lines":
            content = {"lines": [value]}
        elif self.path and "lines" in get_named_type(type_).fields:  # type: ignore[attr-defined]
            content = {"lines": ["1 High Street"], **content}
        if isinstance(_bare(type_), GraphQLList):
            content = [content]
        return others | {self.argument: content}

    def __str__(self) -> str:
        return ".".join((self.root.name, self.argument, *self.path))


@dataclass(frozen=True, slots=True)
class Root:
    """One root field of the schema."""

    name: str
    kind: str
    field: GraphQLField = field(repr=False)

    @property
    def document(self) -> str:
        """A document that asks all there is of it."""
        return asking_everything(self.name, kind=self.kind)

    def document_for(self, caller: Mapping[str, str]) -> str:
        """The same without the fields that this caller may not ask for."""
        may = in_force().questions(caller["role"], caller["purpose"])
        without = {field for field, question in WITHIN.items() if question not in may}
        return asking_everything(self.name, kind=self.kind, without=without)

    @property
    def absent(self) -> dict[str, Any]:
        """What it cannot do without, of what is not there."""
        needed = {
            name: _sample(self.name, name, argument.type)
            for name, argument in self.field.args.items()
            if isinstance(argument.type, GraphQLNonNull)
            and argument.default_value in (None, Undefined)
            and name not in SOUGHT.get(self.name, {})
        }
        return needed | SOUGHT.get(self.name, {})

    def places(self, kinds: tuple[str, ...] = ("String", "ID")) -> Iterator[Place]:
        """Every place of its arguments that takes an id or a text, or what is named instead."""
        for name, argument in self.field.args.items():
            named = get_named_type(argument.type)
            yield from (Place(self, name, path, kind=kind) for path, kind in _within(named, kinds))


def subscriptions() -> list[str]:
    """Every root field that is subscribed to; they are asked over a socket (test_sockets)."""
    core = build_schema(introspection=False).core
    assert core.subscription_type is not None
    return sorted(core.subscription_type.fields)


def roots() -> list[Root]:
    """Every root field, questions first."""
    core = build_schema(introspection=False).core
    assert core.query_type is not None
    assert core.mutation_type is not None
    return [
        Root(name, kind, each)
        for kind, type_ in (("query", core.query_type), ("mutation", core.mutation_type))
        for name, each in type_.fields.items()
    ]


def places() -> list[Place]:
    """Every place of the whole schema that takes an id or a text."""
    return [place for root in roots() for place in root.places()]


def dates() -> list[Place]:
    """Every place of the whole schema that takes a day or a moment."""
    return [place for root in roots() for place in root.places(("Date", "DateTime"))]


def callers(question: str, *, may: bool) -> list[dict[str, Any]]:
    """Roles and purposes that are admitted, and may, or may not, ask this."""
    policy = in_force()
    return [
        {"role": str(role), "purpose": str(purpose)}
        for role in Role
        for purpose in Purpose
        if policy.may_act(role, purpose) and policy.may_ask(role, purpose, Question(question)) is may
    ]


def _sample(root: str, name: str, type_: Any) -> Any:
    named = get_named_type(type_)
    if named.name == "ID":
        one = ABSENT[KINDS[f"{root}.{name}"][0]]
        return [one] if isinstance(_bare(type_), GraphQLList) else one
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    return {"String": "because", "Int": 2, "Boolean": False, "Date": NOW.date().isoformat()}[named.name]


def _within(
    named: Any, kinds: tuple[str, ...], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The paths to everything of some kinds in an argument, through the inputs that it is made of."""
    if isinstance(named, GraphQLInputObjectType):
        for name, each in named.fields.items():
            yield from _within(get_named_type(each.type), kinds, (*path, name))
    elif named.name in kinds:
        yield path, named.name


def _bare(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_
