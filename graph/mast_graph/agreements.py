"""The register of agreements: every version stays on record; questions are answered under its terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum
from typing import Any

from mast_graph import agreement_rows
from mast_graph.agreement import FOREVER, Agreement
from mast_graph.agreement_rows import Registered
from mast_graph.store import Store, Transaction
from mast_resolver.days import LONDON, morning
from mast_resolver.errors import AgreementError


class Filed(StrEnum):
    """What became of a stated version."""

    NEW = "new"
    UNCHANGED = "unchanged"
    OLDER = "older"


def write_agreement(tx: Transaction, stated: Agreement, *, at: dt.datetime, by: str = "") -> Filed:
    """Put a version in force, or leave things as they are: an older one, or the same again, changes nothing.

    ``by`` is who put it in force.

    Raises:
        AgreementError: this version is on record with other content.
    """
    now = _in_force(tx, stated.id)
    if now is None:
        _record(tx, replace(stated, version=stated.version or 1), 1, "stated", by, stated.digest, at)
        return Filed.NEW
    if stated.digest == now.digest and stated.version in (0, now.agreement.version):
        return Filed.UNCHANGED
    if stated.version and stated.version < now.agreement.version:
        return Filed.OLDER
    if stated.version == now.agreement.version:
        raise AgreementError(
            f"version {stated.version} of agreement {stated.id} is on record with other content",
            fix=f"state the change as version {stated.version + 1}",
        )
    version = stated.version or now.agreement.version + 1
    _record(tx, replace(stated, version=version), now.number + 1, "stated", by, stated.digest, at)
    return Filed.NEW


def review_agreement(
    tx: Transaction, id_: str, *, by: str, review_by: dt.date, at: dt.datetime
) -> Registered:
    """Have it on record that somebody reviewed the version in force, and when the next review is due.

    Raises:
        AgreementError: there is no such agreement, or the next review would be in the past.
    """
    if morning(review_by) <= at:
        raise AgreementError("the next review is not in the future", fix="give a later day")
    return _change(tx, id_, "reviewed", by, at, review_by=review_by)


def end_agreement(tx: Transaction, id_: str, *, by: str, at: dt.datetime) -> Registered:
    """Stop serving under it at once, until a higher version is stated.

    Raises:
        AgreementError: there is no such agreement.
    """
    return _change(tx, id_, "ended", by, at, ends=at.astimezone(LONDON).date())


def leave_agreements(tx: Transaction, agency: str, *, by: str, at: dt.datetime) -> list[str]:
    """Take an agency out of the parties of every agreement; what it shared serves nobody from now on."""
    left = []
    for entry in agreement_rows.read(tx.run("read.agreements")):
        if agency in entry.agreement.parties:
            others = tuple(party for party in entry.agreement.parties if party != agency)
            _change(tx, entry.agreement.id, "party-left", by, at, parties=others)
            left.append(entry.agreement.id)
    return left


def agreements(store: Store) -> list[Registered]:
    """The register: every agreement as it is in force, by id."""
    return agreement_rows.read(store.read("read.agreements"))


def versions_of_agreement(store: Store, id_: str) -> list[Registered]:
    """Everything that the register ever said of one agreement, oldest first."""
    return agreement_rows.read(store.read("read.agreement_versions", id=id_))


def _change(tx: Transaction, id_: str, cause: str, by: str, at: dt.datetime, **changed: Any) -> Registered:
    now = _in_force(tx, id_)
    if now is None:
        known = ", ".join(each.agreement.id for each in agreement_rows.read(tx.run("read.agreements")))
        raise AgreementError(f"there is no agreement {id_}", fix=f"known here: {known or 'none'}")
    changed_to = replace(now.agreement, **changed)
    return _record(tx, changed_to, now.number + 1, cause, by, now.digest, at)


def _in_force(tx: Transaction, id_: str) -> Registered | None:
    return next(
        (each for each in agreement_rows.read(tx.run("read.agreements")) if each.agreement.id == id_), None
    )


def _record(
    tx: Transaction, agreement: Agreement, number: int, cause: str, by: str, digest: str, at: dt.datetime
) -> Registered:
    tx.run(
        "write.put_agreement",
        entry={
            **agreement_rows.entry(agreement),
            "number": number,
            "cause": cause,
            "changed_by": by,
            "digest": digest,
        },
        terms=agreement_rows.terms(agreement),
        serves_from=agreement.serves_from,
        at=at,
        forever=FOREVER,
    )
    return Registered(agreement, number, cause, by, digest, at, FOREVER)
