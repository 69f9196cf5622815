"""Fetching the pinned jars: checked, whole or absent, once."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mast_graph.managed.jars import VERSIONS, read_lock, release
from mast_graph.managed.provision import SCRATCH, Fetch, default_cache, provision
from mast_resolver.errors import RuntimeDownloadError, UnknownNameError


@pytest.fixture
def whole(cache: Path) -> Path:
    """The folder of the real jars of 5.26."""
    return provision(cache, "5.26")[0].parent


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """A cache of our own with all jars in it, to be damaged."""
    folder = tmp_path / whole.name
    folder.mkdir()
    for jar in whole.glob("*.jar"):
        os.link(jar, folder / jar.name)
    return tmp_path


@pytest.fixture
def from_disk(whole: Path) -> Fetch:
    """Fetches from the real jars instead of the network."""
    names = {jar.coordinate: jar.file_name for jar in read_lock("5.26")}

    def fetch(coordinate: str, scratch: Path) -> Path:
        return Path(shutil.copy(whole / names[coordinate], scratch / "arrived"))

    return fetch


def refused(coordinate: str, scratch: Path) -> Path:
    raise AssertionError(f"{coordinate} was fetched into {scratch}")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_lock_names_every_jar_once_with_checksum_and_size(version: str) -> None:
    jars = read_lock(version)
    assert len({jar.file_name for jar in jars}) == len(jars) > 200
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert f"org.neo4j:neo4j-bolt:{release(version)}" in {jar.coordinate for jar in jars}


def test_an_unknown_version_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"use one of 5\.26, latest"):
        release("4.4")


def test_the_class_path_is_exactly_the_locked_jars_whatever_else_lies_there(copied: Path) -> None:
    folder = copied / "neo4j-5.26.30"
    (folder / "stranger.jar").write_bytes(b"not ours")
    class_path = provision(copied, "5.26", fetch=refused)
    assert [path.name for path in class_path] == [jar.file_name for jar in read_lock("5.26")]


def flip_a_bit(jar: Path) -> None:
    content = bytearray(jar.read_bytes())
    content[len(content) // 2] ^= 1
    jar.unlink()  # it is a link to the real one
    jar.write_bytes(content)


def cut_short(jar: Path) -> None:
    content = jar.read_bytes()
    jar.unlink()
    jar.write_bytes(content[:100])


@pytest.mark.parametrize("damage", [flip_a_bit, cut_short, Path.unlink])
def test_a_damaged_or_missing_jar_is_fetched_again_and_nothing_else(
    damage: Callable[[Path], None], copied: Path, from_disk: Fetch
) -> None:
    victim = read_lock("5.26")[7]
    damage(copied / "neo4j-5.26.30" / victim.file_name)
    fetched: list[str] = []

    def fetch(coordinate: str, scratch: Path) -> Path:
        fetched.append(coordinate)
        return from_disk(coordinate, scratch)

    provision(copied, "5.26", fetch=fetch)
    assert fetched == [victim.coordinate]
    provision(copied, "5.26", fetch=refused)


def test_a_jar_really_comes_from_the_public_repository(copied: Path) -> None:
    small = min(read_lock("5.26"), key=lambda jar: jar.size)
    (copied / "neo4j-5.26.30" / small.file_name).unlink()
    provision(copied, "5.26")
    provision(copied, "5.26", fetch=refused)


def test_a_wrong_checksum_is_refused_and_never_gets_the_name_of_the_jar(copied: Path) -> None:
    victim = read_lock("5.26")[3]
    (copied / "neo4j-5.26.30" / victim.file_name).unlink()

    def forged(_coordinate: str, scratch: Path) -> Path:
        (scratch / "arrived").write_bytes(b"another jar")
        return scratch / "arrived"

    with pytest.raises(RuntimeDownloadError, match="pinned checksum") as caught:
        provision(copied, "5.26", fetch=forged)
    assert victim.file_name in caught.value.fact
    assert not (copied / "neo4j-5.26.30" / victim.file_name).exists()
    assert not list((copied / "neo4j-5.26.30").glob(f"{SCRATCH}*"))


def test_a_fault_of_the_network_names_the_jar_but_no_host(copied: Path) -> None:
    (copied / "neo4j-5.26.30" / read_lock("5.26")[3].file_name).unlink()

    def unreachable(_coordinate: str, _scratch: Path) -> Path:
        raise ConnectionError("could not reach host.example")

    with pytest.raises(RuntimeDownloadError, match=r"\(ConnectionError\), 3 times") as caught:
        provision(copied, "5.26", fetch=unreachable)
    assert "host.example" not in str(caught.value)


def test_an_interrupted_download_leaves_no_half_jar_and_is_completed_later(
    copied: Path, from_disk: Fetch
) -> None:
    folder = copied / "neo4j-5.26.30"
    for jar in read_lock("5.26")[:5]:
        (folder / jar.file_name).unlink()

    def interrupted(_coordinate: str, scratch: Path) -> Path:
        (scratch / "arrived").write_bytes(b"the first ha")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        provision(copied, "5.26", fetch=interrupted)
    # What a killed process would leave, which cannot clean up after itself.
    (folder / f"{SCRATCH}dead").mkdir()
    assert {path.name for path in folder.glob("*.jar")} == {jar.file_name for jar in read_lock("5.26")[5:]}

    provision(copied, "5.26", fetch=from_disk)
    assert not list(folder.glob(f"{SCRATCH}*"))
    provision(copied, "5.26", fetch=refused)


def test_two_that_provision_at_once_fetch_every_jar_once(copied: Path, from_disk: Fetch) -> None:
    wanted = read_lock("5.26")[:20]
    for jar in wanted:
        (copied / "neo4j-5.26.30" / jar.file_name).unlink()
    fetched: list[str] = []

    def fetch(coordinate: str, scratch: Path) -> Path:
        fetched.append(coordinate)
        return from_disk(coordinate, scratch)

    both = [threading.Thread(target=provision, args=(copied, "5.26"), kwargs={"fetch": fetch}) for _ in "ab"]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(fetched) == sorted(jar.coordinate for jar in wanted)


def test_progress_counts_bytes_up_to_all_of_them(copied: Path, from_disk: Fetch) -> None:
    wanted = read_lock("5.26")[:4]
    for jar in wanted:
        (copied / "neo4j-5.26.30" / jar.file_name).unlink()
    in_all = sum(jar.size for jar in read_lock("5.26"))
    seen: list[tuple[int, int]] = []
    provision(copied, "5.26", lambda done, of: seen.append((done, of)), fetch=from_disk)
    assert seen[0] == (in_all - sum(jar.size for jar in wanted), in_all)
    assert seen[-1] == (in_all, in_all)
    assert seen == sorted(seen)


def test_the_cache_follows_the_desktop_convention(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert default_cache({"XDG_CACHE_HOME": "/c"}) == Path("/c/mast-tracker")
    assert default_cache({"XDG_CACHE_HOME": ""}) == Path("/home/ada/.cache/mast-tracker")
