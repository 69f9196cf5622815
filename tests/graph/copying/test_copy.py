"""A graph read out, written into an empty database and read back is the same; every change shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.emptying import empty
from tests.graph_contents import rows

from mast_graph.copying.reading import extent, pages_of_edges, pages_of_nodes
from mast_graph.copying.writing import Difference, Restoration
from mast_graph.schema import apply_schema
from mast_graph.store import Login, Store
from mast_resolver.errors import GraphRefusedError, UnknownNameError

pytestmark = pytest.mark.graph

Copy = tuple[list[list[bytes]], list[list[bytes]]]

EVERY_TYPE = """
CREATE (a:PersonRecord:Odd {id: 'r1', whole: 9007199254740993, low: -1, real: 1.0, tiny: 5e-324, yes: true,
    bytes: $bytes, none: $nothing, texts: ['', 'ä\\u0000'], wholes: [1, 2], reals: [0.1, 2.0], flags: [true],
    at: datetime('2026-11-26T09:00:00.123456789Z'), east: datetime('2026-11-26T09:00:00+05:45'),
    town: datetime('2026-06-26T09:00:00[Europe/London]'), ever: datetime('9999-12-31T00:00:00Z'),
    day: date('2026-11-26'), days: [date('2020-02-29')], times: [datetime('2026-11-26T09:00:00.5Z')]}),
  (b {empty: []}), (c:PersonRecord {id: 'r2'}),
  (a)-[:LIVES_AT {from: datetime('2026-01-01T00:00:00Z'), bits: 1.5}]->(b),
  (a)-[:LIVES_AT {from: datetime('2026-01-01T00:00:00Z'), bits: 1.5}]->(b),
  (b)-[:`odd type`]->(b), (c)-[:LIVES_AT]->(a)
"""

WHOLE = """
MATCH (n) RETURN labels(n) AS what, properties(n) AS said, [name IN keys(n) | valueType(n[name])] AS types
UNION ALL
MATCH (l)-[e]->(r)
RETURN [type(e), l.id, r.id] AS what, properties(e) AS said, [name IN keys(e) | valueType(e[name])] AS types
"""


JOINED = """
MATCH (l) WHERE id(l) = $left MATCH (r) WHERE id(r) = $right
CREATE (l)-[e:E]->(r) SET e = $said
"""


def everything(server: Login) -> list[str]:
    """All that the server says about the graph, past our own reading of it."""
    return sorted(
        repr((sorted(map(str, row["what"])), sorted(row["said"].items()), sorted(row["types"])))
        for row in rows(server, WHOLE)
    )


def copy(store: Store) -> Copy:
    reach = extent(store)
    return list(pages_of_nodes(store, reach)), list(pages_of_edges(store, reach))


def restored(store: Store, copied: Copy) -> Difference:
    empty(store)
    apply_schema(store)
    restoration = Restoration(store)
    for page in copied[0]:
        restoration.add_nodes(page)
    for page in copied[1]:
        restoration.add_edges(page)
    return restoration.compare()


def test_every_type_comes_back_as_it_was(store: Store, neo4j_server: Login) -> None:
    rows(neo4j_server, EVERY_TYPE, bytes=bytes(range(256)), nothing=b"")
    before = everything(neo4j_server)
    assert len(before) == 7
    assert restored(store, copy(store)) == Difference(0, 0)
    assert everything(neo4j_server) == before


FIRST = dt.datetime(1900, 1, 1)  # noqa: DTZ001 - the strategy adds the zone

PROPERTIES = st.dictionaries(
    st.sampled_from(["p", "q", "r", "name with space"]),
    st.one_of(
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False),
        st.booleans(),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        st.binary(max_size=8),
        st.datetimes(FIRST, timezones=st.just(dt.UTC)),
        st.dates(dt.date(1900, 1, 1)),
        st.lists(st.integers(-5, 5), max_size=3),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), max_size=3),
    ),
    max_size=4,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from([[], ["One"], ["One", "Two"]]), PROPERTIES), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), PROPERTIES), max_size=6),
)
def test_whatever_graph_comes_back_as_it_was(
    store: Store, neo4j_server: Login, nodes: list[Any], edges: list[Any]
) -> None:
    empty(store)
    numbers = [
        rows(
            neo4j_server,
            "CREATE (n:$($labels)) SET n = $said RETURN id(n) AS number",
            labels=labels,
            said=said,
        )[0]["number"]
        for labels, said in nodes
    ]
    for left, right, said in edges:
        ends = {"left": numbers[left % len(numbers)], "right": numbers[right % len(numbers)]}
        rows(
            neo4j_server,
            JOINED,
            said=said,
            **ends,
        )
    before = everything(neo4j_server)
    assert not restored(store, copy(store))
    assert everything(neo4j_server) == before


@pytest.mark.parametrize(
    ("harm", "difference"),
    [
        pytest.param("MATCH (n {id: 'r2'}) DETACH DELETE n", Difference(2, 0), id="a node and its edge gone"),
        pytest.param("MATCH (n {id: 'r2'}) SET n.more = 1", Difference(1, 1), id="a property more"),
        pytest.param("MATCH (n {id: 'r1'}) SET n.real = 1", Difference(1, 1), id="a float that is whole"),
        pytest.param("MATCH (n {id: 'r1'}) REMOVE n:Odd", Difference(1, 1), id="a label less"),
        pytest.param(
            "MATCH (n {id: 'r1'}) SET n.at = datetime('2026-11-26T09:00:00.123456788Z')",
            Difference(1, 1),
            id="a nanosecond",
        ),
        pytest.param(
            "MATCH ({id: 'r1'})-[e]->({}) WITH e LIMIT 1 DELETE e",
            Difference(1, 0),
            id="one of two equal edges",
        ),
        pytest.param(
            "MATCH (l {id: 'r2'})-[e]->(r) CREATE (r)-[:LIVES_AT]->(l) DELETE e",
            Difference(1, 1),
            id="an edge turned round",
        ),
        pytest.param("CREATE (:Person)", Difference(0, 1), id="a node that nobody stored"),
    ],
)
def test_every_change_after_storing_is_found(
    store: Store, neo4j_server: Login, harm: str, difference: Difference
) -> None:
    rows(neo4j_server, EVERY_TYPE, bytes=b"x", nothing=b"")
    nodes, edges = copy(store)
    empty(store)
    restoration = Restoration(store)
    for page in nodes:
        restoration.add_nodes(page)
    for page in edges:
        restoration.add_edges(page)
    rows(neo4j_server, harm)
    assert restoration.compare() == difference


def test_an_edge_to_nowhere_is_refused(store: Store, neo4j_server: Login) -> None:
    rows(neo4j_server, "CREATE (:Person)-[:E]->(:Person)")
    _, edges = copy(store)
    with pytest.raises(GraphRefusedError):
        restored(store, ([], edges))


def test_a_type_that_a_copy_cannot_keep_is_refused_and_its_value_not_said(
    store: Store, neo4j_server: Login
) -> None:
    rows(neo4j_server, "CREATE (:Person {where: point({x: 51.5, y: 7.0})})")
    with pytest.raises(UnknownNameError) as refused:
        copy(store)
    assert "Point" in str(refused.value)
    assert "51.5" not in str(refused.value)
