"""The nine published rates that the borough was calibrated to, recovered by the estimators of the service.

Of one borough of 20,000, as `tests/fixtures/test_borough_calibration.py` measures them from its files. The
service cannot ask for all of this: no feed tells when a case without a plan closed, or what came before the
six years. So what it serves of a borough is lower, and docs/escalation.md says by how much.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tests.analytics.generated import SEEN, contact, every, known, lived, moment

from mast_analytics.backtest import backtest
from mast_analytics.cohorts import of_subjects
from mast_analytics.episodes import Episodes, episodes
from mast_analytics.history import History
from mast_analytics.incidence import Incidence, incidence
from mast_analytics.knowledge import learnt
from mast_analytics.rereferral import AGAIN, EVER, from_closure
from mast_fixtures.borough.calendar import ADULT_DAYS, DAY, END, START
from mast_fixtures.borough.concerns import adults, children, police
from mast_fixtures.borough.events import Diary, Event
from mast_fixtures.borough.people import Person, Town
from mast_resolver.known import KnownContact

pytestmark = pytest.mark.slow

PEOPLE = 20_000
FEWEST_AT_RISK = 20
Borough = tuple[Town, Diary]


@pytest.fixture(scope="module")
def borough() -> Borough:
    return lived(PEOPLE, 1)


@pytest.mark.parametrize(
    ("rung", "tolerance"),
    [
        pytest.param(1, 0.06, id="referred"),
        pytest.param(2, 0.06, id="assessed"),
        pytest.param(3, 0.055, id="child in need"),
        pytest.param(4, 0.03, id="protection plan"),
    ],
)
def test_ever_before_eighteen(borough: Borough, rung: int, tolerance: float) -> None:
    """By age, with everybody who was a child in the six years: most come in late, and most leave early."""
    found = by_age([each for each in borough[0].people if not each.scripted], rung)
    at = found.at(ADULT_DAYS - 1, "reached")
    assert found.people > 3_000
    assert at.value == pytest.approx(children.EVER[rung - 1], abs=tolerance)


def by_age(people: list[Person], rung: int) -> Incidence:
    """Ages in days: followed while a child, of those to whom it had not happened before the six years."""
    ages = []
    for each in people:
        entry, leaves = max(0, START - each.born), min(END - each.born, ADULT_DAYS)
        first = each.referred_at - each.born if each.rung >= rung else ADULT_DAYS
        end = min(first, leaves)
        if entry < end:
            ages.append((entry, end, int(first <= leaves and first < ADULT_DAYS)))
    entries, ends, cause = np.array(ages).T
    return incidence(ends, cause, ("reached", "died"), entries=entries)


@pytest.fixture(scope="module")
def closures(borough: Borough) -> Incidence:
    """Every closure of a case, by the day on which children's services closed it.

    Of children who are still that, and still here, at the end: others could not come back.
    """
    town, diary = borough
    found = episodes(History(known(case_spans(diary))), SEEN)
    stay = [
        each.index
        for each in town.people
        if each.born + ADULT_DAYS > END and each.home_on(END - 1) is not None
    ]
    here = found.history.names.find(f"P-{index}" for index in stay)
    return from_closure(of_subjects(found, here), EVER, case={"CHILD_IN_NEED"})


def case_spans(diary: Diary) -> Iterator[KnownContact]:
    """Each referral, and beside it the case that it opened, as an episode."""
    referred = [event for event in diary.events["council_children"] if event.type == "CHILDREN_REFERRAL"]
    for number, event in enumerate(referred):
        yield contact(f"r{number}", event)
        yield contact(f"c{number}", Event("CHILD_IN_NEED", event.at, event.roles, 0, event.closed_case * DAY))


def test_referred_again_within_a_year_of_closure(closures: Incidence) -> None:
    assert closures.at(365, AGAIN).value == pytest.approx(children.BACK_WITHIN_YEAR, abs=0.05)


def test_referred_again_within_six_years_of_closure(closures: Incidence) -> None:
    last = int(closures.times[closures.at_risk >= FEWEST_AT_RISK][-1])
    assert last > 5 * 365
    assert closures.at(last, AGAIN).value == pytest.approx(children.BACK_WITHIN_SIX, abs=0.08)


@pytest.mark.parametrize(
    ("type_", "outcome", "within", "published", "tolerance"),
    [
        pytest.param(
            "SAFEGUARDING_CONCERN", "SECTION_42_ENQUIRY", 14, adults.SECTION_42, 0.05,
            id="concerns that lead to a section 42 enquiry",
        ),
        pytest.param(
            "PUBLIC_PROTECTION_NOTICE_CHILD", "CHILDREN_CONTACT", 6, police.REFERRED_ON, 0.05,
            id="notices that are referred on",
        ),
        pytest.param(
            "PUBLIC_PROTECTION_NOTICE_CHILD", "EARLY_HELP", 16, police.INPUT, 0.02,
            id="notices that lead to input",
        ),
    ],
)  # fmt: skip
def test_what_comes_after_as_a_backtest_counts_it(
    borough: Borough, type_: str, outcome: str, within: int, published: float, tolerance: float
) -> None:
    rule = every(type_, outcome, within)
    events = [
        event for all_ in borough[1].events.values() for event in all_ if event.type in (type_, outcome)
    ]
    said = known(contact(f"c{number}", event) for number, event in enumerate(events) if event.roles)
    done = backtest(
        [rule],
        learnt(said, as_happened=True),
        start=moment(START * DAY),
        end=moment(END * DAY),
        as_happened=True,
    )
    followed = done.rules[0].followed
    assert followed.all > 500
    assert followed.of_them / followed.all == pytest.approx(published, abs=tolerance)


def test_what_is_served_of_the_same_borough_is_lower() -> None:
    """Feeds tell when a plan ended and not when a case did, and each person counts once."""
    value = served().at(365, AGAIN).value
    assert value is not None
    assert 0.2 < value < children.BACK_WITHIN_YEAR


def served() -> Incidence:
    from tests.analytics.generated import borough as as_known

    found: Episodes = episodes(as_known(PEOPLE, 1), SEEN)
    return from_closure(found, EVER, each_once=True)
