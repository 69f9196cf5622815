"""Runs the tests that rules carry, each in several orders of arrival: order must not matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mast_analytics.evaluator import Evaluator
from mast_analytics.event import Event
from mast_analytics.rule import Case, Rule


@dataclass(frozen=True, slots=True)
class Failure:
    """A case of a rule whose alerts are not those it names."""

    rule: str
    case: str
    line: int
    order: str
    expected: frozenset[frozenset[str]]
    found: frozenset[frozenset[str]]

    def __str__(self) -> str:
        return (
            f"{self.rule}, line {self.line}: {self.case!r} ({self.order}): "
            f"expected {_listed(self.expected)}, found {_listed(self.found)}"
        )


def failures(rule: Rule) -> tuple[Failure, ...]:
    """The cases that fail, each once, in the first order of arrival in which it does.

    Example:
        >>> from mast_analytics.rule_yaml import read_rules
        >>> [failure for rule in read_rules() for failure in failures(rule)]
        []
    """
    return tuple(failure for case in rule.cases if (failure := _failure(rule, case)))


def _failure(rule: Rule, case: Case) -> Failure | None:
    for order, steps in _orders(case.events):
        evaluator = Evaluator([rule])
        for step in steps:
            evaluator.take(step, now=case.now)
        found = frozenset(frozenset(alert.events) for alert in evaluator.alerts())
        if found != case.alerts:
            return Failure(rule.ref, case.name, case.line, order, case.alerts, found)
    return None


def _orders(events: Sequence[Event]) -> Iterator[tuple[str, list[list[Event]]]]:
    yield "at once", [list(events)]
    yield "one by one", [[event] for event in events]
    yield "the last first", [[event] for event in reversed(events)]


def _listed(alerts: frozenset[frozenset[str]]) -> str:
    return str(sorted(sorted(alert) for alert in alerts))
