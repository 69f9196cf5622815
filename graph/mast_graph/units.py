"""The flats of a building: which there are, and whether anything is recorded of each."""

from __future__ import annotations

from typing import Final, TypedDict, cast

from mast_graph.moments import to_text
from mast_graph.read import Reader, Scope
from mast_resolver.records import GAZETTEER

MOST_UNITS: Final = 50


class UnitRow(TypedDict):
    """A flat; ``recorded`` says whether an answer about it would list some agency."""

    id: str
    recorded: bool


async def units_of_address(store: Reader, scope: Scope, address: str) -> list[UnitRow]:
    """The flats that agencies know in a building, by id, at most :data:`MOST_UNITS`.

    What the caller may not see counts for nothing.
    """
    rows = await store.read(
        "read.units_of_address",
        address=address,
        as_of=to_text(scope.as_of),
        **scope.sharing(),
        gazetteer=GAZETTEER,
        limit=MOST_UNITS,
    )
    return cast("list[UnitRow]", rows[0]["units"])
