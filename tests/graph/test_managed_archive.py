"""The archive of Neo4j's classes: made once, really used, and never needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import neo4j
import pytest
from tests.conftest import wanted_version

from mast_graph.managed import ManagedServer, keep_archive, provision
from mast_graph.managed import archive as archives
from mast_graph.managed.runtime import archive_of

pytestmark = [pytest.mark.graph, pytest.mark.slow]


@pytest.fixture
def copied(cache: Path, tmp_path: Path) -> Path:
    """A cache of our own with the jars, and the archive where there is one."""
    class_path = provision(cache, wanted_version())
    keep_archive(cache, wanted_version())
    folder = tmp_path / "cache" / class_path[0].parent.name
    folder.mkdir(parents=True)
    for jar in class_path:
        os.link(jar, folder / jar.name)
    if archive_of(class_path).exists():
        shutil.copy2(archive_of(class_path), folder)
    return folder.parent


def archive_in(cache: Path) -> Path:
    return archive_of(provision(cache, wanted_version()))


def maps_it(server: ManagedServer, archive: Path) -> bool:
    """Whether the running process has the file in its memory."""
    return str(archive) in Path(f"/proc/{server.pid}/maps").read_text("utf-8")


def answers(server: ManagedServer) -> Any:
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        return driver.execute_query("RETURN 1 AS one", database_="neo4j").records[0]["one"]


def started(tmp_path: Path, cache: Path) -> ManagedServer:
    return ManagedServer(tmp_path / "data", cache=cache, version=wanted_version(), heap="512m", quick=True)


def test_it_is_made_once_private_and_really_used_by_java(copied: Path, tmp_path: Path) -> None:
    archive_in(copied).unlink(missing_ok=True)
    archive = keep_archive(copied, wanted_version())
    assert archive is not None
    assert archive == archive_in(copied)
    assert archive.stat().st_mode & 0o077 == 0
    beside = {path.name for path in archive.parent.iterdir() if path.suffix != ".jar"}
    assert beside == {archive.name, ".archive.lock"}, "nothing half made is left"
    made = archive.stat()
    assert keep_archive(copied, wanted_version()) == archive
    assert archive.stat() == made, "it was made twice"
    with started(tmp_path, copied) as server:
        assert maps_it(server, archive)
        assert answers(server) == 1


@pytest.mark.parametrize("harm", ["a bit", "cut short", "empty"])
def test_a_damaged_archive_is_not_used_and_the_server_starts_without(
    harm: str, copied: Path, tmp_path: Path
) -> None:
    archive = archive_in(copied)
    if not archive.exists():
        keep_archive(copied, wanted_version())
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(
        {"a bit": bytes(content), "cut short": bytes(content[:5_000_000]), "empty": b""}[harm]
    )
    with started(tmp_path, copied) as server:
        assert not maps_it(server, archive)
        assert answers(server) == 1


def test_other_jars_or_another_runtime_have_another_archive(copied: Path) -> None:
    class_path = provision(copied, wanted_version())
    before = archive_of(class_path)
    jar = class_path[10]
    content = jar.read_bytes()
    jar.unlink()
    jar.write_bytes(content)  # fetched again: the same bytes, another time, which Java compares
    assert archive_of(class_path) != before
    assert archive_of(class_path[::-1]) != before


def test_what_cannot_be_made_is_not_tried_again_and_harms_nothing(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_in(copied).unlink(missing_ok=True)
    tried = []

    def fails(*arguments: Any) -> None:
        tried.append(arguments)
        raise subprocess.TimeoutExpired("java", 1)

    monkeypatch.setattr(archives, "_make", fails)
    assert keep_archive(copied, wanted_version()) is None
    assert keep_archive(copied, wanted_version()) is None
    assert len(tried) == 1
    with started(tmp_path, copied) as server:
        assert answers(server) == 1


def test_while_one_process_makes_it_another_goes_on_without(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_in(copied).unlink(missing_ok=True)
    meanwhile = []

    def makes(archive: Path, *_: Any) -> None:
        meanwhile.append(keep_archive(copied, wanted_version()))
        archive.write_bytes(b"made")

    monkeypatch.setattr(archives, "_make", makes)
    assert keep_archive(copied, wanted_version()) == archive_in(copied)
    assert meanwhile == [None]


def test_of_older_archives_the_newest_stays(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_in(copied)
    archive.unlink(missing_ok=True)
    older = [archive.with_name(f"classes-{n}.jsa") for n in range(3)]
    for n, path in enumerate(older):
        path.write_bytes(b"")
        os.utime(path, (n, n))
    monkeypatch.setattr(archives, "_make", lambda archive, *_: archive.write_bytes(b"made"))
    keep_archive(copied, wanted_version())
    assert {path.name for path in archive.parent.glob("classes-*")} == {archive.name, older[-1].name}
