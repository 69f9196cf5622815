"""The data dictionary of an exported network: what each attribute of its nodes and edges means."""

from __future__ import annotations

import json
from typing import Any, Final

from mast_analytics.release.exports import Field, dictionary

NODES: Final = (
    Field("id", "string", "graph id: P- person, H- household, A- address; an agency has its own"),
    Field("kind", "string", "of a node person, household, address or agency; of an edge what it says"),
    Field("communal", "boolean", "household: a hostel or a home, where people do not live as one"),
    Field("members", "integer", "household: how many belong or belonged to it, those not shown included"),
    Field("agency_kind", "string", "agency: what it is, such as police"),
)
EDGES: Final = (
    Field("since", "string", "member_of: from which moment on, as ISO 8601"),
    Field("until", "string", "member_of: until when; not there while it goes on"),
    Field("inferred", "boolean", "member_of: one of the ends is inferred, and no agency said it"),
    Field("in_12_months", "integer", "known_to: contacts of the last twelve months"),
    Field("listed", "integer", "known_to, around a household: contacts that are listed there"),
    Field("open", "integer", "known_to: episodes that go on"),
    Field("arrived", "string", "led_to: the day on which people of one household were in the other"),
    Field("people", "integer", "led_to: how many went on"),
    Field("relative_is", "string", "related: what the second is to the first, as an agency states it"),
    Field("agency", "string", "related: the agency that states it"),
    Field("basis", "string", "related: on what ground"),
    Field("recorded", "string", "related: since when it is on record"),
)
KINDS: Final = {
    "member_of": "person to household",
    "at": "household to address",
    "part_of": "address to the building that it is a unit of",
    "known_to": "person to agency",
    "led_to": "household to the one that its people went on to",
    "related": "person to the relative whom an agency states",
}


def network_dictionary(file: str, *, not_shown: list[str]) -> bytes:
    """A data package for a file of that name; ``not_shown`` is what the caller may not see.

    Example:
        >>> json.loads(network_dictionary("network.graphml", not_shown=[]))["kinds_of_edge"]["at"]
        'household to address'
    """
    about: dict[str, Any] = {
        "name": "network",
        "title": "People, households, addresses and agencies",
        "description": "Under ids of the graph, or of one release. No contact is in it: only that an agency "
        "knows somebody. An attribute is there where it can be said.",
        "kinds_of_edge": KINDS,
        "not_shown": not_shown,
    }
    said = dictionary({file: (*NODES, *EDGES)}, about=about)
    return json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n"
