"""The chain of the audit log: how an entry is linked to the one before, and how all are checked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

START: Final = "0" * 64
TAIL_BYTES: Final = 1 << 20
"""No entry is longer: an answer holds at most some hundred ids."""

TORN: Final = "torn"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain: its number and hash."""

    sequence: int
    digest: str

    @classmethod
    def start(cls) -> Head:
        """Before the first entry."""
        return cls(0, START)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found. ``faults`` names lines, never contents."""

    entries: int
    head: str
    torn: int
    faults: tuple[str, ...]


def link(head: Head, at: datetime, entry: Mapping[str, object]) -> tuple[bytes, Head]:
    """The line of an entry that follows ``head``, and the head it becomes.

    Raises:
        ValueError: the entry uses a name of the chain's own, or is too long.

    Example:
        >>> import datetime as dt
        >>> line, head = link(Head.start(), dt.datetime(2026, 11, 2, tzinfo=dt.UTC), {"event": "intent"})
        >>> head.sequence, line.endswith(b"}" + bytes([10]))
        (1, True)
    """
    fields = {"sequence": head.sequence + 1, "previous": head.digest, "at": at.isoformat(), **entry}
    if len(fields) != len(entry) + 3 or "digest" in entry:
        raise ValueError("an entry must not name sequence, previous, at or digest")
    digest = _digest(fields)
    line = json.dumps(fields | {"digest": digest}, separators=(",", ":")).encode() + b"\n"
    if len(line) > TAIL_BYTES:
        raise ValueError("an entry is too long")
    return line, Head(head.sequence + 1, digest)


@dataclass(frozen=True, slots=True)
class Tail:
    """How a log ends: its head, what a crash left after it, and whether the last line is ended."""

    head: Head
    torn: bytes
    ended: bool


def read_tail(handle: int) -> Tail:
    """The last whole entry of an open log and what stands after it.

    Raises:
        OSError: there is something at the end, but no entry: this is no log to go on with.
    """
    size = os.fstat(handle).st_size
    start = max(0, size - 2 * TAIL_BYTES)
    tail = os.pread(handle, size - start, start)
    lines = tail.removesuffix(b"\n").split(b"\n")
    for back in range(len(lines) - 1, -1, -1):
        fields = _parse(lines[back])
        if fields is not None:
            torn = b"\n".join(lines[back + 1 :])
            return Tail(Head(_sequence(fields), str(fields["digest"])), torn, tail.endswith(b"\n"))
    if start:
        raise OSError("the end of the audit log holds no entry")
    return Tail(Head.start(), tail.removesuffix(b"\n"), tail.endswith(b"\n") or not tail)


def torn_entry(torn: bytes) -> dict[str, object]:
    """The entry that notes a line which a crash left half written just before it."""
    return {"event": TORN, "bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}


def verify(path: Path) -> Verified:
    """Check a whole log: every entry's own hash, its link, and that torn lines are noted.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as empty:
        ...     verify(Path(empty.name)).faults
        ()
    """
    faults: list[str] = []
    head, torn_writes, torn = Head.start(), 0, b""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            fields = _parse(line)
            if fields is None:
                torn += line
                continue
            faults.extend(f"line {number}: {fault}" for fault in _faults(fields, head, torn))
            torn_writes += bool(torn)
            torn = b""
            head = Head(_sequence(fields), str(fields["digest"]))
    if torn:
        faults.append("the end of the log is not an entry")
    return Verified(head.sequence, head.digest, torn_writes, tuple(faults))


def _faults(fields: dict[str, object], head: Head, torn: bytes) -> list[str]:
    faults = []
    if _digest({name: value for name, value in fields.items() if name != "digest"}) != fields["digest"]:
        faults.append("changed after it was written")
    if fields["previous"] != head.digest:
        faults.append("does not follow the entry before it")
    if fields["sequence"] != head.sequence + 1:
        faults.append("an entry before it is missing")
    if torn and {name: fields.get(name) for name in ("event", "bytes", "sha256")} != torn_entry(
        torn.removesuffix(b"\n")
    ):
        faults.append("what stands before it is no entry, and not noted as torn")
    return faults


def _digest(fields: Mapping[str, object]) -> str:
    # Sorted, so that the hash is of what is said and not of the order in which it was written.
    return hashlib.sha256(json.dumps(fields, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def _sequence(fields: Mapping[str, object]) -> int:
    return int(str(fields["sequence"]))


def _parse(line: bytes) -> dict[str, object] | None:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not {"sequence", "previous", "digest", "at"} <= fields.keys():
        return None
    return fields if type(fields["sequence"]) is int else None
