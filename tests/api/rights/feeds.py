"""Rows of agencies for tests of purges, the whole way: real intake, loader, resolver and graph."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.graph_contents import rows
from tests.town import NOW

from mast_api.resolving import resolve_pending
from mast_api.rights.purging import Order, Purging
from mast_graph.batch import Counts
from mast_graph.frequencies import StoredFrequencies, put_frequencies, read_frequencies
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.source import FileFormat, Source
from mast_resolver.ports import Constraint
from mast_resolver.records import Kind, RecordId

KEYS = KeyRing({1: bytes(range(32))}, current=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A row of an agency's file."""

    agency: str
    reference: str
    text: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, dt.datetime] = field(default_factory=dict)


class Borough:
    """A graph under test, loaded row by row and resolved by the models that ship."""

    def __init__(self, store: Store, lease: Lease, data: Path) -> None:
        self.store, self.lease, self.data = store, lease, data
        self.pseudonymiser = Pseudonymiser(KEYS, lambda: NOW)
        self._numbers = itertools.count(1)

    def record(self, agency: str, reference: str) -> RecordId:
        return self.pseudonymiser.record_id(agency, reference)

    def load(self, said: Iterable[Said], *, agreement: str = "mash-2026") -> None:
        for agency, theirs in itertools.groupby(said, key=lambda each: each.agency):
            source = Source("feed", agency, agreement, FileFormat.CSV, ())
            of_file = [
                SourceRow("f.csv", number, each.reference, each.text, each.moments)
                for number, each in enumerate(theirs, start=2)
            ]
            loader = Loader(self.store, self.lease, lambda: NOW)
            load = loader.begin(source.feed, f"hash {next(self._numbers)}")
            assert load is not None
            batches = self.pseudonymiser.batches(source, of_file)
            loader.finish(load, sum(loader.load_each(load, batches), Counts()))

    def resolve(self) -> None:
        resolve_pending(self.store, self.lease, KEYS, self.data)

    def decide(self, left: RecordId, right: RecordId, kind: Constraint) -> None:
        """A steward decided, of records that may be shielded since; it counts at the next resolve."""
        one, other = sorted((left, right))
        self.store.define(
            f"MATCH (l:PersonRecord {{id: '{one}'}}), (r:PersonRecord {{id: '{other}'}}) "
            f"CREATE (l)-[:STEWARD {{id: 'D-{next(self._numbers)}', kind: '{kind.value}', by: 's', "
            "reason: 'x', at: datetime()}]->(r)"
        )

    def purge(self, persons: Sequence[RecordId], **order: Any) -> Purging:
        with self.purging(**order) as purging:
            purging.records(persons, [])
        return purging

    def purging(self, **order: Any) -> Purging:
        return Purging(
            self.store,
            self.lease,
            KEYS,
            self.data,
            Order(order.get("rule", "test"), "officer-7", {}),
            clock=lambda: NOW,
            new_id=lambda: f"{next(self._numbers):032x}",
        )

    def frozen(self) -> dict[Kind, StoredFrequencies]:
        """Model and frequencies in force."""
        found = {kind: read_frequencies(self.store, kind) for kind in Kind}
        return {kind: stored for kind, stored in found.items() if stored is not None}

    def freeze(self, frozen: Mapping[Kind, StoredFrequencies]) -> None:
        for kind, stored in frozen.items():
            put_frequencies(self.lease, kind, stored, at=NOW)


PARTS: Mapping[str, str] = {
    "records": """
        MATCH (r:PersonRecord|AddressRecord)
        RETURN r.id AS id, r.content AS content, r.pending IS NULL AS resolved,
               coalesce(r.shielded, false) AS shielded, COUNT { (r)-[:VERSION]->() } AS versions""",
    "contacts": """
        MATCH (c:Contact)
        RETURN c.id AS id, c.type AS type, toString(c.at) AS at, c.shielded AS shielded,
               COLLECT { MATCH (r)-[e]->(c) RETURN r.id + e.role } AS touches""",
    "stays": """
        MATCH (p)-[s:LIVES_AT]->(a)
        RETURN p.id AS person, a.id AS address, toString(s.valid_from) AS since,
               s.recorded_to.year = 9999 AS live""",
    "relations": "MATCH (p)-[s:RELATED]->(o) RETURN p.id AS person, o.id AS other, s.kind AS kind",
    "people and addresses": """
        MATCH (e:Person|Address) WHERE e.recorded_to.year = 9999
        RETURN labels(e) AS kind, coalesce(e.shielded, false) AS shielded,
               COLLECT { MATCH (r)-[t:RESOLVES_TO]->(e) WHERE t.recorded_to.year = 9999
                         RETURN r.id ORDER BY r.id } AS records""",
    "evidence": """
        MATCH (l)-[e:EVIDENCE]->(r)
        RETURN l.id AS left, r.id AS right, e.w_millibits AS weight, e.review AS review""",
    "decisions": "MATCH (l)-[d:STEWARD]->(r) RETURN l.id AS left, r.id AS right, d.kind AS kind",
    "households": """
        MATCH (h:Household)-[:HOUSEHOLD_AT]->(a:Address)
        WITH h, COLLECT { MATCH (r)-[t:RESOLVES_TO]->(a) WHERE t.recorded_to.year = 9999
                          RETURN r.id ORDER BY r.id } AS place
        RETURN place, h.communal AS communal,
               COLLECT { MATCH (h)<-[m:MEMBER_OF]-(p:Person)
                         WITH m, COLLECT { MATCH (r)-[t:RESOLVES_TO]->(p) WHERE t.recorded_to.year = 9999
                                           RETURN r.id ORDER BY r.id } AS records
                         WITH [toString(m.from), toString(m.to)] + records AS member
                         RETURN member } AS members""",
    "paths of households": """
        MATCH (e:Household)-[l:LED_TO]->(o:Household)
        RETURN toString(l.left) AS left, toString(l.at) AS at, l.change AS change,
               size(l.people) AS people, size(l.stayed) AS stayed, size(l.met) AS met,
               size(l.beside) AS beside""",
    "buildings": """
        MATCH (u:Address)-[:PART_OF]->(b:Address)
        RETURN COLLECT { MATCH (r)-[t:RESOLVES_TO]->(u) WHERE t.recorded_to.year = 9999
                         RETURN r.id ORDER BY r.id } AS unit,
               COLLECT { MATCH (r)-[t:RESOLVES_TO]->(b) WHERE t.recorded_to.year = 9999
                         RETURN r.id ORDER BY r.id } AS building""",
}
"""All that answers are made of, without ids that are history and without when it was recorded."""


def holdings(server: Login) -> dict[str, list[str]]:
    """The graph as comparable values."""
    return {name: sorted(map(_plain, rows(server, statement))) for name, statement in PARTS.items()}


def _plain(value: Any) -> str:
    """The same text for the same value, whatever the order of a list."""
    if isinstance(value, dict):
        return repr({name: _plain(each) for name, each in value.items()})
    return repr(sorted(map(_plain, value))) if isinstance(value, list) else repr(value)


def traces(server: Login, ids: Iterable[str]) -> list[str]:
    """Where an id still stands in the graph, whatever the property: labels of nodes and types of edges."""
    found = rows(
        server,
        """
        MATCH (n) WHERE NOT n:Proof RETURN labels(n) AS what, properties(n) AS said
        UNION ALL
        MATCH ()-[e]->() RETURN [type(e)] AS what, properties(e) AS said
        """,
    )
    wanted = list(ids)
    return sorted({row["what"][0] for row in found for id_ in wanted if id_ in repr(row["said"])})
