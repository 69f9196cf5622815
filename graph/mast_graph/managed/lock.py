"""Write the lock file of a Neo4j version anew: ``python -m mast_graph.managed.lock [VERSION ...]``.

Run it when a pinned release changes, and read the difference before committing it.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mast_graph.managed import maven
from mast_graph.managed.jars import VERSIONS, Jar, lock_name, release

HEADER = """\
# Neo4j Community {release}, licence GPLv3, run as a separate process; see jars.py.
# Written by `python -m mast_graph.managed.lock {version}`. SHA-256, bytes, coordinate.
"""


def measure(coordinate: str, repository: Path) -> Jar:
    """Fetch one jar and take its checksum and size."""
    content = maven.fetch(coordinate, repository).read_bytes()
    return Jar(coordinate=coordinate, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def write_lock(version: str, folder: Path) -> Path:
    """Resolve, fetch and measure every jar of a version; the lock file appears whole or not at all."""
    with tempfile.TemporaryDirectory() as scratch:
        coordinates = maven.resolve(release(version), repository=Path(scratch))
        # A second repository: fetching refuses files that the resolution may have brought already.
        with tempfile.TemporaryDirectory() as jars, ThreadPoolExecutor(8) as workers:
            measured = list(workers.map(lambda each: measure(each, Path(jars)), coordinates))
    lines = (f"{jar.sha256} {jar.size} {jar.coordinate}\n" for jar in measured)
    path = folder / lock_name(version)
    path.write_text(
        HEADER.format(release=release(version), version=version) + "".join(lines), encoding="ascii"
    )
    return path


if __name__ == "__main__":
    for name in sys.argv[1:] or VERSIONS:
        sys.stdout.write(f"{write_lock(name, Path(__file__).parent)}\n")
