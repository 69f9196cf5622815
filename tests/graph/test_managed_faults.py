"""The managed Neo4j killed, stopped and orphaned: nothing lost, nothing twice, nothing left behind."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.end_to_end.test_full_disk import OWN_DISKS

from mast_graph.managed import ManagedServer, default_cache, find_running
from mast_graph.managed.folder import ServerFolder, is_alive
from mast_graph.queries import _load
from mast_graph.store import Store, Transaction, connect
from mast_resolver.errors import (
    DataFolderLockedError,
    GraphFullError,
    GraphOutcomeUnknownError,
    GraphUnavailableError,
)

pytestmark = [pytest.mark.graph, pytest.mark.slow]

VERSION = os.environ.get("MAST_NEO4J") or "5.26"
KILLS = 10
WRITERS = 4
RECOVERY = "Recovery required"
ON_A_FULL_DISK = """
import subprocess, sys
from pathlib import Path
from tests.end_to_end.small_disk import fill
from mast_graph.managed import ManagedServer
from mast_resolver.errors import GraphFullError
disk, cache, version, when = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", disk], check=True)
server = ManagedServer(disk / "data", cache=cache, version=version, quick=True, expendable=True)
if when == "at its start":
    filler = fill(disk)
    with filler.open("r+") as file:
        file.truncate(filler.stat().st_size - 1_500_000)
    try: server.start()
    except GraphFullError as fault: print(fault.code, fault.fact)
else:
    child = server.start()._child
    fill(disk)
    child.wait(100)
    print("ended")
