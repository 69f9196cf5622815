"""Nodes and edges of a copy into an empty graph, and back again to be compared, one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from mast_graph.copying.reading import extent, pages_of_edges, pages_of_nodes
from mast_graph.copying.values import (
    DIGEST_BYTES,
    Edge,
    Node,
    TimeText,
    digest,
    unpacked_edge,
    unpacked_node,
)
from mast_graph.store import Store
from mast_resolver.errors import GraphRefusedError

NOBODY: Final = -1
_DIGEST: Final = np.dtype(f"V{DIGEST_BYTES}")


@dataclass(frozen=True, slots=True)
class Difference:
    """Elements that are not as in the copy: in the copy only, and in the graph only."""

    missing: int
    strange: int

    def __bool__(self) -> bool:
        return bool(self.missing or self.strange)


class Restoration:
    """One copy on its way into an empty graph.

    Every element is kept as its hash, 16 bytes, and compared in the end with what the database gives back.

    Example:
        >>> Pages = Iterable[Sequence[bytes]]
        >>> def whole(store: Store, nodes: Pages, edges: Pages) -> bool:
        ...     restoration = Restoration(store)
        ...     for page in nodes:
        ...         restoration.add_nodes(page)
        ...     for page in edges:
        ...         restoration.add_edges(page)
        ...     return not restoration.compare()
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._became: dict[int, int] = {}
        self._said: list[bytes] = []
        self.nodes = 0
        self.edges = 0

    def add_nodes(self, page: Sequence[bytes]) -> None:
        """Store nodes, in one transaction."""
        groups: dict[tuple[str, ...], list[Node]] = defaultdict(list)
        for packed in page:
            node = unpacked_node(packed)
            groups[node.labels].append(node)

        def work(tx: Any) -> dict[int, int]:
            became: dict[int, int] = {}
            for labels, nodes in groups.items():
                rows = [_split(node.properties) for node in nodes]
                for row in tx.run("write.copy_nodes", labels=list(labels), rows=rows):
                    became[nodes[row["place"]].number] = row["number"]
            return became

        self._became |= self._store.write(work)
        self._note(page)
        self.nodes += len(page)

    def add_edges(self, page: Sequence[bytes]) -> None:
        """Store edges between nodes that are stored, in one transaction.

        Raises:
            GraphRefusedError: an edge leads to a node that is not in the copy.
        """
        groups: dict[str, list[Edge]] = defaultdict(list)
        for packed in page:
            edge = unpacked_edge(packed)
            groups[edge.type].append(edge)
        try:
            rows = {
                kind: [[self._became[e.left], self._became[e.right], *_split(e.properties)] for e in edges]
                for kind, edges in groups.items()
            }
        except KeyError:
            raise GraphRefusedError(
                "an edge of the copy leads to a node that the copy does not hold", fix="use another backup"
            ) from None

        def work(tx: Any) -> None:
            for kind, said in rows.items():
                tx.run("write.copy_edges", type=kind, rows=said)

        self._store.write(work)
        self._note(page)
        self.edges += len(page)

    def compare(self) -> Difference:
        """Read everything back and compare it, element by element."""
        reach = extent(self._store)
        came_from = np.full(max(reach.highest_node, *self._became.values(), 0) + 1, NOBODY, dtype=np.int64)
        came_from[list(self._became.values())] = list(self._became)
        number_of = came_from.tolist().__getitem__
        held: list[bytes] = []
        for pages in (pages_of_nodes, pages_of_edges):
            held += [_digests(page) for page in pages(self._store, reach, number_of)]
        wanted, found = _sorted(self._said), _sorted(held)
        common = _common(wanted, found)
        return Difference(missing=len(wanted) - common, strange=len(found) - common)

    def _note(self, page: Sequence[bytes]) -> None:
        self._said.append(_digests(page))


def _digests(page: Iterable[bytes]) -> bytes:
    return b"".join(map(digest, page))


def _sorted(parts: list[bytes]) -> Any:
    return np.sort(np.frombuffer(b"".join(parts), dtype=_DIGEST).view([("high", ">u8"), ("low", ">u8")]))


def _common(left: Any, right: Any) -> int:
    """How many stand in both, each as often as it does in both."""
    if np.array_equal(left, right):
        return len(left)
    values, counts = np.unique(left, return_counts=True)
    others, other_counts = np.unique(right, return_counts=True)
    _, at, other_at = np.intersect1d(values, others, assume_unique=True, return_indices=True)
    return int(np.minimum(counts[at], other_counts[other_at]).sum())


def _split(properties: Any) -> list[Any]:
    """Properties that the driver takes as they are, and times, of which the database reads the text."""
    plain = {name: value for name, value in properties.items() if type(value) is not TimeText}
    times = [[name, str(value)] for name, value in properties.items() if type(value) is TimeText]
    return [plain, times]
