"""The files of an audit log: the one that is written to, and full ones named by their first entry."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mast_api.audit.chain import MOST_BYTES, Entry, Head, parsed

BLOCK: Final = 1 << 18


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
    """How a file ends: its last entry, the last sealed one, and what a crash left behind them.

    ``unsealed`` counts whole entries behind the last seal; ``ended`` is whether the last line is.
    """

    head: Head
    sealed: Entry | None
    unsealed: int
    torn: bytes
    ended: bool


def read_tail(handle: int) -> Tail:
    """The last whole entry of an open file, the last seal, and what stands after them.

    Raises:
        OSError: there is something at the end, but no entry: this is no log to go on with.
    """
    size = os.fstat(handle).st_size
    window = 2 * MOST_BYTES
    while True:
        start = max(0, size - window)
        tail = _tail(os.pread(handle, size - start, start), whole=not start)
        if tail.sealed or not start:
            return tail
        window *= 4


def _tail(content: bytes, *, whole: bool) -> Tail:
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    last: Entry | None = None
    torn: list[bytes] = []
    unsealed = 0
    for line in reversed(lines):
        entry = parsed(line)
        if entry is None:
            if last is None:
                torn.insert(0, line)
            continue
        last = last or entry
        if "seal" in entry:
            return Tail(Head.of(last), entry, unsealed, b"\n".join(torn), content.endswith(b"\n"))
        unsealed += 1
    if last is None and whole:
        return Tail(Head.start(), None, 0, b"\n".join(torn), content.endswith(b"\n") or not content)
    if last is None:
        raise OSError("the end of the audit log holds no entry")
    return Tail(Head.of(last), None, unsealed, b"\n".join(torn), content.endswith(b"\n"))


def lines_of(paths: Iterable[Path]) -> Iterator[bytes]:
    """Every line of the files, in their order."""
    for path in paths:
        with path.open("rb") as file:
            yield from file


def entries_backwards(paths: Iterable[Path], *, told_by: Sequence[Sequence[bytes]] = ()) -> Iterator[Entry]:
    """Every entry of the files, the newest first; what is no entry is passed over.

    Whole blocks are read from the end, so that the newest of a long log cost no more than of a short one.
    With ``told_by`` only lines that hold one text of each list are looked at: ten times as fast as reading
    what all of them say.
    """
    for path in reversed(list(paths)):
        with path.open("rb") as file:
            for line in _lines_backwards(file.fileno()):
                if all(any(text in line for text in texts) for texts in told_by):
                    entry = parsed(line)
                    if entry is not None:
                        yield entry


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
