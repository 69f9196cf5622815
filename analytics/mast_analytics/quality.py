"""Faults of recorded contacts that no service can have meant, by agency: for who can correct them.

After the rules by which the census of children in need is validated; the codes are theirs. Which of them
cannot be decided from contacts, and why, is in docs/rules.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter
from typing import Final

from mast_analytics.civil import local_day
from mast_analytics.event import Event, GroupBy, plain
from mast_resolver.days import LONDON

DIED: Final = frozenset({"rc2", "died", "deceased", "death"})
"""Reasons of closure that say that somebody died; RC2 is that of the census."""

WHO_DIED: Final = "subject"
"""The role of whoever such an episode says it of: not of a parent, a caller or a child in the household."""

IN_NEED: Final = "CHILD_IN_NEED"
PROTECTED: Final = "CHILD_PROTECTION_PLAN"
CONFERENCE: Final = "INITIAL_CHILD_PROTECTION_CONFERENCE"
REASON: Final = re.compile(r"rc\d+")
REASONS: Final = frozenset(f"rc{number}" for number in range(1, 10))
"""Reasons for closure of the census (N00103). A category that is none of that form says something else."""
SATURDAY: Final = 5

TREATED: Final = {
    "8630": "closed before it was opened",
    "8810": "closed, and nobody says when",
    "8820": "two episodes of one kind at one time",
    "8555Q": "after the person had died",
    "WHOSE_DEATH": "closed for a death, of several people: nobody is taken for dead",
}
"""Of those a contact that breaks one is not counted in figures as it was recorded."""
RULES: Final = TREATED | {
    "4016": "a plan in need that began while a protection plan was open",
    "4017": "a plan in need that was open when a protection plan began",
    "8640": "closed for a reason that the code set does not have",
    "8805": "closed, and nobody says why",
    "8875": "a conference at a weekend",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A contact, and the rule that it breaks; ``beside`` is the other contact where there are two."""

    rule: str
    agency: str
    contact: str
    at: dt.datetime
    beside: str | None = None

    @property
    def says(self) -> str:
        """What is the case."""
        return RULES[self.rule]


def faults(events: Sequence[Event]) -> tuple[Fault, ...]:
    """All faults among what is believed now, by agency, rule and contact.

    Example:
        >>> at = dt.datetime(2026, 5, 2, tzinfo=dt.UTC)
        >>> plan = Event("c1", "CHILD_IN_NEED", at, "council", closed_at=at - dt.timedelta(days=3))
        >>> [(fault.rule, fault.says) for fault in faults([plan])]
        [('8630', 'closed before it was opened')]
    """
    rules = (_closed_before, _undated, _overlapping, _after_death, _two_plans, _unreasoned, _at_weekends)
    found = [fault for rule in rules for fault in rule(events)]
    return tuple(
        sorted(set(found), key=lambda each: (each.agency, each.rule, each.contact, each.beside or ""))
    )


def contacts_of_rules(found: Iterable[Fault]) -> Counter[tuple[str, str]]:
    """How many contacts of each agency break each rule: one that breaks it twice is one.

    Example:
        >>> at = dt.datetime(2026, 5, 2, tzinfo=dt.UTC)
        >>> dict(contacts_of_rules(Fault("8820", "council", "c2", at, beside) for beside in ("c0", "c1")))
        {('council', '8820'): 1}
    """
    return Counter(
        (agency, rule) for agency, rule, _ in {(one.agency, one.rule, one.contact) for one in found}
    )


def _closed_before(events: Iterable[Event]) -> Iterator[Fault]:
    for event in events:
        if event.closed_at is not None and event.closed_at < event.at:
            yield Fault("8630", event.agency, event.id, event.at)


def _undated(events: Iterable[Event]) -> Iterator[Fault]:
    for event in events:
        if event.episode and event.closed_at is None and not event.open:
            yield Fault("8810", event.agency, event.id, event.at)


