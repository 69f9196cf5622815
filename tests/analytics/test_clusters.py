"""What goes together, and how far it moves a figure: against laws and against doing it again without each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analytics.histories import contact, known, lives, on

from mast_analytics.clusters import alike, clusters_of, dominated, households_of, of_later, rounded_up, spread
from mast_analytics.episodes import CutOff
from mast_analytics.history import Floats, History, Ints
from mast_analytics.incidence import Incidence, incidence
from mast_analytics.influence import variance_between
from mast_analytics.intervals import byar, wilson
from mast_analytics.living import homes_at
from mast_analytics.spells import STATES, Spells
from mast_analytics.transitions import Transitions, transitions

SEEDS = st.integers(0, 10_000)
EVER = None
END = CutOff(on(100), on(100))


def drawn(seed: int, size: int = 40) -> tuple[Ints, Ints, Ints, Ints]:
    """Entries, exits, causes and clusters of some people."""
    rng = np.random.default_rng(seed)
    entries = np.where(rng.random(size) < 0.3, rng.integers(1, 5, size), 0)
    exits = entries + rng.integers(1, 20, size)
    return entries, exits, rng.integers(0, 3, size), rng.integers(0, 12, size)


def followed(rows: tuple[Ints, Ints, Ints, Ints], clusters: Ints | None) -> Incidence:
    entries, exits, causes, _ = rows
    return incidence(exits, causes, ["came", "died"], entries=entries, clusters=clusters)


@given(SEEDS)
def test_between_people_who_are_each_their_own_cluster_it_is_as_wide_as_the_delta_method(seed: int) -> None:
    rows = drawn(seed, 300)
    model, between = followed(rows, None).at(9, "came"), followed(rows, np.arange(300)).at(9, "came")
    assert model.value == between.value
    assert model.low is not None
    assert between.low is not None
    assert between.low == pytest.approx(model.low, abs=0.02)


@given(SEEDS)
def test_what_each_moves_is_what_the_share_is_without_it(seed: int) -> None:
    """The infinitesimal jackknife beside the jackknife: everybody there many times, one left out."""
    rows = drawn(seed, 30)
    many = 200
    whole = tuple(np.tile(each, many) for each in rows)
    found = followed(whole, np.arange(30 * many))  # type: ignore[arg-type]
    assert found.rows is not None
    share = found.at(9, "came").value or 0.0
    spread_out: Floats = np.zeros(30)
    for one in range(30):
        left: Ints = np.delete(np.arange(30 * many), one)
        less = tuple(each[left] for each in whole)
        spread_out[one] = share - (followed(less, None).at(9, "came").value or 0.0)  # type: ignore[arg-type]
    expected = (spread_out**2).sum() * many
    step = int(np.searchsorted(found.times, 9, "right")) - 1
    assert found._variance(0, step) == pytest.approx(expected, rel=0.05, abs=1e-9)


@given(SEEDS, st.integers(2, 5))
def test_people_who_are_there_several_times_make_nothing_surer(seed: int, times: int) -> None:
    rows = drawn(seed)
    clusters = np.arange(40)
    once = followed(rows, clusters).at(9, "came")
    again = tuple(np.tile(each, times) for each in rows)
    more = followed(again, np.tile(clusters, times)).at(9, "came")  # type: ignore[arg-type]
    assert more.value == pytest.approx(once.value)
    assert more.low == pytest.approx(once.low)
    assert more.high == pytest.approx(once.high)


@given(SEEDS, st.integers(2, 5))
def test_contacts_that_are_told_several_times_count_once(seed: int, times: int) -> None:
    moves = np.random.default_rng(seed).choice([-0.5, 0.5], 60)
    alone = spread(moves, np.arange(60), 15.0)
    together = spread(np.repeat(moves, times), np.repeat(np.arange(60), times), 15.0 * times)
    assert together == pytest.approx(alone * times, rel=0.05)
    assert spread(np.ones(6), np.zeros(6, np.int64), 3.0) == 6.0  # of one household it is one thing


@pytest.mark.parametrize("others", [0, 1, 5, 18])
def test_with_few_households_no_sum_is_surer_than_if_each_were_one_thing(others: int) -> None:
    """A hundred contacts of one household, one each of few: their residuals cancel, and told of no doubt."""
    cluster = np.repeat(np.arange(others + 1), [100, *[1] * others])
    later = np.concatenate([np.tile([0.0, 1.0], 50), np.arange(others) % 2])
    share, size = later.mean(), len(later)
    found = spread(later - share, cluster, size * share * (1 - share))
    assert found >= alike(np.array([100, *[1] * others])) > 70
    if others:
        moves = (later - share) / size
        assert variance_between(moves, cluster) >= share * (1 - share) / size * found * 0.99


def test_with_enough_households_it_is_what_is_seen_between_them() -> None:
    halves = np.tile([0.5, -0.5], 40)
    assert spread(halves, np.repeat(np.arange(40), 2), 20.0) == 1.0
    assert spread(halves[:20], np.repeat(np.arange(10), 2), 5.0) == 2.0


def stepping(sizes: list[int], *, back: int = 0) -> tuple[Transitions, Transitions]:
    """As many steps of each household from the first state to the second, and some to the third."""
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    every, one = np.arange(len(cluster)), np.zeros(len(cluster), np.int64)
    to = np.where(every % 4 < back, 2, 1)
    steps = Spells(STATES, every, one, to, one, one + 100, one)
    return transitions(steps, clusters=cluster), transitions(steps)


@pytest.mark.parametrize("sizes", [[40], [39, 1], [20, 20], [4] * 10])
def test_steps_of_few_households_are_as_sure_as_so_many_things(sizes: list[int]) -> None:
    """Of one household the rate's interval was that of forty people of as many."""
    many = np.array(sizes)
    for back in (0, 1):
        together, alone = stepping(sizes, back=back)
        events, years = together.counts[0, 1], together.years_at_risk[0]
        assert alone.rate_high[0, 1] == pytest.approx(byar(events, years)[1])
        each = [
            (np.split(np.arange(40) % 4 >= back, np.cumsum(many)[:-1])[n]).sum() for n in range(len(many))
        ]
        fewer = alike(np.array(each))
        low, high = byar(events / fewer, years / fewer)
        assert together.rate_low[0, 1] <= low * 1.0001
        assert together.rate_high[0, 1] >= high * 0.9999
        share, effective = events / 40, 40 / alike(many)
        low, high = wilson(share * effective, effective)
        assert together.share_low[0, 1] <= low + 1e-9
        assert together.share_high[0, 1] >= high - 1e-9


