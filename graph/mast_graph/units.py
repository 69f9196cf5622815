"""The flats of a building: which there are, and whether anything is recorded of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict, cast

from mast_graph.moments import to_text
from mast_graph.read import Reader, Scope, Seek
from mast_resolver.records import GAZETTEER

MOST_UNITS: Final = 50
_BUILDINGS: Final = ("building", "postcode_building", "street_building")


class UnitRow(TypedDict):
    """A flat; ``recorded`` says whether an answer about it would list some agency."""

    id: str
    recorded: bool


class FlatRow(TypedDict):
    """A flat of a building that was typed, and the tokens that its records have of what it is in: of number,
    street and postcode, of number and postcode, and of number, street and area."""

    id: str
    buildings: list[str]
    numbers: list[str]
    areas: list[str]


async def flats_of_building(
    store: Reader, scope: Scope, seeks: Sequence[Seek], *, found: str = ""
) -> list[FlatRow]:
    """Flats that agencies know, by the token of their building, by id; none where the building is known.

    Where one place was ``found`` as typed, those of other buildings of which the same was typed.
    """
    wanted = {name: [each for each in seeks if each.property == name] for name in _BUILDINGS}
    rows = await store.read(
        "read.flats_of_building",
        building=[each.token for each in wanted["building"]],
        postcode_building=[each.token for each in wanted["postcode_building"]],
        street_building=[{"token": each.token, "area": each.area} for each in wanted["street_building"]],
        found=found,
        as_of=to_text(scope.as_of),
        gazetteer=GAZETTEER,
    )
    return cast("list[FlatRow]", rows[0]["units"])


async def units_of_address(
    store: Reader, scope: Scope, address: str = "", units: Sequence[str] = ()
) -> list[UnitRow]:
    """The flats that agencies know in a building, or those that are named, by id, at most :data:`MOST_UNITS`.

    What the caller may not see counts for nothing.
    """
    rows = await store.read(
        "read.units_of_address",
        address=address,
        units=list(units),
        as_of=to_text(scope.as_of),
        **scope.sharing(),
        gazetteer=GAZETTEER,
        limit=MOST_UNITS,
    )
    return cast("list[UnitRow]", rows[0]["units"])
