"""Types of households: by who is known to have lived there when services first met them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.analytics.histories import contact, known, named, on
from tests.analytics.histories import lives as lives_at

from mast_analytics.cohorts import Selection, selected
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.event import GroupBy
from mast_analytics.history import History
from mast_analytics.household_types import ORDER, HouseholdType, counted, household_types
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay

CUT = CutOff(on(400), on(400))


def lives(person: int, place: str = "A-1", start: float = -900, end: float = 900) -> KnownStay:
    return lives_at(f"P-{person}", place, start, end)


def met(
    id_: str, day: float, record: str, type_: str = "WELFARE_CHECK", role: str = "subject"
) -> KnownContact:
    return contact(id_, day, type_, record=record, role=role)


def by_household(*contacts: KnownContact, homes: tuple[KnownStay, ...], cut: CutOff = CUT) -> Episodes:
    return episodes(known(*contacts, homes=homes), cut, by=GroupBy.HOUSEHOLD)


def types(found: Episodes) -> dict[str, HouseholdType]:
    who, kind = household_types(found)
    return {found.names[each]: ORDER[of] for each, of in zip(who, kind, strict=True)}


@pytest.mark.parametrize(
    ("contacts", "homes", "expected"),
    [
        pytest.param([met("a", 0, "r1")], [lives(1)], HouseholdType.ONE, id="one"),
        pytest.param([met("a", 0, "r1")], [lives(1), lives(2)], HouseholdType.SEVERAL, id="two"),
        pytest.param(
            [met("a", 0, "r1")],
            [lives(1), lives(2, start=1)],
            HouseholdType.ONE,
            id="who moved in the day after",
        ),
        pytest.param(
            [met("a", 0, "r1")], [lives(1), lives(2, end=-1)], HouseholdType.ONE, id="who had moved out"
        ),
        pytest.param(
            [met("a", 0, "r1"), met("b", 0, "r2", "DOMESTIC_ABUSE_INCIDENT", "child_in_household")],
            [lives(1), lives(2)],
            HouseholdType.WITH_CHILDREN,
            id="a child in the household",
        ),
        pytest.param(
            [met("a", 0, "r1", "SCHOOL_CONCERN")], [lives(1)], HouseholdType.WITH_CHILDREN, id="a pupil alone"
        ),
        pytest.param(
            [met("a", 0, "r1"), met("b", 9, "r2", "SCHOOL_CONCERN")],
            [lives(1), lives(2)],
            HouseholdType.SEVERAL,
            id="known as a child later only",
        ),
        pytest.param(
            [met("a", 0, "r1"), met("b", 0, "r2", "CHILDREN_CONTACT", "caller")],
            [lives(1), lives(2)],
            HouseholdType.SEVERAL,
            id="who called about a child",
        ),
    ],
)
def test_the_type_of_a_household(
    contacts: list[KnownContact], homes: list[KnownStay], expected: HouseholdType
) -> None:
    assert types(by_household(*contacts, homes=tuple(homes))) == {"H-of-A-1-0": expected}


def test_an_address_where_nobody_was_known_to_live_that_day() -> None:
    fire = replace(contact("fire", 0, "FIRE_INCIDENT"), touches=(("ra", "place"),))
    home = lives(1, start=-900, end=900)
    entities = (KnownEntity("ra", "A-1", on(-900)), *named((), (home,)))
    said = Known((fire,), entities, (home,))
    assert types(episodes(History(said), CUT, by=GroupBy.HOUSEHOLD)) == {"H-of-A-1-0": HouseholdType.ONE}
    assert types(by_household(met("a", 0.6, "r1"), homes=(lives(1, start=0.55, end=0.7),))) == {
        "H-of-A-1-0": HouseholdType.NOBODY_KNOWN
    }, "who came after noon was not there at noon"


def test_a_cohort_of_one_type_is_that_of_the_count() -> None:
    homes = (lives(1, "A-1"), lives(2, "A-2"), lives(3, "A-2"), lives(4, "A-3"))
    found = by_household(
        met("a", 0, "r1"), met("b", 0, "r2"), met("c", 0, "r4", "SCHOOL_CONCERN"), homes=homes
    )
    assert counted(found) == {"with_children": 1, "several": 1, "one": 1, "nobody_known": 0}
    for name, place in (("with_children", "A-3"), ("several", "A-2"), ("one", "A-1")):
        some = selected(found, Selection(household_type=HouseholdType(name)))
        assert {some.names[who] for who in some.subject} == {f"H-of-{place}-0"}


def test_who_is_a_child_is_known_as_of_the_cut_off() -> None:
    late = contact("b", 0, "SCHOOL_CONCERN", record="r2", recorded=(50, None))
    homes = (lives(1), lives(2))
    for day, expected in ((40, HouseholdType.SEVERAL), (60, HouseholdType.WITH_CHILDREN)):
        found = by_household(met("a", 0, "r1"), late, homes=homes, cut=CutOff(on(day), on(day)))
        assert types(found) == {"H-of-A-1-0": expected}
