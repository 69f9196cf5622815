"""A backup that is made while a loader writes is the graph of one moment, and the load can go on from it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.emptying import empty
from tests.graph_contents import what_was_said

from mast_api.backup.making import Made, make_backup
from mast_api.backup.manifest import read_manifest
from mast_api.backup.reading import Nobody, read_backup
from mast_api.loading import load_source
from mast_api.resolving import resolve_pending
from mast_api.settings import Settings
from mast_api.workspace import now
from mast_fixtures import borough
from mast_graph.copying.values import unpacked_edge, unpacked_node
from mast_graph.copying.writing import Restoration
from mast_graph.lease import Lease
from mast_graph.schema import apply_schema
from mast_graph.store import Login, Store, Transaction
from mast_intake.keys import KeyRing

pytestmark = pytest.mark.graph

KEYS = KeyRing({1: bytes(range(32))}, current=1)


@dataclass
class Collected(Nobody):
    """Everything of a backup, in memory."""

    nodes: list[bytes] = field(default_factory=list)
    edges: list[bytes] = field(default_factory=list)

    def add_nodes(self, page: list[bytes]) -> None:
        self.nodes += page

    def add_edges(self, page: list[bytes]) -> None:
        self.edges += page


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.read({}), data=tmp_path)


def backed_up(settings: Settings, store: Store, name: str) -> Made:
    return make_backup(settings, store, KEYS, settings.data / name, now=now(), id_=name)


def contents(made: Made) -> Collected:
    collected = Collected()
    read_backup(made.folder, read_manifest(made.folder), KEYS, collected)
    return collected


def test_every_transaction_of_a_busy_writer_is_in_it_whole_or_not_at_all(
    settings: Settings, store: Store
) -> None:
    stop, written = threading.Event(), 0

    def pair(tx: Transaction, tick: int) -> None:
        # Two nodes far apart in the order of reading: a reader that is not still sees only one of them.
        tx.run("write.put_teams", rows=[{"id": "first", "agency": "last", "name": str(tick)}])
        tx.run("write.put_teams", rows=[{"id": f"t{tick}", "agency": "last", "name": str(tick)}])
        tx.run("write.put_agencies", rows=[{"id": "last", "name": str(tick)}])

    with Lease.acquire(store, "writer") as lease:
        lease.write(pair)

        def write() -> None:
            nonlocal written
            while not stop.is_set():
                lease.write(pair)
                written += 1

        writer = threading.Thread(target=write)
        writer.start()
        backups = []
        for number in range(6):
            backups.append(contents(backed_up(settings, store, f"b{number}")))
            time.sleep(0.3)  # a writer looks again every tenth of a second
        stop.set()
        writer.join()
    seen = set()
    for each in backups:
        nodes = [unpacked_node(packed) for packed in each.nodes]
        said = {node.properties["id"]: node.properties for node in nodes}
        newest = max(int(name[1:]) for name in said if name[0] == "t")
        assert said["first"]["name"] == said["last"]["name"] == str(newest) == str(said["writer"]["tick"])
        assert not {"paused_by", "paused_until", "locked_at", "holder"} & said["writer"].keys()
        seen.add(newest)
    assert len(seen) > 1, "the writer never got its turn between two backups"
    assert written > len(seen)


@pytest.fixture(scope="session")
def borough_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("borough")
    borough.generate(300, 7, folder)
    return folder


@pytest.mark.slow
def test_a_load_goes_on_from_a_backup_that_was_made_in_its_middle(
    settings: Settings, store: Store, neo4j_server: Login, borough_files: Path, tmp_path: Path
) -> None:
    source, files = borough_files / "police.yaml", sorted(borough_files.glob("police*.csv"))
    assert files

    def load() -> None:
        with Lease.acquire(store, "loader", ttl_s=2) as lease:
            load_source(store, lease, KEYS, source, files, rejects_folder=tmp_path / "rejects")
            resolve_pending(store, lease, KEYS, tmp_path)

    loader = threading.Thread(target=load)
    loader.start()
    made = list(while_loading(settings, store, loader))
    loader.join()
    wanted = what_was_said(neo4j_server)
    sizes = [each.manifest.nodes for each in made]
    middle = next(each for each in reversed(made) if each.manifest.nodes < max(sizes))

    empty(store)
    apply_schema(store)
    restoration = Restoration(store)
    read_backup(middle.folder, middle.manifest, KEYS, Into(restoration))
    assert not restoration.compare()
    assert what_was_said(neo4j_server) != wanted
    load()
    for name, rows in what_was_said(neo4j_server).items():
        assert rows - wanted[name] == wanted[name] - rows == Counter(), name


def while_loading(settings: Settings, store: Store, loader: threading.Thread) -> Iterator[Made]:
    number = 0
    while loader.is_alive():
        yield backed_up(settings, store, f"m{number}")
        number += 1
    yield backed_up(settings, store, "after")


@dataclass
class Into(Nobody):
    """Into a graph."""

    restoration: Restoration

    def add_nodes(self, page: list[bytes]) -> None:
        self.restoration.add_nodes(page)

    def add_edges(self, page: list[bytes]) -> None:
        assert all(unpacked_edge(packed).type for packed in page)
        self.restoration.add_edges(page)
