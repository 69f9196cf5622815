"""The GraphQL types of who is who, record by record: numbers as they were used, and the same in sentences."""

from __future__ import annotations

import datetime as dt
from enum import Enum

import strawberry

from mast_api.schema.records import MemberRecord
from mast_api.schema.types import PageInfo, Superseded


@strawberry.enum(description="What records are of.")
class EntityKind(Enum):
    PERSON = "person"
    ADDRESS = "address"


@strawberry.enum(description="What the weight of a pair says of it.")
class Verdict(Enum):
    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


@strawberry.enum(description="What a steward is asked about a pair of records.")
class ReviewLane(Enum):
    APART = strawberry.enum_value(
        "apart", description="They are of two people, or two addresses, that may be one."
    )
    DOUBT = strawberry.enum_value(
        "doubt", description="They are of one person, and what holds that person together is weak."
    )


@strawberry.enum(description="What a steward decides about two records; CLEAR revokes what stands.")
class MatchDecision(Enum):
    SAME = "must"
    DIFFERENT = "cannot"
    CLEAR = "clear"


@strawberry.enum(description="Why groups of records were put together.")
class BondKind(Enum):
    DECISION = "must"
    AVERAGE = "average"
    SURE = "sure"
    COPY = "copy"


@strawberry.enum(description="Why two people, or two addresses, are not one.")
class ApartReason(Enum):
    DECISION = "cannot"
    IMPOSSIBLE = "impossible"
    AFTER_DEATH = "after_death"
    NO_EVIDENCE = "no_evidence"
    WEAK = "weak"
    AVERAGE = "average"
    CUT = "cut"


@strawberry.type(description="A steward's decision about two records that stands.")
class StandingDecision:
    id: strawberry.ID
    left_record_id: strawberry.ID
    right_record_id: strawberry.ID
    left_entity_id: strawberry.ID | None = strawberry.field(
        description="Of whom or what the record is by now. None while it is not present."
    )
    right_entity_id: strawberry.ID | None
    decision: MatchDecision
    by: str
    at: dt.datetime
    reason: str = strawberry.field(description="As it was written; stored sealed.")
    says: str


@strawberry.type(description="One bar of the waterfall: from the sum before it to the sum after it.")
class EvidencePart:
    rule: str
    level: str
    says: str
    start_millibits: int
    millibits: int
    sum_millibits: int


@strawberry.type(description="Two records: the parts add up to the weight, which is the one that was used.")
class PairExplanation:
    left_record_id: strawberry.ID
    right_record_id: strawberry.ID
    kind: EntityKind
    left_entity_id: strawberry.ID
    right_entity_id: strawberry.ID
    one_entity: bool
    parts: list[EvidencePart]
    weight_millibits: int
    context: list[EvidencePart] = strawberry.field(
        description="What the other records that fit one of the two, or the lack of them, add to the weight; "
        "the waterfall goes on from the last part."
    )
    counted_millibits: int = strawberry.field(description="The weight with its context: what is joined by.")
    join_at_millibits: int
    review_at_millibits: int
    fracture_at_millibits: int | None = strawberry.field(
        description="Who is held together by less is in doubt; so is, at any weight, who may be two "
        "relatives (`says`). None where nobody asks: a model of before."
    )
    in_doubt: bool = strawberry.field(
        description="They are one person, and in doubt: nothing that holds better lies between the two sides "
        "of that person, of which each has one of these two records."
    )
    verdict: Verdict
    stored_millibits: int | None = strawberry.field(
        description="The evidence kept between the two, if any: the weight, without context."
    )
    comparable: bool = strawberry.field(description="They share enough that few records have to be compared.")
    decision: StandingDecision | None
    model_version: str
    says: list[str]


@strawberry.type(description="Two people, or two addresses: why they are not one.")
class EntitiesExplanation:
    left_entity_id: strawberry.ID
    right_entity_id: strawberry.ID
    average_millibits: int = strawberry.field(description="Of all pairs between them, rounded down.")
    pair_count: int
    reasons: list[ApartReason]
    decisions: list[StandingDecision] = strawberry.field(description="Those that keep the two apart.")
    says: list[str]


@strawberry.type(
    description="Why two records, or two people or addresses, are or are not one. Where an old id stands for "
    "several now, none is chosen: there is no pair, and `superseded` lists them."
)
class Why:
    superseded: list[Superseded]
    pair: PairExplanation | None = strawberry.field(description="The two, or the heaviest between entities.")
    entities: EntitiesExplanation | None = strawberry.field(description="None where they are one.")
    says: str


@strawberry.type(description="Two groups of records that were put together.")
class MergeStep:
    number: int
    bond: BondKind
    left_record_ids: list[strawberry.ID]
    right_record_ids: list[strawberry.ID]
    average_millibits: int = strawberry.field(description="Of all pairs between them, rounded down.")
    says: str


@strawberry.type
class EvidenceEdge:
    left_record_id: strawberry.ID
    right_record_id: strawberry.ID
    millibits: int
    verdict: Verdict


@strawberry.type(
    description="How a person or an address came to be: each record on its own first, then step by step."
)
class MergeTree:
    entity_id: strawberry.ID
    records: list[MemberRecord]
    steps: list[MergeStep]
    evidence: list[EvidenceEdge]
    decisions: list[StandingDecision]
    model_version: str


@strawberry.type(description="One tree; several where an old id was split; none where nothing is known.")
class How:
    superseded: Superseded | None
    entities: list[MergeTree]


@strawberry.type(
    description="Two people, or two addresses, that may be one, by the pair of their records that weighs "
    "most; or one person who may be two, by the weakest link that holds the records together."
)
class ReviewItem:
    kind: EntityKind
    lane: ReviewLane
    value: int = strawberry.field(
        description="What a look is worth. Of two: how near the pair is to being joined, in "
        "thousandths, times the records of both; of addresses the first alone. Of one: how far it is below "
        "what leaves no doubt, in thousandths of the way down to what joins, times twice the records of the "
        "smaller side."
    )
    left_agency_id: strawberry.ID
    right_agency_id: strawberry.ID
    pair: PairExplanation


@strawberry.type
class ReviewEdge:
    cursor: str
    node: ReviewItem


@strawberry.type(description="The greatest value first, of both lanes. Who is decided is no longer in it.")
class ReviewConnection:
    edges: list[ReviewEdge]
    page_info: PageInfo


@strawberry.type
class RecordOfEntity:
    record_id: strawberry.ID
    entity_id: strawberry.ID | None = strawberry.field(description="None while the record is not present.")


@strawberry.type(description="What a decision changed.")
class DecisionOutcome:
    decision_id: strawberry.ID
    at: dt.datetime
    records: list[RecordOfEntity]
    created_entity_ids: list[strawberry.ID]
    superseded: list[Superseded]
    says: str
