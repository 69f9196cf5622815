"""Rules over contacts that come, change and go: what is raised and taken back, however they arrive."""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from mast_analytics.event import Event, GroupBy
from mast_analytics.matching import (
    EVERYTHING,
    NOTHING,
    Finding,
    Found,
    Group,
    Hit,
    Stretch,
    find,
    hits_of,
    stretch,
)
from mast_analytics.rule import Rule

Key = tuple[str, tuple[str, ...]]
"""A rule's version and the contacts that an alert rests on."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule found: the same version and contacts are the same alert, whoever it is about.

    ``about`` are the people, households or addresses in whose contacts it was found: two children who were
    not brought to the same appointments are one alert. They change when who is who does; the id does not.
    """

    rule: str
    events: tuple[str, ...]
    at: dt.datetime
    group_by: GroupBy
    about: frozenset[str]

    @property
    def id(self) -> str:
        """Stable: a hash of the rule's version and the contacts' ids."""
        return alert_id(self.rule, self.events)


def alert_id(rule: str, events: Iterable[str]) -> str:
    """Id of the alert of a rule's version that rests on those contacts, in whatever order.

    Example:
        >>> alert_id("marac-repeat/2", ["C2", "C1"]) == alert_id("marac-repeat/2", ["C1", "C2"])
        True
    """
    text = "\n".join((rule, *sorted(events)))
    return "AL-" + hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Delta:
    """What a step changed: ``changed`` alerts stand, but are about others now."""

    raised: tuple[Alert, ...] = ()
    changed: tuple[Alert, ...] = ()
    retracted: tuple[Alert, ...] = ()
    groups: int = 0
    """Groups that were looked at: the work that was done."""


@dataclass(slots=True)
class _Standing:
    at: dt.datetime
    group_by: GroupBy
    about: set[str] = field(default_factory=set)