"""

# Applied again, the first file finds what is there; the counter moves only with what is new.
FILES = {
    "write/once": "// Store one, once.\n// access: write\n// param $key: string\n// column new: boolean\n"
    "MERGE (one:Step {key: $key}) ON CREATE SET one.fresh = true WITH one, one.fresh AS new\n"
    "REMOVE one.fresh RETURN coalesce(new, false) AS new",
    "write/count": "// Count one more.\n// access: write\n// param $writer: integer\n"
    "MERGE (c:Counter {writer: $writer}) SET c.n = coalesce(c.n, 0) + 1",
    "write/part": "// The other half of it.\n// access: write\n// param $key: string\n"
    "MATCH (one:Step {key: $key}) CREATE (one)-[:HAS]->(:Part {key: $key})",
    "read/steps": "// What is stored.\n// access: read\n// column key: string\n// column parts: integer\n"
    "MATCH (one:Step) RETURN one.key AS key, COUNT { (one)-[:HAS]->(:Part {key: one.key}) } AS parts",
    "read/counted": "// What was counted.\n// access: read\n// column n: integer\n"
    "MATCH (c:Counter) RETURN coalesce(sum(c.n), 0) AS n",
}


@pytest.fixture(autouse=True)
def _own_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cypher"
    for name, text in FILES.items():
        path = folder / f"{name}.cypher"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _load.cache_clear()
    monkeypatch.setattr("mast_graph.queries.cypher_folder", lambda: folder)


@pytest.fixture
def make(tmp_path: Path, cache: Path) -> Callable[[], ManagedServer]:
    """Servers on one and the same folder, one after the other."""
    return lambda: ManagedServer(
        tmp_path / "data",
        cache=cache,
        version=VERSION,
        heap="512m",
        quick=True,
        page_cache="64m",
        transaction_memory="200m",
    )


def neo4j_log(server: ManagedServer) -> str:
    return (server.store_folder / "logs" / "debug.log").read_text(errors="replace")


@dataclass
class Writer:
    """Writes steps one after the other, each in a transaction of three statements, until told to stop."""

    number: int
    acknowledged: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)

    def write(self, store: Store, key: str) -> None:
        def work(transaction: Transaction) -> None:
            if transaction.run("write.once", key=key)[0]["new"]:
                transaction.run("write.part", key=key)
                transaction.run("write.count", writer=self.number)

        store.write(work)
        self.acknowledged.append(key)

    def run(self, store: Store, stop: threading.Event) -> None:
        repeated, self.unsure = self.unsure, []
        for key in repeated:
            self.attempt(store, key)
        while not stop.is_set() and not self.unsure:
            self.attempt(store, f"{self.number}-{len(self.acknowledged)}")

    def attempt(self, store: Store, key: str) -> None:
        try:
            self.write(store, key)
        except (GraphUnavailableError, GraphOutcomeUnknownError) as error:
            self.unsure.append(key)
            self.faults.add(error.code)


def write_until_killed(server: ManagedServer, writers: list[Writer], after_s: float) -> None:
    """Let all write, kill the server at that moment, and let every writer notice."""
    stop = threading.Event()
    with server, connect(server.uri, server.user, server.password) as store:
        threads = [threading.Thread(target=writer.run, args=(store, stop)) for writer in writers]
        for thread in threads:
            thread.start()
        # The first writes of a fresh server take seconds: the moment counts from the first that is stored.
        before = sum(len(writer.acknowledged) for writer in writers)
        deadline = time.monotonic() + 60
        while sum(len(writer.acknowledged) for writer in writers) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(after_s)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a writer hangs"


def test_kills_during_writes_lose_nothing_acknowledged_and_apply_nothing_twice(
    make: Callable[[], ManagedServer],
) -> None:
    moments = random.Random(20261123)
    writers = [Writer(number) for number in range(WRITERS)]
    with make() as server, connect(server.uri, server.user, server.password) as store:
        store.define("CREATE CONSTRAINT FOR (one:Step) REQUIRE one.key IS UNIQUE")
        store.define("CREATE CONSTRAINT FOR (c:Counter) REQUIRE c.writer IS UNIQUE")
        store.read("read.steps")
    for _ in range(KILLS):
        write_until_killed(make(), writers, moments.uniform(0.0, 1.0))

    with make() as server, connect(server.uri, server.user, server.password) as store:
        # Not one a kill: what Neo4j had not yet flushed to its log goes with it.
        assert neo4j_log(server).count(RECOVERY) >= KILLS // 2
        found = {row["key"]: row["parts"] for row in store.read("read.steps")}
        assert store.read("read.counted") == [{"n": len(found)}]
        for writer in writers:
            assert found.keys() >= set(writer.acknowledged)
            for key in writer.unsure:
                writer.write(store, key)
        stored = {row["key"]: row["parts"] for row in store.read("read.steps")}
        assert store.read("read.counted") == [{"n": len(stored)}]
    acknowledged = [key for writer in writers for key in writer.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) > KILLS
    assert stored.keys() == set(acknowledged)
    assert set(stored.values()) == {1}
    assert set().union(*(writer.faults for writer in writers)) <= {"MAST-210", "MAST-212"}


def test_told_to_stop_it_stops_in_order_and_needs_no_recovery(make: Callable[[], ManagedServer]) -> None:
    with make() as server, connect(server.uri, server.user, server.password) as store:
        store.define("CREATE (:Step {key: 'kept'})")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGTERM)  # as the system does it, not as we do
        deadline = time.monotonic() + 60
        while server.is_running:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert find_running(server.store_folder.parents[1]) is None
    with make() as again, connect(again.uri, again.user, again.password) as store:
        assert store.read("read.steps") == [{"key": "kept", "parts": 0}]
        assert RECOVERY not in neo4j_log(again)
        store.define("CREATE (:Step {key: 'kept too'})")
        assert again.pid is not None
        os.kill(again.pid, signal.SIGKILL)
    with make() as third:
        assert RECOVERY in neo4j_log(third)  # so the line would have been there


def write_much(writer: Writer, store: Store) -> None:
    for number in range(1_000):
        writer.write(store, f"{number}-{'long' * 1_000}")


def test_a_disk_that_takes_no_more_is_named_and_a_restart_brings_back_what_was_acknowledged(
    make: Callable[[], ManagedServer],
) -> None:
    with make() as server, connect(server.uri, server.user, server.password) as store:
        writer = Writer(0)
        writer.write(store, "before")
        assert server.pid is not None
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        # No file of the server may grow beyond what its log has now: to it, that is a full disk.
        log = max(
            (server.store_folder / "data" / "transactions" / "neo4j").iterdir(),
            key=lambda f: f.stat().st_size,
        )
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (log.stat().st_size + 100_000, hard))
        with pytest.raises(GraphFullError, match="MAST-213"):
            write_much(writer, store)
        with pytest.raises(GraphUnavailableError, match="start it again"):
            store.read("read.steps")
    with make() as again, connect(again.uri, again.user, again.password) as store:
        stored = {row["key"]: row["parts"] for row in store.read("read.steps")}
        assert stored.keys() >= set(writer.acknowledged)
        assert len(stored) <= len(writer.acknowledged) + 1
        assert set(stored.values()) == {1}


PARENT = """
import signal, sys, time
from pathlib import Path
from mast_graph.managed import ManagedServer
_, data, cache, version = sys.argv
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs behind it deaf to it
try:
    with ManagedServer(Path(data), cache=Path(cache), version=version, heap="512m", quick=True) as server:
        print(server.pid, flush=True)
        time.sleep(600)
