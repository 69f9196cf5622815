"""The audit log: append-only, hash-chained JSON lines, on disk before anything is read or answered.

A chain finds a changed, dropped or reordered entry. It cannot find a cut tail or a rewritten chain: those
need signed checkpoints held elsewhere, which is another issue.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from mast_api.chain import Head, link, read_tail, torn_entry
from mast_resolver.errors import AuditUnavailableError

MOST_IN_A_GROUP: Final = 256


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One entry somebody waits for."""

    entry: Mapping[str, object]
    done: asyncio.Future[None]


class AuditLog:
    """The one writer of one log file. Entries of concurrent requests share a write and an fsync.

    Example:
        >>> import tempfile, datetime as dt
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = Path(folder.name) / "audit.jsonl"
        >>> with AuditLog(path, clock=lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC)) as log:
        ...     asyncio.run(log.append({"event": "intent", "subject": "officer-7"}))
        >>> from mast_api.chain import verify
        >>> verify(path).entries
        1
        >>> folder.cleanup()
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._file: int | None = None
        self._head = Head.start()
        self._queue: queue.SimpleQueue[_Wanted | None] = queue.SimpleQueue()
        self._lock = _lock(path.with_suffix(".lock"))
        self._closed = False
        try:
            self._open()
        except OSError:
            self._close_file()
            os.close(self._lock)
            raise _unavailable() from None
        self._writer = threading.Thread(target=self._write_groups, name="audit", daemon=True)
        self._writer.start()

    async def append(self, entry: Mapping[str, object]) -> None:
        """Return once the entry is on disk.

        ``entry`` must hold no clear text: ids, keyed tokens, codes and names of ours only.

        Raises:
            AuditUnavailableError: it could not be written; nothing may be read or answered.
        """
        if self._closed:
            raise _unavailable()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put(_Wanted(entry, done))
        # Shielded: a caller who gives up must not leave the writer with a cancelled future.
        await asyncio.shield(done)

    def close(self) -> None:
        """Write what is queued, then let the file and its lock go."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._writer.join()
        self._close_file()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _write_groups(self) -> None:
        while True:
            group = [self._queue.get()]
            while len(group) < MOST_IN_A_GROUP:
                try:
                    group.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            wanted = [each for each in group if each is not None]
            if wanted:
                self._write(wanted)
            if len(wanted) < len(group):
                return

    def _write(self, wanted: list[_Wanted]) -> None:
        fault: AuditUnavailableError | None = None
        try:
            self._append([each.entry for each in wanted])
        except (OSError, ValueError, TypeError):
            # Whether anything of it reached the disk is not known, so the file is read again before
            # the next entry.
            self._close_file()
            fault = _unavailable()
        for each in wanted:
            _settle(each.done, fault)

    def _append(self, entries: list[Mapping[str, object]]) -> None:
        if self._file is None:
            self._open()
        assert self._file is not None  # noqa: S101 - _open has set it or raised
        at = self._clock()
        head = self._head
        lines = bytearray()
        for entry in entries:
            line, head = link(head, at, entry)
            lines += line
        _write_all(self._file, bytes(lines))
        os.fdatasync(self._file)
        self._head = head

    def _open(self) -> None:
        """Open the log and find its last entry; what a crash left half written is noted, never removed."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(self._file, 0o600)
        _sync_folder(self._path.parent)
        tail = read_tail(self._file)
        self._head = tail.head
        if not tail.ended:
            _write_all(self._file, b"\n")
        if tail.torn:
            self._append([torn_entry(tail.torn)])

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _lock(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        raise _unavailable() from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise AuditUnavailableError(
            "another process writes this audit log", fix="stop it, or use another data folder"
        ) from None
    return handle


def _sync_folder(path: Path) -> None:
    # A new file is only safe once the folder that names it is on disk.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _settle(done: asyncio.Future[None], fault: AuditUnavailableError | None) -> None:
    def settle() -> None:
        if done.done():
            return
        if fault is None:
            done.set_result(None)
        else:
            done.set_exception(AuditUnavailableError(fault.fact, fix=fault.fix))

    try:
        done.get_loop().call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop has closed: nobody waits any more


def _unavailable() -> AuditUnavailableError:
    return AuditUnavailableError(
        "the audit log cannot be written, so nothing is read or answered",
        fix="check the data folder's disk space and rights",
    )
