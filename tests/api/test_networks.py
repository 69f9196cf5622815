"""The network around a household, as at a moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.families import ANALYST, HOSTEL, Families, hide, homes, place
from tests.town import NOW, Service, Town, ago

NETWORK = """
query ($id: ID!, $depth: Int = 2, $asOf: DateTime) {
  householdNetwork(id: $id, depth: $depth, asOf: $asOf) {
    asOf
    superseded { successorIds }
    households { step hub household { id memberCount presentCount addressIds
      members { personId present spells { begin end } } } }
    people { personId step homeCount hub }
    addresses { addressId buildingId }
    contacts { contact { id type at closedAt status agency { id } team { phone } } personIds addressIds }
    contactCount
    notShown
    caution { text }
    withheld { dataClass by }
  }
}
"""


def network(service: Service, household: str, **variables: Any) -> Any:
    return service.answer(NETWORK, id=household, role=ANALYST, **variables)


def test_a_network_has_people_addresses_and_contacts_with_their_agencies(
    families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900)
    families.lives("bob", place(1), 900)
    families.lives("bob", place(2), 600, 300)
    families.contact("bob", contact="MISSING_PERSON", at=ago(20))
    families.resolve()
    families.town.says("fire", "f", place=place(2), contact="SAFE_AND_WELL_VISIT", at=ago(30))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    answer = network(service, home)
    assert [(each["personId"], each["step"], each["homeCount"]) for each in answer["people"]] == [
        ("P-ann", 1, 1),
        ("P-bob", 1, 2),
    ]
    assert {each["addressId"] for each in answer["addresses"]} == {
        each for home in answer["households"] for each in home["household"]["addressIds"]
    }
    first, second = answer["contacts"]
    assert (first["contact"]["type"], first["personIds"], first["addressIds"]) == (
        "MISSING_PERSON",
        ["P-bob"],
        [],
    )
    assert (second["contact"]["type"], second["contact"]["agency"]["id"]) == ("SAFE_AND_WELL_VISIT", "fire")
    (visited,) = second["addressIds"]
    assert visited != homes(service, "ann")[0]["addressId"]
    assert "not proof of no concern" in answer["caution"]["text"]


def test_a_network_before_a_move_knows_nothing_of_it(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("bob", place(1), 900)
    families.lives("ann", place(2), 300)
    families.lives("carl", place(2), 200)
    families.resolve()
    old = homes(service, "bob")[0]["householdId"]
    before = network(service, old, asOf=ago(301).isoformat())
    assert [each["household"]["id"] for each in before["households"]] == [old]
    (household,) = before["households"]
    assert [
        (each["personId"], each["present"], [spell["end"] for spell in each["spells"]])
        for each in household["household"]["members"]
    ] == [("P-ann", True, [None]), ("P-bob", True, [None])]
    assert [each["homeCount"] for each in before["people"]] == [1, 1]
    after = network(service, old, asOf=ago(299).isoformat())
    assert [each["step"] for each in after["households"]] == [0, 1]
    assert {each["personId"] for each in after["people"]} == {"P-ann", "P-bob"}
    assert "P-carl" in {each["personId"] for each in network(service, old)["people"]}


def test_a_household_that_is_formed_later_is_not_there_yet(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 300)
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    answer = network(service, home, asOf=ago(301).isoformat())
    assert (answer["households"], answer["people"], answer["superseded"]) == ([], [], None)
    assert answer["asOf"] == ago(301).isoformat()


def test_a_contact_is_as_it_was_at_the_moment(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.contact("ann", contact="ASB_CASE", at=ago(50), closed=ago(20))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    seen = [
        [(each["contact"]["status"], each["contact"]["closedAt"]) for each in answer["contacts"]]
        for answer in (network(service, home, asOf=ago(days).isoformat()) for days in (51, 30, 10))
    ]
    assert seen == [[], [("OPEN", None)], [("CLOSED", ago(20).isoformat())]]


def test_what_is_open_is_the_last_to_be_cut_and_stands_where_it_was(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    families.lives("ann", place(1), 900)
    families.contact("ann", contact="ASB_CASE", at=ago(400))
    for days, kind in ((50, "DOMESTIC_ABUSE_INCIDENT"), (40, "MISSING_PERSON"), (30, "FIRE_INCIDENT")):
        families.contact("ann", contact=kind, at=ago(days))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    whole = [each["contact"]["id"] for each in network(service, home)["contacts"]]
    for module in ("mast_graph.network", "mast_api.schema.networks"):
        monkeypatch.setattr(f"{module}.NETWORK_CONTACTS", len(whole) - 1)
    answer = network(service, home)
    assert [each["contact"]["id"] for each in answer["contacts"]] == [*whole[:-2], whole[-1]]
    assert answer["contacts"][-1]["contact"]["status"] == "OPEN"
    assert f"{len(whole)} contacts were found, {len(whole) - 1} are listed" in " ".join(answer["notShown"])


def test_an_earlier_moment_opens_no_older_window(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.contact("ann", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(400))
    families.contact("ann", contact="ASB_CASE", at=ago(500))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    for moment in (NOW, ago(390)):
        answer = network(service, home, asOf=moment.isoformat())
        assert [each["contact"]["type"] for each in answer["contacts"]] == ["ASB_CASE"], "only what is open"


def test_many_moments_list_no_more_than_one(families: Families, service: Service) -> None:
    """Whoever is shown only the latest is not shown the others by turning back the moment."""
    families.lives("ann", place(1), 900)
    for days in (200, 100, 50):
        families.contact("ann", contact="MISSING_PERSON", at=ago(days), closed=ago(days - 1))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    seen = [network(service, home, asOf=ago(days).isoformat()) for days in (150, 75, 10)]
    assert [[each["contact"]["at"] for each in answer["contacts"]] for answer in seen] == [
        [],
        [],
        [ago(50).isoformat()],
    ]
    assert [answer["contactCount"] for answer in seen] == [0, 0, 1]
    assert seen[0]["withheld"] == seen[2]["withheld"]


def test_a_class_that_the_role_may_not_see_is_said_to_be_withheld(
    families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900)
    families.contact("ann", agency="nhs", contact="SUBSTANCE_MISUSE_TREATMENT", at=ago(20))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    answer = network(service, home)
    assert (answer["contacts"], answer["contactCount"]) == ([], 0)
    assert {"dataClass": "sensitive_health", "by": "ROLE"} in answer["withheld"]


def test_contacts_of_no_agreement_for_the_purpose_are_withheld(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.contact("ann", contact="MISSING_PERSON", at=ago(20), agreement="another")
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    answer = network(service, home)
    assert answer["contacts"] == []
    assert {"dataClass": "police", "by": "AGREEMENT"} in answer["withheld"]


def test_a_person_of_very_many_homes_is_shown_and_not_passed_through(
    families: Families, service: Service
) -> None:
    for number in range(12):
        families.lives("busy", place(10 + number), 900 - 50 * number, 860 - 50 * number)
    families.lives("ann", place(1), 900)
    families.lives("busy", place(1), 200)
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    answer = network(service, home, depth=4)
    assert [each["step"] for each in answer["households"]] == [0]
    assert [(each["personId"], each["hub"]) for each in answer["people"]] == [
        ("P-ann", False),
        ("P-busy", True),
    ]
    assert answer["notShown"] == ["People of 12 or more homes are shown, their other homes not followed: 1."]


def test_a_hostel_is_flagged_and_what_was_cut_is_said_in_numbers(
    families: Families, service: Service
) -> None:
    for number in range(14):
        families.lives(f"q{number}", HOSTEL, 300)
    families.lives("q0", place(1), 900, 300)
    families.lives("q1", place(2), 900, 300)
    families.town.says("fire", "f", place=HOSTEL, contact="SAFE_AND_WELL_VISIT", at=ago(30))
    families.resolve()
    answer = network(service, homes(service, "q0")[1]["householdId"], depth=4)
    assert [(each["step"], each["hub"]) for each in answer["households"]] == [(0, False), (1, True)]
    assert answer["households"][1]["household"]["memberCount"] == 14
    assert len(answer["households"][1]["household"]["members"]) == 1
    assert answer["notShown"] == [
        "Communal households are shown, but links through them are not followed: 1."
    ]
    assert answer["contacts"] == [], "what happened at the hostel is not about them"


def test_nobody_and_no_place_that_is_shielded_is_in_a_network(
    town: Town, families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900)
    families.lives("eve", place(1), 900)
    families.lives("ann", place(2), 500, 400)
    families.contact("eve", contact="MISSING_PERSON", at=ago(20))
    families.resolve()
    home, refuge = homes(service, "ann")
    before = network(service, home["householdId"])
    assert (len(before["people"]), len(before["households"]), len(before["contacts"])) == (2, 2, 1)
    hide(town, "Person", "P-eve")
    hide(town, "Address", refuge["addressId"])
    after = network(service, home["householdId"])
    assert [(each["personId"], each["homeCount"]) for each in after["people"]] == [("P-ann", 1)]
    assert after["households"][0]["household"]["memberCount"] == 1
    assert (len(after["households"]), after["contacts"]) == (1, [])
    absent = network(service, "H-nothing")
    hidden = network(service, refuge["householdId"])
    assert hidden == absent


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        pytest.param({"id": "14 High Street"}, "not one of ours", id="no id of ours"),
        pytest.param({"depth": 0}, "depth", id="no step"),
        pytest.param({"depth": 5}, "depth", id="too many steps"),
        pytest.param({"asOf": (NOW + dt.timedelta(days=1)).isoformat()}, "lies ahead", id="tomorrow"),
    ],
)
def test_a_network_that_cannot_be_is_refused(service: Service, variables: dict[str, Any], said: str) -> None:
    response = service.ask(NETWORK, **{"id": "H-1", **variables}, role=ANALYST)
    assert response.status_code == 400
    assert said in response.json()["errors"][0]["message"]


def test_an_officer_at_the_door_may_not_ask_for_networks(service: Service) -> None:
    assert service.ask(NETWORK, id="H-1").status_code == 403
