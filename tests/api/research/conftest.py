"""The generated town, loaded once for each module; whoever changes it makes it anew."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.api.conftest import built, connected
from tests.api.research.borough import ResearchTown, everybody
from tests.emptying import empty
from tests.town import People, Service

from mast_graph.lease import Lease
from mast_graph.store import Login, Store


@pytest.fixture(scope="module")
def borough(_store: Store) -> Iterator[ResearchTown]:
    """Everybody, and no lease held: whoever writes takes it."""
    empty(_store)
    with Lease.acquire(_store, "tests") as lease:
        town = ResearchTown(_store, lease)
        town.brings(everybody())
        lease.release()
        yield town


@pytest.fixture(scope="module")
def asked(
    borough: ResearchTown, neo4j_server: Login, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service over the generated town for a whole module, of which no questions are practised."""

    async def at_once(*_: object) -> None:
        return

    stores = connected(neo4j_server), connected(neo4j_server)
    with ExitStack() as running, pytest.MonkeyPatch.context() as patch:
        patch.setattr("mast_api.app.practice.warm_up", at_once)
        folder = tmp_path_factory.mktemp("service")
        services = running.enter_context(built(folder, borough, People(), *stores))
        yield running.enter_context(Service(*services))
    gc.unfreeze()
