"""What was released is remembered, and what differs from it by a few is refused."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mast_analytics.disclosure.ledger import Ledger
from mast_analytics.disclosure.policies import policy
from mast_resolver.errors import UsageError
from mast_resolver.research_errors import CohortTooCloseError, LedgerFullError, PolicyMixedError

KEY = b"0123456789abcdef"
NHS = policy("nhs")


def ids(people: Iterable[int]) -> list[str]:
    return [f"P-{each}" for each in people]


def released(*cohorts: Iterable[int]) -> Ledger:
    ledger = Ledger(KEY)
    for cohort in cohorts:
        ledger.admit({"cohort": ids(cohort)}, NHS)
    return ledger


def refused(ledger: Ledger, cohort: Iterable[int]) -> bool:
    try:
        ledger.admit({"cohort": ids(cohort)}, NHS)
    except CohortTooCloseError:
        return True
    return False


@pytest.mark.parametrize(
    ("cohort", "expected"),
    [
        pytest.param(range(100), False, id="the same again shows nothing new"),
        pytest.param(range(99), True, id="one fewer"),
        pytest.param(range(93), True, id="at the threshold"),
        pytest.param(range(92), False, id="over the threshold"),
        pytest.param(range(4, 103), True, id="four out and three in"),
        pytest.param(range(107), True, id="seven more"),
        pytest.param(range(500, 507), True, id="too few people at all"),
        pytest.param([], False, id="nobody"),
    ],
)
def test_a_cohort_that_differs_by_few_is_refused(cohort: Iterable[int], expected: bool) -> None:
    assert refused(released(range(100)), cohort) is expected


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        pytest.param(range(50), range(50, 100), range(103), id="two put together"),
        pytest.param(range(60), range(40, 100), range(103), id="two that overlap"),
        pytest.param(range(100), range(40, 70), [*range(40), *range(70, 97)], id="one without the other"),
        pytest.param(range(80), range(30, 200), range(33, 80), id="what two have in common"),
    ],
)
def test_so_is_one_that_differs_by_few_from_two_released_ones(
    first: Iterable[int], second: Iterable[int], third: Iterable[int]
) -> None:
    assert not refused(released(first), third)
    assert not refused(released(second), third)
    assert refused(released(first, second), third)


def test_areas_that_nest_are_held_against_the_area_they_lie_in() -> None:
    ledger = Ledger(KEY)
    ledger.admit({"ward 1": ids(range(40)), "ward 2": ids(range(40, 90))}, NHS)
    assert refused(ledger, range(95))
    assert not refused(ledger, range(98))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_filters_that_shift_never_isolate_a_few(filters: list[tuple[int, int]]) -> None:
    ledger, kept = Ledger(KEY), list[set[int]]()
    for low, high in filters:
        cohort = set(range(low, high))
        if not refused(ledger, cohort):
            kept.append(cohort)
    for left, right in combinations([*kept, set[int]()], 2):
        assert not 0 < len(left ^ right) <= NHS.threshold
    for number, last in enumerate(kept):
        for left, right in combinations(kept[:number], 2):
            for pair in (left | right, left & right, left - right, right - left):
                assert last in kept[:number] or not 0 < len(pair ^ last) <= NHS.threshold


def test_a_release_is_admitted_whole_or_not_at_all() -> None:
    ledger = released(range(100))
    with pytest.raises(CohortTooCloseError) as refusal:
        ledger.admit({"new": ids(range(200, 300)), "near": ids(range(99))}, NHS)
    assert not [each for each in ("99", "100", "near", "P-") if each in str(refusal.value)]
    assert not refused(ledger, range(200, 299)), "the new one was not remembered"


def test_a_path_that_became_another_counts_as_somebody_who_is_another() -> None:
    """One cut-off later nobody has come, and one path has gone on: two tables would tell whose."""
    kept = Ledger(KEY).admit({"all": dict.fromkeys(ids(range(100)), b"as it was")}, NHS)
    for changed, expected in ((1, True), (7, True), (8, False), (0, False)):
        paths = dict.fromkeys(ids(range(100)), b"as it was") | dict.fromkeys(ids(range(changed)), b"gone on")
        with nullcontext() if not expected else pytest.raises(CohortTooCloseError):
            Ledger(KEY, kept).admit({"all": paths}, NHS)


def test_who_is_new_and_who_went_on_are_not_told_apart_by_either() -> None:
    ledger = Ledger(KEY)
    ledger.admit({"all": dict.fromkeys(ids(range(100)), b"1")}, NHS)
    with pytest.raises(CohortTooCloseError):  # everybody's path is another, and one person is new
        ledger.admit({"all": dict.fromkeys(ids(range(101)), b"2")}, NHS)


def test_the_same_people_are_counted_under_one_policy() -> None:
    ledger = released(range(100))
    with pytest.raises(PolicyMixedError):
        ledger.admit({"all": ids(range(100))}, policy("sac"))
    assert ledger.admit({"others": ids(range(200, 300))}, policy("sac"))


def test_the_strictest_policy_of_all_releases_is_held_to() -> None:
    ledger = Ledger(KEY)
    ledger.admit({"all": ids(range(100))}, policy("acro"))
    assert refused(ledger, range(91))


def test_it_goes_on_from_what_was_stored_and_no_id_is_in_it() -> None:
    first = Ledger(KEY)
    kept = [*first.admit({"a": ids(range(100))}, NHS), *first.admit({"b": ids(range(50, 250))}, NHS)]
    again = Ledger(KEY, kept)
    assert again.admit({"a": ids(range(100)), "b": ids(range(50, 250))}, NHS) == ()
    assert refused(again, range(99))
    assert refused(again, range(5, 250)), "close to the two put together"
    stored = b"".join(each.people + each.paths + each.who + each.what for each in kept)
    assert b"P-" not in stored
    (other,) = Ledger(b"another key, 16 or more").admit({"a": ids(range(100))}, NHS)
    assert other.people != kept[0].people
    with pytest.raises(UsageError):
        Ledger(b"short")


@pytest.mark.parametrize("apart", [1, 7, 8])
def test_of_many_people_a_pair_is_found_wherever_the_few_are(apart: int) -> None:
    """More of them than are looked at first: the few in which a cohort differs lie anywhere."""
    everybody = [f"P-{number}" for number in range(9_000)]
    for at in (0, 4_321, 9_000 - apart):
        few = set(everybody[at : at + apart])
        one, other = everybody[:5_000], everybody[3_000:]
        for combined in (set(one) | set(other), set(one) & set(other), set(one) - set(other)):
            ledger = Ledger(KEY)
            ledger.admit({"one": one}, NHS)
            ledger.admit({"other": other}, NHS)
            near = combined ^ few
            if apart <= NHS.threshold:
                with pytest.raises(CohortTooCloseError):
                    ledger.admit({"near": near}, NHS)
            else:
                assert len(ledger.admit({"near": near}, NHS)) == 1


def test_a_ledger_that_is_full_admits_what_was_released_and_nothing_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mast_analytics.disclosure.ledger.MOST_COHORTS", 2)
    ledger = Ledger(KEY)
    cohorts = [[f"P-{number}" for number in range(start, start + 50)] for start in (0, 100, 200)]
    for cohort in cohorts[:2]:
        ledger.admit({"x": cohort}, NHS)
    with pytest.raises(LedgerFullError):
        ledger.admit({"x": cohorts[2]}, NHS)
    assert ledger.admit({"x": cohorts[1]}, NHS) == ()
