"""Records that were erased and stay out when their agency sends them again, and a person's records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypedDict, cast

from mast_graph.lease import Lease
from mast_graph.proofs import Proof, put_proof
from mast_graph.store import Store, Transaction
from mast_resolver.records import FOREVER, EntityId


class RecordOfPerson(TypedDict):
    """A record of a person, withdrawn ones included."""

    record: str
    agency: str
    withdrawn: bool
    contacts: int
    held: bool


def put_tombstones(tx: Transaction, ids: Sequence[str], *, by: str, purge: str, at: dt.datetime) -> None:
    """What is erased in this transaction stays out; ``ids`` are keyed hashes.

    A load that is half done begins anew: without the rows of what stays out its batches are others.
    """
    tx.run("write.put_tombstones", ids=list(ids), by=by, purge=purge, at=at)
    tx.run("write.restart_loads")


def lift_tombstones(
    lease: Lease, ids: Sequence[str], *, by: str, at: dt.datetime, prove: Callable[[list[str]], Proof]
) -> int:
    """These may be loaded again; how many had stayed out.

    ``prove`` makes the proof of those that did, which is stored in the same transaction.
    """

    def work(tx: Transaction, tick: int) -> int:
        lifted = list(tx.run("write.lift_tombstones", ids=list(ids), by=by, at=at)[0]["lifted"])
        if lifted:
            tx.run("write.restart_loads")
            put_proof(tx, prove(lifted), tick=tick)
        return len(lifted)

    return lease.write(work)


def read_tombstones(store: Store) -> frozenset[str]:
    """Keyed hashes of all that stays out."""
    return frozenset(store.read("read.tombstones")[0]["ids"])


def records_of_person(store: Store, person: EntityId) -> list[RecordOfPerson]:
    """All that agencies hold of a person, shielded or not; none when the id is not in use."""
    rows = store.read("read.all_records_of_person", person=person, forever=FOREVER)
    return cast("list[RecordOfPerson]", rows)
