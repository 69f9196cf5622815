"""What agencies state about who is related to whom, of many people at once. One query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict, cast

from mast_graph.history import NamedAgencyRow
from mast_graph.moments import to_text
from mast_graph.read import Reader, Scope

MOST_STATED: Final = 1_000
"""Statements to list: a page of the extract has some hundreds of people, each with a few."""


class StatedRow(TypedDict):
    """On a record of ``person``: ``other`` is ``kind`` to them."""

    person: str
    other: str
    kind: str
    agency: str
    since: int


class StatedRelationsRow(TypedDict):
    """All statements on records of some people, and how many there are, those cut included."""

    relations: list[StatedRow]
    relation_count: int
    agencies: list[NamedAgencyRow]


async def relations_of(
    store: Reader, scope: Scope, people: Sequence[str], *, among: bool, under: str = ""
) -> StatedRelationsRow:
    """Who others are to these people; with ``among`` where both are of them, ``under`` one agreement."""
    sharing = scope.sharing()
    names = ("purpose", "agency", "serving_at", "data_classes")
    rows = await store.read(
        "read.relations_of",
        people=list(people),
        among=among,
        now=to_text(scope.as_of),
        **{name: sharing[name] for name in names},
        under=under,
        most=MOST_STATED,
    )
    return cast("StatedRelationsRow", rows[0])
