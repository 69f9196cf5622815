"""What alerts are about follows homes: those that are another address, a hostel, or hidden."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.api.triggers.alerts import Desk
from tests.town import NOW, ago

from mast_resolver.records import Kind

pytestmark = pytest.mark.graph

HOME = "12 Station Road, Walsall WS2 9TZ"
NEXT = "14 Station Road, Walsall WS2 9TZ"
HOSTEL = "Station Hostel, 12 Station Road, Walsall WS2 9TZ"
FIRE = "fire-risk-and-self-neglect/2"
POLICE = "three-police-attendances/3"
TWICE = "child-not-brought-twice/3"


def lives(desk: Desk, *people: str, until: dt.datetime | None = None) -> None:
    for person in people:
        desk.town.says("housing", person, person=f"{person} Lee", place=HOME, lives=(ago(400), until))


def met(desk: Desk, person: str, agency: str, contact: str, days: float) -> None:
    """Somebody was met; where is not said. A concern is that they neglect themselves."""
    desk.town.says(
        agency,
        person,
        person=f"{person} Lee",
        contact=contact,
        at=ago(days),
        contact_id=f"{contact}-{person}-{days}",
        category="self-neglect",
    )


def neglected(desk: Desk) -> None:
    """Two contacts that together are an alert about the home of Ann."""
    met(desk, "Ann", "fire", "SAFE_AND_WELL_VISIT", 100)
    met(desk, "Ann", "nhs", "SAFEGUARDING_CONCERN", 60)
    desk.resolve({"ann": [(agency, "Ann") for agency in ("housing", "fire", "nhs")]})


def about(desk: Desk, rule: str) -> list[tuple[str, frozenset[str]]]:
    """Of each alert of the rule whether it stands, and whom it is about."""
    return sorted((state, ids) for ref, state, ids in desk.standing() if ref == rule)


def test_an_address_that_turns_out_to_be_another_takes_its_alert_along(desk: Desk) -> None:
    lives(desk, "Ann")
    neglected(desk)
    old = desk.town.address(HOME)
    assert about(desk, FIRE) == [("stands", frozenset({old}))]
    moved = dict.fromkeys(desk.town.records_of(old), "A-new")
    desk.town.supersede(Kind.ADDRESS, old, "A-new", moved=moved)
    desk.work_out()
    assert about(desk, FIRE) == [("stands", frozenset({"A-new"}))]


def test_what_happened_at_the_other_address_counts_once_they_are_one(desk: Desk) -> None:
    lives(desk, "Ann")
    met(desk, "Ann", "nhs", "SAFEGUARDING_CONCERN", 60)
    desk.town.says("fire", "7", place=NEXT, contact="FIRE_INCIDENT", at=ago(100), contact_id="fire")
    desk.resolve({"ann": [("housing", "Ann"), ("nhs", "Ann")]})
    old, other = desk.town.address(HOME), desk.town.address(NEXT)
    assert about(desk, FIRE) == []
    desk.town.supersede(Kind.ADDRESS, old, other, moved=dict.fromkeys(desk.town.records_of(old), other))
    desk.work_out()
    assert about(desk, FIRE) == [("stands", frozenset({other}))]


def test_a_home_that_turns_out_to_be_a_hostel_is_nobodys_household(desk: Desk) -> None:
    lives(desk, "Ann", "Bea", "Cid")
    for person, days in (("Ann", 60), ("Bea", 30), ("Cid", 10)):
        met(desk, person, "police", "WELFARE_CHECK", days)
    desk.resolve({each.lower(): [("housing", each), ("police", each)] for each in ("Ann", "Bea", "Cid")})
    ((state, ids),) = about(desk, POLICE)
    assert (state, [id_[:2] for id_ in ids]) == ("stands", ["H-"])
    desk.town.says("fire", "7", place=HOSTEL)
    desk.resolve()
    assert about(desk, POLICE) == [("taken back", frozenset())]


def test_a_place_that_is_hidden_is_in_no_alert_though_only_former_residents_tie_it(desk: Desk) -> None:
    lives(desk, "Ann", until=ago(30))
    neglected(desk)
    assert [state for state, _ in about(desk, FIRE)] == ["stands"]
    desk.town.says("housing", "9", place=HOME, shielded="address")
    desk.resolve()
    assert about(desk, FIRE) == [("taken back", frozenset())]


def test_who_is_somebody_else_now_is_left_to_the_note_of_that(desk: Desk) -> None:
    """Another contact of theirs is worked out first: nobody is told that an alert went and came again."""
    for days in (40, 10):
        met(desk, "Ann", "nhs", "WAS_NOT_BROUGHT", days)
    desk.resolve({"ann": [("nhs", "Ann")]})
    met(desk, "Ann", "nhs", "LOOKED_AFTER", 5)
    desk.later(0.5)
    desk.town.supersede(Kind.PERSON, "P-ann", "P-bea", moved={desk.town.record("nhs", "Ann"): "P-bea"})
    desk.work_out(NOW - dt.timedelta(days=0.75))
    assert about(desk, TWICE) == [("stands", frozenset({"P-ann"}))]
    desk.work_out()
    assert about(desk, TWICE) == [("stands", frozenset({"P-bea"}))]
