"""The managed Neo4j as it runs: reached by its owner only, with the unsafe defaults changed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest
from neo4j.exceptions import ClientError

from mast_graph.async_store import AsyncStore, connect_async
from mast_graph.managed import ManagedServer, Running, find_running
from mast_graph.managed.folder import ServerFolder
from mast_graph.store import connect
from mast_resolver.errors import (
    DataFolderLockedError,
    GraphCredentialsError,
    GraphRefusedError,
    GraphUnavailableError,
    ServerStartError,
)

pytestmark = pytest.mark.graph

VERSION = os.environ.get("MAST_NEO4J") or "5.26"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[ManagedServer]:
    """A running server with a folder of its own, whatever server the other tests use."""
    data = tmp_path_factory.mktemp("managed") / "data"
    with ManagedServer(
        data,
        cache=cache,
        version=VERSION,
        heap="512m",
        quick=True,
        page_cache="64m",
        transaction_memory="100m",
    ) as running:
        yield running


@pytest.fixture
def data(server: ManagedServer) -> Path:
    """Its data folder."""
    return server.store_folder.parents[1]


@pytest.fixture
def driver(server: ManagedServer) -> Iterator[neo4j.Driver]:
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as open_driver:
        yield open_driver


def ask(driver: neo4j.Driver, text: str, **params: object) -> list[neo4j.Record]:
    with driver.session(database="neo4j") as session:
        return list(session.run(text, params))  # type: ignore[arg-type, unused-ignore]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1:1/x", "http://[::1]:1/x", "https://192.0.2.1/x"]
)
def test_load_csv_reads_neither_files_nor_addresses(address: str, driver: neo4j.Driver) -> None:
    with pytest.raises(ClientError, match=r"allow_csv_import_from_file_urls|blocked") as caught:
        ask(driver, "LOAD CSV FROM $address AS line RETURN line", address=address)
    assert caught.value.code == "Neo.ClientError.Statement.ExternalResourceFailed"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("dbms.usage_report.enabled", "false"),
        ("server.bolt.telemetry.enabled", "false"),
        ("server.http.enabled", "false"),
        ("server.https.enabled", "false"),
        ("server.bolt.enabled", "true"),
        ("dbms.security.auth_enabled", "true"),
        ("dbms.security.allow_csv_import_from_file_urls", "false"),
        ("db.logs.query.enabled", "OFF"),
        ("db.logs.query.obfuscate_literals", "true"),
        ("db.transaction.timeout", "2m"),
        ("db.memory.transaction.max", "100.00MiB"),
        ("dbms.memory.transaction.total.max", "100.00MiB"),
        ("server.memory.pagecache.size", "64.00MiB"),
    ],
)
def test_the_server_runs_with_our_setting(setting: str, value: str, driver: neo4j.Driver) -> None:
    [row] = ask(driver, "SHOW SETTINGS $name YIELD value", name=setting)
    assert row["value"] == value


def test_it_listens_on_loopback_and_on_one_port_only(server: ManagedServer) -> None:
    inodes = set()
    for descriptor in Path(f"/proc/{server.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            inodes.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    listening = [
        row.split()[1]
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/{server.pid}/net/{table}").read_text().splitlines()[1:]
        if row.split()[3] == "0A" and row.split()[9] in inodes
    ]
    assert len(listening) == 1
    address, port = listening[0].split(":")
    assert address in ("0100007F", "0000000000000000FFFF00000100007F")  # 127.0.0.1, plain or mapped
    assert server.uri == f"bolt://127.0.0.1:{int(port, 16)}"


@pytest.mark.parametrize("password", ["neo4j", "", "password"])
def test_the_default_password_never_works(password: str, server: ManagedServer) -> None:
    with connect(server.uri, "neo4j", password) as store, pytest.raises(GraphCredentialsError):
        store.verify()


def test_the_password_is_long_and_in_no_command_line_environment_or_repr(
    server: ManagedServer, data: Path
) -> None:
    assert len(server.password) >= 32
    for place in ("cmdline", "environ"):
        assert server.password.encode() not in Path(f"/proc/{server.pid}/{place}").read_bytes()
    assert server.password not in repr(server)
    assert server.password not in repr(find_running(data))


def test_every_file_and_folder_is_its_owners_only(data: Path) -> None:
    found = [data, *data.rglob("*")]
    assert len(found) > 50
    assert [path for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077] == []


def test_no_log_repeats_a_value_of_a_query_that_failed(driver: neo4j.Driver, server: ManagedServer) -> None:
    ask(driver, "CREATE CONSTRAINT planted IF NOT EXISTS FOR (n:Planted) REQUIRE n.id IS UNIQUE")
    ask(driver, "CREATE (:Planted {id: $id})", id="Plantedname")
    for text in ("CREATE (:Planted {id: $id})", "RETURN date($id)", "RETURN duration('Plantedname')"):
        with pytest.raises(ClientError):
            ask(driver, text, id="Plantedname")
    logs = [server.store_folder.parent / "server.log", *(server.store_folder / "logs").iterdir()]
    text = "".join(log.read_text(errors="replace") for log in logs)
    assert "Plantedname" not in text
    assert "Bolt server started" in text  # the right files were read


def test_a_statement_that_takes_too_much_memory_is_stopped(server: ManagedServer) -> None:
    with connect(server.uri, server.user, server.password) as store, pytest.raises(GraphRefusedError):
        store.define("UNWIND range(1, 100000000) AS n WITH collect(n) AS numbers RETURN size(numbers)")


def test_another_process_of_the_user_finds_the_running_server(data: Path, server: ManagedServer) -> None:
    found = find_running(data)
    assert found is not None
    assert (found.uri, found.pid, found.owner) == (server.uri, server.pid, os.getpid())
    with connect(found.uri, found.user, found.password) as store:
        store.verify()
    assert stat.S_IMODE((data / "runtime.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="of another form"),
        pytest.param('{"uri": "bolt://127.0.0.1:1"}', id="half"),
        pytest.param(Running("bolt://127.0.0.1:1", "neo4j", "x", pid=2**22 + 1, owner=1), id="process gone"),
        pytest.param(
            Running("bolt://127.0.0.1:1", "neo4j", "x", pid=os.getpid(), owner=1), id="nothing listens"
        ),
    ],
)
def test_a_stale_runtime_file_is_seen_through(content: str | Running, tmp_path: Path) -> None:
    if isinstance(content, Running):
        ServerFolder(tmp_path).announce(content)
    else:
        (tmp_path / "runtime.json").write_text(content)
    assert find_running(tmp_path) is None


def test_a_second_server_on_the_folder_is_refused_and_the_first_unharmed(
    data: Path, server: ManagedServer, cache: Path, driver: neo4j.Driver
) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom mast_graph.managed import ManagedServer\n"
        "_, data, cache, version = sys.argv\n"
        "ManagedServer(Path(data), cache=Path(cache), version=version).start()\n"
    )
    before = (data / "runtime.json").read_text()
    second = subprocess.run(
        [sys.executable, "-c", script, str(data), str(cache), VERSION],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "DataFolderLockedError: MAST-231" in second.stderr
    with pytest.raises(DataFolderLockedError):
        ManagedServer(data, cache=cache, version=VERSION).start()
    assert (data / "runtime.json").read_text() == before
    assert ask(driver, "RETURN 1 AS one")[0]["one"] == 1


async def fault_of(store: AsyncStore) -> str:
    """What a read raises, if anything."""
    try:
        await store.read("read.count_nodes")
    except GraphUnavailableError as error:
        return error.code
    return ""


def test_a_hung_server_is_unavailable_soon_and_recovers_unaided(server: ManagedServer) -> None:
    # It hangs until it is told to go on: a fault at all is proof enough, and how soon depends on the machine.
    assert server.pid is not None

    async def story(pid: int) -> None:
        async with connect_async(server.uri, server.user, server.password) as store:
            await asyncio.gather(*(fault_of(store) for _ in range(10)))  # a pool of open connections
            assert await fault_of(store) == ""
            os.kill(pid, signal.SIGSTOP)
            try:
                for crowd in (1, 150):  # more than the pool has room for
                    faults = await asyncio.gather(*(fault_of(store) for _ in range(crowd)))
                    assert set(faults) == {"MAST-210"}
            finally:
                os.kill(pid, signal.SIGCONT)
            deadline = time.monotonic() + 20
            while await fault_of(store):
                assert time.monotonic() < deadline, "it did not recover"
            assert set(await asyncio.gather(*(fault_of(store) for _ in range(10)))) == {""}

    asyncio.run(story(server.pid))
    assert server.is_running  # stopping and continuing it was not taken for a signal to end


def test_a_server_that_cannot_start_says_where_to_look(tmp_path: Path, cache: Path) -> None:
    hopeless = ManagedServer(tmp_path, cache=cache, version=VERSION, heap="nonsense")
    with pytest.raises(ServerStartError, match="did not start") as caught:
        hopeless.start()
    assert "server.log" in caught.value.fix
    assert not hopeless.is_running
    assert (tmp_path / "neo4j" / "server.log").read_text()
    assert find_running(tmp_path) is None


def test_a_store_written_by_a_newer_release_is_refused(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "neo4j").mkdir()
    (tmp_path / "neo4j" / "version").write_text("2099.1.0")
    with pytest.raises(ServerStartError, match=r"written by Neo4j 2099\.1\.0"):
        ManagedServer(tmp_path, cache=cache, version=VERSION).start()
    assert (tmp_path / "neo4j" / "version").read_text() == "2099.1.0"
