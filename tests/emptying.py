"""A database without anything in it, for whoever comes next."""

from __future__ import annotations

import warnings

from mast_graph.store import Store
from mast_resolver.errors import GraphRefusedError

ALL = "MATCH (n) DETACH DELETE n"
IN_PARTS = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS"


def empty(store: Store) -> None:
    """Delete everything: at once, or in parts where one transaction has no memory for that much.

    What one test leaves must not fail all that come after it on this server; that it was so much is said.

    Raises:
        GraphRefusedError: not even a part of it can be deleted.
    """
    try:
        store.define(ALL)
    except GraphRefusedError:
        store.define(IN_PARTS)
        warnings.warn("a test left more than one transaction can delete, or memory is held", stacklevel=2)
