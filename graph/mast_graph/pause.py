"""A pause of all writers, so that a graph that is read-committed can be read as it is at one moment."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final, Self

from mast_graph.store import Store
from mast_resolver.errors import LeaseHeldError, LeaseLostError, MastError

TTL_S: Final = 20.0
"""Writers go on by themselves so long after whoever paused them was killed."""


class Pause:
    """From ``with`` on nothing is written, until :meth:`end` vouches for it. Whoever wants to write waits.

    Every write transaction locks the lease's node first, and so does the pause: those under way are committed
    before it begins. A loader waits and goes on where it was, its lease kept; who decides one thing is
    refused.

    Raises:
        LeaseHeldError: another pause holds.

    Example:
        >>> def read_still(store: Store) -> int:
        ...     with Pause(store, "backup-1") as pause:
        ...         nodes = store.read("read.count_nodes")[0]["nodes"]
        ...         pause.end()
        ...     return int(nodes)
    """

    def __init__(self, store: Store, id_: str, *, ttl_s: float = TTL_S) -> None:
        self.tick = 0
        """Number of the last write transaction before it."""
        self._store, self._id, self._ttl_ms = store, id_, int(ttl_s * 1000)
        self._stop = threading.Event()
        self._renewer = threading.Thread(target=self._renew, name="mast-pause", daemon=True)
        self._ended = False

    def __enter__(self) -> Self:
        row = self._store.write(lambda tx: tx.run("write.pause_writers", id=self._id, ttl_ms=self._ttl_ms))[0]
        if not row["paused"]:
            raise LeaseHeldError(
                "another backup of this graph is being made", fix="wait until it is done, a minute perhaps"
            )
        self.tick = int(row["tick"])
        self._renewer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._ended:
                self._let_go()
        except MastError:
            # It runs out by itself; the error that brought us here is the one to see.
            if error is None:
                raise

    def end(self) -> None:
        """Let writers go on.

        Raises:
            LeaseLostError: the pause had run out, so something may have been written meanwhile.
        """
        held, tick = self._let_go()
        if not held or tick != self.tick:
            raise LeaseLostError(
                "writers went on before the graph was read to its end: this process was silent for too long",
                fix="do it again, on a machine that is less busy",
            )

    def _let_go(self) -> tuple[bool, int]:
        self._ended = True
        self._stop.set()
        self._renewer.join()
        row = self._store.write(lambda tx: tx.run("write.pause_end", id=self._id))[0]
        return bool(row["held"]), int(row["tick"])

    def _renew(self) -> None:
        while not self._stop.wait(self._ttl_ms / 4000):
            try:
                row = self._store.write(
                    lambda tx: tx.run("write.pause_renew", id=self._id, ttl_ms=self._ttl_ms)
                )[0]
            except MastError:
                continue  # perhaps the database is back before the pause runs out; the end tells
            if not row["held"]:
                return
