"""A page of the whole network, from rows to GraphQL types."""

from __future__ import annotations

import datetime as dt
from functools import partial

from strawberry import ID

from mast_api.access import Purpose
from mast_api.asking import Asking
from mast_api.schema import network_types as t
from mast_api.schema import shape
from mast_api.schema.stated import stated
from mast_api.schema.types import Team
from mast_graph.network import ExtractHouseholdRow, ExtractRow
from mast_graph.read import AgreementRow, Scope
from mast_resolver.errors import NotAllowedError


def extract(
    row: ExtractRow, scope: Scope, duty: Team, *, first: int, as_of: dt.datetime, under: str
) -> t.NetworkExtract:
    """The page; the query was asked for one household more than it holds.

    Raises:
        NotAllowedError: it is for research, under an agreement that serves that no more, or never did.
    """
    if under and not any(_serves_research(each, under) for each in row["agreements"]):
        raise NotAllowedError(
            "that agreement does not serve research now", fix="name one that is in force for research"
        )
    shown = row["households"][:first]
    agencies = shape.agencies(row["agencies"])
    named = {member["id"] for home in shown for member in home["members"]}
    return t.NetworkExtract(
        as_of=as_of,
        households=[_household(each) for each in shown if each["members"]],
        people=[
            t.ExtractPerson(
                person_id=ID(each["id"]),
                agencies=[
                    t.ExtractContacts(
                        agency=agencies[known["agency"]],
                        count_in_12_months=known["in_window"] if known["months"] == shape.MONTHS else None,
                        open_episodes=known["open"],
                    )
                    for known in each["agencies"]
                ],
            )
            for each in row["people"]
            if each["id"] in named
        ],
        has_next_page=len(row["households"]) > first,
        end_cursor=ID(shown[-1]["id"]) if shown else None,
        caution=shape.caution(duty, anything=bool(shown)),
        withheld=shape.withheld(row, scope=scope),
        stated=partial(stated, scope=scope, people=sorted(named), among=False, under=under),
    )


def _serves_research(term: AgreementRow, under: str) -> bool:
    return term["id"] == under and term["serves"] and Purpose.RESEARCH in term["purposes"]


def note(asking: Asking, answer: t.NetworkExtract) -> None:
    """Remember for the audit log what the page holds."""
    asking.answer_with("people", [each.person_id for each in answer.people])
    asking.answer_with("agencies", [known.agency.id for each in answer.people for known in each.agencies])
    for home in answer.households:
        asking.answer_with("households", [home.household_id, *(link.later_id for link in home.led_to)])
        asking.answer_with("addresses", [each.address_id for each in home.addresses])


def _household(row: ExtractHouseholdRow) -> t.ExtractHousehold:
    return t.ExtractHousehold(
        household_id=ID(row["id"]),
        communal=bool(row["communal"]),
        addresses=[
            t.ExtractAddress(
                address_id=ID(each["id"]), building_id=ID(each["part_of"]) if each["part_of"] else None
            )
            for each in row["addresses"]
        ],
        member_count=row["member_count"],
        members=[
            t.ExtractMember(person_id=ID(each["id"]), spells=shape.spells(each["spells"]))
            for each in row["members"]
        ],
        led_to=[
            t.ExtractLink(later_id=ID(each.later), arrived=each.at, person_count=each.carried)
            for each in row["led_to"]
        ],
    )
