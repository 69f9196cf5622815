"""Who objects to research (UK GDPR article 21), and a page of the network without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from mast_graph.moments import to_text
from mast_graph.read import Reader, Scope


async def objectors(store: Reader, scope: Scope, people: Collection[str]) -> AbstractSet[str]:
    """Those of these people who are to be left out of whatever leaves for research."""
    rows = await store.read("read.objectors", people=sorted(set(people)), now=to_text(scope.as_of))
    return frozenset(rows[0]["objectors"])


def everybody(households: Iterable[dict[str, Any]]) -> set[str]:
    """All whom a page of households names, also those of a move from one to another."""
    found: set[str] = set()
    for home in households:
        found.update(member["id"] for member in home["members"])
        found.update(move[0] for link in home["led_to"] for move in link["moves"])
    return found


def leave_out(row: dict[str, Any], gone: AbstractSet[str]) -> None:
    """Take people out of a page as if it had never named them; a household may have nobody left.

    Example:
        >>> home = {"members": [{"id": "P-1"}, {"id": "P-2"}], "member_count": 3,
        ...         "led_to": [{"later": "H-2", "moves": [["P-1", "a", "b"]]}]}
        >>> leave_out({"households": [home], "people": [{"id": "P-1"}]}, {"P-1"})
        >>> home
        {'members': [{'id': 'P-2'}], 'member_count': 2, 'led_to': []}
    """
    row["people"] = [each for each in row["people"] if each["id"] not in gone]
    for home in row["households"]:
        stay = [member for member in home["members"] if member["id"] not in gone]
        home["member_count"] -= len(home["members"]) - len(stay)
        home["members"] = stay
        for link in home["led_to"]:
            link["moves"] = [move for move in link["moves"] if move[0] not in gone]
        home["led_to"] = [link for link in home["led_to"] if link["moves"]]
