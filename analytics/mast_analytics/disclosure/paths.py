"""Transition matrices and directly-follows graphs, as tables that are covered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import Table, protect
from mast_analytics.follows import Graph
from mast_analytics.transitions import Transitions

FIRST, LAST, GOES_ON = "(first)", "(last)", "(still there)"


@dataclass(frozen=True, slots=True)
class Steps:
    """From the names of rows to those of columns; a place more each way holds the totals."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    table: Table


def shown_transitions(found: Transitions, policy: Policy) -> Steps:
    """Steps from state to state, with those still there at the cut-off; small by the people behind each.

    Shares are :meth:`Table.per_cent`, of all spells in the row. Rates are not given: time at risk is not
    rounded, and would tell the count.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> from mast_analytics.spells import Spells
        >>> from mast_analytics.transitions import transitions
        >>> day = np.zeros(60, int)
        >>> steps = Spells(("in", "out"), np.arange(60), day, np.repeat([1, -1], [20, 40]), day, day + 9, day)
        >>> shown_transitions(transitions(steps), policy("nhs")).table.marked()[0].tolist()
        [0, 20, 40, 60]
    """
    counts = np.column_stack([found.counts, found.censored])
    never = np.eye(*counts.shape, dtype=np.bool_)  # nobody goes from a state to the same
    return Steps(
        found.states, (*found.states, GOES_ON), protect(counts, policy, people=found.people, impossible=never)
    )


def shown_follows(found: Graph, policy: Policy) -> Steps:
    """Arrows from type to type, with how many paths began and ended at each, so that its totals are ``met``.

    Medians of days are not given with them: take :func:`~mast_analytics.disclosure.curves.quantile`.
    """
    types = tuple(sorted(found.met))
    place = {name: number for number, name in enumerate(types)}
    counts = np.zeros((len(types) + 1, len(types) + 1), np.int64)
    for name in types:
        counts[place[name], -1], counts[-1, place[name]] = found.last.get(name, 0), found.first.get(name, 0)
    people = np.zeros((len(types) + 2, len(types) + 2), np.int64)
    for arrow in found.arrows:
        where = place[arrow.before], place[arrow.after]
        counts[where], people[where] = arrow.times, arrow.subjects
    people[:-1, -2], people[-2, :-1] = counts[:, -1], counts[-1]
    # Whoever met a kind of contact left it, or it was their last; and came to it, or it was their first.
    people[:-2, -1] = people[-1, :-2] = [found.met_by.get(name, 0) for name in types]
    people[-2, -1] = people[-1, -2] = people[-1, -1] = counts[-1].sum()
    never = np.zeros(counts.shape, np.bool_)
    never[-1, -1] = True
    table = protect(counts, policy, people=people, impossible=never)
    return Steps((*types, FIRST), (*types, LAST), table)
