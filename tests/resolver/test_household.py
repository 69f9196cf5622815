"""Households: who lived together, under an id that stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from mast_resolver.household import COMMUNAL_ABOVE, Member, rebuild
from mast_resolver.records import FOREVER, EntityId


def year(number: int) -> dt.datetime:
    return dt.datetime(number, 1, 1, tzinfo=dt.UTC)


def member(person: str, start: int, end: int | None = None) -> Member:
    return Member(EntityId(person), year(start), year(end) if end else FOREVER)


def ids(prefix: str = "H") -> Callable[[], EntityId]:
    numbers = count(1)
    return lambda: EntityId(f"{prefix}-{next(numbers)}")


A, B = EntityId("A-1"), EntityId("A-2")


def test_people_with_overlapping_spells_are_one_household() -> None:
    built = rebuild({A: [member("P-1", 2019, 2022), member("P-2", 2021)]}, [], new_id=ids())
    assert [len(home.members) for home in built.households] == [2]


def test_the_next_tenants_are_another_household() -> None:
    built = rebuild({A: [member("P-1", 2019, 2021), member("P-2", 2021)]}, [], new_id=ids())
    assert [(home.start.year, home.end.year) for home in built.households] == [(2019, 2021), (2021, 9999)]


def test_thirteen_at_once_are_communal_and_twelve_are_not() -> None:
    crowd = [member(f"P-{number:02}", 2020) for number in range(COMMUNAL_ABOVE + 1)]
    assert rebuild({A: crowd}, [], new_id=ids()).households[0].communal
    assert not rebuild({A: crowd[1:]}, [], new_id=ids()).households[0].communal


def test_a_hostel_is_no_household_though_two_of_it_are_known() -> None:
    two = [member("P-1", 2019), member("P-2", 2020)]
    at, other = rebuild({A: two, B: two}, [], new_id=ids(), communal=[A]).households
    assert (at.communal, other.communal) == (True, False)


def test_a_turnover_of_many_with_few_at_once_is_not_communal() -> None:
    chain = [member(f"P-{number:02}", 2000 + number, 2002 + number) for number in range(20)]
    built = rebuild({A: chain}, [], new_id=ids())
    assert [(len(home.members), home.communal) for home in built.households] == [(20, False)]


def test_an_id_follows_the_largest_share_when_a_household_splits() -> None:
    lodger, couple = member("P-1", 2018), [member("P-2", 2018), member("P-3", 2018)]
    before = rebuild({A: [lodger, *couple]}, [], new_id=ids("old")).households
    after = rebuild(
        {A: [member("P-1", 2018, 2019), member("P-2", 2020), member("P-3", 2020)]}, before, new_id=ids()
    )
    assert {home.id: len(home.members) for home in after.households} == {"old-1": 2, "H-1": 1}
    assert after.ended == ()


def test_a_household_that_vanishes_names_who_took_its_members() -> None:
    before = rebuild({A: [member("P-1", 2018, 2019), member("P-2", 2020)]}, [], new_id=ids("old")).households
    after = rebuild({A: [member("P-1", 2018), member("P-2", 2020)]}, before, new_id=ids())
    assert [home.id for home in after.households] == ["old-2"]
    assert [(gone.id, gone.successors) for gone in after.ended] == [("old-1", ("old-2",))]


def test_a_household_whose_members_are_all_gone_has_no_successor() -> None:
    before = rebuild({A: [member("P-1", 2018)]}, [], new_id=ids("old")).households
    after = rebuild({A: []}, before, new_id=ids())
    assert after.households == ()
    assert [(gone.id, gone.successors) for gone in after.ended] == [("old-1", ())]


def test_a_family_that_moves_leaves_its_household_at_the_old_address() -> None:
    before = rebuild({A: [member("P-1", 2018)]}, [], new_id=ids("old")).households
    after = rebuild({A: [member("P-1", 2018, 2020)], B: [member("P-1", 2020)]}, before, new_id=ids())
    assert {home.address: home.id for home in after.households} == {A: "old-1", B: "H-1"}


def test_an_id_follows_to_the_address_that_took_the_old_one_over() -> None:
    before = rebuild({B: [member("P-1", 2018)]}, [], new_id=ids("old")).households
    after = rebuild({A: [member("P-1", 2018)], B: []}, before, new_id=ids(), successors={B: [A]})
    assert [(home.id, home.address) for home in after.households] == [("old-1", A)]


def test_an_id_follows_members_who_got_another_name() -> None:
    before = rebuild({A: [member("P-1", 2018)]}, [], new_id=ids("old")).households
    after = rebuild(
        {A: [member("P-2", 2018)]}, before, new_id=ids(), successors={EntityId("P-1"): [EntityId("P-2")]}
    )
    assert [home.id for home in after.households] == ["old-1"]


PEOPLE = st.sampled_from([f"P-{number}" for number in range(6)])


@st.composite
def residents(draw: st.DrawFn) -> list[Member]:
    """Members whose own spells at the address do not overlap, as `spells` gives them."""
    found: list[Member] = []
    for person in draw(st.lists(PEOPLE, unique=True)):
        moves = sorted(draw(st.lists(st.integers(2000, 2012), min_size=2, max_size=4, unique=True)))
        for start, end in zip(moves[::2], moves[1::2], strict=False):
            found.append(member(person, start, end))
    return found


@given(residents())
def test_every_resident_is_at_every_moment_in_exactly_one_household(people: list[Member]) -> None:
    built = rebuild({A: people}, [], new_id=ids()).households
    assert sorted((one for home in built for one in home.members), key=repr) == sorted(people, key=repr)
    for moment in range(2000, 2013):
        present = {home.id for home in built for one in home.members if one.start <= year(moment) < one.end}
        assert len(present) <= 1


@given(residents(), st.data())
def test_the_order_of_residents_never_changes_the_households(
    people: list[Member], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(people))
    assert rebuild({A: shuffled}, [], new_id=ids()) == rebuild({A: people}, [], new_id=ids())


@given(residents(), residents())
def test_rebuilding_again_changes_nothing(first: list[Member], second: list[Member]) -> None:
    before = rebuild({A: first, B: second}, [], new_id=ids("old")).households
    again = rebuild({A: second, B: first}, before, new_id=ids())
    repeated = rebuild({A: second, B: first}, again.households, new_id=ids("never"))
    assert repeated.households == again.households
    assert repeated.ended == ()


@given(residents(), residents())
def test_no_id_is_used_twice_and_none_vanishes_unseen(first: list[Member], second: list[Member]) -> None:
    before = rebuild({A: first}, [], new_id=ids("old")).households
    after = rebuild({A: second}, before, new_id=ids())
    now = [home.id for home in after.households]
    assert len(now) == len(set(now))
    assert {home.id for home in before} == {gone.id for gone in after.ended} | {
        one for one in now if "old" in one
    }


def test_a_hall_of_hundreds_who_never_left_can_be_rebuilt() -> None:
    hall, since = EntityId("A-hall"), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    members = [Member(EntityId(f"P-{number:04d}"), since, FOREVER) for number in range(400)]
    first = rebuild({hall: members}, [], new_id=lambda: EntityId("H-1"), successors={})
    again = rebuild({hall: members}, first.households, new_id=lambda: EntityId("H-2"), successors={})
    assert [home.id for home in again.households] == [EntityId("H-1")]
