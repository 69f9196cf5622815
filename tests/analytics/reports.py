"""A report that has every section there is, for tests that read it as a parser does and in a browser."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from tests.analytics.histories import lives, on
from tests.analytics.predictor_worlds import town
from tests.analytics.test_predictors import PLAN

from mast_analytics.costs import Action, Avoided, Counted, Counterfactual, avoided
from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.linkage import AS_RESOLVED, LOOSE, STRICT, Drawing
from mast_analytics.predictors.evaluation import evaluate
from mast_analytics.predictors.registry import Entry, enter
from mast_analytics.release.predictors import shown_evaluation
from mast_analytics.report.document import Report
from mast_analytics.report.whole import Given
from mast_analytics.report.whole import report_of as whole_report
from mast_analytics.unit_costs import read_unit_costs

PEOPLE: Final = 700
PLACES: Final = 90
AREAS: Final = ("E01000001", "E01000002", "E01000003")
CUT: Final = CutOff(on(900), on(900))


def given(rules: str, folder: Path) -> tuple[History, Given]:
    """Contacts of a town with homes in areas, and something of everything else that goes in."""
    homes = tuple(lives(f"P-{who}", f"A-{who % PLACES}") for who in range(PEOPLE))
    history, named = town(1, people=PEOPLE, homes=homes), policy(rules)
    return history, Given(
        title="A town & its <services>",
        cut_off=CUT,
        policy=named,
        level=3,
        areas={f"at A-{place}": AREAS[place % len(AREAS)] for place in range(PLACES)},
        entries=(_entry(history, rules, folder),),
        silent=("earlier, version 1: it is of another time.",),
        weighed=_weighed(),
        uncovered=("sensitive-health",),
        drawn=_drawn(),
    )


def report_of(rules: str, folder: Path) -> Report:
    """All of it."""
    return whole_report(*given(rules, folder))


def _entry(history: History, rules: str, folder: Path) -> Entry:
    found = evaluate(history, PLAN)
    shown = shown_evaluation(found, policy(rules))
    return enter(folder, "level-4", found, shown, evaluated=dt.date(2026, 1, 1), as_happened=True)


def _weighed() -> tuple[tuple[str, Avoided], ...]:
    """A claim with all that it needs, and one with nothing."""
    cost = next(iter(read_unit_costs().values()))
    whole = avoided(
        Counted(60, 100.0),
        on(10),
        action=Action("audit 4711", "a home visit within a week of the alert", on(9)),
        counterfactual=Counterfactual("the rate of the twelve months before", Counted(100, 100.0)),
        unit_cost=cost,
    )
    nothing = avoided(Counted(9, 1.0), on(0), action=None, counterfactual=None, unit_cost=None)
    return ("Home visits", whole), ("Section 47 enquiries <script>", nothing)


def _drawn() -> dict[str, Drawing]:
    alone = [[f"r{who}"] for who in range(PEOPLE)]
    pairs = [alone[0] + alone[1], *alone[2:]]
    return {
        STRICT: Drawing(5_000, alone),
        AS_RESOLVED: Drawing(2_000, alone),
        LOOSE: Drawing(-1_000, pairs),
    }
