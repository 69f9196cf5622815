"""What the driver and the server raise, as our errors: one table, and never the server's own words.

A constraint error quotes the value that broke it, so no text of the server is passed on, not even as the
cause in a traceback. Its status code holds no values and is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from mast_graph.driver import (
    AuthError,
    ClientError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    TransientError,
)
from mast_resolver.errors import (
    GraphCredentialsError,
    GraphFullError,
    GraphOutcomeUnknownError,
    GraphRefusedError,
    GraphUnavailableError,
    MastError,
)

T = TypeVar("T")

# What the driver logs quotes the server too. It raises what it logs, and that becomes ours below.
_DRIVER_LOG: Final = logging.getLogger("neo4j")
_DRIVER_LOG.addHandler(logging.NullHandler())
_DRIVER_LOG.propagate = False

TOO_LATE: Final = "Neo.ClientError.Transaction.TransactionTimedOut"  # two codes begin with it
OUT_OF_MEMORY: Final = "OutOfMemory"
NO_SPACE: Final = ("TransactionLogError", "OutOfDiskSpace")
"""What a full disk looked like on both releases: the log could not be appended to ..."""
PANICKED: Final = ("TransactionStartFailed", "DatabasePanicked")
"""... and from then on every statement fails so, reading ones too, until a restart."""


def call(work: Callable[[], T]) -> T:
    """Do something with the driver; what it raises comes out as ours.

    Raises:
        GraphCredentialsError: wrong user name or password.
        GraphUnavailableError: unreachable, or no answer in time.
        GraphOutcomeUnknownError: the connection went during a commit.
        GraphFullError: the server's disk is full.
        GraphRefusedError: any other refusal.
    """
    try:
        return work()
    except (Neo4jError, DriverError, OSError) as error:
        ours = translate(error)
    raise ours  # outside the handler: the server's words do not hang on to it as context


async def call_async(work: Callable[[], Awaitable[T]]) -> T:
    """The same for the asynchronous driver."""
    try:
        return await work()
    except (Neo4jError, DriverError, OSError) as error:
        ours = translate(error)
    raise ours


def is_transient(error: Exception) -> bool:
    """Whether the same may succeed if done again, and surely has not been done yet.

    Reaching a memory limit is "transient" to the server too, but a statement that did so will do so again.
    """
    if isinstance(error, TransientError):
        return OUT_OF_MEMORY not in (error.code or "")
    return isinstance(error, DriverError) and error.is_retryable()


def translate(error: Exception) -> MastError:
    """Our error for one of the driver's."""
    if isinstance(error, IncompleteCommit):
        return GraphOutcomeUnknownError(
            "the connection to the database went while a write was being committed",
            fix="do it again: repeating it changes nothing if it was stored",
        )
    if not isinstance(error, Neo4jError):
        return unavailable("it cannot be reached")
    code = error.code or ""
    if isinstance(error, AuthError) or code.startswith("Neo.ClientError.Security.Authentication"):
        return GraphCredentialsError(
            "the database refused the user name or the password",
            fix="check MAST_NEO4J_USER and MAST_NEO4J_PASSWORD; after many attempts wait five seconds",
        )
    if code.endswith(NO_SPACE):
        return full("its disk is full or broken; the last transaction may or may not be stored")
    if code.endswith(PANICKED):
        return unavailable("a fault of its disk made it stop itself", fix="free space and start it again")
    if code.startswith(TOO_LATE):
        return unavailable("it did not answer in time")
    if isinstance(error, TransientError) and OUT_OF_MEMORY not in code:
        return unavailable("it is busy or starting")
    blame = "the statement" if isinstance(error, ClientError) else "the database"
    return GraphRefusedError(
        f"the database refused a statement ({code})",
        fix=f"the fault lies with {blame}; the server's log says more",
    )


def unavailable(
    reason: str, *, fix: str = "see that it runs and can be reached, then try again"
) -> GraphUnavailableError:
    """The database gives no answer."""
    return GraphUnavailableError(f"no answer from the database: {reason}", fix=fix)


def full(reason: str) -> GraphFullError:
    """Nothing more can be stored."""
    return GraphFullError(
        f"the database takes no more: {reason}",
        fix="free space on its disk; then stop the service and start it",
    )
