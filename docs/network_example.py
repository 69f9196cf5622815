"""A notebook of cells (`# %%`): a network as `mast export network` writes it, read with networkx.

    mast export network --format json --out network.json
    python docs/network_example.py network.json

It reads the file, never the service's graph: what is in it was asked for in a role and a purpose, and is in
the audit log. With the extra `notebook` and a Neo4j of your own (never the service's), the last cell also
puts it there with py2neo, to be asked in Cypher:

    NEO4J_PASSWORD=... python docs/network_example.py network.json bolt://127.0.0.1:7688
"""

# %%
from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

import networkx as nx

document = json.loads(Path(sys.argv[1]).read_text("utf-8"))
network = nx.node_link_graph(document, edges="edges")
kinds = dict(network.nodes(data="kind"))
print("nodes:", dict(sorted(Counter(kinds.values()).items())))

# %% Who shares a household: an edge between two people for each, communal ones left out.
homes = [
    node for node, data in network.nodes(data=True) if data["kind"] == "household" and not data["communal"]
]
people = {node for node, kind in kinds.items() if kind == "person"}
members = nx.Graph()
members.add_nodes_from(people)
members.add_edges_from((one, home) for one, home, kind in network.edges(data="kind") if kind == "member_of")
members.remove_nodes_from(
    [node for node in list(members) if kinds.get(node) == "household" and node not in set(homes)]
)
shared = nx.bipartite.weighted_projected_graph(members, people)
groups = sorted((len(each) for each in nx.connected_components(shared)), reverse=True)
print("people who share households, the largest groups:", groups[:5])

# %% Households that more agencies than one know of, by how many episodes are open.
known: dict[str, set[str]] = {}
open_episodes: Counter[str] = Counter()
for one, agency, data in network.edges(data=True):
    if data["kind"] == "known_to":
        for home in network.successors(one):
            if kinds[home] == "household":
                known.setdefault(home, set()).add(agency)
                open_episodes[home] += data["open"]
print("households known to several agencies:", sum(len(agencies) > 1 for agencies in known.values()))
print("with an open episode:", sum(open_episodes[home] > 0 for home in known))

# %% What became of households: the longest path of people who left together.
moves = nx.DiGraph((one, other) for one, other, kind in network.edges(data="kind") if kind == "led_to")
if nx.is_directed_acyclic_graph(moves):
    print("longest path of households:", len(nx.dag_longest_path(moves)))

# %% In Cypher, in a Neo4j of your own.
if len(sys.argv) > 2:
    from py2neo import Graph, Node, Relationship, Subgraph

    graph = Graph(sys.argv[2], auth=(os.environ.get("NEO4J_USER", "neo4j"), os.environ["NEO4J_PASSWORD"]))
    nodes = {id_: Node("Projected", kind=data["kind"], id=id_) for id_, data in network.nodes(data=True)}
    edges = [
        Relationship(nodes[one], data["kind"].upper(), nodes[other])
        for one, other, data in network.edges(data=True)
    ]
    graph.create(Subgraph(nodes.values(), edges))
    print("in Neo4j:", graph.evaluate("MATCH (n:Projected) RETURN count(n)"))
    graph.service.connector.close()
