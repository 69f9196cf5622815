"""Alerts in the graph: for whom they are to be worked out, what is known around them, and what came of it.

Every transaction that changes contacts, whose they are, who lives where or who is shielded leaves a note
(``AlertDue``) while rules are in force. Notes go in the transaction that writes what came of them.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mast_graph.known import EPOCH, contact_of, contact_rows, homes_of, to_milliseconds
from mast_graph.moments import to_text
from mast_graph.store import Store, Transaction
from mast_resolver.known import KnownContact, KnownHome
from mast_resolver.records import FOREVER

NOTES_AT_ONCE: Final = 50
IDS_AT_ONCE: Final = 500
"""Notes are worked out together up to so many contacts, records and people; a single one may have more.

Few enough that the next ones are read while the rules look at these.
"""
CONTACTS_AT_ONCE: Final = 1_000
_KINDS: Final = ("P-", "H-", "A-")


@dataclass(frozen=True, slots=True)
class Due:
    """What alerts have to be worked out for: contacts by version, those of records, and all around some."""

    notes: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    """People and addresses."""
    going_on: tuple[str, str] | None = None
    """A note that stays, and the last version that was looked at for it."""

    def __bool__(self) -> bool:
        return bool(self.notes or self.going_on)


@dataclass(frozen=True, slots=True)
class Changed:
    """Contacts that came, changed, went or are somebody else's, and who lived there at their moments.

    ``touches`` name whoever each record is or was. ``standing`` are versions of rules, and whom their alerts
    are about that rest on one of the contacts.
    """

    contacts: tuple[KnownContact, ...] = ()
    homes: tuple[KnownHome, ...] = ()
    standing: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Everybody and everything for whom every rule is looked at anew, with who lives and lived there."""

    people: frozenset[str] = frozenset()
    households: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    homes: tuple[KnownHome, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contacts are read: those of one of the types, and those of at least some severity.

    One above the highest there is asks for none.
    """

    types: frozenset[str]
    least: int


@dataclass(frozen=True, slots=True)
class Around:
    """Contacts, with whom each touches by now, and the present version of each."""

    contacts: tuple[KnownContact, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert as it is stored; some of ``about`` may be no more."""

    id: str
    rule: str
    retracted: bool
    about: frozenset[str]


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


def read_dues(store: Store, now: dt.datetime, *, in_hand: int = 1) -> Iterator[Due]:
    """All that is due, the oldest first, while what came of the ``in_hand`` before is still being written."""
    before: deque[Due] = deque(maxlen=in_hand)
    while due := read_due(store, now, before=before):
        yield due
        before.append(due)


def read_due(store: Store, now: dt.datetime, *, before: Sequence[Due] = ()) -> Due:
    """The oldest notes but those of ``before``; what they are about may be no more."""
    notes: list[str] = []
    ids: dict[str, dict[str, None]] = {"versions": {}, "records": {}, "around": {}}
    in_hand = [note for due in before for note in due.notes]
    for row in store.read("read.alerts_due", now=now, limit=NOTES_AT_ONCE, but=in_hand):
        if row["since"]:
            if notes:
                break
            # In their order: of one note the last page in hand is the furthest.
            after: dict[str, str] = dict(due.going_on for due in before if due.going_on)
            return _page_since(store, row["note"], row["since"], after.get(row["note"]) or row["after"])
        more = sum(len(row[name]) for name in ids)
        if notes and sum(map(len, ids.values())) + more > IDS_AT_ONCE:
            break
        notes.append(row["note"])
        for name, found in ids.items():
            found.update(dict.fromkeys(row[name]))
    return Due(tuple(notes), tuple(ids["versions"]), tuple(ids["records"]), tuple(ids["around"]))


def _page_since(store: Store, note: str, since: dt.datetime, after: str) -> Due:
    """The next contacts since a moment; the note goes when there are no more."""
    page = store.read(
        "read.contacts_since", since=since, after=after, limit=CONTACTS_AT_ONCE, forever=FOREVER
    )[0]
    if page["last"] is None:
        return Due((note,))
    return Due(versions=tuple(page["versions"]), going_on=(note, page["last"]))


def read_changed(store: Store, due: Due) -> Changed:
    """Contacts that notes are about, and those of records that they are about."""
    if not (due.versions or due.records):
        return Changed()
    found = store.read(
        "read.alert_changed", versions=list(due.versions), records=list(due.records), forever=FOREVER
    )[0]
    return Changed(
        _contacts(found),
        tuple(homes_of(found)),
        frozenset(zip(found["rules"], found["about"], strict=True)),
    )


def read_scope(store: Store, due: Due) -> Scope:
    """Whom notes say that all around them is looked at, and every home of theirs."""
    if not due.around:
        return Scope()
    named = [id_ for id_ in due.around if id_.startswith("P-")]
    scope = {*due.around, *store.read("read.alert_scope", people=named)[0]["entities"]}
    people, households, addresses = ({id_ for id_ in scope if id_.startswith(kind)} for kind in _KINDS)
    page = store.read("read.alert_homes", people=sorted(people), addresses=sorted(addresses))[0]
    return Scope(
        frozenset(people),
        frozenset(households.union(page["all_households"])),
        frozenset(addresses.union(page["all_addresses"])),
        tuple(homes_of(page)),
    )


def read_residents(store: Store, households: Collection[str], addresses: Collection[str]) -> list[KnownHome]:
    """Who lives and lived in some households, and at some addresses in any."""
    if not (households or addresses):
        return []
    found = store.read("read.alert_residents", households=list(households), addresses=list(addresses))[0]
    return list(homes_of(found))


def read_around(
    store: Store,
    people: Collection[str],
    homes: Collection[KnownHome],
    places: Collection[str],
    *,
    of_people: Wanted,
    of_homes: Wanted,
) -> Around:
    """Contacts of some people; of others while they had those homes; and of addresses."""
    found = store.read(
        "read.alert_contacts",
        people=list(people),
        types=list(of_people.types),
        least=of_people.least,
        stays=[
            {"person": home.person, "start": to_milliseconds(home.start), "end": to_milliseconds(home.end)}
            for home in homes
        ],
        places=list(places),
        home_types=list(of_homes.types),
        home_least=of_homes.least,
        forever=FOREVER,
    )[0]
    return Around(_contacts(found), dict(zip(found["ids"], found["versions"], strict=True)))


def _contacts(found: dict[str, Any]) -> tuple[KnownContact, ...]:
    return tuple(contact_of(said, EPOCH, FOREVER) for said in contact_rows(found))


def read_standing(store: Store, entities: Iterable[str], versions: Iterable[str]) -> list[Standing]:
    """Alerts about some people, households and addresses, and those that rest on some contacts."""
    rows = store.read(
        "read.alerts_standing", entities=sorted(entities), versions=sorted(versions), forever=FOREVER
    )
    return [Standing(row["id"], row["rule"], row["retracted"], frozenset(row["about"])) for row in rows]


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
    tx: Transaction,
    at: dt.datetime,
    *,
    versions: Sequence[str] = (),
    records: Sequence[str] = (),
    around: Sequence[str] = (),
) -> None:
    """Have alerts worked out again at some moment."""
    tx.run(
        "write.put_alert_due",
        due_at=at,
        versions=list(versions),
        records=list(records),
        around=list(around),
    )


def look_back(tx: Transaction, rule: str, since: dt.datetime, *, at: dt.datetime) -> None:
    """Have alerts worked out for all contacts since a moment, once a version of a rule is put in force.

    And for those on which its alerts rest that stand already.
    """
    tx.run("write.look_back", rule=rule, due_at=at, since=since, most=CONTACTS_AT_ONCE)
