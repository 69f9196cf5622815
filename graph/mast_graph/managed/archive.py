"""Neo4j's classes as the Java runtime holds them in memory, kept so that a start need not make them anew.

A start loads, verifies and links some 16,000 classes from 216 jars: 9.8 seconds of processor time to the
first answer, and 6.1 with them in an archive (application class-data sharing, JEP 310 and 350). It is made
once for a runtime and a class path, by a server that practises on an empty folder.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from mast_graph.driver import neo4j
from mast_graph.files import try_lock
from mast_graph.managed.jars import release
from mast_graph.managed.provision import Progress, class_path_of, provision
from mast_graph.managed.runtime import archive_of, java
from mast_graph.managed.server import ManagedServer
from mast_resolver.errors import MastError

LINE_MOST: Final = 4_000
"""Java refuses a whole list for one line that is longer than 4,096 characters."""

BRIDGE: Final = ("org/jpype/", "jdk/proxy", "com/sun/proxy/")
"""Classes of the bridge from Python, whose jar lies elsewhere in each environment, and proxies."""

KEPT: Final = ".jsa"
FAILED: Final = ".none"
KEPT_MOST: Final = 2
DUMP_WITHIN_S: Final = 300.0
PRACTICE: Final = (
    "CREATE CONSTRAINT practice IF NOT EXISTS FOR (n:Practice) REQUIRE n.id IS UNIQUE",
    """UNWIND $ids AS id MERGE (n:Practice {id: id}) SET n.seen = datetime()
       MERGE (n)-[:NEXT]->(:Practice {id: -id})""",
    """UNWIND $ids AS id
       CALL (id) { MATCH (n:Practice {id: id})-[:NEXT]->(m) RETURN m ORDER BY m.id LIMIT 5 }
       OPTIONAL MATCH (m)<-[:NEXT*1..2]-(back) WHERE back.seen < datetime()
       WITH id, collect(DISTINCT back {.id, all: [x IN $ids WHERE x > id]}) AS found
       RETURN id, size(found) AS many, reduce(sum = 0, x IN $ids | sum + x) AS sum""",
)
"""Kinds of statement whose planning and running load what most of ours do."""


def keep_archive(cache: Path, version: str, progress: Progress | None = None) -> Path | None:
    """Make the archive of a version if it is not there; returns it, or nothing where there is none.

    Nothing depends on it but speed: whatever goes wrong, servers start without, and it is not tried again
    for the same jars and runtime. While another process makes it, this one goes on without.

    Raises:
        UnknownNameError, RuntimeDownloadError: see `provision`.
    """
    found = _found(class_path_of(cache, version))
    if found is not None:
        return found if found.suffix == KEPT else None
    archive = archive_of(class_path := provision(cache, version, progress))
    held = try_lock(archive.parent / ".archive.lock")
    if held is None:
        return None
    try:
        if not archive.exists():  # another process may have made it meanwhile
            _make(archive, class_path, cache, version)
            _forget_older(archive)
    except (MastError, OSError, subprocess.SubprocessError, neo4j.exceptions.DriverError):
        with suppress(OSError):
            archive.with_suffix(FAILED).touch(mode=0o600)
    finally:
        os.close(held)
    return archive if archive.exists() else None


def _found(class_path: tuple[Path, ...]) -> Path | None:
    """The archive, or the sign that it could not be made; nothing while neither is there."""
    try:
        archive = archive_of(class_path)
    except FileNotFoundError:  # a jar has yet to be fetched
        return None
    return next((path for path in (archive, archive.with_suffix(FAILED)) if path.exists()), None)


def _make(archive: Path, class_path: tuple[Path, ...], cache: Path, version: str) -> None:
    """List what a practising server loads, and have Java write these classes down; whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=".archive-", dir=archive.parent) as scratch:
        listed, wanted, made = (Path(scratch) / name for name in ("loaded", "wanted", "made"))
        _practise(Path(scratch) / "data", listed, cache, version)
        with listed.open(encoding="utf-8") as lines:
            wanted.write_text("".join(line for line in lines if _wanted(line)), "utf-8")
        subprocess.run(  # noqa: S603 - our own runtime on our own files
            [
                java(),
                "-Xshare:dump",
                f"-XX:SharedClassListFile={wanted}",
                f"-XX:SharedArchiveFile={made}",
                "-cp",
                os.pathsep.join(map(str, class_path)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=DUMP_WITHIN_S,
            check=True,
        )
        made.chmod(0o600)
        made.replace(archive)


def _practise(data: Path, listed: Path, cache: Path, version: str) -> None:
    """Start a server, ask it something of most kinds, and stop it; Java lists what it loaded."""
    server = ManagedServer(
        data, cache=cache, version=release(version), heap="512m", quick=True, class_list=listed
    )
    with server, neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        for statement in PRACTICE:
            driver.execute_query(statement, ids=list(range(1, 20)), database_="neo4j")


def _wanted(line: str) -> bool:
    return len(line) < LINE_MOST and not any(name in line for name in BRIDGE)


def _forget_older(archive: Path) -> None:
    """Of archives for other runtimes or jars the newest stays: two checkouts may share a cache."""
    others = (path for path in archive.parent.glob(f"classes-*{KEPT}") if path != archive)
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_MOST - 1 :]:
        path.unlink(missing_ok=True)
