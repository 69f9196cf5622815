"""A server of its own: a copy reads every number that a node ever had, and the shared server gave many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import some_server, with_schema

from mast_graph.store import Login, Store


@pytest.fixture(scope="package")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Login]:
    with some_server(tmp_path_factory, cache) as server:
        yield server


@pytest.fixture(scope="package")
def _store(neo4j_server: Login) -> Iterator[Store]:
    with with_schema(neo4j_server) as store:
        yield store
