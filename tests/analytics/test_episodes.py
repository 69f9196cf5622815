"""Episodes as of a cut-off: nothing of later shows, what the rules see is seen, faults are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analytics.histories import contact, known, knowns, lives, on

from mast_analytics.episodes import ABOUT, CutOff, Episodes, episodes
from mast_analytics.event import Event, GroupBy
from mast_analytics.follows import directly_follows
from mast_analytics.grouping import PLACE
from mast_analytics.history import History
from mast_analytics.knowledge import learnt
from mast_analytics.spells import CENSORED, DEAD, Spells, spells
from mast_resolver.errors import UsageError
from mast_resolver.known import Known, KnownEntity
from mast_resolver.records import FOREVER

CUT_OFFS = st.builds(
    lambda valid, recorded: CutOff(on(valid), on(recorded)), st.integers(0, 60), st.integers(0, 60)
)
UNITS = st.sampled_from([GroupBy.PERSON, GroupBy.HOUSEHOLD])
Row = tuple[str, str, str, int, int, int, bool]


def rows(found: Episodes) -> list[Row]:
    names, history = found.names, found.history
    columns = (found.subject, found.contact, found.type, found.severity, found.start, found.end, found.open)
    return sorted(
        (names[who], history.contacts.all[id_], history.types.all[kind], *rest)
        for who, id_, kind, *rest in zip(*(column.tolist() for column in columns), strict=True)
    )


def without_what_came_later(said: Known, cut_off: CutOff) -> Known:
    """As somebody would have it who copied everything at the cut-off, and had no word of what was to come."""
    contacts = [
        replace(
            each,
            recorded_to=FOREVER if each.recorded_to > cut_off.recorded else each.recorded_to,
            closed_at=None if each.closed_at and each.closed_at > cut_off.valid else each.closed_at,
            open=each.open or bool(each.closed_at and each.closed_at > cut_off.valid),
        )
        for each in said.contacts
        if each.recorded_from <= cut_off.recorded and each.at <= cut_off.valid
    ]
    entities = [
        replace(each, recorded_to=FOREVER if each.recorded_to > cut_off.recorded else each.recorded_to)
        for each in said.entities
        if each.recorded_from <= cut_off.recorded
    ]
    homes = [
        replace(each, recorded_to=FOREVER if each.recorded_to > cut_off.recorded else each.recorded_to)
        for each in said.stays
        if each.recorded_from <= cut_off.recorded
    ]
    return Known(tuple(contacts), tuple(entities), tuple(homes))


@given(knowns(), CUT_OFFS, UNITS)
def test_nobody_sees_the_future_of_a_cut_off(said: Known, cut_off: CutOff, unit: GroupBy) -> None:
    with_it = episodes(History(said), cut_off, by=unit)
    without = episodes(History(without_what_came_later(said, cut_off)), cut_off, by=unit)
    assert rows(with_it) == rows(without)
    assert set(with_it.treated) == set(without.treated)
    assert with_it.unresolved == without.unresolved
    assert directly_follows(with_it) == directly_follows(without)


@given(knowns(), CUT_OFFS, UNITS)
def test_the_same_contacts_are_seen_as_by_rules(said: Known, cut_off: CutOff, unit: GroupBy) -> None:
    believed: dict[str, Event] = {}
    for step in learnt(said):
        if step.at <= cut_off.recorded:
            for id_ in step.gone:
                believed.pop(id_, None)
            believed.update({event.id: event for event in step.events})
    expected = {
        (name, event.id)
        for event in believed.values()
        if event.at <= cut_off.valid
        for name, roles in event.groups.get(unit, {}).items()
        if roles & (ABOUT | {PLACE})
    }
    assert {(who, id_) for who, id_, *_ in rows(episodes(History(said), cut_off, by=unit))} == expected


@given(knowns(), CUT_OFFS, UNITS, st.none() | st.integers(0, 30))
def test_spells_are_the_highest_level_of_each_day(
    said: Known, cut_off: CutOff, unit: GroupBy, since: int | None
) -> None:
    found = episodes(History(said), cut_off, by=unit)
    first_day = None if since is None else on(since).toordinal()
    assert by_day(spells(found, since=first_day)) == day_by_day(found, first_day or 0)


def day_by_day(found: Episodes, since: int) -> dict[tuple[int, int], int]:
    """Worked out for each subject and day by itself."""
    levels = {}
    for who in set(found.subject.tolist()):
        mine = found.subject == who
        for day in range(max(since, found.start[mine].min()), found.cut_off.until):
            there = mine & (found.start <= day) & (day < found.end)
            levels[who, day] = int(found.severity[there].max() + 1) if there.any() else 0
    return levels


def by_day(found: Spells) -> dict[tuple[int, int], int]:
    levels: dict[tuple[int, int], int] = {}
    last: dict[int, tuple[int, int]] = {}
    for who, state, to, start, stop in zip(
        *(column.tolist() for column in (found.subject, found.state, found.to, found.start, found.stop)),
        strict=True,
    ):
        assert last.get(who, (start, state)) == (start, state)  # where the last one went, and when
        assert to != state
        last[who] = (stop, to)
        levels.update({(who, day): state for day in range(start, stop)})
    assert all(to == CENSORED for _, to in last.values())
    return levels


CUT = CutOff(on(100), on(100))


def test_an_episode_closed_after_the_cut_off_is_going_on() -> None:
    found = episodes(known(contact("c", 0, closed=20, recorded=(0, None))), CutOff(on(10), on(100)))
    assert [(end - start, still) for *_, start, end, still in rows(found)] == [(11, True)]


def test_a_closure_before_the_opening_is_told_and_counts_as_a_moment() -> None:
    found = episodes(known(contact("c", 10, closed=5)), CUT)
    assert [(end - start, still) for *_, start, end, still in rows(found)] == [(28, False)]
    assert [(each.rule, each.agency, each.contact) for each in found.treated] == [
        ("8630", "council_children", "c")
    ]


def test_a_closed_one_without_a_date_is_told() -> None:
    found = episodes(known(contact("c", 10, still=False)), CUT)
    assert [each.rule for each in found.treated] == ["8810"]
    assert not found.open.any()


def test_overlapping_ones_are_told_and_counted_once() -> None:
    history = known(
        contact("long", 0, closed=60),
        contact("short", 5, closed=10),
        contact("inside the long one", 20, closed=30),
        contact("on the day it closed", 60, closed=70),
        contact("of another kind", 5, "SECTION_47_ENQUIRY", closed=10),
        contact("of somebody else", 5, closed=10, record="r2"),
    )
    found = episodes(history, CUT)
    assert {(each.rule, each.contact) for each in found.treated} == {
        ("8820", "short"),
        ("8820", "inside the long one"),
    }
    of_one = spells(found)
    kept = [
        (int(state), int(stop - start))
        for who, state, start, stop in zip(
            of_one.subject, of_one.state, of_one.start, of_one.stop, strict=True
        )
        if history.names.all[who] == "P-1"
    ]
    assert kept == [(4, 5), (5, 5), (4, 60), (0, 31)]


def test_what_comes_after_a_death_is_told_and_left_out() -> None:
    history = known(
        contact("plan", 0, closed=30, category="RC2"),
        contact("still open", 10, "LOOKED_AFTER"),
        contact("that day", 30.1, "ED_ATTENDANCE"),
        contact("after", 31, "ED_ATTENDANCE"),
    )
    found = episodes(history, CUT)
    assert [(each.rule, each.contact) for each in found.treated] == [("8555Q", "after")]
    assert [id_ for _, id_, *_ in rows(found)] == ["plan", "still open", "that day"]
    assert not found.open.any()
    path = spells(found)
    assert path.to.tolist()[-1] == DEAD
    assert path.stop[-1] == on(31).toordinal()
    # Before the death was known, it was not.
    before = episodes(history, CutOff(on(29), on(100)))
    assert spells(before).to.tolist()[-1] == CENSORED
    assert before.open.any()


def test_nobody_else_dies_of_somebodys_death() -> None:
    touches = (("r1", "subject"), ("r2", "child_in_household"), ("r3", "caller"))
    care = replace(contact("care", 0, "CARE_PACKAGE", closed=20, category="deceased"), touches=touches)
    later = [contact(f"later {record}", 60, closed=70, record=record) for record in ("r1", "r2", "r3")]
    found = episodes(known(care, *later), CUT)
    assert [found.history.names.all[who] for who in found.died] == ["P-1"]
    assert [(each.rule, each.contact) for each in found.treated] == [("8555Q", "later r1")]
    assert [(who, id_) for who, id_, *_ in rows(found)] == [
        ("P-1", "care"), ("P-2", "care"), ("P-2", "later r2"), ("P-3", "later r3"),
    ]  # fmt: skip


def test_a_death_of_one_of_several_is_told_and_marks_nobody() -> None:
    both = contact("care", 0, "CARE_PACKAGE", closed=20, category="deceased")
    both = replace(both, touches=(("r1", "subject"), ("r2", "subject")))
    found = episodes(known(both, contact("later", 60, closed=70)), CUT)
    assert found.died == {}
    assert [(each.rule, each.contact, each.subject) for each in found.treated] == [
        ("WHOSE_DEATH", "care", "P-1"), ("WHOSE_DEATH", "care", "P-2"),
    ]  # fmt: skip
    # One person by two records is one.
    history = History(
        Known((both,), (KnownEntity("r1", "P-1", on(-9999)), KnownEntity("r2", "P-1", on(-9999))))
    )
    assert len(episodes(history, CUT).died) == 1


def test_a_closure_that_is_backwards_dates_no_death() -> None:
    found = episodes(known(contact("plan", 0, closed=-90, category="RC2"), contact("after", 31)), CUT)
    assert found.died == {}
    assert [(each.rule, each.contact) for each in found.treated] == [("8630", "plan")]


def test_who_is_merged_or_split_later_had_and_has_a_home() -> None:
    """By what is said of each record: so it is of whoever a record was then."""
    was = (KnownEntity("r1", "P-1", on(-9), on(50)), KnownEntity("r1", "P-2", on(50)))
    place = (KnownEntity("ra", "A-9", on(-9), on(50)), KnownEntity("ra", "A-1", on(50)))
    home = replace(lives("P-1", "", recorded=(-9, None)), place="ra")
    said = (contact("his", 0, closed=20), contact("there", 5, "FIRE_INCIDENT", record="ra", role="place"))
    history = History(Known(said, (*was, *place), (home,)))
    for day, household in ((40, "H-of-A-9-0"), (60, "H-of-A-1-0")):
        found = episodes(history, CutOff(on(day), on(day)), by=GroupBy.HOUSEHOLD)
        assert [(who, id_) for who, id_, *_ in rows(found)] == [(household, "his"), (household, "there")]


def test_what_is_put_right_of_a_home_changes_no_figure_of_before() -> None:
    """Of a move that was recorded late, and of an address that was another's."""
    said = (lives("P-1", "A-1", recorded=(-5, 50)), lives("P-1", "A-2", recorded=(50, None)))
    history = known(contact("his", 10, closed=20), homes=said)
    for day, household in ((49, "H-of-A-1-0"), (50, "H-of-A-2-0")):
        found = episodes(history, CutOff(on(30), on(day)), by=GroupBy.HOUSEHOLD)
        assert [who for who, *_ in rows(found)] == [household]


