"""The schema of the graph on a real Neo4j."""

from __future__ import annotations

from pathlib import Path

import pytest

from mast_graph.schema import apply_schema, statements
from mast_graph.store import Store
from mast_resolver.errors import GraphRefusedError, QueryFileError

pytestmark = pytest.mark.graph

UNIQUE = {
    ("PersonRecord", "id"),
    ("AddressRecord", "id"),
    ("Contact", "version"),
    ("Person", "id"),
    ("Address", "id"),
    ("Household", "id"),
    ("Agency", "id"),
    ("Team", "id"),
    ("Agreement", "id"),
    ("Load", "id"),
    ("Lease", "id"),
}
INDEXED = {
    ("PersonRecord", "pending"),
    ("AddressRecord", "pending"),
    ("PersonRecord", "feed"),
    ("AddressRecord", "feed"),
    ("Contact", "feed"),
    ("EVIDENCE", "review"),
    ("EVIDENCE", "address_review"),
    ("PersonRecord", "shielded"),
    ("Contact", "shielded"),
    ("STEWARD", "id"),
    ("Change", "tick"),
    ("CountedNote", "tick"),
    *(
        ("AddressRecord", name)
        for name in (
            "uprn",
            "place",
            "street_place",
            "postcode_place",
            "building",
            "postcode_building",
            "street_building",
            "area_building",
            "building_start",
            "building_end",
            "street_start",
            "street_end",
            "written",
        )
    ),
}


def indexes(store: Store) -> dict[tuple[str, str], tuple[str, str]]:
    """State and constraint of every index, by its first property."""
    with store._driver.session(database="neo4j") as session:
        rows = session.run("SHOW INDEXES YIELD labelsOrTypes, properties, state, owningConstraint, type")
        return {
            (row["labelsOrTypes"][0], row["properties"][0]): (row["state"], row["owningConstraint"])
            for row in rows
            if row["type"] == "RANGE"
        }


def test_every_id_is_unique_and_every_look_up_has_an_index_that_is_ready(store: Store) -> None:
    found = indexes(store)
    assert {key for key, (_, constraint) in found.items() if constraint} >= UNIQUE
    assert found.keys() >= UNIQUE | INDEXED
    assert {state for state, _ in found.values()} == {"ONLINE"}


def test_applying_twice_changes_nothing(store: Store) -> None:
    before = indexes(store)
    apply_schema(store)
    assert indexes(store) == before


def test_a_second_node_with_the_same_id_is_refused_without_naming_the_id(store: Store) -> None:
    store.define("CREATE (:PersonRecord {id: 'r-planted-value'})")
    with pytest.raises(GraphRefusedError, match="ConstraintValidationFailed") as caught:
        store.define("CREATE (:PersonRecord {id: 'r-planted-value'})")
    assert "planted" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_statement_that_fails_the_second_time_is_refused(tmp_path: Path) -> None:
    (tmp_path / "010_bad.cypher").write_text("CREATE CONSTRAINT x FOR (n:X) REQUIRE n.id IS UNIQUE;")
    with pytest.raises(QueryFileError, match="IF NOT EXISTS"):
        statements(tmp_path)
