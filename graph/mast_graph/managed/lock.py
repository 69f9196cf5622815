"""Write the lock file of a Neo4j version anew: ``python -m mast_graph.managed.lock [VERSION ...]``.

Run it when a pinned release changes, and read the difference before committing it.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mast_graph.managed import maven
from mast_graph.managed.jars import VERSIONS, Jar, lock_name, release

MANIFEST = "META-INF/MANIFEST.MF"
HEADER = """\
# Neo4j Community {release}, licence GPLv3, run as a separate process; see jars.py.
# Written by `python -m mast_graph.managed.lock {version}`. SHA-256, bytes, coordinate.
"""


def measure(coordinate: str, repository: Path) -> tuple[bool, Jar]:
    """Fetch one jar, take its checksum and size, and see whether it leads Java on to other jars.

    Java puts such others where the one stands that names them; an archive of classes made of a class path
    that names them again later is then refused. So those that lead on stand last.
    """
    path = maven.fetch(coordinate, repository)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as jar:
        leads_on = MANIFEST in jar.namelist() and b"\nClass-Path:" in jar.read(MANIFEST)
    digest = hashlib.sha256(content).hexdigest()
    return leads_on, Jar(coordinate=coordinate, sha256=digest, size=len(content))


def write_lock(version: str, folder: Path) -> Path:
    """Resolve, fetch and measure every jar of a version; the lock file appears whole or not at all."""
    with tempfile.TemporaryDirectory() as scratch:
        coordinates = maven.resolve(release(version), repository=Path(scratch))
        # A second repository: fetching refuses files that the resolution may have brought already.
        with tempfile.TemporaryDirectory() as jars, ThreadPoolExecutor(8) as workers:
            measured = list(workers.map(lambda each: measure(each, Path(jars)), coordinates))
    in_order = sorted(measured, key=lambda each: (each[0], each[1].coordinate))
    lines = (f"{jar.sha256} {jar.size} {jar.coordinate}\n" for _, jar in in_order)
    path = folder / lock_name(version)
    path.write_text(
        HEADER.format(release=release(version), version=version) + "".join(lines), encoding="ascii"
    )
    return path


if __name__ == "__main__":
    for name in sys.argv[1:] or VERSIONS:
        sys.stdout.write(f"{write_lock(name, Path(__file__).parent)}\n")
