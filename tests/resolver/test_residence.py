"""Homes: what one agency said over time, and where a person therefore lived."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_resolver.records import FOREVER, EntityId, RecordId, Residence
from mast_resolver.residence import Spell, Stay, spells, timeline


def year(number: int) -> dt.datetime:
    return dt.datetime(number, 1, 1, tzinfo=dt.UTC)


def said(address: str, start: int, seen: int, end: int | None = None, *, inferred: bool = False) -> Residence:
    return Residence(
        RecordId("r-person"),
        RecordId(address),
        valid_from=year(start),
        seen_at=year(seen),
        valid_to=year(end) if end else FOREVER,
        inferred=inferred,
    )


def stay(address: str, start: int, seen: int, end: int | None = None, *, inferred: bool = False) -> Stay:
    return Stay(EntityId(address), year(start), year(seen), year(end) if end else FOREVER, inferred)


def spell(address: str, start: int, end: int | None, *, inferred: bool = False) -> Spell:
    return Spell(EntityId(address), year(start), year(end) if end else FOREVER, inferred)


@pytest.mark.parametrize(
    ("statements", "believed"),
    [
        pytest.param(
            [said("a", 2020, 2020), said("a", 2020, 2022)],
            [said("a", 2020, 2022)],
            id="said again is confirmed",
        ),
        pytest.param(
            [said("a", 2020, 2021), said("b", 2022, 2022)],
            [said("a", 2020, 2021), said("b", 2022, 2022)],
            id="a move adds a home",
        ),
        pytest.param(
            [said("a", 2020, 2022, 2022), said("a", 2020, 2021)],
            [said("a", 2020, 2022, 2022)],
            id="an end is not undone by an older statement that arrives later",
        ),
        pytest.param(
            [said("a", 2020, 2021), said("b", 2020, 2022)],
            [said("b", 2020, 2022)],
            id="the same start elsewhere corrects the address",
        ),
        pytest.param(
            [said("a", 2020, 2021), said("a", 2019, 2022)],
            [said("a", 2019, 2022)],
            id="another start of the same stay corrects the date",
        ),
        pytest.param(
            [said("a", 2018, 2020), said("a", 2021, 2021)],
            [said("a", 2018, 2020), said("a", 2021, 2021)],
            id="a renewed tenancy keeps the years before",
        ),
        pytest.param(
            [said("a", 2018, 2020, 2020), said("a", 2019, 2021)],
            [said("a", 2018, 2020, 2020), said("a", 2019, 2021)],
            id="closed and added again, a year of both: nothing is lost",
        ),
        pytest.param(
            [said("a", 2018, 2022), said("a", 2019, 2023, 2021)],
            [said("a", 2019, 2023, 2021)],
            id="over by when it was still stated: the dates are corrected",
        ),
        pytest.param(
            [said("a", 2020, 2022, 2021), said("a", 2023, 2023)],
            [said("a", 2020, 2022, 2021), said("a", 2023, 2023)],
            id="a return after an end is a second stay",
        ),
        pytest.param(
            [said("a", 2021, 2021, inferred=True), said("a", 2020, 2020, inferred=True)],
            [said("a", 2020, 2021, inferred=True)],
            id="sightings are one stay, first to last",
        ),
        pytest.param([said("a", 2022, 2022, 2021)], [], id="a stay that ends before it starts is void"),
        pytest.param(
            [said("a", 2020, 2021), said("b", 2020, 2021)],
            [said("a", 2020, 2021), said("b", 2020, 2021)],
            id="two homes said at once stay two homes",
        ),
    ],
)
def test_a_records_timeline(statements: list[Residence], believed: list[Residence]) -> None:
    assert list(timeline(statements).believed) == believed


YEARS = st.integers(2000, 2008)
STATEMENTS = st.lists(
    st.builds(
        lambda address, start, seen, length, inferred: said(
            address, start, seen, start + length if length else None, inferred=inferred
        ),
        st.sampled_from("abc"),
        YEARS,
        YEARS,
        st.integers(0, 4),
        st.booleans(),
    ),
    max_size=8,
)


@given(STATEMENTS, st.data())
def test_the_order_of_statements_never_changes_the_timeline(
    statements: list[Residence], data: st.DataObject
) -> None:
    assert timeline(data.draw(st.permutations(statements))) == timeline(statements)


@given(STATEMENTS, STATEMENTS)
def test_a_timeline_goes_on_from_what_was_kept_as_from_all_that_was_said(
    first: list[Residence], more: list[Residence]
) -> None:
    kept = timeline(first)
    assert timeline([*kept.believed, *kept.superseded, *more]) == timeline([*first, *more])


@given(STATEMENTS)
def test_something_is_believed_whenever_something_valid_was_said(statements: list[Residence]) -> None:
    valid = [item for item in statements if item.valid_from < item.valid_to]
    assert bool(timeline(statements).believed) == bool(valid)


TENANCIES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4), st.booleans()), min_size=1, max_size=5)


@given(TENANCIES, st.data())
def test_closing_and_adding_again_never_loses_an_interval(
    tenancies: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    """One tenancy after the other at one address, each said open, closed (or not) and said anew."""
    statements, stated, start = [], [], 2000
    for gap, length, closed in tenancies:
        start, end = start + gap, start + gap + length
        statements.append(said("a", start, start))
        if closed:
            statements.append(said("a", start, end, end))
            stated.append((year(start), year(end)))
        else:
            stated.append((year(start), year(start + 1)))
    believed = timeline(data.draw(st.permutations(statements))).believed
    stays = [Stay(EntityId(one.address), one.valid_from, one.seen_at, one.valid_to) for one in believed]
    lived = spells(stays)
    for begun, over in stated:
        assert any(one.start <= begun and over <= one.end for one in lived), (begun, over)


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        pytest.param(
            [stay("A", 2019, 2020), stay("B", 2021, 2021)],
            [spell("A", 2019, 2021, inferred=True), spell("B", 2021, None)],
            id="an open stay not confirmed since is over when the next begins",
        ),
        pytest.param(
            [stay("A", 2019, 2022), stay("B", 2021, 2023)],
            [spell("A", 2019, None), spell("B", 2021, None)],
            id="two homes confirmed in turn stay two homes",
        ),
        pytest.param(
            [stay("A", 2019, 2020), stay("A", 2018, 2021, 2022)],
            [spell("A", 2018, 2022, inferred=False)],
            id="another source's end holds when nobody said otherwise later",
        ),
        pytest.param(
            [stay("A", 2019, 2023), stay("A", 2018, 2021, 2022)],
            [spell("A", 2018, None)],
            id="confirmed after another source's end it goes on",
        ),
        pytest.param(
            [stay("A", 2010, 2010), stay("B", 2012, 2012), stay("A", 2020, 2020)],
            [
                spell("A", 2010, 2012, inferred=True),
                spell("B", 2012, 2020, inferred=True),
                spell("A", 2020, None),
            ],
            id="a stated return is a second spell",
        ),
        pytest.param(
            [stay("A", 2010, 2010), stay("B", 2012, 2012), stay("A", 2014, 2014, inferred=True)],
            [spell("A", 2010, None), spell("B", 2012, 2014, inferred=True)],
            id="a later sighting says they never left",
        ),
        pytest.param(
            [stay("A", 2019, 2020, 2020), stay("A", 2020, 2021)],
            [spell("A", 2019, None)],
            id="touching stays are one spell",
        ),
        pytest.param(
            [stay("A", 2019, 2020, inferred=True)],
            [spell("A", 2019, None, inferred=True)],
            id="an inferred start is marked",
        ),
    ],
)
def test_a_persons_spells(stays: list[Stay], expected: list[Spell]) -> None:
    assert list(spells(stays)) == expected


STAYS = st.lists(
    st.builds(
        lambda address, start, seen, length, inferred: stay(
            address, start, seen, start + length if length else None, inferred=inferred
        ),
        st.sampled_from(("A", "B", "C")),
        YEARS,
        YEARS,
        st.integers(0, 4),
        st.booleans(),
    ),
    max_size=8,
)


@given(STAYS, st.data())
def test_the_order_of_stays_never_changes_the_spells(stays: list[Stay], data: st.DataObject) -> None:
    assert spells(data.draw(st.permutations(stays))) == spells(stays)


@given(STAYS)
def test_a_stay_said_twice_is_as_said_once(stays: list[Stay]) -> None:
    assert spells([*stays, *stays]) == spells(stays)


@given(STAYS)
def test_spells_at_one_address_neither_overlap_nor_touch(stays: list[Stay]) -> None:
    found = spells(stays)
    for address in {item.address for item in found}:
        here = [item for item in found if item.address == address]
        assert all(left.end < right.start for left, right in pairwise(here))


@given(STAYS)
def test_every_stated_start_and_closed_stay_is_covered(stays: list[Stay]) -> None:
    found = spells(stays)
    for item in stays:
        here = [one for one in found if one.address == item.address]
        assert any(one.start <= item.valid_from < one.end for one in here)
        if item.valid_to < FOREVER:
            assert any(one.start <= item.valid_from and item.valid_to <= one.end for one in here)


@given(STAYS)
def test_a_person_with_homes_has_a_present_one_unless_all_are_known_to_have_ended(stays: list[Stay]) -> None:
    still_open = [item for item in stays if item.valid_to == FOREVER]
    ends = [item for item in stays if item.valid_to < FOREVER]
    if still_open and not ends:
        assert any(item.end == FOREVER for item in spells(stays))
