"""Changing demand: counted once, on the right day, compared rightly, and nothing small shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from tests.analytics.disclosure_attack import assert_nothing_small_can_be_worked_out
from tests.analytics.histories import contact, known, knowns, lives, named, on

from mast_analytics.clusters import dispersion
from mast_analytics.disclosure.ledger import Ledger
from mast_analytics.disclosure.policies import POLICIES, policy
from mast_analytics.disclosure.tables import HIDDEN, protect
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.living import whose
from mast_analytics.release.volumes import NOT_WHOLE, shown_volumes
from mast_analytics.volumes import (
    NO_AREA,
    SEVERAL_AREAS,
    By,
    Change,
    Volumes,
    change,
    contacts_of,
    volumes,
)
from mast_resolver.errors import UsageError
from mast_resolver.known import Known, KnownContact, KnownEntity
from mast_resolver.research_errors import CohortTooCloseError

END = CutOff(on(0), on(9999))
YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 30))


def drawn(seed: int, *, ratio: float, spread: float, weekly: float = 3.0) -> Change:
    """Two years of weekly counts of a known ratio, whose variance is a known multiple of their mean."""
    rng = np.random.default_rng(seed)

    def year(mean: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        if spread == 1:
            return rng.poisson(mean, 52)
        return rng.negative_binomial(mean / (spread - 1), 1 / spread, 52)

    before, now = year(weekly), year(weekly * ratio)
    return change("x", (int(before.sum()), int(now.sum())), (99, 99), (before, now), (364, 364))


@pytest.mark.parametrize(("ratio", "spread"), [(1.0, 1.0), (1.3, 1.0), (0.6, 2.5), (1.5, 5.0)])
def test_the_interval_holds_the_true_change_in_90_of_100_seeds(ratio: float, spread: float) -> None:
    held = 0
    for seed in range(100):
        found = drawn(seed, ratio=ratio, spread=spread)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= ratio <= found.high
    assert held >= 90


def test_taking_clustered_counts_for_poisson_would_not_hold_it() -> None:
    held = 0
    for seed in range(100):
        found = drawn(seed, ratio=1.0, spread=5.0)
        plain = change("x", (found.before, found.now), (9, 9), (np.full(52, 3), np.full(52, 3)), (364, 364))
        held += (plain.low or 0) <= 1.0 <= (plain.high or np.inf)
    assert held < 80


@given(st.integers(0, 500), st.integers(1, 500))
def test_without_dispersion_it_is_the_conditional_comparison_of_poisson_counts(now: int, before: int) -> None:
    even = np.full(52, 3)
    found = change("x", (before, now), (9, 9), (even, even), (365, 366))
    reference = binomtest(now, now + before).proportion_ci(method="wilson")
    assert found.low == pytest.approx(reference.low / (1 - reference.low) * 365 / 366, abs=1e-9)
    assert found.high == pytest.approx(reference.high / (1 - reference.high) * 365 / 366, rel=1e-9)


def test_dispersion_is_pearsons_and_never_below_one() -> None:
    assert dispersion(np.zeros(52, np.int64)) == 1.0
    assert dispersion() == 1.0
    assert dispersion(np.array([2, 2, 2])) == 1.0
    assert dispersion(np.array([0, 6])) == pytest.approx(6.0)


def test_a_day_is_in_one_year_and_what_is_older_or_later_in_none() -> None:
    days = [-730, -729, -365, -364, 0, 1]  # 20 February 2024: both years before it begin on the 21st
    history = known(*(contact(str(day), day, "ED_ATTENDANCE", recorded=(-900, None)) for day in days))
    found = volumes(history, END, By.TYPE)
    assert (found.before[0].isoformat(), found.now[0].isoformat()) == ("2022-02-21", "2023-02-21")
    (only,) = found.changes
    assert (only.before, only.now) == (2, 2)
    assert (only.name, only.people_now) == ("ED_ATTENDANCE", 1)


def test_a_leap_day_ends_one_year_and_begins_none() -> None:
    leap = dt.datetime(2024, 2, 28, 12, tzinfo=dt.UTC)  # the day after it is the 29th
    found = volumes(History(Known()), CutOff(leap, leap), By.TYPE)
    assert found.before == (dt.date(2022, 3, 1), dt.date(2023, 3, 1))
    assert found.now == (dt.date(2023, 3, 1), dt.date(2024, 2, 29))


def test_a_contact_of_three_people_is_one_and_what_was_not_recorded_yet_is_none() -> None:
    shared = KnownContact("c", "WELFARE_CHECK", "police", "police", 1, None, None, on(-3), None, False,
                          (("r1", "subject"), ("r2", "caller"), ("a1", "place")), on(-3))  # fmt: skip
    late = contact("d", -2, "WELFARE_CHECK", recorded=(5, None))
    people = [
        KnownEntity("r1", "P-1", on(-9)),
        KnownEntity("r2", "P-2", on(-9)),
        KnownEntity("a1", "A-1", on(-9)),
    ]
    history = History(Known((shared, late), tuple(people)))
    (found,) = volumes(history, CutOff(on(0), on(0)), By.AGENCY).changes
    assert (found.now, found.people_now) == (1, 2)
    (found,) = volumes(history, END, By.AGENCY).changes
    assert found.now == 2 if found.name == "police" else found.now == 1


def test_calls_to_one_address_stand_for_one_and_nobody_knows_who_for_one_too() -> None:
    calls = [contact(str(n), -n, "NEIGHBOUR_CONCERN", record="a1", role="place") for n in range(1, 40)]
    place = (KnownEntity("a1", "A-1", on(-999)),)
    assert volumes(History(Known(tuple(calls), place)), END, By.TYPE).total.people_now == 1
    assert volumes(History(Known(tuple(calls))), END, By.TYPE).total.people_now == 1


def test_by_area_a_contact_lies_at_its_place_or_where_people_lived_at_the_time() -> None:
    def touching(id_: str, day: float, *touches: tuple[str, str]) -> KnownContact:
        return KnownContact(id_, "WELFARE_CHECK", "police", "police", 1, None, None, on(day), None, False,
                            touches, on(day))  # fmt: skip

    who = {"r1": "P-1", "r2": "P-2", "r3": "P-3", "a1": "A-1", "a2": "A-2"}
    homes = (
        lives("P-1", "A-1", -99, -10),
        lives("P-1", "A-2", -10, 9),
        lives("P-2", "A-2", -99, 9),
    )
    contacts = (
        touching("before the move", -20, ("r1", "subject")),
        touching("after it", -5, ("r1", "subject")),
        touching("at a place", -5, ("r1", "subject"), ("a1", "place")),
        touching("of two homes", -20, ("r1", "subject"), ("r2", "caller")),
        touching("of no home", -5, ("r3", "subject")),
    )
    entities = tuple(KnownEntity(record, entity, on(-99)) for record, entity in who.items())
    history = History(Known(contacts, (*named((), homes), *entities), homes))
    found = volumes(history, END, By.AREA, areas={"a1": "E01", "a2": "E02"})
    assert {each.name: each.now for each in found.changes} == {
        "E01": 2,
        "E02": 1,
        SEVERAL_AREAS: 1,
        NO_AREA: 1,
    }
    with pytest.raises(UsageError):
        volumes(history, END, By.AREA)


AREAS = {"a1": "E01", "r1": "E02"}


@given(knowns(), knowns())
def test_a_digest_is_another_as_soon_as_a_figure_by_area_is(what: Known, other: Known) -> None:
    """Of the same contacts with other homes: a contact lies where somebody lived."""
    cut_off = CutOff(on(400), on(400))
    readings = [History(replace(what, stays=stays)) for stays in ((), what.stays, other.stays)]
    for left, right in combinations(readings, 2):
        ours, theirs = (contacts_of(each, cut_off, AREAS) for each in (left, right))
        before, after = (volumes(each, cut_off, By.AREA, areas=AREAS).changes for each in (left, right))
        assert before == after or ours != theirs
        assert contacts_of(left, cut_off) == contacts_of(right, cut_off)
        assert not contacts_of(left, cut_off).keys() & ours.keys(), "held against their like alone"


def test_a_record_that_another_reading_adds_meanwhile_is_in_no_area(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings share their names."""
    history = known(contact("c", -10, record="a1"))

    def meanwhile(of: History, recorded: dt.datetime) -> object:
        found = whose(of, recorded)
        of.records.number("a2")
        return found

    monkeypatch.setattr("mast_analytics.volumes.whose", meanwhile)
    assert volumes(history, END, By.AREA, areas={"a1": "E01", "a2": "E02"}).changes


