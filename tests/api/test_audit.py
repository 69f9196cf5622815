"""The audit log: on disk before an answer, chained, and going on after a crash."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mast_api.audit import AuditLog
from mast_api.chain import verify
from mast_resolver.errors import AuditUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable


def clock() -> dt.datetime:
    return dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


def write(path: Path, *events: str) -> None:
    async def append_all(log: AuditLog) -> None:
        for event in events:
            await log.append({"event": event})

    with AuditLog(path, clock=clock) as log:
        asyncio.run(append_all(log))


def events(path: Path) -> list[str]:
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(json.loads(line)["event"])
        except ValueError:
            found.append("not an entry")
    return found


def test_a_written_log_verifies_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "intent", "answer")
    checked = verify(path)
    assert (checked.entries, checked.torn, checked.faults) == (2, 0, ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_reopened_log_goes_on_with_the_same_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "first")
    write(path, "second")
    assert verify(path).faults == ()
    assert [json.loads(line)["sequence"] for line in path.read_text().splitlines()] == [1, 2]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda lines: [lines[0].replace(b"one", b"ONE"), *lines[1:]], id="changed"),
        pytest.param(lambda lines: [lines[0], lines[2]], id="dropped"),
        pytest.param(lambda lines: [lines[1], lines[0], lines[2]], id="reordered"),
        pytest.param(lambda lines: [*lines, lines[2]], id="repeated"),
        pytest.param(lambda lines: [lines[0], b"rubbish\n", *lines[1:]], id="a line put between"),
        pytest.param(lambda lines: [*lines, b"rubbish"], id="a tail that is no entry"),
    ],
)
def test_a_log_that_was_interfered_with_does_not_verify(
    tmp_path: Path, spoil: Callable[[list[bytes]], list[bytes]]
) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "one", "two", "three")
    path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True))))
    assert verify(path).faults


def test_a_crash_at_any_byte_of_a_write_is_noted_and_the_chain_goes_on(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jsonl"
    write(whole, "one", "two")
    content = whole.read_bytes()
    for cut in range(len(content) + 1):
        path = tmp_path / "audit.jsonl"
        path.write_bytes(content[:cut])
        write(path, "after")
        checked = verify(path)
        assert checked.faults == (), cut
        assert path.read_bytes().startswith(content[:cut])  # nothing is ever removed
        assert events(path)[-1] == "after"
        path.unlink()


def test_a_crash_while_a_crash_is_noted_is_noted_too(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "one", "two")
    torn = path.read_bytes()[:-20]
    path.write_bytes(torn)
    write(path)
    noted = path.read_bytes()
    for cut in range(len(torn), len(noted) + 1):
        path.write_bytes(noted[:cut])
        write(path, "after")
        assert verify(path).faults == (), cut


def test_concurrent_entries_share_an_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "audit.jsonl"
    syncs = []
    real = os.fdatasync

    def counted(handle: int) -> None:
        syncs.append(handle)
        real(handle)

    monkeypatch.setattr(os, "fdatasync", counted)

    async def many(log: AuditLog) -> None:
        await asyncio.gather(*(log.append({"event": str(number)}) for number in range(500)))

    with AuditLog(path, clock=clock) as log:
        asyncio.run(many(log))
    assert verify(path).entries == 500
    assert len(syncs) < 250


def test_a_full_disk_refuses_the_entry_and_the_log_recovers_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    real = os.write
    full = False

    def nearly_full(handle: int, data: bytes) -> int:
        if not full:
            return real(handle, data)
        if len(data) > 10:
            return real(handle, bytes(data[:10]))
        raise OSError(errno.ENOSPC, "No space left on device")

    async def story(log: AuditLog) -> None:
        nonlocal full
        await log.append({"event": "before"})
        full = True
        for _ in range(3):
            with pytest.raises(AuditUnavailableError, match="MAST-320"):
                await log.append({"event": "refused"})
        full = False
        await log.append({"event": "after"})

    monkeypatch.setattr(os, "write", nearly_full)
    with AuditLog(path, clock=clock) as log:
        asyncio.run(story(log))
    assert verify(path).faults == ()
    assert events(path)[-1] == "after"
    assert "refused" not in events(path)


def test_an_entry_whose_fsync_fails_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with AuditLog(tmp_path / "audit.jsonl", clock=clock) as log:
        monkeypatch.setattr(os, "fdatasync", broken)
        with pytest.raises(AuditUnavailableError):
            asyncio.run(log.append({"event": "intent"}))


def test_a_second_writer_of_the_same_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with AuditLog(path, clock=clock), pytest.raises(AuditUnavailableError, match="another process"):
        AuditLog(path, clock=clock)
    write(path, "free again")


def test_a_log_that_cannot_be_opened_is_an_error_with_a_fix(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(AuditUnavailableError, match="fix: "):
        AuditLog(tmp_path / "audit.jsonl", clock=clock)


def test_a_closed_log_takes_no_entry(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", clock=clock)
    log.close()
    with pytest.raises(AuditUnavailableError):
        asyncio.run(log.append({"event": "late"}))


def test_an_entry_cannot_forge_the_chain(tmp_path: Path) -> None:
    with AuditLog(tmp_path / "audit.jsonl", clock=clock) as log, pytest.raises(AuditUnavailableError):
        asyncio.run(log.append({"digest": "0"}))
