"""What a writer was told is stored, noted as it is told, to be looked for when the database is back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tests.graph_contents import rows

from mast_graph.lease import Lease
from mast_graph.store import Login, Transaction

T = TypeVar("T")


class Acknowledged:
    """Everything that transactions changed whose commit came back, however often the database died since."""

    def __init__(self) -> None:
        self.writes = 0
        self.tick = 0
        self.batches: dict[str, int] = {}
        self.finished: set[str] = set()
        self.versions: set[str] = set()
        self.contacts: set[str] = set()
        self.assigned: set[tuple[str, str]] = set()
        self.settled: dict[str, str] = {}
        self.on_write: Callable[[], None] = lambda: None

    def take(self, tick: int, ran: list[tuple[str, Mapping[str, Any]]]) -> None:
        """Note the statements of one transaction."""
        self.writes, self.tick = self.writes + 1, tick
        for name, params in ran:
            if name.startswith(("write.add_", "write.put_")) and name.endswith("_records"):
                self.versions.update(row["version"] for row in params["rows"])
            elif name == "write.put_contacts":
                self.contacts.update(row["version"] for row in params["rows"])
            elif name == "write.note_batch":
                self.batches[params["id"]] = params["number"]
            elif name == "write.finish_load":
                self.finished.add(params["id"])
            elif name in ("write.resolve_persons", "write.resolve_addresses"):
                self.assigned.update((row["record"], row["entity"]) for row in params["assigned"])
                self.settled.update((row["record"], row["version"]) for row in params["settled"])
        self.on_write()

    def lost(self, server: Login) -> dict[str, object]:
        """What of it the database does not know; nothing may be missing, whatever came on top."""
        (held,) = rows(
            server,
            """
            OPTIONAL MATCH (lease:Lease {id: 'writer'})
            RETURN coalesce(lease.tick, 0) AS tick,
                   COLLECT { MATCH (v:RecordVersion) RETURN v.id } AS versions,
                   COLLECT { MATCH (c:Contact) RETURN c.version } AS contacts,
                   COLLECT { MATCH (l:Load) RETURN [l.id, l.batches, l.completed_at IS NOT NULL] } AS loads,
                   COLLECT { MATCH (r)-[:RESOLVES_TO]->(e) RETURN [r.id, e.id] } AS assigned,
                   COLLECT { MATCH (r:PersonRecord|AddressRecord) RETURN [r.id, r.resolved] } AS resolved
            """,
        )
        batches = {id_: number for id_, number, _ in held["loads"]}
        resolved = dict(held["resolved"])
        found: dict[str, object] = {
            "ticks": max(0, self.tick - held["tick"]),
            "versions": self.versions - set(held["versions"]),
            "contacts": self.contacts - set(held["contacts"]),
            "batches": {each for each, number in self.batches.items() if (batches.get(each) or 0) < number},
            "finished": self.finished - {id_ for id_, _, done in held["loads"] if done},
            "assigned": self.assigned - {(record, entity) for record, entity in held["assigned"]},
            "settled": {each for each in self.settled if resolved.get(each) is None},
        }
        return {what: missing for what, missing in found.items() if missing}


class NotingLease(Lease):
    """A lease whose holder remembers what it was told is stored."""

    told: Acknowledged

    def write(self, work: Callable[[Transaction, int], T]) -> T:
        """As always; what the transaction ran is noted once its commit has come back, and only then."""
        ran: list[tuple[str, Mapping[str, Any]]] = []
        number = 0

        def noted(tx: Transaction, tick: int) -> T:
            nonlocal number
            done = work(tx, tick)
            number, ran[:] = tick, tx.ran
            return done

        done = super().write(noted)
        self.told.take(number, ran)
        return done
