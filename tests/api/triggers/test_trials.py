"""Who is told what a trial of a rule came to: its figures count every class of data."""

from __future__ import annotations

import pytest
from tests.api.attacks.walk import callers
from tests.api.conftest import Serve
from tests.api.triggers.alerts import RESULT, Desk
from tests.town import NOW, Town, ago

from mast_api.access import Question, in_force
from mast_api.schema.alerts import TRIAL_NOT_SHOWN
from mast_graph.trigger_rules import StoredBacktest, put_backtests
from mast_resolver.vocabulary import vocabulary

pytestmark = pytest.mark.graph

ANALYST = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}
TRIAL = """{ ruleBacktest { alerts perWeek perThousand followed { ofThem judged } takenBack suppressed
  daysLate triedWith overlaps { rule } workload { alerts } notShown title acknowledged } }"""


def test_figures_of_a_trial_are_not_for_whoever_may_not_see_a_class_that_it_counts(
    town: Town, serve: Serve
) -> None:
    desk, service = Desk.of(town), serve()
    kept = StoredBacktest("child-not-brought-twice/3", "d", ago(90), NOW, False, NOW, RESULT)
    desk.lease.write(lambda tx, _: put_backtests(tx, [kept]))
    told = {"title", "acknowledged", "notShown"}
    for caller in callers("ruleBacktest", may=True):
        (found,) = service.answer(TRIAL, **caller)
        policy = in_force()
        shown_all = policy.data_classes(caller["role"], caller["purpose"]) >= set(vocabulary().data_classes)
        if shown_all or not policy.may_ask(caller["role"], caller["purpose"], Question.ALERTS):
            assert (found["alerts"], found["followed"]["ofThem"], found["notShown"]) == (7, 1, [])
        else:
            assert not any(value for name, value in found.items() if name not in told), caller
            assert (found["title"], found["notShown"]) == ("t", [TRIAL_NOT_SHOWN])
    (hidden,) = service.answer(TRIAL, **ANALYST)
    assert hidden["alerts"] is None, "an analyst may not see sensitive health contacts"
