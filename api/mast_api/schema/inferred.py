"""Who likely shares a home: evidence of the model, kept apart from what agencies state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import Enum
from typing import Final

import strawberry
from strawberry import ID

from mast_api import inferring
from mast_api.access import Question, permit
from mast_api.asking import Asking
from mast_api.people_search import telling
from mast_api.schema.keepers import answer_with_records
from mast_api.schema.records import bits
from mast_api.schema.relations import RelationBasis
from mast_resolver.housemates import LIKELY_AT, SharedHome

MOST_INFERRED: Final = 50
MOST_ASKED: Final = 100
"""People of a network whose records are looked at, those met first."""
SAYS: Final = (
    f"Concluded from how alike records are, from {bits(LIKELY_AT)} on; no agency states it. It may be out of "
    "date, and it says nothing of kinship: a lodger looks like a relative here. Who lived where is in homes "
    "and coResidents."
)


@strawberry.enum(description="What is concluded of two people.")
class InferredKind(Enum):
    SAME_HOUSEHOLD = "same_household"


@strawberry.type(
    description="That two people likely share a home, or did, by the likeliest of their records."
)
class InferredRelation:
    person_id: strawberry.ID
    other_id: strawberry.ID
    kind: InferredKind
    says: str
    basis: RelationBasis
    weight_bits: float = strawberry.field(
        description="Log2 of the odds that the two records are of two people of one household."
    )
    agrees: list[str] = strawberry.field(description="What speaks for it, in sentences without values.")
    differs: list[str] = strawberry.field(description="What speaks against it.")
    record_ids: list[strawberry.ID] = strawberry.field(
        description="The two records that it rests on; `why` tells more of them."
    )


@strawberry.type
class InferredRelations:
    listed: list[InferredRelation] = strawberry.field(description="Likeliest first; capped.")
    not_shown: list[str] = strawberry.field(description="What was cut, as sentences.")
    says: str


async def inferred(asking: Asking, people: Sequence[str], *, among: bool) -> InferredRelations:
    """Evidence of a home between these people and others; with ``among`` only between themselves.

    Raises:
        NotAllowedError: the caller may not know what the model makes of records.
    """
    permit(asking.caller, Question.INFERRED_RELATIONS)
    looked_at = people[:MOST_ASKED]
    live = asking.services.live
    found = await asyncio.to_thread(inferring.shared_homes, live, looked_at, among=among) if looked_at else []
    listed = found[:MOST_INFERRED]
    for each in listed:
        asking.answer_with("people", [each.person, each.other])
    await answer_with_records(asking, [record for each in listed for record in each.records])
    cut = []
    if len(found) > len(listed):
        cut.append(f"{len(found) - len(listed)} further pairs are not shown: {MOST_INFERRED} are.")
    if len(people) > MOST_ASKED:
        cut.append(f"Of {len(people)} people {MOST_ASKED} were looked at.")
    return InferredRelations(listed=list(map(_relation, listed)), not_shown=cut, says=SAYS)


def _relation(found: SharedHome) -> InferredRelation:
    agrees, differs = telling(found.evidence)
    return InferredRelation(
        person_id=ID(found.person),
        other_id=ID(found.other),
        kind=InferredKind.SAME_HOUSEHOLD,
        says=f"Likely of one household, by {bits(found.weight)}: inferred from two records, not stated.",
        basis=RelationBasis.INFERRED,
        weight_bits=found.weight / 1_000,
        agrees=agrees,
        differs=differs,
        record_ids=[ID(each) for each in found.records],
    )
