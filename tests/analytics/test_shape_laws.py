"""Laws of shapes: they group by rule and not by a distance, so each is a function of one path alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.histories import TYPES, contact, known, on

from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import Ints
from mast_analytics.shapes import MOVES, shapes
from mast_analytics.spells import CENSORED, DEAD, NOTHING_OPEN, Spells, spells
from mast_resolver.known import KnownContact

CUT = CutOff(on(60), on(60))
Said = tuple[int, str, int | None, bool]
"""Of a contact its day, its type, how long it went on, and whether it was closed for a death."""
SAID = st.tuples(
    st.integers(0, 50),
    st.sampled_from(TYPES),
    st.none() | st.integers(0, 25),
    st.sampled_from([False] * 4 + [True]),
)
PEOPLE = st.lists(st.lists(SAID, min_size=1, max_size=5), min_size=1, max_size=6)
DAYS = st.integers(1, 60)


def contacts(people: list[list[Said]], names: list[int] | None = None) -> list[KnownContact]:
    return [
        contact(
            f"{who} {place}",
            day,
            type_,
            closed=None if lasts is None else day + lasts,
            record=f"r{who if names is None else names[who]}",
            category="died" if died and lasts is not None else None,
        )
        for who, said in enumerate(people)
        for place, (day, type_, lasts, died) in enumerate(said)
    ]


def found(people: list[list[Said]], names: list[int] | None = None) -> Episodes:
    return episodes(known(*contacts(people, names)), CUT)


def of(runs: Spells, subjects: Ints) -> Spells:
    """The spells of some."""
    keep = np.isin(runs.subject, subjects)
    rows = {name: getattr(runs, name)[keep] for name in ("subject", "state", "to", "start", "stop", "first")}
    return replace(runs, **rows)


def by_hand(runs: Spells, days: int) -> tuple[Counter[tuple[str, ...]], int]:
    """What the module says, person by person and spell by spell."""
    counted, short = Counter[tuple[str, ...]](), 0
    for who in np.unique(runs.subject):
        mine, way = of(runs, who), list[str]()
        rows = sorted(zip(mine.start - mine.first, mine.stop - mine.first, mine.state, mine.to, strict=True))
        dead = any(to == DEAD for *_, to in rows)
        if rows[0][0] != 0 or (rows[-1][1] < days and not dead):
            short += 1
            continue
        for _, stop, state, to in rows:
            if to == CENSORED or stop >= days:
                continue
            if to == DEAD:
                move = "died"
            elif to == NOTHING_OPEN:
                move = "closed"
            elif state == NOTHING_OPEN:
                move = "returned"
            else:
                move = "up" if to > state else "down"
            way += [move] if way[-1:] != [move] else []
        counted[tuple(way)] += 1
    return counted, short


@given(PEOPLE, DAYS, st.none() | st.integers(0, 40))
@settings(max_examples=150)
def test_each_persons_shape_is_theirs_alone_and_everybody_has_one_or_was_seen_too_short(
    people: list[list[Said]], days: int, since: int | None
) -> None:
    runs = spells(found(people), since=None if since is None else on(since).toordinal())
    told = shapes(runs, days)
    counted, short = by_hand(runs, days)
    assert (told.subjects, told.too_short) == (dict(counted), short)
    many = len(np.unique(runs.subject))
    assert sum(told.subjects.values()) + told.too_short == many, "shares of everybody come to one"
    assert len(told.subjects) <= many - told.too_short
    alone = Counter[tuple[str, ...]]()
    for who in np.unique(runs.subject):
        alone.update(shapes(of(runs, who), days).subjects)
    assert alone == told.subjects


@given(PEOPLE, DAYS)
def test_a_shape_has_no_move_twice_in_a_row_and_nothing_follows_death(
    people: list[list[Said]], days: int
) -> None:
    for way in shapes(spells(found(people)), days).subjects:
        assert set(way) <= set(MOVES)
        assert all(before != then for before, then in pairwise(way))
        assert "died" not in way[:-1]
        assert all(
            then == "returned" for before, then in pairwise(way) if before == "closed" and then != "died"
        )
        # So there are so many at most of so many moves: the groups cannot be more than the ways there are.
        assert len(way) <= days


@given(PEOPLE, DAYS, st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_people_matter_nor_the_order_in_a_tie(
    people: list[list[Said]], days: int, random: object
) -> None:
    told = shapes(spells(found(people)), days)
    names = list(range(len(people)))
    random.shuffle(names)  # type: ignore[attr-defined]
    others = contacts(people, names)
    random.shuffle(others)  # type: ignore[attr-defined]
    again = shapes(spells(episodes(known(*others), CUT)), days)
    assert list(again.subjects.items()) == list(told.subjects.items()), "the commonest first, then by name"
    assert again.too_short == told.too_short
    often = list(told.subjects.items())
    assert often == sorted(often, key=lambda each: (-each[1], each[0]))


@given(st.lists(SAID, min_size=1, max_size=5), st.lists(st.integers(0, 9), min_size=2, max_size=6), DAYS)
def test_who_took_the_same_way_is_in_one_group_whenever_they_began(
    said: list[Said], later: list[int], days: int
) -> None:
    """Long enough before the cut-off, that is: who began too late was seen too short, and has no shape."""
    people = [[(day + by, *rest) for day, *rest in said] for by in later]
    cut = CutOff(on(200), on(200))
    told = shapes(spells(episodes(known(*contacts(people)), cut)), days)  # type: ignore[arg-type]
    assert list(told.subjects.values()) == [len(later)]
    assert told.too_short == 0


@given(PEOPLE, DAYS, DAYS)
def test_looking_on_for_longer_only_adds_moves(people: list[list[Said]], one: int, other: int) -> None:
    few, many = sorted((one, other))
    runs = spells(found(people))
    assert shapes(runs, few).too_short <= shapes(runs, many).too_short
    for who in np.unique(runs.subject):
        short, long = (list(shapes(of(runs, who), days).subjects) for days in (few, many))
        for way in long:
            assert way[: len(short[0])] == short[0]


def test_the_seed_of_hashes_does_not_matter() -> None:
    """Two processes that put sets in another order tell the same, in the same order."""
    program = (
        "from tests.analytics.predictor_worlds import town\n"
        "from tests.analytics.test_shapes import CUT\n"
        "from mast_analytics.episodes import episodes\n"
        "from mast_analytics.shapes import shapes\n"
        "from mast_analytics.spells import spells\n"
        "found = shapes(spells(episodes(town(1, people=60), CUT)), 200)\n"
        "print(list(found.subjects.items()), found.too_short)\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert told.pop().count("(") > 3
