"""Everything in the graph as comparable values, without when it was recorded and without internal ids."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import neo4j

from mast_graph.store import Login

NODES: Final = """
MATCH (node) WHERE NOT node:Lease AND NOT node:Load AND NOT node:Change AND NOT node:CountedNote
  AND NOT node:Proof
RETURN labels(node) AS what, properties(node) AS properties
"""
EDGES: Final = """
MATCH (left)-[edge]->(right)
RETURN [type(edge), coalesce(left.version, left.id), coalesce(right.version, right.id)] AS what,
       properties(edge) AS properties
"""
WHEN: Final = frozenset(
    {"recorded_from", "recorded_to", "pending", "load", "seen_recorded", "seen_first", "seen_first_to"}
    | {"seen_then", "seen_then_to", "communal_then", "communal_then_to", "residents_changed"}
)
"""Differs between a load in one go and one in pieces: when it was recorded, and by which transaction."""

SAID: Final = {
    "records": """
        MATCH (r:PersonRecord|AddressRecord)
        RETURN r.id AS id, r.content AS content, r.pending AS pending, r.recorded_to.year = 9999 AS live,
               COLLECT { MATCH (r)-[:VERSION]->(v) RETURN v.content ORDER BY v.id } AS versions""",
    "contacts": """
        MATCH (c:Contact)
        RETURN c.id AS id, c.content AS content, c.recorded_to.year = 9999 AS live,
               COLLECT { MATCH (r)-[e]->(c) WITH r.id + type(e) + e.role AS touch
                         RETURN touch ORDER BY touch } AS touches""",
    "stays": """
        MATCH (p)-[s:LIVES_AT]->(a)
        RETURN p.id AS person, a.id AS address, s.recorded_to.year = 9999 AS live, s.inferred AS inferred,
               CASE WHEN NOT s.inferred THEN toString(s.valid_from) END AS since""",
    "relations": """
        MATCH (p)-[s:RELATED]->(o)
        RETURN p.id AS person, o.id AS other, s.kind AS kind, s.feed AS feed,
               s.recorded_to.year = 9999 AS live""",
    "entities": """
        MATCH (e:Person|Address) WHERE e.recorded_to.year = 9999
        RETURN COLLECT { MATCH (r)-[t:RESOLVES_TO]->(e) WHERE t.recorded_to.year = 9999
                         RETURN r.id ORDER BY r.id } AS records""",
    "evidence": """
        MATCH (l)-[e:EVIDENCE]->(r) RETURN l.id AS left, r.id AS right, e.w_millibits AS weight""",
}
"""Everything a load and a resolve leave, but ids made by chance, sealed bytes and times of recording."""


def rows(server: Login, statement: str, **params: object) -> list[dict[str, Any]]:
    """Ask the server directly, past the named queries."""
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        answer = driver.execute_query(statement, params, database_="neo4j")  # type: ignore[arg-type, unused-ignore]
        return [record.data() for record in answer.records]


def contents(server: Login) -> Counter[str]:
    """Nodes and edges but loads, leases and notes; of a recorded interval only whether it has ended."""
    found = [*rows(server, NODES), *rows(server, EDGES)]
    return Counter(
        json.dumps([row["what"], _lasting(row["properties"])], sort_keys=True, default=str) for row in found
    )


def _lasting(properties: dict[str, Any]) -> dict[str, Any]:
    lasting = {name: value for name, value in properties.items() if name not in WHEN}
    if "recorded_to" in properties:
        lasting["current"] = properties["recorded_to"].year == 9999
    lasting["is_pending"] = "pending" in properties
    return lasting


def what_was_said(server: Login) -> dict[str, Counter[str]]:
    """What a load and a resolve leave, whatever ids, seals and times they drew."""
    return {
        name: Counter(json.dumps(row, sort_keys=True, default=str) for row in rows(server, statement))
        for name, statement in SAID.items()
    }
