"""The records of a person: for stewards only, because they say which agencies know somebody."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence

import strawberry
from strawberry import ID

from mast_api import explaining
from mast_api.access import Question, permit
from mast_api.asking import Asking
from mast_graph import reviewing
from mast_graph.reviewing import RecordRow
from mast_resolver.explain import MergeTree
from mast_resolver.merging import Bond
from mast_resolver.records import Kind, MatchWeight


@strawberry.type(description="A record of a person or an address, as one agency keeps it.")
class MemberRecord:
    record_id: strawberry.ID
    agency_id: strawberry.ID
    since: dt.datetime
    says: str = strawberry.field(description="What ties it to the others most.")
    accuracy_contested: bool = strawberry.field(
        description="Somebody says that what it says is wrong, and that is not decided yet."
    )


async def records_of(asking: Asking, person: str) -> list[MemberRecord]:
    """The records of a live person.

    Raises:
        NotAllowedError: the caller may not ask how people came to be.
    """
    permit(asking.caller, Question.HOW)
    rows = await reviewing.records_of_entities(asking.services.store, Kind.PERSON, [person])
    trees, _ = await asyncio.to_thread(explaining.how, asking.services.live, [person])
    asking.answer_with("records", [row["record"] for row in rows])
    asking.answer_with("agencies", [row["agency"] for row in rows])
    return listed(rows, trees)


def listed(rows: Iterable[RecordRow], trees: Sequence[MergeTree]) -> list[MemberRecord]:
    """Records as they are shown, each with what ties it to its person."""
    says = {record: said for tree in trees for record, said in _ties(tree).items()}
    return [
        MemberRecord(
            record_id=ID(row["record"]),
            agency_id=ID(row["agency"]),
            since=row["since"],
            says=says.get(row["record"], "It is not in memory yet: ask again in some seconds."),
            accuracy_contested=row["contested"],
        )
        for row in rows
    ]


def bits(millibits: MatchWeight | int) -> str:
    """A weight for a reader, every digit of it.

    Example:
        >>> bits(-1_250), bits(500)
        ('-1.250 bits', '0.500 bits')
    """
    sign, size = ("-" if millibits < 0 else ""), abs(millibits)
    return f"{sign}{size // 1000}.{size % 1000:03d} bits"


def _surely(millibits: MatchWeight | int) -> str:
    """What a weight means, in words: odds of a thousand to one, of a hundred, of more than even, or of less.

    Example:
        >>> _surely(18_569), _surely(7_000), _surely(1_500), _surely(-400)
        ('Very sure', 'Sure', 'Likely', 'Unsure')
    """
    steps = ((10_000, "Very sure"), (6_644, "Sure"), (0, "Likely"))
    return next((said for least, said in steps if millibits > least), "Unsure")


def _ties(tree: MergeTree) -> dict[str, str]:
    alone = len(tree.records) == 1
    is_place = reviewing.kind_of_entity(tree.entity) is Kind.ADDRESS
    nothing = f"This {'address' if is_place else 'person'} has no other record."
    says: dict[str, str] = dict.fromkeys(
        tree.records, nothing if alone else "It was joined through other records."
    )
    for edge in sorted(tree.evidence, key=lambda edge: edge.weight):
        for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
            says[one] = f"{_surely(edge.weight)}: it weighs {edge.weight / 1000:.1f} bits beside {other}."
    for step in tree.steps:
        if step.bond is Bond.MUST:
            decided = "A steward decided that it is " + ("of this address." if is_place else "this person's.")
            says |= dict.fromkeys((*step.left, *step.right), decided)
        elif step.bond is Bond.COPY:
            says[step.right[0]] = f"It says exactly what {step.left[0]} says."
    return says
