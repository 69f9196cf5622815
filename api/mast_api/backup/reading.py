"""A backup read to its end: every piece opened, every element held against its hash, everything counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from mast_api.backup.contents import is_kept
from mast_api.backup.manifest import CONTENTS, Manifest
from mast_api.backup.stream import damaged, pieces, stream_key
from mast_graph.copying.values import DIGEST_BYTES, digest
from mast_intake.keys import KeyRing

OnProgress = Callable[[int, int], None]


class Taker(Protocol):
    """Who takes what a backup holds."""

    def add_nodes(self, page: list[bytes]) -> None:
        """Nodes, packed."""

    def add_edges(self, page: list[bytes]) -> None:
        """Edges, packed, after all nodes."""

    def begin_file(self, name: str) -> None:
        """A file, of a name that a backup may hold."""

    def add_bytes(self, piece: bytes) -> None:
        """More of that file."""


class Nobody:
    """Takes nothing: to see whether a backup is whole."""

    def add_nodes(self, page: list[bytes]) -> None:
        """Let go."""

    add_edges = add_nodes

    def begin_file(self, name: str) -> None:
        """Let go."""

    def add_bytes(self, piece: bytes) -> None:
        """Let go."""


@dataclass(frozen=True, slots=True)
class Said:
    """The end of a backup: the checks of `mast verify` as they came out then, and the last write."""

    files: int
    tick: int
    faults: dict[str, int]


def read_backup(
    folder: Path,
    manifest: Manifest,
    keys: KeyRing,
    taker: Taker,
    on_progress: OnProgress = lambda _done, _total: None,
) -> Said:
    """Hand over everything, in its order.

    Raises:
        BackupDamagedError: it is not whole; what was handed over before is to be thrown away.
    """
    counts = {"nodes": 0, "edges": 0, "files": 0}
    said: dict[str, Any] = {}
    for kind, held in _pieces(folder, manifest, keys):
        if kind in ("nodes", "edges"):
            page = _checked(held)
            (taker.add_nodes if kind == "nodes" else taker.add_edges)(page)
            counts[kind] += len(page)
            on_progress(counts["nodes"] + counts["edges"], manifest.nodes + manifest.edges)
        elif kind == "file":
            if not is_kept(held):
                raise damaged("it holds a file that no backup holds")
            taker.begin_file(held)
            counts["files"] += 1
        elif kind == "bytes":
            taker.add_bytes(held)
        else:
            said = held
    wanted = {**counts, "nodes": manifest.nodes, "edges": manifest.edges}
    if counts != wanted or any(said.get(name) != count for name, count in counts.items()):
        raise damaged("it does not hold as much as it says")
    return Said(said["files"], said["tick"], said["faults"])


KINDS: Final = {"nodes", "edges", "file", "bytes", "end"}


def _pieces(folder: Path, manifest: Manifest, keys: KeyRing) -> Iterator[tuple[str, Any]]:
    try:
        with (folder / CONTENTS).open("rb") as file:
            for kind, held in pieces(file, stream_key(keys, manifest.key_version, manifest.id)):
                if kind not in KINDS:
                    raise damaged("it holds what this release does not know")
                yield kind, held
    except OSError:
        raise damaged("its contents cannot be read") from None


def _checked(held: Any) -> list[bytes]:
    page, digests = held
    if b"".join(map(digest, page)) != digests or len(digests) != DIGEST_BYTES * len(page):
        raise damaged("an element is not what its hash says")
    return list(page)
