"""Who lived at an address and when, by every agency's view, on two clocks; asked over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.town import NOW, Service, Town, ago

from mast_api.access import Purpose
from mast_resolver.records import Kind

HOME = "14 High Street, Walsall WS1 1AA"
OTHER = "3 Mill Lane, Walsall WS2 2BB"
ANALYST: dict[str, Any] = {"role": "safeguarding-analyst", "purpose": Purpose.ENQUIRY.value}

ASK = """
query ($id: ID!, $asOf: DateTime, $from: DateTime, $to: DateTime, $knownAt: DateTime, $first: Int!,
       $after: String) {
  addressHistory(
    id: $id, asOf: $asOf, from: $from, to: $to, knownAt: $knownAt, first: $first, after: $after
  ) {
    knownAt personCount addressIds notShown
    superseded { id successorIds says }
    caution { text ring { name } }
    residents {
      edges { cursor node {
        personId addressId begin end beginInferred endInferred present
        statements { agency { id name } begin end seenAt inferred recordedFrom recordedTo }
        conflicts { kind says begin end elsewhereId agencyIds }
        overlaps { addressId begin end says agencyIds }
      } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}
"""


def ask(service: Service, id_: str, **variables: Any) -> Any:
    given = {name: at.isoformat() if isinstance(at, dt.datetime) else at for name, at in variables.items()}
    return service.answer(ASK, **{"id": id_, "first": 20, **ANALYST, **given})


def spells(answer: Any) -> list[Any]:
    return [edge["node"] for edge in answer["residents"]["edges"]]


def residents(answer: Any) -> list[str]:
    return [spell["personId"] for spell in spells(answer)]


def iso(moment: dt.datetime) -> str:
    return moment.isoformat()


def test_every_agencys_view_stands_beneath_the_merged_spell(town: Town, service: Service) -> None:
    town.says("housing", "h1", person="Ruth Ames", place=HOME, lives=(ago(900), None))
    town.says("police", "p1", person="Ruth Ames", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(300))
    town.says("nhs", "n1", person="Ruth Ames", place=HOME, lives=(ago(500), ago(100)))
    town.resolve({"ruth": [("housing", "h1"), ("police", "p1"), ("nhs", "n1")]})
    answer = ask(service, town.address(HOME))
    [spell] = spells(answer)
    assert (spell["personId"], spell["begin"], spell["end"]) == ("P-ruth", iso(ago(900)), iso(ago(100)))
    assert (spell["beginInferred"], spell["endInferred"], spell["present"]) == (False, False, False)
    stated = {each["agency"]["id"]: each for each in spell["statements"]}
    assert stated["housing"]["agency"]["name"] == "Housing"
    assert (stated["housing"]["begin"], stated["housing"]["end"]) == (iso(ago(900)), None)
    assert (stated["police"]["begin"], stated["police"]["inferred"]) == (iso(ago(300)), True)
    assert stated["nhs"]["recordedFrom"] == iso(town.loaded_at)
    assert {each["recordedTo"] for each in stated.values()} == {None}
    starts, unsaid = spell["conflicts"]
    assert (starts["kind"], starts["begin"], starts["end"]) == ("STARTS_DIFFER", iso(ago(900)), iso(ago(500)))
    assert unsaid["kind"] == "LEFT_UNSAID"
    assert "Housing and Police have not said that they left" in unsaid["says"]


def test_a_view_from_elsewhere_is_shown_as_a_conflict_and_a_second_home_is_not(
    town: Town, service: Service
) -> None:
    for who, agency in (("Ann Lee", "nhs"), ("Ben Orr", "housing")):
        town.says("housing", f"{who}1", person=who, place=HOME, lives=(ago(900), ago(10)))
        town.says(agency, f"{who}2", person=who, place=OTHER, lives=(ago(500), ago(20)))
    town.resolve(
        {
            "ann": [("housing", "Ann Lee1"), ("nhs", "Ann Lee2")],
            "ben": [("housing", "Ben Orr1"), ("housing", "Ben Orr2")],
        }
    )
    found = {spell["personId"]: spell for spell in spells(ask(service, town.address(HOME)))}
    there = town.address(OTHER)
    for spell in found.values():
        [overlap] = spell["overlaps"]
        assert (overlap["addressId"], overlap["begin"], overlap["end"]) == (
            there,
            iso(ago(500)),
            iso(ago(20)),
        )
    [conflict] = found["P-ann"]["conflicts"]
    assert (conflict["kind"], conflict["elsewhereId"]) == ("ELSEWHERE", there)
    assert conflict["says"].startswith("Housing has them here, Nhs has them at another address")
    assert found["P-ben"]["conflicts"] == []
    assert found["P-ben"]["overlaps"][0]["agencyIds"] == ["housing"]
    assert "see the conflicts" in found["P-ann"]["overlaps"][0]["says"]


def test_the_next_tenant_begins_where_the_former_one_ends(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Omar Iqbal", place=HOME, lives=(ago(300), ago(100)))
    town.says("housing", "2", person="Ruth Ames", place=HOME, lives=(ago(100), None))
    town.resolve({"omar": [("housing", "1")], "ruth": [("housing", "2")]})
    home = town.address(HOME)
    assert residents(ask(service, home)) == ["P-ruth", "P-omar"]
    instant = dt.timedelta(microseconds=1)
    assert residents(ask(service, home, asOf=ago(100))) == ["P-ruth"]
    assert residents(ask(service, home, asOf=ago(100) - instant)) == ["P-omar"]
    assert residents(ask(service, home, asOf=ago(300))) == ["P-omar"]
    assert residents(ask(service, home, asOf=ago(300) - instant)) == []
    assert residents(ask(service, home, **{"from": ago(300), "to": ago(100)})) == ["P-omar"]
    assert residents(ask(service, home, **{"from": ago(100)})) == ["P-ruth"]
    assert residents(ask(service, home, to=ago(300))) == []
    assert residents(ask(service, home, **{"from": ago(101), "to": ago(99)})) == ["P-ruth", "P-omar"]


def test_as_known_yesterday_gives_yesterdays_answer_after_todays_correction(
    town: Town, service: Service
) -> None:
    town.loaded_at = ago(30)
    town.says("housing", "1", person="Omar Iqbal", place=HOME, lives=(ago(300), None))
    town.says("housing", "2", person="Ruth Ames", place=HOME, lives=(ago(200), None))
    town.resolve({"omar": [("housing", "1")], "ruth": [("housing", "2")]})
    home = town.address(HOME)
    yesterday = ask(service, home, knownAt=ago(20))
    assert residents(yesterday) == ["P-ruth", "P-omar"]
    town.loaded_at = ago(10)
    seen: dict[str, Any] = {"contact": "ASB_CASE", "at": ago(12)}
    town.says("housing", "1", person="Omar Iqbal", place=OTHER, lives=(ago(300), None), **seen)
    town.says("housing", "2", person="Ruth Ames", place=HOME, lives=(ago(250), None), **seen)
    town.resolve({"omar": [("housing", "1")], "ruth": [("housing", "2")]})
    assert ask(service, home, knownAt=ago(20)) == yesterday
    today = ask(service, home)
    assert residents(today) == ["P-ruth"]
    now, was = spells(today)[0]["statements"]
    assert (was["begin"], was["recordedTo"]) == (iso(ago(200)), iso(ago(10)))
    assert (now["begin"], now["recordedTo"]) == (iso(ago(250)), None)
    assert any("Of 1 more people it was said once" in said for said in today["notShown"])


def test_before_anything_was_recorded_nothing_was_known(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Omar Iqbal", place=HOME, lives=(ago(300), None))
    town.resolve({"omar": [("housing", "1")]})
    answer = ask(service, town.address(HOME), knownAt=ago(50))
    assert (spells(answer), answer["addressIds"]) == ([], [])
    assert "first used after knownAt" in answer["superseded"]["says"]
    assert "not proof of no concern" in answer["caution"]["text"]


def test_a_confirmation_of_today_does_not_reach_back_into_yesterdays_answer(
    town: Town, service: Service
) -> None:
    # Known at first: an old home not confirmed since, and a new one. Confirmed later, it is a second home.
    town.loaded_at = ago(40)
    town.says("housing", "1", person="Ruth Ames", place=HOME, lives=(ago(900), None))
    town.says("nhs", "2", person="Ruth Ames", place=OTHER, lives=(ago(500), None))
    people = {"ruth": [("housing", "1"), ("nhs", "2")]}
    town.resolve(people)
    home = town.address(HOME)
    before = ask(service, home, knownAt=ago(35))
    assert spells(before)[0]["end"] == iso(ago(500))
    for loaded, seen in ((30, 450), (20, 400), (10, 350)):
        town.loaded_at = ago(loaded)
        at = ago(seen)
        town.says(
            "housing",
            "1",
            person="Ruth Ames",
            place=HOME,
            lives=(ago(900), None),
            contact="ASB_CASE",
            at=at,
        )
        town.resolve(people)
    assert ask(service, home, knownAt=ago(35)) == before
    now = spells(ask(service, home))[0]
    assert now["end"] is None
    assert now["statements"][0]["seenAt"] == iso(ago(350))
    between = spells(ask(service, home, knownAt=ago(25)))[0]
    assert between["end"] is None
    assert between["statements"][0]["seenAt"] is None  # which of the confirmations is not kept: not guessed


def test_who_was_who_is_as_known_then(town: Town, service: Service) -> None:
    town.loaded_at = ago(30)
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), None))
    town.says("police", "2", person="Ann Leigh", place=HOME, lives=(ago(500), None))
    town.resolve({"one": [("housing", "1"), ("police", "2")]})
    home = town.address(HOME)
    assert residents(ask(service, home)) == ["P-one"]
    town.loaded_at = ago(10)
    moved = {town.record("housing", "1"): "P-new1", town.record("police", "2"): "P-new2"}
    town.supersede(Kind.PERSON, "P-one", "P-new1", "P-new2", moved=moved)
    assert residents(ask(service, home)) == ["P-new2", "P-new1"]
    assert residents(ask(service, home, knownAt=ago(20))) == ["P-one"]


def test_an_old_id_leads_to_its_successors_and_by_then_to_itself(town: Town, service: Service) -> None:
    town.loaded_at = ago(30)
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), None))
    town.resolve({"ann": [("housing", "1")]})
    old = town.address(HOME)
    town.loaded_at = ago(10)
    town.supersede(Kind.ADDRESS, old, "A-new", moved=dict.fromkeys(town.records_of(old), "A-new"))
    answer = ask(service, old)
    assert (answer["addressIds"], answer["superseded"]["successorIds"]) == (["A-new"], ["A-new"])
    assert residents(answer) == ["P-ann"]
    then = ask(service, old, knownAt=ago(20))
    assert (then["addressIds"], then["superseded"], residents(then)) == ([old], None, ["P-ann"])
    newer = ask(service, "A-new", knownAt=ago(20))
    assert (newer["addressIds"], residents(newer)) == ([old], ["P-ann"])
    assert "first used after knownAt" in newer["superseded"]["says"]


def test_pages_hold_every_spell_once_and_stay_as_known_at_the_first(town: Town, service: Service) -> None:
    people = {}
    for number in range(7):
        town.says(
            "housing",
            str(number),
            person=f"Guest G{number}",
            place=HOME,
            lives=(ago(900 - number), ago(100) if number % 2 else None),
        )
        people[f"g{number}"] = [("housing", str(number))]
    town.says("police", "again", person="Guest G1", place=HOME, lives=(ago(50), ago(40)))
    people["g1"].append(("police", "again"))
    town.resolve(people)
    home = town.address(HOME)
    whole = [edge["node"] for edge in ask(service, home)["residents"]["edges"]]
    assert len(whole) == 8
    seen, after = [], None
    while True:
        page = ask(service, home, first=3, after=after)
        assert page["personCount"] == 7
        seen += spells(page)
        after = page["residents"]["pageInfo"]["endCursor"]
        if not page["residents"]["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole
    ids = [each["personId"] for each in whole]
    assert ids.index("P-g1") + 1 == len(ids) - 1 - ids[::-1].index("P-g1")  # spells of a person together


def test_what_is_cut_is_said(town: Town, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mast_graph.history.HISTORY_PEOPLE", 2)
    monkeypatch.setattr("mast_api.schema.residences.HISTORY_PEOPLE", 2)
    for number in range(3):
        town.says("housing", str(number), person=f"G{number} H", place=HOME, lives=(ago(900 - number), None))
    town.resolve()
    town.says("police", "later", person="New One", place=HOME, lives=(ago(30), None))
    answer = ask(service, town.address(HOME))
    assert answer["personCount"] == 2
    assert any("3 people are said to have lived here" in said for said in answer["notShown"])
    assert len(residents(ask(service, town.address(HOME), asOf=ago(899.5)))) == 1


def test_records_of_residents_that_are_not_resolved_yet_are_said(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), None))
    town.resolve()
    town.says("housing", "2", person="Ben Orr", place=HOME, lives=(ago(30), None))
    answer = ask(service, town.address(HOME))
    assert any("1 newly loaded records of residents" in said for said in answer["notShown"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        pytest.param({"knownAt": NOW + dt.timedelta(days=1)}, "MAST-312", id="known in the future"),
        pytest.param({"asOf": ago(1), "to": ago(0)}, "MAST-312", id="a moment and a stretch"),
        pytest.param({"from": ago(1), "to": ago(1)}, "MAST-312", id="a stretch of nothing"),
        pytest.param({"to": "0001-01-01"}, "MAST-312", id="before there was any time"),
        pytest.param({"to": "0001-01-01T00:30:00+01:00"}, "MAST-312", id="in no year at all"),
        pytest.param({"from": "9999-12-31T23:30:00-01:00"}, "MAST-312", id="after the last year"),
        pytest.param({"first": 0}, "MAST-311", id="no page"),
        pytest.param({"after": "rubbish"}, "MAST-311", id="no cursor of ours"),
        pytest.param({"after": "1.1.1.ffffffffffffffff.P-1.A-1"}, "MAST-311", id="a cursor out of time"),
        pytest.param({"id_": "P-ann"}, "MAST-312", id="no address"),
        pytest.param({"id_": "14 High Street"}, "MAST-312", id="no id"),
    ],
)
def test_what_cannot_be_asked_is_refused(service: Service, wrong: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {
        name: iso(at) if isinstance(at, dt.datetime) else at for name, at in wrong.items()
    }
    response = service.ask(ASK, **({"id": given.pop("id_", "A-1"), "first": 20} | ANALYST | given))
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == code


def test_a_page_is_of_100_at_most(service: Service) -> None:
    small = "query ($id: ID!, $first: Int!) { addressHistory(id: $id, first: $first) { personCount } }"
    assert service.answer(small, id="A-1", first=100, **ANALYST) == {"personCount": 0}
    response = service.ask(small, id="A-1", first=101, **ANALYST)
    assert response.json()["errors"][0]["extensions"]["code"] == "MAST-311"


def test_a_cursor_of_another_moment_is_refused(town: Town, service: Service) -> None:
    for number in range(2):
        town.says("housing", str(number), person=f"G{number} H", place=HOME, lives=(ago(900), None))
    town.resolve()
    home = town.address(HOME)
    after = ask(service, home, first=1, knownAt=ago(0.5))["residents"]["pageInfo"]["endCursor"]
    assert len(residents(ask(service, home, first=1, knownAt=ago(0.5), after=after))) == 1
    response = service.ask(ASK, id=home, first=1, knownAt=iso(ago(0.4)), after=after, **ANALYST)
    assert response.json()["errors"][0]["extensions"]["code"] == "MAST-311"


@pytest.mark.parametrize(
    ("role", "purpose"),
    [("response-officer", Purpose.RESPONSE), ("safeguarding-analyst", Purpose.RESPONSE)],
)
def test_which_agency_knows_somebody_is_for_enquiries_only(
    service: Service, role: str, purpose: Purpose
) -> None:
    response = service.ask(ASK, id="A-1", first=1, role=role, purpose=purpose.value)
    assert response.status_code == 403


def test_an_answer_costs_one_query_and_what_it_names_is_in_the_audit(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), ago(10)))
    town.says("nhs", "2", person="Ann Lee", place=OTHER, lives=(ago(500), ago(20)))
    town.resolve({"ann": [("housing", "1"), ("nhs", "2")]})
    home, other = town.address(HOME), town.address(OTHER)
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    ask(service, home)
    assert service.services.store.queries_run == before + 1  # type: ignore[attr-defined]
    intent, answer = service.audited()[-2:]
    assert (intent["question"], intent["sought"]) == ("addressHistory", {"ids": [home]})
    assert answer["ids"] == {
        "addresses": sorted([home, other]),
        "agencies": ["housing", "nhs"],
        "people": ["P-ann"],
    }


def shield(town: Town, *entities: str) -> None:
    """Mark entities and their records, as a shield does."""
    named = ", ".join(f"'{entity}'" for entity in entities)
    town.store.define(f"MATCH (e) WHERE e.id IN [{named}] SET e.shielded = true")  # ids of these tests
    town.store.define(
        f"MATCH (e)<-[:RESOLVES_TO]-(record) WHERE e.id IN [{named}] SET record.shielded = true"
    )


def test_a_shielded_address_is_as_unknown_as_one_that_is_not_there(town: Town, service: Service) -> None:
    town.loaded_at = ago(30)
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), None))
    town.resolve({"ann": [("housing", "1")]})
    home = town.address(HOME)
    town.supersede(Kind.ADDRESS, home, "A-new", moved=dict.fromkeys(town.records_of(home), "A-new"))
    shield(town, "A-new")
    unknown = ask(service, "A-none")
    for id_, known in (("A-new", None), (home, None), ("A-new", ago(40))):
        assert ask(service, id_, knownAt=known) | {"knownAt": 0} == unknown | {"knownAt": 0}


def test_an_address_of_which_only_shielded_people_speak_is_as_unknown(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), None))
    town.resolve({"ann": [("housing", "1")]})
    home = town.address(HOME)
    assert residents(ask(service, home)) == ["P-ann"]
    shield(town, "P-ann")
    for known in (None, ago(40)):
        assert ask(service, home, knownAt=known) | {"knownAt": 0} == ask(service, "A-none") | {"knownAt": 0}


def test_a_shielded_person_and_a_shielded_home_elsewhere_are_left_out(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(900), None))
    town.says("housing", "2", person="Ben Orr", place=HOME, lives=(ago(900), None))
    town.resolve({"ann": [("housing", "1")], "ben": [("housing", "2")]})
    home = town.address(HOME)
    [_, alone] = spells(ask(service, home))
    town.says("nhs", "3", person="Ben Orr", place=OTHER, lives=(ago(100), None))
    town.resolve({"ann": [("housing", "1")], "ben": [("housing", "2"), ("nhs", "3")]})
    shield(town, "P-ann", town.address(OTHER))
    answer = ask(service, home)
    assert (spells(answer), answer["personCount"], answer["notShown"]) == ([alone], 1, [])
