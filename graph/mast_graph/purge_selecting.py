"""What is to be purged: all of an agency, or what is past its retention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mast_graph.moments import to_text
from mast_graph.rows import Row
from mast_graph.store import Store
from mast_resolver.records import FOREVER, GAZETTEER, RecordId

PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class OfAgency:
    """All records of an agency; ``held`` are those that a legal hold keeps, of either kind.

    Also for the sake of a contact: one under hold is kept with everybody and every place it ever touched.
    """

    persons: tuple[RecordId, ...] = ()
    addresses: tuple[RecordId, ...] = ()
    held: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How many months an agreement lets contacts of a class be kept."""

    agreement: str
    data_class: str
    months: int
    parties: tuple[str, ...]


Limits = Mapping[tuple[str, str], dt.datetime]
"""For an agreement and a class of data: contacts that ended before are due."""


def records_of_agency(store: Store, agency: str) -> OfAgency:
    """Everything that it brought."""
    persons: list[RecordId] = []
    addresses: list[RecordId] = []
    held: list[RecordId] = []
    after = ""
    while True:
        page = store.read(
            "read.purge_records_of_agency", agency=agency, after=after, limit=PAGE, forever=FOREVER
        )[0]
        if not page["last"]:
            return OfAgency(tuple(persons), tuple(addresses), tuple(held))
        these, places = list(map(RecordId, page["persons"])), list(map(RecordId, page["addresses"]))
        kept = {*page["held"], *under_hold(store, persons=these, addresses=places).records}
        persons += these
        addresses += places
        held += sorted(map(RecordId, kept))
        after = page["last"]


def retention_rules(store: Store) -> list[RetentionRule]:
    """The last that agreements said of each class; of one that is no longer shared as well."""
    return rules_of(store.read("read.retention_rules"))


def rules_of(rows: Iterable[Row]) -> list[RetentionRule]:
    """What ``read.retention_rules`` found."""
    return [
        RetentionRule(row["agreement"], row["data_class"], row["months"], tuple(row["parties"]))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Unruled:
    """What is held though no agreement says how long: contacts by agreement and class, records by agency."""

    contacts: Mapping[str, int]
    records: Mapping[str, int]


def unruled(store: Store, rules: Sequence[RetentionRule]) -> Unruled:
    """What no run of the retention ever looks at."""
    held = store.read("read.held_by_agreement")[0]
    known = {(rule.agreement, rule.data_class) for rule in rules}
    parties = {party for rule in rules for party in rule.parties} | {GAZETTEER}
    return Unruled(
        {
            f"{each['agreement']}/{each['data_class']}": each["count"]
            for each in held["contacts"]
            if (each["agreement"], each["data_class"]) not in known
        },
        {each["agency"]: each["count"] for each in held["records"] if each["agency"] not in parties},
    )


def held_classes(store: Store) -> frozenset[str]:
    """Classes of data that a legal hold keeps, whoever they are about."""
    return frozenset(store.read("read.held_classes")[0]["data_classes"])


@dataclass(frozen=True, slots=True)
class UnderHold:
    """What legal holds keep: contacts whole, by id, and every record that any version of one touches."""

    contacts: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()


def under_hold(
    store: Store,
    *,
    contacts: Sequence[str] = (),
    persons: Sequence[RecordId] = (),
    addresses: Sequence[RecordId] = (),
) -> UnderHold:
    """Which of these contacts, and which of these records for the sake of a contact, a legal hold keeps.

    All versions of a contact are looked at: a hold on whom the first one touched keeps the last one too.
    """
    row = store.read(
        "read.purge_held",
        contacts=list(contacts),
        persons=list(persons),
        addresses=list(addresses),
        data_classes=sorted(held_classes(store)),
        forever=FOREVER,
    )[0]
    return UnderHold(frozenset(row["contacts"]), frozenset(row["records"]))


def contacts_alone(store: Store, persons: Sequence[RecordId], *, of: Sequence[RecordId]) -> frozenset[str]:
    """Contacts that touch a record of ``of``, no version of which touches anybody but ``persons``."""

    found = store.read("read.purge_contacts", persons=list(of), addresses=[], contacts=[])[0]
    touching = {each.rpartition(".")[0] for name in ("gone", "kept") for each in found[name]}
    others = store.read("read.contacts_of_others", contacts=sorted(touching), persons=list(persons))[0]
    return frozenset(touching.difference(others["contacts"]))


def due_persons(store: Store, agency: str, before: dt.datetime, limits: Limits) -> Sequence[RecordId]:
    """Person records of an agency with nothing left to keep."""
    found: list[RecordId] = []
    query = "read.purge_due_persons"
    for page in _pages(
        store, query, agency=agency, before=before, limits=limits_in_text(limits), forever=FOREVER
    ):
        held = under_hold(store, persons=page).records
        found += [record for record in page if record not in held]
    return tuple(found)


def due_addresses(store: Store, agency: str, before: dt.datetime) -> Sequence[RecordId]:
    """Address records that it withdrew, and of which nothing is left."""
    pages = _pages(store, "read.purge_due_addresses", agency=agency, before=before)
    return tuple(record for page in pages for record in page)


def due_contacts(store: Store, limits: Limits) -> Iterator[list[str]]:
    """Contacts past their retention, page by page: delete a page before the next is asked for, or not.

    Every version has to be past the limit of its own agreement and class; one without a limit keeps them all.
    """
    after = ""
    while page := store.read(
        "read.purge_due_contacts", limits=limits_in_text(limits), after=after, limit=PAGE, forever=FOREVER
    ):
        ids = list(dict.fromkeys(row["id"] for row in page))
        held = under_hold(store, contacts=ids).contacts
        yield [each for each in ids if each not in held]
        after = page[-1]["version"]


def limits_in_text(limits: Limits) -> dict[str, str]:
    """Limits as queries take them."""
    return {f"{agreement}/{data_class}": to_text(at) for (agreement, data_class), at in limits.items()}


def _pages(store: Store, query: str, **params: object) -> Iterator[list[RecordId]]:
    after = ""
    while page := store.read(query, after=after, limit=PAGE, **params):
        yield [RecordId(row["id"]) for row in page]
        after = page[-1]["id"]
