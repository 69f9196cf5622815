"""Which feeds are expected, from whom, signed by which key and by when: a file of the data folder."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from mast_graph.files import write_private
from mast_intake.source import Mode
from mast_intake.source_yaml import read_source
from mast_resolver.errors import FeedRegisterError, UsageError

REGISTER: Final = "feeds.json"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DELETE: Final = "delete"


@dataclass(frozen=True, slots=True)
class Feed:
    """One expected feed. ``due`` is a time of the day in the source's own time zone, on ``days``.

    ``shrink_percent`` is by how much a snapshot may have fewer rows than the one before; ``after`` is
    :data:`DELETE`, or the folder to which files go once they are loaded.
    """

    feed: str
    agency: str
    source: str
    public_key: str
    timezone: str
    due: str = "07:00"
    days: tuple[str, ...] = DAYS
    shrink_percent: int = 20
    after: str = DELETE

    @property
    def is_snapshot(self) -> bool:
        """Whether a file of it says of rows that are missing that they are gone."""
        return read_source(Path(self.source)).mode is Mode.SNAPSHOT

    @property
    def due_at(self) -> dt.time:
        """When it is due on a day."""
        return dt.time.fromisoformat(self.due)

    def signed(self, manifest: bytes, signature: bytes) -> bool:
        """Whether the agency signed these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key)).verify(signature, manifest)
        except InvalidSignature:
            return False
        return True


def registered(data: Path) -> Mapping[str, Feed]:
    """Every registered feed by its name; none where none was registered.

    Raises:
        FeedRegisterError: the file is damaged.

    Example:
        >>> registered(Path("no-such-folder"))
        {}
    """
    try:
        said = json.loads((data / REGISTER).read_text("utf-8"))
        return {name: Feed(**{**each, "days": tuple(each["days"])}) for name, each in said.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise FeedRegisterError(
            f"the register of feeds ({REGISTER}) cannot be read",
            fix="restore it, or register the feeds again",
        ) from None


def register(
    data: Path, source: Path, key: Path, *, due: str, days: tuple[str, ...], shrink_percent: int, after: str
) -> Feed:
    """Expect a feed from now on, or expect it otherwise than before.

    Raises:
        SourceFileError: the source is not one.
        UsageError: the key is no Ed25519 public key, or a time or day is none.
    """
    read = read_source(source)
    try:
        dt.time.fromisoformat(due)
    except ValueError:
        raise UsageError("the time is none", fix="write it as 07:00") from None
    if not days or not set(days) <= set(DAYS):
        raise UsageError("a day is none", fix="write days as mon,tue,wed,thu,fri,sat,sun") from None
    feed = Feed(
        feed=read.feed,
        agency=read.agency,
        source=str(source.absolute()),
        public_key=_public_key(key),
        timezone=read.timezone.key,
        due=due,
        days=days,
        shrink_percent=shrink_percent,
        after=after if after == DELETE else str(Path(after).absolute()),
    )
    feeds = {**registered(data), feed.feed: feed}
    text = json.dumps({name: asdict(each) for name, each in sorted(feeds.items())}, indent=1)
    write_private(data / REGISTER, text.encode())
    return feed


def _public_key(path: Path) -> str:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(
            "the file holds no Ed25519 public key",
            fix="openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout",
        )
    return key.public_bytes_raw().hex()
