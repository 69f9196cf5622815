"""A town whose records are resolved by the real resolver and model, for tests of stewards' work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.graph_contents import rows
from tests.town import Service, Town, ago

from mast_api.resolving import resolve_pending
from mast_api.workspace import now
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Login, Store
from mast_resolver.records import FOREVER, Batch, RecordId, Retraction

ENQUIRY: Final = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}
NOT_RUNNING_IT: Final = (
    ("response-officer", "safeguarding-response"),
    ("safeguarding-analyst", "safeguarding-enquiry"),
    ("steward", "safeguarding-enquiry"),
    ("researcher", "research"),
)
"""Roles that are told nothing of how the service runs, each with a purpose of theirs."""

HOME: Final = "14 High Street, Walsall WS1 1AA"
BORN: Final = "1990-05-17"

DECIDE: Final = """
mutation ($left: ID!, $right: ID!, $decision: MatchDecision!, $reason: String!) {
  recordMatchDecision(left: $left, right: $right, decision: $decision, reason: $reason) {
    decisionId says records { recordId entityId } createdEntityIds superseded { id successorIds }
  }
}
"""
REVOKE: Final = """
mutation ($decision: ID!) {
  revokeMatchDecision(decision: $decision, reason: "looked again") {
    decisionId records { recordId entityId }
  }
}
"""
SPLIT: Final = """
mutation ($entity: ID!, $records: [ID!]!, $together: Boolean) {
  splitRecords(entity: $entity, records: $records, together: $together, reason: "two sisters") {
    decisionId records { recordId entityId } createdEntityIds superseded { id successorIds }
  }
}
"""


class Register:
    """Agencies' records as they load them, and who is who in the graph. Writes only while it is asked to.

    Who is who is from ``clock`` on: where answers are of the town's day, it has to be that day.
    """

    def __init__(
        self, store: Store, server: Login, data: Path, *, clock: Callable[[], dt.datetime] = now
    ) -> None:
        self.store, self.server, self.data, self._clock = store, server, data, clock
        with Lease.acquire(store, "tests") as lease:
            self.town = Town(store, lease)

    def says(self, agency: str, reference: str, person: str, born: str, **more: Any) -> RecordId:
        """A record of a person, loaded but not resolved; by default at home."""
        more = {"place": HOME} | more
        with self._writing():
            self.town.says(agency, reference, person=person, date_of_birth=born, **more)
        return self.town.record(agency, reference)

    def withdraws(self, record: RecordId) -> None:
        """An agency retracts a record."""
        with self._writing() as lease:
            loader = Loader(self.store, lease, lambda: self.town.loaded_at)
            load = loader.begin("feed", f"withdrawal of {record}")
            assert load is not None
            loader.load(load, Batch(retractions=(Retraction(record=record),)))

    def resolve(self, *, again: bool = False) -> None:
        """As `mast resolve` does, in another process."""
        with self._writing() as lease:
            resolve_pending(self.store, lease, self.town.keys, self.data, again=again, clock=self._clock)

    def person(self, record: RecordId) -> str:
        """Whose record it is, by the graph."""
        found = self.rows(
            "MATCH (:PersonRecord {id: $record})-[r:RESOLVES_TO]->(person) WHERE r.recorded_to = $forever "
            "RETURN person.id AS id",
            record=record,
            forever=FOREVER,
        )
        return str(found[0]["id"])

    def groups(self, *records: RecordId) -> set[frozenset[RecordId]]:
        """The records by whose they are."""
        found: dict[str, set[RecordId]] = {}
        for record in records:
            found.setdefault(self.person(record), set()).add(record)
        return {frozenset(each) for each in found.values()}

    def rows(self, statement: str, **params: object) -> list[dict[str, Any]]:
        """Ask the server directly."""
        return rows(self.server, statement, **params)

    @contextmanager
    def _writing(self) -> Iterator[Lease]:
        with Lease.acquire(self.store, "tests") as lease:
            self.town._lease = lease
            yield lease


def decide(service: Service, left: str, right: str, decision: str, reason: str = "I rang them both") -> Any:
    """A decision that must be taken."""
    return service.answer(DECIDE, left=left, right=right, decision=decision, reason=reason, **ENQUIRY)


def refused(service: Service, query: str, **variables: Any) -> tuple[int, str, dict[str, Any]]:
    """Status, code and error of what must be refused."""
    response = service.ask(query, **(ENQUIRY | variables))
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["extensions"]


def records_of_ann(register: Register) -> list[RecordId]:
    """Three records of one person, the third not so surely."""
    return [
        register.says(
            "police", "1", "Annabel Leeson", BORN, lives=(ago(900), None), contact="MISSING_PERSON"
        ),
        register.says("housing", "2", "Annabel Leeson", BORN),
        register.says("nhs", "3", "Anabel Leeson", BORN),
    ]
