"""What one batch changes in the graph, within one transaction that has passed the fence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any

from mast_graph.record_rows import contact_row, record_row
from mast_graph.relations import write_relations
from mast_graph.rows import side_by_side
from mast_graph.shields import Touched, renew
from mast_graph.stays import StayChanges, Unsaid, stay_changes, unsaid_changes
from mast_graph.store import Transaction
from mast_graph.touching import Change, Naming, change_of
from mast_resolver.errors import GraphRefusedError
from mast_resolver.records import FOREVER, Batch, Contact, Kind, Record, RecordId


@dataclass(frozen=True, slots=True)
class Counts:
    """What loading did. All zero but the ``same`` ones when everything was there already."""

    records_new: int = 0
    records_changed: int = 0
    records_returned: int = 0
    records_same: int = 0
    records_retracted: int = 0
    stays_new: int = 0
    stays_closed: int = 0
    stays_confirmed: int = 0
    contacts_new: int = 0
    contacts_changed: int = 0
    contacts_same: int = 0
    touches_added: int = 0
    contacts_retracted: int = 0
    relations_new: int = 0
    relations_closed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(left + right for left, right in zip(_values(self), _values(other), strict=True)))

    @property
    def wrote(self) -> bool:
        """Whether anything changed."""
        return sum(_values(self)) > self.records_same + self.contacts_same


def _values(counts: Counts) -> tuple[int, ...]:
    return tuple(asdict(counts).values())


def write_batch(
    tx: Transaction,
    batch: Batch,
    *,
    load: str,
    tick: int,
    at: dt.datetime,
    naming: Naming = Naming.EXACT,
    unsettled: dict[str, Contact] | None = None,
) -> Counts:
    """Write what the batch says and the graph does not hold yet.

    Reads first and writes only the difference, which is safe because the fence lets one writer in.
    ``unsettled`` takes the contacts that touch somebody in the graph whom the load may yet name.

    Raises:
        GraphRefusedError: a contact or a residence names a record that is not in the graph, or a relation is
            said on one.
    """
    return _Writing(tx, tick, at, load, naming, {} if unsettled is None else unsettled).all_of(batch)


def write_unsaid(
    tx: Transaction,
    persons: Sequence[RecordId],
    left: Unsaid,
    *,
    begun: dt.datetime,
    tick: int,
    at: dt.datetime,
) -> Counts:
    """End the homes of records that a snapshot, of which the load was ``begun`` then, does not state."""
    return _Writing(tx, tick, at, "", Naming.EXACT, {}).ended(persons, left, begun)


class _Writing:
    """One transaction of one batch."""

    def __init__(
        self,
        tx: Transaction,
        tick: int,
        at: dt.datetime,
        load: str,
        naming: Naming,
        unsettled: dict[str, Contact],
    ) -> None:
        self._tx = tx
        self._tick = tick
        self._at = at
        self._load = load
        self._naming = naming
        self._unsettled = unsettled
        self._nodes: dict[str, str] = {}
        # Node of each record in this batch: the index is asked once, edges then go straight to the node.
        self._new: set[str] = set()
        # Records that this batch is the first to speak of: nothing hangs on them yet.
        self._shielded: set[str] = set()
        # Records that are, or are to be, shielded.
        self._touched = Touched()

    def all_of(self, batch: Batch) -> Counts:
        # Upserts before retractions, and records before what hangs on them.
        counts = self._records(batch) + self._stays(batch) + self._contacts(batch)
        added, closed = write_relations(self._tx, batch, at=self._at)
        counts += Counts(relations_new=added, relations_closed=closed) + self._retractions(batch)
        renew(self._tx, self._touched, at=self._at)
        return counts

    def _records(self, batch: Batch) -> Counts:
        records = {record.id: record for record in batch.records}
        ids = {kind: [one.id for one in records.values() if one.kind is kind] for kind in Kind}
        if not records:
            return Counts()
        stored = self._stored(ids[Kind.PERSON], ids[Kind.ADDRESS])
        new: dict[Kind, list[dict[str, object]]] = {kind: [] for kind in Kind}
        others: dict[Kind, list[dict[str, object]]] = {kind: [] for kind in Kind}
        outdated: list[str] = []
        returned = 0
        for record in records.values():
            before = stored.get(record.id)
            shielded = self._to_be_shielded(record, before)
            if before is None:
                new[record.kind].append(record_row(record, shielded=shielded, number=1))
                continue
            same = before["content"] == record.content and before["said"] == shielded
            if before["live"] and same:
                continue
            if before["live"]:
                outdated.append(before["node"])
            else:
                returned += 1
                if record.kind is Kind.PERSON:
                    self._touched.gone_or_back.add(record.id)
            row = record_row(record, shielded=shielded, number=int(before["versions"]) + 1)
            others[record.kind].append({**row, "node": before["node"], "returned": not before["live"]})
        self._close_versions(outdated)
        for kind in Kind:
            self._put_records(kind, new[kind], others[kind])
        added = sum(map(len, new.values()))
        return Counts(
            records_new=added,
            records_changed=len(outdated),
            records_returned=returned,
            records_same=len(records) - added - len(outdated) - returned,
        )

    def _to_be_shielded(self, record: Record, before: Mapping[str, Any] | None) -> bool:
        """Whether its feed wants it shielded, noting what has to be worked out anew if so.

        Rows of an agency share an address record: one that shields it counts until the record is withdrawn,
        whatever the other rows say.
        """
        said = before is not None and before["live"] and before["said"]
        shielded = record.shielded or (record.kind is Kind.ADDRESS and said)
        if shielded:
            self._shielded.add(record.id)
        if shielded or record.id in self._shielded:
            touched = self._touched
            (touched.person_records if record.kind is Kind.PERSON else touched.address_records).add(record.id)
        return shielded

    def _put_records(self, kind: Kind, new: list[dict[str, object]], others: list[dict[str, object]]) -> None:
        if new:
            added = self._tx.run(
                f"write.add_{kind.value}_records", rows=new, load=self._load, **self._times()
            )
            self._nodes.update(zip(added[0]["ids"], added[0]["nodes"], strict=True))
            self._new.update(added[0]["ids"])
        if others:
            self._tx.run(f"write.put_{kind.value}_records", rows=others, load=self._load, **self._times())

    def _stays(self, batch: Batch) -> Counts:
        if not batch.residences and not batch.moves:
            return Counts()
        said = {each.person: None for each in batch.residences} | {each.person: None for each in batch.moves}
        persons = [person for person in said if person not in self._new]
        stored = self._stored_stays(persons, self._at) if persons else []
        changes = stay_changes(stored, batch.residences, at=self._at, moves=batch.moves)
        return self._change_stays(changes, [each.between for each in batch.homes])

    def ended(self, persons: Sequence[RecordId], left: Unsaid, begun: dt.datetime) -> Counts:
        """Change what the records say about homes to what the snapshot leaves of it."""
        stored = self._stored_stays(persons, begun)
        counts = self._change_stays(
            unsaid_changes(stored, left, at=begun), [(row["person"], row["address"]) for row in stored]
        )
        renew(self._tx, self._touched, at=self._at)
        return counts

    def _stored_stays(self, persons: Sequence[RecordId], since: dt.datetime) -> list[dict[str, Any]]:
        rows = self._tx.run("read.state_stored_stays", persons=list(persons), forever=FOREVER, since=since)
        return list(side_by_side(rows))

    def _change_stays(self, changes: StayChanges, between: Collection[tuple[RecordId, RecordId]]) -> Counts:
        """Write changes of homes, ``between`` the records of people and addresses."""
        if changes.close:
            self._tx.run("write.close_stays", rows=changes.close, tick=self._tick, at=self._at)
        if changes.drop:
            self._tx.run("write.drop_stays", rows=changes.drop, **self._times())
        if changes.confirm:
            self._tx.run("write.confirm_stays", rows=changes.confirm, **self._times())
        if changes.put or changes.close or changes.drop:
            self._look_up({record for pair in between for record in pair}.union(*map(_ends, changes.put)))
            self._touched.person_records.update(
                pair[0] for pair in between if not self._shielded.isdisjoint(pair)
            )
        if changes.put:
            put = [
                {
                    **row,
                    "record": row["person"],
                    "person": self._node(row["person"]),
                    "address": self._node(row["address"]),
                }
                for row in changes.put
            ]
            self._tx.run("write.put_stays", rows=put, tick=self._tick, at=self._at)
        return Counts(
            stays_new=len(changes.put),
            stays_closed=len(changes.close) + len(changes.drop),
            stays_confirmed=len(changes.confirm),
        )

    def _contacts(self, batch: Batch) -> Counts:
        contacts = {contact.id: contact for contact in batch.contacts}
        if not contacts:
            return Counts()
        changes = self._changes_of(contacts)
        named = {touch.record for contact in contacts.values() for touch in contact.touches}
        self._look_up(named.union(touch.record for _, change, _ in changes for touch in change.touches))
        rows: list[dict[str, object]] = []
        further: list[dict[str, object]] = []
        outdated: list[str] = []
        for contact, change, number in changes:
            touches = [{"node": self._node(touch.record), "role": touch.role} for touch in change.touches]
            if not change.renewed:
                further.extend({"version": change.version, "type": contact.type, **each} for each in touches)
                continue
            if change.version is not None:
                outdated.append(change.version)
            rows.append({**contact_row(contact, number=number), "touches": touches})
            if any(touch.record in self._shielded for touch in change.touches):
                self._touched.contacts.add(f"{contact.id}.{number}")
        self._touched.contacts.update(str(row["version"]) for row in further)
        if outdated:
            self._tx.run("write.close_contacts", versions=outdated, at=self._at)
        if rows:
            self._tx.run("write.put_contacts", rows=rows, load=self._load, at=self._at, forever=FOREVER)
        if further:
            self._tx.run("write.add_touches", rows=further)
        return Counts(
            contacts_new=len(rows) - len(outdated),
            contacts_changed=len(outdated),
            contacts_same=len(contacts) - len(rows),
            touches_added=len(further),
        )

    def _changes_of(self, contacts: Mapping[str, Contact]) -> list[tuple[Contact, Change, int]]:
        """What is said anew of contacts, with the numbers that new versions would have.

        Those whose version in force touches somebody not named yet are noted for the end of the load.
        """
        stored = {row["id"]: row for row in self._stored_contacts(list(contacts))}
        changes = []
        for contact in contacts.values():
            before = stored.get(contact.id)
            change = change_of(contact, before, load=self._load, naming=self._naming)
            if change.short:
                self._unsettled[contact.id] = contact
            else:
                self._unsettled.pop(contact.id, None)
            changes.append((contact, change, 1 if before is None else int(before["versions"]) + 1))
        return changes

    def _retractions(self, batch: Batch) -> Counts:
        return self._retract_contacts(
            [gone.contact for gone in batch.retractions if gone.contact is not None]
        ) + self._retract_records([gone.record for gone in batch.retractions if gone.record is not None])

    def _retract_contacts(self, contacts: list[str]) -> Counts:
        if not contacts:
            return Counts()
        for contact in contacts:
            self._unsettled.pop(contact, None)
        stored = self._stored_contacts(list(dict.fromkeys(contacts)))
        current = [row["version"] for row in stored if row["version"] is not None]
        if current:
            self._tx.run("write.close_contacts", versions=current, at=self._at)
        return Counts(contacts_retracted=len(current))

    def _retract_records(self, records: list[RecordId]) -> Counts:
        if not records:
            return Counts()
        ids = list(dict.fromkeys(records))
        living = [row for row in self._stored(ids, ids).values() if row["live"]]
        if not living:
            return Counts()
        self._close_versions([row["node"] for row in living])
        gone = {kind: [row["id"] for row in living if row["kind"] == kind.value] for kind in Kind}
        self._touch_shields_around(gone)
        for kind, retracted in gone.items():
            if retracted:
                self._tx.run(f"write.retract_{kind.value}_records", records=retracted, **self._times())
        closed = self._tx.run(
            "write.close_orphaned_contacts",
            persons=gone[Kind.PERSON],
            addresses=gone[Kind.ADDRESS],
            at=self._at,
            forever=FOREVER,
        )
        return Counts(records_retracted=len(living), contacts_retracted=int(closed[0]["closed"]))

    def _touch_shields_around(self, gone: Mapping[Kind, list[str]]) -> None:
        """What the records are about to say no more: who lives where, and whom a contact touches."""
        self._touched.gone_or_back.update(gone[Kind.PERSON])
        self._touched.person_records.update(self._shielded.intersection(gone[Kind.PERSON]))
        if shielded := sorted(self._shielded.intersection(gone[Kind.ADDRESS])):
            residents = self._tx.run("read.state_shield_residents", addresses=shielded, forever=FOREVER)[0]
            self._touched.person_records.update(residents["records"])

    def _stored(self, persons: list[RecordId], addresses: list[RecordId]) -> dict[str, dict[str, Any]]:
        rows = self._tx.run(
            "read.state_stored_records", persons=persons, addresses=addresses, forever=FOREVER
        )
        stored = {row["id"]: row for row in side_by_side(rows)}
        self._nodes.update((id_, row["node"]) for id_, row in stored.items())
        self._shielded.update(id_ for id_, row in stored.items() if row["shielded"] or row["said"])
        return stored

    def _look_up(self, records: AbstractSet[RecordId]) -> None:
        if unknown := sorted(records - self._nodes.keys()):
            self._stored(unknown, unknown)

    def _node(self, record: str) -> str:
        try:
            return self._nodes[record]
        except KeyError:
            raise GraphRefusedError(
                "a residence or a contact names a record that was never loaded",
                fix="load the file that holds the record first; nothing of this batch was written",
            ) from None

    def _stored_contacts(self, contacts: list[str]) -> list[dict[str, Any]]:
        return self._tx.run("read.state_stored_contacts", contacts=contacts, forever=FOREVER)

    def _close_versions(self, records: list[str]) -> None:
        if records:
            self._tx.run("write.close_versions", records=records, at=self._at)

    def _times(self) -> dict[str, object]:
        return {"tick": self._tick, "at": self._at, "forever": FOREVER}


def _ends(row: Mapping[str, Any]) -> tuple[RecordId, RecordId]:
    return row["person"], row["address"]
