"""Files for other programs: kinds of path as start-stop rows, and which contact came next as a graph.

No row is of a person. Each is of a kind of path that more people walked than the policy's threshold, with
their rounded number as its weight; what fewer walked is left out, and only how many is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import pyarrow as pa

from mast_analytics.disclosure.paths import FIRST, LAST, Steps
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import HIDDEN, protect
from mast_analytics.kinds import DIED, STANDS, Kinds, runs
from mast_resolver.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Field:
    """A column or attribute, as the data dictionary has it; ``type`` is one of Frictionless."""

    name: str
    type: str
    says: str


@dataclass(frozen=True, slots=True)
class ShownKinds:
    """Kinds of path with their rounded numbers, and of how many people the path is left out.

    ``left_out`` and ``too_short`` are rounded too, or the mark.
    """

    policy: Policy
    step_days: int
    steps: int
    people: dict[tuple[int, ...], int]
    left_out: int | str
    too_short: int | str


MSTATE: Final = (
    Field("id", "integer", "number of the kind of path; of no person"),
    Field("from", "integer", "state in which the spell is, by its number in `states`"),
    Field("to", "integer", "state to which it could have gone"),
    Field(
        "trans", "integer", "number of that transition, from 1 without a gap: row by row from each state met"
    ),
    Field("Tstart", "integer", "days since the first contact at which the spell begins, exclusive"),
    Field("Tstop", "integer", "days since the first contact at which it ends, inclusive"),
    Field("time", "integer", "Tstop minus Tstart, in days"),
    Field("status", "integer", "1 if it went there at Tstop, 0 if not"),
    Field("weight", "integer", "people who walked this kind of path, rounded as the policy has it"),
)
SPELL: Final = (
    Field("id", "integer", "number of the kind of path; of no person"),
    Field("begin", "integer", "first step of the spell, from 1; a step is `step_days` days"),
    Field("end", "integer", "last step of the spell, inclusive"),
    Field("state", "string", "highest stand in those steps"),
    Field("weight", "integer", "people who walked this kind of path, rounded as the policy has it"),
)
NODES: Final = (
    Field("title", "string", "what the type of contact is, in words"),
    Field("severity", "integer", "its level on the ladder, 0 to 6; none for beginning and end"),
)
EDGES: Final = (
    Field("shown", "boolean", "false where the count is hidden; such an arrow may also never have been gone"),
    Field("times", "integer", "how often the one came next after the other, rounded; none where hidden"),
)


def shown_kinds(found: Kinds, policy: Policy) -> ShownKinds:
    """Kinds that may be shown. Those too rare are put together first, so that no mark tells there is one.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> found = Kinds(182, 2, {(1, 0): 50, (1, 1): 22, (3, 3): 5, (2, 3): 4}, 30)
        >>> shown = shown_kinds(found, policy("nhs"))
        >>> shown.people, shown.left_out, shown.too_short
        ({(1, 0): 50, (1, 1): 20}, 10, 30)
    """
    rare = [kind for kind, count in found.people.items() if count <= policy.threshold]
    common = [kind for kind in found.people if kind not in rare]
    together = sum(found.people[kind] for kind in rare)
    # How many are too short is a group beside the others: with it they are everybody.
    counts = [*(found.people[kind] for kind in common), together, found.too_short]
    table = protect(counts, policy)
    marked = table.marked().tolist()
    kept = {kind: marked[place] for place, kind in enumerate(common) if marked[place] != HIDDEN}
    hidden = [HIDDEN for each in marked[: len(common)] if each == HIDDEN]
    return ShownKinds(
        policy=policy,
        step_days=found.step_days,
        steps=found.steps,
        people=kept,
        left_out=HIDDEN if hidden else marked[len(common)],
        too_short=marked[len(common) + 1],
    )


def transitions(shown: ShownKinds) -> dict[tuple[int, int], int]:
    """Numbers of transitions by the numbers of both states, from 0: row by row, from each state that is met.

    ``mstate`` takes the n-th stratum for the transition of that number, and a transition that nobody could
    make is in none: a number kept free for it would give all that follow to others. Nobody comes back from
    death.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> found = transitions(ShownKinds(policy("nhs"), 182, 2, {(1, 3): 50}, 0, 0))
        >>> found[1, 0], found[3, 0], len(found)
        (1, 5, 8)
    """
    met = sorted({state for kind in shown.people for state in kind if state != DIED})
    pairs = ((of, to) for of in met for to in range(DIED + 1) if of != to)
    return {pair: number for number, pair in enumerate(pairs, start=1)}


def mstate(shown: ShownKinds) -> pa.Table:
    """Long format of ``mstate``: of each spell a row for each transition that was possible from its state.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> one = ShownKinds(policy("nhs"), 182, 2, {(1, 0): 50}, 0, 0)
        >>> mstate(one).slice(0, 2).to_pylist()[0]["status"], mstate(one).num_rows
        (1, 8)
    """
    rows, pairs = [], transitions(shown)
    for id_, kind, weight in _numbered(shown):
        stays = list(runs(kind))
        for place, (state, begin, end) in enumerate(stays):
            if state == DIED:
                continue
            after = stays[place + 1][0] if place + 1 < len(stays) else None
            start, stop = (begin - 1) * shown.step_days, end * shown.step_days
            rows += [
                (id_, state + 1, to + 1, number, start, stop, stop - start, int(to == after), weight)
                for (of, to), number in pairs.items()
                if of == state
            ]
    return _table(MSTATE, rows)


def spell(shown: ShownKinds) -> pa.Table:
    """``SPELL`` format of ``TraMineR``: id, begin, end, state."""
    rows = [
        (id_, begin, end, STANDS[state], weight)
        for id_, kind, weight in _numbered(shown)
        for state, begin, end in runs(kind)
    ]
    return _table(SPELL, rows)


def graphml(steps: Steps) -> bytes:
    """The directly-follows graph: types of contact, and arrows with how often, where that is shown.

    An arrow whose count is hidden is there and says so, as every cell that could hide something is; whether
    anybody ever went it is not told.
    """
    graph = nx.DiGraph()
    for name in dict.fromkeys((*steps.rows, *steps.columns)):
        graph.add_node(name, **_node(name))
    marked = steps.table.marked()
    for row, before in enumerate(steps.rows):
        for column, after in enumerate(steps.columns):
            said = marked[row, column]
            if said == HIDDEN:
                graph.add_edge(before, after, shown=False)
            elif said:
                graph.add_edge(before, after, shown=True, times=int(said))
    return "\n".join(nx.generate_graphml(graph)).encode() + b"\n"


def dictionary(fields: Mapping[str, tuple[Field, ...]], *, about: Mapping[str, Any]) -> dict[str, Any]:
    """A data package (Frictionless, Table Schema): what each field of each file means.

    Example:
        >>> said = dictionary({"paths.csv": SPELL}, about={"title": "Paths"})
        >>> said["resources"][0]["schema"]["fields"][0]["name"]
        'id'
    """
    return {
        "profile": "data-package",
        **about,
        "resources": [
            {
                "name": path.replace(".", "-"),
                "path": path,
                "format": path.rpartition(".")[2],
                "schema": {
                    "fields": [
                        {"name": each.name, "type": each.type, "description": each.says} for each in of
                    ]
                },
            }
            for path, of in fields.items()
        ],
    }


def numbers(shown: ShownKinds) -> dict[str, Any]:
    """What the numbers of states and of transitions mean, for the data dictionary.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> numbers(ShownKinds(policy("nhs"), 182, 2, {(1, 1): 50}, 0, 0))["transitions"]["4"]
        [2, 5]
    """
    return {
        "states": {str(number + 1): name for number, name in enumerate(STANDS)},
        "transitions": {str(number): [a + 1, b + 1] for (a, b), number in transitions(shown).items()},
    }


def _node(name: str) -> dict[str, Any]:
    if name in (FIRST, LAST):
        return {"title": "where paths begin" if name == FIRST else "where they end so far"}
    kind = vocabulary().contact_type(name)
    return {"title": kind.title, "severity": kind.severity}


def _numbered(shown: ShownKinds) -> Iterator[tuple[int, tuple[int, ...], int]]:
    for id_, (kind, weight) in enumerate(shown.people.items(), start=1):
        yield id_, kind, weight


def _table(fields: tuple[Field, ...], rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    types = {"integer": pa.int64(), "string": pa.string()}
    schema = pa.schema([
        pa.field(each.name, types[each.type], nullable=False, metadata={"description": each.says})
        for each in fields
    ])  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
