"""Everything in the graph as comparable values, without when it was recorded and without internal ids."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import neo4j

from mast_graph.store import Login

NODES: Final = """
MATCH (node) WHERE NOT node:Lease AND NOT node:Load
RETURN labels(node) AS what, properties(node) AS properties
"""
EDGES: Final = """
MATCH (left)-[edge]->(right)
RETURN [type(edge), coalesce(left.version, left.id), coalesce(right.version, right.id)] AS what,
       properties(edge) AS properties
"""
WHEN: Final = frozenset({"recorded_from", "recorded_to", "pending", "load"})
"""Differs between a load in one go and one in pieces: when it was recorded, and by which transaction."""


def rows(server: Login, statement: str, **params: object) -> list[dict[str, Any]]:
    """Ask the server directly, past the named queries."""
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        answer = driver.execute_query(statement, params, database_="neo4j")  # type: ignore[arg-type, unused-ignore]
        return [record.data() for record in answer.records]


def contents(server: Login) -> Counter[str]:
    """Nodes and edges but loads and leases; of a recorded interval only whether it has ended."""
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
