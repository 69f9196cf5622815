"""`mast backup`: the graph as it is at one moment, and the files beside it, into one sealed folder."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from mast_api.audit.segments import segments
from mast_api.backup.contents import AUDIT_KEYS, PIECE, kept_files
from mast_api.backup.manifest import CONTENTS, FORMAT, Manifest, fingerprint, schema_version
from mast_api.backup.stream import StreamWriter, stream_key
from mast_api.models import model_in_force
from mast_api.settings import Settings
from mast_api.workspace import AUDIT, seal_keys
from mast_graph.behind import one_behind
from mast_graph.checks import faults
from mast_graph.copying.reading import extent, pages_of_edges, pages_of_nodes
from mast_graph.copying.values import digest
from mast_graph.files import sync_folder, try_lock
from mast_graph.pause import Pause
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import BackupNotWrittenError, UsageError
from mast_resolver.records import Kind

BACKUPS: Final = "backups"
DRAFT: Final = ".mast-backup."
LOCK: Final = "lock"
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is complete and on disk. Writers were held back for ``paused_s`` seconds."""

    folder: Path
    manifest: Manifest
    files: int
    paused_s: float


def make_backup(
    settings: Settings,
    store: Store,
    keys: KeyRing,
    out: Path,
    *,
    now: dt.datetime,
    id_: str,
    on_progress: OnProgress = lambda _done, _total: None,
) -> Made:
    """Write a backup to the folder ``out``, which must not exist or be empty; it appears whole or not at all.

    Raises:
        UsageError: the folder holds something.
        LeaseHeldError: another backup is being made.
        LeaseLostError: writers went on before the graph was read to its end.
        BackupNotWrittenError: the disk is full, or the folder is not ours.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already", fix="name a folder with --out that is not there yet")
    draft = out.absolute().with_name(f"{DRAFT}{id_}.{out.name}")
    _clear_drafts(draft.parent)
    try:
        draft.mkdir(mode=0o700, parents=True)
        # Held as long as this process lives: a draft whose lock is free was left by one that was killed.
        lock = try_lock(draft / LOCK)
        try:
            made = _write(settings, store, keys, draft, now=now, id_=id_, on_progress=on_progress)
        finally:
            (draft / LOCK).unlink(missing_ok=True)
            if lock is not None:
                os.close(lock)
        draft.rename(out)
        sync_folder(out.absolute().parent)
    except OSError as fault:
        raise BackupNotWrittenError(
            f"the backup cannot be written to {out}: {os.strerror(fault.errno or 0).lower()}",
            fix="free space, or name another place with --out",
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Made(out, made.manifest, made.files, made.paused_s)


def _clear_drafts(parent: Path) -> None:
    """Remove what killed backups left beside; one that is being made is locked."""
    for left in parent.glob(f"{DRAFT}*") if parent.is_dir() else ():
        if not (left / LOCK).exists():
            continue
        lock = try_lock(left / LOCK)
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _write(
    settings: Settings,
    store: Store,
    keys: KeyRing,
    draft: Path,
    *,
    now: dt.datetime,
    id_: str,
    on_progress: OnProgress,
) -> Made:
    with _new(draft / CONTENTS) as file:
        writer = StreamWriter(file, stream_key(keys, keys.current, id_))
        began = time.monotonic()
        with Pause(store, id_) as pause, one_behind("mast-backup") as behind:
            reach = extent(store)
            total, nodes, edges = reach.nodes + reach.edges, 0, 0
            for page in pages_of_nodes(store, reach):
                behind(lambda page=page: writer.add("nodes", _with_digests(page)))  # type: ignore[misc]
                nodes += len(page)
                on_progress(nodes, total)
            for page in pages_of_edges(store, reach):
                behind(lambda page=page: writer.add("edges", _with_digests(page)))  # type: ignore[misc]
                edges += len(page)
                on_progress(nodes + edges, total)
            found = faults(store)
            pause.end()
        paused_s = time.monotonic() - began
        files = sum(1 for _ in _written_files(settings, writer))
        writer.end({"nodes": nodes, "edges": edges, "files": files, "faults": found, "tick": pause.tick})
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    manifest = Manifest(
        format=FORMAT,
        id=id_,
        made_at=now.isoformat(),
        release=version("mast-tracker"),
        key_version=keys.current,
        key_fingerprint=fingerprint(keys, keys.current),
        schema=schema_version(),
        models={kind.value: model_in_force(settings.data, kind).version for kind in Kind},
        nodes=nodes,
        edges=edges,
        bytes=size,
    )
    manifest.write(draft, keys)
    return Made(draft, manifest, files, paused_s)


def _with_digests(page: list[bytes]) -> list[object]:
    return [page, b"".join(map(digest, page))]


def _written_files(settings: Settings, writer: StreamWriter) -> Iterator[str]:
    if segments(settings.data / AUDIT):
        yield _add_file(writer, AUDIT_KEYS, [seal_keys(settings).trusted.as_json().encode()])
    for name, file, size in kept_files(settings.data):
        yield _add_file(writer, name, _pieces_of(file, size))


def _add_file(writer: StreamWriter, name: str, content: Iterator[bytes] | list[bytes]) -> str:
    writer.add("file", name)
    for piece in content:
        writer.add("bytes", piece)
    return name


def _pieces_of(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(PIECE, size))):
        size -= len(piece)
        yield piece


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
