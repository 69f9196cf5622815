"""From what may be shown to GraphQL types; what is suppressed is suppressed before it comes here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import numpy as np

from mast_analytics.disclosure.lists import Listed, shown_faults
from mast_analytics.disclosure.paths import Steps
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import HIDDEN, Table
from mast_analytics.episodes import Episodes
from mast_analytics.quality import TREATED
from mast_api.asking import Asking
from mast_api.research.figures import Found
from mast_api.research.reading import Allowed
from mast_api.schema import paging, shape
from mast_api.schema import research_types as t
from mast_api.schema.types import Withheld
from mast_graph.read import SharedRow

TOTAL = "total"
MADE_OF_IT: Final = {
    "8630": "counts as a moment",
    "8810": "counts as a moment",
    "8820": "days count once",
    "8555Q": "left out",
    "WHOSE_DEATH": "counts as any other",
}


def basis(asking: Asking, found: Found, cohort: Episodes | None = None) -> t.ResearchBasis:
    """Of whom an answer is; ``cohort`` where it is of some of those who were asked for only."""
    wanted, policy = found.wanted, found.wanted.policy
    counted = cohort or found.cohort
    alone = policy.alone(len(np.unique(counted.subject)))
    return t.ResearchBasis(
        by=t.CohortUnit(wanted.by.value),
        as_of=wanted.cut_off.valid,
        known_at=wanted.cut_off.recorded,
        holding_days=wanted.holding_days,
        policy=policy_of(policy),
        subjects=figure(HIDDEN if alone is None else alone),
        withheld=withheld(asking, found.allowed),
        faults=faults(counted, policy),
        says=says(policy),
    )


def faults(cohort: Episodes, policy: Policy) -> list[t.ContactFault]:
    """What was not counted as it was recorded, or not at all."""
    return [
        t.ContactFault(
            rule=rule,
            says=f"{TREATED[rule]}: {MADE_OF_IT[rule]}",
            contacts=figure(HIDDEN if contacts is None else contacts),
        )
        for rule, contacts in shown_faults(cohort, policy).items()
    ]


def policy_of(found: Policy) -> t.DisclosurePolicy:
    """A policy as it is told to whoever asks."""
    return t.DisclosurePolicy(
        name=found.name, threshold=found.threshold, base=found.base, source=found.source
    )


def says(policy: Policy) -> list[str]:
    """What has to be known to read any figure."""
    rounded = f", others are rounded to multiples of {policy.base}" if policy.base > 1 else ""
    return [
        "Figures are of groups: none is of one person, and none is a chance that something happens.",
        f"Counts of {policy.floor} to {policy.threshold} people are suppressed (*), and more beside them "
        f"where they could be worked out{rounded}: policy {policy.name}.",
        "Whoever is shielded or objects to research is not in it.",
        "Levels say what services did, not what went wrong in a home.",
    ]


def table(rows: Sequence[str], columns: Sequence[str], found: Table) -> t.FigureTable:
    """A table of two axes with its totals."""
    shares = found.per_cent()
    return t.FigureTable(
        columns=[*columns, TOTAL],
        rows=[
            _row(name, figures, share)
            for name, figures, share in zip((*rows, TOTAL), found.marked(), shares, strict=True)
        ],
    )


def steps(found: Steps) -> t.FigureTable:
    """Steps from rows to columns."""
    return table(found.rows, found.columns, found.table)


def in_list(found: Listed, what: str) -> t.FigureTable:
    """A list with its total."""
    return counts(found.names, found.table, what)


def counts(names: Sequence[str], found: Table, what: str) -> t.FigureTable:
    """A table of one axis, its total last; shares are of that."""
    shares = found.per_cent()
    return t.FigureTable(
        columns=[what],
        rows=[
            _row(name, [value], [share])
            for name, value, share in zip((*names, TOTAL), found.marked(), shares, strict=True)
        ],
    )


def figure(value: object) -> t.Figure:
    """A figure or a mark."""
    if isinstance(value, str):
        return t.Figure(value=None, shown=value)
    return t.Figure(value=int(cast("int", value)), shown=str(value))


def _row(name: str, figures: Sequence[object], shares: Sequence[object]) -> t.FigureRow:
    return t.FigureRow(
        name=name,
        figures=[figure(each) for each in figures],
        per_cent=[None if each == HIDDEN else float(cast("float", each)) for each in shares],
    )


def withheld(asking: Asking, allowed: Allowed) -> list[Withheld]:
    """Classes of data of which there are contacts that may not be counted."""
    row = {
        "agreements": [
            {
                "id": each.agreement,
                "data_class": each.data_class,
                "purposes": each.purposes,
                "parties": each.parties,
                "until": each.until,
                "serves": each.serves,
            }
            for each in allowed.terms
        ],
        "uncovered": allowed.uncovered,
    }
    return shape.withheld(cast("SharedRow", row), scope=paging.scope(asking))
