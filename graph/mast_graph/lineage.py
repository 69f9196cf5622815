"""Under which ids somebody was known before, and what else tells that somebody looked at them."""

from __future__ import annotations

from collections.abc import Sequence

from mast_graph.read import Reader
from mast_resolver.records import FOREVER


async def former_ids(store: Reader, ids: Sequence[str]) -> list[str]:
    """Every id that led to one of these, itself among them; an id that was never in use leads to none."""
    found: list[str] = (await store.read("read.former_ids", ids=list(ids)))[0]["ids"]
    return found


async def contacts_of_people(store: Reader, people: Sequence[str]) -> list[str]:
    """Ids of all that happened to them."""
    rows = await store.read("read.contacts_of_people", people=list(people), forever=FOREVER)
    found: list[str] = rows[0]["contacts"]
    return found
