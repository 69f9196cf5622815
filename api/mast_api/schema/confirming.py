"""Decisions that are stored while the caller waits, but not for ever, nor for a database that hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import strawberry

from mast_api.asking import Asking
from mast_graph.read import ready
from mast_resolver.errors import GraphOutcomeUnknownError, GraphUnavailableError

T = TypeVar("T")

CONFIRMED_WITHIN_S: Final = 30.0

LOOK_EVERY_S: Final = 0.5
"""How often it is seen whether the database answers at all: what a question waits for it comes on top."""

Reason = Annotated[str, strawberry.argument(description="Why, in a sentence; at most 500 characters.")]


async def confirmed(asking: Asking, decide: Callable[[], T], *, fix: str) -> T:
    """What a blocking decision gives once it is stored; ``fix`` says how to find out if it takes too long.

    Raises:
        GraphOutcomeUnknownError: it was not confirmed in time, or the database does not answer; it may yet
            be stored.
    """
    storing = asyncio.ensure_future(asyncio.to_thread(decide))
    storing.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    for _ in range(round(CONFIRMED_WITHIN_S / LOOK_EVERY_S)):
        if (await asyncio.wait({storing}, timeout=LOOK_EVERY_S))[0]:
            return storing.result()
        if not await _answers(asking, storing):
            raise GraphOutcomeUnknownError(
                "the database does not answer; the decision may yet be stored", fix=fix
            )
    raise GraphOutcomeUnknownError(
        f"the decision was not confirmed within {CONFIRMED_WITHIN_S:g} seconds", fix=fix
    )


async def _answers(asking: Asking, storing: asyncio.Future[T]) -> bool:
    """Whether the database does, or the decision is stored meanwhile."""
    looking = asyncio.ensure_future(ready(asking.services.store))
    either: set[asyncio.Future[Any]] = {looking, storing}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    try:
        if storing.done():
            looking.cancel()
        else:
            await looking
    except GraphUnavailableError:
        return storing.done()
    return True