def test_one_who_moved_between_two_volumes_by_area_is_seen_by_the_ledger() -> None:
    """Seven contacts in an area are hidden, eight are not: the two together told of the eighth."""

    def reading(many: int) -> History:
        contacts = [contact(f"c{n}", n, "WELFARE_CHECK", record=f"r{n}") for n in range(60)]
        contacts += [contact(f"x{n}", -3000, "FIRE_INCIDENT", record=f"a{n}", role="place") for n in (0, 1)]
        who = {f"r{n}": f"P-{n}" for n in range(60)} | {"a0": "A-0", "a1": "A-1"}
        entities = tuple(KnownEntity(record, entity, on(-9999)) for record, entity in who.items())
        # One after another, for more at once are a hostel's.
        homes = tuple(lives(f"P-{n}", "A-0" if n < many else "A-1", n - 0.1, n + 0.1) for n in range(60))
        return History(Known(tuple(contacts), (*named((), homes), *entities), homes))

    rules, cut_off = policy("nhs").of_cohorts, CutOff(on(200), on(400))
    ledger, areas = Ledger(b"a key of the research store"), {"a0": "E01", "a1": "E02"}
    told = [shown_volumes(volumes(reading(many), cut_off, By.AREA, areas=areas), rules) for many in (7, 8)]
    assert [each.rows[0].now for each in told] == [HIDDEN, 10]
    ledger.admit({"areas": contacts_of(reading(7), cut_off, areas)}, rules)
    with pytest.raises(CohortTooCloseError):
        ledger.admit({"areas": contacts_of(reading(8), cut_off, areas)}, rules)
    assert len(ledger.admit({"areas": contacts_of(reading(20), cut_off, areas)}, rules)) == 1


