"""Alerts about a person are told them with what is held of them, unless what they rest on is kept back."""

from __future__ import annotations

from typing import Any

from tests.api.triggers.alerts import Desk
from tests.town import NOW, ago

from mast_api.rights.in_words import markdown
from mast_api.rights.subject_access import SAYS, Judged, Withheld, report
from mast_api.triggers.keeping import Alerts
from mast_graph.subject_access import HeldAlert, alerts_of_person, held_of_person
from mast_resolver.records import EntityId

ANN = EntityId("P-ann")
RULE = "child-not-brought-twice/3"


def missed(desk: Desk, days: float) -> None:
    desk.town.says(
        "nhs",
        "1",
        person="Ann Lee",
        contact="WAS_NOT_BROUGHT",
        at=ago(days),
        contact_id=f"{days}",
    )
    desk.town.resolve({"ann": [("nhs", "1")]})


def raise_one(desk: Desk) -> None:
    missed(desk, 40)
    missed(desk, 20)
    desk.work_out()


def told(desk: Desk, judged: Judged, person: EntityId = ANN) -> tuple[list[dict[str, Any]], str]:
    store = desk.town.store
    held = held_of_person(store, person)
    made = report(person, held, alerts_of_person(store, person), [], judged, NOW)
    return made["alerts"], markdown(made)


def contacts(desk: Desk) -> set[str]:
    return {contact["id"] for each in held_of_person(desk.town.store, ANN) for contact in each["contacts"]}


def test_an_alert_is_told_with_what_people_said_of_it_also_once_it_was_taken_back(desk: Desk) -> None:
    raise_one(desk)
    (alert,), _ = told(desk, Judged())
    assert (alert["rule"], alert["state"], alert["said_of_it"]) == (RULE, "open", [])
    keeping = Alerts(desk.town.store, desk.town.keys, clock=lambda: NOW, new_id=lambda: "1")
    keeping.acknowledge(alert["alert"], by="lead-1", disposition="NO_ACTION")
    (known,), words = told(desk, Judged())
    (act,) = known["said_of_it"]
    assert (known["state"], act["disposition"]) == ("acknowledged", "NO_ACTION")
    assert f"by the rule {RULE}, acknowledged; NO_ACTION on" in words
    assert "lead-1" not in words
    desk.town.says("nhs", "1", person="Ann Lee", contact="ED_ATTENDANCE", at=ago(40), contact_id="40")
    desk.work_out()
    (after,), _ = told(desk, Judged())
    assert after["state"] == "taken back"


def test_one_that_rests_on_a_contact_that_is_kept_back_says_that_it_is_and_no_more(desk: Desk) -> None:
    raise_one(desk)
    for contact in contacts(desk):
        (alert,), words = told(desk, Judged({contact: Withheld.SERIOUS_HARM}))
        assert alert == {"withheld": Withheld.SERIOUS_HARM, "says": SAYS[Withheld.SERIOUS_HARM]}
        assert RULE not in words


def test_one_that_rests_on_a_shielded_contact_is_released_by_nobody(desk: Desk) -> None:
    raise_one(desk)
    held, alerts = held_of_person(desk.town.store, ANN), alerts_of_person(desk.town.store, ANN)
    held[0]["contacts"][0]["shielded"] = True
    (said,) = report(ANN, held, alerts, [], Judged(release=contacts(desk)), NOW)["alerts"]
    assert said == {"withheld": Withheld.SHIELDED, "says": SAYS[Withheld.SHIELDED]}


def test_one_that_rests_on_what_is_held_of_others_is_kept_back(desk: Desk) -> None:
    raise_one(desk)
    (alert,) = alerts_of_person(desk.town.store, ANN)
    also: HeldAlert = {**alert, "grounds": [*alert["grounds"], "c-of-another"]}
    held = held_of_person(desk.town.store, ANN)
    (said,) = report(ANN, held, [also], [], Judged(), NOW)["alerts"]
    assert said["withheld"] == Withheld.THIRD_PARTY


def test_an_alert_about_another_is_not_in_it(desk: Desk) -> None:
    raise_one(desk)
    desk.town.says("nhs", "2", person="Bob Lee", contact="ED_ATTENDANCE", at=ago(9), contact_id="9")
    desk.resolve({"bob": [("nhs", "2")]})
    assert told(desk, Judged(), EntityId("P-bob"))[0] == []
