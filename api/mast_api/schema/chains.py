"""Chains between two people: put together from their ties, and said in sentences without values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Final

import networkx as nx
from strawberry import ID

from mast_api.schema import network_types as t
from mast_api.schema import shape
from mast_api.schema.types import Team
from mast_graph.network import PATH_PEOPLE, ChainsRow, TieRow
from mast_graph.read import Scope

MOST_CHAINS: Final = 5

SAYS: Final = {
    t.TieKind.HOUSEHOLD: "They belonged to one household at the same time.",
    t.TieKind.CONTACT: "One contact touched both.",
    t.TieKind.ADDRESS: "They lived at the same address, in another household or at another time.",
}
_ORDER: Final = list(t.TieKind)


def shortest(
    ties: Sequence[TieRow],
    lefts: Sequence[str],
    rights: Sequence[str],
    *,
    hubs: Iterable[str] = (),
    most: int,
) -> list[list[str]]:
    """The shortest chains of people from one of ``lefts`` to one of ``rights``, in the order of their ids.

    Nobody of ``hubs`` stands between two others.

    Example:
        >>> tie = lambda left, right: TieRow(left=left, right=right, kind="household", via="H-1", agency=None)
        >>> shortest([tie("P-1", "P-2"), tie("P-3", "P-2")], ["P-1"], ["P-3"], most=4)
        [['P-1', 'P-2', 'P-3']]
    """
    graph = nx.Graph()
    graph.add_nodes_from([*lefts, *rights])
    graph.add_edges_from((tie["left"], tie["right"]) for tie in sorted(ties, key=_key))
    graph.remove_nodes_from(set(hubs).difference(lefts, rights))
    lengths = [
        (len(path) - 1, left, right)
        for left in lefts
        for right in rights
        if left != right and nx.has_path(graph, left, right)
        for path in [nx.shortest_path(graph, left, right)]
    ]
    least = min((length for length, _, _ in lengths), default=most + 1)
    if least > most:
        return []
    found = [
        path
        for length, left, right in lengths
        if length == least
        for path in islice(nx.all_shortest_paths(graph, left, right), MOST_CHAINS + 1)
    ]
    return sorted(found)


def paths(
    row: ChainsRow, scope: Scope, duty: Team, *, most: int, as_of: dt.datetime
) -> tuple[t.PathsBetween, set[str]]:
    """The whole answer, and who is named in it."""
    found = shortest(row["ties"], row["lefts"], row["rights"], hubs=row["hubs"], most=most)
    shown = found[:MOST_CHAINS]
    replaced = [shape.superseded([each]) for each in row["superseded"]]
    length = len(shown[0]) - 1 if shown else None
    answer = t.PathsBetween(
        as_of=as_of,
        superseded=[each for each in replaced if each is not None],
        length=length,
        says=_says(row, length, most),
        chains=[
            t.Chain(steps=[_step(row["ties"], one, other) for one, other in pairwise(chain)])
            for chain in shown
        ],
        not_shown=list(_not_shown(row, len(found))),
        caution=shape.caution(duty, anything=bool(shown)),
        withheld=shape.withheld(row, scope=scope),
    )
    return answer, {person for chain in shown for person in chain}


def _says(row: ChainsRow, length: int | None, most: int) -> str:
    if not row["lefts"] or not row["rights"]:
        return "One of the two is not on record."
    if length is None:
        return f"No chain of up to {most} steps was found; that is no proof that there is none."
    if length == 1:
        return "They are tied directly."
    return f"They are tied through {length - 1} other{'s' if length > 2 else ''}."


def _step(ties: Sequence[TieRow], one: str, other: str) -> t.ChainStep:
    found = {
        (t.TieKind(tie["kind"]), tie["via"]) for tie in ties if {tie["left"], tie["right"]} == {one, other}
    }
    return t.ChainStep(
        from_id=ID(one),
        to_id=ID(other),
        ties=[
            t.Tie(kind=kind, via_id=ID(via), says=SAYS[kind])
            for kind, via in sorted(found, key=lambda tie: (_ORDER.index(tie[0]), tie[1]))
        ],
    )


def _not_shown(row: ChainsRow, chains: int) -> Iterator[str]:
    if chains > MOST_CHAINS:
        yield f"More than {MOST_CHAINS} chains are as short; {MOST_CHAINS} are shown."
    if hubs := len(set(row["hubs"])):
        yield f"Chains through homes, people or contacts that tie very many were not looked for: {hubs}."
    if cut := sum(max(0, met - PATH_PEOPLE) for met in row["met"]):
        yield f"{cut} ties were not looked at: there may be other chains."


def _key(tie: TieRow) -> tuple[str, str, str, str]:
    return (tie["left"], tie["right"], tie["kind"], tie["via"])
