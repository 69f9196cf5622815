"""One look at the graph for all who wait for news of a topic, however many they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from mast_graph.news import Topic, read_news
from mast_graph.read import Reader
from mast_resolver.errors import MastError

log = logging.getLogger("mast.api")

LOOK_EVERY_S: Final = 1.0


class News:
    """Looks while somebody waits, and not otherwise; nothing of anybody is read by it.

    Whoever is slow misses no news: it is the state that is waited for, not each change of it, so nothing
    piles up.
    """

    def __init__(self, store: Reader) -> None:
        self._store = store
        self._versions: Mapping[Topic, str] = {}
        self._waiting = 0
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def version(self, topic: Topic) -> str:
        """Of a topic as it is now: for :meth:`beyond`.

        Raises:
            GraphUnavailableError: it cannot be read.
        """
        await self._look()
        return self._versions[topic]

    async def beyond(self, topic: Topic, seen: str) -> str:
        """The version of a topic once it is not the one that was seen."""
        self._waiting += 1
        try:
            while (version := self._versions.get(topic, seen)) == seen:
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look_on())
                await self._changed.wait()
            return version
        finally:
            self._waiting -= 1

    async def _look_on(self) -> None:
        while self._waiting:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self._look()
            except MastError as error:  # /ready says so; it is tried again
                log.warning("no news: %s", error.code)

    async def _look(self) -> None:
        found = await read_news(self._store)
        if found != self._versions:
            self._versions = found
            self._changed.set()
            self._changed = asyncio.Event()
