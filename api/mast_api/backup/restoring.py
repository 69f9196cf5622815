"""`mast restore`: a backup into a scratch folder, compared element by element, then put in place."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from mast_api.audit.check import verify
from mast_api.audit.keys import TrustedKeys
from mast_api.backup import swapping
from mast_api.backup.audit import noting, settle_log
from mast_api.backup.contents import AUDIT_KEYS, SWAPPED, UNLESS_THERE, is_audit
from mast_api.backup.deciding_again import Again, decide_again
from mast_api.backup.manifest import CONTENTS, Manifest, prove, read_manifest
from mast_api.backup.reading import Said, read_backup
from mast_api.backup.replaying import BY, deeds_since, replay
from mast_api.backup.stream import damaged
from mast_api.backup.swapping import Swap
from mast_api.rights.proving import take_over
from mast_api.settings import Settings
from mast_api.terminal import Step, Terminal
from mast_api.workspace import AUDIT, DEVELOPMENT_KEY, audit_log, managed, new_id, prepare
from mast_api.writing import open_store
from mast_graph.checks import faults
from mast_graph.copying.writing import Restoration
from mast_graph.disk import MIB, DiskGuard, free_bytes
from mast_graph.files import sync_folder
from mast_graph.lease import Lease
from mast_graph.managed.folder import GONE_WITHIN_S, ServerFolder, find_running, folder_locked, is_alive
from mast_graph.proofs import read_proofs
from mast_graph.schema import apply_schema
from mast_graph.wire_errors import full
from mast_intake.keys import KeyRing
from mast_resolver.errors import (
    AuditUnavailableError,
    DataFolderLockedError,
    KeyMissingError,
    MastError,
    RestoreDiffersError,
    UsageError,
)

ROOM: Final = 6
"""A database takes about so many times the bytes of its backup, which is compressed; half a GiB beside."""

FOREIGN_LOG: Final = "audit-of-backup-"
LITTLE: Final = 200_000
"""Nodes up to which a server that is warm soon beats one that is fast in the end."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is in place; ``audit`` says what became of the audit log."""

    manifest: Manifest
    said: Said
    audit: str
    old: Path | None
    purged: int
    """Records and contacts of the backup that were purged since it was made, and are again."""
    again: Again
    """Shields, marks and decisions about who is who that people made since, or took back."""
    is_read: bool
    """Whether the database that was replaced could be asked for purges that the audit log does not know."""


@dataclass(slots=True)
class _Files:
    """Takes elements into the graph and files into the scratch folder."""

    scratch: Path
    restoration: Restoration
    _file: BinaryIO | None = None
    _folder: Path | None = None

    def add_nodes(self, page: list[bytes]) -> None:
        self.restoration.add_nodes(page)

    def add_edges(self, page: list[bytes]) -> None:
        self.restoration.add_edges(page)

    def begin_file(self, name: str) -> None:
        self.close()
        path = self.scratch / name
        self._folder = path.parent
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def add_bytes(self, piece: bytes) -> None:
        if self._file is None:
            raise damaged("it holds bytes of no file")
        self._file.write(piece)

    def close(self) -> None:
        if self._file is not None and self._folder is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            sync_folder(self._folder)
            self._file = None


def key_of(settings: Settings) -> KeyRing:
    """The key that is there; unlike elsewhere none is made.

    Raises:
        KeyMissingError: there is none.
    """
    path = settings.key_file or settings.data / DEVELOPMENT_KEY
    if not path.exists():
        raise KeyMissingError(
            "there is no key, and without the one that it was made under a backup cannot be opened",
            fix="set MAST_KEY_FILE to the key file of that time; nothing was changed",
        )
    return KeyRing.read(path)


def restore(
    settings: Settings, terminal: Terminal, folder: Path, keys: KeyRing, *, by: str, keep_old: bool = False
) -> Restored:
    """Replace what the data folder holds by what the backup holds; on any fault everything is as it was.

    ``by`` is who does it, for the audit log.

    Raises:
        UsageError: there is no backup, or the database is a server of one's own.
        BackupForeignError, BackupDamagedError: it is not to be used.
        DataFolderLockedError: a service or another command runs on the data folder.
        AuditUnavailableError, KeyMissingError: the restore cannot be noted.
        GraphFullError: there is too little space.
        RestoreDiffersError: what the new database gives back differs.
    """
    if settings.neo4j_uri is not None:
        raise UsageError(
            "a restore replaces the managed database of a data folder, and MAST_NEO4J_URI names another one",
            fix="unset it; for a server of your own see docs/backup.md",
        )
    manifest = read_manifest(folder)
    prove(folder, manifest, keys)
    prepare(settings.data)
    with _alone(settings.data):
        swapping.clear(settings.data)
        _check_room(settings.data, folder)
        is_read = _take_over(settings, terminal)
        with _locked(settings.data):
            entry = {"subject": by} if is_read else {"subject": by, "present_unread": True}
            return _restored(settings, terminal, folder, manifest, keys, entry, keep_old=keep_old)


