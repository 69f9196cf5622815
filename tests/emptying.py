"""A database without anything in it, for whoever comes next."""

from __future__ import annotations

from mast_graph.store import Store
from mast_resolver.errors import GraphRefusedError

ALL = "MATCH (n) DETACH DELETE n"
IN_PARTS = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS"


def empty(store: Store) -> None:
    """Delete everything: at once, or in parts where one transaction has no memory for that much.

    The third-party town is so much, and whatever test of the same server came next would fail for it.

    Raises:
        GraphRefusedError: not even a part of it can be deleted.
    """
    try:
        store.define(ALL)
    except GraphRefusedError:
        store.define(IN_PARTS)
