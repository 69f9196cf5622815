"""The audit log: on disk before an answer, chained, and going on after a crash."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.api.audit.logs import opened, seals, write

from mast_api.audit.chain import MOST_BYTES
from mast_api.audit.check import Verified, verify
from mast_api.audit.log import AuditLog
from mast_resolver.errors import AuditUnavailableError


def checked(path: Path) -> Verified:
    return verify(path, seals(path).trusted)


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
    found = checked(path)
    assert (found.entries, found.torn, found.faults) == (3, 0, ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_reopened_log_goes_on_with_the_same_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "first")
    write(path, "second")
    assert checked(path).faults == ()
    assert [json.loads(line)["sequence"] for line in path.read_text().splitlines()] == [1, 2, 3]


def test_a_crash_at_any_byte_of_a_write_is_noted_and_the_chain_goes_on(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jsonl"
    write(whole, "one", "two")
    content = whole.read_bytes()
    for cut in range(len(content) + 1):
        path = tmp_path / "audit.jsonl"
        path.write_bytes(content[:cut])
        write(path, "after")
        assert checked(path).faults == (), cut
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
        assert checked(path).faults == (), cut


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

    with opened(path) as log:
        asyncio.run(many(log))
    assert checked(path).entries == 501
    assert len(syncs) < 250


def test_an_entry_of_a_caller_alone_is_in_turn_with_those_of_others(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"

    async def one_after_the_other(log: AuditLog, name: str) -> None:
        for number in range(200):
            await log.append({"event": f"{name}{number}"}, alone=number % 2 == 0)

    async def several(log: AuditLog) -> None:
        await asyncio.gather(*(one_after_the_other(log, name) for name in "abc"))

    with opened(path) as log, ThreadPoolExecutor(2) as threads:
        others = [threads.submit(asyncio.run, several(log)) for _ in range(2)]
        assert log.renew_key() == 2
        for other in others:
            other.result()
    assert checked(path).faults == ()
    assert checked(path).entries == 2 + 2 * 3 * 200
    noted = [each for each in events(path) if each.startswith("a")]
    assert sorted(noted) == sorted(f"a{number}" for number in range(200) for _ in range(2))


@pytest.mark.parametrize("bad", [{"digest": "00"}, {"said": {1, 2}}, {"said": "x" * MOST_BYTES}])
def test_an_entry_that_cannot_be_written_refuses_nobody_elses(tmp_path: Path, bad: dict[str, object]) -> None:
    path = tmp_path / "audit.jsonl"

    async def together(log: AuditLog) -> list[BaseException | None]:
        good = [log.append({"event": str(number)}) for number in range(60)]
        odd = log.append({"event": "odd", **bad})
        return await asyncio.gather(*good[:30], odd, *good[30:], return_exceptions=True)

    with opened(path) as log:
        outcomes = asyncio.run(together(log))
        asyncio.run(log.append({"event": "after"}))
    assert isinstance(outcomes.pop(30), AuditUnavailableError)
    assert outcomes == [None] * 60
    assert checked(path).faults == ()
    assert sorted(events(path)) == sorted(["begun", "after", *map(str, range(60))])


@pytest.mark.parametrize("alone", [False, True])
def test_a_full_disk_refuses_the_entry_and_the_log_recovers_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
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
        await log.append({"event": "before"}, alone=alone)
        full = True
        for _ in range(3):
            with pytest.raises(AuditUnavailableError, match="MAST-320"):
                await log.append({"event": "refused"}, alone=alone)
        full = False
        await log.append({"event": "after"}, alone=alone)

    monkeypatch.setattr(os, "write", nearly_full)
    with opened(path) as log:
        asyncio.run(story(log))
    assert checked(path).faults == ()
    assert events(path)[-1] == "after"
    assert "refused" not in events(path)


@pytest.mark.parametrize("alone", [False, True])
def test_an_entry_whose_fsync_fails_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    def broken(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with opened(tmp_path / "audit.jsonl") as log:
        monkeypatch.setattr(os, "fdatasync", broken)
        with pytest.raises(AuditUnavailableError):
            asyncio.run(log.append({"event": "intent"}, alone=alone))


def test_a_second_writer_of_the_same_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with opened(path), pytest.raises(AuditUnavailableError, match="another process"):
        opened(path)
    write(path, "free again")


def test_a_log_that_cannot_be_opened_is_an_error_with_a_fix(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(AuditUnavailableError, match="fix: "):
        opened(tmp_path / "audit.jsonl")


def test_a_closed_log_takes_no_entry(tmp_path: Path) -> None:
    log = opened(tmp_path / "audit.jsonl")
    log.close()
    with pytest.raises(AuditUnavailableError):
        asyncio.run(log.append({"event": "late"}))


def test_an_entry_cannot_forge_the_chain(tmp_path: Path) -> None:
    with opened(tmp_path / "audit.jsonl") as log, pytest.raises(AuditUnavailableError):
        asyncio.run(log.append({"digest": "0"}))
