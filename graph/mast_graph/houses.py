"""Records of addresses that were found, to see which house each is said to be in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from mast_graph.moments import to_text
from mast_graph.read import NearRow, Reader, Scope, padded

MOST_RECORDS: Final = 200
"""Of each address: those of a hostel leave room for those of others."""


async def named_houses(store: Reader, scope: Scope, ids: Sequence[str]) -> NearRow:
    """What the caller may know of records of these addresses; encodings are still sealed."""
    return await _named("read.named_houses", store, scope, ids)


async def named_behind_glass(store: Reader, scope: Scope, ids: Sequence[str]) -> NearRow:
    """The same for who broke a glass: of shielded ones too."""
    return await _named("read.named_behind_glass", store, scope, ids)


async def _named(statement: str, store: Reader, scope: Scope, ids: Sequence[str]) -> NearRow:
    rows = await store.read(statement, ids=padded(ids), as_of=to_text(scope.as_of), limit=MOST_RECORDS)
    return cast("NearRow", rows[0])
