"""A town for stewards, on the real graph, and a service that is asked about it at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.register import Register
from tests.town import Service, Town

from mast_api.development import DevelopmentIssuer
from mast_api.ports import Services
from mast_graph.store import Login, Store


@pytest.fixture
def register(store: Store, neo4j_server: Login, tmp_path: Path) -> Iterator[Register]:
    yield Register(store, neo4j_server, tmp_path)
    gc.unfreeze()


@pytest.fixture
def town(register: Register) -> Town:
    return register.town


@pytest.fixture
def service(services: tuple[Services, DevelopmentIssuer]) -> Iterator[Service]:
    """Asked at once: what is asked here is not among the long queries that it practises first."""
    with Service(*services, wait=False) as running:
        yield running
