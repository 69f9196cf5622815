"""Every attribute of an exported network is in its data dictionary, and nothing else is."""

from __future__ import annotations

import json

from mast_api.network_fields import KINDS, network_dictionary
from mast_api.projecting import Projection

AGENCY = {"id": "police", "kind": "police"}
SPELL = {"begin": "2024-01-01T00:00:00Z", "inferred": False}


def everything() -> Projection:
    """Each kind of node and edge, with all that there can be of it."""
    made = Projection()
    for home in ("H-1", "H-2"):
        made.household(home, communal=False, members=1)
    ends = ({"end": None}, {"end": "2025-01-01T00:00:00Z"})
    made.member("H-1", {"personId": "P-1", "spells": [SPELL | end for end in ends]})
    made.address("A-1", "A-2")
    made.lives("H-1", "A-1")
    made.known("P-1", AGENCY, in_12_months=1, open=0, listed=1)
    made.links(("H-1", "H-2"), "2025-01-01", 1)
    said = {"personId": "P-1", "relativeId": "P-2", "kind": "PARENT", "agency": AGENCY}
    made.related(said | {"basis": "recorded", "since": "2025-01-01T00:00:00Z"})
    return made


def test_every_attribute_is_in_the_dictionary_and_nothing_else() -> None:
    graph = everything().graph
    of_nodes = {name for _, said in graph.nodes(data=True) for name in said}
    of_edges = {name for *_, said in graph.edges(data=True) for name in said}
    said = json.loads(network_dictionary("n.graphml", not_shown=["health"]))
    fields = [each["name"] for each in said["resources"][0]["schema"]["fields"]]
    assert sorted(fields) == sorted({"id"} | of_nodes | of_edges)
    assert set(KINDS) == {kind for *_, kind in graph.edges(data="kind")}
    assert said["not_shown"] == ["health"]
    assert "states" not in said
