"""A trigger rule, after Sigma correlation 2.0: what it looks at, and when that is worth a person's notice."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from mast_analytics.civil import Span
from mast_analytics.event import Event, GroupBy, plain
from mast_resolver.days import LONDON

COMPARISONS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "gte": operator.ge,
    "gt": operator.gt,
    "eq": operator.eq,
    "lte": operator.le,
    "lt": operator.lt,
}
NOTICE: Final = dt.timedelta(days=61)
"""How long before its review is overdue a rule warns: as agreements do."""
LONGEST_ABSENCE: Final = dt.timedelta(days=367)
"""From a contact to the end of the wait for another: a leap year, and the rest of the day it began on."""


class Kind(StrEnum):
    """How contacts have to stand to each other."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"
    ABSENCE = "absence"


class Level(StrEnum):
    """How much an alert matters, as Sigma has it; of the pattern, never of a person."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with a whole number.

    Example:
        >>> Compared("gte", 3).holds(3), str(Compared("gte", 3))
        (True, 'at least 3')
    """

    how: str
    number: int

    def holds(self, value: int) -> bool:
        """Whether it is true of the value."""
        return COMPARISONS[self.how](value, self.number)

    def __str__(self) -> str:
        words = {"gte": "at least", "gt": "more than", "eq": "exactly", "lte": "at most", "lt": "less than"}
        return f"{words[self.how]} {self.number}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which contacts: everything that is said must be so; of a list, one."""

    name: str
    types: frozenset[str] = frozenset()
    agency_kinds: frozenset[str] = frozenset()
    data_classes: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    severity: tuple[Compared, ...] = ()
    open: bool = False
    """An episode that is going on when the other contact comes, however long ago it began."""

    def takes(self, event: Event) -> bool:
        """Whether the contact is one of those, whatever its role."""
        if self.types and event.type not in self.types:
            return False
        for each in self.severity:
            if not each.holds(event.severity):
                return False
        return (
            (not self.agency_kinds or event.agency_kind in self.agency_kinds)
            and (not self.data_classes or event.data_class in self.data_classes)
            and (not self.categories or plain(event.category or "") in self.categories)
            and (not self.open or event.episode)
        )

    def takes_role(self, roles: frozenset[str]) -> bool:
        """Whether it is so for one that was touched in those roles."""
        return not self.roles or not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be true of the contacts together."""

    compared: Compared | None = None
    field: str | None = None
    """``value_count``: what is counted once."""
    rise_of: str | None = None
    """``temporal_ordered``: the last one's is higher than the highest before it by so much."""
    different: str | None = None
    """``temporal``: no two of the contacts have the same."""


@dataclass(frozen=True, slots=True)
class Case:
    """An embedded test: contacts, and the sets of ids on which alerts must rest."""

    name: str
    line: int
    events: tuple[Event, ...]
    alerts: frozenset[frozenset[str]]
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. Its text is its identity: another text needs another version."""

    id: str
    version: int
    title: str
    description: str
    level: Level
    owner: str
    gateway: str
    review_by: dt.date
    kind: Kind
    group_by: GroupBy
    timespan: Span
    selections: tuple[Selection, ...]
    """Those that the correlation names, in its order."""
    condition: Condition
    outcome: frozenset[str]
    """Types of contact by which a backtest sees that it mattered, within ``outcome_within``."""
    outcome_within: Span
    suppression: Span | None = None
    zone: ZoneInfo = LONDON
    digest: str = ""
    text: str = field(default="", repr=False)
    """What its file says, of which the digest is."""
    cases: tuple[Case, ...] = field(default=(), repr=False)
    ref: str = field(init=False, repr=False)
    """Rule and version, as alerts are keyed: ``marac-repeat/2``."""
    endless: frozenset[int] = field(init=False, repr=False)
    """Selections that matter for as long as an episode goes on, by their numbers."""

    def __post_init__(self) -> None:
        """Say what is asked of every contact once."""
        object.__setattr__(self, "ref", f"{self.id}/{self.version}")
        looks_back = (number for number, each in enumerate(self.selections) if each.open)
        object.__setattr__(self, "endless", frozenset(looks_back))

    def lapsed(self, at: dt.datetime) -> bool:
        """Whether its review is overdue at a moment: it raises nothing any more."""
        return at.astimezone(self.zone).date() > self.review_by

    def warning(self, at: dt.datetime) -> str:
        """What whoever keeps the rules should know, as of an agreement: that it is over, or soon will be.

        Example:
            >>> from mast_analytics.rule_yaml import read_rules
            >>> read_rules()[0].warning(dt.datetime(2027, 6, 1, tzinfo=dt.UTC))
            'raises no more unless reviewed by 2027-06-30'
        """
        if self.lapsed(at):
            return f"raises no more: not reviewed by {self.review_by}"
        soon = at.astimezone(self.zone).date() + NOTICE >= self.review_by
        return f"raises no more unless reviewed by {self.review_by}" if soon else ""
