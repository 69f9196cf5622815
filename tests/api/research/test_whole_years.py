"""Where demand is constant no change is shown, however little of it agreements let research count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from tests.analytics.test_report import Page

from mast_analytics.civil import evening
from mast_analytics.claims import Claim, Window, weighed
from mast_analytics.costs import Action
from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.release.volumes import NOT_WHOLE, Shown, not_whole, shown_volumes
from mast_analytics.report.document import Report
from mast_analytics.report.page import page
from mast_analytics.report.sections import demand
from mast_analytics.unit_costs import UnitCost
from mast_analytics.volumes import By, volumes
from mast_api.research.in_words import NOT_WHOLE as IN_WORDS
from mast_api.research.reading import allowed
from mast_graph.research import Term
from mast_resolver.known import Known, KnownContact, KnownEntity

ASKED = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
BEGAN = dt.date(2021, 1, 1)
NOW, LONG_AGO, LONGER_AGO = dt.date(2026, 10, 31), dt.date(2025, 6, 30), dt.date(2024, 10, 31)
EARLIEST = dt.date(2025, 11, 30)
"""Of 36 months that begin with December 2023."""
KINDS = {"police": "WELFARE_CHECK", "health": "ED_ATTENDANCE"}


def constant(*classes: str) -> History:
    """Three contacts a day of each class of data, each agency's of one class, of four hundred people."""
    said, day, number = [], BEGAN, 0
    while day <= ASKED.date():
        at = dt.datetime.combine(day, dt.time(12), dt.UTC)
        for data_class in sorted(classes * 3):
            number += 1
            said.append(KnownContact(
                f"c{number}", KINDS[data_class], data_class, data_class, 1, None, None, at, at, False,
                ((f"r{number % 400}", "subject"),), at, agreement="mash",
            ))  # fmt: skip
        day += dt.timedelta(days=1)
    since = dt.datetime.combine(BEGAN, dt.time(), dt.UTC)
    return History(Known(tuple(said), tuple(KnownEntity(f"r{n}", f"P-{n}", since) for n in range(400))))


POLICE, BOTH = constant("police"), constant("police", "health")


def held(history: History, **months: int) -> History:
    """What agreements that keep each class for so many months let be counted."""
    terms = [
        Term("mash", name, ("research",), tuple(KINDS), 0, serves=True, months=many)
        for name, many in months.items()
    ]
    return allowed(history, terms, data_classes=set(KINDS), serving_at=ASKED).history


def as_of(day: dt.date) -> CutOff:
    return CutOff(evening(day), ASKED)


def shown(
    history: History, day: dt.date, wider: By | None = By.TYPE
) -> tuple[dict[str, Shown], Sequence[str]]:
    counted = volumes(history, as_of(day), By.SOURCE)
    found = shown_volumes(counted, policy("nhs"), wider=wider)
    return {each.name: each for each in (*found.rows, found.total)}, not_whole(counted, ASKED)


@pytest.mark.parametrize("months", [12, 24, 25, 36])
@pytest.mark.parametrize("day", [NOW, LONG_AGO, LONGER_AGO, EARLIEST])
@pytest.mark.parametrize("by", [By.TYPE, By.AGENCY, By.SOURCE, By.AREA])
def test_where_demand_is_constant_no_interval_excludes_1(months: int, day: dt.date, by: By) -> None:
    found = volumes(held(POLICE, police=months), as_of(day), by, areas={})
    for each in (*found.changes, found.total):
        assert each.ratio is None or (each.low or 0) <= 1 <= (each.high or 99)
        assert (each.ratio is not None) == all(each.whole)
        for count, whole in ((each.before, each.whole[0]), (each.now, each.whole[1])):
            assert not whole or count in (3 * 365, 3 * 366)
    whole_at_all = {(25, NOW), (36, NOW), (36, EARLIEST)}
    assert ((months, day) in whole_at_all) == all(found.total.whole) == (found.cut == ())


def test_without_what_is_cut_the_same_figures_are_whole_however_long_ago() -> None:
    for day in (NOW, LONG_AGO, LONGER_AGO):
        found = volumes(POLICE, as_of(day), By.TYPE)
        assert found.total.whole == (True, True)
        assert found.total.ratio == pytest.approx(1.0)


def test_a_year_that_is_whole_is_shown_beside_one_that_is_not_and_it_is_said_why() -> None:
    rows, says = shown(held(POLICE, police=36), LONG_AGO)
    for each in (rows["WELFARE_CHECK"], rows["all"]):
        assert (each.before, each.now, each.in_part) == (NOT_WHOLE, 1_095, False)
        assert each.ratio == each.low == each.high == NOT_WHOLE
    assert says[0] == (
        "Agreements let contacts be counted from 1 December 2023 on of police (police); "
        "both years are held whole as of 30 November 2025 or later."
    )
    assert shown(held(POLICE, police=36), EARLIEST)[1] == ()
    assert NOT_WHOLE == IN_WORDS


