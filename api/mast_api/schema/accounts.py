"""From the resolver's accounts to GraphQL types and sentences. Nothing is decided here but wording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from strawberry import ID

from mast_api.schema import shape
from mast_api.schema import steward_types as t
from mast_api.schema.records import bits, listed
from mast_api.schema.types import Superseded
from mast_api.stewarding import Decided
from mast_graph.decisions import StandingDecision
from mast_graph.reviewing import RecordRow
from mast_resolver import explain
from mast_resolver.merging import Bond, Step
from mast_resolver.ports import Decision
from mast_resolver.records import EntityId, Kind, RecordId
from mast_resolver.score import Evidence, ModelScorer

NOUNS: Final = {Kind.PERSON: ("person", "people"), Kind.ADDRESS: ("address", "addresses")}
_DECIDED: Final = {t.MatchDecision.SAME: "one", t.MatchDecision.DIFFERENT: "not one"}

APART: Final = {
    t.ApartReason.DECISION: "A steward decided that a record of one and one of the other are not one {noun}.",
    t.ApartReason.IMPOSSIBLE: "A record of one and one of the other have different {number}s, and {nothing} "
    "has two. If one of them is wrong, decide that the two records are the same.",
    t.ApartReason.AFTER_DEATH: "A record of one states a death, and the agency of one of the other saw its "
    "person alive more than two months later. If that is wrong, decide that the two records are the same.",
    t.ApartReason.NO_EVIDENCE: "No record of one and one of the other share what few records have, and "
    "weigh enough to be evidence.",
    t.ApartReason.WEAK: "No record of one and one of the other weigh {join} together, of those that share "
    "what few records have: records are joined along such a link.",
    t.ApartReason.AVERAGE: "All pairs between them weigh {average} on average; it takes {join} to join them.",
    t.ApartReason.CUT: "They are part of so large a group of look-alikes that it was cut along its weakest "
    "evidence, and the cut lies between them.",
}
_NUMBERS: Final = {
    Kind.PERSON: {"number": "NHS number", "nothing": "nobody"},
    Kind.ADDRESS: {"number": "property number", "nothing": "no address"},
}
_SURE: Final = {
    Kind.PERSON: "; joined before the rest, for evidence between them leaves no doubt",
    Kind.ADDRESS: "; joined before the rest, for the one is a property of the gazetteer that the other fits",
}
VERDICTS: Final = {
    Decision.SAME: "The two records weigh {weight} together: on their own that joins them, from {join} on.",
    Decision.REVIEW: "The two records weigh {weight} together: not enough to join them, which takes {join}, "
    "but enough for a person to look, from {review} on.",
    Decision.DIFFERENT: "The two records weigh {weight} together: a pair is looked at from {review} on.",
}


def standing(
    found: StandingDecision, reason: str, entities: Mapping[RecordId, EntityId | None], kind: Kind
) -> t.StandingDecision:
    """A decision that stands, its reason opened; ``entities`` is of whom or what its records are by now."""
    decision = t.MatchDecision(found.kind.value)
    left, right = entities[found.left], entities[found.right]
    return t.StandingDecision(
        id=ID(found.id),
        left_record_id=ID(found.left),
        right_record_id=ID(found.right),
        left_entity_id=ID(left) if left else None,
        right_entity_id=ID(right) if right else None,
        decision=decision,
        by=found.by,
        at=found.at,
        reason=reason,
        says=f"{found.by} decided on {found.at:%-d %B %Y} that the two records are "
        f"{_DECIDED[decision]} {NOUNS[kind][0]}.",
    )


def pair(
    account: explain.PairAccount, scorer: ModelScorer, decision: t.StandingDecision | None
) -> t.PairExplanation:
    """Two records."""
    left, right = account.entities
    return t.PairExplanation(
        left_record_id=ID(account.left),
        right_record_id=ID(account.right),
        kind=t.EntityKind(scorer.model.kind.value),
        left_entity_id=ID(left),
        right_entity_id=ID(right),
        one_entity=left == right,
        parts=list(_waterfall(account.parts, start=0)),
        weight_millibits=account.weight,
        context=list(_waterfall(account.context, start=account.weight)),
        counted_millibits=account.counted,
        join_at_millibits=scorer.join_at,
        review_at_millibits=scorer.review_at,
        fracture_at_millibits=scorer.fracture_at,
        in_doubt=account.in_doubt,
        verdict=t.Verdict(account.decision.value),
        stored_millibits=account.stored,
        comparable=account.shares_key,
        decision=decision,
        model_version=scorer.version,
        says=list(_pair_says(account, scorer, decision)),
    )


def apart(
    account: explain.EntityAccount, scorer: ModelScorer, decisions: list[t.StandingDecision]
) -> t.EntitiesExplanation:
    """Why two people, or two addresses, are not one."""
    reasons = [t.ApartReason(reason.value) for reason in account.apart]
    said = {
        "average": bits(account.average),
        "join": bits(scorer.join_at),
        "noun": NOUNS[scorer.model.kind][0],
        **_NUMBERS[scorer.model.kind],
    }
    return t.EntitiesExplanation(
        left_entity_id=ID(account.entities[0]),
        right_entity_id=ID(account.entities[1]),
        average_millibits=account.average,
        pair_count=account.pairs,
        reasons=reasons,
        decisions=decisions,
        says=[APART[reason].format(**said) for reason in reasons],
    )


def tree(
    found: explain.MergeTree,
    rows: Iterable[RecordRow],
    decisions: Sequence[t.StandingDecision],
    scorer: ModelScorer,
) -> t.MergeTree:
    """How a person or an address came to be."""
    return t.MergeTree(
        entity_id=ID(found.entity),
        records=listed(rows, [found]),
        steps=[_step(number, step, scorer.model.kind) for number, step in enumerate(found.steps, start=1)],
        evidence=[
            t.EvidenceEdge(
                left_record_id=ID(edge.left),
                right_record_id=ID(edge.right),
                millibits=edge.weight,
                verdict=t.Verdict(edge.decision.value),
            )
            for edge in found.evidence
        ],
        decisions=list(decisions),
        model_version=scorer.version,
    )


def outcome(decided: Decided) -> t.DecisionOutcome:
    """What a decision changed."""
    changes, (noun, _) = decided.changes, NOUNS[decided.of]
    moved = len({record for record, _ in changes.assigned})
    belong = "1 record belongs" if moved == 1 else f"{moved} records belong"
    nothing = "Nobody's records changed." if decided.of is Kind.PERSON else "No address's records changed."
    says = f"{belong} to another {noun} now." if moved else nothing
    if any(entity is None for _, entity in decided.records):
        says += " A record that is not present now is bound by the decision when it comes again."
    return t.DecisionOutcome(
        decision_id=ID(decided.id),
        at=decided.at,
        records=[
            t.RecordOfEntity(record_id=ID(record), entity_id=ID(entity) if entity else None)
            for record, entity in decided.records
        ],
        created_entity_ids=[ID(each) for each in changes.created],
        superseded=superseded({str(gone.old): gone.successors for gone in changes.superseded}),
        says=says,
    )


def superseded(stands_for: Mapping[str, Sequence[str]]) -> list[Superseded]:
    """Old ids among those asked for, and who stands for them now."""
    found = [
        shape.superseded([{"id": id_, "successors": list(now)}])
        for id_, now in stands_for.items()
        if list(now) != [id_]
    ]
    return [each for each in found if each is not None]


def _waterfall(parts: Sequence[Evidence], *, start: int) -> Iterator[t.EvidencePart]:
    sums = accumulate((part.weight for part in parts), initial=start)
    for part, before in zip(parts, sums, strict=False):
        yield t.EvidencePart(
            rule=part.rule,
            level=part.level,
            says=part.reason,
            start_millibits=before,
            millibits=part.weight,
            sum_millibits=before + part.weight,
        )


def _pair_says(
    account: explain.PairAccount, scorer: ModelScorer, decision: t.StandingDecision | None
) -> Iterator[str]:
    yield VERDICTS[account.decision].format(
        weight=bits(account.counted), join=bits(scorer.join_at), review=bits(scorer.review_at)
    )
    if account.context:
        yield f"Of themselves they weigh {bits(account.weight)}; who else they could be changes it."
    if not account.shares_key:
        yield "They share too little that few records have, so they were not compared: others may link them."
    if decision is not None:
        yield decision.says
    noun, many = NOUNS[scorer.model.kind]
    one, other = account.entities
    if one != other:
        yield f"They are two {many}."
    elif account.met is None:
        yield f"They are one {noun}; by what evidence is not known until all of it is weighed anew."
    elif account.met.bond is Bond.MUST:
        yield f"They are one {noun}, because a steward decided so of them or of records tied to them."
    elif account.met.bond is Bond.COPY:
        yield f"They are one {noun}: one of them says exactly what the other says."
    else:
        yield (
            f"They are one {noun}: groups of {len(account.met.left)} and {len(account.met.right)} records "
            f"were joined at {bits(account.met.average)} on average."
        )
    if account.mistaken:
        yield f"That is in doubt, however much they weigh. {account.mistaken}"
    elif account.in_doubt and scorer.fracture_at is not None:
        yield (
            "That is in doubt: this person has two sides, and nothing between them weighs more than these "
            f"two records. From {bits(scorer.fracture_at)} on there is no doubt."
        )


def _step(number: int, step: Step, kind: Kind) -> t.MergeStep:
    by = {
        Bond.MUST: "; joined by a steward's decision",
        Bond.AVERAGE: "",
        Bond.SURE: _SURE[kind],
        Bond.COPY: "; the second says exactly what the first says, and goes where it goes",
    }[step.bond]
    return t.MergeStep(
        number=number,
        bond=t.BondKind(step.bond.value),
        left_record_ids=_ids(step.left),
        right_record_ids=_ids(step.right),
        average_millibits=step.average,
        says=f"{_records(step.left)} and {_records(step.right)}: {bits(step.average)} on average{by}.",
    )


def _records(group: Sequence[RecordId]) -> str:
    return "1 record" if len(group) == 1 else f"{len(group)} records"


def _ids(group: Sequence[RecordId]) -> list[ID]:
    return [ID(each) for each in group]
