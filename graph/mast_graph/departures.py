"""Agencies that left: nothing of theirs is loaded until they are back."""

from __future__ import annotations

import datetime as dt

from mast_graph.agreements import leave_agreements
from mast_graph.lease import Lease
from mast_graph.proofs import Proof, put_proof
from mast_graph.store import Store, Transaction
from mast_resolver.errors import AgencyLeftError


def depart(lease: Lease, agency: str, *, by: str, at: dt.datetime) -> None:
    """It is party to no agreement and is not loaded; agency, teams and its loads are forgotten."""

    def work(tx: Transaction, _: int) -> None:
        leave_agreements(tx, agency, by=by, at=at)
        tx.run("write.depart", agency=agency, by=by, at=at)

    lease.write(work)


def rejoin(lease: Lease, agency: str, *, proof: Proof) -> bool:
    """It may be loaded again; whether it had left. Only then is the proof stored, in the same transaction."""

    def work(tx: Transaction, tick: int) -> bool:
        found = bool(tx.run("write.rejoin", agency=agency)[0]["found"])
        if found:
            put_proof(tx, proof, tick=tick)
        return found

    return lease.write(work)


def departed(store: Store) -> frozenset[str]:
    """The agencies that left."""
    return frozenset(store.read("read.departed")[0]["agencies"])


def check_present(store: Store, agency: str) -> None:
    """See that an agency has not left.

    Raises:
        AgencyLeftError: it has.
    """
    if agency in departed(store):
        raise AgencyLeftError(
            "the agency has left: nothing of it may be loaded",
            fix="mast agency rejoin, when it is a party again",
        )
