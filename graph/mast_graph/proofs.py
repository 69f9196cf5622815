"""What was done for a right or a rule: stored with the deed, in its transaction, until the audit log has it.

The log has one writer, the service; a command that purges beside it cannot append to it. So the graph keeps
what is to be said, and nothing can be purged without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mast_graph.store import Store, Transaction

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry for the audit log: ids, keyed hashes, counts and names of ours, never a clear value."""

    id: str
    entry: Mapping[str, Any]


def put_proof(tx: Transaction, proof: Proof, *, tick: int) -> None:
    """Store what this transaction does."""
    text = json.dumps({**proof.entry, "proof": proof.id}, sort_keys=True)
    tx.run("write.put_proof", id=proof.id, tick=tick, text=text)


def read_proofs(store: Store, limit: int = AT_ONCE) -> list[Proof]:
    """What the audit log has not got yet, oldest first."""
    return [Proof(row["id"], json.loads(row["text"])) for row in store.read("read.proofs", limit=limit)]


def drop_proofs(store: Store, ids: Sequence[str]) -> None:
    """The audit log has them. Not fenced: a load under way must not keep them from being dropped."""
    store.write(lambda tx: tx.run("write.drop_proofs", ids=list(ids)))
