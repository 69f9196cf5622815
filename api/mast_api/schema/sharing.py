"""Who lived with a person: from the rows of the households to the GraphQL types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from strawberry import ID

from mast_api.schema import history_types as t
from mast_api.schema import shape
from mast_api.schema.paging import moment
from mast_api.schema.types import Team
from mast_graph.history import CoResidentsRow, SharedHomeRow
from mast_graph.read import END


def co_residents(row: CoResidentsRow, duty: Team, as_of: dt.datetime | None) -> t.CoResidents:
    """The whole answer."""
    return t.CoResidents(
        as_of=as_of,
        superseded=shape.superseded(row["superseded"]),
        homes=[_home(each) for each in row["homes"]],
        not_shown=list(_not_shown(row)),
        caution=shape.caution(duty, anything=bool(row["homes"])),
    )


def _home(row: SharedHomeRow) -> t.SharedHome:
    return t.SharedHome(
        person_id=ID(row["person"]),
        address_id=ID(row["address"]),
        household_id=ID(row["household"]),
        communal=bool(row["communal"]),
        spells=shape.spells(row["spells"]),
        co_residents=[
            t.CoResident(
                person_id=ID(other["id"]),
                together=[
                    t.SharedTime(
                        begin=moment(spell["begin"]),
                        end=moment(spell["end"]) if spell["end"] < END else None,
                        inferred=bool(spell["inferred"]),
                    )
                    for spell in other["spells"]
                ],
            )
            for other in row["others"]
        ],
        co_resident_count=row["other_count"],
    )


def _not_shown(row: CoResidentsRow) -> Iterator[str]:
    if row["home_count"] > len(row["homes"]):
        yield f"{row['home_count']} homes are known, of which the latest {len(row['homes'])} are listed."
    for home in row["homes"]:
        shown, count = len(home["others"]), home["other_count"]
        if count > shown:
            yield f"At {home['address']} {count} others lived meanwhile; the latest {shown} are listed."
    if any(home["communal"] for home in row["homes"]):
        yield "A communal home is one address for many: to live there is not to live together."
