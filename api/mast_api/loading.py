"""One source's files into the graph: read, pseudonymised in memory, loaded in batches."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

from mast_api.keys.in_force import check_writer
from mast_api.rights.staying_out import kept_out, tombstone
from mast_api.shrinking import check_not_shrunk
from mast_api.workspace import now
from mast_graph.batch import Counts
from mast_graph.departures import check_present
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.stays import Unsaid
from mast_graph.store import Store
from mast_graph.tombstones import read_tombstones
from mast_intake.encode import EDITION
from mast_intake.gazetteer.areas import Areas
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source import Mode, Source
from mast_intake.source_yaml import read_source
from mast_resolver.lapses import fingerprint as home_fingerprint
from mast_resolver.records import Batch, Kind, RecordId, Relation

DIRECTORY = "directory.yaml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one source did."""

    feed: str
    unchanged: bool = False
    rows: int = 0
    rows_rejected: int = 0
    fields_set_aside: int = 0
    counts: Counts = field(default_factory=Counts)
    rejects_file: Path | None = None
    nameless: int = 0
    """Rows of a snapshot of which nobody can tell whose they are: for their sake nothing was withdrawn."""


class _Seen:
    """Counts rows; of a snapshot it also notes which records, contacts, relations and homes it holds."""

    def __init__(self, on_rows: Callable[[int], None], *, snapshot: bool) -> None:
        self.rows = 0
        self._snapshot = snapshot
        self.records: set[RecordId] = set()
        self.contacts: set[str] = set()
        self.relations: set[Relation] = set()
        self.homes: set[int] = set()
        self.homeless: dict[str, dt.datetime] = {}
        """References of records of which a row says no home, and since when it does."""
        self.hidden: set[str] = set()
        """References of records of which a row says something of a home that cannot be used."""
        self._on_rows = on_rows

    def row_by_row(self, rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
        for row in rows:
            self.rows += 1
            if not self.rows % 500:
                self._on_rows(self.rows)
            if self._snapshot:
                self._note_home(row)
            yield row

    def _note_home(self, row: SourceRow) -> None:
        if row.hides_a_home:
            self.hidden.add(row.record_id)
        elif not row.has_address and (since := row.moments.get("valid_from")) is not None:
            self.homeless[row.record_id] = since

    def noting(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            if self._snapshot:
                self.records.update(record.id for record in batch.records)
                self.contacts.update(contact.id for contact in batch.contacts)
                self.relations.update(batch.relations)
                self.homes.update(map(home_fingerprint, batch.residences))
            yield batch


def load_source(
    store: Store,
    lease: Lease,
    keys: KeyRing,
    source_file: Path,
    files: Sequence[Path],
    *,
    rejects_folder: Path,
    on_rows: Callable[[int], None] = lambda _rows: None,
    areas: Areas | None = None,
    delivery: str = "",
    allow_shrink: bool = False,
) -> Loaded:
    """Load the files of one source; several files of a snapshot are one snapshot.

    With ``areas`` address records are stored with the codes of their coarse areas.

    Files that are fully loaded already change nothing; a half-loaded one is completed. Files of another
    ``delivery``, a feed's number, are others, even if they say the same: what they change lay between. Most
    of a feed is only withdrawn where that is allowed.

    Raises:
        KeysChangedError, KeysRotatingError: what is stored is under another key version.
        SourceFileError, UnknownColumnError, UnreadableFileError: the source or a file is not usable.
        AgencyLeftError: the agency has left.
        SnapshotShrunkError: it would withdraw most of the feed, which ``allow_shrink`` does not say is meant.
        GraphUnavailableError, GraphOutcomeUnknownError, GraphFullError, LeaseLostError: the load stopped
            half-way; what was committed stays, and the same command completes it.
    """
    check_writer(store, keys)
    source = read_source(source_file)
    check_present(store, source.agency)
    loader = Loader(store, lease, now)
    snapshot = source.mode is Mode.SNAPSHOT
    load = loader.begin(
        source.feed,
        fingerprint(keys, [source_file, *files], delivery=delivery),
        snapshot=snapshot,
        read_by=version("mast-tracker"),
    )
    if load is None:
        return Loaded(source.feed, unchanged=True)
    pseudonymiser = Pseudonymiser(keys, now, areas=areas)
    if snapshot and not allow_shrink:
        check_not_shrunk(loader, load, source, files, pseudonymiser.record_id)
    seen = _Seen(on_rows, snapshot=snapshot)
    report = report_file(rejects_folder, source.feed, load.id)
    with Rejects(report) as rejects:
        rows = seen.row_by_row(read_rows(source, files, rejects, today=load.begun.date()))
        if erased := read_tombstones(store):
            rows = kept_out(
                rows, rejects, erased=erased, stone_of=partial(_stone, keys, pseudonymiser, source)
            )
        batches = seen.noting(pseudonymiser.batches(source, rows))
        # Whom a row that could not be read would have named is not taken off what others name.
        told = loader.load_each(load, batches, settles=lambda: not rejects.rows)
        counts = sum(told, Counts())
        # Of a row whose record nobody can tell it may be any: then nothing is missing for sure.
        if snapshot and not rejects.nameless:
            unread = {
                pseudonymiser.record_id(source.agency, of, kind) for of in rejects.held for kind in Kind
            }
            counts += loader.retract_missing(
                load,
                seen.records,
                seen.contacts,
                seen.relations,
                homes=_homes(seen, source, pseudonymiser),
                unread=unread,
            )
    loader.finish(load, counts, rows=seen.rows, rejected=rejects.rows)
    return Loaded(
        source.feed,
        rows=seen.rows,
        rows_rejected=rejects.rows,
        fields_set_aside=rejects.fields,
        counts=counts,
        rejects_file=report if rejects.counts else None,
        nameless=rejects.nameless if snapshot else 0,
    )


def _homes(seen: _Seen, source: Source, pseudonymiser: Pseudonymiser) -> Unsaid:
    record_id = partial(pseudonymiser.record_id, source.agency)
    return Unsaid(
        source.feed,
        seen.homes,
        {record_id(of): since for of, since in seen.homeless.items()},
        frozenset(map(record_id, seen.hidden)),
    )


def _stone(keys: KeyRing, pseudonymiser: Pseudonymiser, source: Source, reference: str) -> str:
    return tombstone(keys, pseudonymiser.record_id(source.agency, reference))


def fingerprint(keys: KeyRing, files: Sequence[Path], *, delivery: str = "", root: int = 0) -> str:
    """Keyed hash of a source, its files and their delivery: equal only when the load would be equal.

    It stays through rotations; when encodings begin anew, under another ``root`` or in another edition, every
    file is to be loaded again.
    """
    digest = hashlib.sha256(f"{EDITION} {root or keys.root}".encode())
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    digest.update(delivery.encode())
    return keys.id_mac("content").digest(digest.digest()).hex()[:32]


def report_file(folder: Path, feed: str, load: str) -> Path:
    """Where the rejects of a load are listed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{feed.replace('/', '-')}-{load}.csv"
