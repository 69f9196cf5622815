"""Transitions, occupancy, first passage, re-referral: by hand, against each other, and right on average."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analytics.histories import contact, known, on

from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History, Ints
from mast_analytics.incidence import incidence
from mast_analytics.intervals import Floats
from mast_analytics.occupancy import occupancy
from mast_analytics.reaching import reaching
from mast_analytics.rereferral import Days, cases, from_closure, from_referral, look_back
from mast_analytics.spells import CENSORED, Spells
from mast_analytics.transitions import YEAR_DAYS, transitions
from mast_resolver.errors import UnknownNameError, UsageError
from mast_resolver.known import Known

STATES = ("home", "helped", "away")
MOVES = np.array([[0.96, 0.03, 0.01], [0.05, 0.93, 0.02], [0.0, 0.04, 0.96]])
"""Of a day, in a world that is known."""


def walked(seed: int, *, size: int = 300, days: int = 60, late: bool = False) -> Spells:
    """Paths drawn from ``MOVES``: everybody begins at home, is lost at random, and half may come in late."""
    rng = np.random.default_rng(seed)
    cumulated = MOVES.cumsum(axis=1)
    at = np.zeros((days + 1, size), np.int64)
    for day in range(days):
        at[day + 1] = (rng.random(size)[:, None] > cumulated[at[day]]).sum(axis=1)
    ends = rng.integers(20, days + 1, size)
    begins = (
        np.where(rng.random(size) < 0.5, rng.integers(1, 19, size), 0) if late else np.zeros(size, np.int64)
    )
    rows = [row for who in range(size) for row in _spells(who, at[:, who], int(begins[who]), int(ends[who]))]
    subject, state, to, start, stop = np.array(rows, np.int64).T
    return Spells(STATES, subject, state, to, start, stop, np.zeros(len(rows), np.int64))


def _spells(who: int, at: Ints, begin: int, end: int) -> list[tuple[int, int, int, int, int]]:
    rows, start = [], begin
    for day in range(begin + 1, end + 1):
        if at[day] != at[day - 1]:
            rows.append((who, int(at[day - 1]), int(at[day]), start, day))
            start = day
    if start < end:
        rows.append((who, int(at[end]), CENSORED, start, end))
    return rows


@pytest.mark.parametrize("late", [False, True], ids=["from the start", "half come in late"])
def test_intervals_of_shares_rates_and_occupancy_hold_the_truth_in_90_of_100_seeds(late: bool) -> None:
    by_40 = np.linalg.matrix_power(MOVES, 40)[0]
    leave = MOVES * (1 - np.eye(3))
    step = leave / leave.sum(axis=1, keepdims=True)
    share, rate, occupied = 0, 0, np.zeros(3, np.int64)
    for seed in range(100):
        paths = walked(seed, size=150, days=50, late=late)
        found = transitions(paths)
        share += found.share_low[1, 0] <= step[1, 0] <= found.share_high[1, 0]
        rate += found.rate_low[0, 1] <= MOVES[0, 1] * YEAR_DAYS <= found.rate_high[0, 1]
        where = occupancy(paths, began=np.array([1.0, 0, 0]) if late else None)
        told = [where.at(40, state) for state in STATES]
        for column, (each, truth) in enumerate(zip(told, by_40, strict=True)):
            assert each.low is not None
            assert each.high is not None
            occupied[column] += each.low <= truth <= each.high
    assert share >= 90
    assert rate >= 90
    assert (occupied >= 90).all()


PATHS = st.integers(0, 10_000).map(lambda seed: walked(seed, size=6, days=25, late=seed % 2 == 1))


@given(PATHS)
def test_occupancy_is_the_exact_product_and_sums_to_one(paths: Spells) -> None:
    where = occupancy(paths, began=np.array([1.0, 0, 0]))
    share = [Fraction(1), Fraction(0), Fraction(0)]
    for step, day in enumerate(where.times.tolist()):
        after = list(share)
        for state in range(3):
            here = paths.state == state
            risk = int((here & (paths.start < day) & (day <= paths.stop)).sum())
            for to in paths.to[here & (paths.stop == day) & (paths.to >= 0)].tolist():
                after[state] -= share[state] / risk
                after[to] += share[state] / risk
        share = after
        assert where.share[step].tolist() == pytest.approx([float(each) for each in share], abs=1e-12)
    np.testing.assert_allclose(where.share.sum(axis=1), 1, atol=1e-12)
    assert (where.variance >= -1e-15).all()


def test_with_no_way_back_occupancy_is_the_incidence_with_its_variance() -> None:
    rng = np.random.default_rng(1)
    came = rng.integers(0, 20, 200)
    left, why = came + rng.integers(1, 60, 200), rng.integers(0, 3, 200)
    one = np.zeros(200, np.int64)
    paths = Spells(
        ("open", "up", "closed"), np.arange(200), one, np.where(why > 0, why, CENSORED), came, left, one
    )
    where = occupancy(paths, began=np.array([1.0, 0, 0]))
    happened = incidence(left, why, ("up", "closed"), entries=came)
    np.testing.assert_allclose(where.share[:, 1:].T, happened.happened, atol=1e-12)
    np.testing.assert_allclose(where.variance[:, 1:].T, happened.variance, atol=1e-12)


def test_one_person_who_counts_often_counts_less() -> None:
    once = np.arange(40)
    state, to = np.zeros(40, np.int64), np.where(once % 2 == 0, 1, 2)
    day = np.zeros(40, np.int64)
    apart = transitions(Spells(STATES, once, state, to, day, day + 1, day))
    by_two = transitions(Spells(STATES, once % 2, state, to, day, day + 1, day))
    assert (apart.counts == by_two.counts).all()
    assert by_two.share_high[0, 1] - by_two.share_low[0, 1] > 2 * (
        apart.share_high[0, 1] - apart.share_low[0, 1]
    )
    assert by_two.people[0, 1] == 1


CUT = CutOff(on(1000), on(1000))


def test_time_to_a_level_is_counted_from_the_first_contact() -> None:
    history = known(
        contact("1", 0, "ED_ATTENDANCE"),
        contact("2", 40, "SECTION_47_ENQUIRY", closed=50),
        contact("3", 10, "SECTION_47_ENQUIRY", closed=50, record="r2"),  # there on their first day
        contact("4", 5, "ED_ATTENDANCE", record="r3"),
        contact("5", 6, "CHILD_IN_NEED", closed=105, category="died", record="r3"),
        contact("6", 7, "ED_ATTENDANCE", record="r4"),
    )
    found = reaching(episodes(history, CUT), 4)
    assert (found.already, found.earlier, found.incidence.people) == (1, 0, 3)
    assert found.incidence.times.tolist() == [40, 100]
    assert found.incidence.happened[:, -1].tolist() == pytest.approx([1 / 3, 1 / 3])
    later = reaching(episodes(history, CUT), 4, since=on(60).toordinal())
    assert (later.already, later.earlier, later.incidence.people) == (1, 1, 2)
    assert later.incidence.at_risk.tolist() == [
        2
    ]  # both came in late, 55 and 53 days after their first contact
    with pytest.raises(UsageError, match="lower one"):
        reaching(episodes(history, CUT), 0)


def escalating(seed: int, size: int = 150) -> History:
    """Each day .005 reach level 4 and .003 die, whichever is first; met on any of 600 days."""
    rng = np.random.default_rng(seed)
    met, lasts = rng.integers(0, 600, size), rng.geometric(0.008, size)
    dies = rng.random(size) < 3 / 8
    contacts = []
    for who, (day, days, died) in enumerate(zip(met.tolist(), lasts.tolist(), dies.tolist(), strict=True)):
        record, end = f"r{who}", day + days
        help_ = contact(
            f"help {who}", day, "EARLY_HELP", closed=end, record=record, category="RC2" if died else None
        )
        contacts.append(help_)
        if not died:
            contacts.append(contact(f"enquiry {who}", end, "SECTION_47_ENQUIRY", record=record))
    return known(*contacts)


def test_time_to_a_level_within_a_window_holds_the_truth_in_90_of_100_seeds() -> None:
    truth = 5 / 8 * (1 - 0.992**120)
    held, cut_off = 0, CutOff(on(700), on(9999))
    for seed in range(100):
        found = reaching(episodes(escalating(seed), cut_off), 4, since=on(300).toordinal())
        assert found.earlier > 0
        told = found.incidence.at(120, "reached")
        assert told.low is not None
        assert told.high is not None
        held += told.low <= truth <= told.high
    assert held >= 90


def period(start: int, end: int) -> Days:
    return Days(on(start).toordinal(), on(end).toordinal())


REFERRED = known(
    contact("1", 0, "CHILDREN_REFERRAL"),
    contact("2", 20, "CHILD_IN_NEED", closed=100),
    contact("3", 300, "CHILDREN_REFERRAL"),  # 300 days after the referral, 200 after the closure
    contact("4", 0, "CHILDREN_REFERRAL", record="r2"),
    contact("5", 700, "CHILDREN_REFERRAL", record="r2"),
    contact("6", 900, "CHILDREN_REFERRAL", record="r3"),
)


def test_both_clocks_of_being_referred_again() -> None:
    found = episodes(REFERRED, CUT)
    by_referral = from_referral(found, period(0, 1))
    assert by_referral.times.tolist() == [300, 700]
    assert by_referral.at(365, "referred again").value == 0.5
    by_closure = from_closure(found, period(0, 200))
    assert by_closure.times.tolist() == [200, 672]  # the second referral alone keeps a case open for 28 days
    assert by_closure.people == 2


def test_who_was_not_followed_for_the_year_is_censored_and_not_a_success() -> None:
    found = from_referral(episodes(REFERRED, CutOff(on(200), on(1000))), period(0, 1))
    assert (found.people, len(found.times)) == (2, 0)
    assert found.at(365, "referred again").value is None
    assert found.at(150, "referred again").value == 0


def test_on_the_last_day_of_all_nothing_has_happened_for_that() -> None:
    cut_off = CutOff(dt.datetime(9999, 12, 31, 12, tzinfo=dt.UTC), on(1000))
    found = from_referral(episodes(REFERRED, cut_off), period(900, 901))
    assert (found.people, len(found.times)) == (1, 0)


def test_looking_back_needs_records_that_reach_back() -> None:
    found = episodes(REFERRED, CUT)
    told = look_back(found, period(200, 1000), recorded_since=on(0).toordinal())
    assert (told.again, told.referrals, told.cannot_say) == (0, 2, 1)
    covered = look_back(found, period(200, 1000), recorded_since=on(-400).toordinal())
    assert (covered.again, covered.referrals, covered.cannot_say) == (1, 3, 0)


def test_a_year_on_is_within_the_year_and_the_day_after_is_not() -> None:
    for gap, again in [(366, 1), (367, 0)]:  # 20 February 2024: the year has a leap day
        found = episodes(
            known(contact("1", 0, "CHILDREN_REFERRAL"), contact("2", gap, "CHILDREN_REFERRAL")), CUT
        )
        told = look_back(found, period(100, 1000), recorded_since=on(-400).toordinal())
        assert (told.again, told.referrals) == (again, 1)


def test_a_case_goes_on_while_anything_of_it_does_and_its_types_are_checked() -> None:
    found = episodes(
        known(
            contact("1", 0, "CHILDREN_REFERRAL"),
            contact("2", 28, closed=60),  # begins on the day on which the referral is held no longer
            contact("3", 40, "SECTION_47_ENQUIRY", closed=50),
            contact("4", 61, closed=70),
            contact("5", 0, closed=5, record="r2"),
            contact("6", 500, record="r2"),
        ),
        CUT,
    )
    subject, start, closed, going_on = cases(found)
    spans = (start - on(0).toordinal()).tolist(), (closed - on(0).toordinal()).tolist()
    assert spans == ([0, 61, 0, 500], [60, 70, 5, 1001])
    assert going_on.tolist() == [False, False, False, True]
    assert len(set(subject.tolist())) == 2
    with pytest.raises(UnknownNameError):
        cases(found, ["CHILD_IN_NEAD"])


def referred_again(seed: int) -> Episodes:
    """Closed at any time of three years; 32 of 100 are referred again within 12 months, as is published."""
    rng = np.random.default_rng(seed)
    size, first, until = 500, on(0).toordinal(), on(1095).toordinal()
    opened = first + rng.integers(0, 900, size)
    closed = opened + rng.integers(30, 90, size)
    again = closed + np.where(rng.random(size) < 0.32, rng.integers(1, 366, size), 5000)
    history = History(Known())
    referral, plan = history.types.number("CHILDREN_REFERRAL"), history.types.number("CHILD_IN_NEED")
    who = np.array([history.names.number(f"P-{each}") for each in range(size)])
    returned, seen = again < until, closed < until
    subject = np.concatenate([who, who[returned]])
    start = np.concatenate([opened, again[returned]])
    runs_to = np.concatenate([closed, np.full(int(returned.sum()), until)])  # a second stays open
    end = np.minimum(runs_to, until)
    order = np.lexsort((start, subject))
    kind = np.concatenate([np.full(size, plan), np.full(int(returned.sum()), referral)])[order]
    still = np.concatenate([~seen, np.ones(int(returned.sum()), np.bool_)])[order]
    zero = np.zeros(len(order), np.int64)
    cut_off = CutOff(on(1094), on(1094))
    days = start[order], end[order], runs_to[order]
    return Episodes(history, cut_off, subject[order], zero, kind, zero, zero, *days, still)


def test_the_published_rate_of_re_referral_is_recovered_in_90_of_100_seeds() -> None:
    held = 0
    values: list[float] = []
    for seed in range(100):
        found = from_closure(referred_again(seed), period(0, 1000)).at(365, "referred again")
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        values.append(found.value)
        held += found.low <= 0.32 <= found.high
    assert held >= 90
    shares: Floats = np.array(values)
    assert shares.mean() == pytest.approx(0.32, abs=0.01)
