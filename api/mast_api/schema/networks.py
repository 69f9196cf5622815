"""The network around a household, from rows to GraphQL types and sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from strawberry import ID

from mast_api.asking import Asking
from mast_api.schema import network_types as t
from mast_api.schema import shape
from mast_api.schema.stated import stated
from mast_api.schema.types import Team
from mast_graph.network import (
    COUNTED,
    HUB_HOMES,
    NETWORK_CONTACTS,
    NETWORK_HOUSEHOLDS,
    NETWORK_PEOPLE,
    NetworkRow,
)
from mast_graph.read import Scope


def network(row: NetworkRow, scope: Scope, duty: Team, as_of: dt.datetime) -> t.HouseholdNetwork:
    """The whole answer, and what was cut at each step."""
    shaper = shape.Shaper(row, scope, duty)
    return t.HouseholdNetwork(
        as_of=as_of,
        superseded=shape.superseded(row["superseded"]),
        households=[
            t.LinkedHousehold(
                step=each["step"], household=shape.household(each, as_of), hub=bool(each["communal"])
            )
            for each in row["households"]
        ],
        people=[
            t.NetworkPerson(
                person_id=ID(each["id"]),
                step=each["step"],
                home_count=each["homes"],
                hub=each["homes"] >= HUB_HOMES,
            )
            for each in row["people"]
        ],
        addresses=[
            t.NetworkAddress(
                address_id=ID(each["id"]), building_id=ID(each["part_of"]) if each["part_of"] else None
            )
            for each in row["addresses"]
        ],
        contacts=[
            t.NetworkContact(
                contact=shaper.contact(each, each["closed_at"]),
                person_ids=[ID(person) for person in each["people"]],
                address_ids=[ID(address) for address in each["addresses"]],
            )
            for each in row["contacts"]
        ],
        contact_count=row["contact_count"],
        not_shown=list(_not_shown(row)),
        caution=shape.caution(duty, anything=bool(row["contacts"])),
        withheld=shape.withheld(row, scope=scope),
        stated=partial(stated, scope=scope, people=[each["id"] for each in row["people"]], among=True),
    )


def note(asking: Asking, row: NetworkRow) -> None:
    """Remember for the audit log what the answer holds."""
    asking.answer_with("households", [each["id"] for each in row["households"]])
    asking.answer_with("people", [each["id"] for each in row["people"]])
    asking.answer_with("addresses", [each["id"] for each in row["addresses"]])
    asking.answer_with("agencies", [each["agency"] for each in row["contacts"]])
    asking.answer_with("contacts", [each["id"] for each in row["contacts"]])


def _not_shown(row: NetworkRow) -> Iterator[str]:
    for what, counts, most in (
        ("people", row["met_people"], NETWORK_PEOPLE),
        ("households", row["met_households"], NETWORK_HOUSEHOLDS),
    ):
        for step, met in enumerate(counts, start=1):
            if met > most:
                yield f"Step {step}: {met} {what} were met, the latest {most} are shown."
    communal = [each for each in row["households"] if each["communal"]]
    if passed := sum(each["step"] > 0 for each in communal):
        yield f"Communal households are shown, but links through them are not followed: {passed}."
    if any(each["member_count"] >= COUNTED for each in communal):
        yield f"Members of a communal household are counted up to {COUNTED}; it may have more."
    if busy := sum(each["homes"] >= HUB_HOMES for each in row["people"]):
        yield f"People of {HUB_HOMES} or more homes are shown, their other homes not followed: {busy}."
    if row["contact_count"] > NETWORK_CONTACTS:
        found = row["contact_count"]
        yield f"{found} contacts were found, {NETWORK_CONTACTS} are listed: what is open, then the latest."
