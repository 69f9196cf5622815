"""Answers about places: the look-up by stages, and the four parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from strawberry import ID

from mast_api.schema import address_types as a
from mast_api.schema import shape
from mast_api.schema import types as t
from mast_api.schema.flats import said
from mast_api.schema.meant import NOTHING, Offer
from mast_api.schema.residents import Residents
from mast_graph.read import MOST_ADDRESSES, MOST_PEOPLE, ConcernsRow, Scope, Seek
from mast_graph.units import MOST_UNITS
from mast_intake.address_lookup import AddressLookup
from mast_intake.places import LOOKUP_STAGES

PARTS: Final = {
    t.Part.PLACE: "Contacts about the place itself.",
    t.Part.RESIDENT: "Contacts of people who live here, since they do.",
    t.Part.RESIDENT_ELSEWHERE: "Earlier contacts elsewhere of people who live here.",
    t.Part.FORMER_RESIDENT: "Contacts of people who lived here, while they did.",
}

SAYS: Final = {
    a.Stage.ID: "Asked for by its id.",
    a.Stage.UPRN: "The property number (UPRN) is the same.",
    a.Stage.PLACE: "Flat, number or name, street and postcode agree.",
    a.Stage.POSTCODE_PLACE: "Flat, number or name and postcode agree; no street was typed.",
    a.Stage.STREET_PLACE: "Flat, number or name, street and any area typed agree; no whole postcode was.",
    a.Stage.WRITTEN: "Written exactly alike; it could not be taken apart.",
    a.Stage.BUILDING: "Only the building is known, not the flat: contacts here are the building's own.",
}

_BUILDING_AS: Final = {
    "building": "place",
    "postcode_building": "postcode_place",
    "street_building": "street_place",
}
"""A flat that is not known may be in a building that is: its token is looked for as a whole place."""


def seeks(lookup: AddressLookup, *, checked: bool = False) -> tuple[list[Seek], list[a.Stage]]:
    """What to look for, under each key version, and the stage of each rank, the surest first.

    Where what is found is ``checked``, by the street beside half a postcode too.
    """
    found: list[Seek] = []
    stages: list[a.Stage] = []
    versions = [{**each.tokens, **(each.by_half if checked else {})} for each in lookup.versions]
    for name in sorted(versions[0], key=LOOKUP_STAGES.index):
        if name in _BUILDING_AS and not lookup.unit_known:
            continue
        asked = _BUILDING_AS.get(name, name)
        found.extend(
            Seek(asked, tokens[name], len(stages), each.area if asked == "street_place" else "")
            for each, tokens in zip(lookup.versions, versions, strict=True)
        )
        stages.append(a.Stage.BUILDING if name in _BUILDING_AS else a.Stage(name))
    return found, stages


def concerns(
    row: ConcernsRow,
    scope: Scope,
    duty: t.Team,
    *,
    stages: list[a.Stage] | None = None,
    offer: Offer = NOTHING,
    buildings: Sequence[a.BuildingOfFlats] = (),
) -> t.ConcernsAtAddress:
    """The whole answer about a place; by id when no ``stages`` are given."""
    shaper = shape.Shaper(row, scope, duty, Residents(row["households"]))
    return t.ConcernsAtAddress(
        as_of=scope.as_of,
        outcome=t.Outcome.BUILDING
        if len(buildings) == 1 and not row["place_count"]
        else shape.outcome(row["place_count"] + len(buildings)),
        matches=[
            a.AddressMatch(
                address_id=ID(place["id"]),
                stage=(stage := stages[place["rank"]] if stages else a.Stage.ID),
                says=SAYS[stage],
                building_id=ID(place["part_of"]) if place["part_of"] else None,
                unit_count=place["units"],
                within=scope,
            )
            for place in row["places"]
        ],
        buildings=list(buildings[:MOST_ADDRESSES]),
        did_you_mean=list(offer.candidates),
        # Of places that are only offered, or listed, nothing was looked up: nobody can say that nothing is
        # recorded.
        caution=shape.caution(
            duty,
            anything=bool(row["groups"] or buildings or offer.candidates) or row["place_count"] > 1,
        ),
        withheld=shape.withheld(row, scope=scope),
        parts=[
            t.PartContacts(part=part, says=says, agencies=shaper.agencies(row["groups"], part.value))
            for part, says in PARTS.items()
        ],
        agencies=shaper.agencies(row["groups"]),
        agencies_now=shaper.agencies(row["groups"], shape.NOW),
        agencies_before=shaper.agencies(row["groups"], shape.BEFORE),
        contacts=shaper.connection(row["page"]),
        households=[shape.household(each, scope.as_of) for each in row["households"]],
        not_shown=[*_not_shown(row), *said(buildings, places=row["place_count"]), *offer.says()],
    )


def _not_shown(row: ConcernsRow) -> Iterable[str]:
    shown = len(row["places"])
    if row["place_count"] > 1:
        listed = f", and {shown} of them are listed" if shown < row["place_count"] else ""
        yield (
            f"What was asked for fits {row['place_count']} addresses{listed}. Nothing is told of any until "
            "one is chosen, or its flat, town or postcode is given."
        )
    units = sum(place["units"] for place in row["places"])
    if units and shown == 1:
        yield f"{units} flats or rooms are known here; their contacts are not in this answer: name one."
    if any(place["units"] > MOST_UNITS for place in row["places"]):
        yield f"Of the flats or rooms of a building at most {MOST_UNITS} are listed."
    if row["unresolved"]:
        yield f"{row['unresolved']} newly loaded records of this address are not resolved yet."
    if row["household_count"] > len(row["households"]):
        yield f"{row['household_count']} households lived here, of which {len(row['households'])} are listed."
    if any(each["member_count"] > len(each["members"]) for each in row["households"]):
        yield "Of large households only the latest members are listed."
    if row["people_count"] > MOST_PEOPLE:
        yield f"{row['people_count']} people lived here; contacts of the latest {MOST_PEOPLE} are looked at."
