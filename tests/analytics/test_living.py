"""Homes as known at a moment: in columns, step by step and at once they are the same."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.histories import knowns, lives, named, on

from mast_analytics.history import History
from mast_analytics.living import homes_at
from mast_analytics.moves import Belief
from mast_resolver.known import Known, KnownEntity, KnownStay
from mast_resolver.records import FOREVER

Home = tuple[str, str, str, float, float]
DAYS = st.integers(-1, 60)


def in_columns(history: History, day: float) -> list[Home]:
    found, names = homes_at(history, on(day)), history.names.all
    columns = (found.person, found.household, found.address, found.start, found.end)
    rows = zip(*(each.tolist() for each in columns), strict=True)
    return sorted(
        (names[who], found.households[home], names[place], start, end)
        for who, home, place, start, end in rows
    )


def said(belief: Belief, people: set[str]) -> list[Home]:
    homes = {
        home for person in people for home in belief.homes._of_person.get(person, ()) if not home.communal
    }
    return sorted(
        (each.person, each.household, each.address, each.start.timestamp(), each.end.timestamp())
        for each in homes
    )


def at_once(known: Known, day: float) -> Belief:
    """Of what was on record at one moment, and nothing else."""
    belief = Belief()
    for entity in known.entities:
        if entity.recorded_from <= on(day) < entity.recorded_to:
            belief.identify(entity, begins=True)
    for stay in known.stays:
        if stay.recorded_from <= on(day) < stay.recorded_to:
            belief.lives(stay, begins=True)
    belief.renew()
    return belief


@given(knowns(), DAYS)
def test_in_columns_they_are_what_the_rules_make_of_what_was_on_record(known: Known, day: int) -> None:
    people = {each.entity for each in known.entities}
    assert in_columns(History(known), day) == said(at_once(known, day), people)


@given(knowns())
def test_step_by_step_they_are_what_they_are_at_once(known: Known) -> None:
    people, belief = {each.entity for each in known.entities}, Belief()
    every: tuple[KnownEntity | KnownStay, ...] = (*known.entities, *known.stays)
    steps = [
        (moment, begins, each)
        for each in every
        for moment, begins in ((each.recorded_from, True), (each.recorded_to, False))
        if moment < FOREVER
    ]
    steps.sort(key=itemgetter(0, 1))
    for moment, together in groupby(steps, key=itemgetter(0)):
        for _, begins, each in together:
            if isinstance(each, KnownEntity):
                belief.identify(each, begins=begins)
            else:
                belief.lives(each, begins=begins)
        belief.renew()
        day = (moment - on(0)).total_seconds() / 86_400
        assert said(belief, people) == said(at_once(known, day), people)


@settings(max_examples=30)
@given(st.integers(9, 16), st.integers(0, 3), st.integers(-20, 20))
def test_more_than_a_household_has_is_a_hostel_from_when_it_is_known(
    many: int, leaving: int, recorded: int
) -> None:
    """Thirteen at one moment, not thirteen one after another."""
    homes = [lives(f"P-{n}", "A-1", n, 40 if n < leaving else None) for n in range(many)]
    late = lives("P-99", "A-1", 41, recorded=(recorded, None))
    known = Known((), named((), (*homes, late)), (*homes, late))
    for day in (recorded - 1, recorded):
        assert in_columns(History(known), day) == said(at_once(known, day), {f"P-{n}" for n in range(100)})


@pytest.mark.parametrize(("day", "homes"), [(9, 1), (10, 0), (20, 1)])
def test_what_kind_of_place_it_is_is_known_as_of_then(day: float, homes: int) -> None:
    def place(since: float, until: float | None, *, communal: bool) -> KnownEntity:
        return KnownEntity("a", "A-1", on(since), FOREVER if until is None else on(until), communal)

    stay = KnownStay("r1", "a", on(0), FOREVER, on(0), on(0))
    clock = (place(0, 10, communal=False), place(10, 20, communal=True), place(20, None, communal=False))
    history = History(Known((), (KnownEntity("r1", "P-1", on(0)), *clock), (stay,)))
    assert len(in_columns(history, day)) == homes


def test_who_confirmed_a_home_after_a_move_was_known_has_two_from_then_on() -> None:
    def old(seen: float, since: float, until: float | None) -> KnownStay:
        end = FOREVER if until is None else on(until)
        return KnownStay("r1", "a", on(0), FOREVER, on(seen), on(since), end)

    stays = (old(0, 0, 30), old(30, 30, None), KnownStay("r1", "b", on(10), FOREVER, on(10), on(10)))
    entities = [KnownEntity(*each, on(0)) for each in (("r1", "P-1"), ("a", "A-1"), ("b", "A-2"))]
    history = History(Known((), tuple(entities), stays))
    ends = [
        [end for _, _, place, _, end in in_columns(history, day) if place == "A-1"] for day in (5, 29, 30)
    ]
    assert ends == [[FOREVER.timestamp()], [on(10).timestamp()], [FOREVER.timestamp()]]


def test_a_tenancy_that_begins_as_another_one_ends_there_is_not_over_with_it() -> None:
    stays = (lives("P-1", "A-1", 0, 10), lives("P-1", "A-1", 10))
    known = Known((), named((), stays), stays)
    assert in_columns(History(known), 20) == said(at_once(known, 20), {"P-1"})
    assert [end for *_, end in in_columns(History(known), 20)] == [FOREVER.timestamp()]