def test_everybody_belongs_where_they_lived_longest_and_a_hostel_is_nobodys() -> None:
    history = known(
        contact("a", 1, "ED_ATTENDANCE", record="r1"),
        contact("b", 2, "ED_ATTENDANCE", record="r2"),
        contact("c", 3, "ED_ATTENDANCE", record="r3"),
        homes=(
            lives("P-1", "A-1", 0, 10), lives("P-1", "A-2", 10, 15), lives("P-1", "A-2", 20, 26),
            lives("P-2", "A-2", 0, 22), lives("P-3", "A-hostel", 0, 99),
        ),
    )  # fmt: skip
    belongs, names = households_of(history, END), history.names.all
    said = {name: home(history, each) for name, each in zip(names, belongs, strict=True)}
    assert (said["P-1"], said["P-2"], said["P-3"]) == ("H-of-A-2-0", "H-of-A-2-0", None)
    assert len(set(belongs[belongs < 0].tolist())) == int((belongs < 0).sum())
    of = clusters_of(
        history.touches.version, np.array([names.index(f"P-{n}") for n in (1, 1, 1)]), belongs, 4
    )
    assert len(set(of[:3].tolist())) == 1
    assert of[3] not in belongs


def home(history: History, number: int, at: CutOff = END) -> str | None:
    return homes_at(history, at.recorded).households[number] if number >= 0 else None


def households(*homes: tuple[str, str, float, float | None], at: float = 0) -> dict[str, str | None]:
    history = known(homes=tuple(lives(who, place, since, until) for who, place, since, until in homes))
    cut_off = CutOff(on(at), on(at))
    every = zip(history.names.all, households_of(history, cut_off).tolist(), strict=True)
    return {name: home(history, each, cut_off) for name, each in every if name.startswith("P-")}


def test_years_at_home_are_longer_than_a_stay_that_began_yesterday_and_siblings_stay_together() -> None:
    """A stay that has not ended ends in 9999: no longer for that."""
    said = households(("P-1", "A-1", -5500, -1), ("P-1", "A-2", -1, EVER), ("P-2", "A-1", -5000, EVER))
    assert said == {"P-1": "H-of-A-1-0", "P-2": "H-of-A-1-0"}


def test_who_moves_after_the_cut_off_changes_nothing_of_before_it() -> None:
    then = households(("P-1", "A-1", -10, EVER), ("P-2", "A-2", -10, -6), ("P-2", "A-1", -6, EVER), at=-3)
    assert then == {"P-1": "H-of-A-1-0", "P-2": "H-of-A-2-0"}
    moved = households(
        ("P-1", "A-1", -10, -2), ("P-1", "A-3", -2, EVER), ("P-2", "A-2", -10, -6),
        ("P-2", "A-1", -6, -2.5), ("P-2", "A-4", -2.5, EVER), ("P-3", "A-4", -3, EVER), at=-3,
    )  # fmt: skip
    assert moved == then | {"P-3": None}, "who moved in later belongs nowhere yet"


def test_steps_that_are_shown_grow_with_what_they_are_of() -> None:
    """In halves a spread of 40 was known to one in eighty, and its root to one in a hundred and sixty."""
    steps = np.array(sorted({rounded_up(each) for each in np.linspace(1, 500, 5000)}))
    assert (steps[1:] / steps[:-1] >= 4 / 3).all()
    assert all(found <= rounded_up(found) <= found * 1.5 for found in np.linspace(1, 500, 5000))


@given(SEEDS, st.integers(1, 60))
def test_where_the_root_of_what_varies_is_about_one_households_excess_it_is_dominated(
    seed: int, more: int
) -> None:
    """An attacker takes all that varies for one household's: a quarter and more of it is not."""
    rng = np.random.default_rng(seed)
    cluster = np.concatenate([np.zeros(more, np.int64), rng.integers(1, 60, 100)])
    later = np.concatenate([np.ones(more), rng.integers(0, 2, 100)]) > 0
    share, size = later.mean(), len(later)
    moves = np.bincount(cluster, weights=later - share)
    supposed = np.sqrt(rounded_up(of_later(later, cluster).spread) * size * share * (1 - share))
    assert of_later(later, cluster).dominated or np.abs(moves).max() <= 0.75 * supposed
    assert dominated(np.array([more, *np.ones(9)])) is (more > 9)
