"""What can be wrong when records are resolved: said in one line, nothing lost, right once it is mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, Ran, assert_one_message
from tests.graph_contents import contents, rows, what_was_said

from mast_api import in_bulk
from mast_api.loading import load_source
from mast_api.resolving import Engine, resolve_pending
from mast_graph.lease import Lease
from mast_graph.state import pending_ids
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing
from mast_resolver.model import read_model, write_model
from mast_resolver.records import Kind

pytestmark = [pytest.mark.graph, pytest.mark.slow]

SOURCE = """
agency: town-fire
agreement: mash-2026
format: csv
mode: append
fields:
  record_id: id
  given_name: first
  family_name: last
  date_of_birth: {column: born, format: "%d/%m/%Y"}
  address: address
"""
HEADER = "id,first,last,born,address\n"
WAYS = [
    pytest.param((), id="incremental"),
    pytest.param(("--engine", "splink"), id="splink"),
    pytest.param(("--plan", "--again"), id="plan"),
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "visits.yaml"
    path.write_text(SOURCE, "utf-8")
    return path


def visits(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(line + "\n" for line in lines), "utf-8")
    return path


def town(people: int) -> list[str]:
    """Everybody twice, under two ids."""
    return [
        f"{copy}-{at},Ann{'abcdefghij'[at % 10]},Marlowe{'klmnopqrst'[at // 10 % 10]},"
        f'{1 + at % 28:02}/0{1 + at % 9}/19{50 + at % 40},"{1 + at} High Street, Calderwick JX1 4AB"'
        for at in range(people)
        for copy in (1, 2)
    ]


def assert_refused(ran: Ran, code: str) -> None:
    assert_one_message(ran, code=code, exit_code=1)
    assert ran.out == ""
    assert "Marlowe" not in ran.err


def truncated(text: str) -> str:
    return text[: len(text) // 2]


def changed(text: str) -> str:
    return text.replace('"chance_same": ', '"chance_same": 1', 1)


def of_another_format(text: str) -> str:
    return text.replace('"format": 1', '"format": 2', 1)


def with_other_levels(_: str) -> str:
    model = read_model("person")
    return write_model(replace(model, comparisons=dict(list(model.comparisons.items())[1:])))


def not_text(_: str) -> bytes:
    return b"\xff\xfe\x00"


def of_another_kind(_: str) -> str:
    return write_model(read_model("address"))


@pytest.mark.parametrize(
    ("damage", "way"),
    [
        *[
            pytest.param(damage, (), id=damage.__name__)
            for damage in (
                truncated,
                changed,
                of_another_format,
                with_other_levels,
                of_another_kind,
                not_text,
            )
        ],
        # The other ways read the file by the same function.
        *[pytest.param(truncated, each.values[0], id=f"truncated, {each.id}") for each in WAYS[1:]],
    ],
)
def test_a_model_file_that_is_no_use_is_refused_before_anything_is_written(
    mast: Mast,
    store: Store,
    neo4j_server: Login,
    source: Path,
    tmp_path: Path,
    data: Path,
    damage: Callable[[str], str | bytes],
    way: tuple[str, ...],
) -> None:
    file = visits(tmp_path, "visits.csv", town(10))
    assert mast("load", source, file, "--no-resolve", "--json").code == 0
    waiting = pending_ids(store, Kind.PERSON)
    model = data / "models" / "person.json"
    model.parent.mkdir(parents=True)
    content = damage(write_model(read_model("person")))
    model.write_bytes(content.encode() if isinstance(content, str) else content)
    graph = contents(neo4j_server)
    assert_refused(mast("resolve", *way, "--json"), "MAST-240")
    assert contents(neo4j_server) == graph
    assert len(waiting) == 20
    model.unlink()
    ran = mast("resolve", *way, "--json")
    assert ran.code == 0, ran.err
    assert pending_ids(store, Kind.PERSON) == (waiting if "--plan" in way else [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("version", "code"),
    [pytest.param(2, "MAST-113", id="another version"), pytest.param(1, "MAST-112", id="another key")],
)
def test_another_key_is_refused_and_the_right_one_goes_on(
    mast: Mast,
    neo4j_server: Login,
    source: Path,
    tmp_path: Path,
    version: int,
    code: str,
    way: tuple[str, ...],
) -> None:
    ours, other = tmp_path / "ours.json", tmp_path / "other.json"
    KeyRing.create(ours)
    KeyRing.create(other)
    if version != 1:
        held = json.loads(other.read_text("utf-8"))
        held |= {"current": version, "versions": {str(version): held["versions"]["1"]}}
        other.write_text(json.dumps(held), "utf-8")
    file = visits(tmp_path, "visits.csv", town(10))
    assert mast("load", source, file, "--json", MAST_KEY_FILE=str(ours)).code == 0
    line = '9,Omar,Marlowe,01/02/1990,"77 High Street, Calderwick JX1 4AB"'
    further = visits(tmp_path, "further.csv", [line])
    assert mast("load", source, further, "--no-resolve", "--json", MAST_KEY_FILE=str(ours)).code == 0
    graph = contents(neo4j_server)
    assert_refused(mast("resolve", *way, "--json", MAST_KEY_FILE=str(other)), code)
    assert contents(neo4j_server) == graph
    ran = mast("resolve", *way, "--json", MAST_KEY_FILE=str(ours))
    assert ran.code == 0, ran.err


def test_frequencies_that_were_damaged_in_the_graph_are_counted_again_on_request(
    mast: Mast, store: Store, neo4j_server: Login, source: Path, tmp_path: Path
) -> None:
    file = visits(tmp_path, "visits.csv", town(10))
    assert mast("load", source, file, "--json").code == 0
    whole = what_was_said(neo4j_server)
    store.define("MATCH (m:Model {kind: 'person'}) SET m.text = left(m.text, 100)")
    further = visits(tmp_path, "further.csv", town(10)[:1])
    mast("load", source, further, "--no-resolve", "--json")
    store.define("MATCH (r:PersonRecord) WITH r LIMIT 1 SET r.pending = 1")
    assert_refused(mast("resolve", "--json"), "MAST-240")
    ran = mast("resolve", "--again", "--json")
    assert ran.code == 0, ran.err
    assert what_was_said(neo4j_server) == whole


@pytest.mark.parametrize("engine", Engine)
def test_a_record_that_changes_while_it_is_resolved_is_resolved_once_more(
    store: Store,
    neo4j_server: Login,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: Engine,
) -> None:
    keys = KeyRing({1: bytes(range(32))}, current=1)
    monkeypatch.setattr("mast_api.resolving.BATCH", 50)
    monkeypatch.setattr(in_bulk, "BATCH", 50)
    lines = town(60)
    changes = [line.replace("Marlowe", "Nowak") for line in lines[::7]]
    first, second = visits(tmp_path, "first.csv", lines), visits(tmp_path, "second.csv", changes)

    def load(lease: Lease, file: Path) -> None:
        loaded = load_source(store, lease, keys, source, [file], rejects_folder=tmp_path / "rejects")
        assert not loaded.rows_rejected

    with Lease.acquire(store, "test") as lease:
        load(lease, first)
        told: list[int] = []

        def meanwhile(done: int, _: int) -> None:
            told.append(done)
            if len(told) == 1:
                load(lease, second)

        with monkeypatch.context() as people_only:
            people_only.setattr("mast_api.resolving.KINDS", (Kind.PERSON,))
            (people,) = resolve_pending(store, lease, keys, tmp_path, engine=engine, on_progress=meanwhile)
        waiting = set(pending_ids(store, Kind.PERSON))
        assert 0 < len(waiting) <= len(changes), "changed after it was read: still to be resolved"
        assert people.records == len(lines)
        resolve_pending(store, lease, keys, tmp_path, engine=engine, again=True)
        assert pending_ids(store, Kind.PERSON) == []
        meanwhile_changed = what_was_said(neo4j_server)
        store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
        load(lease, first)
        load(lease, second)
        resolve_pending(store, lease, keys, tmp_path)
    assert what_was_said(neo4j_server) == meanwhile_changed


def test_look_alikes_beyond_the_cap_are_told_and_kept(
    mast: Mast, neo4j_server: Login, source: Path, tmp_path: Path
) -> None:
    line = 'Baby,Marlowe,06/01/2026,"1 Harbour Street, Calderwick JX1 4AB"'
    file = visits(tmp_path, "visits.csv", [f"{at},{line}" for at in range(100)])
    ran = mast("load", source, file, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["resolved"][1]["look_alikes"] == {"uncompared": 100, "cut": 0}
    assert "100 records are like too many others" in ran.err
    assert "Marlowe" not in ran.err
    counted = "MATCH (r:PersonRecord)-[:RESOLVES_TO]->(p) RETURN count(DISTINCT p) AS people"
    (found,) = rows(neo4j_server, counted)
    assert found["people"] == 100
    assert json.loads(ran.out)["loaded"][0]["counts"]["records_new"] >= 100
