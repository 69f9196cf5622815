"""The root fields: what is asked, noted, read once and shaped."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

import strawberry

from mast_api.access import Question, may
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.schema import ids, paging, persons, places, shape
from mast_api.schema import types as t
from mast_api.schema.agreements import AgreementQuery
from mast_api.schema.alerts import AlertQuery
from mast_api.schema.as_typed import as_typed, meant_by
from mast_api.schema.directory import DirectoryQuery
from mast_api.schema.feeds import FeedsQuery
from mast_api.schema.flats import known_by_flats, untold
from mast_api.schema.glass import GlassQuery
from mast_api.schema.governance import GovernanceQuery
from mast_api.schema.history import HistoryQuery
from mast_api.schema.marks import MarkQuery
from mast_api.schema.meant import NOTHING
from mast_api.schema.network import NetworkQuery
from mast_api.schema.predictors import PredictorQuery
from mast_api.schema.references import ReferenceQuery
from mast_api.schema.releases import ReleaseQuery
from mast_api.schema.research import ResearchQuery
from mast_api.schema.research_choices import ResearchChoicesQuery
from mast_api.schema.rights import RightsQuery
from mast_api.schema.stewards import StewardQuery
from mast_api.schema.transparency import TransparencyQuery
from mast_api.schema.upkeep import UpkeepQuery
from mast_api.schema.volumes import VolumesQuery
from mast_api.sought import sought
from mast_graph import read
from mast_graph.read import ConcernsRow, ContactRow, GroupRow, HomeRow, MemberRow
from mast_intake.search import AddressQuery, PersonQuery, check_readable
from mast_resolver.errors import GraphUnavailableError, SearchTooBroadError

Info = strawberry.Info[Asking, None]

MOST_CANDIDATES: Final = 20

Address = Annotated[str, strawberry.argument(description="The address on one line, as people type it.")]
Since = Annotated[
    dt.datetime | None,
    strawberry.argument(description="Earliest contact to list; open episodes are listed however old."),
]

OnlyOpen = Annotated[
    bool,
    strawberry.argument(description="List open episodes only; what agencies have is counted all the same."),
]

Born = Annotated[
    str,
    strawberry.argument(
        description="About when: a year, a month, a day or a range, as 1984, 1984-05 or 1984-04/1984-06. Two "
        "months at most count day by day, more by their years. Without dateOfBirth; age without either."
    ),
]


@strawberry.type
class Query(
    AgreementQuery,
    AlertQuery,
    DirectoryQuery,
    FeedsQuery,
    GlassQuery,
    GovernanceQuery,
    HistoryQuery,
    MarkQuery,
    NetworkQuery,
    PredictorQuery,
    ReferenceQuery,
    ReleaseQuery,
    ResearchQuery,
    ResearchChoicesQuery,
    RightsQuery,
    StewardQuery,
    TransparencyQuery,
    UpkeepQuery,
    VolumesQuery,
):
    @strawberry.field(description="What is already known about this address, and whom to ring.")
    async def concerns_at_address(
        self,
        info: Info,
        address: Address = "",
        parts: t.AddressParts | None = None,
        country: str = "GB",
        since: Since = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
        only_open: OnlyOpen = False,  # noqa: FBT002 - a GraphQL argument has a name
    ) -> t.ConcernsAtAddress:
        asking, scope = info.context, paging.scope(info.context, since, first, after, only_open=only_open)
        lookup = asking.services.look_up.address_query(
            AddressQuery(
                line=address,
                parts=tuple(parts.lines) if parts else (),
                postcode=parts.postcode if parts else "",
                uprn=parts.uprn if parts else "",
                country=country,
            )
        )
        seeks, stages = places.seeks(lookup, checked=True)
        tokens = {**lookup.tokens, **lookup.by_half}
        await asking.intend(Question.CONCERNS_AT_ADDRESS, tokens)
        found = await as_typed(asking.services, scope, lookup, seeks, stages)
        row = found.row
        paging.check_moment(scope, row)
        buildings = await known_by_flats(asking.services, scope, lookup, row, stages)
        row = untold(row) if buildings else row
        _note_place(asking, row)
        asking.found(Question.CONCERNS_AT_ADDRESS, [place["id"] for place in row["places"]], tokens)
        offer = NOTHING if buildings else await meant_by(asking.services, scope, lookup, found)
        asking.answer_with("addresses", [str(each.address_id) for each in offer.candidates])
        return places.concerns(row, scope, _duty(asking), stages=stages, offer=offer, buildings=buildings)

    @strawberry.field(description="A resolved address by its id, with all that concernsAtAddress answers.")
    async def address(
        self,
        info: Info,
        id_: ids.IdArgument,
        since: Since = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
        only_open: OnlyOpen = False,  # noqa: FBT002 - a GraphQL argument has a name
    ) -> t.AddressAnswer:
        asking, scope = info.context, paging.scope(info.context, since, first, after, only_open=only_open)
        wanted = ids.entity_ids(id_)
        await asking.intend(Question.ADDRESS, {"ids": wanted})
        row = await read.concerns_at_address(asking.services.store, scope, ids=wanted)
        paging.check_moment(scope, row)
        _note_place(asking, row)
        return t.AddressAnswer(
            superseded=shape.superseded(row["superseded"]),
            concerns=places.concerns(row, scope, _duty(asking)),
        )

    @strawberry.field(description="A resolved person by id: homes and contacts.")
    async def person(
        self,
        info: Info,
        id_: ids.IdArgument,
        since: Since = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
        only_open: OnlyOpen = False,  # noqa: FBT002 - a GraphQL argument has a name
    ) -> t.PersonAnswer:
        asking, scope = info.context, paging.scope(info.context, since, first, after, only_open=only_open)
        wanted = ids.entity_ids(id_)
        await asking.intend(Question.PERSON, {"ids": wanted})
        relations = may(asking.caller, Question.RELATIONS)
        row = await read.people(asking.services.store, scope, wanted, relations=relations)
        paging.check_moment(scope, row)
        for each in row["found"]:
            _note_person(asking, each["id"], each["homes"])
            asking.answer_with("people", [one["person"] for one in each["parted"]])
            _note_contacts(asking, each["groups"], each["page"])
        return persons.person(row, scope, _duty(asking))

    @strawberry.field(description="A household by id: members, and their contacts while they were.")
    async def household(
        self,
        info: Info,
        id_: ids.IdArgument,
        since: Since = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
        only_open: OnlyOpen = False,  # noqa: FBT002 - a GraphQL argument has a name
    ) -> t.HouseholdAnswer:
        asking, scope = info.context, paging.scope(info.context, since, first, after, only_open=only_open)
        wanted = ids.entity_ids(id_)
        await asking.intend(Question.HOUSEHOLD, {"ids": wanted})
        row = await read.households(asking.services.store, scope, wanted)
        paging.check_moment(scope, row)
        for each in row["found"]:
            _note_household(asking, each["id"], each["members"])
            _note_contacts(asking, each["groups"], each["page"])
        return persons.household(row, scope, _duty(asking))

    @strawberry.field(
        description="People who may be the one described, with reasons: several are listed, none is chosen."
    )
    async def search_people(
        self,
        info: Info,
        given_name: str = "",
        family_name: str = "",
        aliases: list[t.Alias] | None = None,
        date_of_birth: dt.date | None = None,
        born: Born = "",
        age: int | None = None,
        age_tolerance: int = 2,
        address: str = "",
        postcode: str = "",
        nhs_number: str = "",
        phone: str = "",
        country: str = "GB",
        first: int = 10,
    ) -> t.PeopleFound:
        asking, scope = info.context, replace(paging.scope(info.context), first=0)
        if not 1 <= first <= MOST_CANDIDATES:
            raise SearchTooBroadError(
                f"first is not from 1 to {MOST_CANDIDATES}", fix="say more about the person instead"
            )
        query = PersonQuery(
            given_name=given_name,
            family_name=family_name,
            aliases=tuple((alias.given_name, alias.family_name) for alias in aliases or ()),
            date_of_birth=date_of_birth,
            born=born,
            age=age,
            age_tolerance=age_tolerance,
            address=address,
            postcode=postcode,
            nhs_number=nhs_number,
            phone=phone,
            country=country,
        )
        check_readable(query, today=asking.today)
        encodings = asking.services.look_up.person_query(query)
        tokens = sought(encodings)
        await asking.intend(Question.SEARCH_PEOPLE, tokens)
        if not asking.services.search.ready:
            raise GraphUnavailableError("the people search is not loaded yet", fix="ask again in a minute")
        likely = await asyncio.to_thread(asking.services.search.search, encodings, first)
        row = await read.people(asking.services.store, scope, [hit.person for hit in likely.found])
        for each in row["found"]:
            _note_person(asking, each["id"], each["homes"])
            _note_contacts(asking, each["groups"], each["page"])
        asking.found(Question.SEARCH_PEOPLE, [each["id"] for each in row["found"]], tokens)
        return persons.people_found(row, scope, _duty(asking), likely)


def _duty(asking: Asking) -> t.Team:
    return shape.duty_team(asking.services.settings)


def _note_place(asking: Asking, row: ConcernsRow) -> None:
    asking.answer_with("addresses", [place["id"] for place in row["places"]])
    for each in row["households"]:
        _note_household(asking, each["id"], each["members"])
    _note_contacts(asking, row["groups"], row["page"])


def _note_household(asking: Asking, id_: str, members: Sequence[MemberRow]) -> None:
    asking.answer_with("households", [id_])
    asking.answer_with("people", [member["id"] for member in members])


def _note_person(asking: Asking, id_: str, homes: Sequence[HomeRow]) -> None:
    asking.answer_with("people", [id_])
    asking.answer_with("households", [home["household"] for home in homes])
    asking.answer_with("addresses", [home["address"] for home in homes])


def _note_contacts(asking: Asking, groups: Sequence[GroupRow], page: Sequence[ContactRow]) -> None:
    asking.answer_with("agencies", [group["agency"] for group in groups])
    asking.answer_with("contacts", [group["latest_id"] for group in groups])
    asking.answer_with("contacts", [contact["id"] for contact in page])
    asking.answer_with("people", [person for contact in page for person in contact["people"]])
