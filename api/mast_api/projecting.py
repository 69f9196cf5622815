"""The network as a networkx graph for analysts: people, households, addresses and agencies by their ids.

Made of the service's own answers, so that it holds what the caller may see and no more. Nodes have a kind;
no contact is in it, only that an agency knows somebody, how often in twelve months and how many are open.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import networkx as nx

from mast_api.documents import shipped
from mast_resolver.errors import NotAllowedError

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Asks the service a document with variables."""

PAGE: Final = 100
_CUT: Final = "members of large households"
_UNRELATED: Final = "who is related to whom is not for this role and purpose"

EXTRACT: Final = shipped("extract")
AROUND: Final = shipped("around")


class Format(StrEnum):
    """How the graph is written."""

    GRAPHML = "graphml"
    JSON = "json"


class Projection:
    """A graph that grows answer by answer.

    Example:
        >>> projection = Projection()
        >>> projection.household("H-1", communal=False, members=1)
        >>> projection.graph.nodes["H-1"]["kind"]
        'household'
    """

    def __init__(self) -> None:
        self.graph = nx.MultiDiGraph()
        self.not_shown: dict[str, int] = {}
        """What is not in it, in sentences; with a number where it was counted."""

    def household(self, id_: str, *, communal: bool, members: int) -> None:
        """A household; ``members`` counts also those who are not shown."""
        self.graph.add_node(id_, kind="household", communal=communal, members=members)

    def member(self, household: str, member: Mapping[str, Any]) -> None:
        """A person and when they belonged to a household."""
        self.graph.add_node(member["personId"], kind="person")
        for spell in member["spells"]:
            until = {} if spell["end"] is None else {"until": spell["end"]}
            self.graph.add_edge(
                member["personId"],
                household,
                kind="member_of",
                since=spell["begin"],
                inferred=spell["inferred"],
                **until,
            )

    def address(self, id_: str, building: str | None) -> None:
        """An address, and the building it is a unit of."""
        self.graph.add_node(id_, kind="address")
        if building is not None and not self.graph.has_edge(id_, building):
            self.graph.add_node(building, kind="address")
            self.graph.add_edge(id_, building, kind="part_of")

    def lives(self, household: str, address: str) -> None:
        """A household is at an address."""
        self.graph.add_edge(household, address, kind="at")

    def known(self, person: str, agency: Mapping[str, str], **counts: int) -> None:
        """An agency knows a person; said again, it is the same."""
        self.graph.add_node(agency["id"], kind="agency", agency_kind=agency["kind"])
        self.graph.add_edge(person, agency["id"], key="known_to", kind="known_to", **counts)

    def links(self, link: tuple[str, str], arrived: str, people: int) -> None:
        """People went on from one household to another."""
        self.graph.add_edge(*link, kind="led_to", arrived=arrived, people=people)

    def related(self, stated: Mapping[str, Any]) -> None:
        """An agency states that somebody is something to another; said again, it is the same."""
        said = (stated["kind"], stated["agency"]["id"])
        for end in ("personId", "relativeId"):  # one of them may have no home on record
            self.graph.add_node(stated[end], kind="person")
        self.graph.add_edge(
            stated["personId"],
            stated["relativeId"],
            key="related " + " ".join(said),
            kind="related",
            relative_is=said[0],
            agency=said[1],
            basis=stated["basis"],
            recorded=stated["since"],
        )


