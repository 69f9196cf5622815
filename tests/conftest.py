"""The real Neo4j for every test that needs one; there is always one, so nothing is skipped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache as once
from pathlib import Path

import neo4j
import pytest
from hypothesis import settings
from tests.emptying import empty

from mast_graph.managed import VERSIONS, ManagedServer, default_cache, keep_archive
from mast_graph.schema import apply_schema
from mast_graph.store import Login, Store, connect

# Tests never assert time: on a busy machine an example over hypothesis's deadline would be a failure.
# In CI the same examples each time, as the same fuzz: a run fails for what changed. A desk tries new ones.
settings.register_profile("ours", settings(), deadline=None, derandomize="MAST_FUZZ_SEED" in os.environ)
settings.load_profile("ours")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, for a worker waits for its Neo4j; one where all would share a server."""
    return 0 if os.environ.get("MAST_NEO4J_URI") else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole commands first: they take longest, and the last file to end should be a short one."""
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)


def wanted_version() -> str:
    """Which Neo4j the tests run on: 5.26 unless MAST_NEO4J says latest."""
    return os.environ.get("MAST_NEO4J") or "5.26"


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where the Neo4j jars are kept."""
    return default_cache(os.environ)


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Login]:
    """The server given in the environment, else one in a container, else a managed local one."""
    with some_server(tmp_path_factory, cache) as server:
        yield server


@pytest.fixture(scope="session")
def _store(neo4j_server: Login) -> Iterator[Store]:
    with with_schema(neo4j_server) as store:
        yield store


@pytest.fixture
def store(_store: Store) -> Store:
    """A store on an empty database that has the schema."""
    empty(_store)
    _store.queries_run = 0
    return _store


@contextmanager
def some_server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Login]:
    """A server for tests; where none is given, one that nobody else uses."""
    if os.environ.get("MAST_NEO4J_URI"):
        yield given_server()
    elif engine_answers():
        with container_server() as server:
            yield server
    else:
        data = tmp_path_factory.mktemp("neo4j")
        keep_archive(cache, wanted_version())
        with ManagedServer(
            data,
            cache=cache,
            version=wanted_version(),
            heap="512m",
            quick=True,
            plan_once=True,
            page_cache="128m",
            transaction_memory="300m",
        ) as managed:
            yield Login(managed.uri, managed.user, managed.password)


@contextmanager
def with_schema(server: Login) -> Iterator[Store]:
    """A store on it, for the whole of a run of tests."""
    with connect(server.uri, server.user, server.password) as store:
        apply_schema(store)
        yield store


@once
def given_server() -> Login:
    """The server that the environment names; it must be empty at first, for tests delete everything."""
    server = Login(
        os.environ["MAST_NEO4J_URI"],
        os.environ.get("MAST_NEO4J_USER", "neo4j"),
        os.environ.get("MAST_NEO4J_PASSWORD", ""),
    )
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        holds = driver.execute_query("MATCH (n) RETURN count(n) AS nodes", database_="neo4j").records[0][
            "nodes"
        ]
    if holds and os.environ.get("MAST_NEO4J_WIPE") != "yes":
        pytest.exit(
            f"the tests delete everything in the database at MAST_NEO4J_URI, which holds {holds} nodes; "
            "set MAST_NEO4J_WIPE=yes if that is meant",
            returncode=2,
        )
    return server


def engine_answers() -> bool:
    """Whether a container engine can be talked to."""
    if not (os.environ.get("DOCKER_HOST") or Path("/var/run/docker.sock").exists()):
        return False
    import docker

    try:
        client = docker.from_env(timeout=3)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except docker.errors.DockerException:
        return False


@contextmanager
def container_server() -> Iterator[Login]:
    """Neo4j in a container that goes with the tests."""
    from testcontainers.neo4j import Neo4jContainer

    image = f"neo4j:{VERSIONS[wanted_version()]}-community"
    with Neo4jContainer(image, password="a-password-for-tests") as container:
        yield Login(container.get_connection_url(), "neo4j", "a-password-for-tests")
