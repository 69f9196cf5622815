"""The managed server's part of the data folder: who holds it, its password, how to reach a running one."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mast_graph.files import try_lock, write_private
from mast_resolver.errors import DataFolderLockedError, ServerStartError

USER = "neo4j"
OWNER_DIGITS: Final = 10
LOOK_EVERY_S: Final = 0.1
GONE_WITHIN_S: Final = 60.0
"""What a server is given to stop in order."""


@dataclass(frozen=True, slots=True)
class Running:
    """What another process of the same user needs to reach a running server."""

    uri: str
    user: str
    password: str = field(repr=False)
    pid: int
    """The server's process."""
    owner: int
    """The process that started it and will stop it."""


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """Paths below the data folder, all with owner-only rights."""

    data: Path

    @property
    def root(self) -> Path:
        """Everything of the server but the runtime file."""
        return self.data / "neo4j"

    @property
    def home(self) -> Path:
        """What Neo4j calls its home: configuration, store files and logs."""
        return self.root / "home"

    @property
    def log(self) -> Path:
        """What the process prints; Neo4j's own log is ``home/logs/debug.log``."""
        return self.root / "server.log"

    @property
    def runtime(self) -> Path:
        """How to reach the running server, present while it runs."""
        return self.data / "runtime.json"

    def prepare(self) -> None:
        """Make the folders, readable by their owner only."""
        for folder in (self.data, self.root, self.home, self.home / "conf"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)

    def lock(self, *, patience_s: float = 0.0) -> int:
        """Take the folder and return the file descriptor that holds it; closing every copy lets it go.

        A server whose owner was killed is on its way down, though it may hold the folder for a while: that
        is waited for, up to ``patience_s`` seconds. For an owner who lives nobody waits.

        Raises:
            DataFolderLockedError: another process holds it.
        """
        deadline = time.monotonic() + patience_s
        while (descriptor := try_lock(self._lock_file)) is None:
            if self._is_owned() or time.monotonic() > deadline:
                raise folder_locked(self.data)
            time.sleep(LOOK_EVERY_S)
        # Always as long as it was: whoever reads meanwhile finds the old owner or the new one.
        os.pwrite(descriptor, f"{os.getpid():>{OWNER_DIGITS}}".encode(), 0)
        return descriptor

    @property
    def _lock_file(self) -> Path:
        return self.root / "lock"

    def _is_owned(self) -> bool:
        """Whether the process lives that took the folder; also where that is not to be told."""
        with suppress(OSError, ValueError):
            return is_alive(int(self._lock_file.read_text("ascii")))
        return True

    def password(self) -> str:
        """The server's password, made at the first call."""
        path = self.root / "password"
        if not path.exists():
            # Hexadecimal: one that began with a dash was an option to Neo4j's command, in one start of 64.
            write_private(path, secrets.token_hex(24).encode())
        return path.read_text(encoding="ascii")

    def claim_version(self, release: str) -> None:
        """Note which release writes the store from now on.

        Raises:
            ServerStartError: a newer release wrote it; an older one would damage it or refuse it.
        """
        path = self.root / "version"
        before = path.read_text(encoding="ascii") if path.exists() else release
        if _numbers(before) > _numbers(release):
            raise ServerStartError(
                f"the data folder was written by Neo4j {before}, which {release} cannot read",
                fix=f"start it with Neo4j {before} or use another data folder",
            )
        write_private(path, release.encode())

    def announce(self, running: Running) -> None:
        """Write the runtime file."""
        write_private(self.runtime, json.dumps(asdict(running)).encode())

    def announced(self) -> Running | None:
        """What the runtime file says, be it true or stale; ``None`` without a readable one."""
        try:
            return Running(**json.loads(self.runtime.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def find_running(data: Path) -> Running | None:
    """The server that runs on a data folder, if one does.

    A file left behind by a killed process is recognised: its process is gone or nothing listens there.
    """
    running = ServerFolder(data).announced()
    if running is None or not is_alive(running.pid):
        return None
    address = urlsplit(running.uri)
    try:
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=2):
            return running
    except OSError:
        return None


def folder_locked(data: Path) -> DataFolderLockedError:
    """The error for a folder that another process holds."""
    return DataFolderLockedError(
        f"another process runs a server on the data folder {data}",
        fix="stop it first, or use another --data folder; `mast load` works beside a running service",
    )


def is_alive(pid: int) -> bool:
    """Whether a process of that number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
