"""For agencies: the manifest of a folder of files, counted, hashed and signed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mast_api.feeds.manifest import MANIFEST, SIGNATURE, Manifest, made, sign
from mast_intake.rejects import Rejects
from mast_intake.source import Source
from mast_intake.source_yaml import read_source
from mast_intake.tables import raw_rows
from mast_resolver.errors import UsageError


def sign_folder(
    folder: Path, source_file: Path, key_file: Path, *, sequence: int, at: dt.datetime
) -> Manifest:
    """Write the manifest of every file in a folder, and its signature last.

    Raises:
        UsageError: the key is no Ed25519 private key.
        UnreadableFileError, UnknownColumnError: a file is not as the source says.
    """
    source = read_source(source_file)
    paths = sorted(path for path in folder.iterdir() if path.name not in (MANIFEST, SIGNATURE))
    rows = [row_count(source, path) for path in paths]
    manifest = made(folder, feed=source.feed, agency=source.agency, sequence=sequence, at=at, rows=rows)
    sign(folder, manifest, _private_key(key_file))
    return manifest


def row_count(source: Source, path: Path) -> int:
    """Rows of a file, those that cannot be read as one included."""
    rejects = Rejects()
    return sum(1 for _ in raw_rows(source, path, rejects)) + rejects.rows


def _private_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            "the file holds no Ed25519 private key", fix="openssl genpkey -algorithm ed25519 -out key.pem"
        )
    return key
