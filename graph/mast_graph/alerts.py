"""Alerts in the graph: for whom they are to be worked out, what is known around them, and what came of it.

Every transaction that changes contacts, whose they are, who lives where or who is shielded leaves a note
(``AlertDue``) while rules are in force. Notes go in the transaction that writes what came of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mast_graph.known import EPOCH, contact_of, contact_rows, homes_of
from mast_graph.moments import to_text
from mast_graph.store import Store, Transaction
from mast_resolver.known import KnownContact, KnownHome
from mast_resolver.records import FOREVER

NOTES_AT_ONCE: Final = 50
IDS_AT_ONCE: Final = 2_000
"""Notes are worked out together up to so many contacts, records and people; a single one may have more."""
CONTACTS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Due:
    """What alerts have to be worked out for: contacts by version, records and people."""

    notes: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    going_on: tuple[str, str] | None = None
    """A note that stays, and the last version that was looked at for it."""

    def __bool__(self) -> bool:
        return bool(self.notes or self.going_on)


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to know for it. ``people``, ``households`` and ``addresses`` are known completely."""

    contacts: tuple[KnownContact, ...]
    homes: tuple[KnownHome, ...]
    versions: Mapping[str, str]
    """The present version of each contact."""
    people: frozenset[str]
    households: frozenset[str]
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert as it is stored; ``ended`` are those of ``about`` who are no more."""

    id: str
    rule: str
    retracted: bool
    about: frozenset[str]
    ended: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an alert; ``said`` are the properties of one that is new."""

    id: str
    said: Mapping[str, object] = field(default_factory=dict)
    at: dt.datetime | None = None
    come: Sequence[str] = ()
    gone: Sequence[str] = ()
    versions: Sequence[str] = ()
    stands: bool = True

    def row(self) -> dict[str, object]:
        """For ``write.put_alerts``."""
        return {
            "id": self.id,
            "said": {**self.said, "id": self.id},
            "moment": to_text(self.at) if self.at else None,
            "come": list(self.come),
            "gone": list(self.gone),
            "versions": list(self.versions),
            "stands": self.stands,
        }


def read_due(store: Store, now: dt.datetime) -> Due:
    """The oldest notes; what they are about may be no more."""
    notes: list[str] = []
    ids: dict[str, dict[str, None]] = {"versions": {}, "records": {}, "people": {}}
    for row in store.read("read.alerts_due", now=now, limit=NOTES_AT_ONCE):
        if row["since"]:
            if notes:
                break
            return _page_since(store, row["note"], row["since"], row["after"])
        more = sum(len(row[name]) for name in ids)
        if notes and sum(map(len, ids.values())) + more > IDS_AT_ONCE:
            break
        notes.append(row["note"])
        for name, found in ids.items():
            found.update(dict.fromkeys(row[name]))
    return Due(tuple(notes), tuple(ids["versions"]), tuple(ids["records"]), tuple(ids["people"]))


def _page_since(store: Store, note: str, since: dt.datetime, after: str) -> Due:
    """The next contacts since a moment; the note goes when there are no more."""
    page = store.read(
        "read.contacts_since", since=since, after=after, limit=CONTACTS_AT_ONCE, forever=FOREVER
    )[0]
    if page["last"] is None:
        return Due((note,))
    return Due(versions=tuple(page["versions"]), going_on=(note, page["last"]))


def read_around(store: Store, due: Due) -> Around:
    """Whom the notes are about, and all contacts of theirs and of whoever lives or lived where they do."""
    scope = store.read(
        "read.alert_scope", versions=list(due.versions), records=list(due.records), people=list(due.people)
    )[0]["entities"]
    people = sorted({*due.people, *(id_ for id_ in scope if id_.startswith("P-"))})
    touched = [id_ for id_ in scope if id_.startswith("A-")]
    page = store.read("read.alert_homes", people=people, addresses=touched)[0]
    homes = tuple(homes_of(page))
    residents = sorted({*people, *(home.person for home in homes)})
    found = store.read(
        "read.alert_contacts", people=residents, addresses=page["all_addresses"], forever=FOREVER
    )[0]
    contacts = tuple(contact_of(said, EPOCH, FOREVER) for said in contact_rows(found))
    return Around(
        contacts,
        homes,
        dict(zip(found["ids"], found["versions"], strict=True)),
        frozenset(people),
        frozenset(page["all_households"]),
        frozenset([*page["all_addresses"], *touched]),
    )


def read_standing(store: Store, around: Around, due: Due) -> list[Standing]:
    """Alerts that what changed may change."""
    rows = store.read(
        "read.alerts_standing",
        entities=sorted(around.people | around.households | around.addresses),
        versions=sorted({*due.versions, *around.versions.values()}),
        forever=FOREVER,
    )
    return [
        Standing(row["id"], row["rule"], row["retracted"], frozenset(row["about"]), frozenset(row["ended"]))
        for row in rows
    ]


def write_alerts(
    tx: Transaction, changes: Iterable[Change], due: Due, *, at: dt.datetime, tick: int
) -> list[str]:
    """Store what came of it, and take the notes away. Returns ids of alerts that are new or stand again.

    ``tick`` is the number of the transaction: by it whoever subscribed knows what is new to them.
    """
    rows: list[dict[str, Any]] = [change.row() for change in changes]
    found = tx.run("write.put_alerts", rows=rows, notes=list(due.notes), at=at, tick=tick, forever=FOREVER)
    if due.going_on:
        note, after = due.going_on
        tx.run("write.looked_back", note=note, after=after)
    return list(found[0]["raised"])


def put_due(
    tx: Transaction, at: dt.datetime, *, versions: Sequence[str] = (), people: Sequence[str] = ()
) -> None:
    """Have alerts worked out again at some moment."""
    tx.run("write.put_alert_due", due_at=at, versions=list(versions), people=list(people))


def look_back(tx: Transaction, rule: str, since: dt.datetime, *, at: dt.datetime) -> None:
    """Have alerts worked out for all contacts since a moment, once a version of a rule is put in force.

    And for those on which its alerts rest that stand already.
    """
    tx.run("write.look_back", rule=rule, due_at=at, since=since, most=CONTACTS_AT_ONCE)
