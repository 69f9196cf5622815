"""How rules would have done: alerts, what came after them, how they overlap, and whose work they are."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypedDict

import numpy as np
from networkx.utils import UnionFind

from mast_analytics.civil import may_follow
from mast_analytics.clusters import of_later
from mast_analytics.evaluator import Alert, Delta, Evaluator
from mast_analytics.event import Event, GroupBy
from mast_analytics.intervals import wilson
from mast_analytics.knowledge import Learnt
from mast_analytics.rule import Rule
from mast_resolver.days import LONDON


class Judged(TypedDict):
    """A share in per cent, and the interval of 95 % that it may lie in."""

    of_them: int
    judged: int
    per_cent: float | None
    from_per_cent: float
    to_per_cent: float


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the Wilson interval of 95 %; they vary ``together`` times as independent ones.

    Example:
        >>> Share(5, 10).per_cent, [round(end, 2) for end in Share(5, 10).interval], Share(0, 0).per_cent
        (50.0, [0.24, 0.76], None)
        >>> [round(end, 2) for end in Share(50, 100, together=10.0).interval]
        [0.24, 0.76]
    """

    of_them: int
    all: int
    together: float = 1.0

    @property
    def per_cent(self) -> float | None:
        """``None`` where there is nothing to have a share of."""
        return 100 * self.of_them / self.all if self.all else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share may lie, from 0 to 1."""
        if not self.all:
            return 0.0, 1.0
        low, high = wilson(self.of_them / self.together, self.all / self.together)
        return float(low), float(high)

    def said(self) -> Judged:
        """As scripts, the graph and the API have it."""
        low, high = self.interval
        return Judged(
            of_them=self.of_them,
            judged=self.all,
            per_cent=self.per_cent,
            from_per_cent=100 * low,
            to_per_cent=100 * high,
        )


@dataclass(frozen=True, slots=True)
class OfRule:
    """How one rule did. ``followed`` counts alerts whose outcome had time to be recorded."""

    rule: str
    title: str
    owner: str
    alerts: int
    about: int
    """People, households or addresses with an alert."""
    taken_back: int
    suppressed: int
    per_week: float
    per_thousand: float | None
    """Alerts a year for each thousand people known."""
    followed: Share
    days_late: float | None
    """Median of the days from when it was so to when it could be known."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a team would have had to look at."""

    team: str
    alerts: int
    per_week: float
    busiest_week: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules, and how many alerts of the first rest on a contact that one of the second rests on too.

    ``same`` counts those about somebody (or a household, an address) whom one of the second is about too.
    """

    rule: str
    other: str
    alerts: int
    same: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """A backtest of some rules over a period; ``known`` is how many contacts were known at its end."""

    start: dt.datetime
    end: dt.datetime
    as_happened: bool
    people: int
    known: int
    weeks: float
    rules: tuple[OfRule, ...]
    workload: tuple[Workload, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(slots=True)
class _Raised:
    """An alert as it stood last: a merge changes whom it is about, and their outcomes are known by that."""

    alert: Alert
    known_at: dt.datetime
    taken_back: bool = False


@dataclass(slots=True)
class _Run:
    """What a walk through the period came to."""

    raised: dict[str, _Raised] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)

    def take(self, step: Learnt, delta: Delta) -> None:
        """What was learnt, and what came of it."""
        self.events.update((event.id, event) for event in step.events)
        for gone in step.gone:
            self.events.pop(gone, None)
        for alert in (*delta.raised, *delta.changed):
            raised = self.raised.setdefault(alert.id, _Raised(alert, step.at))
            raised.alert, raised.taken_back = alert, False
        for alert in delta.retracted:
            self.raised[alert.id].taken_back = True

    def people(self) -> int:
        """How many people there are contacts of: whoever became somebody else is one."""
        return len({who for event in self.events.values() for who in event.groups.get(GroupBy.PERSON, ())})


def backtest(
    rules: Sequence[Rule],
    steps: Iterable[Learnt],
    *,
    start: dt.datetime,
    end: dt.datetime,
    as_happened: bool = False,
) -> Backtest:
    """Walk through what was learnt until ``end``, and count what was raised from ``start`` on.

    An alert counts once, when it was raised first, also if it was taken back later. Outcomes are those that
    were known at the end; an alert whose time for one was not over by then is not among those judged.
    """
    evaluator, run = Evaluator(rules), _Run()
    for step in _with_the_clock(evaluator, steps, end):
        run.take(step, evaluator.take(step.events, now=step.at, gone=step.gone))
    counted = [each for each in run.raised.values() if start <= each.known_at]
    weeks, people = (end - start) / dt.timedelta(weeks=1), run.people()
    outcomes = _outcomes(rules, run.events.values())
    return Backtest(
        start=start,
        end=end,
        as_happened=as_happened,
        people=people,
        known=len(run.events),
        weeks=weeks,
        rules=tuple(
            _of_rule(rule, counted, weeks, people, outcomes, end, evaluator.suppressed(rule, start))
            for rule in rules
        ),
        workload=_workload({rule.ref: rule.owner for rule in rules}, counted, weeks),
        overlaps=_overlaps(counted),
    )


def _with_the_clock(evaluator: Evaluator, steps: Iterable[Learnt], end: dt.datetime) -> Iterator[Learnt]:
    """The steps until the end, and between them the moments at which the clock alone brings something."""
    for step in steps:
        if step.at >= end:
            break
        while (due := evaluator.next_due()) and due < step.at:
            yield Learnt(due, (), ())
        yield step
    while (due := evaluator.next_due()) and due < end:
        yield Learnt(due, (), ())


Outcomes = Mapping[tuple[GroupBy, str, str], list[Event]]
"""Contacts that may be an outcome: by kind and id of whom they touch, and by type."""


def _outcomes(rules: Sequence[Rule], events: Iterable[Event]) -> Outcomes:
    wanted = frozenset().union(*(rule.outcome for rule in rules))
    kinds = {rule.group_by for rule in rules}
    found: dict[tuple[GroupBy, str, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.type in wanted:
            for kind in kinds:
                for id_ in event.groups.get(kind, ()):
                    found[kind, id_, event.type].append(event)
    return found


def _of_rule(
    rule: Rule,
    counted: Sequence[_Raised],
    weeks: float,
    people: int,
    outcomes: Outcomes,
    end: dt.datetime,
    suppressed: int,
) -> OfRule:
    ours = [each for each in counted if each.alert.rule == rule.ref]
    judged = [each for each in ours if rule.outcome_within.over(each.alert.at, rule.zone) <= end]
    followed = [_followed(rule, each.alert, outcomes) for each in judged]
    late = [max(0.0, (each.known_at - each.alert.at) / dt.timedelta(days=1)) for each in ours]
    return OfRule(
        rule=rule.ref,
        title=rule.title,
        owner=rule.owner,
        alerts=len(ours),
        about=len(frozenset().union(*(each.alert.about for each in ours))),
        taken_back=sum(each.taken_back for each in ours),
        suppressed=suppressed,
        per_week=len(ours) / weeks,
        per_thousand=1000 * len(ours) / people / weeks * 52.1775 if people else None,
        followed=Share(sum(followed), len(judged), _together([each.alert for each in judged], followed)),
        days_late=median(late) if late else None,
    )


def _together(judged: Sequence[Alert], followed: Sequence[bool]) -> float:
    """By how much more the share varies than that of independent alerts: those about the same go together."""
    same = UnionFind()
    for alert in judged:
        same.union(*alert.about)
    numbers = {root: number for number, root in enumerate({same[min(alert.about)] for alert in judged})}
    cluster = np.array([numbers[same[min(alert.about)]] for alert in judged], np.int64)
    return of_later(np.array(followed, np.bool_), cluster).spread


def _followed(rule: Rule, alert: Alert, outcomes: Outcomes) -> bool:
    """Whether an outcome of the rule came after the alert, in time, for somebody whom it is about."""
    over = rule.outcome_within.over(alert.at, rule.zone)
    return any(
        event.at < over and may_follow(alert.at, event.at, rule.zone) and event.id not in alert.events
        for id_ in alert.about
        for type_ in rule.outcome
        for event in outcomes.get((rule.group_by, id_, type_), ())
    )


def _workload(owners: Mapping[str, str], counted: Sequence[_Raised], weeks: float) -> tuple[Workload, ...]:
    by_week: dict[str, Counter[tuple[int, int]]] = {owner: Counter() for owner in owners.values()}
    for each in counted:
        year, week, _ = each.known_at.astimezone(LONDON).isocalendar()
        by_week[owners[each.alert.rule]][year, week] += 1
    return tuple(
        Workload(team, seen.total(), seen.total() / weeks, max(seen.values(), default=0))
        for team, seen in sorted(by_week.items())
    )


def _overlaps(counted: Sequence[_Raised]) -> tuple[Overlap, ...]:
    by_contact = _pairs(counted, lambda alert: alert.events)
    by_whom = _pairs(counted, lambda alert: alert.about)
    return tuple(
        Overlap(rule, other, by_contact[rule, other], by_whom[rule, other])
        for rule, other in sorted(by_contact.keys() | by_whom.keys())
    )


def _pairs(counted: Sequence[_Raised], of: Callable[[Alert], Iterable[str]]) -> Counter[tuple[str, str]]:
    """For each two rules the alerts of the first that have something in common with one of the second."""
    rules: dict[str, set[str]] = defaultdict(set)
    for each in counted:
        for id_ in of(each.alert):
            rules[id_].add(each.alert.rule)
    seen: Counter[tuple[str, str]] = Counter()
    for each in counted:
        others = frozenset().union(*(rules[id_] for id_ in of(each.alert))) - {each.alert.rule}
        seen.update((each.alert.rule, other) for other in others)
    return seen
