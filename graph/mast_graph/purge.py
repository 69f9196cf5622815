"""Records and contacts really deleted with all that hangs on them, and everybody around resolved without.

A purge is no correction: nothing of what goes can be read afterwards. One call of :func:`write_purge` is one
transaction behind the fence, so that a kill leaves either all of it or nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from mast_graph.people import write_changes
from mast_graph.shields import Touched, renew
from mast_graph.store import Store, Transaction
from mast_resolver.ports import Changes
from mast_resolver.records import FOREVER, EntityId, Kind, RecordId

PARTED_VALUE: Final = 1_000_000_000
"""Place in the review queue of two records that lost what held them together: before all others."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What is to go in one transaction: records, and contacts by their ids whatever they touch."""

    persons: tuple[RecordId, ...] = ()
    addresses: tuple[RecordId, ...] = ()
    contacts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.persons or self.addresses or self.contacts)


@dataclass(frozen=True, slots=True)
class Around:
    """What goes with it, and what is touched: read under the lease, before the transaction."""

    gone: Gone
    contacts_gone: tuple[str, ...] = ()
    """Versions."""
    contacts_kept: tuple[str, ...] = ()
    """Versions that only lose an edge."""
    touches_gone: tuple[Mapping[str, str], ...] = ()
    """``{place, version}`` of what those touch for the sake of somebody who goes alone."""
    entities: tuple[EntityId, ...] = ()
    """Whoever the records are or ever were."""
    residents: tuple[str, ...] = ()
    """People who live at the address records."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How much was deleted."""

    persons: int = 0
    addresses: int = 0
    contact_versions: int = 0
    contacts_kept: int = 0
    versions: int = 0
    stays: int = 0
    evidence: int = 0
    decisions: int = 0
    relations: int = 0
    entities: int = 0
    to_review: int = 0

    def __add__(self, other: Removed) -> Removed:
        mine, theirs = asdict(self), asdict(other)
        return Removed(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the resolver made of it, for one kind of record."""

    changes: Changes = field(default_factory=Changes)
    decided: frozenset[RecordId] = frozenset()
    """Records left whose decisions were about what goes."""
    model_version: str = ""


def read_around(store: Store, gone: Gone) -> Around:
    """What a purge takes with it: contacts that touch nobody else, address records with nothing left."""
    first = _contacts(store, gone)
    going = {"persons": list(gone.persons), "versions": first["gone"]}
    touches = store.read("read.purge_homes", **going)[0]["touches"]
    bereft = store.read("read.purge_bereft", **going, touches=touches)[0]
    addresses = tuple(sorted({*gone.addresses, *map(RecordId, bereft["addresses"])}))
    whole = Gone(gone.persons, addresses, gone.contacts)
    contacts = _contacts(store, whole)
    entities = store.read("read.purge_entities", persons=list(whole.persons), addresses=list(addresses))[0]
    residents = store.read("read.state_shield_residents", addresses=list(addresses), forever=FOREVER)[0]
    return Around(
        whole,
        tuple(sorted(contacts["gone"])),
        tuple(sorted(contacts["kept"])),
        tuple(touches),
        tuple(map(EntityId, entities["entities"])),
        tuple(residents["people"]),
    )


def _contacts(store: Store, gone: Gone) -> dict[str, list[str]]:
    return store.read(
        "read.purge_contacts",
        persons=list(gone.persons),
        addresses=list(gone.addresses),
        contacts=list(gone.contacts),
    )[0]


def write_purge(
    tx: Transaction,
    around: Around,
    *,
    places: Resolved,
    people: Resolved,
    parted: Sequence[tuple[RecordId, RecordId]],
    tick: int,
    at: dt.datetime,
    new_household: Callable[[], EntityId],
) -> Removed:
    """Delete it, with the changes of everybody around: entities, households, links, shields and notes follow.

    ``parted`` are pairs, the smaller id first, that decisions about what goes held together: they come into
    the review queue. A load that is half done begins anew. Doing the same again deletes nothing more.
    """
    for kind, each, records in (
        (Kind.ADDRESS, places, around.gone.addresses),
        (Kind.PERSON, people, around.gone.persons),
    ):
        if records or each.decided:
            _follow(tx, kind, each, records, tick=tick, at=at, new_household=new_household)
    if parted:
        rows = [{"left": left, "right": right} for left, right in parted]
        tx.run("write.put_parted", rows=rows, value=PARTED_VALUE, at=at)
    removed = _delete(tx, around, at)
    tx.run("write.restart_loads")
    # Who keeps a contact may be shielded, and may have been by a home that is gone.
    renew(tx, Touched(contacts=set(around.contacts_kept), people=set(around.residents)), at=at)
    return removed + Removed(contacts_kept=len(around.contacts_kept), to_review=len(parted))


def _follow(
    tx: Transaction,
    kind: Kind,
    each: Resolved,
    records: Iterable[RecordId],
    *,
    tick: int,
    at: dt.datetime,
    new_household: Callable[[], EntityId],
) -> None:
    """Who is who without the records; those never resolved are noted all the same."""
    write_changes(
        tx,
        each.changes,
        kind,
        settled=(),
        tick=tick,
        at=at,
        model_version=each.model_version,
        new_household=new_household,
        decided={*each.decided, *records},
        purged=True,
    )


def _delete(tx: Transaction, around: Around, at: dt.datetime) -> Removed:
    contacts = tx.run("write.purge_contacts", versions=list(around.contacts_gone))[0]["contacts"]
    tx.run("write.purge_touches", touches=list(around.touches_gone))
    persons = tx.run("write.purge_person_records", records=list(around.gone.persons))[0]
    places = tx.run("write.purge_address_records", records=list(around.gone.addresses))[0]
    entities = tx.run("write.purge_entities", entities=list(around.entities))[0]["entities"]
    tx.run("write.purge_glasses", entities=list(around.entities), forever=FOREVER, at=at)
    both = {name: persons[name] + places[name] for name in ("versions", "stays", "evidence", "decisions")}
    return Removed(
        persons=persons["records"],
        addresses=places["records"],
        contact_versions=contacts,
        relations=persons["relations"],
        entities=entities,
        **both,
    )


def sweep(tx: Transaction, *, before: int, at: dt.datetime, limit: int = 10_000) -> int:
    """Tidy up what belongs to nobody any more; how much there was: sweep again until there is nothing.

    ``before`` is the number of a transaction: notes of earlier ones name nobody who is gone.
    """
    households = tx.run("write.purge_households", limit=limit, forever=FOREVER)[0]["households"]
    acts = tx.run("write.purge_acts", forever=FOREVER)[0]["acts"]
    notes = tx.run("write.purge_notes", before=before)[0]["notes"]
    # Somebody may have looked while they were being deleted.
    glasses = tx.run("write.purge_glasses", entities=[], forever=FOREVER, at=at)[0]["glasses"]
    return int(households) + int(acts) + int(notes) + int(glasses)