@given(knowns())
def test_names_add_up_to_all_and_a_later_record_changes_nothing_before_it(what: Known) -> None:
    cut_off = CutOff(on(40), on(25))
    for by in (By.TYPE, By.AGENCY):
        found = volumes(History(what), cut_off, by)
        assert sum(each.now for each in found.changes) == found.total.now
        assert sum(each.before for each in found.changes) == found.total.before
        copy = Known(
            tuple(each for each in what.contacts if each.recorded_from <= cut_off.recorded),
            tuple(each for each in what.entities if each.recorded_from <= cut_off.recorded),
            tuple(each for each in what.stays if each.recorded_from <= cut_off.recorded),
        )
        assert volumes(History(copy), cut_off, by).changes == found.changes


def of(name: str, before: int, now: int) -> Change:
    even = np.full(52, 2)
    return change(name, (before, now), (before, now), (even, even), (364, 364))


def both(*changes: Change) -> Volumes:
    total = of("all", sum(each.before for each in changes), sum(each.now for each in changes))
    return Volumes(By.SOURCE, YEAR, YEAR, changes, total)


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("seed", range(3))
def test_no_small_count_can_be_worked_out_and_wider_tables_tell_no_more(name: str, seed: int) -> None:
    rng, rules = np.random.default_rng(seed), policy(name)
    counts = rng.choice([0, 1, 3, 6, 8, 12, 30, 90], (6, 2))
    names = [f"{agency} / {kind}" for agency in ("fire", "police") for kind in "abc"]
    found = both(*(of(each, int(a), int(b)) for each, (a, b) in zip(names, counts, strict=True)))
    for year in (0, 1):
        assert_nothing_small_can_be_worked_out(protect(counts[:, year], rules), counts[:, year])
    shown = shown_volumes(found, rules)
    told = [(row.before, row.now) for row in (*shown.rows, shown.total)]
    lists = [protect(counts[:, year], rules).marked().tolist() for year in (0, 1)]
    assert told == list(zip(*lists, strict=True))
    by_name = {row.name: row for row in shown.rows}
    for row in shown.rows:
        if HIDDEN in (row.before, row.now):
            assert (row.ratio, row.low, row.high) == (HIDDEN, HIDDEN, HIDDEN)
    for part, wider in enumerate((By.AGENCY, By.TYPE)):
        for row in shown_volumes(found, rules, wider=wider).rows:
            parts = [by_name[each] for each in names if each.split(" / ")[part] == row.name]
            whole = [each for each in parts if HIDDEN not in (each.before, each.now)]
            # All of it follows from rows that are published.
            assert row.now == (sum(int(each.now) for each in whole) if whole else HIDDEN)
            assert row.in_part == (0 < len(whole) < len(parts))


