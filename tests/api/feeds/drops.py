"""An agency that delivers, and the one who takes it in: real files, real signatures, the real graph."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives import serialization as keys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mast_api.feeds.folder import DropFolder
from mast_api.feeds.register import Feed, register
from mast_api.feeds.running import Feeds, Pass
from mast_api.feeds.signing import sign_folder
from mast_api.settings import Settings
from mast_graph.deliveries import Receipt
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_intake.keys import KeyRing

START = dt.datetime(2026, 11, 23, 5, 30, tzinfo=dt.UTC)  # a Monday
FEED = "test-housing/tenants"
SOURCE = """
agency: test-housing
agreement: mash-2026
format: csv
mode: {mode}
fields:
  record_id: id
  given_name: first
  family_name: last
  date_of_birth: born
  address: place
"""
KEYS = KeyRing({1: bytes(range(32))}, current=1)


def rows(count: int, *, first: int = 1) -> str:
    """A file of so many tenants."""
    lines = [
        f"t{n},Ann{n},Tester{n},19{n % 90 + 10}-02-03,{n} High Street" for n in range(first, first + count)
    ]
    return "\n".join(["id,first,last,born,place", *lines]) + "\n"


@dataclass
class Agency:
    """Who delivers: a source, a key pair, and how often."""

    folder: Path
    mode: str = "snapshot"
    private: Path = field(init=False)
    public: Path = field(init=False)
    source: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.private, self.public = write_keys(self.folder)
        self.source = self.folder / "tenants.yaml"
        self.source.write_text(SOURCE.format(mode=self.mode))

    def delivers(
        self,
        root: Path,
        sequence: int,
        content: str | Sequence[str],
        *,
        at: dt.datetime = START,
        name: str = "",
        key: Path | None = None,
    ) -> Path:
        """Put a signed delivery into the drop folder."""
        drop = root / (name or f"drop-{sequence}")
        drop.mkdir()
        for number, each in enumerate([content] if isinstance(content, str) else content):
            (drop / f"tenants-{number}.csv").write_text(each)
        sign_folder(drop, self.source, key or self.private, sequence=sequence, at=at)
        return drop


def write_keys(folder: Path) -> tuple[Path, Path]:
    """A new key pair as PEM files: the private one and the public one."""
    key = Ed25519PrivateKey.generate()
    private, public = folder / "private.pem", folder / "public.pem"
    private.write_bytes(key.private_bytes(keys.Encoding.PEM, keys.PrivateFormat.PKCS8, keys.NoEncryption()))
    public.write_bytes(
        key.public_key().public_bytes(keys.Encoding.PEM, keys.PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


@dataclass
class Service:
    """Who takes deliveries in."""

    store: Store
    data: Path
    root: Path
    now: dt.datetime = START
    ids: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.data.mkdir(exist_ok=True)
        self.root.mkdir(exist_ok=True)

    def expects(self, agency: Agency, *, shrink: int = 20, after: str = "delete") -> Feed:
        """Register the agency's feed."""
        return register(
            self.data,
            agency.source,
            agency.public,
            due="07:00",
            days=("mon", "tue", "wed", "thu", "fri"),
            shrink_percent=shrink,
            after=after,
        )

    def feeds(self, lease: Lease) -> Feeds:
        """Its work, under a lease."""
        settings = replace(Settings.read({}), data=self.data)
        return Feeds(
            settings,
            DropFolder(self.root),
            self.store,
            lease,
            KEYS,
            clock=lambda: self.now,
            new_id=lambda: f"d{next(self.ids)}",
        )

    def run(self) -> Pass:
        """One pass."""
        with Lease.acquire(self.store, "test") as lease:
            feeds = self.feeds(lease)
            with feeds.folder.only_one():
                return feeds.run()

    def release(self, sequence: int, *, discard: bool = False) -> Receipt:
        """Confirm, or delete, what is held back."""
        with Lease.acquire(self.store, "test") as lease:
            feeds = self.feeds(lease)
            with feeds.folder.only_one():
                return (feeds.discard if discard else feeds.release)(FEED, sequence, "steward-1")

    def people(self) -> int:
        """Live records of people."""
        counted = self.store.read(
            "read.state_record_count", forever=dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
        )[0]
        return sum(counted["persons"])

    def left(self) -> list[str]:
        """Every file of a delivery that still lies anywhere in the drop folder."""
        return sorted(
            str(path.relative_to(self.root))
            for path in self.root.rglob("*")
            if path.is_file() and path.name != "lock"
        )
