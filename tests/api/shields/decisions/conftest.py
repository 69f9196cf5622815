"""A town that the resolver itself resolves, now, for shields that somebody decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.register import Register
from tests.town import Town

from mast_api.ports import Services
from mast_api.workspace import now
from mast_graph.store import Login, Store


@pytest.fixture
def register(store: Store, neo4j_server: Login, tmp_path: Path) -> Register:
    return Register(store, neo4j_server, tmp_path)


@pytest.fixture
def town(register: Register) -> Town:
    return register.town


@pytest.fixture
def wide(wide: Services) -> Services:
    """By the real clock, which is the one that resolves here."""
    return replace(wide, clock=now)
