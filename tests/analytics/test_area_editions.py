"""A second look-up of areas draws the same contacts otherwise: what do tables by area under both tell?

The attacker has both tables and both look-ups, which are public: so they know which pairs of areas nobody can
be in. What is left is a network of pairs with known sums, which is solved for each small number of people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.disclosure_attack import Attack, interval
from tests.analytics.histories import contact, known, lives, named, on

from mast_analytics.area_editions import areas_of
from mast_analytics.disclosure.editions import Editions
from mast_analytics.disclosure.ledger import Ledger, Released
from mast_analytics.disclosure.policies import Ints, Policy, policy
from mast_analytics.disclosure.tables import protect
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.volumes import contacts_of
from mast_resolver.known import Known, KnownEntity
from mast_resolver.research_errors import CohortTooCloseError

CUT = CutOff(on(300), on(300))
KEY = b"a key of the research store"
ACRO = policy("acro")
Drawn = dict[tuple[str, str], int]
"""How many homes are in an area of the one look-up and in one of the other; one person lives in each."""


def town(homes: int, *, moved: dict[int, int] | None = None) -> History:
    """One person in each home with one contact this year; who ``moved`` lives where another one lived."""
    at = {who: (moved or {}).get(who, who) for who in range(homes)}
    return known(
        *(contact(f"c{who}", 200, "ED_ATTENDANCE", record=f"r{who}") for who in range(homes)),
        homes=tuple(lives(f"P-{who}", f"A-{home}") for who, home in at.items()),
    )


def look_ups(drawn: Drawn) -> tuple[dict[str, str], dict[str, str]]:
    """Both, by address record."""
    pairs = [pair for pair, many in sorted(drawn.items()) for _ in range(many)]
    old = {f"at A-{home}": f"old {one}" for home, (one, _) in enumerate(pairs)}
    return old, {f"at A-{home}": f"new {other}" for home, (_, other) in enumerate(pairs)}


def release(
    ledger: Ledger, history: History, areas: dict[str, str], rules: Policy = ACRO
) -> tuple[Released, ...]:
    cohorts = {"contacts": contacts_of(history, CUT), "areas": contacts_of(history, CUT, areas)}
    versions = dict.fromkeys(areas, "v1")
    return ledger.admit(cohorts, rules, areas_of(history, CUT, areas, versions))


def refused(drawn: Drawn, rules: Policy = ACRO) -> bool:
    history, ledger = town(sum(drawn.values())), Ledger(KEY)
    old, new = look_ups(drawn)
    release(ledger, history, old, rules)
    try:
        release(ledger, history, new, rules)
    except CohortTooCloseError:
        return True
    return False


def ranges(drawn: Drawn, rules: Policy) -> dict[tuple[str, str], tuple[float, float]]:
    """Of each pair with few people the least and the most that both tables leave."""
    ones, others = (sorted({pair[place] for pair in drawn}) for place in (0, 1))
    inner: Ints = np.array([[drawn.get((one, other), 0) for other in others] for one in ones])
    found = Attack(inner.shape)
    for place in np.flatnonzero(inner == 0).tolist():
        found.learn(np.eye(inner.size, dtype=np.int64)[place], 0, 0)
    for axis, sums in ((0, inner.sum(axis=1)), (1, inner.sum(axis=0))):
        table = protect(sums, rules)
        for number, shown in enumerate(table.values.tolist()):
            where = [inner.shape[0], inner.shape[1]]
            if number < inner.shape[axis]:
                where[axis] = number
            line = found.line((where[0], where[1]))
            hidden = table.hidden[number]
            found.learn(line, *((rules.floor, np.inf) if hidden else interval(rules, shown)))
    small = {pair: many for pair, many in drawn.items() if 0 < many <= rules.threshold}
    told = {}
    for one, other in small:
        line = np.zeros_like(inner)
        line[ones.index(one), others.index(other)] = 1
        told[one, other] = found.range_of(line.ravel())
    return told


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        pytest.param({("A", "A"): 60, ("B", "B"): 50}, False, id="only the codes are others"),
        pytest.param({("A", "A"): 60, ("A", "B"): 3, ("B", "B"): 50}, True, id="three go over"),
        pytest.param({("A", "A"): 60, ("A", "B"): 9, ("B", "B"): 50}, True, id="at the threshold"),
        pytest.param({("A", "A"): 60, ("A", "B"): 10, ("B", "B"): 50}, False, id="over the threshold"),
        pytest.param(
            {("A", "A"): 60, ("A", "C"): 3, ("B", "B"): 50, ("B", "C"): 47, ("C", "C"): 30},
            True,
            id="three among fifty who go over",
        ),
        pytest.param({("A", "A"): 60, ("B", "B"): 3}, False, id="few, and the same few in both"),
        pytest.param({("A", "A"): 60, ("B", "A"): 3}, True, id="few who are in another's area now"),
        pytest.param({("A", "A"): 30, ("A", "B"): 30}, False, id="one is parted in two"),
        pytest.param({("A", "A"): 30, ("B", "A"): 30}, False, id="two become one"),
        pytest.param(
            {("A", "A"): 40, ("A", "B"): 6, ("B", "A"): 6, ("B", "B"): 40},
            False,
            id="six for six: twelve differ",
        ),
        pytest.param(
            {("A", "A"): 40, ("A", "B"): 4, ("B", "B"): 40, ("B", "C"): 4, ("C", "C"): 40, ("C", "A"): 4},
            True,
            id="four round a ring: of one area eight differ",
        ),
    ],
)
def test_areas_that_differ_by_few_from_those_of_another_look_up_are_refused(
    drawn: Drawn, expected: bool
) -> None:
    assert refused(drawn) is expected


PAIRS = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")),
    st.one_of(st.integers(1, 9), st.integers(10, 25)),
    min_size=1,
    max_size=6,
).filter(lambda drawn: sum(drawn.values()) > ACRO.threshold)  # fewer are refused at once


@given(PAIRS)
@settings(max_examples=25, deadline=None)
def test_the_smallest_cut_is_what_trying_all_sums_of_areas_finds(drawn: Drawn) -> None:
    ones, others = (Counter(pair[place] for pair in drawn) for place in (0, 1))
    alike = {(one, other) for one, other in drawn if ones[one] == others[other] == 1}
    parted = {pair: many for pair, many in drawn.items() if pair not in alike}
    corners = sorted({("old", one) for one, _ in parted} | {("new", other) for _, other in parted})
    apart = set[int]()
    for taken in product((False, True), repeat=len(corners)):
        inside = {corner for corner, some in zip(corners, taken, strict=True) if some}
        apart.add(
            sum(
                many
                for (one, other), many in parted.items()
                if (("old", one) in inside) != (("new", other) in inside)
            )
        )
    assert refused(drawn) is any(0 < many <= ACRO.threshold for many in apart)


@pytest.mark.parametrize("name", ["acro", "nhs"])
def test_of_two_tables_that_were_both_released_no_few_can_be_told_to_be_few(name: str) -> None:
    """And where they are both to be had without a look at the look-ups, some are found exactly."""
    rules, admitted, exact = policy(name), 0, 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        drawn: Drawn = {}
        for one, other in product("ABC", "ABC"):
            many = int(
                draw.integers(20, 60) if one == other else draw.integers(0, 14) * (draw.random() < 0.6)
            )
            if many:
                drawn[one, other] = many
        told = ranges(drawn, rules)
        if not refused(drawn, rules):
            admitted += bool(told)
            for low, high in told.values():
                assert high >= rules.threshold + 1 - 1e-6, (drawn, low, high)
        exact += sum(high - low < 0.5 for low, high in told.values())
    assert admitted >= 3
    assert exact >= 5 or rules.base > 1


def test_somebody_who_moves_meanwhile_is_held_against_the_look_up_of_then() -> None:
    """Every code is another, and so is each digest by itself: three moved from one area to the other."""
    old, new = look_ups({("A", "A"): 40, ("B", "B"): 40})
    moved = town(80, moved={0: 79, 1: 78, 2: 77})
    for few, history in ((False, town(80)), (True, moved)):
        ledger = Ledger(KEY)
        release(ledger, town(80), old)
        if few:
            with pytest.raises(CohortTooCloseError, match="earlier look-up"):
                release(ledger, history, new)
        else:
            assert release(ledger, history, new)


def test_a_place_that_was_put_right_or_is_new_is_no_other_look_up() -> None:
    old, _ = look_ups({("A", "A"): 40, ("B", "B"): 40})
    history, ledger = town(80), Ledger(KEY)
    release(ledger, history, old)
    right, versions = old | {"at A-0": "old B"}, dict.fromkeys(old, "v1")
    areas = areas_of(history, CUT, right, versions | {"at A-0": "v2"})
    assert ledger.admit({"contacts": contacts_of(history, CUT)}, ACRO, areas)
    with pytest.raises(CohortTooCloseError):
        ledger.admit({"others": [f"P-{n}" for n in range(40)]}, ACRO, areas_of(history, CUT, right, versions))


def test_who_is_new_between_two_look_ups_tells_of_neither() -> None:
    """Three of the twelve who came live in one area: they were in no area of then, nor in another one."""
    old, new = look_ups({("A", "A"): 43, ("B", "B"): 49})
    # By their numbers the homes of A come first: forty of them and forty of B were there before.
    came = {f"at A-{home}" for home in (*range(3), *range(83, 92))}
    before = known(
        *(contact(f"c{who}", 200, "ED_ATTENDANCE", record=f"r{who}") for who in range(3, 83)),
        homes=tuple(lives(f"P-{who}", f"A-{who}") for who in range(3, 83)),
    )
    ledger = Ledger(KEY)
    release(ledger, before, {place: code for place, code in old.items() if place not in came})
    assert release(ledger, town(92), new)


def met(places: list[str]) -> History:
    """A town of a person to a home; one of them had a contact at each of these places, where nobody lives."""
    homes = tuple(lives(f"P-{n}", f"A-{n}") for n in range(216))
    said = [contact(f"c{n}", 200, "ED_ATTENDANCE", record=f"r{n}") for n in range(216)]
    there = [
        replace(contact(f"x {place}", 210, "FIRE_INCIDENT"), touches=(("r0", "subject"), (place, "place")))
        for place in places
    ]
    entities = (*named(said, homes), *(KnownEntity(place, place[3:], on(-9999)) for place in places))
    return History(Known((*said, *there), entities, homes))


def test_who_has_contacts_in_many_places_is_one_person() -> None:
    """In six areas that are parted otherwise, and six others; all that ties the halves is of one person."""
    halves = [[(f"{half}{one}", f"{half}{other}") for one, other in product("123", "123")] for half in "xy"]
    across = [
        pair
        for one, other in ("xy", "yx")
        for pair in product([f"{one}{n}" for n in "123"], [f"{other}{n}" for n in "123"])
    ]
    pairs = [pair for half in halves for pair in half for _ in range(12)] + across
    old = {f"at A-{n}": f"old {one}" for n, (one, _) in enumerate(pairs)}
    new = {f"at A-{n}": f"new {other}" for n, (_, other) in enumerate(pairs)}
    places = [f"at A-{n}" for n in range(216, len(pairs))]
    ledger = Ledger(KEY)
    release(ledger, met(places), old)
    with pytest.raises(CohortTooCloseError):  # eighteen contacts of one person
        release(ledger, met(places), new)
    ledger = Ledger(KEY)
    release(ledger, met([]), old)
    assert release(ledger, met([]), new)


CODES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "E1", "E2"]), max_size=6)


@given(st.lists(CODES, max_size=5), CODES)
def test_what_is_stored_is_followed_to_what_was_known(
    told: list[dict[str, str]], asked: dict[str, str]
) -> None:
    def digest(place: str) -> bytes:
        return place.encode().ljust(16)

    kept, stored = Editions(digest), list[tuple[bytes, bytes, bytes]]()
    for codes in told:
        entry = kept.news(codes)
        assert (entry is None) == (kept.news(codes) is None)
        if entry is not None:
            kept.follow(*entry)
            stored.append(entry)
        assert kept.news(codes) is None, "it is known now"
    again = Editions(digest)
    for entry in stored:
        again.follow(*entry)
    assert list(again.others(asked)) == list(kept.others(asked))
    for then in kept.others(asked):
        assert any(asked[place] != code for place, code in then.items())
        assert then.keys() <= asked.keys()
    if told and asked == told[-1]:
        assert again.news(asked) is None
