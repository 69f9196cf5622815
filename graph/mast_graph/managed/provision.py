"""Bring the pinned Neo4j jars into a cache folder, once, and vouch for every byte of them."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mast_graph.managed.jars import Jar, read_lock, release
from mast_resolver.errors import RuntimeDownloadError

Progress = Callable[[int, int], None]
"""Called with the bytes at hand and the bytes in all, from the calling thread."""

Fetch = Callable[[str, Path], Path]
"""Bring the jar of a coordinate somewhere below an empty folder and say where."""

ATTEMPTS: Final = 3
FETCHERS: Final = 8
SCRATCH: Final = ".fetching-"


def default_cache(environ: Mapping[str, str]) -> Path:
    """Where the jars are kept unless told otherwise: the user's cache folder.

    Example:
        >>> default_cache({"XDG_CACHE_HOME": "/var/cache"}).as_posix()
        '/var/cache/mast-tracker'
    """
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mast-tracker"


def provision(
    cache: Path, version: str, progress: Progress | None = None, *, fetch: Fetch | None = None
) -> tuple[Path, ...]:
    """Make sure that all jars of a version lie in the cache, and return them as a class path.

    Every file is checked against the committed checksums at every call: what was damaged or is missing is
    fetched again. A file appears under its name only when it is whole and right. Several processes may
    provision at once: one fetches, the others wait for it.

    Raises:
        UnknownNameError: no such version.
        RuntimeDownloadError: a jar cannot be fetched, or what came is not what was pinned.
    """
    class_path = class_path_of(cache, version)
    folder, jars = class_path[0].parent, read_lock(version)
    tell = progress or (lambda _at_hand, _in_all: None)
    if _wrong(folder, jars):
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one(folder):
            # Looked at again: another process may have fetched everything while this one waited.
            _fetch_all(_wrong(folder, jars), jars, folder, tell, fetch or _fetch_from_maven)
    return class_path


def class_path_of(cache: Path, version: str) -> tuple[Path, ...]:
    """Where the jars of a version lie, or would lie, in the order of their lock file.

    Raises:
        UnknownNameError: no such version.
    """
    folder = cache / f"neo4j-{release(version)}"
    return tuple(folder / jar.file_name for jar in read_lock(version))


def _wrong(folder: Path, jars: tuple[Jar, ...]) -> list[Jar]:
    """The jars that are missing or not what the lock file says."""
    with ThreadPoolExecutor(4) as workers:
        right = workers.map(lambda jar: _is_right(folder / jar.file_name, jar), jars)
    return [jar for jar, fine in zip(jars, right, strict=True) if not fine]


def _is_right(path: Path, jar: Jar) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Leftovers of a process that was killed while it fetched.
        for scratch in folder.glob(f"{SCRATCH}*"):
            shutil.rmtree(scratch, ignore_errors=True)
        yield


def _fetch_all(wanted: list[Jar], jars: tuple[Jar, ...], folder: Path, tell: Progress, fetch: Fetch) -> None:
    in_all = sum(jar.size for jar in jars)
    at_hand = in_all - sum(jar.size for jar in wanted)
    tell(at_hand, in_all)
    pool = ThreadPoolExecutor(FETCHERS)
    try:
        running: dict[Future[None], Jar] = {
            pool.submit(_fetch_one, jar, folder, fetch): jar for jar in wanted
        }
        for done in as_completed(running):
            done.result()
            at_hand += running[done].size
            tell(at_hand, in_all)
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch_one(jar: Jar, folder: Path, fetch: Fetch) -> None:
    reason = ""
    for _ in range(ATTEMPTS):
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=folder))
        try:
            arrived = fetch(jar.coordinate, scratch)
            if _is_right(arrived, jar):
                arrived.replace(folder / jar.file_name)
                return
            reason = "what arrived does not have the pinned checksum"
        except Exception as error:  # whatever it is: its text may name a host
            reason = f"it could not be fetched ({type(error).__name__})"
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    raise RuntimeDownloadError(
        f"{jar.file_name}: {reason}, {ATTEMPTS} times",
        fix="check the route to the public Maven repository and try again; what is whole is kept",
    )


def _fetch_from_maven(coordinate: str, scratch: Path) -> Path:
    # Imported late: it brings an HTTP client along, which a warm start does not need.
    from mast_graph.managed import maven

    return maven.fetch(coordinate, scratch)
