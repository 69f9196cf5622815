"""Under which ids somebody was known before."""

from __future__ import annotations

from collections.abc import Sequence

from mast_graph.read import Reader


async def former_ids(store: Reader, ids: Sequence[str]) -> list[str]:
    """Every id that led to one of these, itself among them; an id that was never in use leads to none."""
    found: list[str] = (await store.read("read.former_ids", ids=list(ids)))[0]["ids"]
    return found
