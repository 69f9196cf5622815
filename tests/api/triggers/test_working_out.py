"""Alerts in the graph: raised once, and taken back when their ground goes."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.api.triggers.alerts import Desk
from tests.town import NOW, ago

from mast_analytics.rule_yaml import read_rules
from mast_api.triggers.working_out import concern_of, contacts_of, homes_of
from mast_graph.alerts import read_changed, read_due, read_dues, read_scope
from mast_resolver.records import Kind

TWICE = "child-not-brought-twice/3"
HOME = "12 Station Road, Walsall WS2 9TZ"


def missed(
    desk: Desk, agency: str, reference: str, days: float, name: str = "Ann Lee", shielded: str = ""
) -> None:
    desk.town.says(
        agency,
        reference,
        person=name,
        contact="WAS_NOT_BROUGHT",
        at=ago(days),
        contact_id=f"{reference}-{days}",
        shielded=shielded,
    )


def test_the_second_missed_appointment_raises_an_alert_and_loading_again_does_not(desk: Desk) -> None:
    missed(desk, "nhs", "1", 40)
    desk.resolve({"ann": [("nhs", "1")]})
    assert desk.standing() == set()
    missed(desk, "nhs", "1", 10)
    assert desk.work_out() == 1
    assert desk.standing() == {(TWICE, "stands", frozenset({"P-ann"}))}
    missed(desk, "nhs", "1", 10)
    assert desk.work_out() == 0
    assert len(desk.standing()) == 1


def test_a_merge_raises_and_an_unmerge_takes_back(desk: Desk) -> None:
    missed(desk, "nhs", "1", 40)
    missed(desk, "fire", "2", 10)
    apart = {"ann": [("nhs", "1")], "bea": [("fire", "2")]}
    desk.resolve(apart)
    assert desk.standing() == set()
    both = desk.town.record("fire", "2")
    desk.town.supersede(Kind.PERSON, "P-bea", "P-ann", moved={both: "P-ann"})
    desk.work_out()
    assert desk.standing() == {(TWICE, "stands", frozenset({"P-ann"}))}
    desk.town.supersede(Kind.PERSON, "P-old", "P-cat", moved={both: "P-cat"})
    desk.work_out()
    assert desk.standing() == {(TWICE, "taken back", frozenset())}
    desk.town.supersede(Kind.PERSON, "P-old", "P-ann", moved={both: "P-ann"})
    assert desk.work_out() == 1
    assert desk.standing() == {(TWICE, "stands", frozenset({"P-ann"}))}


def test_a_correction_takes_back_and_a_late_contact_raises(desk: Desk) -> None:
    missed(desk, "nhs", "1", 10)
    missed(desk, "nhs", "1", 40)
    desk.resolve({"ann": [("nhs", "1")]})
    assert desk.standing() == {(TWICE, "stands", frozenset({"P-ann"}))}
    desk.later(0.1)
    desk.town.says("nhs", "1", person="Ann Lee", contact="ED_ATTENDANCE", at=ago(40), contact_id="1-40")
    desk.work_out()
    assert desk.standing() == {(TWICE, "taken back", frozenset())}


def test_an_alert_that_stands_rests_on_what_is_believed_now(desk: Desk) -> None:
    missed(desk, "nhs", "1", 40)
    missed(desk, "nhs", "1", 10)
    desk.resolve({"ann": [("nhs", "1")]})
    desk.later(0.1)
    desk.town.says(
        "nhs", "1", person="Ann Lee", contact="WAS_NOT_BROUGHT", at=ago(10), contact_id="1-10", category="x"
    )
    assert desk.work_out() == 0
    (alert,) = desk.town.store.read("read.every_alert")
    assert alert["present"] == 2


def test_a_window_that_closes_raises_by_the_clock_alone(desk: Desk) -> None:
    desk.enable("not-seen-again", since=ago(900))
    missed(desk, "nhs", "1", 3)
    desk.resolve({"ann": [("nhs", "1")]})
    assert desk.standing() == set()
    over = NOW + dt.timedelta(days=12)
    assert desk.work_out(over - dt.timedelta(days=1)) == 0
    assert desk.work_out(over) == 1
    assert desk.standing() == {("not-seen-again/1", "stands", frozenset({"P-ann"}))}
    assert desk.work_out(over) == 0


@pytest.mark.parametrize(("hour", "raised"), [(22, 1), (23, 0)], ids=["the last hour of its day", "overdue"])
def test_a_rule_whose_review_is_overdue_raises_nothing_and_keeps_what_it_raised(
    desk: Desk, hour: int, raised: int
) -> None:
    desk.enable("not-seen-again", since=ago(900))
    missed(desk, "nhs", "1", 40)
    desk.resolve({"ann": [("nhs", "1")]})
    before = {alert for alert in desk.standing() if alert[0] == "not-seen-again/1"}
    missed(desk, "nhs", "2", 3)
    desk.resolve({"bea": [("nhs", "2")]})
    assert desk.work_out(dt.datetime(2027, 6, 30, hour, tzinfo=dt.UTC)) == raised
    assert len(before) == 1
    assert before <= desk.standing()


def test_who_was_seen_in_time_raises_nothing_when_it_closes(desk: Desk) -> None:
    desk.enable("not-seen-again", since=ago(900))
    missed(desk, "nhs", "1", 3)
    desk.resolve({"ann": [("nhs", "1")]})
    desk.town.says("nhs", "1", person="Ann Lee", contact="ED_ATTENDANCE", at=ago(1), contact_id="seen")
    assert desk.work_out(NOW + dt.timedelta(days=30)) == 0


def test_children_of_a_household_are_one_alert_about_both(desk: Desk) -> None:
    for days in (40, 10):
        for reference in ("1", "2"):
            desk.town.says(
                "nhs",
                reference,
                person="Ann Lee",
                contact="WAS_NOT_BROUGHT",
                at=ago(days),
                contact_id=f"both-{days}",
            )
    desk.resolve({"ann": [("nhs", "1")], "bea": [("nhs", "2")]})
    assert desk.standing() == {(TWICE, "stands", frozenset({"P-ann", "P-bea"}))}


def test_a_household_is_told_of_through_those_who_lived_there(desk: Desk) -> None:
    for reference, days in (("1", 60), ("2", 30), ("3", 10)):
        desk.town.says(
            "police", reference, person=f"Ann{reference} Lee", place=HOME, lives=(ago(400), None),
            contact="WELFARE_CHECK", at=ago(days), contact_id=f"c{reference}",
        )  # fmt: skip
    desk.resolve({"a": [("police", "1")], "b": [("police", "2")], "c": [("police", "3")]})
    (found,) = desk.standing()
    assert found[:2] == ("three-police-attendances/3", "stands")
    assert {id_[:2] for id_ in found[2]} == {"H-"}


def test_a_shield_takes_the_alert_away_and_unshielding_brings_it_back(desk: Desk) -> None:
    missed(desk, "nhs", "1", 40)
    missed(desk, "nhs", "1", 10)
    desk.resolve({"ann": [("nhs", "1")]})
    desk.later(0.1)
    missed(desk, "nhs", "1", 10, shielded="person")
    desk.resolve()
    assert {state for _, state, _ in desk.standing()} == {"taken back"}


def test_a_rule_that_is_out_of_force_raises_no_more_and_leaves_what_it_raised(desk: Desk) -> None:
    missed(desk, "nhs", "1", 40)
    missed(desk, "nhs", "1", 10)
    desk.resolve({"ann": [("nhs", "1")]})
    desk.disable("child-not-brought-twice")
    missed(desk, "nhs", "2", 40, name="Bea Low")
    missed(desk, "nhs", "2", 10, name="Bea Low")
    desk.resolve({"bea": [("nhs", "2")]})
    assert desk.standing() == {(TWICE, "stands", frozenset({"P-ann"}))}


def test_the_work_is_that_of_what_changed(desk: Desk) -> None:
    for number in range(12):
        missed(desk, "nhs", str(number), 40, name=f"Child{number} Lee")
    desk.resolve({f"c{number}": [("nhs", str(number))] for number in range(12)})
    missed(desk, "nhs", "3", 10, name="Child3 Lee")
    store = desk.town.store
    due, rules = read_due(store, NOW), [rule for rule in read_rules() if rule.ref == TWICE]
    scope = read_scope(store, due)
    concern = concern_of(rules, read_changed(store, due), scope)
    assert concern.ids == {"P-c3"}
    around = contacts_of(store, rules, concern, scope, homes_of(store, rules, concern, scope))
    assert len(around.contacts) == 2
    assert desk.work_out() == 1


def test_a_note_that_is_in_hand_is_not_taken_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two is read and looked at what they are about, while the third is taken: all three stand still."""
    monkeypatch.setattr("mast_graph.alerts.IDS_AT_ONCE", 1)
    for number in range(4):
        missed(desk, "nhs", str(number), 40, name=f"Child{number} Lee")
        desk.town.resolve({f"c{number}": [("nhs", str(number))]})
    found = read_dues(desk.town.store, NOW, in_hand=2)
    taken = [note for _ in range(3) for note in next(found).notes]
    assert len(taken) == len(set(taken)) >= 3
