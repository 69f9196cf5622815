"""The one writer of the audit log: append-only JSON lines, chained, sealed, on disk before any answer.

The chain finds an entry that was changed, dropped, repeated or moved; the seals find one that was chained
anew by somebody without the key. A cut tail is found by a checkpoint that is held elsewhere.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from mast_api.audit.chain import (
    NEW_KEY,
    Entry,
    Head,
    begun_entry,
    intact,
    key_entry,
    key_in_force,
    link,
    parsed,
    sealed_text,
    torn_entry,
)
from mast_api.audit.keys import FIRST, SealKeys
from mast_api.audit.segments import changed, full_segments, lines_of, read_tail, segment_name
from mast_graph.files import sync_folder, try_lock
from mast_resolver.errors import AuditUnavailableError, KeyMissingError

MOST_IN_A_GROUP: Final = 256
SEGMENT_BYTES: Final = 256 << 20
"""A file of the log that has grown beyond this is full: half a million questions and answers, about."""

QUICK_SYNC_S: Final = 0.005
"""A disk that took longer, seconds, is not waited for in the event loop: others' time-outs run there."""


class LogHeldError(AuditUnavailableError):
    """Another process writes the audit log; it takes over what it finds in the graph."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One entry somebody waits for."""

    entry: Mapping[str, object]
    lasting: bool
    done: asyncio.Future[None]