def _overlapping(events: Iterable[Event]) -> Iterator[Fault]:
    """Of one agency and type, in one person's life; on the day on which one ends the next may begin."""
    for episodes in _by_person(events).values():
        first, *others = sorted(episodes, key=attrgetter("at", "id"))
        longest = first
        for later in others:
            if _until(longest) > local_day(later.at, LONDON):
                yield Fault("8820", later.agency, later.id, later.at, longest.id)
            longest = max(longest, later, key=_until)


def _by_person(events: Iterable[Event]) -> dict[tuple[str, str, str], list[Event]]:
    """Episodes by whom they are about, agency and type; none that ended before it began."""
    of: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.episode and (event.closed_at is None or event.closed_at >= event.at):
            for person, roles in event.groups.get(GroupBy.PERSON, {}).items():
                if roles & {"subject", "victim"}:
                    of[person, event.agency, event.type].append(event)
    return of


def _two_plans(events: Iterable[Event]) -> Iterator[Fault]:
    """Plans of both kinds for one child; on the day on which one ends the other may begin."""
    of = _by_person(events)
    for (person, agency, type_), plans in of.items():
        beside = of.get((person, agency, PROTECTED), ()) if type_ == IN_NEED else ()
        for plan, protection in product(plans, beside):
            first, later = sorted((protection, plan), key=attrgetter("at"))
            if _until(first) > local_day(later.at, LONDON):
                rule = "4016" if later is plan else "4017"
                yield Fault(rule, agency, plan.id, plan.at, protection.id)


def _unreasoned(events: Iterable[Event]) -> Iterator[Fault]:
    """Of agencies that say why cases are closed: the category of others is something else, or is not sent."""
    cases = [each for each in events if each.type == IN_NEED]
    reasons = {each.id: reason for each in cases if REASON.fullmatch(reason := plain(each.category or ""))}
    telling = {each.agency for each in cases if each.id in reasons}
    for case in cases:
        if case.closed_at is not None and case.agency in telling and not plain(case.category or ""):
            yield Fault("8805", case.agency, case.id, case.at)
        elif case.closed_at is not None and case.id in reasons and reasons[case.id] not in REASONS:
            yield Fault("8640", case.agency, case.id, case.at)


def _at_weekends(events: Iterable[Event]) -> Iterator[Fault]:
    for event in events:
        if event.type == CONFERENCE and event.at.astimezone(LONDON).weekday() >= SATURDAY:
            yield Fault("8875", event.agency, event.id, event.at)


def _until(event: Event) -> int:
    """The day on which it ended; one that is closed, nobody says when, may have ended at once."""
    if event.closed_at is not None:
        return local_day(event.closed_at, LONDON)
    return dt.date.max.toordinal() if event.open else local_day(event.at, LONDON)


def _deaths(events: Iterable[Event]) -> Iterator[tuple[Event, list[str]]]:
    """Episodes that were closed for a death, and those of whom that may be said."""
    for event in events:
        died = event.category and plain(event.category) in DIED
        # Of a closure that lies before the opening the day is wrong, and so would be that of the death.
        if died and event.closed_at is not None and event.closed_at >= event.at:
            people = event.groups.get(GroupBy.PERSON, {})
            yield event, [person for person, roles in people.items() if WHO_DIED in roles]


def _closed(event: Event) -> tuple[dt.datetime, str]:
    return event.closed_at or event.at, event.id


def _after_death(events: Sequence[Event]) -> Iterator[Fault]:
    died: dict[str, Event] = {}
    for event, people in _deaths(events):
        if len(people) > 1:
            yield Fault("WHOSE_DEATH", event.agency, event.id, event.at)
            continue
        for person in people:
            died[person] = min(died.get(person, event), event, key=_closed)
    for event in events:
        for person, roles in event.groups.get(GroupBy.PERSON, {}).items():
            end = died.get(person)
            if (
                end is None
                or end.closed_at is None
                or end.id == event.id
                or not roles & {"subject", "victim"}
            ):
                continue
            if local_day(event.at, LONDON) > local_day(end.closed_at, LONDON):
                yield Fault("8555Q", event.agency, event.id, event.at, end.id)
