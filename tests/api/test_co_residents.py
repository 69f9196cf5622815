"""Who lived with a person, home by home, and for which time; asked over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.town import Service, Town, ago

from mast_resolver.household import COMMUNAL_ABOVE
from mast_resolver.records import Kind

HOME = "14 High Street, Walsall WS1 1AA"
OTHER = "3 Mill Lane, Walsall WS2 2BB"
ASK = """
query ($person: ID!, $asOf: DateTime) {
  coResidents(person: $person, asOf: $asOf) {
    asOf notShown
    superseded { id successorIds }
    caution { text }
    homes {
      personId addressId householdId communal coResidentCount
      spells { begin end inferred }
      coResidents { personId together { begin end inferred } }
    }
  }
}
"""


def ask(service: Service, person: str, as_of: dt.datetime | None = None) -> Any:
    moment = as_of.isoformat() if as_of else None
    return service.answer(ASK, person=person, asOf=moment, role="safeguarding-analyst")


def others(answer: Any) -> list[list[str]]:
    return [[each["personId"] for each in home["coResidents"]] for home in answer["homes"]]


def lives(town: Town, who: str, place: str, start: float, end: float | None = None) -> tuple[str, str]:
    reference = f"{who}-{place[:2]}"
    person = f"{who.title()} Lee"
    town.says("housing", reference, person=person, place=place, lives=(ago(start), ago(end) if end else None))
    return ("housing", reference)


def test_who_lived_with_a_person_ever_and_at_a_moment(town: Town, service: Service) -> None:
    people = {
        "ruth": [lives(town, "ruth", HOME, 900)],
        "omar": [lives(town, "omar", HOME, 800, 400)],
        "ann": [lives(town, "ann", HOME, 400)],
        "before": [lives(town, "before", HOME, 2000, 900)],
    }
    town.resolve(people)
    ever = ask(service, "P-ruth")
    assert others(ever) == [["P-ann", "P-omar"]]
    [home] = ever["homes"]
    assert (home["addressId"], home["communal"], home["coResidentCount"]) == (town.address(HOME), False, 2)
    ann, omar = home["coResidents"]
    assert omar["together"] == [
        {"begin": ago(800).isoformat(), "end": ago(400).isoformat(), "inferred": False}
    ]
    assert (ann["together"][0]["begin"], ann["together"][0]["end"]) == (ago(400).isoformat(), None)
    assert others(ask(service, "P-ruth", ago(400))) == [["P-ann"]]
    assert others(ask(service, "P-ruth", ago(400) - dt.timedelta(milliseconds=1))) == [["P-omar"]]
    assert others(ask(service, "P-ruth", ago(850))) == [[]]
    assert others(ask(service, "P-ruth", ago(901))) == []


def test_a_person_with_two_homes_has_those_of_both(town: Town, service: Service) -> None:
    for place, start in ((HOME, 900), (OTHER, 600)):
        town.says(
            "council-children",
            "c1",
            person="Kit Lee",
            place=place,
            lives=(ago(start), None),
            contact="EARLY_HELP",
            at=ago(5),
        )
    people = {"child": [("council-children", "c1")]}
    people["mother"] = [lives(town, "mother", HOME, 950)]
    people["father"] = [lives(town, "father", OTHER, 700)]
    town.resolve(people)
    now = ask(service, "P-child", ago(1))
    assert sorted(others(now)) == [["P-father"], ["P-mother"]]
    assert {home["addressId"] for home in now["homes"]} == {town.address(HOME), town.address(OTHER)}
    assert others(ask(service, "P-mother")) == [["P-child"]]
    assert others(ask(service, "P-child", ago(650))) == [["P-mother"]]


def test_a_communal_home_is_flagged_and_cut_and_both_are_said(town: Town, service: Service) -> None:
    count = 2 * COMMUNAL_ABOVE + 6
    people = {}
    for number in range(count):
        people[f"g{number}"] = [lives(town, f"g{number}", HOME, 900 - number)]
    town.resolve(people)
    answer = ask(service, "P-g0")
    [home] = answer["homes"]
    assert (home["communal"], home["coResidentCount"]) == (True, count - 1)
    assert len(home["coResidents"]) == len({each["personId"] for each in home["coResidents"]}) == 25
    assert any("29 others lived meanwhile; the latest 25 are listed" in said for said in answer["notShown"])
    assert any("communal" in said for said in answer["notShown"])


def test_a_hostel_is_communal_though_two_of_it_are_known_and_a_street_called_after_one_is_not(
    town: Town, service: Service
) -> None:
    hostel, street = "St Anne's Hostel, 12 Mill Lane, Walsall WS2 2BB", "12 Hostel Road, Walsall WS1 1AA"
    people = {f"h{number}": [lives(town, f"h{number}", hostel, 900)] for number in range(2)}
    people |= {f"s{number}": [lives(town, f"s{number}", street, 900)] for number in range(2)}
    # One agency names the place by its number alone: it is the hostel all the same.
    people["late"] = [lives(town, "late", "12 Mill Lane, Walsall WS2 2BB", 100)]
    town.resolve(people)
    for who, communal in (("h0", True), ("late", True), ("s0", False)):
        [home] = ask(service, f"P-{who}")["homes"]
        assert home["communal"] is communal, who


def test_an_old_id_answers_for_all_who_stand_for_it(town: Town, service: Service) -> None:
    town.resolve({"old": [lives(town, "ann", HOME, 900), lives(town, "ben", OTHER, 700)]})
    town.loaded_at = ago(0.5)
    moved = dict(zip(town.records_of("P-old"), ("P-new1", "P-new2"), strict=True))
    town.supersede(Kind.PERSON, "P-old", "P-new1", "P-new2", moved=moved)
    answer = ask(service, "P-old")
    assert answer["superseded"]["successorIds"] == ["P-new1", "P-new2"]
    assert {home["personId"] for home in answer["homes"]} == {"P-new1", "P-new2"}


def test_nobody_known_is_an_answer_with_a_caution(town: Town, service: Service) -> None:
    answer = ask(service, "P-nobody")
    assert (answer["homes"], answer["superseded"]) == ([], None)
    assert "not proof of no concern" in answer["caution"]["text"]


@pytest.mark.parametrize("id_", ["A-1", "Ann Lee"])
def test_only_the_id_of_a_person_is_taken(service: Service, id_: str) -> None:
    response = service.ask(ASK, person=id_, role="safeguarding-analyst")
    assert response.json()["errors"][0]["extensions"]["code"] == "MAST-312"


def test_it_is_not_for_the_door(service: Service) -> None:
    assert service.ask(ASK, person="P-1").status_code == 403


def test_an_answer_costs_one_query_and_what_it_names_is_in_the_audit(town: Town, service: Service) -> None:
    town.resolve({"ann": [lives(town, "ann", HOME, 900)], "ben": [lives(town, "ben", HOME, 700)]})
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    [home] = ask(service, "P-ann")["homes"]
    assert service.services.store.queries_run == before + 1  # type: ignore[attr-defined]
    intent, answer = service.audited()[-2:]
    assert (intent["question"], intent["sought"]) == ("coResidents", {"ids": ["P-ann"]})
    assert answer["ids"] == {
        "addresses": [home["addressId"]],
        "households": [home["householdId"]],
        "people": ["P-ann", "P-ben"],
    }


def test_shielded_people_and_homes_are_left_out(town: Town, service: Service) -> None:
    people = {name: [lives(town, name, HOME, 900)] for name in ("ann", "ben", "cat")}
    people["ann"].append(lives(town, "ann", OTHER, 300, 200))
    town.resolve(people)
    for entity in ("P-ben", town.address(OTHER)):
        town.store.define(f"MATCH (e {{id: '{entity}'}}) SET e.shielded = true")  # an id of these tests
    answer = ask(service, "P-ann")
    assert others(answer) == [["P-cat"]]
    assert answer["homes"][0]["coResidentCount"] == 1
    assert ask(service, "P-ben") == ask(service, "P-none")
