"""The store for the service: reads that come back, or fail, within a fixed time whatever the server does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from mast_graph import wire_errors
from mast_graph.driver import ConfigurationError, DriverError, Neo4jError, neo4j
from mast_graph.rows import Row, plain_rows, sendable
from mast_graph.store import bad_address, check_address, readable

T = TypeVar("T")

ATTEMPTS: Final = 3


class AsyncStore:
    """Neo4j for the service; one event loop."""

    def __init__(
        self,
        driver: neo4j.AsyncDriver,
        *,
        database: str = "neo4j",
        query_timeout_s: float = 1.5,
        answer_within_s: float = 2.0,
    ) -> None:
        self._driver = driver
        self._database = database
        self._timeout_s = query_timeout_s
        self._answer_within_s = answer_within_s
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False
        self.queries_run = 0

    async def read(self, name: str, /, **params: Any) -> list[Row]:
        """Run one read query.

        Raises:
            UnknownNameError: no such query.
            QueryFileError: it is not a read query, or the parameters are not those of its header.
            GraphUnavailableError: no answer, or none within ``answer_within_s``.
            GraphCredentialsError: wrong user name or password.
            GraphRefusedError: the server refused it.
        """
        named = readable(name)
        values = sendable(named, params)

        async def once() -> list[Row]:
            async with self._driver.session(
                database=self._database, default_access_mode=neo4j.READ_ACCESS
            ) as session:
                self.queries_run += 1
                # The statement comes from a file of ours; values travel as parameters.
                result = await session.run(neo4j.Query(named.text, timeout=self._timeout_s), values)  # type: ignore[arg-type, unused-ignore]
                return plain_rows(named, result.keys(), [record async for record in result])

        return await self._in_time(lambda: _persist(once))

    async def verify(self) -> None:
        """See that the server can be reached and takes our password.

        Raises:
            GraphUnavailableError: it cannot be reached, or does not answer in time.
            GraphCredentialsError: wrong user name or password.
        """
        await self._in_time(self._driver.verify_connectivity)

    async def close(self) -> None:
        """Let go of the connections, without waiting for a server that hangs.

        Questions that run are let end first, and none begins: where one field of a document was refused
        nobody waits for the others, and a connection opened while the rest are closed would stay open.
        """
        self._closed = True
        if self._running:
            await asyncio.wait(self._running, timeout=self._answer_within_s)
        await self._ended(self._begun(self._driver.close()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _in_time(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it within the limit.

        The work gets a task of its own, which is told to stop but not waited for: against a hung server
        the driver's own clean-up hangs as well, and its time-outs do not help.
        """
        if self._closed:
            raise wire_errors.unavailable("the service is stopping")
        task = self._begun(wire_errors.call_async(work))
        try:
            done = await self._ended(task)
        except asyncio.CancelledError:
            # Another field of the document was refused. Told to stop while it connects, the driver would
            # leave a socket open: it may end, within the limit.
            self._begun(self._ended(task))
            raise
        if done:
            return task.result()
        raise wire_errors.unavailable(f"none within {self._answer_within_s:g} seconds")

    async def _ended(self, task: asyncio.Task[Any]) -> bool:
        """Whether a task ends within the limit; if not it is told to stop."""
        done, _ = await asyncio.wait({task}, timeout=self._answer_within_s)
        if not done:
            task.cancel()
        task.add_done_callback(_unheard)
        return bool(done)

    def _begun(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that is kept until it has ended."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


def _unheard(ended: asyncio.Task[Any]) -> None:
    """Let nothing come to light of a task whose result nobody may ask for."""
    if not ended.cancelled():
        ended.exception()


def connect_async(
    uri: str,
    user: str,
    password: str,
    *,
    database: str = "neo4j",
    query_timeout_s: float = 1.5,
    answer_within_s: float = 2.0,
) -> AsyncStore:
    """A store on a server; nothing is sent yet (``verify`` does).

    Raises:
        SettingsError: the address is not one of a Neo4j server.
    """
    check_address(uri)
    try:
        driver = neo4j.AsyncGraphDatabase.driver(
            uri,
            auth=(user, password),
            connection_timeout=answer_within_s,
            connection_acquisition_timeout=answer_within_s,
            notifications_min_severity="OFF",
        )
    except (ConfigurationError, ValueError):
        raise bad_address() from None
    return AsyncStore(
        driver, database=database, query_timeout_s=query_timeout_s, answer_within_s=answer_within_s
    )


async def _persist(once: Callable[[], Awaitable[T]]) -> T:
    for attempt in range(ATTEMPTS - 1):
        try:
            return await once()
        except (Neo4jError, DriverError) as error:
            if not wire_errors.is_transient(error):
                raise
        await asyncio.sleep(0.05 * 2**attempt)
    return await once()
