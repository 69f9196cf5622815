"""The register of agreements, for those who answer for it."""

from __future__ import annotations

import datetime as dt
from typing import cast

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_graph import agreement_rows
from mast_graph.agreement import Term, View
from mast_graph.agreement_rows import Registered

Info = strawberry.Info[Asking, None]

strawberry.enum(
    View,
    name="AgreedView",
    description="The latest contact of each agency and type, or every contact for those whose role may.",
)


@strawberry.type(description="What an agreement says of one class of data.")
class AgreedTerm:
    data_class: str
    gateway: str = strawberry.field(description="The legal gateway that it is shared through.")
    view: View
    months: int = strawberry.field(description="How far back it is shown; open episodes always are.")
    retention_months: int = strawberry.field(description="How long it is kept.")


@strawberry.type(description="A data sharing agreement as it is in force, and whether it serves.")
class SharingAgreement:
    id: ID
    name: str
    version: int
    owner: str
    party_ids: list[ID]
    purposes: list[str]
    terms: list[AgreedTerm]
    serves: bool = strawberry.field(description="Questions are answered under it now.")
    starts: dt.date | None
    ends: dt.date | None = strawberry.field(description="The first day on which it serves no more.")
    review_by: dt.date | None = strawberry.field(description="Unless reviewed by then, it stops serving.")
    recorded_from: dt.datetime
    changed_by: str = strawberry.field(
        description="Who put it in force, reviewed or ended it, whatever came last."
    )
    warning: str = strawberry.field(description="Empty, or what its keeper should see to.")


@strawberry.type
class AgreementQuery:
    @strawberry.field(description="Every agreement that data is shared under, by id.")
    async def agreements(self, info: Info) -> list[SharingAgreement]:
        asking = info.context
        await asking.intend(Question.AGREEMENTS, {})
        rows = agreement_rows.read(await asking.services.store.read("read.agreements"))
        asking.answer_with("agreements", [each.agreement.id for each in rows])
        return [_shown(each, asking.services.settings.as_at or asking.now) for each in rows]


def _shown(entry: Registered, today: dt.datetime) -> SharingAgreement:
    agreement = entry.agreement
    return SharingAgreement(
        id=ID(agreement.id),
        name=agreement.name,
        version=agreement.version,
        owner=agreement.owner,
        party_ids=cast("list[ID]", list(agreement.parties)),
        purposes=list(agreement.purposes),
        terms=[_term(term) for term in agreement.terms],
        serves=agreement.serves(today),
        starts=agreement.starts,
        ends=agreement.ends,
        review_by=agreement.review_by,
        recorded_from=entry.recorded_from,
        changed_by=entry.changed_by,
        warning=agreement.warning(today),
    )


def _term(term: Term) -> AgreedTerm:
    return AgreedTerm(
        data_class=term.data_class,
        gateway=term.gateway,
        view=term.view,
        months=term.months,
        retention_months=term.retention_months,
    )
