"""What ties households and people: the network as at a moment, what became of a household, and chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from tests.town import NOW, Service, Town, ago

ANALYST = "safeguarding-analyst"
HOSTEL = "1 Station Street, Walsall WS1 1AA"


def place(number: int) -> str:
    return f"{number} Mill Lane, Walsall WS2 2BB"


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
PATH = """
query ($id: ID!) {
  household(id: $id) { households { path {
    earlier { ...link } later { ...link } notShown
  } } }
}
fragment link on HouseholdLink {
  change says step earlierId laterId left arrived personIds stayedIds metIds besideIds
}
"""
CHAINS = """
query ($left: ID!, $right: ID!, $most: Int = 4, $asOf: DateTime) {
  pathsBetween(left: $left, right: $right, most: $most, asOf: $asOf) {
    length says notShown
    superseded { id successorIds }
    chains { steps { fromId toId ties { kind viaId says } } }
    caution { text }
    withheld { dataClass by }
  }
}
"""
HOMES = "query ($id: ID!) { person(id: $id) { people { homes { householdId addressId present } } } }"


def homes(service: Service, person: str) -> list[dict[str, Any]]:
    """A person's homes, the latest first."""
    found: list[dict[str, Any]] = service.answer(HOMES, id=f"P-{person}")["people"][0]["homes"]
    return found


