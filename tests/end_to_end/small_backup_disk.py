"""Disks that are, or get, too small for a backup or a restore: run inside a mount namespace of its own.

`python -m tests.end_to_end.small_backup_disk FOLDER BACKUP` writes to standard output, as JSON, how each
command ended and what was left. The environment is that of `mast backup`, with the database's address.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.end_to_end.command import Ran, run
from tests.end_to_end.small_disk import fill


def mount(disk: Path, size: str) -> None:
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", disk], check=True)


def fill_while_restoring(disk: Path, backup: Path, env: dict[str, str]) -> Ran:
    """Take all space once the scratch database is there."""
    command = [sys.executable, "-P", "-m", "mast_api", "restore", str(backup), "--json"]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as restoring:
        store = disk / "data" / "restoring" / "neo4j" / "home" / "data" / "databases" / "neo4j"
        while not store.exists() and restoring.poll() is None:
            time.sleep(0.005)
        filler = fill(disk)
        out, err = restoring.communicate(timeout=300)
    filler.unlink()
    return Ran(restoring.returncode, out, err)


def main(folder: Path, backup: Path) -> dict[str, object]:
    """A backup onto a full disk; restores onto a disk that is too small, fills up, and has room."""
    env = dict(os.environ)
    mount(folder / "tiny", "24k")
    full = run("backup", "--out", folder / "tiny" / "backup", "--json", env=env)
    left = [path.name for path in (folder / "tiny").iterdir()]

    managed = {name: value for name, value in env.items() if not name.startswith("MAST_NEO4J_")}
    mount(folder / "small", "400m")
    small = run("restore", backup, "--json", env=managed | {"MAST_DATA": str(folder / "small" / "data")})
    mount(folder / "filling", "1100m")
    managed |= {"MAST_DATA": str(folder / "filling" / "data")}
    filled = fill_while_restoring(folder / "filling", backup, managed)
    there = sorted(path.name for path in (folder / "filling" / "data").iterdir())
    restored = run("restore", backup, "--json", env=managed)
    ran = {"full": full, "small": small, "filled": filled, "restored": restored}
    return {"left": left, "there": there, **{name: asdict(each) for name, each in ran.items()}}


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
