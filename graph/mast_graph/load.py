"""Batches of a feed into the graph: append-only, idempotent, whole batches in one transaction."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Final

from mast_graph.batch import Counts, write_batch, write_unsaid
from mast_graph.lease import Lease
from mast_graph.moments import from_text
from mast_graph.relations import close_relations
from mast_graph.stays import Unsaid
from mast_graph.store import Store, Transaction
from mast_graph.touching import Naming, Said, names_all
from mast_graph.turns import short_turns
from mast_resolver.errors import MastError
from mast_resolver.lapses import known_as
from mast_resolver.records import FOREVER, Batch, Contact, RecordId, Relation, Retraction

TOGETHER: Final = 2_000
"""Small batches share a transaction up to so many records, homes, contacts and retractions, for a feed that
says opposites is cut into batches of a single row and of thousands."""

PAGE: Final = 5_000
"""Ids read at once when a snapshot is compared with the graph: half a megabyte."""

AHEAD: Final = 3
"""Transactions that wait to be written while the batches of another are drawn, some megabytes each."""


@dataclass(frozen=True, slots=True)
class Load:
    """One file of one feed on its way into the graph.

    ``begun`` is when it was begun the first time; ``batches`` of it are stored since then. What an append or
    a delta says of whom a contact touched comes on top of what other loads said (``appends``).
    ``rows_before`` were in the file of the feed that was fully loaded last.
    """

    id: str
    feed: str
    begun: dt.datetime
    batches: int = 0
    appends: bool = False
    rows_before: int = 0


class Loader:
    """Writes batches of one feed after another, behind the writer's lease.

    Example:
        >>> def load_file(loader: Loader, batches: Iterable[Batch], file_hash: str) -> Counts:
        ...     load = loader.begin("police/incidents", file_hash)
        ...     if load is None:
        ...         return Counts()
        ...     counts = sum(loader.load_each(load, batches), Counts())
        ...     loader.finish(load, counts)
        ...     return counts
    """

    def __init__(self, store: Store, lease: Lease, clock: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock

    def begin(self, feed: str, file_hash: str, *, snapshot: bool = False, read_by: str = "") -> Load | None:
        """Begin to load a file, or go on with it after a crash; ``None`` when it is fully loaded already.

        What is no snapshot only adds to whom a contact touches (:class:`Load`).
        A snapshot counts as loaded only while it is the feed's latest: an older one may come again.
        ``read_by`` is the version of what cuts the file into batches: a load goes on behind its last batch
        only when the same one cuts it again, else it begins anew.
        """

        def work(tx: Transaction, tick: int) -> Load | None:
            before = tx.run("read.state_loads", feed=feed, file_hash=file_hash)[0]
            if before["done_last"] or (before["done"] and not snapshot):
                return None
            id_ = before["unfinished"] or f"L-{tick:012d}"
            begun = tx.run(
                "write.begin_load",
                id=id_,
                feed=feed,
                file_hash=file_hash,
                read_by=read_by,
                sequence=tick,
                at=self._clock(),
            )[0]
            return Load(
                id_,
                feed,
                begun["started_at"],
                begun["batches"],
                appends=not snapshot,
                rows_before=before["rows_before"],
            )

        return self._lease.write(work)

    def load(self, load: Load, *batches: Batch, number: int | None = None) -> Counts:
        """Load batches, one after the other, in one transaction. Loading them again writes nothing.

        In each, upserts come before retractions; of an id that stands twice the last one counts. ``number``
        is the place of the last one in the file, counted from 1, and is stored with it.

        Raises:
            GraphRefusedError: a contact or a residence names a record that is not in the graph.
            LeaseLostError: another writer took over; nothing of these batches was written.
        """
        return self._write(load, batches, number=number, naming=Naming.ADDS if load.appends else Naming.EXACT)

    def load_each(
        self, load: Load, batches: Iterable[Batch], *, settles: Callable[[], bool] = lambda: True
    ) -> Iterator[Counts]:
        """Load batches in their order; while they are written, the next ones are drawn, up to :data:`AHEAD`.

        Small ones that follow each other share a transaction. Counts come once committed. After a batch
        that could not be written none is. In the end every contact touches whom all of them named in it,
        unless ``settles`` then says that nobody is to be taken off.

        Batches that were stored before a crash are passed over: what they say of a record that a later one
        changed would be taken for a change back.
        """
        failed = False
        said = None if load.appends else Said()
        unsettled: dict[str, Contact] = {}
        naming = Naming.ADDS if load.appends else Naming.SO_FAR

        def write(together: Sequence[Batch], number: int) -> Counts:
            nonlocal failed
            if failed:
                raise CancelledError
            try:
                return self._write(load, together, number=number, naming=naming, unsettled=unsettled)
            except BaseException:
                failed = True
                raise

        with short_turns(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="mast-load") as writer:
            under_way: deque[Future[Counts]] = deque()
            number = load.batches
            for together in _together(self._left(load, batches, said, unsettled)):
                number += len(together)
                if len(under_way) == AHEAD:
                    yield under_way.popleft().result()
                under_way.append(writer.submit(write, together, number))
            while under_way:
                yield under_way.popleft().result()
        if said is not None and settles():
            left = list(unsettled.values())
            for start in range(0, len(left), PAGE):
                yield self._write(load, [said.at_last(left[start : start + PAGE])], naming=Naming.AT_LAST)

    def _write(
        self,
        load: Load,
        batches: Sequence[Batch],
        *,
        naming: Naming,
        number: int | None = None,
        unsettled: dict[str, Contact] | None = None,
    ) -> Counts:
        def work(tx: Transaction, tick: int) -> Counts:
            counts = Counts()
            for batch in batches:
                at = self._clock()
                counts += write_batch(
                    tx, batch, load=load.id, tick=tick, at=at, naming=naming, unsettled=unsettled
                )
            if number is not None:
                tx.run("write.note_batch", id=load.id, number=number)
            return counts

        return self._lease.write(work)

    def _left(
        self, load: Load, batches: Iterable[Batch], said: Said | None, unsettled: dict[str, Contact]
    ) -> Iterator[Batch]:
        """The batches that are not stored yet, each with what the load said of its contacts before.

        Of those that are, the contacts of which a crash may have left somebody too many are noted.
        """
        for number, batch in enumerate(batches, start=1):
            told = batch if said is None else said.so_far(batch)
            if number > load.batches:
                yield told
            elif said is not None and told.contacts:
                contacts = {contact.id: contact for contact in told.contacts}
                stored = self._store.read(
                    "read.state_stored_contacts", contacts=list(contacts), forever=FOREVER
                )
                for row in stored:
                    unsettled.pop(row["id"], None)
                    if row["version"] is not None and not names_all(contacts[row["id"]].touches, row):
                        unsettled[row["id"]] = contacts[row["id"]]

    def retract_missing(
        self,
        load: Load,
        records: AbstractSet[RecordId],
        contacts: AbstractSet[str],
        relations: AbstractSet[Relation] = frozenset(),
        *,
        homes: Unsaid | None = None,
        unread: AbstractSet[RecordId] = frozenset(),
    ) -> Counts:
        """Retract what a snapshot no longer holds: all of its feed that is not among what was seen.

        ``unread`` are records of which it holds rows that could not be read: nothing of what was said of them
        is retracted, for nobody knows what those rows say. Where ``homes`` is given, those that are not in it
        have ended; people did live there, so they stay on record (:mod:`mast_resolver.lapses`).

        An address record goes only when no believed home and no contact hangs on it, for the rows of an
        agency share it, of other feeds too.
        """
        counts = Counts()
        for page in self._pages("read.state_feed_relations", "id", load.feed):
            stated = [
                Relation(RecordId(row["id"]), RecordId(to), kind, load.feed, agreement)
                for row in page
                for to, kind, agreement in row["said"]
            ]
            gone_relations = [each for each in stated if each not in relations and each.person not in unread]
            counts += self._close(gone_relations)
        for page in self._pages("read.state_feed_contacts", "version", load.feed):
            missing = {row["version"]: row["id"] for row in page if row["id"] not in contacts}
            for version in self._versions_of(unread, list(missing)):
                del missing[version]
            counts += self._retract(load, [Retraction(contact=each) for each in missing.values()])
        here = (records, unread)  # not joined: a gazetteer's set is packed, and says only what is in it
        counts += self._retract_records("read.state_feed_persons", load, *here)
        if homes is not None:
            counts += self._end_homes(load, homes, unread)
        return counts + self._retract_records("read.state_feed_addresses", load, *here)

    def _retract_records(self, query: str, load: Load, *here: AbstractSet[RecordId]) -> Counts:
        counts = Counts()
        for page in self._pages(query, "id", load.feed):
            gone = [RecordId(row["id"]) for row in page if not any(row["id"] in each for each in here)]
            counts += self._retract(load, [Retraction(record=each) for each in gone])
        return counts

    def _end_homes(self, load: Load, left: Unsaid, unread: AbstractSet[RecordId]) -> Counts:
        """End what the snapshot does not state, of records too that another feed keeps alive."""
        counts = Counts()
        beside = self._store.read("read.state_feeds_beside", agency=f"{load.feed.partition('/')[0]}/")
        for feed in sorted({load.feed, *(row["feed"] for row in beside)}):
            for page in self._pages("read.state_feed_stays", "id", feed, by=load.feed, at=load.begun):
                gone = [RecordId(row["id"]) for row in page if _lacks(left, row)]
                persons = [each for each in gone if each not in unread and each not in left.hidden]
                for start in range(0, len(persons), TOGETHER):
                    counts += self._write_unsaid(load, persons[start : start + TOGETHER], left)
        return counts

    def _write_unsaid(self, load: Load, persons: Sequence[RecordId], left: Unsaid) -> Counts:
        def work(tx: Transaction, tick: int) -> Counts:
            return write_unsaid(tx, persons, left, begun=load.begun, tick=tick, at=self._clock())

        return self._lease.write(work)

    def held_and_missing(self, load: Load, records: AbstractSet[RecordId]) -> tuple[int, int]:
        """How many records of people its feed keeps alive, and how many of them are not among these."""
        held = missing = 0
        for page in self._pages("read.state_feed_persons", "id", load.feed):
            held += len(page)
            missing += sum(row["id"] not in records for row in page)
        return held, missing

    def finish(self, load: Load, counts: Counts, *, rows: int = 0, rejected: int = 0) -> None:
        """Mark the file as fully loaded; only then is it skipped when it comes again."""
        numbers = {"rows": rows, "rejected": rejected, **asdict(counts)}
        self._lease.write(
            lambda tx, _: tx.run("write.finish_load", id=load.id, counts=numbers, at=self._clock())
        )

    def _versions_of(self, records: AbstractSet[RecordId], versions: list[str]) -> list[str]:
        """Those of the contacts that touch one of the records."""
        if not records or not versions:
            return []
        found = self._store.read("read.state_contacts_of_records", versions=versions, records=sorted(records))
        return [row["version"] for row in found]

    def _close(self, gone: list[Relation]) -> Counts:
        if gone:
            self._lease.write(lambda tx, _: close_relations(tx, gone, at=self._clock()))
        return Counts(relations_closed=len(gone))

    def _retract(self, load: Load, gone: list[Retraction]) -> Counts:
        return self.load(load, Batch(retractions=tuple(gone))) if gone else Counts()

    def _pages(self, query: str, key: str, feed: str, **more: object) -> Iterator[list[dict[str, Any]]]:
        after = ""
        while page := self._store.read(query, feed=feed, after=after, limit=PAGE, forever=FOREVER, **more):
            yield page
            after = page[-1][key]


def loaded_files(store: Store) -> set[tuple[str, str]]:
    """Feed and keyed hash of every file of which anything was loaded."""
    return {(row["feed"], row["file_hash"]) for row in store.read("read.loaded_files")}


def _lacks(left: Unsaid, row: Mapping[str, Any]) -> bool:
    """Whether a snapshot does not state one of the homes of a record."""
    person = RecordId(row["id"])
    return any(
        known_as(person, RecordId(where), from_text(since) if since else None) not in left.stated
        for where, since in row["homes"]
    )


def _together(batches: Iterable[Batch]) -> Iterator[Sequence[Batch]]:
    """Runs of batches of :data:`TOGETHER` at most, or of a single larger one, those before a fault too."""
    waiting: list[Batch] = []
    said = 0
    try:
        for batch in batches:
            if waiting and said + len(batch) > TOGETHER:
                yield waiting
                waiting, said = [], 0
            waiting.append(batch)
            said += len(batch)
    except MastError:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting
