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
from mast_resolver.records import RecordId


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


@pytest.fixture
def family(register: Register) -> list[RecordId]:
    """Three records of one person; two of others who may be her, for a person to look at."""
    records = [
        register.says("police", "1", "Annabel Leeson", "1990-05-17", sex="female"),
        register.says("housing", "2", "Annabel Leeson", "1990-05-17", sex="female"),
        register.says("nhs", "3", "Anabel Leeson", "1990-05-17", sex="female"),
        register.says("fire", "4", "Annabel Leeson", "1991-06-28"),
        register.says("council-children", "5", "Beatrix Leeson", "1990-05-17", sex="female"),
    ]
    register.resolve()
    return records
