"""What decides here, for those who answer for it: models in force, and what the public is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.feeds.register import registered
from mast_api.models import deciding_models
from mast_graph import agreement_rows, alert_reading
from mast_graph.agreement import Agreement
from mast_resolver.model import Model

Info = strawberry.Info[Asking, None]


@strawberry.type(description="A model that decides which records are one person, or one address.")
class ModelInForce:
    kind: str
    version: str
    trained_on: str
    ships: bool = strawberry.field(
        description="It came with the program, or was learnt on from one that did; otherwise trained here."
    )
    limits: str = strawberry.field(description="What its card says that it cannot do; empty without a card.")


@strawberry.type(description="A field of the standard, and what is said.")
class RecordField:
    number: str
    name: str
    says: str


@strawberry.type
class RecordSection:
    title: str
    fields: list[RecordField]


@strawberry.type(
    description="The record of the Algorithmic Transparency Recording Standard, from what is in force here. "
    "What only the organisation can say it says when it publishes (`mast notices --about`)."
)
class TransparencyRecord:
    standard: str
    still_to_say: list[str] = strawberry.field(description="Fields that only the organisation can fill.")
    sections: list[RecordSection]
    models: list[ModelInForce]


@strawberry.type
class TransparencyQuery:
    @strawberry.field(description="The models in force, and the transparency record that is made of them.")
    async def transparency_record(self, info: Info) -> TransparencyRecord:
        asking = info.context
        await asking.intend(Question.TRANSPARENCY_RECORD, {})
        rows = agreement_rows.read(await asking.services.store.read("read.agreements"))
        agreements = [each.agreement for each in rows]
        asking.answer_with("agreements", [each.id for each in agreements])
        rules = await alert_reading.every_rule(asking.services.store)
        texts = {each.id: each.text for each in rules if each.in_force}
        models = await asking.services.store.read("read.deciding_models")
        return await asyncio.to_thread(_record, asking, agreements, texts, models)


def _record(
    asking: Asking,
    agreements: Sequence[Agreement],
    rules: Mapping[str, str],
    stored: Sequence[Mapping[str, Any]],
) -> TransparencyRecord:
    """Blocking: it reads the models and their cards, and the register of feeds.

    Raises:
        ModelFileError: the file of a model is damaged.
        FeedRegisterError: the register is.
    """
    from mast_api.notices.record import (
        transparency_record,  # notices tell of the schema, of which this is part
    )

    settings = asking.services.settings
    models = deciding_models(settings.data, stored)
    made = transparency_record(
        day=(settings.as_at or asking.now).date(),
        settings=settings,
        models=models,
        feeds=list(registered(settings.data)),
        agreements=agreements,
        rules=rules,
        about={},
    )
    return TransparencyRecord(
        standard=made["standard"],
        still_to_say=made["still_to_say"],
        sections=[
            RecordSection(
                title=each["title"],
                fields=[RecordField(number=row[0], name=row[1], says=row[2]) for row in each["rows"]],
            )
            for each in made["sections"]
        ],
        models=[_model(each) for each in models],
    )


def _model(of: Model) -> ModelInForce:
    from mast_api.notices.card import told_by_card

    card = told_by_card(of, "Limits")
    return ModelInForce(
        kind=of.kind.value,
        version=of.version,
        trained_on=str(of.trained_on),
        ships=bool(card),
        limits=card,
    )
