"""Either engine leaves the same graph, on the real Neo4j; increments go on from what the bulk path left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.emptying import empty
from tests.end_to_end.command import Mast
from tests.graph_contents import rows, what_was_said

from mast_api import in_bulk
from mast_api.loading import load_source
from mast_api.resolving import Engine, Resolved, resolve_pending
from mast_graph.lease import Lease
from mast_graph.schema import apply_schema
from mast_graph.state import PendingRecord
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import MastError
from mast_resolver.ports import Changes

pytestmark = [pytest.mark.graph, pytest.mark.slow]

KEYS = KeyRing({1: bytes(range(32))}, current=1)

BESIDE = {
    "review": """
        MATCH (l)-[e:EVIDENCE]->(r) WHERE e.review IS NOT NULL
        RETURN l.id AS left, r.id AS right, e.review AS value, e.decision AS decision""",
    "homes": """
        MATCH (p:Person)-[m:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
        MATCH (p)<-[t:RESOLVES_TO]-(r:PersonRecord) WHERE t.recorded_to.year = 9999
        MATCH (a)<-[u:RESOLVES_TO]-(s:AddressRecord) WHERE u.recorded_to.year = 9999
        RETURN min(r.id) AS person, min(s.id) AS address, elementId(m) AS spell""",
    "pending": "MATCH (r:PersonRecord|AddressRecord) WHERE r.pending > 0 RETURN r.id AS id",
    "models": "MATCH (m:Model) RETURN m.kind AS kind, m.version AS version, m.records AS records",
}


def said(server: Login) -> dict[str, Counter[str]]:
    """All that matters but ids made by chance."""
    found = what_was_said(server)
    for name, statement in BESIDE.items():
        listed = [{**row, "spell": ""} for row in rows(server, statement)]
        found[name] = Counter(json.dumps(row, sort_keys=True) for row in listed)
    return found


def load(store: Store, feeds: dict[str, list[Path]], names: Iterable[str], folder: Path) -> None:
    with Lease.acquire(store, "test") as lease:
        for name in names:
            source = feeds[name][0].parent / name
            load_source(store, lease, KEYS, source, feeds[name], rejects_folder=folder / "rejects")


def resolve(store: Store, folder: Path, engine: Engine, *, again: bool = False) -> list[Resolved]:
    with Lease.acquire(store, "test") as lease:
        return resolve_pending(store, lease, KEYS, folder, engine=engine, again=again)


def people_of(server: Login) -> dict[str, str]:
    """Every person record's person."""
    found = rows(
        server,
        "MATCH (r:PersonRecord)-[t:RESOLVES_TO]->(p) WHERE t.recorded_to.year = 9999 "
        "RETURN r.id AS record, p.id AS person",
    )
    return {row["record"]: row["person"] for row in found}


def test_either_engine_leaves_the_same_graph_and_increments_go_on_from_it(
    store: Store, neo4j_server: Login, feeds: dict[str, list[Path]], tmp_path: Path
) -> None:
    *most, last = feeds
    told = {}
    for engine in Engine:
        empty(store)
        load(store, feeds, most, tmp_path)
        ran = resolve(store, tmp_path, engine)
        first = said(neo4j_server)
        load(store, feeds, [last], tmp_path)
        resolve(store, tmp_path, Engine.INCREMENTAL)
        told[engine] = first, said(neo4j_server)
        assert [each.engine for each in ran] == [engine, engine]
    (first, then), (first_in_bulk, then_in_bulk) = told[Engine.INCREMENTAL], told[Engine.SPLINK]
    assert first["evidence"]
    assert first["review"]
    assert first["homes"]
    assert not first["pending"]
    assert first_in_bulk == first
    assert then_in_bulk == then


def test_over_people_who_are_resolved_the_bulk_path_keeps_ids_and_tells_who_changed(
    store: Store, neo4j_server: Login, feeds: dict[str, list[Path]], tmp_path: Path
) -> None:
    *most, last = feeds
    load(store, feeds, most, tmp_path)
    resolve(store, tmp_path, Engine.INCREMENTAL)
    before = people_of(neo4j_server)
    load(store, feeds, [last], tmp_path)
    _, people = resolve(store, tmp_path, Engine.SPLINK)
    after = people_of(neo4j_server)
    in_bulk_ = said(neo4j_server)
    assert people.migration is not None
    moved = sum(after[record] != entity for record, entity in before.items())
    assert people.migration["records_moved"] == moved
    assert moved < len(before) / 10, "ids stay"
    assert people.migration["entities_before"] == len(set(before.values()))
    assert resolve(store, tmp_path, Engine.SPLINK)[1].records == 0, "nothing pending, nothing done"
    resolve(store, tmp_path, Engine.INCREMENTAL, again=True)
    assert said(neo4j_server) == in_bulk_


def test_whatever_was_learnt_when_weighed_again_people_are_those_of_one_first_load(
    store: Store, neo4j_server: Login, feeds: dict[str, list[Path]], tmp_path: Path
) -> None:
    """The model of the area is learnt from what is there when it is: only `--again` forgets that history."""
    *most, last = feeds
    told = []
    for loads in ([feeds], [[last], most]):
        empty(store)
        for names in loads:
            load(store, feeds, names, tmp_path)
            resolve(store, tmp_path, Engine.INCREMENTAL)
        if len(loads) > 1:
            resolve(store, tmp_path, Engine.INCREMENTAL, again=True)
        groups: dict[str, set[str]] = {}
        for record, person in people_of(neo4j_server).items():
            groups.setdefault(person, set()).add(record)
        found = said(neo4j_server)
        people = {frozenset(each) for each in groups.values()}
        told.append((people, found["evidence"], found["review"], found["models"]))
    assert told[0] == told[1]


class CutOffError(MastError):
    """The end of a run in the middle."""


@pytest.mark.parametrize("after", [1, 4], ids=["among evidence", "among people"])
@pytest.mark.parametrize("engine", Engine)
def test_a_bulk_run_cut_off_is_done_again_by_either_engine(
    store: Store,
    neo4j_server: Login,
    feeds: dict[str, list[Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    engine: Engine,
) -> None:
    load(store, feeds, feeds, tmp_path)
    written = []

    def write(self: in_bulk.InBulk, changes: Changes, settled: list[PendingRecord]) -> None:
        written.append(changes)
        if len(written) > after:
            raise CutOffError("cut off", fix="again")
        stored(self, changes, settled)

    stored = in_bulk.InBulk._write
    monkeypatch.setattr(in_bulk.InBulk, "_write", write)
    monkeypatch.setattr(in_bulk, "EVIDENCE_AT_ONCE", 500)
    monkeypatch.setattr(in_bulk, "BATCH", 100)
    with pytest.raises(CutOffError):
        resolve(store, tmp_path, Engine.SPLINK)
    monkeypatch.undo()
    resolve(store, tmp_path, engine)
    cut_off = said(neo4j_server)
    empty(store)
    apply_schema(store)
    load(store, feeds, feeds, tmp_path)
    resolve(store, tmp_path, Engine.SPLINK)
    whole = said(neo4j_server)
    assert cut_off == whole


def test_the_command_says_what_it_did(mast: Mast, neo4j_server: Login, feeds: dict[str, list[Path]]) -> None:
    for name, files in feeds.items():
        ran = mast("load", files[0].parent / name, *files, "--no-resolve", "--json")
        assert ran.code in (0, 1), ran.err
    ran = mast("resolve", "--engine", "splink", "--json")
    assert ran.code == 0, ran.err
    addresses, people = ran.json["resolved"]
    assert (addresses["engine"], people["engine"]) == ("splink", "splink")
    assert people["records"] > 300
    assert people["pairs_compared"] > people["records"]
    assert people["peak_memory_mib"] > 50
    assert people["migration"] is None, "nobody was anybody before"
    queue = "MATCH ()-[e:EVIDENCE]->(:PersonRecord) WHERE e.review > 0 RETURN e.review AS value"
    assert people["to_review"] > 0
    assert people["to_review"] + people["in_doubt"] == len(rows(neo4j_server, queue))
    again = mast("resolve", "--engine", "splink")
    assert (again.code, "compared" in again.err) == (0, False), again.err
    wrong = mast("resolve", "--engine", "dedupe")
    assert wrong.code == 2
    assert "splink" in wrong.err
