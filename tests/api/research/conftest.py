"""The generated town, loaded once for each module; whoever changes it makes it anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.api.research.borough import ResearchTown, everybody

from mast_graph.lease import Lease
from mast_graph.store import Store


@pytest.fixture(scope="module")
def borough(_store: Store) -> Iterator[ResearchTown]:
    """Everybody, and no lease held: whoever writes takes it."""
    _store.define("MATCH (n) DETACH DELETE n")
    with Lease.acquire(_store, "tests") as lease:
        town = ResearchTown(_store, lease)
        town.brings(everybody())
        lease.release()
        yield town
