"""The key file: the secrets of each version, in a file that only its owner can read."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from mast_resolver.errors import KeyMissingError

KEY_BYTES: Final = 32
_FORMAT: Final = 2
_ONE_SECRET: Final = 1
"""The format of before, with one secret a version: sealing and encoding cannot be put away apart."""
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The two secrets of one key version.

    ``sealing`` is None once it was put away: an encoding secret is still needed then, for newer versions are
    wrapped around it. A ``root`` is wrapped around nothing: encodings begin anew with it.
    """

    encoding: bytes
    sealing: bytes | None
    root: bool = False

    def __repr__(self) -> str:
        return f"Secrets(root={self.root}, put_away={self.sealing is None})"

    def __reduce__(self) -> NoReturn:
        # Pickling would write the keys to wherever the pickle goes.
        raise TypeError("secrets cannot be pickled")

    @classmethod
    def drawn(cls, *, root: bool = False) -> Secrets:
        """Two new random ones."""
        return cls(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES), root)

    @property
    def sound(self) -> bool:
        """Whether they have the length of a key."""
        return len(self.encoding) == KEY_BYTES and len(self.sealing or self.encoding) == KEY_BYTES


@dataclass(frozen=True, slots=True, repr=False)
class KeyFile:
    """What a key file says: versions, the one in force, and the secret of ids, which no rotation changes."""

    versions: Mapping[int, Secrets]
    current: int
    ids: bytes

    def __repr__(self) -> str:
        return f"KeyFile(current={self.current}, versions={sorted(self.versions)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key file cannot be pickled")

    @classmethod
    def read(cls, path: Path) -> KeyFile:
        """Read a key file that only its owner may read.

        Raises:
            KeyMissingError: no such file, somebody else's, readable by others, or damaged.
        """
        try:
            with path.open("rb") as file:
                check_rights(os.fstat(file.fileno()), path)
                text = file.read(_MOST_BYTES)
        except OSError:
            raise KeyMissingError(
                f"there is no readable key file at {path}", fix="set MAST_KEY_FILE to a key file of yours"
            ) from None
        found = _parse(text)
        if found is None:
            raise KeyMissingError("the key file is damaged", fix="restore it from its backup")
        return found

    def create(self, path: Path) -> None:
        """Write a new file, complete or not at all; never over an existing one.

        Raises:
            KeyMissingError: a file is already there, or none can be written there.
        """
        write_new(path, self._dump())

    def replace(self, path: Path) -> None:
        """Write the file in the place of the one that is there, complete or not at all.

        Raises:
            KeyMissingError: it cannot be written there.
        """
        try:
            _draft(path, self._dump()).replace(path)
            _sync_folder(path.parent)
        except OSError:
            raise _unwritable(path) from None

    def _dump(self) -> bytes:
        versions = {
            str(version): {
                "encoding": _text(each.encoding),
                **({} if each.sealing is None else {"sealing": _text(each.sealing)}),
                "root": each.root,
            }
            for version, each in sorted(self.versions.items())
        }
        said = {"format": _FORMAT, "current": self.current, "ids": _text(self.ids), "versions": versions}
        return json.dumps(said, indent=1).encode()


def write_new(path: Path, content: bytes) -> None:
    """Write a secret to a new file, complete or not at all, readable by its owner only.

    Raises:
        KeyMissingError: a file is already there, or none can be written there.
    """
    try:
        draft = _draft(path, content)
        try:
            path.hardlink_to(draft)  # fails when the name is taken, unlike a rename
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        raise KeyMissingError(f"{path} exists already", fix="read that one, or name another file") from None
    except OSError:
        raise _unwritable(path) from None


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def check_rights(found: os.stat_result, path: Path) -> None:
    """Refuse a file of secrets that is not its owner's only.

    Raises:
        KeyMissingError: others may read it, or it is another user's.
    """
    if os.name != "posix":
        return
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise KeyMissingError("the key file may be read by others than its owner", fix=f"chmod 600 {path}")
    if found.st_uid not in {os.geteuid(), 0}:
        raise KeyMissingError(
            "the key file belongs to another user", fix=f"run as its owner, or copy {path} to a file of yours"
        )


def _parse(text: bytes) -> KeyFile | None:
    try:
        said = json.loads(text)
        found = _of_one_secret(said) if said["format"] == _ONE_SECRET else _of_two(said)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError):
        return None
    sound = found.current in found.versions and all(each.sound for each in found.versions.values())
    return found if sound and len(found.ids) == KEY_BYTES and min(found.versions) > 0 else None


def _of_one_secret(said: Mapping[str, Any]) -> KeyFile:
    keys = {int(version): _bytes(key) for version, key in said["keys"].items()}
    first = min(keys)
    versions = {version: Secrets(key, key, root=version == first) for version, key in keys.items()}
    return KeyFile(versions, int(said["current"]), keys[first])


def _of_two(said: Mapping[str, Any]) -> KeyFile:
    if said["format"] != _FORMAT:
        raise ValueError
    versions = {
        int(version): Secrets(
            _bytes(each["encoding"]),
            _bytes(each["sealing"]) if "sealing" in each else None,
            root=each["root"] is True,
        )
        for version, each in said["versions"].items()
    }
    return KeyFile(versions, int(said["current"]), _bytes(said["ids"]))


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path) -> KeyMissingError:
    return KeyMissingError(f"no key file can be written at {path}", fix="choose a folder of yours")
