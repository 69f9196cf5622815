"""The root field that leads back to the agencies' own records: sealed to each, opened only there."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.schema import ids, paging, shape
from mast_api.schema import types as t
from mast_graph import agency_keys
from mast_resolver.records import RecordId

Info = strawberry.Info[Asking, None]

Whose = Annotated[
    ID, strawberry.argument(name="id", description="The id of a person, or of one of their records.")
]


@strawberry.type(
    description="An agency's own reference, which only that agency can open (`mast open-reference`). "
    "It opens for the purpose it was asked for; two of one record are not alike."
)
class SealedReference:
    agency_id: strawberry.ID
    sealed: str


@strawberry.type(description="An agency that could not be given its references.")
class AgencyWithoutKey:
    agency_id: strawberry.ID
    says: str


@strawberry.type(
    description="References of those agencies of which the caller may see a contact with the person."
)
class AgencyReferences:
    as_of: dt.datetime
    references: list[SealedReference]
    without_key: list[AgencyWithoutKey]
    caution: t.Caution


@strawberry.type
class ReferenceQuery:
    @strawberry.field(
        description="The agencies' own references to a person, each sealed to its agency, for them to look "
        "up whom an enquiry is about. They are shown to nobody in clear."
    )
    async def agency_references(self, info: Info, id_: Whose) -> AgencyReferences:
        asking = info.context
        record = ids.record_id(id_) if ids.is_record(id_) else None
        people = [] if record else [ids.person_id(id_)]
        records = [record] if record else []
        await asking.intend(Question.AGENCY_REFERENCES, {"ids": [*people, *records]})
        scope = paging.scope(asking)
        rows = await agency_keys.agency_references(
            asking.services.store, scope, people=people, records=records
        )
        asking.answer_with("records", [row["record"] for row in rows if row["public"]])
        asking.answer_with("agencies", [row["agency"] for row in rows])
        look_up, purpose = asking.services.look_up, asking.caller.purpose.value
        sealed = [
            SealedReference(
                agency_id=ID(row["agency"]),
                sealed=look_up.sealed_to_agency(
                    RecordId(row["record"]), row["reference"], row["agency"], purpose, public
                ),
            )
            for row in rows
            if (public := row["public"]) is not None
        ]
        return AgencyReferences(
            as_of=scope.as_of,
            # In an order that says nothing: that of the records would tie two answers together.
            references=sorted(sealed, key=lambda each: (each.agency_id, each.sealed)),
            without_key=[
                AgencyWithoutKey(
                    agency_id=ID(agency),
                    says="This agency has registered no key to open references with: ring its duty desk.",
                )
                for agency in sorted({row["agency"] for row in rows if row["public"] is None})
            ],
            caution=shape.caution(shape.duty_team(asking.services.settings), anything=bool(rows)),
        )
