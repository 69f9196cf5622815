"""A disk that fills up under `mast load`: run inside a mount namespace of its own, where it may mount one.

`python -m tests.end_to_end.small_disk FOLDER SOURCE FILE...` writes to standard output, as JSON, how each
command ended and what was stored. The environment is that of the commands.
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
from tests.graph_contents import what_was_said

from mast_graph.managed import ManagedServer, default_cache
from mast_graph.store import Login
from mast_resolver.errors import LeaseHeldError

MIB = 1024 * 1024
SIZE_MIB = 1_100
NEARLY_FULL_MIB = 500
"""Less than is kept free, even when nothing is stored."""
UNDER_WAY = 2 * MIB
"""Of transaction log beyond an empty graph's: the load has stored a batch or two by then."""


def resize(disk: Path, mib: int) -> None:
    """Give the disk a new size; what it holds stays."""
    subprocess.run(["mount", "-o", f"remount,size={mib}m", disk], check=True)


def fill(folder: Path) -> Path:
    """Take all that is left of the disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(MIB))
        except OSError:
            return filler


def log_size(data: Path) -> int:
    """Bytes of transaction log so far."""
    logs = data / "neo4j" / "home" / "data" / "transactions" / "neo4j"
    return sum(path.stat().st_size for path in logs.iterdir())


def fill_while_loading(disk: Path, data: Path, command: list[str]) -> Ran:
    """Load, and take all space once the first batches are stored."""
    enough = log_size(data) + UNDER_WAY
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "mast_api", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as loading:
        while log_size(data) < enough and loading.poll() is None:
            time.sleep(0.005)
        filler = fill(disk)
        out, err = loading.communicate(timeout=300)
    filler.unlink()
    return Ran(loading.returncode, out, err)


def main(disk: Path, feed: list[str]) -> dict[str, object]:
    """Load onto a disk with too little left, onto one that fills up meanwhile, and onto one with space."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=700", "tmpfs", disk], check=True)
    data, env = disk / "data", dict(os.environ)
    command = ["load", *feed, "--json"]
    with neo4j(data):
        resize(disk, NEARLY_FULL_MIB)
        nearly_full = run(*command, env=env)
        resize(disk, SIZE_MIB)
        filled = fill_while_loading(disk, data, command)
    with neo4j(data) as server:
        completed = run(*command, env=env)
        while LeaseHeldError.code in completed.err:  # the one that failed could not give its lease back
            time.sleep(1)
            completed = run(*command, env=env)
        verified = run("verify", "--json", env=env)
        stored = what_was_said(Login(server.uri, server.user, server.password))
    ran = {"nearly_full": nearly_full, "filled": filled, "completed": completed, "verified": verified}
    return {"stored": stored, **{name: asdict(each) for name, each in ran.items()}}


def neo4j(data: Path) -> ManagedServer:
    """The managed server that the commands find on their data folder."""
    version = os.environ["MAST_NEO4J"]
    return ManagedServer(
        data, cache=default_cache(os.environ), version=version, heap="512m", quick=True, page_cache="64m"
    )


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), sys.argv[2:]), sys.stdout)
