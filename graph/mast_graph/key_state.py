"""Under which key version the graph is, and what is sealed or keyed in it, phase by phase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from mast_graph.rows import Row
from mast_graph.store import Store, Transaction
from mast_resolver.records import FOREVER

PHASES: Final = (
    "person_records", "address_records", "contacts", "decisions", "shields", "glasses", "marks", "models",
    "releases",
)  # fmt: skip
"""Everything that a rotation changes, in the order in which it does."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """The version in force; ``target``, ``phase`` and ``after`` say how far a rotation has come."""

    version: int
    target: int | None = None
    phase: str = ""
    after: str = ""
    changed: int = 0
    begun_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None

    @property
    def versions(self) -> frozenset[int]:
        """Those under which something stored may be."""
        return frozenset({self.version} if self.target is None else {self.version, self.target})


def key_state(rows: Sequence[Row]) -> KeyState | None:
    """What ``read.key_state`` found; None while nothing is loaded."""
    if not rows or rows[0]["version"] is None:
        return None
    row = rows[0]
    return KeyState(
        row["version"],
        row["target"],
        row["phase"] or "",
        row["after"] or "",
        row["changed"] or 0,
        row["begun_at"],
        row["ended_at"],
    )


def read_key_state(store: Store) -> KeyState | None:
    """Under which key version the graph is; None while nothing is loaded."""
    return key_state(store.read("read.key_state"))


def put_key_state(tx: Transaction, state: KeyState) -> None:
    """Say it."""
    tx.run("write.put_key_state", **asdict(state))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Live records of a feed that were not supplied again since encodings began anew."""

    feed: str
    agency: str
    people: int
    addresses: int


def read_waiting(store: Store, root: int) -> list[Waiting]:
    """Those whose encodings are older than ``root``, by feed."""
    return [Waiting(**row) for row in store.read("read.key_waiting", root=root, forever=FOREVER)]


def read_keyed(store: Store, phase: str, *, after: str, limit: int) -> list[dict[str, Any]]:
    """A page of what a phase changes, by ``id``; empty after the last."""
    return store.read(f"read.key_{phase}", after=after, limit=limit)


def put_keyed(tx: Transaction, phase: str, rows: Sequence[Row], *, version: int) -> None:
    """The page under another key version."""
    if not rows:
        return
    if phase in {"person_records", "address_records"}:
        tx.run(f"write.key_{phase}", rows=rows, version=version)
    else:
        tx.run(f"write.key_{phase}", rows=rows)