def test_a_household_is_touched_through_those_who_live_in_it() -> None:
    home = lives("P-1", "A-1", 0, 50)
    history = known(contact("there", 10, closed=20), contact("moved out", 60, closed=70), homes=(home,))
    found = episodes(history, CUT, by=GroupBy.HOUSEHOLD)
    assert [(who, id_) for who, id_, *_ in rows(found)] == [("H-of-A-1-0", "there")]


def test_arrows_lead_to_the_next_contact_of_the_same_person() -> None:
    found = directly_follows(
        episodes(
            known(
                contact("1", 0, "CHILDREN_REFERRAL"),
                contact("2", 10, closed=20),
                contact("3", 30, "CHILDREN_REFERRAL"),
                contact("4", 34, closed=40),
                contact("5", 35, "ED_ATTENDANCE", record="r2"),
            ),
            CUT,
        )
    )
    assert [
        (each.before, each.after, each.times, each.subjects, each.median_days) for each in found.arrows
    ] == [
        ("CHILDREN_REFERRAL", "CHILD_IN_NEED", 2, 1, 7.0),
        ("CHILD_IN_NEED", "CHILDREN_REFERRAL", 1, 1, 20.0),
    ]
    assert found.first == {"CHILDREN_REFERRAL": 1, "ED_ATTENDANCE": 1}
    assert found.last == {"CHILD_IN_NEED": 1, "ED_ATTENDANCE": 1}


def test_addresses_have_no_ladder() -> None:
    with pytest.raises(UsageError, match="people or households"):
        episodes(known(), CUT, by=GroupBy.ADDRESS)
