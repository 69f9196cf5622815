"""How a command that writes reaches the graph: schema in place, lease held, disk watched."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_api.workspace import GraphAddress, graph
from mast_graph.disk import DiskGuard
from mast_graph.lease import Lease
from mast_graph.schema import apply_schema
from mast_graph.store import Store, connect

WRITE_TIMEOUT_S = 120.0
"""A batch may take seconds on a busy machine; a question may not (MAST_QUERY_TIMEOUT_S)."""


@contextmanager
def open_store(address: GraphAddress) -> Iterator[Store]:
    """A store for loading and resolving."""
    guard = DiskGuard(address.folder) if address.folder else None
    with connect(
        address.uri,
        address.user,
        address.password,
        database=address.database,
        query_timeout_s=WRITE_TIMEOUT_S,
        guard=guard,
    ) as store:
        yield store


@contextmanager
def leased(store: Store, holder: str) -> Iterator[Lease]:
    """The right to write, under a name that says who holds it."""
    with Lease.acquire(store, f"{holder} on {socket.gethostname()}, process {os.getpid()}") as lease:
        yield lease


@contextmanager
def writer(settings: Settings, terminal: Terminal, holder: str) -> Iterator[tuple[Store, Lease]]:
    """The graph of this call, ready to be written to.

    Raises:
        LeaseHeldError: another writer is at work.
        GraphUnavailableError, GraphCredentialsError: the graph cannot be reached.
    """
    with graph(settings, terminal) as address, open_store(address) as store:
        apply_schema(store)
        with leased(store, holder) as lease:
            yield store, lease
