"""The keys that seal the audit log: Ed25519, a version each, in a file that only its owner can read."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mast_graph.files import write_private
from mast_resolver.errors import KeyMissingError

FIRST = 1
"""The version of the key that a log begins with; each next one is one more."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """One private key and its version."""

    version: int
    _key: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> str:
        """Its signature, 128 hexadecimal digits."""
        return self._key.sign(message).hex()


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """Public keys by version: all that is needed to check a log, on whatever machine.

    Example:
        >>> key = Ed25519PrivateKey.generate()
        >>> trusted = TrustedKeys({1: key.public_key()})
        >>> trusted.good(1, Sealer(1, key).sign(b"said"), b"said"), trusted.good(1, "00", b"said")
        (True, False)
    """

    keys: Mapping[int, Ed25519PublicKey]

    def good(self, version: object, signature: object, message: bytes) -> bool:
        """Whether the signature is that of this version's key, written as we write it."""
        key = self.keys.get(version) if type(version) is int else None
        if key is None or not isinstance(signature, str):
            return False
        try:
            raw = bytes.fromhex(signature)
            key.verify(raw, message)
        except (ValueError, InvalidSignature):
            return False
        return raw.hex() == signature

    def holds(self, version: object, public: object) -> bool:
        """Whether this is the public key of that version."""
        key = self.keys.get(version) if type(version) is int else None
        return key is not None and key.public_bytes_raw().hex() == public

    def as_json(self) -> str:
        """As a file to be held elsewhere."""
        return json.dumps({str(version): key.public_bytes_raw().hex() for version, key in self.keys.items()})

    @classmethod
    def read(cls, path: Path) -> TrustedKeys:
        """Read a file of public keys.

        Raises:
            KeyMissingError: it cannot be read, or holds no such keys.
        """
        try:
            said = json.loads(path.read_text("utf-8"))
            return cls(
                {
                    int(version): Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
                    for version, public in said.items()
                }
            )
        except (OSError, ValueError, AttributeError, TypeError):
            raise KeyMissingError(
                "the file of public audit keys cannot be read", fix="make it again with mast audit keys"
            ) from None


class SealKeys:
    """The private keys of a log. Which of them is in force the log itself says.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> keys = SealKeys.open(Path(folder.name) / "audit-key.json")
        >>> keys.newest, keys.renewed().newest, SealKeys.open(Path(folder.name) / "audit-key.json").newest
        (1, 2, 2)
        >>> folder.cleanup()
    """

    def __init__(self, path: Path, keys: Mapping[int, Ed25519PrivateKey]) -> None:
        self._path = path
        self._keys = dict(keys)

    @classmethod
    def open(cls, path: Path) -> SealKeys:
        """Read the key file, or make it with a first key if there is none.

        Raises:
            KeyMissingError: others can read it, or it is damaged.
        """
        if not path.exists():
            return cls(path, {}).renewed()
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyMissingError("the audit key can be read by others", fix=f"chmod 600 {path}")
        try:
            said = json.loads(path.read_text("utf-8"))
            keys = {
                int(version): Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private))
                for version, private in said.items()
            }
        except (OSError, ValueError, AttributeError, TypeError):
            raise _damaged() from None
        if not keys or sorted(keys) != list(range(FIRST, FIRST + len(keys))):
            raise _damaged()
        return cls(path, keys)

    def __repr__(self) -> str:
        return f"SealKeys(versions {sorted(self._keys)})"

    @property
    def newest(self) -> int:
        """The highest version."""
        return max(self._keys)

    def sealer(self, version: int) -> Sealer:
        """The private key of a version.

        Raises:
            KeyMissingError: the file does not hold it.
        """
        if version not in self._keys:
            raise KeyMissingError(
                f"the audit log is sealed with key {version}, which the key file does not hold",
                fix="restore the key file that has it",
            )
        return Sealer(version, self._keys[version])

    def public(self, version: int) -> str:
        """The public key of a version, 64 hexadecimal digits."""
        return self._keys[version].public_key().public_bytes_raw().hex()

    @property
    def trusted(self) -> TrustedKeys:
        """The public half of all of them."""
        return TrustedKeys({version: key.public_key() for version, key in sorted(self._keys.items())})

    def renewed(self) -> SealKeys:
        """With one more key, written to the file."""
        keys = {**self._keys, max(self._keys, default=FIRST - 1) + 1: Ed25519PrivateKey.generate()}
        text = json.dumps({str(version): key.private_bytes_raw().hex() for version, key in keys.items()})
        # It has to be on disk before an entry brings the new key into force.
        write_private(self._path, text.encode())
        return SealKeys(self._path, keys)


def _damaged() -> KeyMissingError:
    return KeyMissingError(
        "the audit key file is damaged", fix="restore it from its keeper: without it nothing is sealed"
    )
