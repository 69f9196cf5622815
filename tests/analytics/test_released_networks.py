"""A part of the network leaves for research only beside enough others of the very same shape."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mast_analytics.disclosure.policies import POLICIES, policy
from mast_analytics.release.networks import shown_network

NHS = policy("nhs")
DATED = {"since", "until", "inferred", "arrived", "recorded", "in_12_months", "open", "people", "members"}


def family(
    graph: nx.MultiDiGraph, name: str, *, size: int = 2, known: str = "police", relative: str = "SIBLING"
) -> None:
    """Some people in a household at an address, the first the sibling of the second; an agency knows them."""
    graph.add_node(f"H-{name}", kind="household", communal=False, members=size)
    graph.add_node(f"A-{name}", kind="address")
    graph.add_edge(f"H-{name}", f"A-{name}", kind="at")
    graph.add_node(known, kind="agency", agency_kind=known)
    for number in range(size):
        person = f"P-{name}-{number}"
        graph.add_node(person, kind="person")
        graph.add_edge(
            person, f"H-{name}", kind="member_of", since=f"2026-01-{number + 1:02}", inferred=False
        )
        graph.add_edge(person, known, kind="known_to", in_12_months=number, open=1)
    graph.add_edge(
        f"P-{name}-0", f"P-{name}-1", kind="related", relative_is=relative, agency=known, recorded="2026"
    )


def town(**families: int) -> nx.MultiDiGraph:
    """So many families of each size, ``of_2=9``."""
    graph = nx.MultiDiGraph()
    for name, many in families.items():
        for number in range(many):
            family(graph, f"{name}-{number:03}", size=int(name.removeprefix("of_")))
    return graph


def homes(graph: nx.MultiDiGraph) -> list[str]:
    return sorted(node for node, kind in graph.nodes(data="kind") if kind == "household")


@pytest.mark.parametrize("rule", POLICIES.values(), ids=POLICIES)
def test_a_shape_of_the_threshold_is_left_out_and_of_one_more_as_many_as_are_rounded_to(rule: object) -> None:
    named = policy(rule.name)  # type: ignore[attr-defined]
    few = shown_network(town(of_2=named.threshold), named)
    assert homes(few.graph) == []
    assert len(few.shape_of) == 2 * named.threshold, "the ledger knows of them"
    more = named.threshold + 1
    assert len(homes(shown_network(town(of_2=more), named).graph)) == more // named.base * named.base


def test_whoever_has_a_shape_of_their_own_is_not_found_among_others() -> None:
    found = shown_network(town(of_2=20, of_5=1), NHS)
    assert len(homes(found.graph)) == 20
    assert not any("of_5" in node for node in found.graph)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"known": "fire"}, id="another agency knows them"),
        pytest.param({"relative": "PARENT"}, id="another relation"),
        pytest.param({"size": 3}, id="one more lives there"),
    ],
)
def test_whatever_is_shown_makes_the_shape(other: dict[str, str]) -> None:
    graph = town(of_2=10)
    family(graph, "other", **other)  # type: ignore[arg-type]
    assert "H-other" not in shown_network(graph, NHS).graph


def test_which_way_a_tie_leads_is_of_the_shape() -> None:
    graph = nx.MultiDiGraph()
    for number in range(12):
        ends = (f"P-{number}-0", f"P-{number}-1")
        for end in ends:
            graph.add_node(end, kind="person")
        graph.add_node("police", kind="agency", agency_kind="police")
        graph.add_edge(ends[0], "police", kind="known_to")
        graph.add_edge(*(ends if number < 6 else ends[::-1]), kind="related", relative_is="PARENT")
    assert shown_network(graph, NHS).graph.number_of_nodes() == 0, "two shapes of six"


def test_shapes_that_no_colouring_tells_apart_are_told_apart() -> None:
    """Two rings of three against one of six: every node of either sees the same around it."""
    graph = nx.MultiDiGraph()
    for number in range(14):
        sizes = (3, 3) if number < 7 else (6,)
        start = 0
        hub = f"P-{number}-hub"
        graph.add_node(hub, kind="person")
        for size in sizes:
            ring = [f"P-{number}-{start + each}" for each in range(size)]
            start += size
            for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
                graph.add_node(one, kind="person")
                graph.add_node(other, kind="person")
                graph.add_edge(one, other, kind="related", relative_is="SIBLING")
                graph.add_edge(one, hub, kind="related", relative_is="PARENT")
    assert shown_network(graph, NHS).graph.number_of_nodes() == 0, "two shapes of seven"


def test_nothing_is_dated_or_counted() -> None:
    found = shown_network(town(of_2=10), NHS).graph
    said = [said for *_, said in found.edges(data=True)] + [said for _, said in found.nodes(data=True)]
    assert said
    assert not any(DATED & each.keys() for each in said)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(["of_2", "of_3", "of_4"]), st.integers(0, 25)), st.randoms())
def test_every_part_that_is_shown_has_more_like_it_than_the_threshold(
    families: dict[str, int], random: object
) -> None:
    graph = town(**families)
    found = shown_network(graph, NHS)
    for name, many in families.items():
        shown = [home for home in homes(found.graph) if home.startswith(f"H-{name}")]
        assert len(shown) == (many // NHS.base * NHS.base if many > NHS.threshold else 0)
    nodes = list(graph.nodes(data=True))
    random.shuffle(nodes)  # type: ignore[attr-defined]
    again = nx.MultiDiGraph()
    again.add_nodes_from(nodes)
    again.add_edges_from(graph.edges(data=True))
    assert set(shown_network(again, NHS).graph) == set(found.graph), "in whatever order it was told"
