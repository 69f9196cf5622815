"""Whether a delivery may be loaded: who signed it, that it is the next one, every file as it was signed."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from mast_api.feeds.manifest import (
    MANIFEST,
    SIGNATURE,
    Manifest,
    ManifestError,
    parsed,
    sha256_of,
    small_file,
)
from mast_api.feeds.register import Feed
from mast_api.feeds.signing import row_count
from mast_intake.source_yaml import read_source
from mast_resolver.errors import SourceFileError, UnknownColumnError, UnreadableFileError

CLOCKS_DIFFER: Final = dt.timedelta(minutes=10)


class Reason(StrEnum):
    """Why a delivery is in quarantine."""

    MANIFEST_UNREADABLE = "manifest-unreadable"
    UNKNOWN_FEED = "unknown-feed"
    WRONG_AGENCY = "wrong-agency"
    BAD_SIGNATURE = "bad-signature"
    FROM_THE_FUTURE = "from-the-future"
    REPLAYED = "replayed"
    OUT_OF_ORDER = "out-of-order"
    PATH_ESCAPE = "path-escape"
    FILE_MISSING = "file-missing"
    UNLISTED_FILE = "unlisted-file"
    WRONG_SIZE = "wrong-size"
    WRONG_HASH = "wrong-hash"
    WRONG_ROW_COUNT = "wrong-row-count"
    UNUSABLE = "unusable"
    SHRUNK = "shrunk"
    AGENCY_LEFT = "agency-left"


CONFIRMABLE: Final = frozenset({Reason.SHRUNK, Reason.OUT_OF_ORDER})
"""What a person may confirm: the delivery is the agency's and whole, but not what was to be expected."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was accepted of a feed: the highest number, when that was sent, and the rows last loaded."""

    sequence: int = 0
    sent_at: dt.datetime | None = None
    rows: int | None = None
    settled: bool = False
    """Whether the very same manifest was loaded or discarded before."""


class RefusedError(Exception):
    """A delivery is not to be loaded."""

    def __init__(self, reason: Reason, manifest: Manifest | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.manifest = manifest
        """Only where the agency's signature proves that it said so."""


def signed_manifest(folder: Path, feeds: Mapping[str, Feed]) -> tuple[Manifest, Feed]:
    """The manifest of a delivery, once the agency's own signature of it is proved.

    Raises:
        RefusedError: there is none that counts.
    """
    try:
        text, signature = small_file(folder / MANIFEST), small_file(folder / SIGNATURE)
        manifest = parsed(text)
    except (OSError, ManifestError):
        raise RefusedError(Reason.MANIFEST_UNREADABLE) from None
    feed = feeds.get(manifest.feed)
    if feed is None:
        raise RefusedError(Reason.UNKNOWN_FEED)
    if not feed.signed(text, signature):
        raise RefusedError(Reason.BAD_SIGNATURE)
    if manifest.agency != feed.agency:
        raise RefusedError(Reason.WRONG_AGENCY)
    return manifest, feed


def check(
    folder: Path, manifest: Manifest, feed: Feed, before: Before, *, now: dt.datetime, confirmed: bool = False
) -> None:
    """Hold a signed delivery against the one before and against its own files; nothing is loaded by it.

    A ``confirmed`` one may leave numbers out, be signed before the last one, and have fewer rows.

    Raises:
        RefusedError: it is not to be loaded.
        SourceFileError: the source is not usable, or is not that of the feed any more.
    """
    reason = _out_of_turn(manifest, before, now, confirmed=confirmed) or _other_files(folder, manifest)
    if reason is None:
        reason = _other_rows(folder, manifest, feed)
    if reason is None and not confirmed and _has_shrunk(manifest, feed, before):
        reason = Reason.SHRUNK
    if reason is not None:
        raise RefusedError(reason, manifest)


def _out_of_turn(manifest: Manifest, before: Before, now: dt.datetime, *, confirmed: bool) -> Reason | None:
    if manifest.sent_at > now + CLOCKS_DIFFER:
        return Reason.FROM_THE_FUTURE
    # Discarded for being out of order, a number does not count: what it came with is known by its manifest.
    if before.settled or manifest.sequence <= before.sequence:
        return Reason.REPLAYED
    earlier = before.sent_at is not None and manifest.sent_at < before.sent_at
    leaves_out = manifest.sequence > before.sequence + 1 and before.sequence > 0
    return Reason.OUT_OF_ORDER if (earlier or leaves_out) and not confirmed else None


def _other_files(folder: Path, manifest: Manifest) -> Reason | None:
    if manifest.escapes:
        return Reason.PATH_ESCAPE
    there = {path.name for path in folder.iterdir()} - {MANIFEST, SIGNATURE}
    if there - {file.name for file in manifest.files}:
        return Reason.UNLISTED_FILE
    for file in manifest.files:
        path = folder / file.name
        try:
            status = path.lstat()
        except OSError:
            return Reason.FILE_MISSING
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            # A link would lead out of the folder, and what it leads to is another's to change.
            return Reason.PATH_ESCAPE
        if status.st_size != file.bytes:
            return Reason.WRONG_SIZE
        try:
            if sha256_of(path) != file.sha256:
                return Reason.WRONG_HASH
        except OSError:
            return Reason.UNUSABLE
    return None


def _other_rows(folder: Path, manifest: Manifest, feed: Feed) -> Reason | None:
    source = read_source(Path(feed.source))
    if source.feed != feed.feed:
        raise SourceFileError(
            f"the source that is registered for {feed.feed} is now that of {source.feed}",
            fix="put its own back, or register the feed of this one",
        )
    for file in manifest.files:
        try:
            if row_count(source, folder / file.name) != file.rows:
                return Reason.WRONG_ROW_COUNT
        except (UnreadableFileError, UnknownColumnError):
            return Reason.UNUSABLE
    return None


def _has_shrunk(manifest: Manifest, feed: Feed, before: Before) -> bool:
    if before.rows is None or not feed.is_snapshot:
        return False
    return manifest.rows * 100 < before.rows * (100 - feed.shrink_percent)
