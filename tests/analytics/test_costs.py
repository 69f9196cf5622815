"""Costs avoided: nought unless everything is there, right where it is, and no count by the back door."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.stats import chi2
from tests.analytics.histories import contact, known, on

from mast_analytics.claims import BEFORE, Claim, Window, compared, weighed
from mast_analytics.costs import (
    AFTERWARDS,
    NO_ACTION,
    NO_COUNTERFACTUAL,
    NO_UNIT_COST,
    Action,
    Avoided,
    Counted,
    Counterfactual,
    avoided,
    fewer,
)
from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.release.costs import shown_avoided
from mast_analytics.unit_costs import UnitCost, read_unit_costs
from mast_resolver.errors import UnitCostsError, UsageError
from mast_resolver.known import Known

START = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
ACTION = Action("audit 4711", "a home visit within a week of the alert", START - dt.timedelta(days=1))
OTHERWISE = Counterfactual("the rate of the twelve months before", Counted(100, 100.0))
ENTRY = {
    "id": "of-the-tests",
    "contact_type": "SECTION_47_ENQUIRY",
    "unit": "section 47 enquiries",
    "pounds": 10,
    "price_year": 2020,
    "source": "made up for this test: nobody published it",
    "address": "https://example.invalid/",
    "published": dt.date(2021, 5, 1),
}


def file_of(folder: Path, *entries: object) -> Path:
    path = folder / "costs.yaml"
    path.write_text(yaml.safe_dump({"unit_costs": list(entries)}), "utf-8")
    return path


@pytest.fixture
def cost(tmp_path: Path) -> UnitCost:
    return read_unit_costs(file_of(tmp_path, ENTRY))["of-the-tests"]


def asked(
    cost: UnitCost | None, action: Action | None = ACTION, otherwise: Counterfactual | None = OTHERWISE
) -> Avoided:
    return avoided(Counted(60, 100.0), START, action=action, counterfactual=otherwise, unit_cost=cost)


def test_counts_times_the_price_with_all_that_it_rests_on_in_words(cost: UnitCost) -> None:
    found = asked(cost)
    assert (found.events.value, found.pounds.value, found.missing) == (40.0, 400.0, ())
    assert found.pounds.low == pytest.approx(found.events.low * 10)
    text = " ".join(found.says)
    for part in (
        "audit 4711",
        "the rate of the twelve months before",
        "prices of 2020",
        "nobody published it",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("action", "otherwise", "priced", "reason"),
    [
        (None, OTHERWISE, True, NO_ACTION),
        (replace(ACTION, logged=START + dt.timedelta(days=1)), OTHERWISE, True, AFTERWARDS),
        (ACTION, None, True, NO_COUNTERFACTUAL),
        (ACTION, replace(OTHERWISE, described=" "), True, NO_COUNTERFACTUAL),
        (ACTION, OTHERWISE, False, NO_UNIT_COST),
    ],
)
def test_whatever_is_missing_makes_it_nought_and_is_said(
    cost: UnitCost, action: Action | None, otherwise: Counterfactual | None, priced: bool, reason: str
) -> None:
    found = asked(cost if priced else None, action, otherwise)
    assert found.missing == (reason,)
    assert (found.events.value, found.pounds.value, found.pounds.high, found.price_year) == (0, 0, 0, None)
    assert reason in found.says[0]


@pytest.mark.parametrize(("later", "told"), [("observed", True), ("otherwise", True), (None, False)])
def test_a_claim_whose_window_begins_after_the_cut_off_is_nought_and_the_others_stand(
    later: str | None, told: bool
) -> None:
    """It is a fault of the one claim: the report goes on."""
    at = dt.datetime(2026, 10, 31, 22, tzinfo=dt.UTC)  # the last day of October in London
    over, ahead = (Window(day, dt.date(2026, 12, 1)) for day in (dt.date(2026, 10, 31), dt.date(2026, 11, 1)))
    claim = Claim("x", "MISSING_PERSON", over, "missing-person-investigation", ACTION, "before", over)
    late = replace(claim, title="late", **({later: ahead} if later else {}))  # type: ignore[arg-type]
    history = History(Known())
    found = dict(
        weighed(history, CutOff(at, at), [late, claim], read_unit_costs(), policy("nhs"), logged=lambda _: at)
    )
    reason = "a window begins after 31 October 2026, the last day that is counted"
    assert (found["late"].missing == (reason,)) is told
    assert found["x"].missing != (reason,)
    assert found["late"].pounds.value == 0


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        pytest.param(None, NO_ACTION, id="in no log"),
        pytest.param(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC), AFTERWARDS, id="after it began"),
        pytest.param(dt.datetime(2025, 5, 31, 12, tzinfo=dt.UTC), BEFORE, id="before the comparison"),
        pytest.param(dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC), None, id="between the two"),
    ],
)
def test_an_action_counts_as_it_was_logged_and_not_as_it_is_claimed(
    at: dt.datetime | None, reason: str | None
) -> None:
    seen = dt.datetime(2026, 10, 31, 22, tzinfo=dt.UTC)
    before, after = (Window(dt.date(year, 1, 1), dt.date(year, 6, 1)) for year in (2025, 2026))
    claim = Claim("x", "MISSING_PERSON", after, "missing-person-investigation", ACTION, "before", before)
    given = History(Known()), CutOff(seen, seen), [claim], read_unit_costs(), policy("acro")
    ((_, found),) = weighed(*given, logged=lambda reference: at if reference == "audit 4711" else None)
    assert (reason in found.missing) is (reason is not None)
    assert found.pounds.value == 0  # there was nothing to count
    assert not {NO_ACTION, AFTERWARDS, BEFORE} - {reason} & set(found.missing)


def test_more_than_would_have_been_is_below_nought_and_a_doubtful_one_says_so(cost: UnitCost) -> None:
    worse = avoided(Counted(60, 100.0), START, action=ACTION, unit_cost=cost,
                    counterfactual=replace(OTHERWISE, counted=Counted(20, 100.0)))  # fmt: skip
    assert worse.pounds.value == -400
    even = avoided(Counted(60, 100.0), START, action=ACTION, unit_cost=cost,
                   counterfactual=replace(OTHERWISE, counted=Counted(65, 100.0)))  # fmt: skip
    assert even.says[-1].startswith("The interval holds nought")


def test_a_published_range_widens_the_interval_whichever_way_the_count_goes(cost: UnitCost) -> None:
    ranged = replace(cost, low=5.0, high=20.0)
    assert asked(ranged).pounds.value == 400
    assert asked(ranged).pounds.low == pytest.approx(asked(cost).pounds.low / 2)
    assert asked(ranged).pounds.high == pytest.approx(asked(cost).pounds.high * 2)


@pytest.mark.parametrize(("rate", "otherwise"), [(0.2, 0.2), (0.1, 0.3), (0.05, 0.4)])
def test_the_interval_holds_the_truth_in_90_of_100_seeds(rate: float, otherwise: float) -> None:
    rng, held = np.random.default_rng(7), 0
    for _ in range(100):
        seen, before = int(rng.poisson(rate * 150)), int(rng.poisson(otherwise * 300))
        found = fewer(Counted(seen, 150.0), Counted(before, 300.0))
        held += found.low <= (otherwise - rate) * 150 <= found.high
    assert held >= 90


def test_with_one_count_certain_the_interval_is_the_exact_one_of_the_other() -> None:
    # Nought of the counterfactual: what is left is minus the count, whose exact limits are chi-squared.
    found = fewer(Counted(40, 1.0), Counted(0, 1e9))
    exact = chi2.ppf(0.025, 80) / 2, chi2.ppf(0.975, 82) / 2
    assert -found.high == pytest.approx(exact[0], rel=0.01)
    assert -found.low == pytest.approx(exact[1], rel=0.01)


@pytest.mark.parametrize("counted", [Counted(-1, 1.0), Counted(1, 0.0), Counted(1, float("inf"))])
def test_counts_that_cannot_be_are_refused(counted: Counted) -> None:
    with pytest.raises(UsageError):
        avoided(counted, START, action=None, counterfactual=None, unit_cost=None)


def test_what_is_shown_is_made_of_rounded_counts_and_small_ones_claim_nothing(cost: UnitCost) -> None:
    def shown(events: int, before: int = 100, people: tuple[int, int] = (50, 80)) -> Avoided:
        return shown_avoided(
            Counted(events, 103.0), START, people=people, action=ACTION, unit_cost=cost, policy=policy("nhs"),
            counterfactual=replace(OTHERWISE, counted=Counted(before, 101.0)),
        )  # fmt: skip

    assert shown(58) == shown(62) != shown(63)
    assert shown(58).events.value == 45  # 105 people-years at 100 of 100, less 60
    by_one = [
        shown_avoided(
            Counted(58, 103.0, dominated=ours), START, people=(50, 80), action=ACTION, unit_cost=cost,
            counterfactual=replace(OTHERWISE, counted=Counted(100, 101.0, dominated=not ours)),
            policy=policy("nhs"),
        ) for ours in (True, False)
    ]  # fmt: skip
    few = (shown(7), shown(60, 5), shown(60, people=(3, 80)), shown(60, people=(50, 7)))
    for small in (*few, *by_one):
        assert (small.pounds.value, small.events.value) == (0, 0)
        assert "too small" in small.missing[0]


def test_the_lower_end_ships_and_every_fault_of_a_file_is_told_with_its_entry(tmp_path: Path) -> None:
    for each in read_unit_costs().values():
        assert each.pounds == (each.low or each.pounds), (
            "of a published range the lower end is what is claimed"
        )
    for field in set(ENTRY):
        lacking = {name: value for name, value in ENTRY.items() if name != field}
        with pytest.raises(UnitCostsError, match=f"entry 1: lacks {field}"):
            read_unit_costs(file_of(tmp_path, lacking))
    wrong = {
        "contact_type": "S47", "pounds": -1, "price_year": 20, "source": " ", "address": "a book",
        "published": "soon", "low": 11, "high": "dear", "unit": 3, "id": "",
    }  # fmt: skip
    with pytest.raises(UnitCostsError) as refused:
        read_unit_costs(file_of(tmp_path, ENTRY, ENTRY | wrong | {"colour": "red"}))
    assert all(f"entry 2, {field}: " in refused.value.fact for field in wrong)
    assert "entry 2: does not take colour" in refused.value.fact
    unusable: tuple[tuple[object, ...], ...] = ((ENTRY, ENTRY), ("text",), ({},))
    for entries in unusable:
        with pytest.raises(UnitCostsError):
            read_unit_costs(file_of(tmp_path, *entries))


@pytest.mark.parametrize("text", ["", "[", "unit_costs: 3", "- a", "\x00"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "costs.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UnitCostsError):
        read_unit_costs(path)
    with pytest.raises(UnitCostsError):
        read_unit_costs(tmp_path / "none.yaml")


@pytest.mark.parametrize("day", [-20, -400])
def test_counts_of_which_one_person_has_most_are_said_to_be_theirs(day: int) -> None:
    others = [contact(f"c{n}", -500 + 365 * (n % 2), "WELFARE_CHECK", record=f"r{n}") for n in range(40)]
    most = [contact(f"m{n}", day + n / 99, "WELFARE_CHECK", record="r99") for n in range(50)]
    now, before, end = ((on(0) - dt.timedelta(days=days)).date() for days in (365, 730, 0))
    for many, by_one in ((50, True), (1, False)):
        pair = compared(known(*others, *most[:many]), CutOff(on(0), on(0)), "WELFARE_CHECK",
                        Window(now, end), Window(before, now))  # fmt: skip
        assert [each.dominated for each in pair] == [by_one] * 2
