"""Logs for tests: opened with a key beside them and a clock that stands."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mast_api.audit.chain import Head, link
from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog


def clock() -> dt.datetime:
    return dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


def seals(path: Path) -> SealKeys:
    return SealKeys.open(path.with_name("audit-key.json"))


def opened(path: Path, *, log_id: str = "log-1", segment_bytes: int = 1 << 20) -> AuditLog:
    return AuditLog(path, seals(path), clock=clock, new_id=lambda: log_id, segment_bytes=segment_bytes)


def write(path: Path, *events: str, log_id: str = "log-1", segment_bytes: int = 1 << 20) -> None:
    """Append entries one after the other, each a group of its own."""

    async def append_all(log: AuditLog) -> None:
        for event in events:
            await log.append({"event": event})

    with opened(path, log_id=log_id, segment_bytes=segment_bytes) as log:
        asyncio.run(append_all(log))


def chained_anew(path: Path, entries: Iterable[dict[str, Any]], sealed_by: SealKeys, version: int) -> None:
    """What somebody who knows the format writes in place of a log: every hash and link is right."""
    head, written = Head.start(), b""
    for entry in entries:
        said = {
            name: value
            for name, value in entry.items()
            if name not in ("sequence", "previous", "at", "key", "digest", "seal")
        }
        sealer = replace(sealed_by.sealer(sealed_by.newest), version=version)
        line, head = link(head, clock(), said, sealer)
        written += line
    path.write_bytes(written)
