"""The store: named queries against Neo4j, in sessions that may do no more than the query's header says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

from mast_graph import wire_errors
from mast_graph.disk import DiskGuard
from mast_graph.driver import ConfigurationError, DriverError, Neo4jError, neo4j
from mast_graph.queries import Access, NamedQuery, query
from mast_graph.rows import Row, plain_rows, sendable
from mast_resolver.errors import (
    GraphOutcomeUnknownError,
    GraphRefusedError,
    GraphUnavailableError,
    QueryFileError,
    SettingsError,
)

T = TypeVar("T")

ATTEMPTS: Final = 6
"""Pauses of 0.05 s, doubling: about a second and a half in all."""

PERSIST_FOR_S: Final = 5.0
"""No attempt begins later than this: a hung server takes about ten seconds to be noticed each time."""

CONNECT_WITHIN_S: Final = 5.0

SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True, slots=True)
class Login:
    """Where a database is, and who we are to it."""

    uri: str
    user: str
    password: str = field(repr=False)


class Transaction:
    """One write transaction, open while the work it was given to runs."""

    def __init__(self, transaction: neo4j.Transaction, count: Callable[[], None]) -> None:
        self._transaction = transaction
        self._count = count
        self.ran: list[tuple[str, Mapping[str, Any]]] = []
        """What was run so far, with its parameters: what a transaction changed is told from it."""

    def run(self, name: str, /, **params: Any) -> list[Row]:
        """Run one named query inside the transaction.

        Raises:
            UnknownNameError: no such query.
            QueryFileError: the parameters are not those of its header.
        """
        named = query(name)
        values = sendable(named, params)
        self._count()
        self.ran.append((name, params))
        result = self._transaction.run(named.text, values)
        return plain_rows(named, result.keys(), result)


class Store:
    """Neo4j for commands: blocking calls, safe to share between threads."""

    def __init__(
        self,
        driver: neo4j.Driver,
        *,
        database: str = "neo4j",
        query_timeout_s: float = 30.0,
        guard: DiskGuard | None = None,
    ) -> None:
        self._driver = driver
        self._database = database
        self._timeout_s = query_timeout_s
        self._guard = guard
        # So that a read after a write sees it on a cluster too.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        self._counting = threading.Lock()
        self.queries_run = 0

    def read(self, name: str, /, **params: Any) -> list[Row]:
        """Run one read query.

        Raises:
            UnknownNameError: no such query.
            QueryFileError: it is not a read query, or the parameters are not those of its header.
            GraphUnavailableError: no answer, or none in time.
            GraphFullError: no answer, and the disk of a managed server is full.
            GraphCredentialsError: wrong user name or password.
            GraphRefusedError: the server refused it.
        """
        named = readable(name)
        values = sendable(named, params)

        def once() -> list[Row]:
            with self._session(neo4j.READ_ACCESS) as session:
                self._count()
                # The statement comes from a file of ours; values travel as parameters.
                result = session.run(neo4j.Query(named.text, timeout=self._timeout_s), values)  # type: ignore[arg-type, unused-ignore]
                return plain_rows(named, result.keys(), result)

        try:
            return wire_errors.call(lambda: _persist(once))
        except GraphUnavailableError:
            self._refuse_if_full()
            raise

    def read_as_stored(self, name: str, /, **params: Any) -> list[list[Any]]:
        """Run one read query; rows are lists in the order of its columns, values as the driver has them.

        Raises:
            As :meth:`read`.
        """
        named = readable(name)
        values = sendable(named, params)

        def once() -> list[list[Any]]:
            with self._session(neo4j.READ_ACCESS) as session:
                self._count()
                result = session.run(neo4j.Query(named.text, timeout=self._timeout_s), values)  # type: ignore[arg-type, unused-ignore]
                return [record.values(*named.columns) for record in result]

        return wire_errors.call(lambda: _persist(once))

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do work in one transaction, again if the database says that trying again may help.

        The work may run several times and must have no effect but through its transaction.

        Raises:
            GraphFullError: too little space is left; nothing was sent.
            GraphOutcomeUnknownError: the connection went during the commit.
            GraphUnavailableError: no answer, or none in time; nothing was stored.
            GraphRefusedError: the server refused a statement or the commit; nothing was stored.
        """
        self._refuse_if_full()

        def once() -> T:
            with (
                self._session(neo4j.WRITE_ACCESS) as session,
                _begun(session, self._timeout_s) as transaction,
            ):
                done = work(Transaction(transaction, self._count))
                transaction.commit()
                return done

        try:
            return wire_errors.call(lambda: _persist(once))
        except (GraphRefusedError, GraphOutcomeUnknownError, GraphUnavailableError):
            self._refuse_if_full()
            raise

    def define(self, statement: str) -> None:
        """Run one statement of the schema; for ``mast_graph.schema`` only.

        Raises:
            GraphRefusedError: the server refused it, for instance because the data contradicts a constraint.
        """

        def once() -> None:
            with self._session(neo4j.WRITE_ACCESS) as session:
                session.run(statement).consume()  # type: ignore[arg-type, unused-ignore]

        wire_errors.call(lambda: _persist(once))

    def verify(self) -> None:
        """See that the server can be reached and takes our password.

        Raises:
            GraphUnavailableError: it cannot be reached.
            GraphCredentialsError: wrong user name or password.
        """
        wire_errors.call(self._driver.verify_connectivity)

    def close(self) -> None:
        """Let go of the connections."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(
            database=self._database, default_access_mode=access, bookmark_manager=self._bookmarks
        )

    def _refuse_if_full(self) -> None:
        """A full disk shows itself in many ways, none of them clear: a refusal, or a server that is gone."""
        if self._guard:
            self._guard.check()

    def _count(self) -> None:
        with self._counting:
            self.queries_run += 1


def connect(
    uri: str,
    user: str,
    password: str,
    *,
    database: str = "neo4j",
    query_timeout_s: float = 30.0,
    guard: DiskGuard | None = None,
) -> Store:
    """A store on a server; nothing is sent yet (``verify`` does).

    Raises:
        SettingsError: the address is not one of a Neo4j server.
    """
    check_address(uri)
    try:
        driver = neo4j.GraphDatabase.driver(
            uri,
            auth=(user, password),
            connection_timeout=CONNECT_WITHIN_S,
            connection_acquisition_timeout=2 * CONNECT_WITHIN_S,
            notifications_min_severity="OFF",
        )
    except (ConfigurationError, ValueError):
        raise bad_address() from None
    return Store(driver, database=database, query_timeout_s=query_timeout_s, guard=guard)


def check_address(uri: str) -> None:
    """Refuse what the driver would take, or mistake for something else.

    Raises:
        SettingsError: the address is not one of a Neo4j server.
    """
    try:
        address = urlsplit(uri)
        fine = address.scheme in SCHEMES and bool(address.hostname) and address.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise bad_address()


def bad_address() -> SettingsError:
    """The error for an address that names no Neo4j server."""
    return SettingsError(
        "the database address is not one of a Neo4j server",
        fix="write it as bolt://HOST:PORT or neo4j://HOST",
    )


def readable(name: str) -> NamedQuery:
    """A query that only reads.

    Raises:
        UnknownNameError: no such query.
        QueryFileError: it writes.
    """
    named = query(name)
    if named.access is not Access.READ:
        raise QueryFileError(f"{name} writes", fix="run it inside Store.write")
    return named


def _begun(session: neo4j.Session, timeout_s: float) -> neo4j.Transaction:
    """A transaction whose beginning goes to the server together with its first statement.

    The driver does so for its own ``execute_query`` alone. It saves one of the three ways there and back of a
    small write, about half a millisecond of two.
    """
    # Were it gone with another driver, every test that writes would say so.
    with session._pipelined_begin:  # noqa: SLF001
        return session.begin_transaction(timeout=timeout_s)


def _persist(once: Callable[[], T]) -> T:
    """Do it again while the fault is of the passing kind, then let the fault out."""
    give_up = time.monotonic() + PERSIST_FOR_S
    for attempt in range(ATTEMPTS - 1):
        try:
            return once()
        except (Neo4jError, DriverError) as error:
            if not wire_errors.is_transient(error) or time.monotonic() > give_up:
                raise
        time.sleep(0.05 * 2**attempt)
    return once()
