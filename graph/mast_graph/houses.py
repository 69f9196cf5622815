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
    rows = await store.read(
        "read.named_houses", ids=padded(ids), as_of=to_text(scope.as_of), limit=MOST_RECORDS
    )
    return cast("NearRow", rows[0])
