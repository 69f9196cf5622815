"""Backtests: only what was known by then counts, and figures are those of a count by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.analytics.events import made

from mast_analytics.backtest import Backtest, OfRule, Overlap, Share, Workload, backtest
from mast_analytics.evaluator import Evaluator
from mast_analytics.event import GroupBy
from mast_analytics.knowledge import Learnt, learnt
from mast_analytics.rule import Compared, Condition, Kind, Rule
from mast_analytics.rule_yaml import read_rules
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary

RULES = {rule.id: rule for rule in read_rules()}
MISSED = RULES["child-not-brought-twice"]
DAY = dt.timedelta(days=1)
FIRST = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


def said(
    id_: str, day: float, type_: str = "WAS_NOT_BROUGHT", *, record: str = "r1", known_after: float = 1
) -> KnownContact:
    kind, at = vocabulary().contact_type(type_), FIRST + day * DAY
    return KnownContact(
        id_, type_, kind.agency_kind, kind.data_class, kind.severity, None, None, at, None, kind.episode,
        ((record, "subject"),), at + known_after * DAY,
    )  # fmt: skip


def is_(record: str, person: str, day: float = -10, until: float | None = None) -> KnownEntity:
    start = FIRST + day * DAY
    return (
        KnownEntity(record, person, start)
        if until is None
        else KnownEntity(record, person, start, FIRST + until * DAY)
    )


def lives(
    record: str, place: str, start: dt.datetime, end: dt.datetime = FOREVER, *, known: float = -900
) -> KnownStay:
    return KnownStay(record, place, start, end, start, FIRST + known * DAY)


def run(known: Known, *rules: Rule, start: float = 0, end: float = 70, as_happened: bool = False) -> Backtest:
    steps = learnt(known, as_happened=as_happened)
    return backtest(
        rules or (MISSED,), steps, start=FIRST + start * DAY, end=FIRST + end * DAY, as_happened=as_happened
    )


def of(done: Backtest, rule: Rule = MISSED) -> OfRule:
    return next(each for each in done.rules if each.rule == rule.ref)


def test_an_alert_counts_when_it_could_be_known() -> None:
    known = Known((said("a", 0), said("b", 20, known_after=15)), (is_("r1", "P-1"),))
    assert of(run(known, end=35)).alerts == 0
    assert of(run(known, end=36)).alerts == 1
    assert of(run(known, start=36)).alerts == 0
    assert of(run(known)).days_late == 15


def test_nobody_can_see_who_somebody_turned_out_to_be() -> None:
    known = Known(
        (said("a", 0, record="r1"), said("b", 20, record="r2")),
        (is_("r1", "P-1"), is_("r2", "P-2", until=40), is_("r2", "P-1", 40)),
    )
    assert of(run(known, end=40)).alerts == 0
    found = of(run(known, end=41))
    assert (found.alerts, found.days_late) == (1, 20)


def test_what_was_corrected_later_was_believed_until_then() -> None:
    wrong = replace(said("b", 20), recorded_to=FIRST + 30 * DAY)
    right = replace(said("b", 20, "ED_ATTENDANCE"), recorded_from=FIRST + 30 * DAY)
    known = Known((said("a", 0), wrong, right), (is_("r1", "P-1"),))
    assert (of(run(known)).alerts, of(run(known)).taken_back) == (1, 1)
    assert of(run(known, as_happened=True)).alerts == 0


def test_what_came_after_counts_if_there_was_time_for_it() -> None:
    after = said("c", 50, "CHILDREN_REFERRAL")
    known = Known((said("a", 0), said("b", 20), after), (is_("r1", "P-1"),))
    assert (of(run(known, end=110)).followed.of_them, of(run(known, end=110)).followed.all) == (0, 0)
    assert (of(run(known, end=112)).followed.of_them, of(run(known, end=112)).followed.all) == (1, 1)
    too_late = Known((said("a", 0), said("b", 20), said("c", 112, "CHILDREN_REFERRAL")), (is_("r1", "P-1"),))
    assert (of(run(too_late, end=200)).followed.of_them, of(run(too_late, end=200)).followed.all) == (0, 1)
    other = Known(
        (said("a", 0), said("b", 20), replace(after, touches=(("r9", "subject"),))),
        (is_("r1", "P-1"), is_("r9", "P-9")),
    )
    assert of(run(other, end=112)).followed.of_them == 0


def test_alerts_about_the_same_are_not_counted_as_independent() -> None:
    """Of thirty people with three alerts each all three were followed, or none."""
    every = RULES["third-agency"]
    visits = replace(
        every,
        kind=Kind.EVENT_COUNT,
        condition=Condition(compared=Compared("gte", 1)),
        selections=(replace(every.selections[0], types=frozenset({"WELFARE_CHECK"})),),
        suppression=None,
        outcome=frozenset({"CHILDREN_REFERRAL"}),
    )
    contacts = [
        said(f"{who}-{day}", day, "WELFARE_CHECK", record=f"r{who}")
        for who in range(30)
        for day in (0, 20, 40)
    ]
    after = [said(f"{who}-x", 60, "CHILDREN_REFERRAL", record=f"r{who}") for who in range(0, 30, 2)]
    known = Known((*contacts, *after), tuple(is_(f"r{who}", f"P-{who}") for who in range(30)))
    found = of(run(known, visits, end=900), visits).followed
    assert (found.of_them, found.all) == (45, 90)
    low, high = Share(15, 30).interval
    assert np.allclose(found.interval, (low, high), atol=0.005), "thirty people were seen, not ninety"


def test_rates_are_those_of_a_count_by_hand() -> None:
    contacts = [said(f"{record}{day}", day, record=record) for record in ("r1", "r2") for day in (0, 20)]
    people = (is_("r1", "P-1"), is_("r2", "P-2"), is_("r3", "P-3"), is_("r4", "P-4"))
    others = [said("x", 1, "ED_ATTENDANCE", record="r3"), said("y", 1, "ED_ATTENDANCE", record="r4")]
    found = run(Known((*contacts, *others), people), end=70)
    assert (found.people, found.known, found.weeks) == (4, 6, 10)
    assert (of(found).alerts, of(found).about, of(found).per_week) == (2, 2, 0.2)
    assert of(found).per_thousand == pytest.approx(1000 * 2 / 4 / 10 * 52.1775)
    assert found.workload == (Workload("nhs-safeguarding", 2, 0.2, 2),)


def test_rules_that_rest_on_the_same_contact_overlap() -> None:
    open_case = RULES["open-elsewhere"]
    plan = said("plan", 0, "CHILD_IN_NEED")
    concern = said("concern", 20, "SCHOOL_CONCERN")
    third = said("third", 21, "ED_ATTENDANCE")
    agencies = RULES["third-agency"]
    found = run(Known((plan, concern, third), (is_("r1", "P-1"),)), open_case, agencies)
    assert found.overlaps == (
        Overlap("open-elsewhere/2", "third-agency/2", 1, 1),
        Overlap("third-agency/2", "open-elsewhere/2", 1, 1),
    )
    assert run(Known((plan, concern), (is_("r1", "P-1"),)), open_case, agencies).overlaps == ()


def test_rules_about_the_same_person_overlap_by_other_contacts() -> None:
    contacts = (
        said("a", 0),
        said("b", 20),
        said("plan", 30, "CHILD_IN_NEED"),
        said("c", 40, "SCHOOL_CONCERN"),
    )
    found = run(Known(contacts, (is_("r1", "P-1"),)), MISSED, RULES["open-elsewhere"])
    assert found.overlaps == (
        Overlap("child-not-brought-twice/3", "open-elsewhere/2", 0, 1),
        Overlap("open-elsewhere/2", "child-not-brought-twice/3", 0, 1),
    )


def test_what_came_after_a_merge_is_what_came_after_the_alert() -> None:
    contacts = (said("a", 0), said("b", 20), said("c", 50, "CHILDREN_REFERRAL"))
    renamed = run(Known(contacts, (is_("r1", "P-1", until=30), is_("r1", "P-2", 30))), end=120)
    never = run(Known(contacts, (is_("r1", "P-1"),)), end=120)
    assert (of(renamed).followed.of_them, renamed.people) == (1, 1)
    assert renamed == never


def test_what_was_kept_back_before_the_period_is_not_of_it() -> None:
    contacts = tuple(said(f"{day}", day) for day in (0, 10, 20, 30))
    known = Known(contacts, (is_("r1", "P-1"),))
    assert of(run(known, end=100)).suppressed == 2
    assert of(run(known, start=25, end=100)).suppressed == 1, "the last could be known on day 31"
    assert of(run(known, start=90, end=190)).suppressed == 0


def test_a_household_is_known_before_those_in_it_are_merged() -> None:
    rule = replace(MISSED, group_by=GroupBy.HOUSEHOLD)
    home = lives("r1", "ra", FIRST - 900 * DAY)
    people = (is_("r1", "P-1", until=60), is_("r1", "P-2", 60), is_("ra", "A-1"))
    found = run(Known((said("a", 0), said("b", 20)), people, (home,)), rule, end=50)
    assert of(found, rule).alerts == 1


def test_a_home_that_was_recorded_later_raises_nothing_before() -> None:
    """Two who were not brought are of one household from when that is known, and not from when it was so."""
    contacts = (said("a", 0), said("b", 20, record="r2"))
    homes = (lives("r1", "ra", FIRST - 90 * DAY), lives("r2", "ra", FIRST - 90 * DAY, known=40))
    people = (is_("r1", "P-1"), is_("r2", "P-2"), is_("ra", "A-1"))
    for kind in (GroupBy.HOUSEHOLD, GroupBy.ADDRESS):
        rule = replace(MISSED, group_by=kind)
        known = Known(contacts, people, homes)
        assert of(run(known, rule, end=40), rule).alerts == 0
        assert of(run(known, rule, end=41), rule).alerts == 1
        # Known the day after it happened; homes as they are believed now.
        assert of(run(known, rule, end=30, as_happened=True), rule).alerts == 1


def test_a_home_that_turns_out_to_be_none_takes_an_alert_back_from_then_on() -> None:
    rule = replace(MISSED, group_by=GroupBy.ADDRESS)
    wrong = replace(lives("r1", "ra", FIRST - 90 * DAY), recorded_to=FIRST + 30 * DAY)
    known = Known((said("a", 0), said("b", 20)), (is_("r1", "P-1"), is_("ra", "A-1")), (wrong,))
    counted = [of(run(known, rule, end=end), rule) for end in (30, 40)]
    assert [(each.alerts, each.taken_back) for each in counted] == [(1, 0), (1, 1)]


def test_the_clock_raises_between_what_is_learnt() -> None:
    absence = replace_absence()
    known = Known((said("a", 0), said("z", 60, "ED_ATTENDANCE")), (is_("r1", "P-1"),))
    found = of(run(known, absence), absence)
    assert (found.alerts, found.days_late) == (1, 0)


def replace_absence() -> Rule:
    from mast_analytics.civil import Span, Unit
    from mast_analytics.rule import Condition, Kind, Selection

    selections = (
        Selection("missed", types=frozenset({"WAS_NOT_BROUGHT"})),
        Selection("seen", types=frozenset({"ED_ATTENDANCE"})),
    )
    return replace(
        MISSED,
        id="not-seen",
        kind=Kind.ABSENCE,
        selections=selections,
        condition=Condition(),
        suppression=None,
        timespan=Span(14, Unit.DAY),
    )


MIDNIGHT = -0.5
"""From FIRST, which is at noon: of that day only the date was said."""


@pytest.mark.parametrize("asked", [pytest.param(0, id="at noon"), pytest.param(MIDNIGHT, id="that day")])
def test_an_answer_of_which_only_the_date_was_said_may_have_come_that_day(asked: float) -> None:
    def silent(*answers: KnownContact) -> int:
        known = Known((said("a", asked), *answers), (is_("r1", "P-1"),))
        return of(run(known, replace_absence(), start=-1), replace_absence()).alerts

    assert silent() == 1
    assert silent(said("b", MIDNIGHT, "ED_ATTENDANCE")) == 0
    assert silent(said("b", MIDNIGHT - 1, "ED_ATTENDANCE")) == 1


def test_an_outcome_of_which_only_the_date_was_said_may_have_followed_that_day() -> None:
    outcome = min(MISSED.outcome)
    for at, followed in ((20 + MIDNIGHT, 1), (19 + MIDNIGHT, 0), (20, 0)):
        known = Known((said("a", 0), said("b", 20), said("c", at, outcome)), (is_("r1", "P-1"),))
        found = of(run(known, end=300)).followed
        assert (found.of_them, found.all) == (followed, 1)


def _final(known: Known) -> Sequence[object]:
    evaluator = Evaluator(tuple(RULES.values()))
    for step in learnt(known):
        evaluator.take(step.events, now=step.at, gone=step.gone)
    return evaluator.alerts()


def test_the_last_belief_is_that_of_one_look() -> None:
    known = Known(
        (said("a", 0, record="r1"), said("b", 20, record="r2"), said("c", 25, record="r2")),
        (is_("r1", "P-1"), is_("r2", "P-2", until=40), is_("r2", "P-1", 40)),
    )
    now_known = Known(known.contacts, (is_("r1", "P-1"), is_("r2", "P-1")))
    assert _final(known) == _final(now_known) != ()


def test_households_and_addresses_are_touched_through_who_lived_there_then() -> None:
    start, end = FIRST - 100 * DAY, FIRST + 10 * DAY
    homes = (
        lives("r1", "ra", start, end),
        lives("r1", "rb", end, end + 900 * DAY),
        lives("r2", "rc", start, end + 900 * DAY),
    )
    place = replace(said("p", 0, "NEIGHBOUR_CONCERN", record="ra"), touches=(("ra", "place"),))
    hostel = replace(is_("rc", "A-3"), communal=True)
    known = Known(
        (said("a", 0), said("b", 10), place, said("h", 20, record="r2")),
        (is_("r1", "P-1"), is_("r2", "P-2"), is_("ra", "A-1"), is_("rb", "A-2"), hostel),
        homes,
    )
    groups = {event.id: event.groups for step in learnt(known) for event in step.events}
    assert set(groups["a"][GroupBy.HOUSEHOLD]) == {"H-of-A-1-0"}
    assert set(groups["a"][GroupBy.ADDRESS]) == {"A-1"}
    assert set(groups["b"][GroupBy.HOUSEHOLD]) == {"H-of-A-2-0"}
    assert groups["p"][GroupBy.HOUSEHOLD] == {"H-of-A-1-0": frozenset({"place"})}
    assert groups["p"][GroupBy.PERSON] == {}
    assert set(groups["h"][GroupBy.ADDRESS]) == {"A-3"}
    assert groups["h"][GroupBy.HOUSEHOLD] == {}


def test_events_of_a_withdrawn_contact_are_gone() -> None:
    (came, went) = learnt(Known((replace(said("a", 0), recorded_to=FIRST + 5 * DAY),)))
    assert [event.id for event in came.events] == ["a"]
    assert went == Learnt(FIRST + 5 * DAY, (), ("a",))
    assert made("a", "WELFARE_CHECK", FIRST).episode is False
