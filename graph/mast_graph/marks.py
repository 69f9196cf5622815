"""Marks that an officer puts on records of people: legal hold, restriction, objection, contested accuracy.

Like shields they lie on records and move with them. Whoever a record is inherits them where they are read; a
restriction, which closes contacts, is passed on to the person's other records in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypedDict, cast

from mast_graph.read import Reader
from mast_graph.shields import Touched, renew
from mast_graph.store import Transaction
from mast_resolver.errors import UnknownRecordError
from mast_resolver.records import FOREVER, RecordId

EVERYTHING: Final = "*"
"""A hold on every class of data."""


class MarkKind(StrEnum):
    """What is said of records."""

    HOLD = "hold"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Marking:
    """One mark. ``target`` is a person, a record, or the empty text: everybody, of a class under hold.

    ``reason`` was written by a person and may hold a name: it comes here sealed for ``id``.
    """

    id: str
    kind: MarkKind
    target: str
    data_class: str
    by: str
    reason: bytes = field(repr=False)


class MarkRow(TypedDict):
    """A mark that stands or stood."""

    id: str
    kind: str
    data_class: str
    everywhere: bool
    by: str
    at: dt.datetime
    reason: bytes
    lifted_at: dt.datetime | None
    lifted_by: str | None
    lifted_reason: bytes | None
    records: list[str]
    people: list[str]


def write_mark(tx: Transaction, marking: Marking, *, at: dt.datetime) -> list[RecordId]:
    """Put it on the records; which ones.

    Raises:
        UnknownRecordError: there is no such person or record.
    """
    said = {"id": marking.id, "data_class": marking.data_class, "by": marking.by, "reason": marking.reason}
    if not marking.target:
        tx.run("write.put_class_hold", **said, at=at)
        return []
    rows = tx.run(
        "write.put_mark", **said, target=marking.target, kind=marking.kind.value, at=at, forever=FOREVER
    )
    if not rows[0]["records"]:
        raise UnknownRecordError(
            "the id is not in use, or was never given", fix="take it from an answer of today"
        )
    return _renewed(tx, rows[0]["records"], at)


def write_lift(tx: Transaction, mark: str, *, by: str, reason: bytes, at: dt.datetime) -> list[RecordId]:
    """Lift it from every record; which ones.

    Raises:
        UnknownRecordError: no mark of that id stands.
    """
    row = tx.run("write.lift_mark", id=mark, by=by, reason=reason, at=at)[0]
    if not row["found"]:
        raise UnknownRecordError("no mark of that id stands", fix="take the id from `marks`")
    return _renewed(tx, row["records"], at)


async def marks_page(store: Reader, *, first: int, after: str = "", target: str = "") -> list[MarkRow]:
    """Marks after a place in the list; one more than a page has."""
    rows = await store.read("read.marks", first=first + 1, after=after, target=target, forever=FOREVER)
    return cast("list[MarkRow]", rows)


def restrict(tx: Transaction, records: Iterable[str], *, at: dt.datetime) -> None:
    """Pass restrictions to all that are one with these records; what happened closes to readers, or opens."""
    found = tx.run("write.restrict", records=sorted(records), forever=FOREVER)[0]["records"]
    renew(tx, Touched(gone_or_back=set(found)), at=at)


def _renewed(tx: Transaction, records: Iterable[str], at: dt.datetime) -> list[RecordId]:
    found = sorted(map(RecordId, records))
    tx.run("write.renew_marks", records=found)
    restrict(tx, found, at=at)
    return found
