"""One pass over a drop folder: verify, load, receipt, put away; after a kill the next pass completes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from mast_api.directory import load_directory
from mast_api.feeds.checking import CONFIRMABLE, Before, Reason, RefusedError, check, signed_manifest
from mast_api.feeds.folder import DropFolder
from mast_api.feeds.manifest import Manifest
from mast_api.feeds.register import Feed, registered
from mast_api.loading import DIRECTORY, load_source
from mast_api.resolving import Resolved, resolve_pending
from mast_api.settings import Settings
from mast_api.workspace import REJECTS, areas_in_force
from mast_graph.deliveries import (
    DISCARDED,
    LOADED,
    QUARANTINED,
    Receipt,
    accepted_before,
    all_resolved,
    latest,
    put_receipt,
    received_as,
)
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import (
    AgencyLeftError,
    DeliveryError,
    MastError,
    SnapshotShrunkError,
    UnreadableFileError,
    UsageError,
)

HELD_DAYS: Final = 14
"""So long the files of a delivery that waits for a person are kept: they are clear text."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did. ``faults`` are those of a single feed: the others went on."""

    receipts: tuple[Receipt, ...]
    unfinished: int
    resolved: tuple[Resolved, ...]
    faults: tuple[MastError, ...]


@dataclass
class Feeds:
    """Deliveries on their way into the graph, with everything that it takes."""

    settings: Settings
    folder: DropFolder
    store: Store
    lease: Lease
    keys: KeyRing
    clock: Callable[[], dt.datetime]
    new_id: Callable[[], str]
    on_rows: Callable[[int], None] = lambda _rows: None
    feeds: Mapping[str, Feed] = field(init=False)

    def __post_init__(self) -> None:
        self.feeds = registered(self.settings.data)

    def run(self) -> Pass:
        """Everything that has arrived, what a killed pass left first, in the order of its numbers."""
        self._tidy_held()
        barred = len(self.folder.barred())
        for path in self.folder.arrived():
            try:
                self.folder.take(path, self.new_id())
            except OSError:
                barred += 1
        receipts: list[Receipt] = []
        faults: list[MastError] = []
        for path in self.folder.in_turn():
            try:
                receipts.append(self._settle(path))
            except UsageError as fault:
                faults.append(fault)  # the source's, not the delivery's: it stays until that is mended
            except PermissionError:
                barred += 1
        if barred:
            faults.append(_barred(barred))
        return Pass(tuple(receipts), len(self.folder.unfinished()), self._resolve(), tuple(faults))

    def release(self, feed: str, sequence: int, by: str) -> Receipt:
        """Load a delivery that was held back.

        Raises:
            DeliveryError: none of that number is held back, or it cannot be loaded any more.
        """
        receipt = self._held(feed, sequence)
        path = self.folder.held / receipt.id
        try:
            manifest, registration = signed_manifest(path, self.feeds)
            self._check(path, manifest, registration, confirmed=True)
            released = self._load(path, manifest, registration, by)
        except RefusedError as refused:
            raise DeliveryError(
                f"number {sequence} of {feed} cannot be loaded: {refused.reason}",
                fix="discard it, and ask the agency for another",
            ) from None
        self._resolve()
        return released

    def discard(self, feed: str, sequence: int, by: str) -> Receipt:
        """Delete a delivery that was held back.

        Its number counts as used, but for one out of order: that may be sent again, if not as it was.

        Raises:
            DeliveryError: none of that number is held back.
        """
        receipt = replace(self._held(feed, sequence), state=DISCARDED, by=by)
        put_receipt(self.lease, receipt, at=self.clock())
        self.folder.remove(self.folder.held / receipt.id)
        return receipt

    def _settle(self, path: Path) -> Receipt:
        if path.is_symlink():
            return self._refuse(path, RefusedError(Reason.PATH_ESCAPE))
        known = received_as(self.store, path.name)
        if known and known.receipt.state == LOADED:
            self._put_away(path)
            return known.receipt
        try:
            manifest, feed = signed_manifest(path, self.feeds)
            self._check(path, manifest, feed)
            return self._load(path, manifest, feed)
        except RefusedError as refused:
            return self._refuse(path, refused)

    def _check(self, path: Path, manifest: Manifest, feed: Feed, *, confirmed: bool = False) -> None:
        accepted = accepted_before(self.store, feed.feed, path.name, manifest.digest)
        before = Before(accepted.sequence, accepted.sent_at, accepted.rows, accepted.settled)
        check(path, manifest, feed, before, now=self.clock(), confirmed=confirmed)

    def _load(self, path: Path, manifest: Manifest, feed: Feed, by: str = "") -> Receipt:
        source = Path(feed.source)
        load_directory(self.lease, source.parent / DIRECTORY, by="mast-feeds", at=self.clock())
        try:
            loaded = load_source(
                self.store,
                self.lease,
                self.keys,
                source,
                [path / file.name for file in manifest.files],
                rejects_folder=self.settings.data / REJECTS,
                on_rows=self.on_rows,
                areas=areas_in_force(self.settings, self.keys),
                delivery=manifest.number,
                allow_shrink=bool(by),
            )
        except UnreadableFileError:
            raise RefusedError(Reason.UNUSABLE, manifest) from None
        except AgencyLeftError:
            raise RefusedError(Reason.AGENCY_LEFT, manifest) from None
        except SnapshotShrunkError:
            # As many rows as before, and yet of others: most of what is on record is not there.
            raise RefusedError(Reason.SHRUNK, manifest) from None
        receipt = self._receipt(path, manifest, state=LOADED)
        receipt = replace(receipt, rows_rejected=loaded.rows_rejected, resolved=False, by=by)
        put_receipt(self.lease, receipt, at=self.clock())
        self.folder.put_away(path, manifest, feed)
        return receipt

    def _put_away(self, path: Path) -> None:
        """A loaded one, which a kill left: to the archive, or deleted if its feed is expected no more."""
        try:
            manifest, feed = signed_manifest(path, self.feeds)
        except RefusedError:
            self.folder.remove(path)
        else:
            self.folder.put_away(path, manifest, feed)

    def _refuse(self, path: Path, refused: RefusedError) -> Receipt:
        """Its receipt, and its files: kept where a person may confirm it, deleted where nobody can."""
        receipt = self._receipt(path, refused.manifest, state=QUARANTINED, reason=refused.reason.value)
        put_receipt(self.lease, receipt, at=self.clock())
        if refused.reason in CONFIRMABLE:
            self.folder.hold(path.name)
        else:
            self.folder.remove(path)
        return receipt

    def _receipt(self, path: Path, manifest: Manifest | None, *, state: str, reason: str = "") -> Receipt:
        if manifest is None:
            return Receipt(path.name, state, reason)
        return Receipt(
            path.name,
            state,
            reason,
            feed=manifest.feed,
            agency=manifest.agency,
            sequence=manifest.sequence,
            sent_at=manifest.sent_at.astimezone(dt.UTC),
            files=len(manifest.files),
            bytes=sum(file.bytes for file in manifest.files),
            rows=manifest.rows,
            digest=manifest.digest,
        )

    def _held(self, feed: str, sequence: int) -> Receipt:
        for received in latest(self.store).get(feed, []):
            receipt = received.receipt
            if receipt.sequence == sequence and (self.folder.held / receipt.id).is_dir():
                return receipt
        raise DeliveryError(
            f"no delivery {sequence} of {feed} is held back in this folder", fix="see mast feeds status"
        )

    def _tidy_held(self) -> None:
        """Delete what waited too long, and finish what a killed `release` or `discard` left."""
        long_ago = self.clock() - dt.timedelta(days=HELD_DAYS)
        for path in sorted(self.folder.held.iterdir()):
            received = received_as(self.store, path.name)
            if received is None:
                self.folder.take(path, path.name)
            elif received.receipt.state == LOADED:
                self._put_away(path)
            elif received.receipt.state == DISCARDED or received.received_at < long_ago:
                put_receipt(self.lease, replace(received.receipt, state=DISCARDED), at=self.clock())
                self.folder.remove(path)

    def _resolve(self) -> tuple[Resolved, ...]:
        """Resolve what was loaded, by a pass before that was killed as well."""
        waiting = any(
            not each.receipt.resolved for deliveries in latest(self.store).values() for each in deliveries
        )
        if not waiting:
            return ()
        resolved = tuple(
            resolve_pending(self.store, self.lease, self.keys, self.settings.data, clock=self.clock)
        )
        all_resolved(self.lease)
        return resolved


def _barred(count: int) -> UnreadableFileError:
    """What nobody can read or take, without its name: that is the sender's, and may say anything."""
    return UnreadableFileError(
        f"deliveries in the drop folder that cannot be read or taken, for their rights keep us out: {count}",
        fix="let their folder be readable and writable to us, as by one group and umask 007 for all senders",
    )
