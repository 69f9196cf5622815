"""What became of a household: moves, splits, people who joined others, and households formed anew."""

from __future__ import annotations

import datetime as dt
from itertools import count, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_resolver.household import COMMUNAL_ABOVE, Household, Member, rebuild
from mast_resolver.household_path import WITHIN, Change, Link, between
from mast_resolver.records import FOREVER, EntityId

DAY_0 = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
MONTH = WITHIN.days


def day(number: int) -> dt.datetime:
    return DAY_0 + dt.timedelta(days=number)


def member(person: str, start: int, end: int | None = None) -> Member:
    return Member(EntityId(person), day(start), FOREVER if end is None else day(end))


def home(name: str, *members: Member, communal: bool = False) -> Household:
    """A household of that name at an address of that name."""
    return Household(EntityId(f"H-{name}"), EntityId(f"A-{name}"), communal, members)


def only(earlier: Household, later: Household) -> Link:
    (link,) = between(earlier, later)
    return link


FAMILY = [member("ann", 0, 500), member("bob", 0, 500), member("child", 100, 500)]
OLD = home("old", *FAMILY)


def test_a_family_that_goes_together_moved() -> None:
    new = home("new", member("ann", 500), member("bob", 510), member("child", 500))
    link = only(OLD, new)
    assert (link.change, link.people) == (Change.MOVED, ("ann", "bob", "child"))
    assert (link.left, link.at) == (day(500), day(510))
    assert (link.stayed, link.met, link.beside) == ((), (), ())


def test_a_parent_who_leaves_with_a_child_is_a_split() -> None:
    old = home("old", member("ann", 0, 500), member("bob", 0), member("child", 100, 500))
    link = only(old, home("new", member("ann", 500), member("child", 500)))
    assert (link.change, link.people, link.stayed) == (Change.SPLIT, ("ann", "child"), ("bob",))


def test_two_who_part_are_two_splits() -> None:
    old = home("old", member("ann", 0, 500), member("bob", 0, 505))
    for name in ("ann", "bob"):
        link = only(old, home(name, member(name, 505)))
        assert (link.change, len(link.stayed)) == (Change.SPLIT, 1)


def test_who_comes_to_others_joined_them() -> None:
    link = only(OLD, home("new", member("gran", 0), member("ann", 500), member("child", 500)))
    assert (link.change, link.met, link.stayed) == (Change.JOINED, ("gran",), ("bob",))


def test_two_households_that_form_one_are_reformed() -> None:
    new = home("new", member("ann", 500), member("carl", 505))
    one = only(home("one", member("ann", 0, 500)), new)
    other = only(home("other", member("carl", 0, 505)), new)
    assert (other.change, other.beside, other.met) == (Change.REFORMED, ("ann",), ())
    # As it was when she came, she was alone: what came after is not looked at.
    assert (one.change, one.at) == (Change.MOVED, day(500))


def test_who_comes_back_to_the_same_address_is_reformed() -> None:
    before = Household(EntityId("H-1"), EntityId("A-1"), False, (member("ann", 0, 500),))
    after = Household(EntityId("H-2"), EntityId("A-1"), False, (member("ann", 520),))
    assert only(before, after).change is Change.REFORMED


@pytest.mark.parametrize(
    ("left", "came", "linked"),
    [
        pytest.param(500, 500 + MONTH, True, id="as late as declared"),
        pytest.param(500, 501 + MONTH, False, id="a day later"),
        pytest.param(500, 500 - MONTH, True, id="as early as declared"),
        pytest.param(500, 499 - MONTH, False, id="a day earlier"),
    ],
)
def test_leaving_and_coming_are_one_move_within_a_month(left: int, came: int, linked: bool) -> None:
    assert bool(between(home("old", member("ann", 0, left)), home("new", member("ann", came)))) is linked


def test_who_left_over_a_month_before_did_not_stay_behind() -> None:
    gone = home("old", member("ann", 0, 500), member("bob", 0, 500 - MONTH))
    assert only(gone, home("new", member("ann", 500))).change is Change.MOVED
    just = home("old", member("ann", 0, 500), member("bob", 0, 501 - MONTH))
    assert only(just, home("new", member("ann", 500))).change is Change.SPLIT


def test_those_who_follow_over_a_month_later_joined_those_who_went_first() -> None:
    old = home("old", member("ann", 0, 500), member("bob", 0, 600))
    first, second = between(old, home("new", member("ann", 500), member("bob", 600)))
    assert (first.change, first.people) == (Change.SPLIT, ("ann",))
    assert (second.change, second.people, second.met) == (Change.JOINED, ("bob",), ("ann",))


