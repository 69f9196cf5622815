"""What is to be purged: all of an agency, or what is past its retention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mast_graph.moments import to_text
from mast_graph.store import Store
from mast_resolver.records import FOREVER, GAZETTEER, RecordId

PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class OfAgency:
    """All records of an agency; ``held`` are those that a legal hold keeps, of either kind."""

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
        persons += map(RecordId, page["persons"])
        addresses += map(RecordId, page["addresses"])
        held += map(RecordId, page["held"])
        after = page["last"]


def retention_rules(store: Store) -> list[RetentionRule]:
    """The last that agreements said of each class; of one that is no longer shared as well."""
    return [
        RetentionRule(row["agreement"], row["data_class"], row["months"], tuple(row["parties"]))
        for row in store.read("read.retention_rules")
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


def due_persons(store: Store, agency: str, before: dt.datetime, limits: Limits) -> Sequence[RecordId]:
    """Person records of an agency with nothing left to keep."""
    said = {f"{agreement}/{data_class}": to_text(at) for (agreement, data_class), at in limits.items()}
    query = "read.purge_due_persons"
    return tuple(_ids(store, query, agency=agency, before=before, limits=said, forever=FOREVER))


def due_addresses(store: Store, agency: str, before: dt.datetime) -> Sequence[RecordId]:
    """Address records that it withdrew, and of which nothing is left."""
    return tuple(_ids(store, "read.purge_due_addresses", agency=agency, before=before))


def due_contacts(store: Store, limits: Limits) -> Iterator[list[str]]:
    """Contacts past their retention, page by page: delete a page before the next is asked for, or not."""
    for (agreement, data_class), before in limits.items():
        after = ""
        while page := store.read(
            "read.purge_due_contacts",
            agreement=agreement,
            data_class=data_class,
            before=before,
            after=after,
            limit=PAGE,
            forever=FOREVER,
        ):
            yield list(dict.fromkeys(row["id"] for row in page))
            after = page[-1]["version"]


def _ids(store: Store, query: str, **params: object) -> Iterator[RecordId]:
    after = ""
    while page := store.read(query, after=after, limit=PAGE, **params):
        yield from (RecordId(row["id"]) for row in page)
        after = page[-1]["id"]
