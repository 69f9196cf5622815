"""The root fields about who lived where, and with whom."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.schema import history_types as t
from mast_api.schema import ids, residences, shape, sharing
from mast_api.schema.paging import check_page_size, in_utc
from mast_graph import history
from mast_graph.history import Time
from mast_resolver.errors import BadRequestError

Info = strawberry.Info[Asking, None]

AddressId = Annotated[ID, strawberry.argument(name="id", description="The id of an address.")]
AsOf = Annotated[
    dt.datetime | None, strawberry.argument(description="Who lived there at this moment; leave out for ever.")
]
From = Annotated[
    dt.datetime | None, strawberry.argument(name="from", description="Who lived there at any time since.")
]
To = Annotated[
    dt.datetime | None, strawberry.argument(description="Who lived there before this moment, it excluded.")
]
KnownAt = Annotated[
    dt.datetime | None,
    strawberry.argument(description="As it was known at this moment: later corrections do not count."),
]
PersonId = Annotated[ID, strawberry.argument(description="The id of a person.")]

_INSTANT: Final = dt.timedelta(microseconds=1)


@strawberry.type
class HistoryQuery:
    @strawberry.field(
        description="Who lived at an address and when, merged from every agency's view, with the conflicts."
    )
    async def address_history(
        self,
        info: Info,
        id_: AddressId,
        as_of: AsOf = None,
        from_: From = None,
        to: To = None,
        known_at: KnownAt = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
    ) -> t.AddressHistory:
        asking, wanted = info.context, [ids.address_id(id_)]
        check_page_size(first)
        if known_at is not None and in_utc(known_at) > asking.now:
            raise BadRequestError("knownAt lies ahead", fix="give a moment that has been, or leave it out")
        cursor = residences.SpellCursor.read(after) if after is not None else None
        time = Time(
            *_stretch(as_of, from_, to),
            residences.known_at(in_utc(known_at) if known_at else None, cursor, asking.now),
        )
        await asking.intend(Question.ADDRESS_HISTORY, {"ids": wanted})
        row = await history.address_history(asking.services.store, wanted, time)
        answer = residences.address_history(
            row,
            time,
            shape.duty_team(asking.services.settings),
            as_of=in_utc(as_of) if as_of else None,
            first=first,
            after=cursor,
        )
        for kind, named in residences.noted(answer).items():
            asking.answer_with(kind, named)
        return answer

    @strawberry.field(
        description="Who lived with a person, home by home, and for which time; at a moment, or ever."
    )
    async def co_residents(self, info: Info, person: PersonId, as_of: AsOf = None) -> t.CoResidents:
        asking, wanted = info.context, [str(ids.person_id(person))]
        time = Time(*_stretch(as_of, None, None), known_at=asking.now)
        await asking.intend(Question.CO_RESIDENTS, {"ids": wanted})
        row = await history.co_residents(asking.services.store, wanted, time)
        asking.answer_with("people", row["people"])
        for home in row["homes"]:
            asking.answer_with("people", [other["id"] for other in home["others"]])
            asking.answer_with("households", [home["household"]])
            asking.answer_with("addresses", [home["address"]])
        duty = shape.duty_team(asking.services.settings)
        return sharing.co_residents(row, duty, in_utc(as_of) if as_of else None)


def _stretch(
    as_of: dt.datetime | None, begin: dt.datetime | None, end: dt.datetime | None
) -> tuple[dt.datetime, dt.datetime]:
    """The earliest and the latest moment asked about.

    Raises:
        BadRequestError: both a moment and a stretch, or a stretch that ends before it begins.
    """
    if as_of is not None:
        if begin is not None or end is not None:
            raise BadRequestError("asOf and from or to are both given", fix="ask about one of them")
        return in_utc(as_of), in_utc(as_of)
    earliest, latest = history.ALWAYS
    if begin is not None:
        earliest = in_utc(begin)
    if end is not None and in_utc(end) <= earliest:
        raise BadRequestError("from is not before to", fix="give a time that ends after it begins")
    if end is not None:
        latest = in_utc(end) - _INSTANT
    return earliest, latest
