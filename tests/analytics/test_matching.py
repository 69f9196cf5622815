"""What rules find, held against every way in which contacts could go together, tried one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.events import START, made

from mast_analytics.civil import Span, Unit
from mast_analytics.evaluator import Evaluator
from mast_analytics.event import Event, GroupBy, Terms
from mast_analytics.matching import Finding, _suppress
from mast_analytics.rule import Compared, Condition, Rule, Selection
from mast_analytics.rule_yaml import read_rules

SHIPPED = {rule.id: rule for rule in read_rules()}
DAY = dt.timedelta(days=1)
LATE = START + 500 * DAY
TYPES = ("WELFARE_CHECK", "CHILDREN_CONTACT", "SCHOOL_CONCERN", "SECTION_47_ENQUIRY")
TOGETHER = replace(
    SHIPPED["fire-risk-and-self-neglect"],
    group_by=GroupBy.PERSON,
    timespan=Span(5, Unit.DAY),
    suppression=None,
    selections=(
        Selection("check", types=frozenset({"WELFARE_CHECK"})),
        Selection("contact", types=frozenset({"CHILDREN_CONTACT", "SECTION_47_ENQUIRY"})),
        Selection("grave", severity=(Compared("gte", 2),)),
        Selection("plan", types=frozenset({"CHILD_IN_NEED"}), open=True),
    ),
    condition=Condition(different="agency"),
)


def found(rule: Rule, said: Sequence[Event]) -> set[frozenset[str]]:
    evaluator = Evaluator([rule])
    evaluator.take(said, now=LATE)
    return {frozenset(alert.events) for alert in evaluator.alerts()}


@st.composite
def said(draw: st.DrawFn) -> list[Event]:
    of = st.tuples(st.sampled_from((*TYPES, "CHILD_IN_NEED")), st.integers(0, 9), st.sampled_from("wxyz"))
    drawn = draw(st.lists(of, max_size=9))
    return [
        made(f"{number}", type_, START + day * DAY, agency=agency)
        for number, (type_, day, agency) in enumerate(drawn)
    ]


def sets_of(rule: Rule, last: Event, all_: Sequence[Event]) -> Iterator[frozenset[str]]:
    """Every set that the contact completes: one of each selection, no two of one agency."""
    before = [each for each in all_ if (each.at, each.id) < (last.at, last.id)]
    begun = [each for each in all_ if each.at <= last.at and each is not last]
    for own, selection in enumerate(rule.selections):
        if selection.open or not selection.takes(last):
            continue
        others = [
            [
                each
                for each in (begun if other.open else before)
                if other.takes(each) and (other.open or last.at - each.at <= rule.timespan.count * DAY)
            ]
            for number, other in enumerate(rule.selections)
            if number != own
        ]
        for some in product(*others):
            together = (*some, last)
            value = rule.condition.different or "id"
            if len({getattr(each, value) for each in together}) == len(together):
                yield frozenset(each.id for each in together)


@pytest.mark.parametrize("different", ["agency", None])
@settings(max_examples=300)
@given(said())
def test_a_set_is_found_whenever_there_is_one(different: str | None, said: list[Event]) -> None:
    rule = replace(TOGETHER, condition=Condition(different=different))
    possible = {last.id: set(sets_of(rule, last, said)) for last in said}
    alerts = found(rule, said)
    assert alerts <= set().union(*possible.values())
    completing = [sets for sets in possible.values() if sets]
    assert all(not alerts.isdisjoint(sets) for sets in completing)
    assert len(alerts) <= len(completing)


def test_a_further_contact_takes_no_alert_back() -> None:
    rule = replace(TOGETHER, selections=TOGETHER.selections[:3])
    contacts = [
        made("contact", "CHILDREN_CONTACT", START, agency="z"),
        made("enquiry", "SECTION_47_ENQUIRY", START + DAY, agency="y"),
        made("check", "WELFARE_CHECK", START + 3 * DAY, agency="x"),
    ]
    assert found(rule, contacts) == {frozenset({"contact", "enquiry", "check"})}
    another = made("another", "CHILDREN_CONTACT", START + 2 * DAY, agency="y")
    assert found(rule, [*contacts, another]) == {frozenset({"contact", "enquiry", "check"})}


MIDNIGHT = dt.datetime(2026, 7, 9, 23, tzinfo=dt.UTC)
"""With which 10 July begins in London."""


@pytest.mark.parametrize(
    ("referral", "incident", "fires"),
    [
        pytest.param(
            MIDNIGHT, MIDNIGHT + dt.timedelta(hours=2), False, id="a date alone, an incident that day"
        ),
        pytest.param(
            MIDNIGHT, MIDNIGHT + dt.timedelta(hours=24), True, id="a date alone, the next day's first hour"
        ),
        pytest.param(
            MIDNIGHT + dt.timedelta(minutes=1),
            MIDNIGHT + dt.timedelta(hours=2),
            True,
            id="an hour that was said",
        ),
        pytest.param(MIDNIGHT, MIDNIGHT, False, id="two dates alone"),
        pytest.param(MIDNIGHT - DAY, MIDNIGHT, True, id="two dates alone, one after the other"),
    ],
)
def test_of_one_day_a_date_alone_comes_before_nothing(
    referral: dt.datetime, incident: dt.datetime, fires: bool
) -> None:
    contacts = [made("a", "MARAC_REFERRAL", referral), made("b", "DOMESTIC_ABUSE_INCIDENT", incident)]
    assert bool(found(SHIPPED["marac-repeat"], contacts)) == fires


def test_of_one_day_a_date_alone_is_no_step_from_it() -> None:
    contacts = [made("a", "CHILDREN_CONTACT", MIDNIGHT), made("b", "SECTION_47_ENQUIRY", MIDNIGHT + DAY / 2)]
    assert found(SHIPPED["severity-step-up"], contacts) == set()


SOME_TERMS = (("all", "children", "council"), ("all", "police", "police"), ("few", "health", "nhs"))


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 60), st.sets(st.sampled_from(SOME_TERMS), min_size=1)), max_size=12))
def test_what_somebody_may_not_see_keeps_nothing_back_from_them(
    drawn: list[tuple[int, set[Terms]]],
) -> None:
    """Whatever they may see: what they are shown is what they would be if nothing else were there."""
    rule = replace(TOGETHER, suppression=Span(10, Unit.DAY))
    found = [
        Finding((f"{day:02} {number}",), START + day * DAY, frozenset(terms))
        for number, (day, terms) in enumerate(sorted(drawn, key=itemgetter(0)))
    ]
    kept, back = _suppress(rule, found)
    assert sorted([*kept, *back], key=found.index) == found
    for many in range(len(SOME_TERMS) + 1):
        for theirs in map(frozenset, combinations(SOME_TERMS, many)):
            seen = [each for each in found if each.terms <= theirs]
            assert [each for each in kept if each in seen] == _suppress(rule, seen)[0]
            assert seen[:1] == [each for each in kept if each in seen][:1], "the first is told of"


HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize("ids", ["ab", "ba"])
@pytest.mark.parametrize(
    ("begins", "ends", "missing", "fires"),
    [
        pytest.param(MIDNIGHT, None, MIDNIGHT, True, id="two dates alone"),
        pytest.param(MIDNIGHT + 9 * HOUR, None, MIDNIGHT + 9 * HOUR, True, id="one moment"),
        pytest.param(MIDNIGHT + 9 * HOUR, None, MIDNIGHT, True, id="of the report a date alone"),
        pytest.param(
            MIDNIGHT + 24 * HOUR, None, MIDNIGHT, False, id="the report of a date, care the day after"
        ),
        pytest.param(MIDNIGHT + 9 * HOUR, None, MIDNIGHT + 8 * HOUR, False, id="an hour before care"),
        pytest.param(START, MIDNIGHT, MIDNIGHT + 20 * HOUR, True, id="care ended on that date"),
        pytest.param(START, MIDNIGHT, MIDNIGHT, True, id="both of that date"),
        pytest.param(START, MIDNIGHT, MIDNIGHT + 24 * HOUR, False, id="care ended on the date before"),
        pytest.param(START, MIDNIGHT + HOUR, MIDNIGHT + 20 * HOUR, False, id="care ended at an hour before"),
        pytest.param(
            START, MIDNIGHT + HOUR, MIDNIGHT, True, id="care ended at an hour, the report of a date"
        ),
    ],
)
def test_what_may_have_been_open_is_whatever_ids_say_and_in_any_order(
    ids: str, begins: dt.datetime, ends: dt.datetime | None, missing: dt.datetime, fires: bool
) -> None:
    said = [
        made(ids[0], "LOOKED_AFTER", begins, closed_at=ends, open=ends is None),
        made(ids[1], "MISSING_PERSON", missing),
    ]
    expected = {frozenset(ids)} if fires else set()
    assert found(SHIPPED["missing-from-care"], said) == expected
    for order in (said, said[::-1]):
        evaluator = Evaluator([SHIPPED["missing-from-care"]])
        for each in order:
            evaluator.take([each], now=LATE)
        assert {frozenset(alert.events) for alert in evaluator.alerts()} == expected
        evaluator.take([], now=LATE, gone=[ids[0]])
        assert not evaluator.alerts()
