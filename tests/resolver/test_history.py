"""Who lived at an address: every agency's view beneath the merged spells, and where they contradict."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_resolver.history import Conflict, ConflictKind, Lived, Statement, history
from mast_resolver.records import FOREVER, EntityId
from mast_resolver.residence import Stay, spells

HERE, THERE, BEYOND = EntityId("A-1"), EntityId("A-2"), EntityId("A-3")
EVERYWHERE = (HERE, THERE, BEYOND)


def year(number: float) -> dt.datetime:
    return dt.datetime(int(number), 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=365 * (number % 1))


def says(
    agency: str,
    start: float,
    end: float | None = None,
    *,
    seen: float | None = None,
    at: EntityId = HERE,
    inferred: bool = False,
    recorded: tuple[float, float | None] = (2025, None),
) -> Statement:
    stay = Stay(at, year(start), year(seen or start), year(end) if end else FOREVER, inferred)
    return Statement(agency, stay, year(recorded[0]), year(recorded[1]) if recorded[1] else FOREVER)


def here(*statements: Statement) -> list[Lived]:
    return list(history(statements, {HERE}))


def kinds(*statements: Statement) -> list[str]:
    return [conflict.kind.value for spell in here(*statements) for conflict in spell.conflicts]


def disputed(conflict: Conflict) -> tuple[int, int]:
    return (conflict.start.year, conflict.end.year)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([says("a", 2019), says("b", 2019)], [], id="agencies that agree"),
        pytest.param([says("a", 2019), says("b", 2021)], ["starts_differ"], id="two starts"),
        pytest.param(
            [says("a", 2019), says("b", 2019.002)], [], id="hours apart are one date, as agencies give days"
        ),
        pytest.param([says("a", 2019), says("b", 2021, inferred=True)], [], id="a sighting states no start"),
        pytest.param([says("a", 2019, 2022), says("b", 2019, 2023)], ["ends_differ"], id="two ends"),
        pytest.param(
            [says("a", 2019, 2022), says("b", 2019, seen=2024)], ["still_here"], id="gone, and seen since"
        ),
        pytest.param(
            [says("a", 2019, 2022), says("b", 2019, seen=2022)],
            ["left_unsaid"],
            id="gone, and last seen at that very moment",
        ),
        pytest.param(
            [says("a", 2019, 2022), says("b", 2019, seen=2021)],
            ["left_unsaid"],
            id="gone, and not seen since: the end is believed, the silence shown",
        ),
        pytest.param(
            [says("a", 2019, seen=2020), says("b", 2021, at=THERE)],
            ["left_unsaid"],
            id="another agency has them elsewhere since, this one is silent",
        ),
        pytest.param(
            [says("a", 2019, seen=2020), says("a", 2021, at=THERE)],
            [],
            id="an agency that has them elsewhere itself has said that they left",
        ),
        pytest.param(
            [says("a", 2019, seen=2023), says("b", 2021, at=THERE)],
            ["elsewhere"],
            id="each agency knows one home only: nobody says that there are two",
        ),
        pytest.param(
            [says("a", 2019, seen=2023), says("a", 2021, at=THERE)],
            [],
            id="one agency knows both homes: two homes are no conflict",
        ),
        pytest.param(
            [says("a", 2019, 2022), says("b", 2022, 2024, at=THERE)],
            [],
            id="a move on the day is no overlap",
        ),
        pytest.param(
            [says("a", 2019, 2022), says("b", 2021, 2024, at=THERE)],
            ["elsewhere"],
            id="stated times that overlap, by two agencies",
        ),
        pytest.param(
            [says("a", 2019, 2022), says("b", 2021, 2023, recorded=(2024, 2025))],
            [],
            id="what was corrected contradicts nothing",
        ),
    ],
)
def test_what_is_a_conflict(statements: list[Statement], expected: list[str]) -> None:
    assert kinds(*statements) == expected


def test_a_second_home_is_an_overlap_with_who_says_both() -> None:
    [spell] = here(says("a", 2019, seen=2024), says("a", 2021, 2023, at=THERE), says("b", 2021, at=THERE))
    assert spell.conflicts == ()
    [overlap] = spell.overlaps
    assert (overlap.elsewhere, overlap.agencies) == (THERE, ("a",))
    assert overlap.start.year == 2021


def test_a_conflict_says_what_time_is_disputed_and_who_says_what() -> None:
    [spell] = here(says("a", 2019, 2022), says("b", 2020, 2024))
    assert [disputed(each) for each in spell.conflicts] == [(2019, 2020), (2022, 2024)]
    claims = [(claim.agency, claim.at) for claim in spell.conflicts[1].claims]
    assert claims == [("a", year(2022)), ("b", year(2024))]


def test_elsewhere_is_said_from_when_each_has_them_where() -> None:
    [spell] = here(says("a", 2019, seen=2024), says("b", 2021, 2023, at=THERE))
    [conflict] = spell.conflicts
    assert disputed(conflict) == (2021, 2023)
    assert [(claim.agency, claim.elsewhere) for claim in conflict.claims] == [("a", None), ("b", THERE)]


def test_a_corrected_statement_is_listed_beneath_the_spell_it_overlaps_and_moves_nothing() -> None:
    was = says("a", 2015, 2024, recorded=(2020, 2025))
    [spell] = here(was, says("a", 2019, 2022))
    assert (spell.start.year, spell.end.year) == (2019, 2022)
    assert spell.statements == (was, says("a", 2019, 2022))


def test_a_bound_that_no_agency_states_is_marked() -> None:
    [moved] = here(says("a", 2019, seen=2020), says("b", 2021, at=THERE))
    assert (moved.start_inferred, moved.end_inferred) == (False, True)
    [seen] = here(says("a", 2019, inferred=True))
    assert (seen.start_inferred, seen.end_inferred) == (True, False)


@pytest.mark.parametrize(
    ("moment", "there"),
    [(2018.99, False), (2019, True), (2021.99, True), (2022, False)],
    ids=["before", "on the day of moving in", "the last moment", "on the day of moving out"],
)
def test_a_spell_holds_its_first_moment_and_not_its_last(moment: float, there: bool) -> None:
    [spell] = here(says("a", 2019, 2022))
    assert spell.meets(year(moment), year(moment)) is there


YEARS = st.integers(2000, 2008)
STATEMENTS = st.lists(
    st.builds(
        lambda agency, at, start, seen, length, inferred, gone: says(
            agency,
            start,
            start + length if length else None,
            seen=seen,
            at=at,
            inferred=inferred,
            recorded=(2010, 2011 if gone else None),
        ),
        st.sampled_from("abc"),
        st.sampled_from(EVERYWHERE),
        YEARS,
        YEARS,
        st.integers(0, 4),
        st.booleans(),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=8,
)


@given(STATEMENTS, st.data())
def test_the_order_of_statements_never_changes_a_history(
    statements: list[Statement], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(statements))
    assert history(shuffled, EVERYWHERE) == history(statements, EVERYWHERE)


@given(STATEMENTS)
def test_the_spells_are_those_of_which_households_are_made(statements: list[Statement]) -> None:
    told = history(statements, EVERYWHERE)
    assert {
        (each.address, each.start, each.end, each.start_inferred or each.end_inferred) for each in told
    } == {
        (each.address, each.start, each.end, each.inferred)
        for each in spells(each.stay for each in statements if each.believed)
    }


@given(STATEMENTS)
def test_every_believed_statement_is_beneath_exactly_one_spell(statements: list[Statement]) -> None:
    beneath = [
        each for spell in history(statements, EVERYWHERE) for each in spell.statements if each.believed
    ]
    assert len(beneath) == len(set(beneath))
    assert set(beneath) == {each for each in statements if each.believed}


@given(STATEMENTS)
def test_what_is_no_longer_believed_changes_no_spell_and_no_conflict(statements: list[Statement]) -> None:
    def bare(told: list[Statement]) -> list[Lived]:
        return [replace(each, statements=()) for each in history(told, EVERYWHERE)]

    assert bare(statements) == bare([each for each in statements if each.believed])


@given(STATEMENTS)
def test_one_agency_alone_never_contradicts_itself(statements: list[Statement]) -> None:
    alone = [replace(each, agency="a") for each in statements]
    assert not [conflict for spell in history(alone, EVERYWHERE) for conflict in spell.conflicts]


@given(STATEMENTS)
def test_an_overlap_is_either_said_by_one_agency_or_a_conflict_seen_from_both_homes(
    statements: list[Statement],
) -> None:
    told = history(statements, EVERYWHERE)
    unsaid = {
        (frozenset((spell.address, each.elsewhere)), each.start, each.end)
        for spell in told
        for each in spell.overlaps
        if not each.agencies
    }
    for spell in told:
        contradicted = {
            (frozenset((spell.address, claim.elsewhere)), each.start, each.end)
            for each in spell.conflicts
            if each.kind is ConflictKind.ELSEWHERE
            for claim in each.claims
            if claim.elsewhere
        }
        mine = {each for each in unsaid if spell.address in each[0] and spell.meets(each[1], each[1])}
        assert contradicted == mine


@given(STATEMENTS)
def test_conflicts_are_of_at_least_two_agencies_and_of_a_day_or_more(statements: list[Statement]) -> None:
    for spell in history(statements, EVERYWHERE):
        for conflict in spell.conflicts:
            assert len({claim.agency for claim in conflict.claims}) > 1
            assert conflict.start < conflict.end


@given(STATEMENTS, YEARS)
def test_a_person_with_two_homes_at_a_moment_is_in_both(statements: list[Statement], number: int) -> None:
    moment = year(number)
    homes = {spell.address for spell in history(statements, EVERYWHERE) if spell.meets(moment, moment)}
    for address in homes:
        [spell] = [each for each in history(statements, {address}) if each.meets(moment, moment)]
        others = {each.elsewhere for each in spell.overlaps if each.start <= moment < each.end}
        assert others == homes - {address}
