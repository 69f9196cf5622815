"""What `mast verify` asks of the graph: invariants as counts of faults, and every property there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mast_graph.store import Store
from mast_resolver.records import FOREVER

PAGE = 20_000
PUBLIC = frozenset({"Agency", "Team", "Agreement", "AgreementVersion", "AgreementTerm"})
"""Names and numbers of duty desks are meant to be read."""

CHECKS = (
    "read.check_records",
    "read.check_contacts",
    "read.check_entities",
    "read.check_shields",
    "read.check_purges",
)


def faults(store: Store) -> dict[str, int]:
    """How many of each fault there are; all zero in a sound graph whose records are all resolved."""
    found: dict[str, int] = {}
    for name in CHECKS:
        for fault, count in store.read(name, forever=FOREVER)[0].items():
            found[f"{name.rpartition('_')[2]}_{fault}"] = int(count)
    return found


def every_property(store: Store) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Label or type, and properties, of every node and edge, but for those meant to be read."""
    for row in _pages(store, "read.check_nodes"):
        labels = row["labels"]
        if not PUBLIC.intersection(labels):
            yield "/".join(sorted(labels)), row["properties"]
    for row in _pages(store, "read.check_edges"):
        yield row["type"], row["properties"]


def _pages(store: Store, name: str) -> Iterator[dict[str, Any]]:
    skip = 0
    while rows := store.read(name, skip=skip, limit=PAGE):
        yield from rows
        skip += len(rows)