def whole(
    ask: Ask, on_households: Callable[[int], None] = lambda _: None, *, under: str | None = None
) -> Projection:
    """Everybody the caller may see, page by page; for research, what is shared under an agreement for it."""
    projection, households = Projection(), 0
    links, related = list[tuple[tuple[str, str], str, int]](), list[Mapping[str, Any]]()
    page: Mapping[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        asked = {"after": page["endCursor"], "first": PAGE, "under": under}
        page = ask(EXTRACT, asked)["networkExtract"]
        for home in page["households"]:
            _extracted(projection, home)
            links += [
                ((home["householdId"], link["laterId"]), link["arrived"], link["personCount"])
                for link in home["ledTo"]
            ]
        for person in page["people"]:
            for known in person["agencies"]:
                counts = {"in_12_months": known["countIn12Months"], "open": known["openEpisodes"]}
                told = {name: count for name, count in counts.items() if count is not None}
                projection.known(person["personId"], known["agency"], **told)
        related += page["relations"]["listed"]
        projection.not_shown |= dict.fromkeys(page["relations"]["notShown"], 0)
        _withheld(projection, page)
        households += len(page["households"])
        on_households(households)
    for each in related:
        # For research nobody comes in by a statement alone.
        if under is None or {each["personId"], each["relativeId"]} <= projection.graph.nodes:
            projection.related(each)
    for link, arrived, people in links:
        if link[1] in projection.graph:  # it may have been withdrawn while the pages were read
            projection.links(link, arrived, people)
    return projection


def _extracted(projection: Projection, home: Mapping[str, Any]) -> None:
    id_ = home["householdId"]
    projection.household(id_, communal=home["communal"], members=home["memberCount"])
    for address in home["addresses"]:
        projection.address(address["addressId"], address["buildingId"])
        projection.lives(id_, address["addressId"])
    for member in home["members"]:
        projection.member(id_, member)
    if more := home["memberCount"] - len(home["members"]):
        projection.not_shown[_CUT] = projection.not_shown.get(_CUT, 0) + more


def around(ask: Ask, household: str, depth: int) -> Projection:
    """The network around one household; relations only where the caller may know them."""
    asked = {"id": household, "depth": depth}
    try:
        answer = ask(AROUND, {**asked, "related": True})["householdNetwork"]
    except NotAllowedError:
        answer = ask(AROUND, {**asked, "related": False})["householdNetwork"]
    projection = Projection()
    for each in answer["households"]:
        home = each["household"]
        projection.household(home["id"], communal=home["communal"], members=home["memberCount"])
        for address in home["addressIds"]:
            projection.address(address, None)
            projection.lives(home["id"], address)
        for member in home["members"]:
            projection.member(home["id"], member)
    for address in answer["addresses"]:
        projection.address(address["addressId"], address["buildingId"])
    _contacts(projection, answer["contacts"])
    if "relations" in answer:
        for each in answer["relations"]["listed"]:
            projection.related(each)
        projection.not_shown |= dict.fromkeys(answer["relations"]["notShown"], 0)
    else:
        projection.not_shown[_UNRELATED] = 0
    _withheld(projection, answer)
    projection.not_shown |= dict.fromkeys(answer["notShown"], 0)
    return projection


def _contacts(projection: Projection, contacts: Iterable[Mapping[str, Any]]) -> None:
    counted: Counter[tuple[str, str, str]] = Counter()
    kinds: dict[str, str] = {}
    for each in contacts:
        agency = each["contact"]["agency"]
        kinds[agency["id"]] = agency["kind"]
        for person in each["personIds"]:
            counted[person, agency["id"], "listed"] += 1
            counted[person, agency["id"], "open"] += each["contact"]["status"] == "OPEN"
    for person, agency in sorted({(person, agency) for person, agency, _ in counted}):
        projection.known(
            person,
            {"id": agency, "kind": kinds[agency]},
            listed=counted[person, agency, "listed"],
            open=counted[person, agency, "open"],
        )


def _withheld(projection: Projection, answer: Mapping[str, Any]) -> None:
    projection.not_shown |= dict.fromkeys((each["says"] for each in answer["withheld"]), 0)


def text(projection: Projection, form: Format) -> bytes:
    """The graph in one of the formats, the same bytes for the same graph."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(sorted(projection.graph.nodes(data=True), key=lambda node: node[0]))
    edges = projection.graph.edges(data=True)
    graph.add_edges_from(
        sorted(edges, key=lambda edge: (edge[0], edge[1], json.dumps(edge[2], sort_keys=True)))
    )
    if form is Format.JSON:
        return json.dumps(nx.node_link_data(graph, edges="edges"), indent=1).encode() + b"\n"
    return "\n".join(nx.generate_graphml(graph)).encode() + b"\n"
