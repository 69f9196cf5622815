"""Every node and every edge of a graph, page by page, as bytes. Read it while writers pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mast_graph.copying.values import TimeText, packed_edge, packed_node
from mast_graph.store import Store

PAGE: Final = 5_000
"""Numbers a page: some megabytes."""

OF_THE_WRITERS: Final = frozenset({"holder", "locked_at", "paused_by", "paused_until"})
"""Properties of the lease that say who writes just now, which is nobody in a copy."""

NumberOf = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Extent:
    """How many nodes and edges there are, and the highest of their numbers."""

    nodes: int
    edges: int
    highest_node: int
    highest_edge: int


def extent(store: Store) -> Extent:
    """Of the graph as it is."""
    return Extent(**store.read("read.copy_extent")[0])


def pages_of_nodes(store: Store, reach: Extent, number_of: NumberOf | None = None) -> Iterator[list[bytes]]:
    """All nodes, packed; ``number_of`` gives the number that a node is to be packed under."""
    for first in range(0, reach.highest_node + 1, PAGE):
        rows = store.read_as_stored("read.copy_nodes", **{"from": first, "to": first + PAGE})
        yield [
            packed_node(number_of(number) if number_of else number, labels, _said(labels, *properties))
            for number, labels, *properties in rows
        ]


def pages_of_edges(store: Store, reach: Extent, number_of: NumberOf | None = None) -> Iterator[list[bytes]]:
    """All edges, packed; ``number_of`` gives the numbers of their nodes, as with the nodes."""
    for first in range(0, reach.highest_edge + 1, PAGE):
        rows = store.read_as_stored("read.copy_edges", **{"from": first, "to": first + PAGE})
        yield [
            packed_edge(
                kind,
                number_of(left) if number_of else left,
                number_of(right) if number_of else right,
                _said((), *properties),
            )
            for kind, left, right, *properties in rows
        ]


def _said(
    labels: Sequence[str], names: Sequence[str], values: Sequence[Any], times: Sequence[bool]
) -> dict[str, Any]:
    said = {
        name: TimeText(value) if is_time else value
        for name, value, is_time in zip(names, values, times, strict=True)
    }
    if "Lease" in labels:
        return {name: value for name, value in said.items() if name not in OF_THE_WRITERS}
    return said
