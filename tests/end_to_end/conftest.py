"""Fixtures for whole commands on the tests' real Neo4j."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, Ran, environment, run
from tests.end_to_end.keyed import load_and_decide

from mast_fixtures import borough
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A new data folder."""
    return tmp_path / "data"


@pytest.fixture
def mast(store: Store, neo4j_server: Login, data: Path) -> Mast:
    """Runs `mast` against the tests' own database, which is empty at first."""

    def call(*arguments: str | Path, timeout: float = 300, **extra: str) -> Ran:
        env = environment(neo4j_server, data) | extra
        return run(*arguments, env=env, timeout=timeout)

    return call


@pytest.fixture(scope="session")
def small_borough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds of 300 people, case study included."""
    folder = tmp_path_factory.mktemp("borough")
    borough.generate(300, 7, folder)
    return folder


@pytest.fixture(scope="session")
def feeds(small_borough: Path) -> dict[str, list[Path]]:
    """Source file name to its data files, in the order to load them."""
    listed = json.loads((small_borough / "feeds.json").read_text("utf-8"))
    return {source: [small_borough / name for name in names] for source, names in listed.items()}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A new key file."""
    path = tmp_path / "key.json"
    KeyRing.create(path)
    return path


@pytest.fixture
def keyed_borough(store: Store, key_file: Path, feeds: dict[str, list[Path]], tmp_path: Path) -> Store:
    """The small borough under that key file, with decisions and a shield."""
    load_and_decide(store, KeyRing.read(key_file), feeds, tmp_path)
    return store
