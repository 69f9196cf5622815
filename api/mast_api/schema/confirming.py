"""Decisions that are stored while the caller waits, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import strawberry

from mast_resolver.errors import GraphOutcomeUnknownError

T = TypeVar("T")

CONFIRMED_WITHIN_S: Final = 30.0

Reason = Annotated[str, strawberry.argument(description="Why, in a sentence; at most 500 characters.")]


async def confirmed(decide: Callable[[], T], *, fix: str) -> T:
    """What a blocking decision gives once it is stored; ``fix`` says how to find out if it takes too long.

    Raises:
        GraphOutcomeUnknownError: it was not confirmed in time; it may yet be stored.
    """
    storing = asyncio.ensure_future(asyncio.to_thread(decide))
    done, _ = await asyncio.wait({storing}, timeout=CONFIRMED_WITHIN_S)
    if not done:
        storing.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise GraphOutcomeUnknownError(
            f"the decision was not confirmed within {CONFIRMED_WITHIN_S:g} seconds", fix=fix
        )
    return storing.result()
