"""One writer at a time: a lease in the graph, fenced by an epoch, on the database's own clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeVar

from mast_graph.counted import note
from mast_graph.rows import Row
from mast_graph.store import Store, Transaction
from mast_resolver.errors import GraphUnavailableError, LeaseHeldError, LeaseLostError, MastError

T = TypeVar("T")

DEFAULT_TTL_S: Final = 30.0
"""Long enough for a slow batch and a hiccup of the network, short enough to wait for after a crash."""

HUNG_AFTER_S: Final = 1_800.0
"""A writer of whose work nothing was seen for so long is taken to hang, and its lease is renewed no more.
Reading back and opening a million records before the first write should take a third of it."""

LOOK_AGAIN_S: Final = 0.1
"""How often a writer looks whether a pause has ended (:mod:`mast_graph.pause`)."""


class _PausedError(Exception):
    """Nothing may be written just now."""


class Lease:
    """The right to write. Every write of ours goes through :meth:`write`.

    Neo4j is read-committed: two writers on overlapping regions would each decide on what the other is
    about to change. So each write transaction first locks the lease's node and compares the epoch. Whoever
    takes over raises the epoch; the old holder, however late it wakes up, is refused.

    Example:
        >>> def load_all(store: Store) -> None:
        ...     with Lease.acquire(store, "mast load") as lease:
        ...         lease.write(lambda tx, tick: tx.run("write.put_teams", rows=[]))
    """

    def __init__(self, store: Store, *, epoch: int, ttl_s: float, hung_after_s: float = HUNG_AFTER_S) -> None:
        self.epoch = epoch
        self._store = store
        self._ttl_ms = int(ttl_s * 1000)
        self._hung_after_s = hung_after_s
        self._renewed = self._at_work = time.monotonic()
        self._stop = threading.Event()
        self._renewer: threading.Thread | None = None

    @classmethod
    def acquire(
        cls,
        store: Store,
        holder: str,
        *,
        ttl_s: float = DEFAULT_TTL_S,
        renew: bool = True,
        hung_after_s: float = HUNG_AFTER_S,
    ) -> Self:
        """Take the lease, and keep it renewed in the background until it is released.

        It is not, once nothing was written and no :meth:`at_work` said for ``hung_after_s``: the process
        lives, but what it was to do may be stuck, and nobody else could write until somebody killed it.
        ``holder`` is kept in the graph for a person to read; it is never part of an error.

        Raises:
            LeaseHeldError: another writer holds it and renewed it in time.
        """
        epoch = store.write(lambda tx: _acquire(tx, holder, ttl_s))
        lease = cls(store, epoch=epoch, ttl_s=ttl_s, hung_after_s=hung_after_s)
        if renew:
            lease._start_renewing()
        return lease

    @staticmethod
    def once(store: Store, work: Callable[[Transaction, int], T]) -> T:
        """Do one piece of work as the only writer, in one transaction that is the lease itself.

        For a writer of a single small change, whom three commits would make wait three times. As with
        :meth:`write` the work may be run again; whatever it raises, nothing was written.

        Raises:
            LeaseHeldError: another writer holds the lease and renewed it in time.
        """

        def whole(tx: Transaction) -> T:
            row = tx.run("write.lease_once")[0]
            _check_acquired(row)
            return _noted(tx, int(row["tick"]), work)

        return store.write(whole)

    def write(self, work: Callable[[Transaction, int], T]) -> T:
        """Run one write transaction behind the fence. ``work`` gets the transaction and its tick.

        Ticks rise with every write transaction there ever was, so they order changes without a clock.
        ``work`` may be run again after a transient error; it must not change anything but the graph. While a
        backup is read it waits, and keeps the lease.

        Raises:
            LeaseLostError: another writer took over; nothing was written.
        """
        while True:
            begun = self._at_work = time.monotonic()
            try:
                done = self._store.write(lambda tx: _noted(tx, self._pass(tx), work))
            except _PausedError:
                time.sleep(LOOK_AGAIN_S)
            else:
                self._renewed = begun
                self.at_work()
                return done

    def at_work(self) -> None:
        """Said by whoever works for long without writing: it does not hang."""
        self._at_work = time.monotonic()

    def release(self) -> None:
        """Stop renewing and give the lease back. Giving back a lost one does nothing."""
        self._stop.set()
        if self._renewer is not None:
            self._renewer.join()
        self._store.write(lambda tx: tx.run("write.lease_release", epoch=self.epoch))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, GraphUnavailableError):
            # Giving it back would wait for the same database as long again, or several times that.
            self._stop.set()
            return
        try:
            self.release()
        except MastError:
            # The lease runs out by itself; the error that brought us here is the one to see.
            if error is None:
                raise

    def _pass(self, tx: Transaction) -> int:
        row = self._fence(tx)
        if row["paused"]:
            raise _PausedError
        return int(row["tick"])

    def _fence(self, tx: Transaction) -> Row:
        row = tx.run("write.lease_fence", epoch=self.epoch, ttl_ms=self._ttl_ms)[0]
        if not row["held"]:
            raise LeaseLostError(
                "another writer took over after this one was silent for too long",
                fix="run the command again: what was committed before is kept, the rest is done again",
            )
        return row

    def _start_renewing(self) -> None:
        self._renewer = threading.Thread(target=self._renew, name="mast-lease", daemon=True)
        self._renewer.start()

    def _renew(self) -> None:
        every = self._ttl_ms / 3000
        while not self._stop.wait(every):
            if time.monotonic() - self._renewed < every:
                continue  # a write of ours did it, and the next may hold the lock for a while
            if time.monotonic() - self._at_work > self._hung_after_s:
                continue  # if it comes back to work in time, so does this
            try:
                self._store.write(self._fence)
            except LeaseLostError:
                return  # the next write of ours finds the same and says so
            except MastError:
                continue  # perhaps the database is back before the lease expires


def _noted(tx: Transaction, tick: int, work: Callable[[Transaction, int], T]) -> T:
    """Do the work, and leave word of what it changed for those who keep it in memory."""
    done = work(tx, tick)
    note(tx, tick)
    return done


def _acquire(tx: Transaction, holder: str, ttl_s: float) -> int:
    row = tx.run("write.lease_acquire", holder=holder, ttl_ms=int(ttl_s * 1000))[0]
    _check_acquired(row)
    return int(row["epoch"])


def _check_acquired(row: Row) -> None:
    if not row["acquired"]:
        seconds = max(1, -(-int(row["free_in_ms"]) // 1000))
        raise LeaseHeldError(
            "another writer is at work on this graph, or a backup is being read",
            fix=f"wait until it is done, or, if it was killed, {seconds} s until its lease expires",
        )
