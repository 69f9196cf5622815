"""Reference files into the graph: a gazetteer of properties, and the codes of coarse areas."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from mast_api.keys.in_force import check_writer
from mast_api.loading import fingerprint, report_file
from mast_api.workspace import now
from mast_graph.area_codes import AddressAreas, put_areas, read_areas_of
from mast_graph.batch import Counts
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Store
from mast_intake.gazetteer import areas as lookup
from mast_intake.gazetteer.areas import Areas, AreasTold
from mast_intake.gazetteer.properties import Told, read_properties
from mast_intake.gazetteer.property import Property
from mast_intake.gazetteer.records import FEED, GazetteerEncoder
from mast_intake.keys import KeyRing
from mast_intake.rejects import Rejects
from mast_intake.sealing import opened
from mast_resolver.errors import UnreadableFileError
from mast_resolver.records import Batch, RecordId

Progress = Callable[[int], None]
UTF_8: Final = "utf-8"


def _silent(_done: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class LoadedGazetteer:
    """What loading one edition did."""

    unchanged: bool = False
    layouts: tuple[str, ...] = ()
    rows: int = 0
    passed_over: int = 0
    rows_rejected: int = 0
    fields_set_aside: int = 0
    counts: Counts = field(default_factory=Counts)
    rejects_file: Path | None = None


def load_gazetteer(
    store: Store,
    lease: Lease,
    keys: KeyRing,
    files: Sequence[Path],
    *,
    rejects_folder: Path,
    areas: Areas | None = None,
    encoding: str = UTF_8,
    on_rows: Progress = _silent,
) -> LoadedGazetteer:
    """Load an edition; what an earlier one had and this one has not is retracted.

    The edition that is in force changes nothing; a half-loaded one is completed.

    Raises:
        KeysChangedError, KeysRotatingError: what is stored is under another key version.
        UnknownLayoutError, UnreadableFileError: a file is not usable, or holds no property at all.
        GraphUnavailableError, GraphOutcomeUnknownError, GraphFullError, LeaseLostError: the load stopped
            half-way; what was committed stays, and the same command completes it.
    """
    check_writer(store, keys)
    loader = Loader(store, lease, now)
    # Read in another encoding, the same bytes are another edition.
    edition = fingerprint(keys, files) + ("" if encoding == UTF_8 else f" {encoding}")
    load = loader.begin(FEED, edition, snapshot=True, read_by=version("mast-tracker"))
    if load is None:
        return LoadedGazetteer(unchanged=True)
    told, held = Told(), RecordIds()
    report = report_file(rejects_folder, FEED, load.id)
    with Rejects(report) as rejects:
        rows = _counted(read_properties(files, rejects, told, encoding=encoding), told, on_rows)
        batches = held.noting(GazetteerEncoder(keys, areas=areas).batches(rows))
        counts = sum(loader.load_each(load, batches), Counts())
        if not len(held):
            raise UnreadableFileError(
                "none of the rows is a property that stands: the edition in force was kept",
                fix=f"see why each was refused, in {report}" if rejects.counts else "give the right files",
            )
        counts += loader.retract_missing(load, held, frozenset())
    loader.finish(load, counts, rows=told.rows, rejected=rejects.rows)
    return LoadedGazetteer(
        layouts=tuple(dict.fromkeys(told.layouts)),
        rows=told.rows,
        passed_over=told.passed_over,
        rows_rejected=rejects.rows,
        fields_set_aside=rejects.fields,
        counts=counts,
        rejects_file=report if rejects.counts else None,
    )


def _counted(properties: Iterable[Property], told: Told, on_rows: Progress) -> Iterator[Property]:
    for number, each in enumerate(properties, start=1):
        if not number % 500:
            on_rows(told.rows)
        yield each
    on_rows(told.rows)


class RecordIds(AbstractSet[RecordId]):
    """Ids of records in eight bytes each: a gazetteer has a million. They are keyed hashes, so half will do.

    Example:
        >>> held = RecordIds()
        >>> held.add(RecordId("r" + "0" * 31 + "1"))
        >>> RecordId("r" + "0" * 31 + "1") in held, RecordId("r" + "f" * 32) in held, len(held)
        (True, False, 1)
    """

    def __init__(self) -> None:
        self._fresh = array("Q")
        self._sorted = np.zeros(0, np.uint64)

    def add(self, record: RecordId) -> None:
        """It is one of them from now on."""
        self._fresh.append(int(record[1:17], 16))

    def noting(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The batches, their records added."""
        for batch in batches:
            for record in batch.records:
                self.add(record.id)
            yield batch

    def __contains__(self, record: object) -> bool:
        found = self._settled()
        wanted = np.uint64(int(str(record)[1:17], 16))
        at = int(np.searchsorted(found, wanted))
        return at < len(found) and bool(found[at] == wanted)

    def __iter__(self) -> Iterator[RecordId]:
        raise TypeError("only half of each id is kept")

    def __len__(self) -> int:
        return len(self._settled())

    def _settled(self) -> Any:
        if self._fresh:
            fresh = np.array(self._fresh, np.uint64)
            self._sorted = np.unique(np.concatenate([self._sorted, fresh]))
            self._fresh = array("Q")
        return self._sorted


@dataclass(frozen=True, slots=True)
class LoadedAreas:
    """What taking over a look-up did."""

    rows: int = 0
    postcodes: int = 0
    rows_rejected: int = 0
    addresses: int = 0
    addresses_changed: int = 0
    rejects_file: Path | None = None


def load_areas(
    store: Store,
    lease: Lease,
    keys: KeyRing,
    file: Path | None,
    *,
    kept: Path,
    rejects_folder: Path,
    encoding: str = UTF_8,
    on_rows: Progress = _silent,
) -> LoadedAreas:
    """Keep a look-up for later loads and put its codes on every address record there is.

    Without a ``file`` the look-up and all codes are removed. A run that was interrupted is completed by
    the same command.

    Raises:
        KeysChangedError, KeysRotatingError: what is stored is under another key version.
        UnknownLayoutError, UnreadableFileError: the file is not usable; nothing has changed.
    """
    check_writer(store, keys)
    told = AreasTold()
    report = report_file(rejects_folder, "areas", "lookup")
    with Rejects(report) as rejects:
        found = () if file is None else lookup.read_areas(file, rejects, told, encoding=encoding)
        areas = Areas.made(_reporting(found, told, on_rows), keys)
    if file is None:
        kept.unlink(missing_ok=True)
    else:
        areas.write(kept, keys)
    seen = changed = 0
    for page in read_areas_of(store):
        wanted = [_outdated(each, areas, keys) for each in page]
        rows = [row for row in wanted if row is not None]
        put_areas(lease, rows)
        seen += len({each.id for each in page})
        changed += len({each.id for each in rows})
    return LoadedAreas(
        told.rows, told.postcodes, rejects.rows, seen, changed, report if rejects.counts else None
    )


def _reporting(
    rows: Iterable[tuple[str, tuple[str, ...]]], told: AreasTold, on_rows: Progress
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, row in enumerate(rows):
        if not number % 10_000:
            on_rows(told.rows)
        yield row


def _outdated(each: AddressAreas, areas: Areas, keys: KeyRing) -> AddressAreas | None:
    """The version with the codes that it should have, where it has others."""
    encoding = opened(keys, each.id, each.sealed)
    codes = areas.of(encoding)
    return None if codes == each.codes else replace(each, codes=codes)
