"""Who likely shares a home, by the model alone: asked over HTTP, apart from what agencies state."""

from __future__ import annotations

from typing import Any

import pytest
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_api.access import Purpose, Role

pytestmark = pytest.mark.graph

HOME = "1 Mill Lane, Walsall WS2 2BB"
OTHER = "2 Mill Lane, Walsall WS2 2BB"
LISTED = """inferredRelations {
  says notShown listed { personId otherId kind basis says weightBits agrees recordIds } }"""
ASK = f"""
query ($id: ID!) {{ person(id: $id) {{ people {{
  homes {{ householdId }} relations {{ listed {{ personId basis }} }} {LISTED}
}} }} }}
"""
HOUSEHOLD = f"query ($id: ID!) {{ household(id: $id) {{ households {{ {LISTED} }} }} }}"
NETWORK = f"query ($id: ID!) {{ householdNetwork(id: $id) {{ {LISTED} }} }}"
PEOPLE = {
    "ann": [("housing", "ann")],
    "cara": [("nhs", "cara")],
    "oliver": [("police", "oliver")],
    "gus": [("housing", "gus")],
    "eve": [("fire", "eve")],
}


@pytest.fixture
def home(town: Town) -> Town:
    """Ann and her daughter, of whom nobody states it; Oliver, who has their telephone; a neighbour; Eve."""
    phone = {"phone": "+441922555010"}
    lives: dict[str, Any] = {"place": HOME, "lives": (ago(900), None)}
    sibling = {"related_to": "gus", "relation": "SIBLING"}
    said: list[tuple[str, str, str, dict[str, Any]]] = [
        ("housing", "Ann Leeson", "1980-05-17", {**lives, **phone, **sibling}),
        ("nhs", "Cara Leeson", "2014-03-02", {**lives, **phone}),
        ("police", "Oliver Leeson", "2012-01-09", {"place": HOME, **phone}),
        ("housing", "Gus Hall", "1971-11-30", {"place": OTHER, "lives": (ago(900), None)}),
        ("fire", "Eve Leeson", "1985-06-06", {**lives, "shielded": "person"}),
    ]
    for agency, name, birth, more in said:
        town.says(agency, name.split()[0].lower(), person=name, date_of_birth=birth, **more)
    town.resolve(PEOPLE)
    return town


def asked(service: Service, name: str) -> Any:
    service.services.live.read()
    (found,) = service.answer(ASK, id=f"P-{name}", **ENQUIRY)["people"]
    return found


def test_who_likely_shares_a_home_is_told_with_what_it_rests_on_and_apart_from_what_is_stated(
    home: Town, service: Service
) -> None:
    ann = asked(service, "ann")
    inferred = ann["inferredRelations"]
    assert {each["otherId"] for each in inferred["listed"]} == {"P-cara", "P-oliver"}
    first = inferred["listed"][0]
    assert (first["personId"], first["kind"], first["basis"]) == ("P-ann", "SAME_HOUSEHOLD", "INFERRED")
    assert first["weightBits"] >= 4
    assert len(first["agrees"]) > 1
    assert first["recordIds"][0] == home.record("housing", "ann")
    assert first["says"].endswith("inferred from two records, not stated.")
    assert ann["relations"]["listed"] == [{"personId": "P-gus", "basis": "STATED"}]
    told = str(service.audited()[-1])
    assert "P-cara" in told
    assert home.record("nhs", "cara") in told
    assert asked(service, "gus")["inferredRelations"]["listed"] == []


def test_a_household_and_a_network_tell_it_of_those_who_are_in_it(home: Town, service: Service) -> None:
    (where,) = asked(service, "ann")["homes"]
    (household,) = service.answer(HOUSEHOLD, id=where["householdId"], **ENQUIRY)["households"]
    network = service.answer(NETWORK, id=where["householdId"], **ENQUIRY)
    for answer in (household, network):
        pairs = [{each["personId"], each["otherId"]} for each in answer["inferredRelations"]["listed"]]
        assert sorted(map(sorted, pairs)) == [
            ["P-ann", "P-cara"],
            ["P-ann", "P-oliver"],
            ["P-cara", "P-oliver"],
        ]


def test_it_is_as_without_whoever_is_shielded(home: Town, service: Service) -> None:
    with_her = asked(service, "ann")["inferredRelations"]
    assert service.answer(ASK, id="P-eve", **ENQUIRY)["people"] == []
    home.retract("fire", "eve")
    service.services.live.read()
    assert asked(service, "ann")["inferredRelations"] == with_her


def test_pairs_that_are_cut_and_people_who_were_not_looked_at_are_counted(
    home: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked(service, "ann")
    assert whole["inferredRelations"]["notShown"] == []
    monkeypatch.setattr("mast_api.schema.inferred.MOST_INFERRED", 1)
    cut = asked(service, "ann")["inferredRelations"]
    assert cut["listed"] == whole["inferredRelations"]["listed"][:1]
    assert cut["notShown"] == ["1 further pairs are not shown: 1 are."]
    monkeypatch.setattr("mast_api.schema.inferred.MOST_ASKED", 2)
    (household,) = service.answer(HOUSEHOLD, id=whole["homes"][0]["householdId"], **ENQUIRY)["households"]
    assert len(household["inferredRelations"]["listed"]) == 1
    assert household["inferredRelations"]["notShown"] == ["Of 3 people 2 were looked at."]


@pytest.mark.parametrize(
    ("role", "purpose"),
    [(Role.ANALYST, Purpose.RESPONSE), (Role.RESPONSE_OFFICER, Purpose.RESPONSE)],
    ids=["an analyst who answers a call", "an officer at the door"],
)
def test_it_is_for_enquiries_only(service: Service, role: Role, purpose: Purpose, town: Town) -> None:
    town.says("housing", "ann", person="Ann Leeson")
    town.resolve(PEOPLE)
    ask = '{ person(id: "P-ann") { people { inferredRelations { says } } } }'
    response = service.ask(ask, role=role.value, purpose=purpose.value)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "MAST-302")
