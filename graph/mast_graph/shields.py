"""Who must not be found: shields lie on records, and pass to whatever those are, in the same transaction.

A record is *to be* shielded when its feed says so (``shield_said``) or when it was decided
(``shield_decided``, which counts more). What reads look at is ``shielded``, which follows from it for
records, people, addresses and contacts alike, and which nobody else carries. See ADR 0019.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from mast_graph.store import Store, Transaction
from mast_resolver.errors import UnknownRecordError
from mast_resolver.records import FOREVER, EntityId, Kind, RecordId


@dataclass(frozen=True, slots=True)
class ShieldDecision:
    """One decision about a person or an address.

    ``reason`` was written by a person and may hold a name: it comes here sealed for ``id``. ``hidden_too``
    lets the caller know, and decide about, what is shielded already. ``only`` are the records that it lay on
    when it was taken before; mostly none, for all that are the entity's now.
    """

    id: str
    entity: EntityId
    on: bool
    by: str
    reason: bytes = field(repr=False)
    hidden_too: bool
    only: frozenset[RecordId] = frozenset()


@dataclass(slots=True)
class Touched:
    """What a transaction changed so far; the shields around it are to be worked out anew."""

    people: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    person_records: set[str] = field(default_factory=set)
    address_records: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    """Versions of contacts."""
    gone_or_back: set[str] = field(default_factory=set)
    """Person records that were withdrawn or came back: a contact that a shielded one shares with them."""

    def __bool__(self) -> bool:
        return bool(
            self.people
            or self.addresses
            or self.person_records
            or self.address_records
            or self.contacts
            or self.gone_or_back
        )


def write_shield(tx: Transaction, decision: ShieldDecision, *, at: dt.datetime) -> list[RecordId]:
    """Store a decision on the present records of its person or address, and pass it on.

    Raises:
        UnknownRecordError: there is no such person or address, or it is shielded and that is not to be known.
    """
    kind = Kind.ADDRESS if decision.entity.startswith("A-") else Kind.PERSON
    rows = tx.run(
        f"write.put_{kind.value}_shield",
        entity=decision.entity,
        id=decision.id,
        on=decision.on,
        by=decision.by,
        reason=decision.reason,
        at=at,
        hidden_too=decision.hidden_too,
        only=sorted(decision.only),
        forever=FOREVER,
    )
    records = [RecordId(record) for record in rows[0]["records"]]
    if not records:
        raise UnknownRecordError(
            "the id is not in use, or was never given", fix="take it from an answer of today"
        )
    touched = Touched()
    (touched.addresses if kind is Kind.ADDRESS else touched.people).add(decision.entity)
    renew(tx, touched, at=at)
    return records


def renew_around(
    tx: Transaction,
    kind: Kind,
    records: Iterable[str],
    entities: Iterable[str],
    *,
    at: dt.datetime,
) -> bool:
    """Work shields out anew after records went from one entity to another; mostly none is near.

    ``records`` and ``entities`` are those that are shielded, of what changed: of entities those of before and
    of after, and units that belong to another building now. Returns whether there was anything to do.
    """
    touched = Touched()
    if kind is Kind.PERSON:
        touched.people.update(entities)
        touched.person_records.update(records)
    else:
        touched.addresses.update(entities)
        touched.address_records.update(records)
    renew(tx, touched, at=at)
    return bool(touched)


def renew(tx: Transaction, touched: Touched, *, at: dt.datetime) -> None:
    """Work the shields of what was touched out anew: addresses first, then who lives there, then contacts."""
    if not touched:
        return
    places = _addresses(tx, touched, at)
    if places:
        residents = tx.run("read.state_shield_residents", addresses=sorted(places), forever=FOREVER)[0]
        touched.people.update(residents["people"])
        touched.person_records.update(residents["records"])
    persons = _people(tx, touched, at)
    tx.run(
        "write.shield_contacts",
        persons=sorted(persons | touched.person_records | touched.gone_or_back),
        addresses=sorted(places | touched.address_records),
        versions=sorted(touched.contacts),
        forever=FOREVER,
    )


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is as if it were not there: entities that are shielded, and records of others of which only what
    is shielded speaks (of addresses: nobody is to know of a new home of theirs)."""

    entities: frozenset[EntityId] = frozenset()
    records: frozenset[RecordId] = frozenset()


def read_hidden(store: Store, kind: Kind) -> Hidden:
    """What is hidden of a kind now."""
    if kind is Kind.PERSON:
        return Hidden(frozenset(map(EntityId, store.read("read.shielded_people")[0]["people"])))
    row = store.read("read.hidden_addresses")[0]
    return Hidden(frozenset(map(EntityId, row["entities"])), frozenset(map(RecordId, row["records"])))


def _addresses(tx: Transaction, touched: Touched, at: dt.datetime) -> set[str]:
    """Address records whose shield changed."""
    records = sorted(touched.address_records)
    if records:
        rows = tx.run("read.state_addresses_of_records", records=records, forever=FOREVER)
        touched.addresses.update(row["address"] for row in rows)
    changed: set[str] = set()
    if records:
        loose = tx.run("write.shield_loose_records", persons=[], addresses=records, at=at, forever=FOREVER)
        changed.update(loose[0]["addresses"])
    if touched.addresses:
        row = tx.run("write.shield_addresses", addresses=sorted(touched.addresses), forever=FOREVER)[0]
        changed.update(row["records"])
    return changed


def _people(tx: Transaction, touched: Touched, at: dt.datetime) -> set[str]:
    """Person records whose shield changed."""
    records = sorted(touched.person_records)
    changed: set[str] = set()
    if records:
        rows = tx.run("read.state_people_of_records", records=records, forever=FOREVER)
        touched.people.update(row["person"] for row in rows)
        loose = tx.run("write.shield_loose_records", persons=records, addresses=[], at=at, forever=FOREVER)
        changed.update(loose[0]["persons"])
    if touched.people:
        row = tx.run("write.shield_people", people=sorted(touched.people), at=at, forever=FOREVER)[0]
        changed.update(row["records"])
    return changed
