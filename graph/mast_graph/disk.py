"""Stop writing before the disk is full: a full one harms the database, and it stays down until a restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mast_graph.wire_errors import full

MIB = 1024 * 1024


def free_bytes(folder: Path) -> int:
    """What the file system of a folder still takes."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class DiskGuard:
    """Watches the disk of a store folder on this machine.

    Example:
        >>> DiskGuard(Path("."), free=lambda _folder: 0).is_short
        True
    """

    folder: Path
    keep_free: int = 512 * MIB
    free: Callable[[Path], int] = free_bytes

    @property
    def is_short(self) -> bool:
        """Whether less than the kept reserve is left."""
        return self.free(self.folder) < self.keep_free

    def check(self) -> None:
        """Refuse to write when space is short.

        Raises:
            GraphFullError: less than ``keep_free`` is left.
        """
        if self.is_short:
            raise full(f"less than {self.keep_free // MIB} MiB are free where the database lies")
