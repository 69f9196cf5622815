"""The audit log read back: by who asked, by whom it was about, page by page, and what stands out in it."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.audit.logs import seals

from mast_api.audit import habits
from mast_api.audit.habits import Flag, Habit, flags
from mast_api.audit.log import AuditLog
from mast_api.audit.segments import segments
from mast_api.audit.trail import Page, Wanted, trail

MONDAY = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


class Moving:
    """A clock that goes on by a minute at every look."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


def written(path: Path, entries: list[dict[str, Any]], *, segment_bytes: int = 1 << 20) -> None:
    async def all_of(log: AuditLog) -> None:
        for entry in entries:
            await log.append(entry)

    keys, clock = seals(path), Moving()
    with AuditLog(path, keys, clock=clock, new_id=lambda: "log-1", segment_bytes=segment_bytes) as log:
        asyncio.run(all_of(log))


def asked(subject: str, question: str, *ids: str) -> list[dict[str, Any]]:
    """A question and its answer, as the service notes them."""
    return [
        {"event": "intent", "subject": subject, "question": question, "sought": {"ids": list(ids)}},
        {"event": "answer", "subject": subject, "questions": [question], "ids": {"people": [f"P-{ids[0]}"]}},
    ]


def numbers(page: Page) -> list[int]:
    return [entry["sequence"] for entry in page.entries]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    told = [*asked("ann", "person", "a"), *asked("b\u00e9n", "address", "b"), *asked("ann", "why", "b")]
    written(path, told, segment_bytes=900)
    assert len(segments(path)) > 1
    return path


def test_the_newest_entry_comes_first_across_files(log: Path) -> None:
    assert numbers(trail(log, Wanted(), 100)) == [7, 6, 5, 4, 3, 2, 1]


def test_a_page_goes_on_behind_the_last(log: Path) -> None:
    first = trail(log, Wanted(), 3)
    assert (numbers(first), first.more) == ([7, 6, 5], True)
    rest = trail(log, Wanted(before=5), 10)
    assert (numbers(rest), rest.more) == ([4, 3, 2, 1], False)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(Wanted(subject="ann"), [7, 6, 3, 2], id="who"),
        pytest.param(Wanted(subject="b\u00e9n"), [5, 4], id="a name that JSON writes otherwise"),
        pytest.param(Wanted(subject="an"), [], id="part of a name is nobody"),
        pytest.param(Wanted(ids=frozenset({"b"})), [6, 4], id="about whom, in what was sought"),
        pytest.param(Wanted(ids=frozenset({"P-b", "P-a"})), [7, 5, 3], id="or in what was answered"),
        pytest.param(Wanted(ids=frozenset({"P"})), [], id="part of an id is nobody"),
        pytest.param(Wanted(question="why"), [7, 6], id="what"),
        pytest.param(Wanted(since=MONDAY + dt.timedelta(minutes=5)), [7, 6, 5], id="since"),
        pytest.param(Wanted(until=MONDAY + dt.timedelta(minutes=3)), [2, 1], id="until"),
        pytest.param(Wanted(subject="ann", ids=frozenset({"P-b"})), [7], id="all of it"),
    ],
)
def test_entries_are_found_by_what_they_say(log: Path, wanted: Wanted, found: list[int]) -> None:
    assert numbers(trail(log, wanted, 100)) == found


