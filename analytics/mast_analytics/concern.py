"""Whom a changed contact concerns: for whom rules may find something else now, and what they look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mast_analytics.event import Event
from mast_analytics.matching import Group, hits_of
from mast_analytics.rule import Rule, Selection
from mast_resolver.vocabulary import HIGHEST_SEVERITY


@dataclass(frozen=True, slots=True)
class Concern:
    """For whom rules are looked at anew: for ``everywhere`` every rule, and some for some."""

    everywhere: AbstractSet[str] = frozenset()
    groups: AbstractSet[Group] = frozenset()

    def __call__(self, group: Group) -> bool:
        """Whether a rule is looked at for one."""
        return group[1] in self.everywhere or group in self.groups

    @property
    def ids(self) -> set[str]:
        """Everybody that it is about."""
        return {*self.everywhere, *(id_ for _, id_ in self.groups)}

    def rules(self, among: Iterable[Rule]) -> list[Rule]:
        """Rules that are looked at for anybody."""
        named = {ref for ref, _ in self.groups}
        return [rule for rule in among if self.everywhere or rule.ref in named]


def concerned(rules: Iterable[Rule], events: Iterable[Event]) -> Iterator[Group]:
    """For whom a rule takes one of some contacts that came, or that were so before they changed or went."""
    looking = list(rules)
    for event in events:
        for rule in looking:
            for id_, _ in hits_of(rule, event):
                yield rule.ref, id_


def looked_at(rules: Iterable[Rule]) -> tuple[frozenset[str], int]:
    """Types, and a severity: a contact that is of none of them, and of less, is taken by none of the rules.

    Example:
        >>> from mast_analytics.rule_yaml import read_rules
        >>> types, least = looked_at(rule for rule in read_rules() if rule.id == "contact-where-unborn")
        >>> sorted(types), least
        (['MATERNITY_BOOKING'], 2)
    """
    selections = [each for rule in rules for each in rule.selections]
    types = frozenset(type_ for each in selections for type_ in each.types)
    return types, min((_least(each) for each in selections if not each.types), default=HIGHEST_SEVERITY + 1)


def _least(selection: Selection) -> int:
    above = {"gte": 0, "eq": 0, "gt": 1}
    return max((each.number + above[each.how] for each in selection.severity if each.how in above), default=0)
