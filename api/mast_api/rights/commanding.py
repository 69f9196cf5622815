"""How a command purges: behind the lease, with the proofs taken into the audit log at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mast_api.rights.proving import take_over_if_free
from mast_api.rights.purging import Order, Purging
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_api.workspace import key_ring, new_id, now
from mast_api.writing import writer
from mast_graph.lease import Lease
from mast_graph.store import Store


@contextmanager
def purging(
    settings: Settings, terminal: Terminal, holder: str, order: Order
) -> Iterator[tuple[Store, Lease, Purging]]:
    """A purge to be entered, the graph, and the right to write.

    Raises:
        LeaseHeldError: another writer is at work.
    """
    keys = key_ring(settings, terminal)
    with writer(settings, terminal, holder) as (store, lease):
        yield store, lease, Purging(store, lease, keys, settings.data, order, clock=now, new_id=new_id)
        if not take_over_if_free(store, settings):
            terminal.say("The service holds the audit log: it writes down what was done within seconds")
