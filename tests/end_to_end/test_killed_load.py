"""Neo4j killed at random moments of a load: loading again completes it, nothing is lost and nothing twice."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.graph_contents import what_was_said

from mast_api.loading import load_source
from mast_api.resolving import resolve_pending
from mast_graph.lease import Lease
from mast_graph.managed import ManagedServer
from mast_graph.schema import apply_schema
from mast_graph.store import Login, Store, connect
from mast_intake.keys import KeyRing
from mast_resolver.errors import GraphOutcomeUnknownError, GraphUnavailableError

pytestmark = [pytest.mark.graph, pytest.mark.slow]

KILLS = 4
SOURCES = ("council_children.yaml", "nhs_trust.yaml", "police.yaml", "housing.yaml")
"""A snapshot, a delta, an append feed of an incident log, and tenancies."""


def load_and_resolve(store: Store, keys: KeyRing, feeds: dict[str, list[Path]], folder: Path) -> None:
    with Lease.acquire(store, "test", ttl_s=1) as lease:
        for name in SOURCES:
            source = feeds[name][0].parent / name
            load_source(store, lease, keys, source, feeds[name], rejects_folder=folder / "rejects")
        resolve_pending(store, lease, keys, folder)


def interrupted(server: ManagedServer, after_s: float, work: Callable[[], None]) -> bool:
    """Do the work while the server is killed after so many seconds; whether the work was cut off."""
    assert server.pid is not None
    killer = threading.Timer(after_s, os.kill, args=(server.pid, signal.SIGKILL))
    killer.start()
    try:
        work()
    except (GraphUnavailableError, GraphOutcomeUnknownError):
        return True
    finally:
        killer.join()
    return False


def test_a_load_killed_again_and_again_ends_like_one_that_was_not(
    store: Store, neo4j_server: Login, feeds: dict[str, list[Path]], tmp_path: Path, cache: Path
) -> None:
    keys = KeyRing({1: bytes(range(32))}, current=1)
    load_and_resolve(store, keys, feeds, tmp_path / "undisturbed")
    wanted = what_was_said(neo4j_server)

    moments = random.Random(11)
    cut_off = 0
    for _ in range(KILLS):
        with (
            ManagedServer(tmp_path / "data", cache=cache, heap="512m", quick=True) as server,
            connect(server.uri, server.user, server.password) as killed,
        ):
            apply_schema(killed)
            work = partial(load_and_resolve, killed, keys, feeds, tmp_path / "disturbed")
            cut_off += interrupted(server, moments.uniform(0.2, 4.0), work)
    assert cut_off, "no kill fell into a load: the moments have to be chosen anew"
    with (
        ManagedServer(tmp_path / "data", cache=cache, heap="512m", quick=True) as server,
        connect(server.uri, server.user, server.password) as left,
    ):
        load_and_resolve(left, keys, feeds, tmp_path / "disturbed")
        assert what_was_said(Login(server.uri, server.user, server.password)) == wanted
