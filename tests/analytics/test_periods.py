"""Start-stop data: nothing knows the future, and what came of it is that person's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.histories import contact, known, knowns, on

from mast_analytics.civil import evening
from mast_analytics.episodes import ABOUT, CutOff, episodes
from mast_analytics.event import GroupBy
from mast_analytics.history import History
from mast_analytics.knowledge import learnt
from mast_analytics.predictors.periods import VARIABLES, Periods, periods
from mast_resolver.errors import UsageError
from mast_resolver.known import Known, KnownEntity

EVERY = tuple(VARIABLES)
FIRST = on(0).date()


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def later(number: float) -> CutOff:
    return CutOff(on(number), on(number))


def of(history: History, *landmarks: int, seen: CutOff | None = None, level: int = 4) -> Periods:
    return periods(
        history, [day(each) for each in landmarks], seen or later(999), level=level, variables=EVERY
    )


def table(found: Periods) -> list[tuple[int, int, int, bool]]:
    return list(zip(found.landmark.tolist(), found.start.tolist(), found.stop.tolist(), found.event.tolist(),
                    strict=True))  # fmt: skip


@settings(deadline=None)
@given(knowns(), st.integers(1, 30), st.integers(1, 30))
def test_no_variable_changes_when_all_that_was_recorded_later_is_taken_away(
    what: Known, begin: int, long: int
) -> None:
    marks = [day(begin), day(begin + long)]
    whole = periods(History(what), marks, later(99), level=4, variables=EVERY)
    moment = evening(marks[0])
    then = Known(
        tuple(each for each in what.contacts if each.recorded_from <= moment),
        tuple(each for each in what.entities if each.recorded_from <= moment),
        tuple(each for each in what.stays if each.recorded_from <= moment),
    )
    # Who they became, and what came of it, is known later; what is known then must be of the same rows.
    alone = periods(History(then), marks, later(99), level=4, variables=EVERY)
    assert {tuple(row) for row in whole.values.tolist()} <= {tuple(row) for row in every_row(then, marks)}
    assert {tuple(row) for row in alone.values.tolist()} <= {tuple(row) for row in every_row(then, marks)}


def every_row(then: Known, marks: list[dt.date]) -> list[list[float]]:
    """Variables of everybody who was known, whatever became of them: identities are frozen."""
    frozen = Known(
        tuple(each for each in then.contacts if each.severity < 4),
        tuple(
            replace(each, recorded_to=on(9999)) if open_at(each, marks[0]) else each for each in then.entities
        ),
        then.stays,
    )
    rows = periods(History(frozen), marks, later(99), level=4, variables=EVERY).values.tolist()
    return [*rows, *periods(History(then), marks, later(99), level=6, variables=EVERY).values.tolist()]


def open_at(entity: KnownEntity, mark: dt.date) -> bool:
    moment = evening(mark)
    return entity.recorded_from <= moment < entity.recorded_to


def test_rows_are_joined_up_and_end_with_the_event() -> None:
    history = known(contact("a", 0, "ED_ATTENDANCE"), contact("b", 45, "SECTION_47_ENQUIRY", closed=50))
    found = of(history, 9, 29, 49, 69)
    assert table(found) == [(0, 10, 30, False), (1, 30, 46, True)]
    assert all(a[2] == b[1] for a, b in pairwise(table(found)))


@pytest.mark.parametrize(("at", "expected"), [(9, []), (10, [(0, 10, 11, True)]), (29, [(0, 10, 30, True)]),
                                              (30, [(0, 10, 30, False)])])  # fmt: skip
def test_a_period_is_the_days_after_a_landmark_up_to_the_next_one(
    at: int, expected: list[tuple[int, int, int, bool]]
) -> None:
    history = known(contact("a", 0, "ED_ATTENDANCE"), contact("b", at, "SECTION_47_ENQUIRY", closed=at + 9))
    assert table(of(history, 9, 29)) == expected


def test_what_was_recorded_late_is_no_variable_but_its_person_is_left_out() -> None:
    seen = contact("a", 0, "ED_ATTENDANCE")
    hidden = contact("b", 5, "ED_ATTENDANCE", recorded=(20, None))
    assert of(known(seen, hidden), 9, 29).values[0, 0] == 1.0
    assert of(known(seen, replace(hidden, recorded_from=on(5))), 9, 29).values[0, 0] == pytest.approx(
        np.log2(3)
    )
    already = contact("c", 5, "SECTION_47_ENQUIRY", closed=8, recorded=(20, None))
    found = of(known(seen, already), 9, 29)
    assert (len(found.subject), found.learnt_late) == (0, 1)


def test_who_dies_is_followed_to_that_day_and_no_longer_there_after_it() -> None:
    history = known(
        contact("a", 0, "ED_ATTENDANCE"),
        contact("b", 1, "CHILD_IN_NEED", closed=15, category="died"),
        contact("c", 15, "SECTION_47_ENQUIRY", closed=16),
    )
    found = of(history, 9, 29, 49)
    assert found.landmark.tolist() == [0]
    assert found.stop.tolist() == [16]


def test_somebody_is_followed_through_a_merge_to_what_their_other_record_tells() -> None:
    contacts = (
        contact("a", 0, "ED_ATTENDANCE"),
        contact("b", 20, "SECTION_47_ENQUIRY", closed=22, record="r2"),
    )
    apart = [KnownEntity("r1", "P-1", on(0)), KnownEntity("r2", "P-2", on(20))]
    assert table(of(History(Known(contacts, tuple(apart))), 9, 29)) == [(0, 10, 30, False)]
    merged = [replace(apart[0], recorded_to=on(21)), KnownEntity("r1", "P-2", on(21)), apart[1]]
    assert table(of(History(Known(contacts, tuple(merged))), 9, 29)) == [(0, 10, 21, True)]
    # Learnt only after what is looked at: it is not known that they were one.
    assert table(of(History(Known(contacts, tuple(merged))), 9, 19, seen=later(20.5))) == [(0, 10, 20, False)]


def test_two_who_are_one_later_are_one_row() -> None:
    contacts = (*(contact(str(n), n, "ED_ATTENDANCE") for n in range(3)),
                contact("x", 1, "ED_ATTENDANCE", record="r2"))  # fmt: skip
    both = tuple(
        each
        for record, name in (("r1", "P-1"), ("r2", "P-2"))
        for each in (KnownEntity(record, name, on(0), on(40)), KnownEntity(record, "P-9", on(40)))
    )
    found = of(History(Known(contacts, both)), 9, 29)
    assert len(found.subject) == 1
    assert found.values[0, 0] == 2.0  # of the one who was known by more: log2(1 + 3)


def test_what_each_variable_says_by_hand() -> None:
    history = known(
        contact("a", 0, "CHILD_IN_NEED"),  # open, level 3, 400 days ago
        contact("b", 200, "ED_ATTENDANCE"),
        contact("c", 350, "DOMESTIC_ABUSE_INCIDENT", role="victim"),
        contact("d", 351, "DOMESTIC_ABUSE_INCIDENT", role="caller"),
    )
    found = of(history, 400, 500)
    said = dict(zip(found.variables, found.values[0].tolist(), strict=True))
    assert said["contacts in a quarter"] == 1.0
    assert said["contacts before that"] == 1.0
    assert said["agencies in a year"] == 2
    assert said["highest level in a year"] == 3
    assert said["something open"] == 1
    assert said["months quiet"] == pytest.approx(51 / 30.4)
    assert found.groups[found.group[0]] == "council_children"


def test_what_cannot_be_asked_is_refused() -> None:
    history = known(contact("a", 0))
    for marks in ([5], [5, 5], [9, 5], []):
        with pytest.raises(UsageError):
            periods(history, [day(each) for each in marks], later(99), level=4, variables=EVERY)
    with pytest.raises(UsageError):
        of(history, 5, 99, seen=later(98))
    for level in (0, 7):
        with pytest.raises(UsageError):
            of(history, 5, 9, level=level)
    for names in ((), ("surname",)):
        with pytest.raises(UsageError):
            periods(history, [day(5), day(9)], later(99), level=4, variables=names)


@given(knowns(), st.integers(0, 50))
def test_as_it_happened_is_what_the_rules_take_for_it(what: Known, day_: int) -> None:
    moment = on(day_ + 0.6)
    steps = [step for step in learnt(what, as_happened=True) if step.at <= moment]
    told = {each.id for step in steps for each in step.events}
    seen = episodes(History(what).as_it_happened(), CutOff(moment, moment), by=GroupBy.PERSON)
    ids = {seen.history.contacts.all[each] for each in seen.contact.tolist()}
    late = {each.contact for each in seen.treated if each.rule == "8555Q"}
    about = {
        each.id
        for step in steps
        for each in step.events
        if any(ABOUT & roles for roles in each.groups[GroupBy.PERSON].values())
    }
    assert ids | late <= told
    assert about == ids | late