class Evaluator:
    """Alerts of some rules, always those that a look at all contacts at once would give.

    Example:
        >>> from mast_analytics.rule_yaml import read_rules
        >>> evaluator = Evaluator(read_rules())
        >>> evaluator.take([], now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).raised
        ()
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        since: Mapping[str, dt.datetime] | None = None,
        concerns: Callable[[Group], bool] = lambda _group: True,
    ) -> None:
        """``since`` says, by rule and version, from when on alerts are raised.

        ``concerns`` says for whom: of others not all contacts may be known, and nothing is found.
        """
        self._concerns = concerns
        self._rules = {rule.ref: rule for rule in rules}
        self._since = since or {}
        self._by_type: dict[str, tuple[Rule, ...]] = {}
        self._events: dict[str, Event] = {}
        self._hits: dict[Group, list[Hit]] = defaultdict(list)
        self._found: dict[Group, Found] = {}
        self._standing: dict[Key, _Standing] = {}
        self._kept_back: dict[tuple[Group, Finding], dt.datetime] = {}
        """What suppression keeps back, and when it came up."""
        self._due: list[tuple[dt.datetime, Group]] = []

    def take(self, events: Iterable[Event], *, now: dt.datetime, gone: Iterable[str] = ()) -> Delta:
        """Contacts that are new, or not as they were: corrected, moved, or touching somebody else now.

        ``gone`` are ids of those that were withdrawn. Windows that were over by ``now`` count as closed; no
        ``now`` may be before an earlier one.
        """
        dirty: dict[Group, Stretch] = {}
        for id_ in gone:
            self._remove(id_, dirty)
        for event in events:
            if self._events.get(event.id) != event:
                self._remove(event.id, dirty)
                self._add(event, dirty)
        while self._due and self._due[0][0] <= now:
            dirty[heapq.heappop(self._due)[1]] = EVERYTHING
        return self._look(dirty, now)

    def alerts(self) -> tuple[Alert, ...]:
        """All that stand, by their moment."""
        return _sorted(map(self._alert, self._standing))

    def suppressed(self, rule: Rule, since: dt.datetime) -> int:
        """How many findings of a rule its suppression keeps back, of those that came up since a moment."""
        return sum(at >= since for ((ref, _), _), at in self._kept_back.items() if ref == rule.ref)

    def next_due(self) -> dt.datetime | None:
        """When the clock alone may change something next."""
        return self._due[0][0] if self._due else None

    def _for(self, type_: str) -> tuple[Rule, ...]:
        if type_ not in self._by_type:
            self._by_type[type_] = tuple(
                rule
                for rule in self._rules.values()
                if any(not each.types or type_ in each.types for each in rule.selections)
            )
        return self._by_type[type_]

    def _add(self, event: Event, dirty: dict[Group, Stretch]) -> None:
        self._events[event.id] = event
        for rule in self._for(event.type):
            for id_, found in hits_of(rule, event, self._concerns):
                group = (rule.ref, id_)
                bisect.insort(self._hits[group], found, key=_order)
                _touch(dirty, group, stretch(rule, found))

    def _remove(self, id_: str, dirty: dict[Group, Stretch]) -> None:
        event = self._events.pop(id_, None)
        if event is None:
            return
        for rule in self._for(event.type):
            for name in event.groups.get(rule.group_by, {}):
                group = (rule.ref, name)
                hits = self._hits.get(group, [])
                place = bisect.bisect_left(hits, (event.at, event.id), key=_order)
                if place < len(hits) and hits[place].event.id == id_:
                    _touch(dirty, group, stretch(rule, hits.pop(place)))

    def _look(self, dirty: dict[Group, Stretch], now: dt.datetime) -> Delta:
        before: dict[Key, Alert | None] = {}
        for group, where in dirty.items():
            self._look_at(group, where, now, before)
        raised: list[Alert] = []
        changed: list[Alert] = []
        retracted: list[Alert] = []
        for key, was in before.items():
            stands = self._standing[key]
            if not stands.about:
                del self._standing[key]
                if was:
                    retracted.append(was)
            elif was is None:
                raised.append(self._alert(key))
            elif was != (alert := self._alert(key)):
                changed.append(alert)
        return Delta(_sorted(raised), _sorted(changed), _sorted(retracted), len(dirty))

    def _look_at(
        self, group: Group, changed: Stretch, now: dt.datetime, before: dict[Key, Alert | None]
    ) -> None:
        """``before`` gets what was known of each alert that this group had or has."""
        ref, id_ = group
        rule, hits = self._rules[ref], self._hits.get(group, [])
        was = self._found.get(group, NOTHING)
        since = self._since.get(ref)
        found = find(rule, hits, now=now, since=since, before=was, changed=changed)
        if hits:
            self._found[group] = found
        else:
            self._found.pop(group, None)
            self._hits.pop(group, None)
        if found.due and found.due != was.due:
            heapq.heappush(self._due, (found.due, group))
        left, come = _differ(was.suppressed, found.suppressed)
        for each in left:
            del self._kept_back[group, each]
        for each in come:
            self._kept_back[group, each] = now
        left, come = _differ(was.findings, found.findings)
        for each in (*left, *come):
            key = (ref, each.events)
            if key not in before:
                before[key] = self._alert(key) if key in self._standing else None
        for each in left:
            self._standing[ref, each.events].about.discard(id_)
        for each in come:
            standing = self._standing.setdefault((ref, each.events), _Standing(each.at, rule.group_by))
            standing.at = each.at
            standing.about.add(id_)

    def _alert(self, key: Key) -> Alert:
        standing = self._standing[key]
        return Alert(key[0], key[1], standing.at, standing.group_by, frozenset(standing.about))


def _differ(was: Sequence[Finding], now: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Those that are no more, and those that are new; mostly few of many."""
    if was == now:
        return [], []
    before, after = set(was), set(now)
    return [each for each in was if each not in after], [each for each in now if each not in before]


def _touch(dirty: dict[Group, Stretch], group: Group, changed: Stretch) -> None:
    dirty[group] = dirty[group] | changed if group in dirty else changed


def _sorted(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=attrgetter("at", "id")))


_order = attrgetter("order")
