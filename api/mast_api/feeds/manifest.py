"""What an agency says of a delivery, and signs: which feed, the how many-eth, and every file of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
"""The raw 64 bytes of Ed25519 over the manifest's. It is written last: it says that all is there."""

FORMAT: Final = 1
MOST_BYTES: Final = 1 << 20
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class ManifestError(Exception):
    """It is not one."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One file of a delivery."""

    name: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is said of a delivery. ``sequence`` is one more than that of the feed's last one."""

    format: int
    feed: str
    agency: str
    sequence: int
    sent_at: dt.datetime
    files: tuple[Delivered, ...]
    digest: str = ""
    """SHA-256 of what was read and is signed; it is no part of it."""

    @property
    def rows(self) -> int:
        """Of all files."""
        return sum(each.rows for each in self.files)

    @property
    def number(self) -> str:
        """Which delivery of which feed it is, sent once more or not."""
        return f"{self.feed} {self.sequence}"

    @property
    def escapes(self) -> bool:
        """Whether a file is named that may lie elsewhere, be hidden, or be named twice."""
        names = [each.name for each in self.files]
        plain = all(_FILE_NAME.fullmatch(name) and name not in (MANIFEST, SIGNATURE) for name in names)
        return not plain or len(set(names)) < len(names)

    def encoded(self) -> bytes:
        """As it is written and signed."""
        said = {**asdict(self), "sent_at": self.sent_at.isoformat()}
        said.pop("digest")
        return json.dumps(said, indent=1).encode()


def parsed(text: bytes) -> Manifest:
    """Read a manifest: exactly its keys, each of its type.

    Raises:
        ManifestError: it is not one; why is not said, for it may quote a value.
    """
    try:
        said = json.loads(text)
        files = tuple(_file(each) for each in said["files"])
        sent_at = dt.datetime.fromisoformat(said["sent_at"])
        # Given last: a manifest that itself says one is not believed, and has a key too many.
        if "digest" in said:
            raise ManifestError
        digest = hashlib.sha256(text).hexdigest()
        manifest = Manifest(**{**said, "files": files, "sent_at": sent_at}, digest=digest)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ManifestError from None
    texts = (manifest.feed, manifest.agency)
    right = (
        all(isinstance(each, str) for each in texts) and _whole(manifest.sequence) and manifest.sequence > 0
    )
    if manifest.format != FORMAT or not right or sent_at.tzinfo is None or not files:
        raise ManifestError
    return manifest


def small_file(path: Path) -> bytes:
    """What a manifest or a signature holds, before it is proved: no link is followed, no pipe waited for.

    Raises:
        ManifestError: it is a pipe, a device or the like, or larger than :data:`MOST_BYTES`.
        OSError: it cannot be opened, or is a link.
    """
    # Not blocking: to open a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ManifestError
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > MOST_BYTES:
        raise ManifestError
    return content


def made(
    folder: Path, *, feed: str, agency: str, sequence: int, at: dt.datetime, rows: Sequence[int]
) -> Manifest:
    """The manifest of the files that lie in a folder, in the order of their names, with so many rows each."""
    paths = sorted(path for path in folder.iterdir() if path.name not in (MANIFEST, SIGNATURE))
    files = tuple(
        Delivered(path.name, sha256_of(path), path.stat().st_size, count)
        for path, count in zip(paths, rows, strict=True)
    )
    return Manifest(FORMAT, feed, agency, sequence, at, files)


def sign(folder: Path, manifest: Manifest, key: Ed25519PrivateKey) -> None:
    """Write the manifest and, last, its signature."""
    text = manifest.encoded()
    (folder / MANIFEST).write_bytes(text)
    draft = folder / f".{SIGNATURE}"
    draft.write_bytes(key.sign(text))
    draft.rename(folder / SIGNATURE)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(said: Any) -> Delivered:
    file = Delivered(**said)
    fine = isinstance(file.name, str) and isinstance(file.sha256, str) and _HASH.fullmatch(file.sha256)
    if not fine or not all(_whole(each) and each >= 0 for each in (file.bytes, file.rows)):
        raise ManifestError
    return file


def _whole(value: object) -> bool:
    return type(value) is int and value < 1 << 53
