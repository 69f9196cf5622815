"""A file of sealed pieces: encrypted, in a fixed order, with an end that cannot be cut off unnoticed.

Each piece is sealed with AES-256-GCM under a key of this backup alone, its place as the nonce, and whether it
is the last as associated data. A piece that is changed, moved, repeated, left out or of another backup does
not open.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgpack
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mast_intake.keys import KeyRing
from mast_resolver.errors import BackupDamagedError

MAGIC: Final = b"MAST backup 1\n"
_LENGTH: Final = 4
_MOST_BYTES: Final = 1 << 28
_MORE, _LAST = b"more", b"last"

Piece = tuple[str, Any]
"""What kind of piece, and what it holds."""


def stream_key(keys: KeyRing, version: int, backup: str) -> bytes:
    """The key of one backup.

    Raises:
        KeyVersionError: the ring does not hold that version.
    """
    return hmac.digest(keys.subkey("backup", version), b"contents:" + backup.encode(), "sha256")


class StreamWriter:
    """Writes pieces; without :meth:`end` the file is one that was cut off.

    Example:
        >>> import io
        >>> file = io.BytesIO()
        >>> writer = StreamWriter(file, bytes(32))
        >>> writer.add("word", "said")
        >>> writer.end({"words": 1})
        >>> list(pieces(io.BytesIO(file.getvalue()), bytes(32)))
        [('word', 'said'), ('end', {'words': 1})]
    """

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher, self._place = file, AESGCM(key), 0
        file.write(MAGIC)

    def add(self, kind: str, said: Any) -> None:
        """Write one piece, which is not the last."""
        self._write(kind, said, _MORE)

    def end(self, said: Any) -> None:
        """Write the last piece, of the kind `end`."""
        self._write("end", said, _LAST)

    def _write(self, kind: str, said: Any, which: bytes) -> None:
        # The quickest level: what is sealed already does not become smaller, the rest becomes half.
        packed = zlib.compress(msgpack.packb([kind, said]), 1)
        sealed = self._cipher.encrypt(_nonce(self._place), packed, MAGIC + which)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big"))
        self._file.write(sealed)
        self._place += 1


def pieces(file: BinaryIO, key: bytes) -> Iterator[Piece]:
    """Every piece in its order, the last one of the kind `end`.

    Raises:
        BackupDamagedError: the file is not, to its last byte, what was written.
    """
    cipher = AESGCM(key)
    if file.read(len(MAGIC)) != MAGIC:
        raise damaged("it does not begin like one")
    place, sealed = 0, _next(file)
    while sealed is not None:
        after = _next(file)
        try:
            packed = cipher.decrypt(_nonce(place), sealed, MAGIC + (_MORE if after is not None else _LAST))
            kind, said = msgpack.unpackb(zlib.decompress(packed))
        except InvalidTag:
            raise damaged(f"piece {place + 1} does not open, or is not the last") from None
        yield kind, said
        place, sealed = place + 1, after
    if not place:
        raise damaged("it is empty")


def damaged(how: str) -> BackupDamagedError:
    """The error for a backup that is not whole; ``how`` names no value."""
    return BackupDamagedError(
        f"the backup is not whole: {how}", fix="use another one; nothing was changed here"
    )


def _next(file: BinaryIO) -> bytes | None:
    head = file.read(_LENGTH)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    sealed = file.read(length) if len(head) == _LENGTH and length <= _MOST_BYTES else b""
    if len(sealed) != length or not length:
        raise damaged("it was cut off, or its lengths were changed")
    return sealed


def _nonce(place: int) -> bytes:
    return place.to_bytes(12, "big")
