"""The files of an audit log: the one that is written to, and full ones named by their first entry."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from mast_api.audit.chain import MOST_BYTES, Entry, parsed
from mast_resolver.errors import AuditUnavailableError

BLOCK: Final = 1 << 18
TRIES: Final = 5

SEAL: Final = b'"seal":"'
_NOTES_TORN: Final = b'"event":"torn"'
"""As they stand in a line; within a text the quotes would be written otherwise."""


def full_segments(path: Path) -> list[Path]:
    """The files of a log that are full, the oldest first.

    Example:
        >>> full_segments(Path("no-such-folder/audit.jsonl"))
        []
    """
    return sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))


def segments(path: Path) -> list[Path]:
    """All files of a log, the oldest first."""
    return [*full_segments(path), *([path] if path.exists() else [])]


def segment_name(path: Path, first: int) -> Path:
    """The name of a full file that begins with entry ``first``.

    Example:
        >>> segment_name(Path("audit.jsonl"), 17).name
        'audit-000000000017.jsonl'
    """
    return path.with_name(f"{path.stem}-{first:012d}{path.suffix}")


@dataclass(frozen=True, slots=True)
class Tail:
    """How a file ends: its last sealed entry, and what stands behind it that no seal vouches for.

    ``ended`` is whether the last line is; ``vouched`` how many bytes of the file the seal vouches for.
    """

    sealed: Entry | None
    torn: bytes
    ended: bool
    vouched: int = 0


def read_tail(handle: int) -> Tail:
    """The last sealed entry of an open file and what stands after it; without one all of it does."""
    size = os.fstat(handle).st_size
    window = 2 * MOST_BYTES
    while True:
        start = max(0, size - window)
        tail = _tail(os.pread(handle, size - start, start))
        if tail.sealed or not start:
            return replace(tail, vouched=size - len(tail.torn) if tail.sealed else 0)
        window *= 4


def _tail(content: bytes) -> Tail:
    ended = content.endswith(b"\n") or not content
    end = len(content)
    for line in reversed(content.split(b"\n")):
        begin = end - len(line)
        entry = parsed(line) if SEAL in line else None
        if entry is not None and "seal" in entry:
            return Tail(entry, content[end + 1 :], ended)
        end = begin - 1
    return Tail(None, content, ended)


def lines_of(paths: Iterable[Path]) -> Iterator[bytes]:
    """Every line of the files, in their order."""
    for path in paths:
        with path.open("rb") as file:
            yield from file


def entries_backwards(path: Path, *, told_by: Sequence[Sequence[bytes]] = ()) -> Iterator[Entry]:
    """Every entry of a log that a seal vouches for, the newest first.

    Whole blocks are read from the end, so that the newest of a long log cost no more than of a short one.
    With ``told_by`` only lines that hold one text of each list are looked at: ten times as fast as reading
    what all of them say.
    """
    with ExitStack() as stack:
        for file in reversed(opened(path, stack)):
            vouched = False
            for line in _lines_backwards(file.fileno()):
                if SEAL in line:
                    # What a crash left without a seal stands before the entry that notes it.
                    vouched = _NOTES_TORN not in line
                elif not vouched:
                    continue
                if all(any(text in line for text in texts) for texts in told_by):
                    entry = parsed(line)
                    if entry is not None:
                        yield entry


def changed() -> AuditUnavailableError:
    """That an entry, which a seal should vouch for, is not as it was written."""
    return AuditUnavailableError(
        "an entry of the audit log was changed after it was written",
        fix="run mast verify, which says where; restore the log, or put it away and begin another",
    )


def opened(path: Path, stack: ExitStack) -> Sequence[BinaryIO]:
    """All files of a log, open, the oldest first; again if one became full meanwhile and got another name."""
    for _ in range(TRIES):
        listed = segments(path)
        try:
            with ExitStack() as opening:
                files = [opening.enter_context(each.open("rb")) for each in listed]
                if segments(path) == listed:
                    stack.push(opening.pop_all())
                    return files
        except FileNotFoundError:
            continue
    raise AuditUnavailableError("the audit log changes faster than it is read", fix="ask again")


def _lines_backwards(handle: int) -> Iterator[bytes]:
    end = os.fstat(handle).st_size
    rest = b""
    while end > 0:
        start = max(0, end - BLOCK)
        lines = (os.pread(handle, end - start, start) + rest).split(b"\n")
        rest = lines[0]
        yield from (line for line in reversed(lines[1:]) if line)
        end = start
    if rest:
        yield rest
