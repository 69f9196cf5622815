"""The step from the data that was to the data of a backup: all of it or nothing, whatever kills it.

What is restored lies ready in a folder beside. One file, the journal, then says what is to be put in place of
what: before it is there nothing has happened, and once it is there whoever comes next finishes it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from mast_api.backup import RESTORE_LOCK
from mast_graph.files import sync_folder, try_lock, write_private
from mast_resolver.errors import DataFolderLockedError

JOURNAL: Final = "restore.json"
SCRATCH: Final = "restoring"
OLD: Final = "before-restore-"


@dataclass(frozen=True, slots=True)
class Swap:
    """What takes the place of what: names within the data folder, and within the scratch folder."""

    arriving: tuple[str, ...]
    leaving: tuple[str, ...]
    old: str
    """The folder for what leaves; one that begins with :data:`OLD` is removed in the end."""
    entry: dict[str, Any]
    """What the audit log is told when it is done."""


def begin(data: Path, swap: Swap) -> None:
    """From here on it will be done: the journal is on disk."""
    write_private(data / JOURNAL, json.dumps(asdict(swap)).encode())


def begun(data: Path) -> Swap | None:
    """A swap that is to be finished."""
    try:
        said = json.loads((data / JOURNAL).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Swap(tuple(said["arriving"]), tuple(said["leaving"]), said["old"], said["entry"])


def finish(data: Path, swap: Swap, note: Callable[[dict[str, Any]], None]) -> None:
    """Put everything in place, have it noted, clear up. Done again after a kill, it goes on where it was."""
    old, scratch = data / swap.old, data / SCRATCH
    old.mkdir(mode=0o700, exist_ok=True)
    for name in swap.leaving:
        if not (old / name).exists():
            _move(data / name, old / name)
    for name in swap.arriving:
        if (scratch / name).exists():
            _move(scratch / name, data / name)
    note(swap.entry)
    (data / JOURNAL).unlink()
    sync_folder(data)
    clear(data)


def clear(data: Path) -> None:
    """Remove what a restore left that never came to its journal, or was killed after its end."""
    for path in (data / SCRATCH, *data.glob(f"{OLD}*")):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def only_restore(data: Path) -> Iterator[None]:
    """Nobody else restores into the data folder, or begins to use it.

    Raises:
        DataFolderLockedError: somebody does.
    """
    handle = _lock(data)
    try:
        yield
    finally:
        os.close(handle)


def settle(data: Path, note: Callable[[dict[str, Any]], None]) -> bool:
    """Finish a swap that was killed on its way, before anybody uses the data folder; whether there was one.

    Raises:
        DataFolderLockedError: a restore is under way.
    """
    if not (data / RESTORE_LOCK).exists():
        return False
    os.close(_lock(data, shared=True))
    if begun(data) is None:
        clear(data)
        return False
    with only_restore(data):
        swap = begun(data)
        if swap is not None:
            finish(data, swap, note)
    return True


def _lock(data: Path, *, shared: bool = False) -> int:
    handle = try_lock(data / RESTORE_LOCK, shared=shared)
    if handle is None:
        raise DataFolderLockedError(
            "a restore into this data folder is under way", fix="wait until it has ended"
        )
    return handle


def _move(path: Path, to: Path) -> None:
    path.rename(to)
    sync_folder(to.parent)
    sync_folder(path.parent)