def _restored(
    settings: Settings,
    terminal: Terminal,
    folder: Path,
    manifest: Manifest,
    keys: KeyRing,
    more: Mapping[str, object],
    *,
    keep_old: bool,
) -> Restored:
    scratch = prepare(settings.data / swapping.SCRATCH)
    try:
        said, purged, again = _into_scratch(settings, terminal, folder, manifest, keys, scratch)
        audit, entry = _audit(settings, scratch, manifest, more)
        old = ("replaced-" if keep_old else swapping.OLD) + new_id()
        swapping.begin(settings.data, _swap(settings.data, scratch, entry, old))
    except BaseException as fault:
        # A full disk shows itself in many ways: asked while what filled it is still there.
        is_short = isinstance(fault, OSError) or DiskGuard(settings.data).is_short
        shutil.rmtree(scratch, ignore_errors=True)
        if is_short and isinstance(fault, Exception):
            raise full("the scratch folder of the restore filled it, and is removed") from None
        raise
    swap = swapping.begun(settings.data)
    assert swap is not None  # noqa: S101 - begun just now
    swapping.finish(settings.data, swap, noting(settings, "restored"))
    kept = settings.data / old if keep_old else None
    return Restored(manifest, said, audit, kept, purged, again, "present_unread" not in more)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """No service runs on the data folder, and no command begins to use it."""
    with swapping.only_restore(data):
        running = find_running(data.absolute())
        # One whose owner was killed is on its way down: whoever takes the folder waits for that.
        if running is not None and is_alive(running.owner):
            raise folder_locked(data)
        yield


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """No server can be started on the data folder."""
    folder = ServerFolder(data.absolute())
    folder.prepare()
    lock = folder.lock(patience_s=GONE_WITHIN_S)
    try:
        yield
    finally:
        os.close(lock)


def _take_over(settings: Settings, terminal: Terminal) -> bool:
    """Have the audit log say what waits in the present database to be said: by it is known who was erased.

    False where that database cannot be opened. Nobody may be kept from a restore by what it is to mend, so
    it is a warning, and stands in the audit log.
    """
    if not (ServerFolder(settings.data.absolute()).home / "data").exists():
        return True
    try:
        with managed(settings, terminal) as address, open_store(address) as store:
            if read_proofs(store):
                with audit_log(settings) as log:
                    take_over(store, log)
    except (DataFolderLockedError, AuditUnavailableError, KeyMissingError):
        raise
    except (MastError, OSError, ValueError) as fault:
        why = fault.code if isinstance(fault, MastError) else type(fault).__name__
        terminal.warn(
            f"the present database cannot be opened ({why}), and may know of purges that the audit log does "
            "not: erase, and let leave, once more whoever was after the log's last `purge-finished`"
        )
        return False
    return True


def _check_room(data: Path, folder: Path) -> None:
    needed = ROOM * (folder / CONTENTS).stat().st_size + 512 * MIB if (folder / CONTENTS).exists() else 0
    if free_bytes(data) < needed:
        raise full(f"a restore of this backup needs about {needed // MIB:,} MiB beside what is there")


def _into_scratch(
    settings: Settings,
    terminal: Terminal,
    folder: Path,
    manifest: Manifest,
    keys: KeyRing,
    scratch: Path,
) -> tuple[Said, int, Again]:
    # Read before anything is restored: a log that was changed is no ground to bring anybody back on.
    deeds = deeds_since(settings.data, dt.datetime.fromisoformat(manifest.made_at))
    is_little = manifest.nodes < LITTLE
    with (
        managed(replace(settings, data=scratch), terminal, quick=is_little, expendable=True) as address,
        open_store(address) as store,
    ):
        apply_schema(store)
        taker = _Files(scratch, Restoration(store))
        with terminal.step("Restoring") as step:
            said = read_backup(folder, manifest, keys, taker, _progress(step))
            taker.close()
        with terminal.step("Comparing"):
            if differs := taker.restoration.compare():
                raise RestoreDiffersError(
                    f"{differs.missing:,} elements are missing, {differs.strange:,} are other ones",
                    fix="try again; if it persists, check the disk and memory of the machine",
                )
        with terminal.step("Checking the graph"):
            if any(count > said.faults.get(fault, 0) for fault, count in faults(store).items()):
                raise RestoreDiffersError(
                    "the checks of the restored graph find more than they did when the backup was made",
                    fix="use the release that made the backup",
                )
        with Lease.acquire(store, BY) as lease:
            with terminal.step("Purging what was purged since"):
                purged = replay(store, lease, keys, scratch, deeds)
            with terminal.step("Deciding again what was decided since"):
                again = decide_again(store, lease, keys, scratch, deeds, by=BY)
    (scratch / "runtime.json").unlink(missing_ok=True)
    return said, purged, again


def _progress(step: Step) -> Callable[[int, int], None]:
    return lambda done, total: step.advance(done, total)


def _audit(
    settings: Settings, scratch: Path, manifest: Manifest, more: Mapping[str, object]
) -> tuple[str, dict[str, object]]:
    """Check the backup's log, decide about it, and have the intent on record before anything changes."""
    if (scratch / AUDIT_KEYS).exists():
        checked = verify(scratch / AUDIT, TrustedKeys.read(scratch / AUDIT_KEYS))
        if checked.faults:
            raise damaged("the audit log in it does not verify: " + checked.faults[0])
    entry: dict[str, object] = {
        "backup": manifest.id,
        "made_at": manifest.made_at,
        "nodes": manifest.nodes,
        "edges": manifest.edges,
        **more,
    }
    return settle_log(settings, scratch, entry, kept=f"{FOREIGN_LOG}{manifest.id}"), entry


def _swap(data: Path, scratch: Path, entry: dict[str, object], old: str) -> Swap:
    ready = [path.name for path in scratch.iterdir()]
    logs = [name for name in ready if is_audit(name)]
    others = [name for name in ready if name.startswith(FOREIGN_LOG) or name in UNLESS_THERE]
    others = [name for name in others if not (data / name).exists()]
    arriving = [*(name for name in SWAPPED if name in ready), *others, *logs]
    leaving = [name for name in SWAPPED if (data / name).exists()]
    if logs:
        leaving += [path.name for path in data.iterdir() if is_audit(path.name)]
    return Swap(tuple(arriving), tuple(leaving), old, entry)