class Families:
    """Rows of agencies about people who live somewhere, resolved by their names."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.records: dict[str, list[tuple[str, str]]] = {}

    def lives(self, name: str, where: str, since: float, until: float | None = None) -> None:
        """One agency says so; days ago."""
        reference = f"{name}-{len(self.records.get(name, []))}"
        lives = (ago(since), None if until is None else ago(until))
        self.town.says("housing", reference, person=f"{name} Lee", place=where, lives=lives)
        self.records.setdefault(name, []).append(("housing", reference))

    def contact(self, *names: str, agency: str = "police", **more: Any) -> None:
        """One contact that touches these people; several are rows about one contact."""
        for name in names:
            reference = f"{name}-{len(self.records.get(name, []))}"
            self.town.says(agency, reference, person=f"{name} Lee", **more)
            self.records.setdefault(name, []).append((agency, reference))

    def resolve(self) -> None:
        self.town.resolve(self.records)


@pytest.fixture
def families(town: Town) -> Families:
    return Families(town)


def network(service: Service, household: str, **variables: Any) -> Any:
    return service.answer(NETWORK, id=household, role=ANALYST, **variables)


def path(service: Service, household: str) -> Mapping[str, Any]:
    (found,) = service.answer(PATH, id=household)["households"]
    answer: Mapping[str, Any] = found["path"]
    return answer


def chains(service: Service, left: str, right: str, **variables: Any) -> Any:
    return service.answer(CHAINS, left=f"P-{left}", right=f"P-{right}", role=ANALYST, **variables)


def hide(town: Town, label: str, id_: str) -> None:
    """Shield an entity as it is stored, whatever asked for it."""
    town.store.define(f"MATCH (n:{label} {{id: '{id_}'}}) SET n.shielded = true")


# What became of a household


def test_a_family_that_moves_is_followed_both_ways(families: Families, service: Service) -> None:
    for name in ("ann", "bob"):
        families.lives(name, place(1), 900, 300)
        families.lives(name, place(2), 295)
    families.resolve()
    now, before = (home["householdId"] for home in homes(service, "ann"))
    (link,) = path(service, before)["later"]
    assert (link["change"], link["step"], link["personIds"]) == ("MOVED", 1, ["P-ann", "P-bob"])
    assert (link["earlierId"], link["laterId"]) == (before, now)
    assert link["says"].startswith("2 people went.")
    assert path(service, now) == {"earlier": [link], "later": [], "notShown": []}


def test_a_household_that_parts_and_one_that_is_joined_say_who_was_there(
    families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("bob", place(1), 900)
    families.lives("ann", place(2), 300, 100)
    families.lives("carl", place(3), 900)
    families.lives("ann", place(3), 100)
    families.resolve()
    bobs = homes(service, "bob")[0]["householdId"]
    split, joined = path(service, bobs)["later"]
    assert (split["change"], split["step"], split["stayedIds"]) == ("SPLIT", 1, ["P-bob"])
    assert (joined["change"], joined["step"], joined["metIds"]) == ("JOINED", 2, ["P-carl"])


def test_nobody_who_is_shielded_shows_through_a_path(
    town: Town, families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.lives("eve", place(1), 900, 300)
    families.lives("eve", place(3), 300)
    families.resolve()
    before = homes(service, "ann")[-1]["householdId"]
    assert [link["change"] for link in path(service, before)["later"]] == ["SPLIT", "SPLIT"]
    hide(town, "Person", "P-eve")
    (link,) = path(service, before)["later"]
    assert (link["change"], link["stayedIds"]) == ("MOVED", [])


def test_a_path_to_a_shielded_address_is_not_shown(town: Town, families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.resolve()
    now, before = homes(service, "ann")
    hide(town, "Address", now["addressId"])
    assert path(service, before["householdId"])["later"] == []


def test_the_path_goes_when_what_it_was_made_of_goes(
    town: Town, families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.resolve()
    before = homes(service, "ann")[-1]["householdId"]
    assert path(service, before)["later"]
    town.retract("housing", "ann-1")
    families.resolve()
    assert path(service, before)["later"] == []


# The network


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


def test_an_earlier_moment_opens_no_older_window(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.contact("ann", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(400))
    families.contact("ann", contact="ASB_CASE", at=ago(500))
    families.resolve()
    home = homes(service, "ann")[0]["householdId"]
    for moment in (NOW, ago(390)):
        answer = network(service, home, asOf=moment.isoformat())
        assert [each["contact"]["type"] for each in answer["contacts"]] == ["ASB_CASE"], "only what is open"


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
    assert answer["notShown"] == [
        "1 people of 12 or more homes are shown, but their other homes are not followed."
    ]


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
    assert answer["notShown"] == ["1 communal households are shown, but links through them are not followed."]
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


def test_an_officer_at_the_door_may_not_ask_for_networks_or_chains(service: Service) -> None:
    for response in (
        service.ask(NETWORK, id="H-1"),
        service.ask(CHAINS, left="P-1", right="P-2"),
    ):
        assert response.status_code == 403


# Chains


def ties(answer: Mapping[str, Any]) -> list[list[list[str]]]:
    """Of each chain, of each step: what ties the two."""
    return [[[tie["kind"] for tie in step["ties"]] for step in chain["steps"]] for chain in answer["chains"]]


def test_two_of_one_household_are_tied_directly(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.lives("bob", place(1), 500, 100)
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert (answer["length"], ties(answer)) == (1, [[["HOUSEHOLD"]]])
    ((step,),) = [chain["steps"] for chain in answer["chains"]]
    assert (step["fromId"], step["toId"]) == ("P-ann", "P-bob")
    assert step["ties"][0]["viaId"] == homes(service, "ann")[0]["householdId"]
    assert step["ties"][0]["says"] == "They belonged to one household at the same time."


def test_tenants_one_after_the_other_share_an_address_only(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900, 500)
    families.lives("bob", place(1), 400)
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert ties(answer) == [[["ADDRESS"]]]
    assert answer["chains"][0]["steps"][0]["ties"][0]["viaId"] == homes(service, "ann")[0]["addressId"]


def test_a_contact_that_touched_both_ties_them(families: Families, service: Service) -> None:
    families.contact("ann", "bob", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(20), contact_id="c-1")
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert (answer["length"], ties(answer)) == (1, [[["CONTACT"]]])


def test_a_contact_that_may_not_be_seen_ties_nobody(families: Families, service: Service) -> None:
    families.contact(
        "ann", "bob", agency="nhs", contact="SUBSTANCE_MISUSE_TREATMENT", at=ago(20), contact_id="c-1"
    )
    families.contact(
        "ann", "bob", contact="MISSING_PERSON", at=ago(20), contact_id="c-2", agreement="another"
    )
    families.contact("ann", "bob", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(400), contact_id="c-3")
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert (answer["length"], answer["chains"]) == (None, [])
    assert "no proof" in answer["says"]
    assert {"dataClass": "sensitive_health", "by": "ROLE"} in answer["withheld"]
    assert {"dataClass": "police", "by": "AGREEMENT"} in answer["withheld"]


def chain_of(families: Families, length: int) -> None:
    """Person n shared a home with person n + 1, and with nobody else."""
    for number in range(length):
        families.lives(f"q{number}", place(number), 900, 500)
        families.lives(f"q{number + 1}", place(number), 900, 500)
    families.resolve()


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_chain_is_found_up_to_the_length_asked_for_and_no_longer(
    families: Families, service: Service, length: int
) -> None:
    chain_of(families, length + 1)
    answer = chains(service, "q0", f"q{length}", most=length)
    assert answer["length"] == length
    (chain,) = answer["chains"]
    walked = [chain["steps"][0]["fromId"], *(step["toId"] for step in chain["steps"])]
    assert walked == [f"P-q{number}" for number in range(length + 1)]
    assert chains(service, "q0", f"q{length + 1}", most=length)["length"] is None
    back = chains(service, f"q{length}", "q0", most=length)
    assert [step["toId"] for step in back["chains"][0]["steps"]] == walked[-2::-1]


def test_all_chains_that_are_shortest_are_shown_and_no_longer_one(
    families: Families, service: Service
) -> None:
    for number, middle in enumerate(("m1", "m2")):
        families.lives("ann", place(2 * number), 900, 500)
        families.lives(middle, place(2 * number), 900)
        families.lives(middle, place(2 * number + 1), 900)
        families.lives("bob", place(2 * number + 1), 900)
    families.lives("ann", place(9), 900)
    families.lives("far", place(9), 900)
    families.lives("far", place(8), 900)
    families.lives("m1", place(8), 900)
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert [[step["toId"] for step in chain["steps"]] for chain in answer["chains"]] == [
        ["P-m1", "P-bob"],
        ["P-m2", "P-bob"],
    ]


def test_chains_through_a_hostel_are_not_looked_for_and_that_is_said(
    families: Families, service: Service
) -> None:
    for number in range(14):
        families.lives(f"q{number}", HOSTEL, 300)
    families.resolve()
    answer = chains(service, "q0", "q1")
    assert answer["length"] is None
    assert answer["notShown"] == [
        "1 homes, people or contacts tie so many that chains through them were not looked for."
    ]


def test_chains_through_a_person_of_very_many_homes_are_not_looked_for(
    families: Families, service: Service
) -> None:
    for number in range(12):
        families.lives("busy", place(10 + number), 900 - 50 * number, 860 - 50 * number)
    families.lives("ann", place(10), 900)
    families.lives("bob", place(11), 900)
    families.resolve()
    families.lives("carl", place(30), 900)
    families.lives("bob", place(30), 900)
    families.resolve()
    # Where the two sides meet in them, and where one of them would have to go on from them.
    for other in ("bob", "carl"):
        answer = chains(service, "ann", other)
        assert answer["length"] is None
        assert "tie so many" in answer["notShown"][0]
    assert chains(service, "ann", "busy")["length"] == 1


def test_a_chain_before_it_was_there_is_not_found(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.lives("bob", place(1), 300)
    families.resolve()
    assert chains(service, "ann", "bob", asOf=ago(301).isoformat())["length"] is None
    assert chains(service, "ann", "bob", asOf=ago(299).isoformat())["length"] == 1


def test_nobody_who_is_shielded_is_in_a_chain_or_at_its_end(
    town: Town, families: Families, service: Service
) -> None:
    chain_of(families, 2)
    assert chains(service, "q0", "q2")["length"] == 2
    hide(town, "Person", "P-q1")
    assert chains(service, "q0", "q2")["length"] is None
    hidden, absent = chains(service, "q0", "q1"), chains(service, "q0", "nobody")
    assert hidden == absent
    assert hidden["says"] == "One of the two is not on record."


def test_a_chain_through_a_shielded_address_is_not_found(
    town: Town, families: Families, service: Service
) -> None:
    chain_of(families, 1)
    hide(town, "Address", homes(service, "q0")[0]["addressId"])
    assert chains(service, "q0", "q1")["length"] is None


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"left": "Ann Lee"}, id="no id"),
        pytest.param({"left": "H-1"}, id="a household"),
        pytest.param({"right": "P-1"}, id="one person"),
        pytest.param({"most": 0}, id="no step"),
        pytest.param({"most": 5}, id="too long"),
        pytest.param({"asOf": (NOW + dt.timedelta(days=1)).isoformat()}, id="tomorrow"),
    ],
)
def test_chains_that_cannot_be_are_refused(service: Service, variables: dict[str, Any]) -> None:
    response = service.ask(CHAINS, **{"left": "P-1", "right": "P-2", **variables}, role=ANALYST)
    assert response.status_code == 400
    assert "Ann" not in response.text


def test_chains_and_networks_cost_one_query(families: Families, service: Service) -> None:
    chain_of(families, 4)
    home = homes(service, "q0")[0]["householdId"]
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    chains(service, "q0", "q4")
    assert service.services.store.queries_run == before + 1  # type: ignore[attr-defined]
    network(service, home, depth=4)
    assert service.services.store.queries_run == before + 2  # type: ignore[attr-defined]
