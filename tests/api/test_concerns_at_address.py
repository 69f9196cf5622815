"""What is already known about this address: the question the service is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.town import AGREEMENT, GATEWAY, NOW, Service, Town, ago

from mast_graph.agreement import Term, View
from mast_graph.directory import write_directory

HOME = "14 High Street, Walsall WS1 1AA"
FLAT = "Flat 2, 14 High Street, Walsall WS1 1AA"

ASK = """
query ($address: String!, $since: DateTime, $first: Int = 20, $after: String) {
  concernsAtAddress(address: $address, since: $since, first: $first, after: $after) {
    outcome
    matches { addressId stage says unitCount buildingId }
    caution { text ring { name phone } }
    withheld { dataClass by says }
    parts { part agencies { agency { id } latestType countIn12Months openEpisodes status team { name } } }
    agencies { agency { id } latestAt latestType countIn12Months openEpisodes status team { name phone } }
    contacts {
      edges { cursor parts personIds
        node { id type title at closedAt status dataClass agency { id } team { id name } } }
      pageInfo { hasNextPage endCursor }
    }
    households { id memberCount presentCount communal members { personId present spells { begin end } } }
    notShown
  }
}
"""


def listed(answer: Any) -> list[tuple[str, list[str]]]:
    """Type and parts of every contact listed."""
    return [(edge["node"]["type"], edge["parts"]) for edge in answer["contacts"]["edges"]]


def test_the_case_study_is_answered(town: Town, service: Service) -> None:
    for days in (3, 20, 45):
        town.says("police", f"call-{days}", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(days))
    town.says("council-children", "c1", person="Ruth Ames", place=HOME, lives=(ago(400), None))
    town.says("police", "p1", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(2))
    town.says("police", "p2", person="Carl Voss", place=HOME, lives=(ago(100), None))
    town.says("council-children", "c9", person="Carl Voss", contact="CHILD_PROTECTION_PLAN", at=ago(1300))
    town.resolve(
        {
            "ruth": [("council-children", "c1"), ("police", "p1")],
            "carl": [("police", "p2"), ("council-children", "c9")],
        }
    )
    answer = service.answer(ASK, address="14 high st, walsall, ws1 1aa")
    assert answer["outcome"] == "ONE"
    assert answer["matches"][0]["stage"] == "PLACE"
    assert listed(answer) == [
        ("DOMESTIC_ABUSE_INCIDENT", ["RESIDENT"]),
        ("NEIGHBOUR_CONCERN", ["PLACE"]),
        ("CHILD_PROTECTION_PLAN", ["RESIDENT_ELSEWHERE"]),
    ]
    parts = {part["part"]: part["agencies"] for part in answer["parts"]}
    assert list(parts) == ["PLACE", "RESIDENT", "RESIDENT_ELSEWHERE", "FORMER_RESIDENT"]
    assert parts["PLACE"][0]["countIn12Months"] == 3
    assert parts["RESIDENT_ELSEWHERE"][0]["status"] == "OPEN"
    assert parts["FORMER_RESIDENT"] == []
    police, children = answer["agencies"]
    assert (police["agency"]["id"], police["countIn12Months"], police["status"]) == ("police", 4, "CLOSED")
    assert (children["agency"]["id"], children["openEpisodes"]) == ("council-children", 1)
    assert children["team"] == {"name": "council-children duty desk", "phone": "01922 555 0100"}
    assert "not proof of no concern" in answer["caution"]["text"]
    (household,) = answer["households"]
    assert {member["personId"] for member in household["members"]} == {"P-ruth", "P-carl"}


def test_nothing_of_a_former_resident_after_they_left_is_shown(town: Town, service: Service) -> None:
    town.says("housing", "1", person="Omar Iqbal", place=HOME, lives=(ago(300), ago(100)))
    for days, kind in ((350, "RENT_ARREARS"), (200, "ASB_CASE"), (50, "HOMELESSNESS_RELIEF")):
        town.says("housing", f"x{days}", person="Omar Iqbal", contact=kind, at=ago(days))
    town.resolve({"omar": [("housing", ref) for ref in ("1", "x350", "x200", "x50")]})
    answer = service.answer(ASK, address=HOME)
    assert listed(answer) == [("ASB_CASE", ["FORMER_RESIDENT"])]
    assert answer["households"][0]["members"][0]["present"] is False


def test_when_a_former_residents_episode_ended_after_they_left_is_not_said(
    town: Town, service: Service
) -> None:
    town.says("housing", "1", person="Omar Iqbal", place=HOME, lives=(ago(300), ago(100)))
    town.says("housing", "2", person="Omar Iqbal", contact="ASB_CASE", at=ago(200), closed=ago(50))
    town.resolve({"omar": [("housing", "1"), ("housing", "2")]})
    (edge,) = service.answer(ASK, address=HOME)["contacts"]["edges"]
    assert (edge["node"]["status"], edge["node"]["closedAt"]) == ("CLOSED", None)


def test_a_practitioner_sees_the_latest_of_each_type_with_a_count_and_every_open_episode(
    town: Town, service: Service
) -> None:
    for days in (30, 60, 90, 500):
        town.says("police", f"n{days}", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(days))
    town.says("housing", "old-open", place=HOME, contact="ASB_CASE", at=ago(2000))
    town.says("housing", "old-open-2", place=HOME, contact="ASB_CASE", at=ago(1500))
    town.says("housing", "old-closed", place=HOME, contact="RENT_ARREARS", at=ago(800), closed=ago(700))
    town.resolve()
    answer = service.answer(ASK, address=HOME)
    assert listed(answer) == [
        ("NEIGHBOUR_CONCERN", ["PLACE"]),
        ("ASB_CASE", ["PLACE"]),
        ("ASB_CASE", ["PLACE"]),
    ]
    police, housing = answer["agencies"]
    assert police["countIn12Months"] == 3
    assert (housing["countIn12Months"], housing["openEpisodes"]) == (0, 2)


def test_an_agreement_for_the_full_view_shows_every_contact_of_its_months_to_those_who_may(
    town: Town, service: Service
) -> None:
    terms = tuple(replace(term, view=View.FULL, months=24) for term in AGREEMENT.terms)
    full = replace(AGREEMENT, id="full", terms=terms)
    town.store.write(lambda tx: write_directory(tx, at=NOW, agreements=[full]))
    for days in (30, 60, 600, 900):
        town.says(
            "police", f"n{days}", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(days), agreement="full"
        )
    town.resolve()
    analyst = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}
    assert len(listed(service.answer(ASK, address=HOME, **analyst))) == 3
    assert len(listed(service.answer(ASK, address=HOME))) == 1


def test_since_narrows_the_list_but_never_hides_an_open_episode(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(30))
    town.says("fire", "2", place=HOME, contact="FIRE_INCIDENT", at=ago(200))
    town.says("housing", "3", place=HOME, contact="ASB_CASE", at=ago(900))
    town.resolve()
    answer = service.answer(ASK, address=HOME, since=ago(60).isoformat())
    assert [kind for kind, _ in listed(answer)] == ["NEIGHBOUR_CONCERN", "ASB_CASE"]


def test_a_class_withheld_is_said_to_be_and_neither_listed_nor_counted(town: Town, service: Service) -> None:
    town.says("nhs", "1", person="Ruth Ames", place=HOME, lives=(ago(300), None))
    town.says("nhs", "2", person="Ruth Ames", contact="SEXUAL_HEALTH_CONTACT", at=ago(30))
    town.says("nhs", "3", person="Ruth Ames", contact="CAMHS_REFERRAL", at=ago(20))
    town.resolve({"ruth": [("nhs", "1"), ("nhs", "2"), ("nhs", "3")]})
    officer = service.answer(ASK, address=HOME)
    assert listed(officer) == []
    assert officer["agencies"] == []
    assert {each["dataClass"] for each in officer["withheld"]} == {"mental_health", "sensitive_health"}
    analyst = service.answer(ASK, address=HOME, role="safeguarding-analyst")
    assert [kind for kind, _ in listed(analyst)] == ["CAMHS_REFERRAL"]
    assert [each["dataClass"] for each in analyst["withheld"]] == ["sensitive_health"]


def test_what_is_withheld_does_not_depend_on_what_there_is(town: Town, service: Service) -> None:
    nothing = service.answer(ASK, address="99 Nowhere Road, Walsall WS9 9ZZ")
    town.says("nhs", "2", person="Ruth Ames", place=HOME, contact="SEXUAL_HEALTH_CONTACT", at=ago(30))
    town.resolve()
    assert service.answer(ASK, address=HOME)["withheld"] == nothing["withheld"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"purposes": ("research",)}, id="another purpose"),
        pytest.param({"terms": (Term("fire", GATEWAY),)}, id="another data class"),
    ],
)
def test_what_no_agreement_covers_is_withheld_and_said_to_be(
    town: Town, service: Service, change: dict[str, Any]
) -> None:
    town.store.write(lambda tx: write_directory(tx, at=NOW, agreements=[replace(AGREEMENT, **change)]))
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    answer = service.answer(ASK, address=HOME)
    assert listed(answer) == []
    assert {"dataClass": "police", "by": "AGREEMENT"}.items() <= next(
        each for each in answer["withheld"] if each["dataClass"] == "police"
    ).items()


def test_a_contact_without_any_agreement_is_withheld_and_said_to_be(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN", agreement="none-such")
    town.resolve()
    answer = service.answer(ASK, address=HOME)
    assert listed(answer) == []
    assert ("police", "AGREEMENT") in [(each["dataClass"], each["by"]) for each in answer["withheld"]]


def test_an_empty_answer_says_that_it_is_no_proof_and_whom_to_ring(town: Town, service: Service) -> None:
    answer = service.answer(ASK, address="99 Nowhere Road, Walsall WS9 9ZZ")
    assert answer["outcome"] == "NONE"
    assert answer["contacts"]["edges"] == answer["agencies"] == answer["matches"] == []
    assert [part["agencies"] for part in answer["parts"]] == [[], [], [], []]
    assert "Nothing that you may see" in answer["caution"]["text"]
    assert "not proof of no concern" in answer["caution"]["text"]
    assert answer["caution"]["ring"] == {"name": "Front door", "phone": "01922 1"}


@pytest.mark.parametrize(
    ("typed", "stage"),
    [
        pytest.param("14 HIGH STREET WALSALL WS11AA", "PLACE", id="as recorded"),
        pytest.param("14, WS1 1AA", "POSTCODE_PLACE", id="no street"),
        pytest.param("14 High Street, Walsall", "STREET_PLACE", id="no postcode"),
        pytest.param("Flat 9, 14 High Street, Walsall WS1 1AA", "BUILDING", id="a flat that is not known"),
    ],
)
def test_how_an_address_was_matched_is_said(town: Town, service: Service, typed: str, stage: str) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    (match,) = service.answer(ASK, address=typed)["matches"]
    assert match["stage"] == stage
    assert match["says"]


def test_a_buildings_concerns_are_not_its_flats_nor_the_reverse(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.says("fire", "2", place=FLAT, contact="FIRE_INCIDENT")
    town.resolve()
    building = service.answer(ASK, address=HOME)
    flat = service.answer(ASK, address=FLAT)
    assert [kind for kind, _ in listed(building)] == ["NEIGHBOUR_CONCERN"]
    assert [kind for kind, _ in listed(flat)] == ["FIRE_INCIDENT"]
    assert building["matches"][0]["unitCount"] == 1
    assert any("1 flats" in said for said in building["notShown"])
    assert flat["matches"][0]["buildingId"] == building["matches"][0]["addressId"]


@pytest.mark.parametrize(
    "line", ["Flat 2, 14 Hihg Street, Walsall WS1 1AA", "Flat 2, 14 WS1 1AA"], ids=["misspelt", "left out"]
)
@pytest.mark.parametrize("first", [True, False], ids=["the flat is there first", "the building is"])
def test_a_flat_whose_street_is_wrong_is_in_its_building(
    town: Town, service: Service, line: str, *, first: bool
) -> None:
    for place in (line, HOME) if first else (HOME, line):
        town.says("police", place[:8], place=place, contact="NEIGHBOUR_CONCERN")
        town.resolve()
    flat, building = service.answer(ASK, address=line), service.answer(ASK, address=HOME)
    assert flat["matches"][0]["buildingId"] == building["matches"][0]["addressId"]
    assert building["matches"][0]["unitCount"] == 1


def test_several_places_that_fit_are_all_said(town: Town, service: Service) -> None:
    town.says("police", "1", place="14 High Street, Walsall WS1 1AA", contact="NEIGHBOUR_CONCERN")
    town.says("fire", "2", place="14 High Street, Walsall WS3 3AA", contact="FIRE_INCIDENT")
    town.resolve()
    answer = service.answer(ASK, address="14 High Street, Walsall")
    assert answer["outcome"] == "SEVERAL"
    assert len(answer["matches"]) == 2
    assert any("fits 2 addresses" in said for said in answer["notShown"])


@pytest.mark.parametrize(
    ("typed", "add"),
    [
        ("", "house number or name together with a street"),
        ("Walsall", "house number or name together with a street"),
        ("WS1 1AA", "house number or name, and the flat if there is one, to the postcode"),
        ("High Street", "house number or name, and the flat if there is one, to the street"),
        ("Rose Cottage", "the full postcode, to the house number"),
        ("12 High Street, 9 Oak Avenue, Walsall", "one at a time, by its house number"),
        ("NFA Walsall", "search for the person, or give a house number"),
    ],
)
def test_an_address_that_names_no_single_place_is_refused_with_what_to_add(
    service: Service, typed: str, add: str
) -> None:
    response = service.ask(ASK, address=typed)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "MAST-120"
    assert add in error["extensions"]["fix"]


def test_records_that_are_not_resolved_yet_are_said(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    answer = service.answer(ASK, address=HOME)
    assert answer["outcome"] == "NONE"
    assert any("not resolved yet" in said for said in answer["notShown"])


def test_pages_neither_skip_nor_repeat_while_contacts_arrive(town: Town, service: Service) -> None:
    for days in range(10, 40):
        town.says("housing", f"e{days}", place=HOME, contact="ASB_CASE", at=ago(days))
    town.says("police", "latest", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(35.5))
    town.resolve()
    before = [
        edge["node"]["id"] for edge in service.answer(ASK, address=HOME, first=100)["contacts"]["edges"]
    ]
    seen: list[str] = []
    after = None
    town.loaded_at = NOW.replace(minute=31)
    for number in range(20):
        page = service.answer(ASK, address=HOME, first=4, after=after)["contacts"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        # Newer and older ones, and one that takes the place of the latest neighbour's call not yet seen.
        town.says("housing", f"n{number}", place=HOME, contact="ASB_CASE", at=ago(9 - number / 10))
        town.says("housing", f"o{number}", place=HOME, contact="ASB_CASE", at=ago(38.5 + number / 10))
        town.says("police", f"p{number}", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(1))
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == before
    assert len(before) == 31


def test_contacts_of_the_same_moment_are_paged_by_id(town: Town, service: Service) -> None:
    for number in range(7):
        town.says("housing", f"e{number}", place=HOME, contact="ASB_CASE", at=ago(20))
    town.resolve()
    seen: list[str] = []
    after = None
    for _ in range(4):
        page = service.answer(ASK, address=HOME, first=2, after=after)["contacts"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"after": "rubbish"}, id="no cursor of ours"),
        pytest.param({"after": "MTIzL2FiYw"}, id="a cursor cut short"),
        pytest.param({"first": 0}, id="no page"),
        pytest.param({"first": 101}, id="too large a page"),
    ],
)
def test_a_page_that_cannot_be_is_refused(service: Service, wrong: dict[str, Any]) -> None:
    response = service.ask(ASK, address=HOME, **wrong)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "MAST-311"


def test_a_page_costs_one_query_whatever_it_holds(town: Town, service: Service) -> None:
    for number in range(12):
        town.says("police", str(number), person=f"Ann Lee{number}", place=HOME, lives=(ago(300), None))
        town.says("police", f"c{number}", person=f"Ann Lee{number}", contact="MISSING_PERSON", at=ago(number))
    town.resolve()
    # Where nothing is found, one more asks for flats of it, and one for what may have been meant.
    for address, contacts, queries in ((HOME, None, 1), ("99 Nowhere Road, Walsall WS9 9ZZ", 0, 3)):
        before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
        answer = service.answer(ASK, address=address)
        assert service.services.store.queries_run == before + queries  # type: ignore[attr-defined]
        assert contacts is None or len(answer["contacts"]["edges"]) == contacts


def test_a_hostels_answer_stays_small_and_names_each_household_and_person_once(
    town: Town, service: Service
) -> None:
    people = {}
    for number in range(40):
        people[f"guest{number}"] = [("housing", f"{number}"), ("housing", f"c{number}")]
        town.says(
            "housing", f"{number}", person=f"Guest G{number}", place=HOME, lives=(ago(300 - number), None)
        )
        town.says("housing", f"c{number}", person=f"Guest G{number}", contact="TEMPORARY_ACCOMMODATION")
    town.resolve(people)
    response = service.ask(ASK, address=HOME, first=100)
    answer = response.json()["data"]["concernsAtAddress"]
    assert len(response.content) < 50_000
    (household,) = answer["households"]
    assert (household["communal"], household["memberCount"], household["presentCount"]) == (True, 40, 40)
    members = [member["personId"] for member in household["members"]]
    assert len(members) == len(set(members)) == 25
    assert len(answer["contacts"]["edges"]) == 40
    assert any("large households" in said for said in answer["notShown"])


def test_a_correction_replaces_what_it_corrects(town: Town, service: Service) -> None:
    town.says("housing", "1", place=HOME, contact="ASB_CASE", at=ago(30), contact_id="7")
    town.resolve()
    town.loaded_at = NOW
    town.says("housing", "1", place=HOME, contact="ASB_CASE", at=ago(30), closed=ago(5), contact_id="7")
    (edge,) = service.answer(ASK, address=HOME)["contacts"]["edges"]
    assert edge["node"]["status"] == "CLOSED"
