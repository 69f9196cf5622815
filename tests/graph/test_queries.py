"""Cypher files: their headers are true, and the real server accepts every one of them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Final

import pytest

from mast_graph.queries import Access, Field, _load, cypher_folder, names, parse, query
from mast_graph.store import Store
from mast_resolver.errors import QueryFileError, UnknownNameError

GOOD = """\
// Contacts about one place,
// newest first.
// access: read
// param $address: string, id of the resolved address
// param $kinds: optional list of string
// column at: date-time
MATCH (n {id: $address}) // not $this
WHERE n.kind IN $kinds AND n.note <> 'costs $that'
RETURN n.at AS at
"""

DUMMIES: Final[dict[str, Any]] = {
    "string": "x",
    "integer": 1,
    "float": 0.5,
    "boolean": True,
    "bytes": b"x",
    "date": dt.date(2026, 1, 2),
    "date-time": dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    "map": {},
    "any": None,
}


def dummy(kind: str) -> Any:
    if kind.startswith("optional "):
        return dummy(kind.removeprefix("optional "))
    if kind.startswith("list of "):
        return [dummy(kind.removeprefix("list of "))]
    return DUMMIES[kind]


def test_a_part_is_in_every_statement_that_asks_for_it_and_one_that_is_not_there_is_said(
    tmp_path: Path,
) -> None:
    part = (cypher_folder() / "part" / "alert_about_seen.cypher").read_text().split()
    for name in ("read.alerts", "read.alerts_raised", "read.untold_alerts", "read.rule_worth"):
        assert " ".join(part) in " ".join(query(name).text.split())
    used = "".join(path.read_text() for path in cypher_folder().glob("*/*.cypher"))
    for path in (cypher_folder() / "part").iterdir():
        assert f"// part: {path.stem}\n" in used
    (tmp_path / "read").mkdir()
    (tmp_path / "read" / "odd.cypher").write_text("// Odd.\n// access: read\nMATCH (n)\n// part: nowhere\n")
    with pytest.raises(QueryFileError, match="there is no part nowhere"):
        _load(tmp_path, "read.odd")


def test_a_header_says_what_goes_in_and_what_comes_out() -> None:
    named = parse("read.contacts", GOOD)
    assert named.description == "Contacts about one place, newest first."
    assert named.access is Access.READ
    assert named.params == {
        "address": Field("string", "id of the resolved address"),
        "kinds": Field("optional list of string", ""),
    }
    assert named.columns == {"at": Field("date-time", "")}
    assert named.text.startswith("MATCH")


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        pytest.param("// access: read\n", "", "lacks", id="no access line"),
        pytest.param("access: read", "access: admin", "access is 'admin'", id="unknown access"),
        pytest.param("access: read", "access: write", "its folder says otherwise", id="wrong folder"),
        pytest.param("$address:", "$place:", "are not those declared", id="declared but not used"),
        pytest.param("// param $kinds: optional list of string\n", "", "are not those", id="not declared"),
        pytest.param("column at: date-time", "column at: datetime", "unknown type", id="unknown type"),
        pytest.param("list of string", "list of", "unknown type", id="list of nothing"),
        pytest.param("// column at", "// colum at", "no known form", id="misspelt line"),
        pytest.param("param $kinds: optional", "param $kinds optional", "no known form", id="no colon"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(old: str, new: str, fact: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryFileError, match=fact):
        parse("read.contacts", GOOD.replace(old, new))


def test_a_file_without_a_statement_is_refused() -> None:
    with pytest.raises(QueryFileError, match="lacks"):
        parse("read.nothing", "// Nothing.\n// access: read\n")


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError) as caught:
        query("read.count_node")
    assert str(caught.value) == (
        "MAST-201: no Cypher query is called 'read.count_node'\n  fix: did you mean read.count_nodes?"
    )


@pytest.mark.parametrize(
    "name", ["../secret", "read", "", "schema.010_unique_ids", "read.count_nodes.cypher"]
)
def test_only_listed_names_are_files(name: str) -> None:
    with pytest.raises(UnknownNameError):
        query(name)


OF_BATCHES: Final = [
    name
    for name in names()
    if name.startswith(("write.", "read.state_", "read.address_history", "read.co_residents"))
    and "UNWIND" in query(name).text
]


@pytest.mark.parametrize("name", OF_BATCHES)
def test_what_is_looked_up_for_each_of_a_list_is_sought_in_an_index_by_name(name: str) -> None:
    # A plan made while a label was empty scans its index for each item, and is kept while the graph grows.
    text = query(name).text
    for clause in re.findall(r"^ *(?:OPTIONAL )?MATCH .*\n(?: *USING .*\n)*", text, flags=re.MULTILINE):
        sought = re.findall(r"\((\w+:\w+) \{(\w+): ", clause)
        assert not sought or any(f"USING INDEX SEEK {node}({key})" in clause for node, key in sought), clause
        assert not re.search(r"\(:\w+ \{", clause), clause


@pytest.mark.parametrize("name", names())
def test_the_header_of_every_query_is_true(name: str) -> None:
    assert query(name).name == name


@pytest.mark.graph
@pytest.mark.parametrize("name", names())
def test_the_server_accepts_every_query_and_finds_it_as_harmless_as_declared(name: str, store: Store) -> None:
    named = query(name)
    params = {param: dummy(field.type) for param, field in named.params.items()}
    with store._driver.session(database="neo4j") as session:
        result = session.run(f"EXPLAIN {named.text}", params)
        columns, kind = result.keys(), result.consume().query_type
    assert kind == "r" or named.access is Access.WRITE
    assert set(columns) == named.columns.keys()


def test_the_files_are_all_named_in_small_letters() -> None:
    folder = Path(__file__).parents[2] / "cypher"
    assert all(
        path.stem.replace("_", "").isalnum() and path.stem.islower() for path in folder.glob("[rw]*/*")
    )
