"""Faults of recorded contacts: each rule on both sides of its line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.analytics.events import made

from mast_analytics.event import Event, GroupBy
from mast_analytics.quality import contacts_of_rules, faults

MAY = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def plan(id_: str, start: float, end: float | None, **more: object) -> Event:
    closed = None if end is None else MAY + end * DAY
    return made(id_, "CHILD_IN_NEED", MAY + start * DAY, closed_at=closed, open=end is None, **more)


def protection(id_: str, start: float, end: float | None, **more: object) -> Event:
    return replace(plan(id_, start, end, **more), type="CHILD_PROTECTION_PLAN")


def conference(id_: str, day: float) -> Event:
    return made(id_, "INITIAL_CHILD_PROTECTION_CONFERENCE", MAY + day * DAY)


def found(*events: Event) -> list[tuple[str, str, str | None]]:
    return [(fault.rule, fault.contact, fault.beside) for fault in faults(events)]


ELSEWHERE = {GroupBy.PERSON: {"two": frozenset({"subject"})}}
ONLY_CALLED = {GroupBy.PERSON: {"one": frozenset({"caller"})}}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([plan("a", 0, -0.1)], [("8630", "a", None)], id="closed an hour before"),
        pytest.param([plan("a", 0, 0)], [], id="closed at once"),
        pytest.param([replace(plan("a", 0, None), open=False)], [("8810", "a", None)], id="closed, no day"),
        pytest.param([plan("a", 0, None)], [], id="open"),
        pytest.param([made("a", "WELFARE_CHECK", MAY)], [], id="no episode"),
        pytest.param([plan("a", 0, 9), plan("b", 5, 20)], [("8820", "b", "a")], id="one in the other"),
        pytest.param([plan("a", 0, 9), plan("b", 9, 20)], [], id="one after the other on one day"),
        pytest.param([plan("a", 0, None), plan("b", 5, 9)], [("8820", "b", "a")], id="beside an open one"),
        pytest.param(
            [plan("a", 0, 90), plan("b", 5, 9), plan("c", 30, 40)],
            [("8820", "b", "a"), ("8820", "c", "a")],
            id="two in a long one",
        ),
        pytest.param([plan("a", 0, 9), plan("b", 5, 9, agency="x")], [], id="of two agencies"),
        pytest.param([plan("a", 0, 9), plan("b", 5, 9, groups=ELSEWHERE)], [], id="of two people"),
        pytest.param(
            [plan("a", 0, 9), made("b", "EARLY_HELP", MAY + 5 * DAY)], [], id="of two kinds at one time"
        ),
        pytest.param(
            [plan("a", 0, 9, category="RC2"), made("b", "ED_ATTENDANCE", MAY + 10 * DAY)],
            [("8555Q", "b", "a")],
            id="the day after death",
        ),
        pytest.param(
            [plan("a", 0, 9, category="RC2"), made("b", "ED_ATTENDANCE", MAY + 9.2 * DAY)],
            [],
            id="on the day of death",
        ),
        pytest.param(
            [plan("a", 0, 9, category="RC1"), made("b", "ED_ATTENDANCE", MAY + 10 * DAY)],
            [],
            id="after an adoption",
        ),
        pytest.param(
            [plan("a", 0, 9, category="RC2"), made("b", "WELFARE_CHECK", MAY + 20 * DAY, groups=ONLY_CALLED)],
            [],
            id="somebody else's, on whose record they stand as the caller",
        ),
        pytest.param(
            [plan("a", 5, 20), protection("b", 0, 9)],
            [("4016", "a", "b")],
            id="in need beside a protection plan",
        ),
        pytest.param(
            [plan("a", 0, 9), protection("b", 5, None)],
            [("4017", "a", "b")],
            id="still in need when protected",
        ),
        pytest.param([plan("a", 0, None), protection("b", 0, 9)], [("4016", "a", "b")], id="both at once"),
        pytest.param([plan("a", 0, 9), protection("b", 9, None)], [], id="protected on the day it ends"),
        pytest.param([plan("a", 9, None), protection("b", 0, 9)], [], id="in need again on the day it ends"),
        pytest.param([plan("a", 0, 9), protection("b", 5, 20, agency="x")], [], id="plans of two councils"),
        pytest.param([plan("a", 0, 9), protection("b", 5, 20, groups=ELSEWHERE)], [], id="of two children"),
        pytest.param(
            [plan("a", 0, 9, category="RC9"), plan("b", 9, 20, category="rc10")],
            [("8640", "b", None)],
            id="a reason that there is not",
        ),
        pytest.param([plan("a", 0, 9, category="RC0")], [("8640", "a", None)], id="nor is there a nought"),
        pytest.param([plan("a", 0, 9, category="N10")], [], id="a category that is a need and no reason"),
        pytest.param(
            [plan("a", 0, 9, category="RC7"), plan("b", 9, 20), plan("c", 20, 30, category=" ")],
            [("8805", "b", None), ("8805", "c", None)],
            id="closed, and nobody says why",
        ),
        pytest.param([plan("a", 0, 9, category="RC7"), plan("b", 9, None)], [], id="open: no reason yet"),
        pytest.param(
            [plan("a", 0, 9, category="RC7"), plan("b", 9, 20, agency="x")], [], id="of who sends no reasons"
        ),
        pytest.param([conference("a", 5)], [("8875", "a", None)], id="a conference on a Saturday"),
        pytest.param([conference("a", 6.58)], [("8875", "a", None)], id="late on a Sunday in London"),
        pytest.param(
            [conference("a", 4.58), conference("b", 6.59)], [], id="on a Friday, and on a Monday in London"
        ),
    ],
)
def test_faults(events: list[Event], expected: list[tuple[str, str, str | None]]) -> None:
    assert found(*events) == expected
    assert found(*reversed(events)) == expected


FAMILY = {
    GroupBy.PERSON: {
        "mother": frozenset({"subject"}),
        "child": frozenset({"child_in_household"}),
        "son": frozenset({"caller"}),
    }
}
TWO = {GroupBy.PERSON: {"mother": frozenset({"subject"}), "child": frozenset({"subject"})}}


def of(id_: str, person: str, day: float) -> Event:
    groups = {GroupBy.PERSON: {person: frozenset({"subject"})}}
    return made(id_, "ED_ATTENDANCE", MAY + day * DAY, groups=groups)


def test_nobody_else_dies_of_somebodys_death() -> None:
    care = plan("a", 0, 9, category="deceased", groups=FAMILY)
    later = [of("m", "mother", 20), of("c", "child", 20), of("s", "son", 20)]
    assert found(care, *later) == [("8555Q", "m", "a")]


def test_a_death_of_one_of_several_is_told_and_marks_nobody() -> None:
    both = plan("a", 0, 9, category="deceased", groups=TWO)
    assert found(both, of("m", "mother", 20), of("c", "child", 20)) == [("WHOSE_DEATH", "a", None)]


def test_a_contact_that_breaks_a_rule_twice_is_one() -> None:
    beside = {GroupBy.PERSON: {person: frozenset({"subject"}) for person in ("one", "two")}}
    said = faults(
        [
            plan("a", 0, 9, groups={GroupBy.PERSON: {"one": frozenset({"subject"})}}),
            plan("b", 1, 9, groups=ELSEWHERE),
            plan("c", 5, 20, groups=beside),
        ]
    )
    assert [(each.contact, each.beside) for each in said] == [("c", "a"), ("c", "b")]
    assert contacts_of_rules(said) == {("council_children", "8820"): 1}


def test_a_closure_that_is_backwards_dates_no_death() -> None:
    assert found(plan("a", 0, -90, category="RC2"), of("b", "one", 10)) == [("8630", "a", None)]


def test_the_report_is_by_agency() -> None:
    said = faults([plan("a", 0, -1, agency="y"), plan("b", 0, -1, agency="x")])
    assert [fault.agency for fault in said] == ["x", "y"]
