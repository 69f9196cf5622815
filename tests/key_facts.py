"""What a rotation must leave as it was, what it must change, and whether what is alike still is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any, Final

from tests.graph_contents import EDGES, rows

from mast_graph.store import Login
from mast_resolver.records import ADDRESS_NEAR, ADDRESS_TOKENS

NODES: Final = """
MATCH (node) WHERE NOT node:Lease AND NOT node:KeyState AND NOT node:Load AND NOT node:CountedNote
RETURN labels(node) AS what, properties(node) AS properties
"""
SEALED: Final = ("sealed", "reference", "reason", "revoked_reason", "finding", "frequencies")
LOOKED_UP: Final = (*ADDRESS_TOKENS, *ADDRESS_NEAR)
RECORDS: Final = frozenset({"PersonRecord", "AddressRecord", "RecordVersion"})


def untouched(server: Login) -> Counter[str]:
    """Every node and edge with all that a rotation has no business with, times of recording too."""
    found = Counter[str]()
    for row in (*rows(server, NODES), *rows(server, EDGES)):
        gone = {*SEALED, "key_version"}
        if RECORDS & set(row["what"]):
            gone |= {"content", *LOOKED_UP}
        kept = {name: value for name, value in row["properties"].items() if name not in gone}
        found[json.dumps([row["what"], kept], sort_keys=True, default=str)] += 1
    return found


def found_together(server: Login) -> set[tuple[str, frozenset[str]]]:
    """The address records that each token finds, whatever the token is."""
    groups = defaultdict(set)
    for row in rows(server, "MATCH (r:AddressRecord) RETURN r.id AS id, properties(r) AS said"):
        for name in LOOKED_UP:
            if name in row["said"]:
                groups[name, row["said"][name]].add(row["id"])
    return {(name, frozenset(ids)) for (name, _), ids in groups.items()}


def keyed_values(server: Login) -> set[str]:
    """Every token that a stored address is looked up by, and every keyed hash of a record."""
    values = set()
    for row in rows(server, "MATCH (r:PersonRecord|AddressRecord) RETURN properties(r) AS said"):
        values |= {row["said"][name] for name in (*LOOKED_UP, "content") if name in row["said"]}
    return values


def sealed_values(server: Login) -> list[dict[str, Any]]:
    """Every sealed value there is, with the property it is and the node or edge that has it.

    Whatever is stored in bytes counts, so that what is sealed one day is not forgotten by a rotation; public
    keys of agencies are not sealed.
    """
    everything = (*rows(server, NODES), *rows(server, EDGES))
    return [
        {"what": row["what"], "property": name, "sealed": bytes(value)}
        for row in everything
        for name, value in row["properties"].items()
        if isinstance(value, bytes | bytearray) and "AgencyKey" not in row["what"]
    ]