except KeyboardInterrupt:
    print("stopped in order", flush=True)
"""


def start_parent(data: Path, cache: Path) -> subprocess.Popen[str]:
    """A process in a terminal session of its own that runs a server and prints its number."""
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, str(data), str(cache), VERSION],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def served(parent: subprocess.Popen[str]) -> int:
    """Wait until the server of a parent answers; its process."""
    assert parent.stdout is not None
    line = parent.stdout.readline()
    if not line.strip().isdigit():
        pytest.fail(line + parent.stdout.read())
    return int(line)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while is_alive(pid):
        assert time.monotonic() < deadline, "the server outlives its parent"
        time.sleep(0.05)


def test_the_server_goes_when_its_parent_is_killed_and_in_order(tmp_path: Path, cache: Path) -> None:
    data = tmp_path / "orphan"
    with start_parent(data, cache) as parent:
        child = served(parent)
        assert find_running(data) is not None
        with pytest.raises(DataFolderLockedError):
            ServerFolder(data).lock()
        parent.kill()
        parent.wait()
        wait_until_gone(child)
    assert find_running(data) is None
    log = (data / "neo4j" / "home" / "logs" / "debug.log").read_text()
    assert "Bolt server has been shut down" in log
    os.close(ServerFolder(data).lock())  # free again


def killed_while_it_starts(data: Path, cache: Path) -> int:
    """Kill the parent of a server when Java is up and Neo4j is not; the server's process."""
    with start_parent(data, cache) as parent:
        store = data / "neo4j" / "home" / "data" / "databases"
        deadline = time.monotonic() + 60
        while not store.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        [child] = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
        parent.wait()
    return int(child)


def test_a_server_whose_parent_is_killed_while_it_starts_goes_too(tmp_path: Path, cache: Path) -> None:
    wait_until_gone(killed_while_it_starts(tmp_path / "early", cache))
    assert find_running(tmp_path / "early") is None
    os.close(ServerFolder(tmp_path / "early").lock())


def test_the_next_server_waits_for_one_whose_parent_was_killed_while_it_started(
    cache: Path, make: Callable[[], ManagedServer]
) -> None:
    server = make()
    child = killed_while_it_starts(server.store_folder.parents[1], cache)
    assert is_alive(child), "it holds the folder and was never announced"
    with server as after:
        assert after.is_running
        assert not is_alive(child)


def test_ctrl_c_reaches_the_parent_alone_which_stops_the_server_in_order(tmp_path: Path, cache: Path) -> None:
    data = tmp_path / "terminal"
    with start_parent(data, cache) as parent:
        child = served(parent)
        assert os.getpgid(child) != parent.pid
        os.killpg(parent.pid, signal.SIGINT)  # what a terminal does
        out, _ = parent.communicate(timeout=60)
    assert out == "stopped in order\n"
    assert parent.returncode == 0
    assert not is_alive(child)
    assert not (data / "runtime.json").exists()
    assert "Bolt server has been shut down" in (data / "neo4j" / "home" / "logs" / "debug.log").read_text()


@pytest.mark.parametrize("when", ["at its start", "later"])
def test_an_expendable_server_ends_when_its_disk_is_full(when: str, tmp_path: Path) -> None:
    """Neo4j would try for ever to write what it has to, and whoever asked would wait with it."""
    disk, cache = tmp_path / "disk", default_cache(os.environ)
    disk.mkdir()
    told = subprocess.run(
        [*OWN_DISKS, sys.executable, "-c", ON_A_FULL_DISK, disk, cache, VERSION, when],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert told.returncode == 0, told.stderr
    if when == "later":
        assert told.stdout == "ended\n"
    else:
        assert told.stdout.startswith("MAST-213 the database takes no more: there is no room"), told
