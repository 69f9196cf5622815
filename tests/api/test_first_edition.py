"""A first gazetteer that takes several batches: nothing is parted on the way that the rest of it joins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.graph_contents import rows
from tests.town import Town

from mast_api.reference import load_gazetteer
from mast_api.resolving import OneKind, resolve_pending
from mast_graph.frequencies import read_frequencies
from mast_graph.state import PendingRecord
from mast_graph.store import Login
from mast_resolver.ports import Changes
from mast_resolver.records import Kind

pytestmark = pytest.mark.graph

STREET = tuple(f'1001{number:02},"{number} High Street, Walsall",WS1 1AA' for number in range(1, 10))
LAST = '100199,"99 High Street, Walsall",WS1 1AA'
PARTITION = """
MATCH (record:AddressRecord)-[r:RESOLVES_TO]->(address:Address)
WHERE r.recorded_to.year = 9999
WITH address, collect(record.id) AS records
RETURN records
"""
Resolve = Callable[[], None]


@pytest.fixture
def resolve(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolve:
    monkeypatch.setattr("mast_api.resolving.BATCH", 2)

    def work() -> None:
        resolve_pending(town.store, town._lease, town.keys, tmp_path)

    return work


@pytest.fixture
def arriving(town: Town, tmp_path: Path, resolve: Resolve) -> None:
    """Two records that only their number makes one, resolved; and a gazetteer that has it in its last row."""
    town.says("police", "1", place="High Street, Walsall", uprn="100199", contact="NEIGHBOUR_CONCERN")
    town.says("fire", "2", place="Flat 3, High Street, Walsall", uprn="100199", contact="FIRE_INCIDENT")
    town.says("nhs", "3", place="2 High Street, Walsall WS1 1AA", uprn="777777", person="Ruth Ames")
    resolve()
    path = tmp_path / "town.csv"
    path.write_text("\n".join(("uprn,address,postcode", *STREET, LAST)), encoding="utf-8")
    load_gazetteer(town.store, town._lease, town.keys, [path], rejects_folder=tmp_path / "rejects")


def partition(server: Login) -> set[frozenset[str]]:
    return {frozenset(row["records"]) for row in rows(server, PARTITION)}


def superseded(server: Login) -> int:
    return int(rows(server, "MATCH (a:Address) WHERE a.recorded_to.year < 9999 RETURN count(a) AS n")[0]["n"])


@pytest.mark.usefixtures("arriving")
def test_no_address_ends_by_a_gazetteer_of_which_the_rest_is_on_its_way(
    town: Town, resolve: Resolve, neo4j_server: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    write = OneKind._write

    def noting(self: OneKind, changes: Changes, settled: list[PendingRecord]) -> None:
        write(self, changes, settled)
        ended.append(superseded(neo4j_server))

    monkeypatch.setattr(OneKind, "_write", noting)
    resolve()
    assert len(ended) > 5
    # In the last transaction all numbers are judged: that one parts what the gazetteer says is two.
    assert set(ended[:5]) == {0}
    assert read_frequencies(town.store, Kind.ADDRESS) is not None


@pytest.mark.usefixtures("arriving")
def test_killed_before_all_of_it_is_there_the_next_run_comes_to_the_same(
    town: Town, tmp_path: Path, resolve: Resolve, neo4j_server: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(OneKind, "_judge_numbers", _killed)
        with pytest.raises(KeyboardInterrupt):
            resolve()
    assert read_frequencies(town.store, Kind.ADDRESS) is None
    resolve()
    once_killed = partition(neo4j_server)
    (addresses, _) = resolve_pending(town.store, town._lease, town.keys, tmp_path, again=True)
    assert addresses.weighed_again
    assert partition(neo4j_server) == once_killed


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
