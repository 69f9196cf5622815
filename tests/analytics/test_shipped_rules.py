"""The rules that ship: their tests pass, and each of them would notice a mistake in its rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mast_analytics.civil import Span
from mast_analytics.evaluator import Evaluator
from mast_analytics.event import Event
from mast_analytics.rule import Case, Compared, Kind, Rule, Selection
from mast_analytics.rule_testing import failures
from mast_analytics.rule_yaml import read_rules

RULES = {rule.id: rule for rule in read_rules()}
FIRING = [
    pytest.param(rule, case, id=f"{rule.id}: {case.name}")
    for rule in RULES.values()
    for case in rule.cases
    if case.alerts
]

SILENT = [
    pytest.param(rule, case, id=f"{rule.id}: {case.name}")
    for rule in RULES.values()
    for case in rule.cases
    if not case.alerts
]

LONG_AGO = dt.datetime(1999, 1, 1, tzinfo=dt.UTC)
OF_THE_ISSUE = {
    "marac-repeat",
    "three-police-attendances",
    "third-agency",
    "child-not-brought-twice",
    "severity-step-up",
    "contact-where-unborn",
    "missing-from-care",
    "fire-risk-and-self-neglect",
    "open-elsewhere",
}


def test_the_rules_that_ship() -> None:
    assert set(RULES) == OF_THE_ISSUE


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_its_own_tests_pass(rule: Rule) -> None:
    assert failures(rule) == ()


def clocks_change_on(day: dt.date, zone: dt.tzinfo) -> bool:
    """Whether it is a day of 23 or 25 hours."""
    begin, end = (dt.datetime.combine(each, dt.time(), zone) for each in (day, day + dt.timedelta(days=1)))
    return begin.utcoffset() != end.utcoffset()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_it_is_tried_on_clock_changes_and_leap_days(rule: Rule) -> None:
    days = {
        moment.astimezone(rule.zone).date()
        for case in rule.cases
        for event in case.events
        for moment in (event.at, event.closed_at)
        if moment
    }
    moments = [event.at for case in rule.cases for event in case.events]
    assert any((day.month, day.day) == (2, 29) for day in days)
    assert any(clocks_change_on(day, rule.zone) for day in days), "no case on the day itself"
    offsets = {moment.astimezone(rule.zone).utcoffset() for moment in moments}
    assert len(offsets) == 2


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_it_has_cases_that_fire_and_cases_that_do_not(rule: Rule) -> None:
    assert {bool(case.alerts) for case in rule.cases} == {True, False}


@pytest.mark.parametrize(("rule", "case"), SILENT)
def test_a_silent_case_is_silent_whoever_comes_late_or_again(rule: Rule, case: Case) -> None:
    for late in case.events:
        evaluator = Evaluator([rule])
        evaluator.take([event for event in case.events if event != late], now=case.now)
        evaluator.take([late], now=case.now)
        again = evaluator.take(case.events, now=case.now)
        assert (_found(evaluator), again.raised) == (frozenset(), ())


@pytest.mark.parametrize(("rule", "case"), SILENT)
def test_a_silent_case_is_silent_again_after_people_were_taken_apart(rule: Rule, case: Case) -> None:
    for event in case.events:
        if len({frozenset(each) for each in event.groups.get(rule.group_by, {}).values()}) != 1:
            continue
        evaluator = Evaluator([rule])
        evaluator.take(case.events, now=case.now)
        evaluator.take([_moved(event, rule, "somebody else")], now=case.now)
        evaluator.take([event], now=case.now)
        assert _found(evaluator) == frozenset()


def _mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    condition = rule.condition
    spans = () if any(each.open for each in rule.selections) else (1, -1)
    for by in spans:
        yield f"timespan {by:+}", replace(rule, timespan=_longer(rule.timespan, by))
    if rule.suppression:
        yield "no suppression", replace(rule, suppression=None)
        for by in (1, -1):
            yield f"suppression {by:+}", replace(rule, suppression=_longer(rule.suppression, by))
    if condition.compared:
        for by in (1, -1):
            compared = Compared(condition.compared.how, condition.compared.number + by)
            yield f"number {by:+}", replace(rule, condition=replace(condition, compared=compared))
    if condition.different:
        yield "no difference", replace(rule, condition=replace(condition, different=None))
    for number, each in enumerate(rule.selections):
        for name, other in _selections(each):
            selections = (*rule.selections[:number], other, *rule.selections[number + 1 :])
            yield name, replace(rule, selections=selections)
    if rule.kind is Kind.TEMPORAL_ORDERED:
        yield "any order", replace(rule, kind=Kind.TEMPORAL)


def _longer(span: Span, by: int) -> Span:
    return replace(span, count=span.count + by)


def _selections(each: Selection) -> Iterator[tuple[str, Selection]]:
    """Those that take more, and those that take one kind less."""
    if each.roles:
        yield f"any role in {each.name}", replace(each, roles=frozenset())
    anything = replace(each, types=frozenset(), categories=frozenset(), severity=())
    yield f"everything in {each.name}", anything
    for role in sorted(each.roles):
        yield f"no {role} in {each.name}", replace(each, roles=each.roles - {role})
    for type_ in sorted(each.types) if len(each.types) > 1 else ():
        yield f"no {type_} in {each.name}", replace(each, types=each.types - {type_})


MUTANTS = [
    pytest.param(mutant, id=f"{rule.id}: {name}")
    for rule in RULES.values()
    for name, mutant in _mutants(rule)
]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_its_own_tests_would_notice(mutant: Rule) -> None:
    assert failures(mutant)


def _found(evaluator: Evaluator) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(alert.events) for alert in evaluator.alerts())


@pytest.mark.parametrize(("rule", "case"), FIRING)
def test_whoever_comes_late_the_alerts_are_the_same(rule: Rule, case: Case) -> None:
    for late in case.events:
        evaluator = Evaluator([rule])
        evaluator.take([event for event in case.events if event != late], now=case.now)
        delta = evaluator.take([late], now=case.now)
        assert _found(evaluator) == case.alerts
        assert all(late.id in alert.events for alert in delta.raised) or delta.retracted


@pytest.mark.parametrize(("rule", "case"), FIRING)
def test_a_corrected_contact_takes_back_what_rested_on_it_and_returns_it(rule: Rule, case: Case) -> None:
    evaluator = Evaluator([rule])
    evaluator.take(case.events, now=case.now)
    resting = next(
        event for alert in sorted(case.alerts, key=sorted) for event in case.events if event.id in alert
    )
    wrong = replace(resting, at=LONG_AGO, open=False, closed_at=LONG_AGO)
    delta = evaluator.take([wrong], now=case.now)
    assert any(resting.id in alert.events for alert in delta.retracted)
    again = evaluator.take([resting], now=case.now)
    assert _found(evaluator) == case.alerts
    assert {alert.id for alert in delta.retracted} <= {alert.id for alert in again.raised}


@pytest.mark.parametrize(("rule", "case"), FIRING)
def test_a_merge_fires_and_an_unmerge_takes_back(rule: Rule, case: Case) -> None:
    alert = min(case.alerts, key=sorted)
    alone = min(alert)
    apart = [_moved(event, rule, "somebody else") if event.id == alone else event for event in case.events]
    evaluator = Evaluator([rule])
    evaluator.take(apart, now=case.now)
    assert alert not in _found(evaluator)
    merged = evaluator.take(case.events, now=case.now)
    assert _found(evaluator) == case.alerts
    assert frozenset(alert) in {frozenset(each.events) for each in merged.raised}
    unmerged = evaluator.take(apart, now=case.now)
    assert alert in {frozenset(each.events) for each in unmerged.retracted}
    assert evaluator.take(apart, now=case.now).groups == 0


def _moved(event: Event, rule: Rule, to: str) -> Event:
    (roles,) = set(event.groups[rule.group_by].values())
    return replace(event, groups={rule.group_by: {to: roles}})
