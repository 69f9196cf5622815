"""Agreements on their way to the graph and back: the terms of one lie side by side in lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from mast_graph.agreement import ALWAYS, Agreement, Term, View
from mast_graph.rows import Row, columns

_SIDE_BY_SIDE = ("data_classes", "gateways", "views", "months", "retention_months")


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry of the register: a version as stated, reviewed or ended, and when it was on record.

    ``number`` counts the entries of one agreement, ``changed_by`` says who stated, reviewed or ended it, and
    ``digest`` is that of the version as stated.
    """

    agreement: Agreement
    number: int
    cause: str
    changed_by: str
    digest: str
    recorded_from: dt.datetime
    recorded_to: dt.datetime


def entry(agreement: Agreement) -> Row:
    """The properties of a node."""
    return {
        "id": agreement.id,
        "name": agreement.name,
        "version": agreement.version,
        "owner": agreement.owner,
        "parties": list(agreement.parties),
        "purposes": list(agreement.purposes),
        "data_classes": [term.data_class for term in agreement.terms],
        "gateways": [term.gateway for term in agreement.terms],
        "views": [term.view.value for term in agreement.terms],
        "months": [term.months for term in agreement.terms],
        "retention_months": [term.retention_months for term in agreement.terms],
        "starts": agreement.starts,
        "ends": agreement.ends,
        "review_by": agreement.review_by,
    }


def terms(agreement: Agreement) -> list[Row]:
    """The properties of the nodes that questions look at, one for each class of data."""
    ungated = agreement.without_gateway
    return [
        {
            "id": f"{agreement.id}/{term.data_class}",
            "data_class": term.data_class,
            "gateway": term.gateway,
            "view": term.view.value,
            "months": term.months,
            "latest_months": term.latest_months,
            "retention_months": term.retention_months,
            "serves_until": ALWAYS if term.data_class in ungated else agreement.serves_until,
        }
        for term in agreement.terms
    ]


def read(rows: Iterable[Row]) -> list[Registered]:
    """Entries, from rows with a column ``entry``."""
    return [_registered(row["entry"]) for row in rows]


def _registered(row: Row) -> Registered:
    sides = columns(row, *_SIDE_BY_SIDE)
    agreement = Agreement(
        id=row["id"],
        name=row["name"],
        parties=tuple(row["parties"]),
        purposes=tuple(row["purposes"]),
        terms=tuple(
            Term(name, gateway, View(view), shown, kept) for name, gateway, view, shown, kept in sides
        ),
        version=row["version"],
        owner=row["owner"],
        starts=row.get("starts"),
        ends=row.get("ends"),
        review_by=row.get("review_by"),
    )
    return Registered(
        agreement,
        row["number"],
        row["cause"],
        row["changed_by"],
        row["digest"],
        row["recorded_from"],
        row["recorded_to"],
    )
