"""What a rule finds among the contacts of one group: a pure function of those contacts and a moment."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from mast_analytics.civil import may_follow, only_a_date
from mast_analytics.event import Event, Terms
from mast_analytics.rule import Kind, Rule
from mast_resolver.days import morning

Order = tuple[dt.datetime, str]
Group = tuple[str, str]
"""A rule's version and the id of one person, household or address."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A contact that some selection of a rule takes for one group, on the scale of the rule's timespan."""

    event: Event
    selections: frozenset[int]
    place: int
    reach: int

    @property
    def order(self) -> Order:
        """Contacts of one moment stand in the order of their ids: the same whoever came first."""
        return self.event.at, self.event.id


@dataclass(frozen=True, slots=True)
class Finding:
    """Contacts that together are what the rule looks for; ``at`` is when that was so.

    Only who may see contacts of all its ``terms`` is shown it.
    """

    events: tuple[str, ...]
    at: dt.datetime
    terms: frozenset[Terms]


@dataclass(frozen=True, slots=True)
class Completed:
    """What the hit at ``order`` and ``place`` completed, whether it is kept back or not."""

    order: Order
    place: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Found:
    """Findings in their order, those that suppression keeps back, and when the clock may bring another.

    ``completed`` is all there was to choose from, so that the next look begins where something changed.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    due: dt.datetime | None = None
    completed: tuple[Completed, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where hits of a group changed: from the first of them to as far as the last of them reaches."""

    begin: Order
    reach: int

    def __or__(self, other: Stretch) -> Stretch:
        return Stretch(min(self.begin, other.begin), max(self.reach, other.reach))


_LONGEST_DAY: Final = dt.timedelta(hours=25)
EVERYTHING: Final = Stretch((dt.datetime.min.replace(tzinfo=dt.UTC), ""), 2**62)


NOTHING: Final = Found()


def hits_of(
    rule: Rule, event: Event, concerns: Callable[[Group], bool] = lambda _group: True
) -> Iterator[tuple[str, Hit]]:
    """Those of the rule's kind whom the contact touches in such a way, each with it as the rule sees it.

    What the rule finds for anybody else is the same with the contact and without it. Of those whom it does
    not concern, by rule and id, nobody is looked at.
    """
    touched = event.groups.get(rule.group_by)
    if not touched:
        return
    ref = rule.ref
    concerned = [each for each in touched.items() if concerns((ref, each[0]))]
    if not concerned:
        return
    takes = [(number, each) for number, each in enumerate(rule.selections) if each.takes(event)]
    if not takes:
        return
    place = rule.timespan.place(event.at, rule.zone)
    reach = rule.timespan.reach(place)
    for id_, roles in concerned:
        taken = frozenset([number for number, each in takes if each.takes_role(roles)])
        if taken:
            yield id_, Hit(event, taken, place, reach)


def stretch(rule: Rule, changed: Hit) -> Stretch:
    """As far as a hit that comes or goes can matter; an episode looked at while it is open: for good.

    And for all of the day on which that began: of some contacts of it only the date was said.
    """
    if rule.endless.isdisjoint(changed.selections):
        return Stretch(changed.order, changed.reach)
    day = changed.event.at.astimezone(rule.zone).date()
    return Stretch((morning(day, rule.zone), ""), EVERYTHING.reach)


def find(
    rule: Rule,
    hits: Sequence[Hit],
    *,
    now: dt.datetime,
    since: dt.datetime | None = None,
    before: Found = NOTHING,
    changed: Stretch = EVERYTHING,
) -> Found:
    """What the rule finds among hits in their :attr:`Hit.order`.

    Nothing that was the case before ``since`` counts, not even for suppression: nobody was told of it. Where
    only a stretch changed since the look that found ``before``, only that is looked at.
    """
    due: dt.datetime | None = None
    completed: tuple[Completed, ...] = ()
    if rule.kind is Kind.ABSENCE:
        found, due = _absent(rule, hits, now)
    else:
        completed = _completed(rule, hits, before.completed, changed)
        found = [each.finding for each in completed]
    found = [each for each in found if since is None or each.at >= since]
    kept, back = _suppress(rule, found)
    return Found(tuple(kept), tuple(back), due, completed)


def _completed(
    rule: Rule, hits: Sequence[Hit], before: tuple[Completed, ...], changed: Stretch
) -> tuple[Completed, ...]:
    earlier = [each for each in before if each.order < changed.begin]
    later = [each for each in before if each.order >= changed.begin and each.place > changed.reach]
    windows = _windows(hits, changed)
    anew = [
        Completed(last.order, last.place, finding)
        for last, finding in _OF_KIND[rule.kind](rule, hits, windows)
    ]
    return (*earlier, *anew, *later)


def _windows(hits: Sequence[Hit], changed: Stretch) -> Iterator[tuple[int, int]]:
    """Each hit of a stretch, by its place among the hits, with the first one within the timespan of it."""
    number = bisect.bisect_left(hits, changed.begin, key=_order)
    start = bisect.bisect_left(hits, hits[number].place, hi=number, key=_reach) if number < len(hits) else 0
    while number < len(hits) and hits[number].place <= changed.reach:
        while hits[start].reach < hits[number].place:
            start += 1
        yield number, start
        number += 1


_order = attrgetter("order")
_reach = attrgetter("reach")
_moment = attrgetter("event.at")
Windows = Iterator[tuple[int, int]]
Ends = Iterator[tuple[Hit, Finding]]


def _event_count(rule: Rule, hits: Sequence[Hit], windows: Windows) -> Ends:
    compared = rule.condition.compared
    for number, start in windows:
        if compared is None or compared.holds(number - start + 1):
            yield hits[number], _finding(hits[start : number + 1])


def _value_count(rule: Rule, hits: Sequence[Hit], windows: Windows) -> Ends:
    """Only a contact that brings a value that was not there counts: the others change nothing."""
    compared, field = rule.condition.compared, rule.condition.field or "agency"
    for number, start in windows:
        last = hits[number]
        value = getattr(last.event, field)
        latest = {
            said: each for each in hits[start:number] if (said := getattr(each.event, field)) is not None
        }
        if value is None or value in latest:
            continue
        if compared is None or compared.holds(len(latest) + 1):
            yield last, _finding((*latest.values(), last))


def _temporal(rule: Rule, hits: Sequence[Hit], windows: Windows) -> Ends:
    """The contact that completes the set, with the latest of each other selection."""
    looks_back = bool(rule.endless)
    for number, start in windows:
        last = hits[number]
        for own in sorted(last.selections):
            if rule.selections[own].open:
                continue
            ever = _begun(rule, last, hits) if looks_back else ()
            others = _others(rule, own, last, hits[start:number], ever)
            if others is not None:
                yield last, _finding((*others, last))
                break


def _others(rule: Rule, own: int, last: Hit, before: Sequence[Hit], ever: Sequence[Hit]) -> list[Hit] | None:
    """One of each other selection, the latest that go together: no two are alike."""
    sought = [each for number, each in enumerate(rule.selections) if number != own]
    numbers = [number for number in range(len(rule.selections)) if number != own]
    alike = _what_tells_apart(rule)
    fitting = [
        _latest(rule, number, last, ever if each.open else before, alike, len(sought))
        for number, each in zip(numbers, sought, strict=True)
    ]
    return _together(fitting, frozenset([alike(last)]), alike)


Alike = Callable[[Hit], object]


def _what_tells_apart(rule: Rule) -> Alike:
    """What no two contacts of a set may have alike: they are the same one, or of the same agency, say."""
    return attrgetter(f"event.{rule.condition.different or 'id'}")


def _begun(rule: Rule, last: Hit, hits: Sequence[Hit]) -> Sequence[Hit]:
    """All that may have begun by a moment: of a midnight only the date was said, and ids tell no order."""
    at = last.event.at
    if only_a_date(at, rule.zone):
        tomorrow = at.astimezone(rule.zone).date() + dt.timedelta(days=1)
        return hits[: bisect.bisect_left(hits, morning(tomorrow, rule.zone), key=_moment)]
    return hits[: bisect.bisect_right(hits, at, key=_moment)]


def _perhaps_open(rule: Rule, each: Hit, last: Hit) -> bool:
    """Whether an episode that may have begun may have been going on: one that ended on a date, all of it."""
    closed = each.event.closed_at
    if closed is not None and only_a_date(closed, rule.zone):
        same_day = closed.astimezone(rule.zone).date() == last.event.at.astimezone(rule.zone).date()
        return each.event.episode and (same_day or closed > last.event.at)
    return each.event.still_open(last.event.at)


def _latest(rule: Rule, number: int, last: Hit, among: Sequence[Hit], alike: Alike, many: int) -> list[Hit]:
    """The latest of a selection of each value but that of the last, as many as there are to choose.

    More are of no use: of so many values one is always left that no other contact of the set has.
    """
    found: dict[object, Hit] = {}
    selection = rule.selections[number]
    for each in reversed(among):
        fits = number in each.selections and alike(each) != alike(last)
        if fits and (not selection.open or _perhaps_open(rule, each, last)):
            found.setdefault(alike(each), each)
        if len(found) == many:
            break
    return list(found.values())


def _together(fitting: Sequence[Sequence[Hit]], taken: frozenset[object], alike: Alike) -> list[Hit] | None:
    if not fitting:
        return []
    for each in fitting[0]:
        if alike(each) not in taken:
            rest = _together(fitting[1:], taken | {alike(each)}, alike)
            if rest is not None:
                return [each, *rest]
    return None


def _ordered(rule: Rule, hits: Sequence[Hit], windows: Windows) -> Ends:
    """A chain that ends with a contact of the last selection, each link strictly before the next."""
    final = len(rule.selections) - 1
    for number, start in windows:
        last = hits[number]
        if final not in last.selections:
            continue
        before = hits[start:number]
        chain = _rise(rule, last, before) if rule.condition.rise_of else _chain(rule, last, before, final)
        if chain:
            yield last, _finding((*chain, last))


def _earlier(rule: Rule, each: Hit, other: Hit) -> bool:
    """Whether it is certain that one came before the other.

    Where only a date was said a moment is the midnight with which it begins: that comes before nothing else
    of its day, or the incident that led to a referral would be the next one after it.
    """
    if each.event.at >= other.event.at:
        return False
    if other.event.at - each.event.at > _LONGEST_DAY:
        return True
    first, then = (one.event.at.astimezone(rule.zone).date() for one in (each, other))
    return first != then or not only_a_date(each.event.at, rule.zone)


def _chain(rule: Rule, last: Hit, before: Sequence[Hit], final: int) -> list[Hit]:
    chain: list[Hit] = []
    wanted, after = final - 1, last
    for each in reversed(before):
        if wanted in each.selections and _earlier(rule, each, after):
            chain.append(each)
            wanted, after = wanted - 1, each
            if wanted < 0:
                return chain
    return []


def _rise(rule: Rule, last: Hit, before: Sequence[Hit]) -> list[Hit]:
    """The highest before it, if the last is so much higher."""
    earlier = [each for each in before if 0 in each.selections and _earlier(rule, each, last)]
    highest = max(earlier, key=lambda each: (each.event.severity, each.order), default=None)
    compared = rule.condition.compared
    if highest is None or compared is None:
        return []
    return [highest] if compared.holds(last.event.severity - highest.event.severity) else []


def _absent(rule: Rule, hits: Sequence[Hit], now: dt.datetime) -> tuple[list[Finding], dt.datetime | None]:
    """First contacts that no second one followed within the span; and when the next span is over."""
    found: list[Finding] = []
    due: dt.datetime | None = None
    answers = [each for each in hits if 1 in each.selections]
    for first in hits:
        if 0 not in first.selections or _answered(rule, first, answers):
            continue
        over = rule.timespan.over(first.event.at, rule.zone)
        if over <= now:
            found.append(Finding((first.event.id,), over, frozenset([first.event.terms])))
        else:
            due = min(due or over, over)
    return sorted(found, key=lambda each: (each.at, each.events)), due


def _answered(rule: Rule, first: Hit, answers: Sequence[Hit]) -> bool:
    """Whether a second one may have come in time: nobody is told of a silence that there perhaps was not."""
    return any(
        each.event.id != first.event.id
        and each.place <= first.reach
        and may_follow(first.event.at, each.event.at, rule.zone)
        for each in answers
    )


def _suppress(rule: Rule, found: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """None within the suppression span of one that was let through; and those that are kept back by it.

    Only one that everybody is shown who would be shown the other keeps that back: what somebody may not see
    is no reason to be silent to them, and changes nothing of what they are shown (ADR 0068).
    """
    if rule.suppression is None:
        return list(found), []
    kept: list[Finding] = []
    back: list[Finding] = []
    lately: list[tuple[int, Finding]] = []
    for each in found:
        place = rule.suppression.place(each.at, rule.zone)
        lately = [(reach, one) for reach, one in lately if place <= reach]
        if any(one.terms <= each.terms for _, one in lately):
            back.append(each)
        else:
            kept.append(each)
            lately.append((rule.suppression.reach(place), each))
    return kept, back


def _finding(hits: Sequence[Hit]) -> Finding:
    events = [each.event for each in hits]
    return Finding(
        tuple(sorted(each.id for each in events)), events[-1].at, frozenset(each.terms for each in events)
    )


_OF_KIND: Final[Mapping[Kind, Callable[[Rule, Sequence[Hit], Windows], Ends]]] = {
    Kind.EVENT_COUNT: _event_count,
    Kind.VALUE_COUNT: _value_count,
    Kind.TEMPORAL: _temporal,
    Kind.TEMPORAL_ORDERED: _ordered,
}
