"""Alerts after any order of arrival, correction, withdrawal, merge and unmerge: as of one look at all."""

from __future__ import annotations

import bisect
import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.events import START, events, made
from tests.analytics.events import TYPES as TYPES_DRAWN

from mast_analytics.civil import Span, Unit
from mast_analytics.evaluator import Alert, Delta, Evaluator
from mast_analytics.event import Event, GroupBy
from mast_analytics.rule import Compared, Condition, Kind, Selection
from mast_analytics.rule_yaml import read_rules

TYPES = frozenset({"WELFARE_CHECK", "MARAC_REFERRAL", "CHILDREN_CONTACT"})
A_SHIPPED_ONE = read_rules()[0]
RULES = (
    *read_rules(),
    replace(
        A_SHIPPED_ONE,
        id="nobody-came",
        kind=Kind.ABSENCE,
        group_by=GroupBy.PERSON,
        selections=(Selection("asked", types=TYPES), Selection("came", severity=(Compared("gte", 4),))),
        timespan=Span(2, Unit.DAY),
        condition=Condition(),
        suppression=None,
    ),
    replace(
        A_SHIPPED_ONE,
        id="three-in-a-row",
        kind=Kind.TEMPORAL_ORDERED,
        group_by=GroupBy.ADDRESS,
        selections=tuple(Selection(f"level {n}", severity=(Compared("gte", n),)) for n in (1, 2, 3)),
        timespan=Span(30, Unit.HOUR),
        condition=Condition(),
        suppression=Span(1, Unit.DAY),
    ),
)
LATE = START + dt.timedelta(days=500)

Step = tuple[str, Event]
STEPS = st.lists(st.tuples(st.sampled_from(["take", "take", "take", "withdraw"]), events()), max_size=30)


def _batch(believed: dict[str, Event], now: dt.datetime) -> tuple[Alert, ...]:
    at_once = Evaluator(RULES)
    at_once.take(sorted(believed.values(), key=lambda event: event.id), now=now)
    return at_once.alerts()


def _run(
    steps: Sequence[Step],
    moments: Sequence[dt.datetime],
    look: Callable[[Evaluator, dict[str, Event], Delta, dt.datetime], None] = lambda *_: None,
) -> Evaluator:
    evaluator, believed = Evaluator(RULES), dict[str, Event]()
    for (what, event), now in zip(steps, moments, strict=True):
        if what == "take":
            believed[event.id] = event
            delta = evaluator.take([event], now=now)
        else:
            believed.pop(event.id, None)
            delta = evaluator.take([], now=now, gone=[event.id])
        look(evaluator, believed, delta, now)
    return evaluator


def _as_at_once(evaluator: Evaluator, believed: dict[str, Event], _: Delta, now: dt.datetime) -> None:
    assert evaluator.alerts() == _batch(believed, now)


@settings(max_examples=40)
@given(STEPS, st.data())
def test_step_by_step_is_as_at_once_at_every_step(steps: list[Step], data: st.DataObject) -> None:
    hours = sorted(data.draw(st.lists(st.integers(0, 12_000), min_size=len(steps), max_size=len(steps))))
    _run(steps, [START + dt.timedelta(hours=each) for each in hours], _as_at_once)


@settings(max_examples=60)
@given(st.lists(events(), max_size=20, unique_by=lambda event: event.id), st.data())
def test_any_order_of_arrival_comes_to_the_same(said: list[Event], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))
    one = _run([("take", event) for event in said], [LATE] * len(said))
    other = _run([("take", event) for event in shuffled], [LATE] * len(said))
    assert one.alerts() == other.alerts() == _batch({event.id: event for event in said}, LATE)


@settings(max_examples=60)
@given(STEPS)
def test_what_is_told_step_by_step_adds_up_to_what_stands(steps: list[Step]) -> None:
    standing: dict[str, Alert] = {}

    def add_up(_: Evaluator, __: dict[str, Event], delta: Delta, ___: dt.datetime) -> None:
        for alert in delta.raised:
            assert standing.setdefault(alert.id, alert) is alert  # nothing is raised twice
        for alert in delta.changed:
            assert standing[alert.id] != alert
            standing[alert.id] = alert
        for alert in delta.retracted:
            assert standing.pop(alert.id) == alert

    evaluator = _run(steps, [LATE] * len(steps), add_up)
    assert standing == {alert.id: alert for alert in evaluator.alerts()}


@settings(max_examples=30)
@given(st.lists(events(), min_size=1, max_size=20, unique_by=lambda event: event.id))
def test_loading_the_same_again_does_no_work(said: list[Event]) -> None:
    evaluator = _run([("take", event) for event in said], [LATE] * len(said))
    assert evaluator.take(said, now=LATE) == Delta()


@settings(max_examples=20)
@given(st.lists(events(), min_size=2, max_size=16, unique_by=lambda event: event.id))
def test_only_groups_that_are_touched_are_looked_at(said: list[Event]) -> None:
    evaluator = _run([("take", event) for event in said], [LATE] * len(said))
    groups = {(kind, id_) for kind in GroupBy for id_ in said[0].groups[kind]}
    assert evaluator.take([], now=LATE, gone=[said[0].id]).groups <= len(groups) * len(RULES)


def _forgets_moves(evaluator: Evaluator, id_: str, dirty: set[tuple[str, str]]) -> None:
    evaluator._events.pop(id_, None)


def _in_the_order_of_arrival(hits: list[object], found: object, **_: object) -> None:
    hits.append(found)


@pytest.mark.parametrize(
    ("owner", "name", "mutant"),
    [
        pytest.param(Evaluator, "_remove", _forgets_moves, id="a correction leaves the old one"),
        pytest.param(bisect, "insort", _in_the_order_of_arrival, id="late ones come last"),
    ],
)
def test_the_laws_notice_a_mistake(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, mutant: Callable[..., object]
) -> None:
    monkeypatch.setattr(owner, name, mutant)
    with pytest.raises((AssertionError, KeyError)):
        _run_drawn()


def _run_drawn() -> None:
    for seed in range(200):
        steps = _drawn(random.Random(seed))
        _run(steps, [LATE] * len(steps), _as_at_once)


def _drawn(draw: random.Random) -> list[Step]:
    def event() -> Event:
        at = START + dt.timedelta(days=draw.randrange(40))
        return made(draw.choice("abcdef"), draw.choice(TYPES_DRAWN), at, severity=draw.randrange(6))

    return [("take", event()) for _ in range(12)]
