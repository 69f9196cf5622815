"""The key ring: pseudonymisation keys by version, sub-keys by purpose, sealing. Secrets have no repr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mast_intake.key_file import KEY_BYTES, KeyFile, Secrets
from mast_intake.mac import NONCE_BYTES, NONCES, Mac
from mast_intake.wrapping import Wrap
from mast_resolver.errors import KeyMissingError, KeyVersionError, SealBrokenError

_VERSION_BYTES: Final = 2
_SEALING: Final = frozenset({"seal", "reference", "reason"})
_WRAPPING: Final = "wrap:"


class KeyRing:
    """Secrets by version; everything in use is a sub-key of one of them (HKDF, one per purpose).

    Encodings are made under the *root*, the first version of their line, and wrapped by each later one up to
    the current. Sealing is AES-256-GCM under the current version, its number in front, the record id as
    associated data, so that a sealed value cannot be moved to another record. Ids are made under a secret of
    their own, which stays. A ring given plain keys derives all of that from one key a version.

    Example:
        >>> ring = KeyRing({1: bytes(32)}, current=1)
        >>> ring.open(ring.seal(b"packed", context=b"r1"), context=b"r1")
        b'packed'
        >>> ring
        KeyRing(current=1, versions=[1])
    """

    __slots__ = ("_cipher", "_id_mac", "_mac", "_subkey", "_wrap", "current", "file")

    def __init__(
        self, keys: Mapping[int, bytes] | Mapping[int, Secrets], *, current: int, ids: bytes | None = None
    ) -> None:
        versions = {
            version: each if isinstance(each, Secrets) else Secrets(each, each, root=version == min(keys))
            for version, each in keys.items()
        }
        if current not in versions or not all(each.sound for each in versions.values()):
            raise KeyMissingError(
                "a key ring needs its current version, and keys of 32 bytes", fix="make a new key file"
            )
        self.file = KeyFile(versions, current, ids or versions[min(versions)].encoding)
        self.current = current
        self._subkey = lru_cache(maxsize=1024)(self._derive)
        self._cipher = lru_cache(maxsize=64)(lambda purpose, version: AESGCM(self.subkey(purpose, version)))
        self._mac = lru_cache(maxsize=1024)(lambda purpose: Mac(self.subkey(purpose)))
        self._id_mac = lru_cache(maxsize=64)(lambda purpose: Mac(_expanded(self.file.ids, purpose)))
        self._wrap = lru_cache(maxsize=64)(self._make_wrap)

    @classmethod
    def of(cls, file: KeyFile) -> KeyRing:
        """The ring of a key file."""
        return cls(file.versions, current=file.current, ids=file.ids)

    @classmethod
    def read(cls, path: Path) -> KeyRing:
        """Read a key file that only its owner may read.

        Raises:
            KeyMissingError: no such file, somebody else's, readable by others, or damaged.
        """
        return cls.of(KeyFile.read(path))

    @classmethod
    def create(cls, path: Path) -> KeyRing:
        """Make a new key file with random secrets, complete or not at all; never over an existing one.

        Raises:
            KeyMissingError: a file is already there, or none can be written there.
        """
        file = KeyFile({1: Secrets.drawn(root=True)}, 1, Secrets.drawn().encoding)
        file.create(path)
        return cls.of(file)

    def __repr__(self) -> str:
        return f"KeyRing(current={self.current}, versions={self.versions})"

    def __reduce__(self) -> NoReturn:
        # Pickling would write the keys to wherever the pickle goes.
        raise TypeError("a key ring cannot be pickled")

    @property
    def key_version(self) -> int:
        """Version under which new tokens and seals are made."""
        return self.current

    @property
    def versions(self) -> list[int]:
        """Every version, the oldest first."""
        return sorted(self.file.versions)

    @property
    def opening(self) -> list[int]:
        """The versions under which something sealed can be opened."""
        return [version for version in self.versions if self.file.versions[version].sealing is not None]

    @property
    def root(self) -> int:
        """The version with which the line of the current one begins."""
        return self.root_of(self.current)

    def root_of(self, version: int) -> int:
        """The version with which the line of a version begins: what is of one line can be compared.

        Raises:
            KeyVersionError: the ring does not hold it, or not its root.
        """
        self._secrets(version)
        found = [each for each in self.versions if each <= version and self.file.versions[each].root]
        if not found:
            raise _not_held(version)
        return found[-1]

    def at(self, version: int) -> KeyRing:
        """The same secrets with another version as the current one.

        Raises:
            KeyVersionError: the ring does not hold that version.
        """
        self._secrets(version)
        return KeyRing.of(replace(self.file, current=version))

    @property
    def newest(self) -> KeyRing:
        """The ring with its newest version as the current one: what memory is kept at."""
        return self.at(self.versions[-1])

    @property
    def before(self) -> KeyRing | None:
        """The ring at the version before the current one, under which what is stored may still be."""
        older = [version for version in self.versions if version < self.current]
        return self.at(older[-1]) if older else None

    def subkey(self, purpose: str, version: int | None = None) -> bytes:
        """The key for one purpose (``token:given_name``, ``seal`` ...).

        Without a version, of the current one for what is sealed or wrapped, else of the root.

        Raises:
            KeyVersionError: the ring does not hold that version, or its sealing secret was put away.
        """
        if version is None:
            newer = purpose in _SEALING or purpose.startswith(_WRAPPING)
            version = self.current if newer else self.root
        return self._subkey(purpose, version)

    def mac(self, purpose: str) -> Mac:
        """HMAC-SHA256 for what is encoded, under the root: tokens and Bloom fields are to be wrapped."""
        return self._mac(purpose)

    def id_mac(self, purpose: str) -> Mac:
        """HMAC-SHA256 for ids, and for what stays equal to itself through every rotation."""
        return self._id_mac(purpose)

    def wraps(self, since: int | None = None) -> tuple[Wrap, ...]:
        """The steps from a version, or from the root, to the current one.

        What is of another line goes as far as its own line does.

        Raises:
            KeyVersionError: it was encoded under a version that is not held, or newer than the current one.
        """
        version = self.root if since is None else since
        root = self.root_of(version)
        line = [each for each in self.versions if each > version and self.root_of(each) == root]
        if root == self.root:
            if version > self.current:
                raise _not_held(version)
            line = [each for each in line if each <= self.current]
        return tuple(self._wrap(each) for each in line)

    def _make_wrap(self, version: int) -> Wrap:
        return Wrap(self.subkey("wrap:token", version), self.subkey("wrap:bloom", version))

    def _secrets(self, version: int) -> Secrets:
        found = self.file.versions.get(version)
        if found is None:
            raise _not_held(version)
        return found

    def _derive(self, purpose: str, version: int) -> bytes:
        found = self._secrets(version)
        if purpose not in _SEALING:
            return _expanded(found.encoding, purpose)
        if found.sealing is None:
            raise KeyVersionError(
                f"the sealing key of version {version} was put away",
                fix="use the key file that was put away when that version was retired",
            )
        return _expanded(found.sealing, purpose)

    def seal(self, packed: bytes, *, context: bytes) -> bytes:
        """Encrypt an encoding for the record whose id is ``context``."""
        return self._encrypt("seal", packed, context)

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Inverse of :meth:`seal`. An encoding is of :meth:`version_of`: see ``mast_intake.sealing``.

        Raises:
            SealBrokenError: another key, another record, or changed bytes.
            KeyVersionError: sealed under a version that the ring does not hold.
        """
        return self._decrypt("seal", sealed, context)

    def seal_reference(self, reference: str, *, context: bytes) -> bytes:
        """Encrypt an agency's own reference: it may itself hold a name, so it has a key of its own."""
        return self._encrypt("reference", reference.encode(), context)

    def open_reference(self, sealed: bytes, *, context: bytes) -> str:
        """Inverse of :meth:`seal_reference`, and raises the same as :meth:`open`."""
        return self._decrypt("reference", sealed, context).decode()

    def seal_reason(self, reason: str, *, decision: str) -> bytes:
        """Encrypt why a steward decided: free text, in which there may be a name. A key of its own too."""
        return self._encrypt("reason", reason.encode(), decision.encode())

    def open_reason(self, sealed: bytes, *, decision: str) -> str:
        """Inverse of :meth:`seal_reason`, and raises the same as :meth:`open`."""
        return self._decrypt("reason", sealed, decision.encode()).decode()

    def sealed_again(self, purpose: str, sealed: bytes, *, context: bytes) -> bytes:
        """The same value sealed under the current version: ``seal``, ``reference`` or ``reason``.

        Raises:
            SealBrokenError, KeyVersionError: as for :meth:`open`.
        """
        if self.version_of(sealed) == self.current:
            return sealed
        return self._encrypt(purpose, self._decrypt(purpose, sealed, context), context)

    @staticmethod
    def version_of(sealed: bytes) -> int:
        """The version under which something was sealed, as it says itself."""
        return int.from_bytes(sealed[:_VERSION_BYTES], "big")

    def _encrypt(self, purpose: str, clear: bytes, context: bytes) -> bytes:
        nonce = NONCES.take()
        sealed = self._cipher(purpose, self.current).encrypt(nonce, clear, context)
        return self.current.to_bytes(_VERSION_BYTES, "big") + nonce + sealed

    def _decrypt(self, purpose: str, sealed: bytes, context: bytes) -> bytes:
        start = _VERSION_BYTES + NONCE_BYTES
        cipher = self._cipher(purpose, self.version_of(sealed))
        try:
            return cipher.decrypt(sealed[_VERSION_BYTES:start], sealed[start:], context)
        except (InvalidTag, ValueError):
            raise SealBrokenError(
                "a sealed value cannot be opened", fix="use the key file under which it was sealed"
            ) from None


def _expanded(secret: bytes, purpose: str) -> bytes:
    info = b"mast:" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"mast-tracker", info=info).derive(secret)


def _not_held(version: int) -> KeyVersionError:
    return KeyVersionError(
        f"key version {version} is not in the key file",
        fix="use the key file under which this was encoded",
    )