def test_a_second_home_is_no_move() -> None:
    assert between(home("mother", member("child", 0)), home("father", member("child", 20))) == ()


def test_a_visit_within_a_stay_is_no_move() -> None:
    assert between(home("old", member("ann", 0, 510)), home("visit", member("ann", 500, 505))) == ()


def test_of_a_hostel_nobody_is_named_but_who_moved() -> None:
    crowd = [member(f"p{number:02}", 0) for number in range(COMMUNAL_ABOVE + 1)]
    hostel = home("hostel", member("ann", 100, 500), *crowd, communal=True)
    out = only(hostel, home("new", member("ann", 500)))
    assert (out.change, out.stayed) == (Change.SPLIT, ())
    into = only(home("old", member("ann", 0, 100)), hostel)
    assert (into.change, into.met, into.beside) == (Change.JOINED, (), ())


PEOPLE = st.sampled_from([f"p{number}" for number in range(5)])
ADDRESSES = [EntityId(f"A-{number}") for number in range(4)]


@st.composite
def towns(draw: st.DrawFn) -> dict[EntityId, list[Member]]:
    """Who lived where: at each address a person's own spells do not overlap, as `spells` gives them."""
    town: dict[EntityId, list[Member]] = {}
    for address in ADDRESSES:
        town[address] = []
        for person in draw(st.lists(PEOPLE, unique=True)):
            days = sorted(draw(st.lists(st.integers(0, 300), min_size=2, max_size=4, unique=True)))
            for start, end in zip(days[::2], days[1::2], strict=False):
                town[address].append(member(person, start, end))
    return town


def built(town: dict[EntityId, list[Member]]) -> list[Household]:
    numbers = count(1)
    return list(rebuild(town, [], new_id=lambda: EntityId(f"H-{next(numbers)}")).households)


def all_links(homes: list[Household]) -> set[Link]:
    return {link for one in homes for other in homes for link in between(one, other)}


@given(towns())
def test_the_order_of_members_and_households_never_changes_the_links(
    town: dict[EntityId, list[Member]],
) -> None:
    homes = built(town)
    turned = [
        Household(each.id, each.address, each.communal, tuple(reversed(each.members)))
        for each in reversed(homes)
    ]
    assert all_links(turned) == all_links(homes)


@given(towns())
def test_who_is_named_was_there_and_is_named_once(town: dict[EntityId, list[Member]]) -> None:
    homes = {each.id: each for each in built(town)}
    for link in all_links(list(homes.values())):
        groups = (link.people, link.stayed, link.met, link.beside)
        assert link.people
        assert link.left <= link.at
        assert not set(link.people) & {*link.stayed, *link.met, *link.beside}
        assert not set(link.met) & set(link.beside)
        before = {one.person for one in homes[link.earlier].members}
        after = {one.person for one in homes[link.later].members}
        assert before >= {*link.people, *link.stayed}
        assert after >= {*link.people, *link.met, *link.beside}
        assert all(tuple(sorted(group)) == group for group in groups)


@given(towns())
def test_nothing_that_happens_after_a_link_changes_it(town: dict[EntityId, list[Member]]) -> None:
    """Later arrivals, and later ends of stays, are not looked at: an answer as at a moment is one of then."""
    homes = built(town)
    for one, other in permutations(homes, 2):
        for link in between(one, other):
            trimmed = [_as_known_at(each, link.at) for each in (one, other)]
            again = {each for each in between(*trimmed) if each.left == link.left}
            assert {(each.change, each.people, each.stayed, each.met, each.beside) for each in again} == {
                (link.change, link.people, link.stayed, link.met, link.beside)
            }


def _as_known_at(home: Household, moment: dt.datetime) -> Household:
    members = tuple(
        Member(one.person, one.start, one.end if one.end <= moment else FOREVER)
        for one in home.members
        if one.start <= moment
    )
    return Household(home.id, home.address, home.communal, members)


@given(towns())
def test_every_move_within_a_month_is_carried_by_a_link(town: dict[EntityId, list[Member]]) -> None:
    homes = built(town)
    links = all_links(homes)
    for one, other in permutations(homes, 2):
        for left in one.members:
            for came in other.members:
                moved = (
                    left.person == came.person
                    and abs(came.start - left.end) <= WITHIN
                    and left.start < came.start
                    and left.end < came.end
                )
                carried = any(
                    (link.earlier, link.later) == (one.id, other.id)
                    and left.person in link.people
                    and link.left <= left.end <= link.at
                    for link in links
                )
                assert carried or not moved
