"""Stewards' decisions in the graph: who decided what about which records, when, and what was revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from mast_graph.store import Store, Transaction
from mast_resolver.errors import UnknownRecordError
from mast_resolver.ports import Constraint, Decide
from mast_resolver.records import Kind, RecordId


@dataclass(frozen=True, slots=True)
class Deciding:
    """One act of a steward: what is decided, by whom, and why.

    ``reason`` was written by a person and may hold a name: it comes here sealed for ``id``. ``takes_back``
    are the decisions of which alone something is revoked; none are all that stand between a pair.
    """

    id: str
    decides: Sequence[Decide]
    by: str
    reason: bytes = field(repr=False)
    takes_back: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StandingPair:
    """A pair that a decision is about, what it says, and the other decisions that say so too."""

    left: RecordId
    right: RecordId
    kind: Constraint
    others: frozenset[str]
    of: Kind


@dataclass(frozen=True, slots=True)
class StandingDecision:
    """A decision about two records that stands; ``reason`` is sealed for ``id``."""

    id: str
    left: RecordId
    right: RecordId
    kind: Constraint
    by: str
    at: dt.datetime
    reason: bytes = field(repr=False)


def write_decisions(tx: Transaction, deciding: Deciding, kind: Kind, *, at: dt.datetime) -> None:
    """Store what a steward decided; former decisions that say otherwise are revoked, not deleted. Those that
    say the same stand beside it: taking back one does not take back the other.

    Raises:
        UnknownRecordError: one of the records is not in the graph.
    """
    pairs = {}
    for decide in deciding.decides:
        left, right = sorted((decide.left, decide.right))
        decided = None if decide.kind is None else decide.kind.value
        pairs[left, right] = {
            "left": left,
            "right": right,
            "kind": decided,
            "takes_back": sorted(deciding.takes_back),
        }
    found = tx.run(
        f"write.put_{kind.value}_decisions",
        id=deciding.id,
        rows=list(pairs.values()),
        by=deciding.by,
        reason=deciding.reason,
        at=at,
    )
    if found[0]["found"] != len(pairs):
        raise unknown_record()


def unknown_record() -> UnknownRecordError:
    """The error for a record that is not there, or of which nobody may know: nothing tells the two apart."""
    return UnknownRecordError(
        "a decision names a record that is not in the graph", fix="look the records up again"
    )


def read_decisions(store: Store, kind: Kind) -> Sequence[Decide]:
    """The decisions that stand, oldest first."""
    rows = store.read(f"read.state_{kind.value}_decisions")
    return [Decide(RecordId(row["left"]), RecordId(row["right"]), Constraint(row["kind"])) for row in rows]


def read_pairs(store: Store, decision: str) -> Sequence[StandingPair]:
    """The pairs of records for which a decision still stands."""
    rows = store.read("read.pairs_of_decision", id=decision)
    return [
        StandingPair(
            RecordId(row["left"]),
            RecordId(row["right"]),
            Constraint(row["kind"]),
            frozenset(row["others"]),
            Kind.ADDRESS if row["address"] else Kind.PERSON,
        )
        for row in rows
    ]


def standing_between(store: Store, left: RecordId, right: RecordId) -> Mapping[str, Constraint]:
    """The decisions about this very pair of records that stand, by id."""
    rows = store.read("read.decisions_of_records", records=[left])
    return {
        row["id"]: Constraint(row["kind"]) for row in rows if {row["left"], row["right"]} == {left, right}
    }
