"""A borough in the real graph, to be purged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.rights.feeds import Borough

from mast_graph.lease import Lease
from mast_graph.store import Store


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    with Lease.acquire(store, "tests") as lease:
        yield lease


@pytest.fixture
def borough(store: Store, lease: Lease, tmp_path: Path) -> Borough:
    return Borough(store, lease, tmp_path)
