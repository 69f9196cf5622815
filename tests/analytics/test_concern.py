"""For those whom a change does not concern rules find what they found; of the others, little is enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.events import START, events, made
from tests.analytics.test_evaluator_laws import LATE, RULES

from mast_analytics import concern
from mast_analytics.concern import Concern, concerned, looked_at
from mast_analytics.evaluator import Evaluator
from mast_analytics.event import Event, GroupBy
from mast_analytics.matching import Group
from mast_analytics.rule import Rule

Found = set[tuple[str, str, str]]
BELIEVED = st.lists(events(), max_size=20, unique_by=lambda event: event.id)
CHANGED = st.lists(events(ids="abcdefghijk"), min_size=1, max_size=4, unique_by=lambda event: event.id)
SOME = st.lists(st.sampled_from(RULES), min_size=1, unique_by=lambda rule: rule.ref)


class Town:
    """Some rules, and contacts before and after some changed."""

    def __init__(
        self,
        rules: Sequence[Rule],
        before: Iterable[Event],
        change: Iterable[Event],
        gone: Iterable[str] = (),
    ) -> None:
        self.rules, self.before, self.gone = rules, {event.id: event for event in before}, set(gone)
        self.change = {event.id: event for event in change if event.id not in self.gone}
        believed = self.before | self.change
        self.after = [event for id_, event in believed.items() if id_ not in self.gone]

    def found(self, said: Iterable[Event], concerns: Callable[[Group], bool]) -> Found:
        """Alerts, each with everybody it is about."""
        evaluator = Evaluator(self.rules, concerns=concerns)
        evaluator.take(said, now=LATE)
        return {(alert.rule, alert.id, about) for alert in evaluator.alerts() for about in alert.about}

    def look(self) -> None:
        """Work out what concerns the change alone, and compare with all there is to find."""
        was = [event for id_, event in self.before.items() if id_ in self.change or id_ in self.gone]
        changed = Concern(groups=frozenset(concerned(self.rules, [*self.change.values(), *was])))

        def others(group: Group) -> bool:
            return not changed(group)

        assert self.found(self.before.values(), others) == self.found(self.after, others)
        types, least = looked_at(changed.rules(self.rules))
        enough = [event for event in self.after if event.type in types or event.severity >= least]
        everything = self.found(self.after, lambda _: True)
        assert self.found(enough, changed) == {each for each in everything if changed((each[0], each[2]))}


@settings(max_examples=150)
@given(SOME, BELIEVED, CHANGED, st.sets(st.sampled_from("abcdefgh"), max_size=2))
def test_only_those_whom_a_change_concerns_are_told_something_else(
    rules: list[Rule], said: list[Event], change: list[Event], gone: set[str]
) -> None:
    Town(rules, said, change, gone).look()


def unborn(first: int) -> Town:
    """A booking, and enquiries where the child is expected; one is found to have been elsewhere."""
    at = START + dt.timedelta(days=first)
    elsewhere = {kind: {"elsewhere": frozenset({"subject"})} for kind in GroupBy}
    enquiries = [
        made(f"c{number}", "SECTION_47_ENQUIRY", at + dt.timedelta(days=40 * number)) for number in range(4)
    ]
    rules = [rule for rule in RULES if rule.id == "contact-where-unborn"]
    before = [made("b", "MATERNITY_BOOKING", START), *enquiries[:3]]
    return Town(rules, before, [enquiries[3], replace(enquiries[1], groups=elsewhere)])


def test_where_a_contact_is_no_more_is_concerned_too() -> None:
    town = unborn(1)
    town.look()
    changed = [*town.change.values(), town.before["c1"]]
    assert {id_ for _, id_ in concerned(town.rules, changed)} == {"one", "elsewhere"}


def _as_they_are_now(rules: Sequence[Rule], seen: Sequence[Event]) -> Iterator[Group]:
    yield from concern.concerned(rules, [event for event in seen if event.id != "c3"][:1])


def _only_what_has_a_type(rules: Iterable[Rule]) -> tuple[frozenset[str], int]:
    return concern.looked_at(rules)[0], 7


@pytest.mark.parametrize(
    ("name", "mutant"), [("concerned", _as_they_are_now), ("looked_at", _only_what_has_a_type)]
)
def test_the_law_notices_a_mistake(
    monkeypatch: pytest.MonkeyPatch, name: str, mutant: Callable[..., object]
) -> None:
    monkeypatch.setitem(globals(), name, mutant)
    with pytest.raises(AssertionError):
        unborn(1).look()
