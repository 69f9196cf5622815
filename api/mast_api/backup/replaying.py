"""What was purged since a backup was made is purged from what is restored, before it answers anybody.

The audit log is never set back: its entries say by keyed hashes what went, who may not come again, and which
agency left. So nobody who was erased is brought back by a restore.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from mast_api.audit.chain import Entry
from mast_api.audit.segments import entries_backwards
from mast_api.audit.trail import CLOCK_SET_BACK, Wanted, matching
from mast_api.backup.acts import Acts
from mast_api.resolving import pages
from mast_api.rights import leaving
from mast_api.rights.proving import proof_of
from mast_api.rights.purging import Order, Purging, proof_hash
from mast_api.workspace import AUDIT, new_id, now
from mast_graph.departures import depart, rejoin
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_graph.tombstones import put_tombstones
from mast_intake.keys import KeyRing
from mast_resolver.records import RecordId

RULE: Final = "restored-without"
BY: Final = "mast restore"
EVENTS: Final = frozenset({"purge-begun", "purged", "erasure-lifted", "agency-rejoined"})
PAGE: Final = 5_000


@dataclass(slots=True)
class Purged:
    """What one purge took, by keyed hashes."""

    records: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    stones: set[str] = field(default_factory=set)
    agency: str = ""
    """The one that left by it."""
    again_of: set[str] = field(default_factory=set)
    """The purges that a restore did again by it."""

    def take(self, entry: Entry) -> None:
        """Add a batch of it."""
        hashes: dict[str, Any] = entry.get("hashes", {})
        self.records.update(hashes.get("records", ()))
        self.contacts.update(hashes.get("contacts", ()))
        self.stones.update(entry.get("stones", ()))
        self.again_of.update(entry.get("purges", ()))
        if entry.get("rule") == leaving.RULE:
            self.agency = str(entry["agency"])


@dataclass(slots=True)
class Deeds:
    """What was done since a moment, as far as it has to be done again."""

    backup_at: dt.datetime | None = None
    """When the backup was made, which knows of what was done before."""
    purged: dict[str, Purged] = field(default_factory=dict)
    """By the id of the purge."""
    stones: dict[str, str] = field(default_factory=dict)
    """Of records that stay out, by keyed hash, and the purge that says so."""
    left: dict[str, bool] = field(default_factory=dict)
    """Agencies that left, or are back."""
    acts: Acts = field(default_factory=Acts)
    """What people decided."""

    @property
    def records(self) -> set[str]:
        """Keyed hashes of records that went."""
        return set().union(*(each.records for each in self.purged.values()))

    @property
    def contacts(self) -> set[str]:
        """Keyed hashes of contacts that went."""
        return set().union(*(each.contacts for each in self.purged.values()))

    @staticmethod
    def needs(entry: Entry) -> bool:
        """Whether an entry is one of a deed: a log has many more of questions."""
        return entry.get("event") in EVENTS or Acts.needs(entry)

    def take(self, entry: Entry) -> None:
        """Add the next one, in their order."""
        event, purge = entry.get("event"), str(entry.get("purge", ""))
        if event == "purge-begun" and entry.get("rule") == leaving.RULE:
            self.left[str(entry["agency"])] = True
        elif event == "purged":
            self.purged.setdefault(purge, Purged()).take(entry)
            self.stones |= dict.fromkeys(entry.get("stones", ()), purge)
        elif event == "erasure-lifted":
            lifted = set(entry.get("stones", ()))
            self._taken_back(entry, {id_ for id_, each in self.purged.items() if each.stones & lifted})
            for stone in lifted:
                self.stones.pop(stone, None)
        elif event == "agency-rejoined":
            agency = str(entry["agency"])
            self._taken_back(entry, {id_ for id_, each in self.purged.items() if each.agency == agency})
            self.left[agency] = False
        else:
            self.acts.take(entry)

    def _taken_back(self, entry: Entry, purges: set[str]) -> None:
        """Purges of which an entry says that what went may come again.

        Said before the backup was made, all that went was gone from it, and what it holds of it came
        lawfully since. Said later, the backup may hold what the purge took. A purge of a restore goes with
        those that it did again, if it did no others.
        """
        done_at = dt.datetime.fromisoformat(str(entry["done_at"]))
        if self.backup_at is None or done_at >= self.backup_at:
            return
        gone = set(purges)
        for id_, each in self.purged.items():
            if each.again_of and each.again_of <= gone:
                gone.add(id_)
        self.purged = {id_: each for id_, each in self.purged.items() if id_ not in gone}


def deeds_since(data: Path, at: dt.datetime) -> Deeds:
    """What the audit log of a data folder says was done since a moment; nothing, where there is no log.

    Raises:
        AuditUnavailableError: an entry of it was changed.
    """
    found = Deeds(backup_at=at)
    # A clock that was set back meanwhile: what is purged again is not there, and costs a look.
    since = Wanted(since=at - CLOCK_SET_BACK)
    entries = [each for each in matching(data / AUDIT, since) if Deeds.needs(each)]
    for entry in reversed(entries):
        found.take(entry)
    return found


def deeds_since_backup(data: Path) -> Deeds:
    """The same since the oldest backup that was ever restored was made; nothing, where none was.

    Raises:
        AuditUnavailableError: an entry was changed.
    """
    made = [
        dt.datetime.fromisoformat(entry["made_at"])
        for entry in entries_backwards(data / AUDIT, told_by=[[b'"restored"']])
        if entry.get("event") == "restored"
    ]
    return deeds_since(data, min(made)) if made else Deeds()


def replay(store: Store, lease: Lease, keys: KeyRing, data: Path, deeds: Deeds) -> int:
    """Do it again on a restored graph, whose files lie in ``data``; how many records and contacts went."""
    persons, addresses, contacts = list[RecordId](), list[RecordId](), set[str]()
    gone, gone_contacts = deeds.records, deeds.contacts
    if gone or gone_contacts:
        for kind, id_ in _ids(store):
            if kind == "contacts":
                if proof_hash(keys, id_) in gone_contacts:
                    contacts.add(id_)
            elif proof_hash(keys, id_) in gone:
                (persons if kind == "persons" else addresses).append(RecordId(id_))
    if persons or addresses or contacts:
        order = Order(RULE, BY, {"purges": sorted(deeds.purged)})
        with Purging(store, lease, keys, data, order, clock=now, new_id=new_id) as purging:
            purging.records(persons, addresses)
            purging.contacts(sorted(contacts))
    _keep_out(lease, deeds.stones)
    for agency, has_left in deeds.left.items():
        if has_left:
            depart(lease, agency, by=BY, at=now())
        else:
            rejoin(lease, agency, proof=proof_of("agency-rejoined", BY, {"agency": agency}))
    return len(persons) + len(addresses) + len(contacts)


def _keep_out(lease: Lease, purges: Mapping[str, str]) -> None:
    """Have records stay out, by the purge that says so of each."""
    of_purge: dict[str, list[str]] = defaultdict(list)
    for stone, purge in purges.items():
        of_purge[purge].append(stone)
    for purge, stones in of_purge.items():
        for some in pages(stones, PAGE):
            keep = partial(put_tombstones, ids=some, by=BY, purge=purge, at=now())
            lease.write(lambda tx, _, keep=keep: keep(tx))  # type: ignore[misc]


def _ids(store: Store) -> Iterator[tuple[str, str]]:
    """Every id of a record or contact, with its kind."""
    after = {"person": "", "address": "", "contact": ""}
    while True:
        row = store.read("read.replay_ids", **after, first=PAGE)[0]
        for kind in ("persons", "addresses", "contacts"):
            yield from ((kind, id_) for id_ in row[kind])
        last = {"person": row["persons"][-1:], "address": row["addresses"][-1:], "contact": [row["version"]]}
        found = {kind: ids[0] for kind, ids in last.items() if ids and ids[0]}
        if not found:
            return
        after |= found
