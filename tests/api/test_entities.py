"""People, households and addresses by id, their successors, networks and the search for people."""

from __future__ import annotations

from typing import Any

import pytest
from tests.town import NOW, People, Service, Town, ago

from mast_resolver.records import Kind

HOME = "14 High Street, Walsall WS1 1AA"
OTHER = "3 Mill Lane, Walsall WS2 2BB"

PERSON = """
query ($id: ID!, $first: Int = 20, $after: String) {
  person(id: $id, first: $first, after: $after) {
    superseded { id successorIds says }
    people {
      id
      homes { addressId householdId present spells { begin end } }
      agencies { agency { id } countIn12Months openEpisodes }
      contacts { edges { node { id type } } pageInfo { hasNextPage endCursor } }
    }
    caution { text }
    withheld { dataClass }
  }
}
"""
ADDRESS = """
query ($id: ID!) {
  address(id: $id) {
    superseded { successorIds }
    concerns { matches { addressId stage } contacts { edges { node { type } } } caution { text } }
  }
}
"""
HOUSEHOLD = """
query ($id: ID!) {
  household(id: $id) {
    superseded { successorIds }
    households {
      members { id memberCount presentCount members { personId present } addressIds }
      contacts { edges { parts personIds node { type } } }
      agencies { agency { id } openEpisodes }
    }
    caution { text }
  }
}
"""
NETWORK = """
query ($id: ID!, $depth: Int!) {
  householdNetwork(id: $id, depth: $depth) {
    households { step household { id communal memberCount members { personId } } }
    notShown
    caution { text }
  }
}
"""
SEARCH = """
query ($given: String = "", $family: String = "", $age: Int, $first: Int = 10) {
  searchPeople(givenName: $given, familyName: $family, age: $age, first: $first) {
    outcome says
    candidates { personId weightBits agrees differs homes { addressId } agencies { agency { id } } }
    caution { text }
    withheld { dataClass }
  }
}
"""


