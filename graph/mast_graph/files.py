"""Files that only their owner can read, whole or not there; and locks that keep other processes off."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it appears whole or not at all, and is on disk.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_private(Path(folder) / "file", b"said")
        ...     (Path(folder) / "file").read_bytes(), [each.name for each in Path(folder).iterdir()]
        (b'said', ['file'])
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    sync_folder(path.parent)


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """Take a lock file, made if it is not there: its descriptor, closing which lets it go; none while held.

    Raises:
        OSError: the file cannot be opened.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     held = try_lock(Path(folder) / "lock")
        ...     try_lock(Path(folder) / "lock") is None, os.close(held)
        (True, None)
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def sync_folder(path: Path) -> None:
    """A new name in a folder is only safe once the folder itself is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
