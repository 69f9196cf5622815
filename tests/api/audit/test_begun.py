"""What is begun in the audit log: in the file at once, on disk with what is appended after it."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.api.audit.logs import clock, opened, seals

from mast_api.audit.check import verify
from mast_api.audit.checkpoints import checkpoint
from mast_api.audit.log import AuditLog
from mast_api.audit.segments import entries_backwards, full_segments, segments
from mast_resolver.errors import AuditUnavailableError


class Disk:
    """Notes how much of the log is on disk, and can fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: list[int] = []
        self.broken = False
        self._real = os.fdatasync
        monkeypatch.setattr(os, "fdatasync", self._sync)

    def _sync(self, handle: int) -> None:
        if self.broken:
            raise OSError(errno.EIO, "Input/output error")
        self._real(handle)
        self.synced.append(os.fstat(handle).st_size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_what_is_begun_is_in_the_file_and_on_disk_with_the_next_entry(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "audit.jsonl"

    async def story(log: AuditLog) -> None:
        before = len(disk.synced)
        begun = await log.begin({"event": "intent"})
        assert b'"intent"' in path.read_bytes()
        assert verify(path, seals(path).trusted).faults == ()  # sealed, not half an entry
        assert len(disk.synced) == before
        await log.append({"event": "answer"}, alone=True, after=begun)
        assert disk.synced[before:] == [path.stat().st_size]

    with opened(path) as log:
        asyncio.run(story(log))


@pytest.mark.parametrize("alone", [False, True])
def test_nobody_goes_on_with_what_a_disk_may_have_lost(tmp_path: Path, disk: Disk, alone: bool) -> None:
    path = tmp_path / "audit.jsonl"

    async def story(log: AuditLog) -> None:
        begun = await log.begin({"event": "intent"})
        disk.broken = True
        with pytest.raises(AuditUnavailableError):
            await log.append({"event": "another's"}, alone=alone)
        # A disk that lost something says so once, and writes on as if nothing was.
        disk.broken = False
        with pytest.raises(AuditUnavailableError):
            await log.append({"event": "answer"}, alone=alone, after=begun)
        again = await log.begin({"event": "intent"})
        await log.append({"event": "answer"}, alone=alone, after=again)

    with opened(path) as log:
        asyncio.run(story(log))
    assert verify(path, seals(path).trusted).faults == ()


def test_an_entry_that_is_none_takes_nothing_from_those_who_have_begun(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "audit.jsonl"

    async def story(log: AuditLog) -> None:
        begun = await log.begin({"event": "intent"})
        with pytest.raises(AuditUnavailableError):
            await log.append({"event": "odd", "said": {1, 2}}, alone=True)
        await log.append({"event": "answer"}, alone=True, after=begun)

    with opened(path) as log:
        asyncio.run(story(log))
    found = verify(path, seals(path).trusted)
    assert (found.entries, found.torn, found.faults) == (3, 0, ())


def test_a_full_file_is_on_disk_before_another_is_begun(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "audit.jsonl"

    async def story(log: AuditLog) -> None:
        for _ in range(20):
            await log.begin({"event": "intent", "said": "x" * 300})

    with opened(path, segment_bytes=2_000) as log:
        asyncio.run(story(log))
    full = full_segments(path)
    assert len(full) > 2
    assert {each.stat().st_size for each in full} <= set(disk.synced)
    assert segments(path)[-1].stat().st_size in disk.synced  # closing writes what is left
    assert verify(path, seals(path).trusted).entries == 21


def test_who_kills_the_process_finds_what_was_begun(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    program = (
        "import asyncio, os, pathlib, signal, sys\n"
        "from tests.api.audit.logs import opened\n"
        "log = opened(pathlib.Path(sys.argv[1]))\n"
        "asyncio.run(log.begin({'event': 'intent'}))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, path], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == -signal.SIGKILL
    found = verify(path, seals(path).trusted)
    assert (found.entries, found.torn, found.faults) == (2, 0, ())
    assert b'"event":"intent"' in path.read_bytes()


def test_nothing_comes_between_a_fault_and_what_is_done_about_it(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    real_write, real_close, faulty = os.write, os.close, threading.Event()

    def half(handle: int, data: bytes) -> int:
        if threading.current_thread().name != "audit" or not faulty.is_set():
            return real_write(handle, data)
        if len(data) > 10:
            return real_write(handle, bytes(data[:10]))
        faulty.clear()
        raise OSError(errno.ENOSPC, "No space left on device")

    def late(handle: int) -> None:
        time.sleep(0.005 if threading.current_thread().name == "audit" else 0)
        real_close(handle)

    async def reader(log: AuditLog, number: int) -> str | None:
        said = f"read-{number}"
        try:
            begun = await log.begin({"event": said})
            await log.append({"event": f"{said}-answer"}, alone=True, after=begun)
        except AuditUnavailableError:
            return None
        return said

    async def story(log: AuditLog) -> list[str]:
        told = []
        for number in range(60):
            faulty.set()
            failing = asyncio.ensure_future(log.append({"event": "refused"}))
            await asyncio.sleep(0.0005 * (number % 8))
            told.append(await reader(log, number))
            await asyncio.wait({failing})
            failing.exception()
        return [each for each in told if each]

    monkeypatch.setattr(os, "write", half)
    monkeypatch.setattr(os, "close", late)
    with opened(path) as log:
        told = asyncio.run(story(log))
    vouched = {entry["event"] for entry in entries_backwards(path)}
    assert told
    assert {*told, *(f"{each}-answer" for each in told)} <= vouched
    assert verify(path, seals(path).trusted).faults == ()


def test_a_checkpoint_is_of_what_is_on_disk(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "audit.jsonl"

    async def story(log: AuditLog) -> None:
        await log.begin({"event": "intent"})
        assert path.stat().st_size not in disk.synced
        signed = checkpoint(path, seals(path), clock())
        assert (signed.size, path.stat().st_size in disk.synced) == (2, True)

    with opened(path) as log:
        asyncio.run(story(log))
