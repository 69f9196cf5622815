"""A network as it may leave for research: its parts by their shape, where enough others have the same one.

Who lives with whom, and moved where with whom, is one family's own: by its shape and dates a household is
found again, whatever its ids are called. So nothing is dated or counted, and a part is there only beside more
others of the very same shape than the policy's threshold; of these so many as it rounds to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from mast_analytics.disclosure.policies import Policy

STAYS: Final = ("kind", "communal", "agency_kind")
"""Attributes of nodes that leave; all others say when or how many."""

TIES: Final = ("kind", "relative_is")
"""Attributes of edges that leave."""

_AGENCY: Final = "agency"
_SAME: Final = nx.algorithms.isomorphism.categorical_node_match("label", "")
_ALONG: Final = nx.algorithms.isomorphism.categorical_edge_match("label", "")


@dataclass(frozen=True, slots=True)
class ShownNetwork:
    """What may leave, and the shape that each person is a part of, for the ledger of releases."""

    graph: nx.MultiDiGraph
    shape_of: Mapping[str, str]


def shown_network(graph: nx.MultiDiGraph, policy: Policy) -> ShownNetwork:
    """Parts of a network that more others look like than the threshold of a policy.

    A part is whoever hangs together by homes, moves and relations; agencies are what is said of each of them.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> graph = nx.MultiDiGraph()
        >>> for number in range(12):
        ...     graph.add_node(f"H-{number}", kind="household", communal=False, members=1)
        ...     graph.add_node(f"P-{number}", kind="person")
        ...     _ = graph.add_edge(f"P-{number}", f"H-{number}", kind="member_of", since="2026-01-01")
        >>> shown_network(graph, policy("nhs")).graph.number_of_nodes()
        20
    """
    plain = _plain(graph)
    shape_of: dict[str, str] = {}
    stay: set[str] = set()
    for name, parts in _by_shape(plain):
        for part in parts:
            shape_of.update(dict.fromkeys(part, name))
        if len(parts) > policy.threshold:
            stay.update(*sorted(parts, key=min)[: len(parts) // policy.base * policy.base])
    known = {to for one, to in plain.edges() if one in stay and plain.nodes[to]["kind"] == _AGENCY}
    shapes = {each: shape_of[each] for each, kind in plain.nodes(data="kind") if kind == "person"}
    return ShownNetwork(plain.subgraph(stay | known).copy(), shapes)


def _plain(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The network without dates and numbers; what was said twice is there once."""
    plain = nx.MultiDiGraph()
    for node, said in graph.nodes(data=True):
        plain.add_node(node, **{name: said[name] for name in STAYS if name in said})
    for one, other, said in graph.edges(data=True):
        told = {name: said[name] for name in TIES if name in said}
        plain.add_edge(one, other, key=" ".join(told.values()), **told)
    return plain


def _by_shape(plain: nx.MultiDiGraph) -> Iterable[tuple[str, list[set[str]]]]:
    """The parts of each shape, under a name of it."""
    ties = plain.subgraph([each for each, kind in plain.nodes(data="kind") if kind != _AGENCY])
    alike: dict[str, list[set[str]]] = defaultdict(list)
    for part in nx.weakly_connected_components(ties):
        alike[nx.weisfeiler_lehman_graph_hash(_drawn(plain, part), "label", "label")].append(part)
    for name, parts in alike.items():
        # A hash may be that of several shapes, that no colouring of neighbours tells apart.
        for number, same in enumerate(_told_apart(parts, lambda part: _drawn(plain, part))):
            yield f"{name}.{number}", same


def _told_apart(parts: Iterable[set[str]], drawn: Callable[[set[str]], nx.Graph]) -> list[list[set[str]]]:
    found: list[tuple[nx.Graph, list[set[str]]]] = []
    for part in parts:
        shape = drawn(part)
        for first, same in found:
            if nx.is_isomorphic(first, shape, node_match=_SAME, edge_match=_ALONG):
                same.append(part)
                break
        else:
            found.append((shape, [part]))
    return [same for _, same in found]


def _drawn(plain: nx.MultiDiGraph, part: Iterable[str]) -> nx.Graph:
    """A part with its ties as nodes of their own, so that their direction is in the shape."""
    drawn = nx.Graph()
    inside = set(part)
    for node in inside:
        said: dict[str, Any] = plain.nodes[node]
        known = sorted(to for to in plain.successors(node) if plain.nodes[to]["kind"] == _AGENCY)
        drawn.add_node(node, label=" ".join([said["kind"], str(said.get("communal", "")), *known]))
    for one, other, key in plain.subgraph(inside).edges(keys=True):
        tie = (one, other, key)
        drawn.add_node(tie, label=key)
        drawn.add_edge(one, tie, label="from")
        drawn.add_edge(tie, other, label="to")
    return drawn