class AuditLog:
    """The one writer of one log. Entries of concurrent requests share a write, a seal and an fsync.

    Example:
        >>> import tempfile, datetime as dt
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = Path(folder.name) / "audit.jsonl"
        >>> keys = SealKeys.open(path.with_name("audit-key.json"))
        >>> clock = lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
        >>> with AuditLog(path, keys, clock=clock, new_id=lambda: "log-1") as log:
        ...     asyncio.run(log.append({"event": "intent", "subject": "officer-7"}))
        >>> from mast_api.audit.check import verify
        >>> verify(path, keys.trusted).entries
        2
        >>> folder.cleanup()
    """

    def __init__(
        self,
        path: Path,
        keys: SealKeys,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._path = path
        self._keys = keys
        self._clock = clock
        self._new_id = new_id
        self._segment_bytes = segment_bytes
        self._file: int | None = None
        self._head = Head.start()
        self._sealer = keys.sealer(FIRST)
        self._appending = threading.Lock()
        self._synced_in_s = 0.0
        self._unsynced = False
        self._faults = 0
        self._queue: queue.SimpleQueue[_Wanted | None] = queue.SimpleQueue()
        self._lock = _lock(path.with_suffix(".lock"))
        self._closed = False
        try:
            self._open()
        except (OSError, KeyMissingError, AuditUnavailableError) as fault:
            self._close_file()
            os.close(self._lock)
            if not isinstance(fault, OSError):
                raise
            raise _unavailable() from None
        self._writer = threading.Thread(target=self._write_groups, name="audit", daemon=True)
        self._writer.start()

    @property
    def path(self) -> Path:
        """The file that is written to; full ones lie beside it."""
        return self._path

    async def append(
        self, entry: Mapping[str, object], *, alone: bool = False, after: int | None = None
    ) -> None:
        """Return once the entry is on disk, and all that was begun before it.

        ``entry`` must hold no clear text: ids, keyed tokens, codes and names of ours only. For a caller
        who is ``alone``, whose event loop nobody else waits for, it is written there and then if the disk is
        quick: the way to the writer's thread and back would cost more than it gives. ``after`` is what
        :meth:`begin` gave for what this goes on with.

        Raises:
            AuditUnavailableError: it could not be written, or what was begun may be lost; nothing may be
                read or answered.
        """
        await self._take(entry, lasting=True, at_once=alone)
        if after is not None and after != self._faults:
            raise _unavailable()

    async def begin(self, entry: Mapping[str, object]) -> int:
        """Return once the entry is in the file, sealed: it is on disk with the next that is appended.

        For what is looked at only, and told only after another entry is appended ``after`` it. Who kills the
        process finds it there; a machine that loses power may lose it, with nothing told to anybody.

        Raises:
            AuditUnavailableError: it could not be written; nothing may be read.
        """
        faults = self._faults
        await self._take(entry, lasting=False, at_once=True)
        return faults

    async def _take(self, entry: Mapping[str, object], *, lasting: bool, at_once: bool) -> None:
        if self._closed:
            raise _unavailable()
        if at_once and self._synced_in_s < QUICK_SYNC_S and self._appended_at_once(entry, lasting=lasting):
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put(_Wanted(entry, lasting, done))
        # Shielded: a caller who gives up must not leave the writer with a cancelled future.
        await asyncio.shield(done)

    def renew_key(self) -> int:
        """Make a key, have the one before it vouch for it, and seal with it from now on; its version.

        A key that was made, but not brought into force before a crash, is taken up.
        """
        version = self._sealer.version + 1
        if self._keys.newest < version:
            self._keys = self._keys.renewed()
        try:
            self._append([key_entry(version, self._keys.public(version))])
        except OSError:
            raise _unavailable() from None
        return version

    def close(self) -> None:
        """Write what is queued, then let the file and its lock go."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._writer.join()
        with self._appending:
            self._give_up()
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
            self._append([each.entry for each in wanted], lasting=any(each.lasting for each in wanted))
        except Exception as error:
            if len(wanted) > 1 and isinstance(error, ValueError | TypeError):
                # One of them is no entry. Lines are made before any is written, so nothing of the others is
                # on disk: each goes by itself, and nobody is refused for what somebody else would have noted.
                for each in wanted:
                    self._write([each])
                return
            # Whatever it was, who waits must be told and the writer go on.
            fault = _unavailable()
        for each in wanted:
            _settle(each.done, fault)

    def _appended_at_once(self, entry: Mapping[str, object], *, lasting: bool) -> bool:
        """Whether it was written here and now: not while others are before it."""
        if not self._queue.empty() or not self._appending.acquire(blocking=False):
            return False
        try:
            self._append_in_turn([entry], lasting=lasting)
        except Exception:
            raise _unavailable() from None  # as when the writer's thread meets it
        finally:
            self._appending.release()
        return True

    def _append(self, entries: list[Mapping[str, object]], *, lasting: bool = True) -> None:
        with self._appending:
            self._append_in_turn(entries, lasting=lasting)

    def _append_in_turn(self, entries: list[Mapping[str, object]], *, lasting: bool) -> None:
        try:
            if self._file is None:
                self._open()
            self._seal(entries)
            if lasting:
                begun = time.monotonic()
                self._sync()
                self._synced_in_s = time.monotonic() - begun
            self._begin_anew_if_full()
        except BaseException:
            # Whether anything of it reached the disk is not known, so the file is read again before the next
            # entry, and nobody's comes between.
            self._give_up()
            raise

    def _seal(self, entries: list[Mapping[str, object]]) -> None:
        """Write entries as one group, its last one sealed; a new key comes alone, under the one before."""
        assert self._file is not None  # noqa: S101 - _open has set it or raised
        at = self._clock()
        head = self._head
        lines = bytearray()
        for number, entry in enumerate(entries, start=1):
            line, head = link(head, at, entry, self._sealer if number == len(entries) else None)
            lines += line
        self._unsynced = True
        _write_all(self._file, bytes(lines))
        self._head = head
        if entries[-1]["event"] == NEW_KEY:
            self._sealer = self._keys.sealer(int(str(entries[-1]["version"])))

    def _sync(self) -> None:
        """Have all on disk that was written. What a disk would not take once may be lost for good."""
        assert self._file is not None  # noqa: S101 - what was written is in it
        try:
            os.fdatasync(self._file)
        except OSError:
            self._faults += 1
            raise
        self._unsynced = False

    def _give_up(self) -> None:
        """Close the file after a fault; what others have begun goes to the disk first, if it can."""
        if self._file is not None and self._unsynced:
            with suppress(OSError):
                self._sync()
        self._unsynced = False
        self._close_file()

    def _open(self) -> None:
        """Open the log and find its last sealed entry; what a crash left behind it is noted and stays."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(self._file, 0o600)
        sync_folder(self._path.parent)
        tail = read_tail(self._file)
        sealed = tail.sealed or self._last_of_full()
        self._check_seal(sealed)
        self._head = Head.of(sealed) if sealed else Head.start()
        self._sealer = self._keys.sealer(key_in_force(sealed) if sealed else FIRST)
        if not tail.ended:
            _write_all(self._file, b"\n")
        if tail.torn:
            self._seal([torn_entry(tail.torn.removesuffix(b"\n"))])
        if sealed is None:
            self._seal([begun_entry(self._new_id(), self._keys.public(FIRST))])
        self._sync()

    def _last_of_full(self) -> Entry | None:
        """The last sealed entry of the last full file, where the one that is written to has none yet."""
        for path in reversed(full_segments(self._path)):
            handle = os.open(path, os.O_RDONLY)
            try:
                return read_tail(handle).sealed
            finally:
                os.close(handle)
        return None

    def _check_seal(self, sealed: Entry | None) -> None:
        """Go on only with a log that our own keys sealed: a new key would vouch for what others wrote."""
        if sealed is None:
            return
        if not intact(sealed):
            raise changed()
        key = self._keys.sealer(int(sealed["key"])).version
        if not self._keys.trusted.good(key, sealed["seal"], sealed_text(Head.of(sealed))):
            raise KeyMissingError(
                "the audit log is sealed with another key than that of the key file",
                fix="restore the key file; without it, put the log away and begin another",
            )

    def _begin_anew_if_full(self) -> None:
        assert self._file is not None  # noqa: S101 - something was written to it just now
        if os.fstat(self._file).st_size < self._segment_bytes:
            return
        if self._unsynced:
            self._sync()
        first = next(filter(None, map(parsed, lines_of([self._path]))))
        self._path.rename(segment_name(self._path, first["sequence"]))
        sync_folder(self._path.parent)
        self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _lock(path: Path) -> int:
    try:
        handle = try_lock(path)
    except OSError:
        raise _unavailable() from None
    if handle is None:
        raise LogHeldError("another process writes this audit log", fix="stop it, or use another data folder")
    return handle


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