@pytest.mark.parametrize(
    ("months", "day", "now"),
    [(24, NOW, 1_095), (24, LONG_AGO, NOT_WHOLE), (12, NOW, NOT_WHOLE), (12, LONG_AGO, NOT_WHOLE)],
)
def test_no_part_of_a_year_is_shown_as_one_and_where_no_day_would_do_that_is_said(
    months: int, day: dt.date, now: object
) -> None:
    rows, says = shown(held(POLICE, police=months), day)
    assert {(each.before, each.now) for each in rows.values()} == {(NOT_WHOLE, now)}
    assert "; as of no day are both years held whole, which takes more than 24 months" in says[0]


def test_only_what_is_cut_is_left_out_and_all_together_with_it() -> None:
    history = held(BOTH, police=36, health=12)
    for wider, police, health in (
        (By.TYPE, "WELFARE_CHECK", "ED_ATTENDANCE"),
        (By.AGENCY, "police", "health"),
        (None, "police / WELFARE_CHECK", "health / ED_ATTENDANCE"),
    ):
        rows, says = shown(history, NOW, wider)
        assert (rows[police].before, rows[police].now, rows[police].ratio) == (1_095, 1_095, 1.0)
        assert (rows[health].before, rows[health].now, rows[health].ratio) == (NOT_WHOLE,) * 3
        assert (rows["all"].before, rows["all"].now) == (NOT_WHOLE, NOT_WHOLE)
        assert "from 1 December 2025 on of health (health); as of no day" in says[0]
    (nowhere,) = volumes(history, as_of(NOW), By.AREA, areas={}).changes
    assert nowhere.whole == (False, False), "anybody's may lie there"


def test_a_row_of_several_agencies_is_of_those_that_are_held_whole() -> None:
    """Both under one type: what is whole of the two years goes before what is whole of this one."""
    both = [
        KnownContact(f"{agency}{n}", "WELFARE_CHECK", agency, "police", 1, None, None, at, at, False,
                     ((f"r{n % 50}", "subject"),), at, agreement=agency)
        for agency in ("police", "wardens") for n in range(900)
        for at in [ASKED - dt.timedelta(days=n)]
    ]  # fmt: skip
    people = tuple(KnownEntity(f"r{n}", f"P-{n}", ASKED - dt.timedelta(days=2_000)) for n in range(50))
    terms = [
        Term(agency, "police", ("research",), (agency,), 0, serves=True, months=months)
        for agency, months in (("police", 36), ("wardens", 24))
    ]
    history = allowed(History(Known(tuple(both), people)), terms, data_classes={"police"}, serving_at=ASKED)
    rows, _ = shown(history.history, NOW)
    assert (rows["WELFARE_CHECK"].now, rows["WELFARE_CHECK"].in_part) == (365, True)
    assert (rows["all"].before, rows["all"].now) == (NOT_WHOLE, 730)
    assert volumes(history.history, as_of(NOW), By.TYPE).changes[0].whole == (False, True)


def test_the_page_says_so_in_its_table_its_charts_and_in_words() -> None:
    counted = volumes(held(POLICE, police=24), as_of(NOW), By.SOURCE)
    section = demand([shown_volumes(counted, policy("nhs"), wider=By.TYPE)], not_whole(counted, ASKED))
    found = Page(page(Report("r", (), (), (section,))))
    assert [text for _, text in found.all("td")][:5] == [NOT_WHOLE, "1,095", *[NOT_WHOLE] * 3]
    assert NOT_WHOLE in [text for _, text in found.all("text")]
    assert "let contacts be counted from 1 December 2024 on" in found.all("main")[0][1]


def test_nothing_is_claimed_of_a_window_that_is_not_held_whole() -> None:
    """With 24 months, the year before looks as if there had been less to avoid, or the other way round."""
    cost = UnitCost("x", "WELFARE_CHECK", "checks", 10.0, None, None, 2020, "made up", "https://x", BEGAN)
    years = [Window(dt.date(year, 4, 1), dt.date(year, 10, 1)) for year in (2024, 2025)]
    for before, after in (years, years[::-1]):
        began = dt.datetime.combine(after.start, dt.time(), dt.UTC) - dt.timedelta(days=1)
        did = Action("alert 1", "a visit", began)
        claim = Claim("Fewer", "WELFARE_CHECK", after, "x", did, "the year before", before)
        for months, reasons in ((36, 0), (24, 1)):
            ((_, found),) = weighed(
                held(POLICE, police=months),
                as_of(NOW),
                [claim],
                {"x": cost},
                policy("nhs"),
                logged={"alert 1": began}.get,
            )
            assert (found.events.value, len(found.missing)) == (0, reasons)
            assert all("counted from 1 December 2024 on" in each for each in found.missing)
