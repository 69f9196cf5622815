"""What the audit log says of the ledger of releases: it is not set back when the graph is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mast_api.audit.segments import entries_backwards
from mast_api.rights.proving import note
from mast_graph.store import Store

LEDGER: Final = "ledger"
"""What answers, and proofs of commands, name how many cohorts are remembered by."""
ACCEPTED: Final = "research-ledger-accepted"


def last_on_record(log: Path) -> int:
    """How many cohorts were remembered when that was last said, by an answer or by whoever accepted fewer.

    Raises:
        AuditUnavailableError: the log changes faster than it is read.
    """
    for entry in entries_backwards(log, told_by=[[f'"{LEDGER}":'.encode()]]):
        if isinstance(entry.get(LEDGER), int):
            return int(entry[LEDGER])
    return 0


def accept(store: Store, number: int, *, by: str) -> None:
    """Have on record that somebody goes on with a ledger that holds so many, whatever was released before.

    Raises:
        LeaseHeldError: another writer is at work, so that nothing can be noted.
    """
    note(store, ACCEPTED, by, {LEDGER: number})
