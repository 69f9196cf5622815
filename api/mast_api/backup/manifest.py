"""What a backup says of itself to whoever has no key, and how we know that it is ours."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from mast_graph.files import write_private
from mast_graph.schema import statements
from mast_intake.keys import KeyRing
from mast_resolver.errors import BackupForeignError, KeyVersionError, UsageError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CONTENTS: Final = "contents.sealed"
_MOST_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """Readable by anybody; what it says is vouched for by the key, like all the rest."""

    format: int
    id: str
    made_at: str
    release: str
    key_version: int
    key_fingerprint: str
    schema: str
    models: dict[str, str]
    nodes: int
    edges: int
    bytes: int

    def write(self, folder: Path, keys: KeyRing) -> None:
        """Write it, with what proves that the key's holder did."""
        said = asdict(self)
        text = json.dumps({**said, "proof": _proof(keys, self)}, indent=1)
        write_private(folder / MANIFEST, text.encode())


def read_manifest(folder: Path) -> Manifest:
    """What the backup in this folder says of itself; nothing is proved yet.

    Raises:
        UsageError: there is no backup in the folder.
        BackupForeignError: it has another format.
    """
    try:
        said = _parsed(folder)
        said.pop("proof", None)
        if said["format"] != FORMAT:
            raise BackupForeignError(
                f"the backup has format {said['format']}, and this release reads format {FORMAT}",
                fix="use the release that made it",
            )
        return Manifest(**said)
    except (OSError, ValueError, TypeError, KeyError):
        raise UsageError(
            f"there is no backup in {folder}", fix=f"name a folder with {MANIFEST} and {CONTENTS}"
        ) from None


def prove(folder: Path, manifest: Manifest, keys: KeyRing) -> None:
    """Make sure that our key can open the backup, and that its manifest is as it was written.

    Raises:
        BackupForeignError: it was made under another key, or its manifest was changed.
    """
    try:
        same = fingerprint(keys, manifest.key_version) == manifest.key_fingerprint
    except KeyVersionError:
        same = False
    if not same:
        raise BackupForeignError(
            f"the backup was made under a key (version {manifest.key_version}, fingerprint "
            f"{manifest.key_fingerprint}) that the key file does not hold",
            fix="set MAST_KEY_FILE to the key file of that time; nothing was changed",
        )
    if not hmac.compare_digest(str(_parsed(folder).get("proof")), _proof(keys, manifest)):
        raise BackupForeignError(
            "the manifest of the backup was changed after it was written", fix="use another backup"
        )


def fingerprint(keys: KeyRing, version: int) -> str:
    """Tells keys apart, and nothing about them.

    Raises:
        KeyVersionError: the ring does not hold that version.

    Example:
        >>> len(fingerprint(KeyRing({1: bytes(32)}, current=1), 1))
        16
    """
    return hmac.digest(keys.subkey("backup", version), b"fingerprint", "sha256").hex()[:16]


def schema_version() -> str:
    """Tells schemas of the graph apart.

    Example:
        >>> len(schema_version())
        16
    """
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()[:16]


def _proof(keys: KeyRing, manifest: Manifest) -> str:
    text = json.dumps(asdict(manifest), sort_keys=True).encode()
    return hmac.digest(keys.subkey("backup", manifest.key_version), b"manifest:" + text, "sha256").hex()


def _parsed(folder: Path) -> dict[str, Any]:
    with (folder / MANIFEST).open("rb") as file:
        said = json.loads(file.read(_MOST_BYTES))
    if not isinstance(said, dict):
        raise TypeError
    return said
