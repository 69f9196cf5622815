"""Buildings of which flats are known and no record of their own: their flats are listed, each for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from strawberry import ID

from mast_api.ports import Services
from mast_api.schema import address_types as a
from mast_graph.read import MOST_ADDRESSES, ConcernsRow, Scope, Seek
from mast_graph.units import FlatRow, flats_of_building
from mast_intake.address_lookup import AddressLookup

SAYS: Final = (
    "Of the building itself nothing is found as it was typed; its flats or rooms are known. Each has a "
    "history of its own: ask by its id, or name one."
)
_FLATS_AS: Final = {
    "place": "building",
    "postcode_place": "postcode_building",
    "street_place": "street_building",
}
"""The token of a building that is typed is that of the building of its flats."""


async def known_by_flats(
    services: Services, scope: Scope, lookup: AddressLookup, row: ConcernsRow, stages: Sequence[a.Stage]
) -> list[a.BuildingOfFlats]:
    """The buildings that were typed and of which flats are known, beside the one place that its street found.

    None where more than a street was needed to find a place, or none was and records of what was typed wait
    to be resolved: the building may yet be known itself.
    """
    found = _found_by_street(row, stages)
    if lookup.unit_known or (not found and (row["place_count"] or row["unresolved"])):
        return []
    seeks = [
        Seek(_FLATS_AS[name], token, 0, each.area if name == "street_place" else "")
        for each in lookup.versions
        for name, token in each.tokens.items()
        if name in _FLATS_AS
    ]
    if not seeks:
        return []
    flats = await flats_of_building(services.store, scope, seeks, found=found)
    return [
        a.BuildingOfFlats(
            says=SAYS, unit_count=len(units), unit_ids=[ID(each) for each in units], within=scope
        )
        for units in by_building(flats)
    ]


def _found_by_street(row: ConcernsRow, stages: Sequence[a.Stage]) -> str:
    """The one place that was found by its street, with a town or without: another of it may have flats."""
    by_street = row["place_count"] == 1 and stages[row["places"][0]["rank"]] is a.Stage.STREET_PLACE
    return row["places"][0]["id"] if by_street else ""


def untold(row: ConcernsRow) -> ConcernsRow:
    """The place that was found without anything of it: which of those that fit was meant is not known."""
    return {
        **row,
        "households": [],
        "household_count": 0,
        "people_count": 0,
        "groups": [],
        "page": [],
        "uncovered": [],
        "agencies": [],
        "teams": [],
    }


def said(buildings: Sequence[a.BuildingOfFlats], *, places: int) -> Iterator[str]:
    """What the answer does not hold, as sentences."""
    if len(buildings) + places > 1:
        fits = (
            f"{len(buildings)} {'building' if len(buildings) == 1 else 'buildings'}, of which flats are known"
        )
        also = "a place and also " if places else ""
        yield f"What was typed fits {also}{fits}. These are listed apart: add the town or the postcode."
    if len(buildings) > MOST_ADDRESSES:
        yield f"Of these buildings {MOST_ADDRESSES} are listed."


def by_building(flats: Iterable[FlatRow]) -> list[list[str]]:
    """Ids of flats by the building that they are in, whatever their order.

    By number, street and postcode. A flat of which the postcode, or the street, is not known is in the only
    building that has its number, street and area, or its number and postcode; where two have, in neither.

    Example:
        >>> flats = [
        ...     FlatRow(id="A-1", buildings=["b"], numbers=["n"], areas=["w"]),
        ...     FlatRow(id="A-2", buildings=["c"], numbers=["m"], areas=["d"]),
        ...     FlatRow(id="A-3", buildings=[], numbers=[], areas=["w"]),
        ... ]
        >>> by_building(flats)
        [['A-1', 'A-3'], ['A-2']]
    """
    whole: list[tuple[set[str], set[str], list[str]]] = []
    rows = list(flats)
    for row in (each for each in rows if each["buildings"]):
        touching = [group for group in whole if not group[0].isdisjoint(row["buildings"])]
        for group in touching:
            whole.remove(group)
        whole.append(
            (
                set(row["buildings"]).union(*(group[0] for group in touching)),
                {*row["numbers"], *row["areas"]}.union(*(group[1] for group in touching)),
                [row["id"], *(each for group in touching for each in group[2])],
            )
        )
    apart: dict[tuple[str, ...], list[str]] = {}
    for row in (each for each in rows if not each["buildings"]):
        own = {*row["numbers"], *row["areas"]}
        fitting = [group for group in whole if not group[1].isdisjoint(own)]
        if len(fitting) == 1:
            fitting[0][2].append(row["id"])
        else:
            apart.setdefault(tuple(sorted(own)), []).append(row["id"])
    return sorted(sorted(units) for units in (*(group[2] for group in whole), *apart.values()))