@pytest.mark.parametrize("seed", range(20))
def test_where_years_are_cut_nothing_more_is_told_than_where_they_are_whole(seed: int) -> None:
    rng, rules = np.random.default_rng(seed), policy("nhs")
    counts = rng.choice([0, 1, 3, 6, 8, 12, 30, 90], (6, 2))
    held = [(True, True), (False, True), (False, False)]
    whole = [held[n] for n in rng.choice(3, 6)]
    names = [f"{agency} / {kind}" for agency in ("fire", "police") for kind in "abc"]
    found = both(*(of(each, int(a), int(b)) for each, (a, b) in zip(names, counts, strict=True)))
    parts = [replace(each, whole=years) for each, years in zip(found.changes, whole, strict=True)]
    cut = replace(found, changes=tuple(parts))
    uncut = {row.name: row for row in shown_volumes(found, rules).rows}
    by_name = {row.name: row for row in shown_volumes(cut, rules).rows}
    for name, years in zip(names, whole, strict=True):
        told, all_told = by_name[name], uncut[name]
        assert told.before == (all_told.before if years[0] else NOT_WHOLE)
        assert told.now == (all_told.now if years[1] else NOT_WHOLE)
        assert (told.ratio == NOT_WHOLE) == (years != (True, True))
    for part, wider in enumerate((By.AGENCY, By.TYPE)):
        for row in shown_volumes(cut, rules, wider=wider).rows:
            mine = [each for name, each in by_name.items() if name.split(" / ")[part] == row.name]
            compared = [each for each in mine if isinstance(each.before, int) and isinstance(each.now, int)]
            late = [each for each in mine if each.before == NOT_WHOLE and isinstance(each.now, int)]
            if isinstance(row.now, int):
                assert row.now == sum(int(each.now) for each in compared or late)
                assert row.in_part == (len(compared or late) < len(mine))
                assert isinstance(row.before, int) == bool(compared)


def test_a_year_with_two_small_counts_does_not_hide_the_whole_table() -> None:
    found = both(*(of(f"a / {n}", a, b) for n, (a, b) in enumerate([(3, 4), (90, 80), (60, 70), (50, 40)])))
    rows = shown_volumes(found, policy("nhs")).rows
    assert rows[0].now == HIDDEN
    assert sum(row.now != HIDDEN for row in rows) == 2


def test_an_agencys_count_never_gives_away_its_one_hidden_type() -> None:
    found = both(of("fire / incident", 100, 100), of("fire / setting", 3, 4), of("police / check", 60, 60))
    fire, _ = shown_volumes(found, policy("nhs"), wider=By.AGENCY).rows
    assert fire.in_part or fire.now == HIDDEN
    assert fire.now != 105
    for alone in (By.AGENCY, By.TYPE):
        with pytest.raises(UsageError):
            shown_volumes(Volumes(alone, YEAR, YEAR, found.changes, found.total), policy("nhs"))
    with pytest.raises(UsageError):
        shown_volumes(Volumes(By.AREA, YEAR, YEAR, found.changes, found.total), policy("nhs"), wider=By.TYPE)


def test_a_shown_change_is_the_same_whatever_stands_behind_the_rounded_figures() -> None:
    def shown(before: int, now: int) -> object:
        return shown_volumes(both(of("a / x", before, now), of("a / y", 50, 50)), policy("opensafely")).rows[
            0
        ]

    assert shown(98, 148) == shown(102, 152) != shown(103, 152)
    assert shown_volumes(both(), policy("nhs")).rows == ()


@pytest.mark.parametrize("later", [True, False])
def test_no_limits_are_shown_where_one_household_makes_most_of_a_year(later: bool) -> None:
    """From the limits the dispersion could be solved for, and was about the square of what theirs were."""

    def shown(many: int) -> tuple[list[tuple[object, ...]], float]:
        others = [contact(f"c{n}", -500 + 365 * (n % 2), "WELFARE_CHECK", record=f"r{n}") for n in range(80)]
        most = [
            contact(f"m{n}", -5 - n if later else -400 - n, "WELFARE_CHECK", record=f"r{80 + n % 2}")
            for n in range(many)
        ]
        home = tuple(lives(f"P-{who}", "A-1", -999, 999) for who in (80, 81))
        found = volumes(known(*others, *most, homes=home), CutOff(on(0), on(0)), By.SOURCE)
        tables = [shown_volumes(found, policy("nhs"), wider=wider) for wider in (None, By.AGENCY, By.TYPE)]
        rows = [row for each in tables for row in (*each.rows, each.total)]
        assert all(isinstance(row.ratio, float) for row in rows), "it follows from what is shown"
        return [(row.low, row.high) for row in rows], found.total.dispersion

    told, spread = shown(60)
    assert told == [(HIDDEN, HIDDEN)] * 6
    assert spread > 10
    assert HIDDEN not in {each for limits in shown(3)[0] for each in limits}
