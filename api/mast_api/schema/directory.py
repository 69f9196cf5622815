"""What agencies are called: for whoever is answered with ids of them."""

from __future__ import annotations

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.schema.types import Agency

Info = strawberry.Info[Asking, None]


@strawberry.type
class DirectoryQuery:
    @strawberry.field(description="Every agency of the directory, by id: what the ids in answers are called.")
    async def agencies(self, info: Info) -> list[Agency]:
        asking = info.context
        await asking.intend(Question.AGENCIES, {})
        rows = await asking.services.store.read("read.agencies")
        return [Agency(id=ID(row["id"]), name=row["name"], kind=row["kind"]) for row in rows]
