"""`mast export network`: what the role may see, audited, in a file that networkx reads again."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest
from tests.end_to_end.command import Mast, assert_one_message
from tests.graph_contents import rows

from mast_api.commands.options import login_name
from mast_api.projecting import Format, Projection, text
from mast_graph.files import write_private
from mast_graph.store import Login

pytestmark = [pytest.mark.graph, pytest.mark.slow]

COUNTS = """
RETURN COUNT { (:Person)-[:MEMBER_OF]->() } AS member_of,
       COUNT { MATCH (p:Person) WHERE EXISTS { (p)-[:MEMBER_OF]->() } } AS person,
       COUNT { ()-[:HOUSEHOLD_AT]->() } AS household, COUNT { ()-[:LED_TO]->() } AS led_to
"""
NOTEBOOK = """
from pathlib import Path
from tests.docs.notebook import read, run
print(*run(read(Path("docs/network.ipynb"))), sep="")
"""
KINDS = {"person", "household", "address", "agency"}


@pytest.fixture
def loaded(mast: Mast, small_borough: Path, feeds: dict[str, list[Path]]) -> Mast:
    """A small borough, loaded and resolved."""
    for source, files in feeds.items():
        done = mast("load", small_borough / source, *files, "--no-resolve")
        assert done.code in (0, 1), done.err  # some rows are bad
    assert mast("resolve").code == 0
    return mast


def audit(data: Path) -> list[dict[str, object]]:
    lines = (data / "audit.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_whole_network_is_written_as_the_graph_has_it_and_audited(
    loaded: Mast, neo4j_server: Login, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "network.graphml"
    done = loaded("export", "network", "--out", out, "--json")
    assert done.code == 0, done.err
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    graph = nx.read_graphml(out)
    kinds = Counter(kind for _, kind in graph.nodes(data="kind"))
    assert kinds.keys() == KINDS
    (counted,) = rows(neo4j_server, COUNTS)
    edges = Counter(kind for _, _, kind in graph.edges(data="kind"))
    # Who has no home on record is there only where somebody is said to be related to them.
    at_home = {one for one, _, kind in graph.edges(data="kind") if kind == "member_of"}
    assert (len(at_home), kinds["household"]) == (counted["person"], counted["household"])
    related = {end for *ends, kind in graph.edges(data="kind") if kind == "related" for end in ends}
    assert kinds["person"] == len(at_home | related)
    went = {(one, other) for one, other, kind in graph.edges(data="kind") if kind == "led_to"}
    assert (edges["member_of"], len(went)) == (counted["member_of"], counted["led_to"])
    assert counted["led_to"]
    assert related
    assert done.json["nodes"] == graph.number_of_nodes()
    assert edges.keys() >= {"member_of", "at", "known_to", "led_to"}
    for one, other, kind in graph.edges(data="kind"):
        ends = (graph.nodes[one]["kind"], graph.nodes[other]["kind"])
        assert (
            ends
            in {
                "member_of": {("person", "household")},
                "at": {("household", "address")},
                "part_of": {("address", "address")},
                "known_to": {("person", "agency")},
                "led_to": {("household", "household")},
                "related": {("person", "person")},
            }[kind]
        )
    for id_, kind in graph.nodes(data="kind"):
        assert kind == "agency" or id_.startswith({"person": "P-", "household": "H-", "address": "A-"}[kind])
    asked = [entry for entry in audit(data) if entry.get("question") == "networkExtract"]
    told = [
        entry
        for entry in audit(data)
        if entry.get("event") == "answer" and entry.get("outcome") == "answered"
    ]
    assert asked
    noted = {person for entry in told for person in entry["ids"].get("people", [])}  # type: ignore[attr-defined]
    assert noted == {id_ for id_, kind in graph.nodes(data="kind") if kind == "person"}
    # The other format holds the same.
    as_json = tmp_path / "network.json"
    assert loaded("export", "network", "--format", "json", "--out", as_json).code == 0
    again = nx.node_link_graph(json.loads(as_json.read_text("utf-8")), edges="edges")
    assert dict(again.nodes(data="kind")) == dict(graph.nodes(data="kind"))
    assert Counter(again.edges(data="kind")) == Counter(graph.edges(data="kind"))
    # The notebook of the pages reads it, and py2neo puts it in a Neo4j of one's own: here, the tests'.
    named = {"NETWORK_FILE": str(as_json), "NETWORK_NEO4J": neo4j_server.uri}
    example = subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        env=os.environ | named | {"NEO4J_USER": neo4j_server.user, "NEO4J_PASSWORD": neo4j_server.password},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert example.returncode == 0, example.stderr
    assert f"in Neo4j: {graph.number_of_nodes()}" in example.stdout
    assert f"nodes: {dict(sorted(kinds.items()))}" in example.stdout, "it is the file that is read"
    # Around one household there is a part of it.
    home = next(one for one, other, kind in graph.edges(data="kind") if kind == "at")
    part = loaded("export", "network", "--household", home, "--depth", "2")
    assert part.code == 0, part.err
    around = nx.read_graphml(BytesIO(part.out.encode()))
    assert home in around
    assert set(around.nodes) <= set(graph.nodes)
    # A role or purpose that may not ask gets nothing, and no file.
    refused = tmp_path / "refused.graphml"
    for role, purpose, code in (
        ("response-officer", "safeguarding-response", "MAST-302"),
        ("safeguarding-analyst", "safeguarding-response", "MAST-302"),
        ("researcher", "research", "MAST-302"),
        ("safeguarding-analyst", "research", "MAST-302"),
    ):
        release = ("--release", "mash-2026/trial", "--by", "officer-7") if purpose == "research" else ()
        said = loaded("export", "network", "--out", refused, "--role", role, "--purpose", purpose, *release)
        assert_one_message(said, code=code, exit_code=1)
        assert not refused.exists()
    assert_one_message(
        loaded("export", "network", "--household", "14 High Street"), code="MAST-312", exit_code=2
    )


def test_a_file_is_whole_or_not_there_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    path.write_text("before", "utf-8")
    path.chmod(0o644)
    with pytest.raises(TypeError):
        write_private(path, "no bytes")  # type: ignore[arg-type]
    assert path.read_text("utf-8") == "before"
    write_private(path, b"after")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_network_is_the_same_bytes_whatever_order_it_was_told_in() -> None:
    member = {"personId": "P-1", "spells": [{"begin": "2020", "end": None, "inferred": False}]}
    one, other = Projection(), Projection()
    for projection, homes in ((one, ("H-1", "H-2")), (other, ("H-2", "H-1"))):
        for home in homes:
            projection.household(home, communal=False, members=1)
            projection.member(home, member)
    for form in Format:
        assert text(one, form) == text(other, form)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--format", "xml"), id="no such format"),
        pytest.param(("--depth", "5"), id="too deep"),
        pytest.param(("--out", "/no/such/folder/network"), id="no folder"),
        pytest.param(("--json",), id="two documents on one output"),
        pytest.param(("--url", "ftp://here"), id="no service"),
        pytest.param(("--propose",), id="proposed, but no release"),
        pytest.param(("--release", "mash-2026/a", "--out", "network"), id="a release by nobody"),
        pytest.param(("--release", "mash-2026/a", "--by", "officer-7"), id="neither written nor proposed"),
        pytest.param(
            ("--release", "mash-2026/a", "--by", "o-7", "--out", "n", "--url", "http://127.0.0.1:1"),
            id="a release of another machine",
        ),
    ],
)
def test_a_call_that_cannot_be_is_refused_before_anything_starts(
    mast: Mast, arguments: tuple[str, ...]
) -> None:
    refused = mast("export", "network", *arguments)
    assert refused.code == 2, refused.err
    assert "Traceback" not in refused.err


def nodes_of(graph: nx.MultiDiGraph) -> set[str]:
    return {id_ for id_, kind in graph.nodes(data="kind") if kind != "agency"}


def test_a_release_for_research_is_covered_on_record_and_has_ids_of_its_own(
    loaded: Mast, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "network.graphml"
    assert loaded("export", "network", "--out", out).code == 0
    ours = nx.read_graphml(out)
    written = []
    for release in ("mash-2026/autumn", "mash-2026/spring"):
        done = loaded("export", "network", "--out", out, "--release", release, "--by", "officer-7", "--json")
        assert done.code == 0, done.err
        written.append(nx.read_graphml(out))
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    for graph in written:
        assert 0 < len(nodes_of(graph)) < len(nodes_of(ours))
        assert not any(
            {"since", "until", "arrived", "recorded"} & said.keys() for *_, said in graph.edges(data=True)
        )
        persons = [id_ for id_, kind in graph.nodes(data="kind") if kind == "person"]
        assert all(
            any(kind == "known_to" for *_, kind in graph.out_edges(one, data="kind")) for one in persons
        )
    autumn, spring = map(nodes_of, written)
    assert len(autumn) == len(spring)
    assert not autumn & spring
    assert not (autumn | spring) & set(ours)
    noted = [entry for entry in audit(data) if entry["event"] == "research-network"]
    assert [(each["subject"], each["release"]) for each in noted] == [
        ("officer-7", "mash-2026/autumn"),
        ("officer-7", "mash-2026/spring"),
    ]
    # An agreement that serves no research gives none, and no file.
    out.unlink()
    done = loaded("export", "network", "--out", out, "--release", "other-2026/autumn", "--by", "officer-7")
    assert_one_message(done, code="MAST-302", exit_code=1)
    assert not out.exists()


def test_where_two_people_release_it_waits_for_the_other(loaded: Mast, tmp_path: Path) -> None:
    asked = ("export", "network", "--release", "mash-2026/autumn", "--by", "officer-7")
    two = {"MAST_TWO_PERSON_RELEASE": "1"}
    folder = tmp_path / "released"
    alone = loaded(*asked, "--out", tmp_path / "network.graphml", **two)
    assert_one_message(alone, code="MAST-001", exit_code=2)
    waits = loaded(*asked, "--propose", "--json", **two)
    assert waits.code == 0, waits.err
    early = loaded("research", "release", waits.json["id"], "--out", folder, **two)
    assert early.code != 0
    assert not folder.exists()
    decided = ("research", "decide", waits.json["id"], "--digest", waits.json["digest"], "--approve")
    assert loaded(*decided, "--finding", "Wide shapes alone", **two).code == 0
    assert loaded("research", "release", waits.json["id"], "--out", folder, **two).code == 0
    assert nodes_of(nx.read_graphml(folder / "network.graphml"))
    said = json.loads((folder / "release.json").read_text())["release"]
    assert (said["proposedBy"], said["decidedBy"]) == ("officer-7", login_name())


def test_research_is_never_given_the_ids_of_the_service(mast: Mast) -> None:
    done = mast("export", "network", "--role", "researcher", "--purpose", "research")
    assert_one_message(done, code="MAST-001", exit_code=2)
    assert "--release" in done.err