def test_what_is_no_entry_is_passed_over(log: Path) -> None:
    log.write_bytes(log.read_bytes() + b'{"torn')
    assert numbers(trail(log, Wanted(), 2)) == [7, 6]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=15),
    size=st.integers(1, 4),
    wanted=st.sampled_from([Wanted(), Wanted(subject="a"), Wanted(ids=frozenset({"x"}))]),
)
def test_pages_together_are_all_that_was_wanted(
    said: list[tuple[str, str]], size: int, wanted: Wanted, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("log") / "audit.jsonl"
    written(path, [each for who, what in said for each in asked(who, "person", what)], segment_bytes=700)
    found, before, more = [], None, True
    while more:
        page = trail(path, Wanted(wanted.subject, wanted.ids, before=before), size)
        found += numbers(page)
        more, before = page.more, (found[-1] if found else None)
    assert found == numbers(trail(path, wanted, 1_000))


def use(
    subject: str = "ann",
    *,
    at: dt.datetime = MONDAY,
    event: str = "intent",
    role: str = "safeguarding-analyst",
    **more: Any,
) -> dict[str, Any]:
    entry = {"at": at.isoformat(), "event": event, "subject": subject, "role": role, **more}
    return {"sequence": int(at.timestamp()), **entry}


def kinds(entries: list[dict[str, Any]], since: dt.date | None = None) -> list[tuple[Habit, str, int]]:
    found = flags(entries, since=since or MONDAY.date())
    return [(flag.habit, flag.subject, flag.count) for flag in found]


def test_an_ordinary_day_is_no_reason_to_ask() -> None:
    assert kinds([use() for _ in range(habits.ORDINARY_DAY)]) == []


def test_many_questions_in_a_day_stand_out_against_ones_own_habit() -> None:
    before = [use(at=MONDAY - dt.timedelta(days=days)) for days in (3, 4, 5) for _ in range(20)]
    assert kinds([*before, *(use() for _ in range(60))]) == []
    assert kinds([*before, *(use() for _ in range(61))]) == [(Habit.VOLUME, "ann", 61)]
    long_ago = [use(at=MONDAY - dt.timedelta(days=40)) for _ in range(40)]
    assert kinds([*long_ago, *(use() for _ in range(31))]) == [(Habit.VOLUME, "ann", 31)]


def test_the_same_place_again_and_again_stands_out() -> None:
    def looked(day: int, place: str, subject: str = "pc-1") -> dict[str, Any]:
        at = MONDAY + dt.timedelta(days=day)
        ids = {"addresses": [place, "A-flat"], "people": ["P-1", "P-2"]}  # none of these was asked for
        found = [{"question": "concernsAtAddress", "ids": [place]}]
        return use(subject, at=at, event="answer", questions=["concernsAtAddress"], ids=ids, found=found)

    again = [looked(day, "A-1") for day in (0, 1, 2, 3)]
    assert kinds([*again, looked(0, "A-2"), looked(3, "A-1", "pc-2")]) == [(Habit.SAME_AGAIN, "pc-1", 4)]
    assert flags(again, since=MONDAY.date())[0].about == "A-1"
    assert kinds([looked(day, "A-1") for day in (0, 3, 6, 9)]) == []
    assert kinds([*again, looked(30, "A-1")]) == [(Habit.SAME_AGAIN, "pc-1", 4)]
    # More looks before the time that is asked about do not hide those within it.
    later = MONDAY.date() + dt.timedelta(days=30)
    before = [looked(0, "A-1") for _ in range(10)]
    assert kinds([*before, *(looked(40, "A-1") for _ in range(9))], since=later) == [
        (Habit.SAME_AGAIN, "pc-1", 9)
    ]


def looks(*hours: float) -> list[dict[str, Any]]:
    """Of one at the same person, hours after Monday morning."""
    return [
        use(at=MONDAY + dt.timedelta(hours=each), question="person", sought={"ids": ["P-1"]})
        for each in hours
    ]


def again(entries: list[dict[str, Any]], since: dt.date | None = None) -> list[Flag]:
    found = flags(entries, since=since or MONDAY.date())
    return [flag for flag in found if flag.habit is Habit.SAME_AGAIN]


def test_each_week_of_looks_stands_by_itself_whichever_has_more_of_them() -> None:
    """What was found of the bigger one says nothing of the other, whose flag has an id of its own."""
    more, fewer = looks(*[0] * 10), looks(*[19 * 24] * 8)
    assert [flag.count for flag in again(more + fewer)] == [8, 10]
    assert again(more + fewer) == again(fewer) + again(more)
    assert again(more + fewer, since=MONDAY.date() + dt.timedelta(days=9)) == again(fewer)


def test_a_search_that_found_nobody_stands_in_each_week_too() -> None:
    searched = [
        use(at=MONDAY + dt.timedelta(days=day), event="answer", found=[{"search": "s-1"}])
        for day in (0, 0, 0, 0, 0, 20, 20, 20, 20)
    ]
    assert [(flag.search, flag.about, flag.count) for flag in again(searched)] == [
        ("s-1", "", 4),
        ("s-1", "", 5),
    ]


def test_another_look_on_the_day_is_one_more_though_the_first_is_a_week_ago_by_then() -> None:
    looked = looks(1, 168, 168, 168)
    (before,) = again(looked)
    (after,) = again(looked + looks(170))
    assert (before.id, before.count, after.count) == (after.id, 4, 5)


@given(
    hours=st.lists(st.integers(0, 24 * 40), max_size=60),
    since=st.integers(0, 40),
    read_from=st.integers(0, 24 * 40),
)
def test_whoever_looks_too_often_is_in_a_flag_whatever_else_they_did(
    hours: list[int], since: int, read_from: int
) -> None:
    begin = MONDAY.date() + dt.timedelta(days=since)
    every = again(looks(*hours), since=MONDAY.date())
    assert again(looks(*hours), since=begin) == [flag for flag in every if flag.day >= begin]
    assert sum(flag.count for flag in every) <= len(hours), "no look is in two"
    for at in hours:
        if sum(at - 168 < each <= at for each in hours) >= habits.SAME_AGAIN:
            day = (MONDAY + dt.timedelta(hours=at)).date()
            assert any(flag.day - dt.timedelta(days=8) < day <= flag.day for flag in every)
    # Where the log was begun to be read moves no week that lies behind it.
    late = {flag.id: flag.count for flag in again(looks(*(each for each in hours if each >= read_from)))}
    week_after = (MONDAY + dt.timedelta(hours=read_from, days=9)).date()
    assert {flag.id: flag.count for flag in every if flag.day > week_after} == {
        flag.id: late[flag.id] for flag in every if flag.day > week_after
    }


def test_everybody_who_was_asked_for_by_id_is_looked_at() -> None:
    both = [use(question="person", sought={"ids": [who]}) for who in ("P-1", "P-2") for _ in range(4)]
    assert [flag.about for flag in flags(both, since=MONDAY.date())] == ["P-1", "P-2"]


def test_many_different_people_within_an_hour_stand_out() -> None:
    def looked(number: int, at: dt.datetime, event: str = "intent") -> dict[str, Any]:
        sought = {"ids": [f"P-{number}"]} if number % 2 else {"given_name": [f"{number:x}"]}
        question = "person" if number % 2 else "searchPeople"
        return use("ben", at=at, event=event, question=question, sought=sought)

    most = habits.DIFFERENT_IN_AN_HOUR
    within = [looked(number, MONDAY + dt.timedelta(seconds=20 * number)) for number in range(most)]
    found = Habit.MANY_DIFFERENT, "ben", most + 1
    assert found not in kinds(within)
    assert (Habit.MANY_DIFFERENT, "ben", most) not in kinds([*within, *within])
    assert found in kinds([*within, looked(1_001, MONDAY)])
    # One that was refused was looked for as well; what came an hour later is of another hour.
    assert found in kinds([*within, looked(1_001, MONDAY, event="refused")])
    assert found not in kinds([*within, looked(1_001, MONDAY + dt.timedelta(hours=1))])
    # A second such hour is more of it, also where the first was the fuller one.
    second = [looked(number, MONDAY + dt.timedelta(hours=5)) for number in range(most + 1)]
    fuller = [looked(number, MONDAY) for number in range(most + 9)]
    assert (Habit.MANY_DIFFERENT, "ben", 2 * most + 10) in kinds([*fuller, *second])
    pages = [use("ben", question="networkExtract", sought={"after": [f"H-{n}"]}) for n in range(200)]
    assert Habit.MANY_DIFFERENT not in {habit for habit, _, _ in kinds(pages)}


def test_whoever_takes_the_whole_network_stands_out_each_day_by_how_many_were_listed() -> None:
    def page(people: int, day: int = 0, question: str = "networkExtract", **more: Any) -> dict[str, Any]:
        ids = {"people": [f"P-{n}" for n in range(people)], "agencies": ["nhs"]}
        at = MONDAY + dt.timedelta(days=day)
        return use("ben", at=at, **{"event": "answer", "questions": [question], "ids": ids, **more})

    extract = Habit.NETWORK_EXTRACT
    assert kinds([page(1)]) == [(extract, "ben", 1)]
    assert kinds([page(90), page(40), page(7, day=1)]) == [(extract, "ben", 7), (extract, "ben", 130)]
    assert flags([page(90), page(40)], since=MONDAY.date())[0].says.startswith("130 people were listed")
    # A page that holds nobody, was refused, or is of another question, is none.
    assert kinds([page(0), page(9, question="household"), page(9, ids={}), page(9, event="intent")]) == []


@pytest.mark.parametrize(
    ("at", "role", "late"),
    [
        (dt.datetime(2026, 11, 2, 20, 30, tzinfo=dt.UTC), "safeguarding-analyst", True),
        (dt.datetime(2026, 11, 7, 12, 0, tzinfo=dt.UTC), "safeguarding-analyst", True),
        (dt.datetime(2026, 11, 2, 20, 30, tzinfo=dt.UTC), "response-officer", False),
        (dt.datetime(2026, 11, 2, 19, 59, tzinfo=dt.UTC), "safeguarding-analyst", False),
        # In summer the office opens an hour earlier by the clock of the log.
        (dt.datetime(2026, 7, 6, 6, 30, tzinfo=dt.UTC), "safeguarding-analyst", False),
        (dt.datetime(2026, 11, 2, 6, 30, tzinfo=dt.UTC), "safeguarding-analyst", True),
    ],
)
def test_questions_at_night_stand_out_in_a_role_that_keeps_office_hours(
    at: dt.datetime, role: str, *, late: bool
) -> None:
    found = kinds([use(at=at, role=role)], since=dt.date(2026, 1, 1))
    assert found == ([(Habit.OUT_OF_HOURS, "ann", 1)] if late else [])


def test_many_refusals_stand_out() -> None:
    refused = [use(event="answer", outcome="refused", ids={}) for _ in range(habits.REFUSALS)]
    assert kinds(refused) == [(Habit.REFUSALS, "ann", habits.REFUSALS)]
    assert kinds(refused[1:]) == []


def test_what_was_before_the_time_asked_for_is_not_told() -> None:
    assert kinds([use() for _ in range(60)], since=MONDAY.date() + dt.timedelta(days=1)) == []
