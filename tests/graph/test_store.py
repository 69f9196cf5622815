"""The store against a real Neo4j."""

from __future__ import annotations

from mast_graph.store import Store


def test_an_empty_database_has_no_nodes(store: Store) -> None:
    assert store.read("read.count_nodes") == [{"nodes": 0}]
