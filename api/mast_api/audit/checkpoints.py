"""Signed statements of how far a log had come, to be held elsewhere: what finds a tail that was cut off."""

from __future__ import annotations

import json
import operator
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from mast_api.audit.chain import BEGUN, TORN, Entry, intact, key_in_force, parsed
from mast_api.audit.keys import SealKeys, TrustedKeys
from mast_api.audit.segments import changed, lines_of, read_tail, segments
from mast_resolver.errors import AuditUnavailableError, UnreadableFileError


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """So many entries had the log, and this was the hash of the last."""

    log: str
    size: int
    head: str
    at: str
    key: int
    signature: str

    def good(self, trusted: TrustedKeys) -> bool:
        """Whether it is signed by the key it names."""
        return trusted.good(
            self.key, self.signature, _text(self.log, self.size, self.head, self.at, self.key)
        )

    def line(self) -> str:
        """As a line of a file of checkpoints."""
        return json.dumps(asdict(self), separators=(",", ":"))


def checkpoint(path: Path, keys: SealKeys, at: datetime) -> Checkpoint:
    """Of the last sealed entry of a log, also while the service writes it.

    Raises:
        AuditUnavailableError: there is no log, nothing sealed in it, or its end was changed.
        KeyMissingError: the key that sealed it is not in the key file.
    """
    sealed = _last_sealed(path)
    if sealed is None:
        raise AuditUnavailableError(
            "there is no sealed entry in the audit log yet", fix="serve and ask something first"
        )
    if not intact(sealed):
        raise changed()
    version = key_in_force(sealed)
    log, size, head = log_id(path), int(sealed["sequence"]), str(sealed["digest"])
    text = _text(log, size, head, at.isoformat(), version)
    return Checkpoint(log, size, head, at.isoformat(), version, keys.sealer(version).sign(text))


def read_checkpoints(paths: Iterable[Path]) -> list[Checkpoint]:
    """Those of the files, a line each.

    Raises:
        UnreadableFileError: a line of a file is no checkpoint.
    """
    return [each for path in paths for each in _read(path)]


def log_id(path: Path) -> str:
    """The id that the log began with; empty when it has none."""
    for line in lines_of(segments(path)):
        entry = parsed(line)
        if entry is not None and entry.get("event") != TORN:
            return str(entry.get("log", "")) if entry.get("event") == BEGUN else ""
    return ""


def _last_sealed(path: Path) -> Entry | None:
    for each in reversed(segments(path)):
        with each.open("rb") as file:
            if sealed := read_tail(file.fileno()).sealed:
                # What is only begun need not be on disk yet, and a checkpoint outlives this machine.
                os.fdatasync(file.fileno())
                return sealed
    return None


def _read(path: Path) -> Iterator[Checkpoint]:
    try:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                said = json.loads(line)
                yield Checkpoint(
                    **{**said, "size": operator.index(said["size"]), "key": operator.index(said["key"])}
                )
    except (OSError, ValueError, TypeError, KeyError):
        raise UnreadableFileError(
            f"{path.name} is not a file of checkpoints", fix="give what mast audit checkpoint wrote"
        ) from None


def _text(log: str, size: int, head: str, at: str, key: int) -> bytes:
    return f"mast audit checkpoint 1\n{log}\n{size}\n{head}\n{at}\n{key}\n".encode()
