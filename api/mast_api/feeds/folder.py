"""The drop folder: what lies in it, what was taken from it, what is held back; nothing else is left lying."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from mast_api.feeds.manifest import MANIFEST, SIGNATURE, Manifest, ManifestError, parsed, small_file
from mast_api.feeds.register import DELETE, Feed
from mast_graph.files import sync_folder, try_lock
from mast_resolver.errors import DataFolderLockedError, UsageError

OURS: Final = ".mast"


class DropFolder:
    """One folder, in which each agency puts a folder for each delivery, the signature last.

    What is taken lies below ``.mast``, out of the senders' reach where that folder is not theirs.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.taken = self.root / OURS / "taken"
        self.held = self.root / OURS / "held"

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Nobody else works on the folder.

        Raises:
            UsageError: there is no such folder, or it is not ours to write to.
            DataFolderLockedError: somebody does.
        """
        try:
            for folder in (self.root / OURS, self.taken, self.held):
                folder.mkdir(mode=0o700, exist_ok=True)
            handle = try_lock(self.root / OURS / "lock")
        except OSError:
            raise UsageError(
                f"the drop folder {self.root} is not there, or not ours to write to",
                fix="make it, with our rights",
            ) from None
        if handle is None:
            raise DataFolderLockedError(
                "another process works on this drop folder", fix="wait until it is done, or stop it"
            )
        try:
            yield
        finally:
            os.close(handle)

    def arrived(self) -> list[Path]:
        """Deliveries that are complete: their signature is there. A link is one that is refused."""
        return [path for path in self._sent() if _is_complete(path)]

    def barred(self) -> list[Path]:
        """Folders of which nobody can tell whether they are complete, for their rights keep us out."""
        return [path for path in self._sent() if _is_complete(path) is None]

    def _sent(self) -> list[Path]:
        return [path for path in sorted(self.root.iterdir()) if not path.name.startswith(".")]

    @property
    def has_work(self) -> bool:
        """Whether something has arrived, or was left by a pass that was killed."""
        left = any(self.taken.iterdir()) if self.taken.is_dir() else False
        return left or bool(self.arrived())

    def unfinished(self) -> list[Path]:
        """What is not complete yet, or lies in the folder itself."""
        return [path for path in self._sent() if _is_complete(path) is False]

    def take(self, path: Path, id_: str) -> Path:
        """Take a delivery under an id of ours.

        Raises:
            OSError: its rights keep us out; it lies where it lay.
        """
        return self._move(path, self.taken / id_)

    def hold(self, id_: str) -> None:
        """Put a taken delivery where it waits for a person."""
        self._move(self.taken / id_, self.held / id_)

    def in_turn(self) -> list[Path]:
        """Everything taken, in the order of the numbers that it gives itself; that is not proved yet."""
        return sorted(self.taken.iterdir(), key=_turn)

    def remove(self, path: Path) -> None:
        """Delete a delivery, or the link that stood for one."""
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path)
        sync_folder(path.parent)

    def put_away(self, path: Path, manifest: Manifest, feed: Feed) -> None:
        """Do with a loaded delivery as the feed says: delete it, or move it to the archive."""
        if feed.after == DELETE:
            self.remove(path)
            return
        archive = Path(feed.after) / feed.feed.replace("/", "-")
        archive.mkdir(mode=0o700, parents=True, exist_ok=True)
        to = archive / f"{manifest.sequence:08d}-{path.name}"
        if to.exists():  # half copied, from another disk, when the one before was killed
            shutil.rmtree(to)
        shutil.move(path, to)
        sync_folder(archive)

    def _move(self, path: Path, to: Path) -> Path:
        path.rename(to)
        if not to.is_symlink():
            with suppress(PermissionError):  # the sender's own; what it lies in is out of their reach
                to.chmod(0o700)
        sync_folder(to.parent)
        sync_folder(path.parent)
        return to


def _is_complete(path: Path) -> bool | None:
    """None where its rights keep us out."""
    try:
        return path.is_symlink() or (path.is_dir() and (path / SIGNATURE).exists())
    except OSError:
        return None


def _turn(path: Path) -> tuple[str, int, str]:
    if path.is_symlink():
        return "", 0, path.name
    try:
        manifest = parsed(small_file(path / MANIFEST))
    except (OSError, ManifestError):
        return "", 0, path.name
    return manifest.feed, manifest.sequence, path.name