def test_a_person_answers_with_homes_and_contacts_of_all_their_records(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Ann Lee", place=OTHER, lives=(ago(900), ago(300)))
    town.says("police", "2", person="Ann Lee", place=HOME, lives=(ago(300), None))
    town.says("police", "3", person="Ann Lee", contact="MISSING_PERSON", at=ago(20))
    town.resolve({"ann": [("housing", "1"), ("police", "2"), ("police", "3")]})
    answer = service.answer(PERSON, id="P-ann")
    (person,) = answer["people"]
    assert [home["present"] for home in person["homes"]] == [True, False]
    assert [edge["node"]["type"] for edge in person["contacts"]["edges"]] == ["MISSING_PERSON"]
    assert answer["superseded"] is None


def test_a_persons_contacts_are_paged(town: Town, service: Service) -> None:
    for number in range(5):
        town.says("housing", str(number), person="Ann Lee", contact="ASB_CASE", at=ago(10 + number))
    town.resolve({"ann": [("housing", str(number)) for number in range(5)]})
    seen = []
    after = None
    for _ in range(3):
        page = service.answer(PERSON, id="P-ann", first=2, after=after)["people"][0]["contacts"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == len(seen) == 5


def test_nobody_by_an_id_is_an_answer_with_a_caution(town: Town, service: Service) -> None:
    answer = service.answer(PERSON, id="P-nobody")
    assert (answer["people"], answer["superseded"]) == ([], None)
    assert "not proof of no concern" in answer["caution"]["text"]


@pytest.mark.parametrize("id_", ["Ann Lee", "P-Ann Lee", "P-" + "x" * 80, "", "p-1"])
def test_what_is_no_id_of_ours_is_refused_and_not_repeated(service: Service, id_: str) -> None:
    response = service.ask(PERSON, id=id_)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "MAST-312"
    assert "Ann" not in response.text


def test_an_old_id_answers_with_all_its_successors_and_says_so(town: Town, service: Service) -> None:
    town.says("police", "1", person="Ann Lee", contact="MISSING_PERSON", at=ago(20))
    town.says("police", "2", person="Ann Leigh", contact="MISSING_PERSON", at=ago(30))
    town.resolve({"old": [("police", "1"), ("police", "2")]})
    town.loaded_at = ago(0.5)
    moved = {town.record("police", "1"): "P-new1", town.record("police", "2"): "P-new2"}
    town.supersede(Kind.PERSON, "P-old", "P-new1", "P-new2", moved=moved)
    answer = service.answer(PERSON, id="P-old")
    assert answer["superseded"]["successorIds"] == ["P-new1", "P-new2"]
    assert "split" in answer["superseded"]["says"]
    assert [person["id"] for person in answer["people"]] == ["P-new1", "P-new2"]
    assert [len(person["contacts"]["edges"]) for person in answer["people"]] == [1, 1]


def test_an_id_superseded_twice_leads_to_the_last(town: Town, service: Service) -> None:
    town.says("police", "1", person="Ann Lee", contact="MISSING_PERSON", at=ago(20))
    town.resolve({"a": [("police", "1")]})
    town.loaded_at = ago(0.5)
    town.supersede(Kind.PERSON, "P-a", "P-b", moved={town.record("police", "1"): "P-b"})
    town.loaded_at = ago(0.4)
    town.supersede(Kind.PERSON, "P-b", "P-c", moved={town.record("police", "1"): "P-c"})
    answer = service.answer(PERSON, id="P-a")
    assert answer["superseded"]["successorIds"] == ["P-c"]
    assert [person["id"] for person in answer["people"]] == ["P-c"]


def test_an_id_without_successors_says_that_its_records_were_withdrawn(town: Town, service: Service) -> None:
    town.says("police", "1", person="Ann Lee", contact="MISSING_PERSON", at=ago(20))
    town.resolve({"a": [("police", "1")]})
    town.loaded_at = ago(0.5)
    town.supersede(Kind.PERSON, "P-a")
    answer = service.answer(PERSON, id="P-a")
    assert (answer["superseded"]["successorIds"], answer["people"]) == ([], [])
    assert "withdrawn" in answer["superseded"]["says"]


def test_an_address_by_id_answers_as_the_typed_one_does(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    ask = "query ($a: String!) { concernsAtAddress(address: $a) { matches { addressId } } }"
    (match,) = service.answer(ask, a=HOME)["matches"]
    answer = service.answer(ADDRESS, id=match["addressId"])
    assert answer["concerns"]["matches"] == [{"addressId": match["addressId"], "stage": "ID"}]
    assert len(answer["concerns"]["contacts"]["edges"]) == 1
    assert answer["superseded"] is None


def test_a_household_answers_with_contacts_of_members_while_they_were(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Ann Lee", place=HOME, lives=(ago(300), None))
    town.says("housing", "2", person="Bob Lee", place=HOME, lives=(ago(300), ago(100)))
    for reference, name, days in (("3", "Ann Lee", 20), ("4", "Bob Lee", 200), ("5", "Bob Lee", 50)):
        town.says("police", reference, person=name, contact="MISSING_PERSON", at=ago(days), closed=ago(1))
    town.resolve(
        {
            "ann": [("housing", "1"), ("police", "3")],
            "bob": [("housing", "2"), ("police", "4"), ("police", "5")],
        }
    )
    home = service.answer(PERSON, id="P-ann")["people"][0]["homes"][0]
    (household,) = service.answer(HOUSEHOLD, id=home["householdId"])["households"]
    assert (household["members"]["memberCount"], household["members"]["presentCount"]) == (2, 1)
    found = {tuple(edge["parts"]): edge["personIds"] for edge in household["contacts"]["edges"]}
    assert found == {("RESIDENT",): ["P-ann"], ("FORMER_RESIDENT",): ["P-bob"]}


def chain_of_homes(town: Town, length: int) -> None:
    """Person n moved from place n to place n + 1, where the next person still lived."""
    people = {}
    for number in range(length):
        moved = ago(300 - 20 * number)
        name = f"Q{number} Lee"
        before, after = (f"{place + 1} Mill Lane, Walsall WS2 2BB" for place in (number, number + 1))
        town.says("housing", f"{number}a", person=name, place=before, lives=(ago(400), moved))
        town.says("police", f"{number}b", person=name, place=after, lives=(moved, None))
        people[f"q{number}"] = [("housing", f"{number}a"), ("police", f"{number}b")]
    town.resolve(people)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_network_reaches_as_far_as_asked(town: Town, service: Service, depth: int) -> None:
    chain_of_homes(town, 6)
    homes = service.answer(PERSON, id="P-q0")["people"][0]["homes"]
    first = next(home["householdId"] for home in homes if not home["present"])
    answer = service.answer(NETWORK, id=first, depth=depth, role="safeguarding-analyst")
    steps = [each["step"] for each in answer["households"]]
    assert max(steps) == depth
    ids = [each["household"]["id"] for each in answer["households"]]
    assert len(ids) == len(set(ids))


def test_a_network_costs_one_query(town: Town, service: Service) -> None:
    chain_of_homes(town, 3)
    home = service.answer(PERSON, id="P-q0")["people"][0]["homes"][0]["householdId"]
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    service.answer(NETWORK, id=home, depth=4, role="safeguarding-analyst")
    assert service.services.store.queries_run == before + 1  # type: ignore[attr-defined]


def test_a_network_does_not_pass_through_a_hostel(town: Town, service: Service) -> None:
    people = {"q0": [("housing", "home"), ("housing", "r0")]}
    town.says("housing", "home", person="Q0 Lee", place=OTHER, lives=(ago(900), ago(300)))
    for number in range(14):
        town.says("housing", f"r{number}", person=f"Q{number} Lee", place=HOME, lives=(ago(300), None))
    town.says(
        "housing", "far", person="Q1 Lee", place="8 Far Road, Walsall WS4 4DD", lives=(ago(900), ago(300))
    )
    people["q1"] = [("housing", "r1"), ("housing", "far")]
    town.resolve(people)
    homes = service.answer(PERSON, id="P-q0")["people"][0]["homes"]
    first = next(home["householdId"] for home in homes if not home["present"])
    answer = service.answer(NETWORK, id=first, depth=4, role="safeguarding-analyst")
    assert [(each["step"], each["household"]["communal"]) for each in answer["households"]] == [
        (0, False),
        (1, True),
    ]
    assert any("not followed" in said for said in answer["notShown"])


@pytest.mark.parametrize("depth", [0, 5, -1])
def test_a_network_deeper_than_four_steps_is_refused(service: Service, depth: int) -> None:
    response = service.ask(NETWORK, id="H-1", depth=depth, role="safeguarding-analyst")
    assert response.status_code == 400


def test_a_search_lists_every_candidate_with_why_and_chooses_none(
    town: Town, service: Service, people: People
) -> None:
    town.says("police", "1", person="Ann Lee", place=HOME, lives=(ago(300), None))
    town.says("police", "2", person="Anne Leigh", contact="MISSING_PERSON")
    town.resolve({"ann": [("police", "1")], "anne": [("police", "2")]})
    people.will_find("P-anne", "P-ann")
    answer = service.answer(SEARCH, given="Ann", family="Lee")
    assert answer["outcome"] == "SEVERAL"
    assert [each["personId"] for each in answer["candidates"]] == ["P-anne", "P-ann"]
    assert [each["weightBits"] for each in answer["candidates"]] == [20.0, 19.0]
    assert answer["candidates"][0]["agrees"] == ["The family names are alike."]
    assert answer["candidates"][0]["differs"] == ["The dates of birth differ."]
    assert [len(each["homes"]) for each in answer["candidates"]] == [0, 1]


def test_one_candidate_is_still_for_the_reader_to_judge(town: Town, service: Service, people: People) -> None:
    town.says("police", "1", person="Ann Lee", contact="MISSING_PERSON")
    town.resolve({"ann": [("police", "1")]})
    people.will_find("P-ann")
    answer = service.answer(SEARCH, given="Ann", family="Lee")
    assert answer["outcome"] == "ONE"
    assert "for you to judge" in answer["says"]


def test_nobody_found_is_no_proof(service: Service) -> None:
    answer = service.answer(SEARCH, given="Ann", family="Lee")
    assert (answer["outcome"], answer["candidates"]) == ("NONE", [])
    assert "may still be known" in answer["says"]
    assert "not proof of no concern" in answer["caution"]["text"]


def test_a_candidate_superseded_meanwhile_is_listed_by_its_successor(
    town: Town, service: Service, people: People
) -> None:
    town.says("police", "1", person="Ann Lee", contact="MISSING_PERSON")
    town.resolve({"a": [("police", "1")]})
    town.loaded_at = ago(0.5)
    town.supersede(Kind.PERSON, "P-a", "P-b", moved={town.record("police", "1"): "P-b"})
    people.will_find("P-a")
    assert [each["personId"] for each in service.answer(SEARCH, given="Ann", family="Lee")["candidates"]] == [
        "P-b"
    ]


@pytest.mark.parametrize(
    "given", [pytest.param({"given": "Ann"}, id="a given name"), pytest.param({"age": 30}, id="an age")]
)
def test_a_search_for_too_little_is_refused_with_what_to_add(service: Service, given: dict[str, Any]) -> None:
    response = service.ask(SEARCH, **given)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "MAST-121"
    assert "name with" in error["extensions"]["fix"]


def test_a_search_before_the_index_is_loaded_is_unavailable(service: Service, people: People) -> None:
    people.ready = False
    response = service.ask(SEARCH, given="Ann", family="Lee")
    assert response.status_code == 503
    assert service.get("/ready").status_code == 503
    people.ready = True
    assert service.get("/ready").status_code == 200


def test_swapped_names_and_each_year_of_an_age_are_searched(service: Service, people: People) -> None:
    service.answer(SEARCH, given="Ann", family="Lee", age=30)
    (encodings,) = people.asked
    families = {encoding.tokens["family_name"] for encoding in encodings}
    years = {encoding.tokens["birth_year"] for encoding in encodings}
    assert len(families) == 2
    assert len(years) == 6, "ages 28 to 32, whether or not the birthday was: " + str(NOW.year)
