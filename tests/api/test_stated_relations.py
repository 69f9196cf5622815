"""Who agencies say is related to whom, in a network, in the extract of all, and in what is exported."""

from __future__ import annotations

from typing import Any

import pytest
from tests.families import homes
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_api.projecting import around, whole

pytestmark = pytest.mark.graph

HOME = "1 Mill Lane, Walsall WS2 2BB"
OTHER = "2 Mill Lane, Walsall WS2 2BB"
STATED = "listed { personId relativeId kind says basis agency { id } } notShown"
NETWORK = f"query ($id: ID!) {{ householdNetwork(id: $id, depth: 1) {{ relations {{ {STATED} }} }} }}"
EXTRACT = f"""
query ($after: ID, $first: Int = 1) {{
  networkExtract(after: $after, first: $first) {{
    people {{ personId }} relations {{ {STATED} }} hasNextPage endCursor }} }}
"""
PEOPLE = {
    "ann": [("housing", "ann"), ("police", "ann")],
    "ben": [("housing", "ben"), ("police", "ben")],
    "cara": [("housing", "cara")],
    "dan": [("housing", "dan")],
    "eli": [("housing", "eli")],
}
Told = set[tuple[str, str, str, str]]


@pytest.fixture
def related(town: Town) -> Town:
    """Ann and Ben, partners by two agencies, their child, Ann's brother, and a relative of his."""
    for name, home, relative, kind in (
        ("ann", HOME, "ben", "PARTNER"),
        ("ben", HOME, "ann", "PARTNER"),
        ("cara", HOME, "ann", "PARENT"),
        ("dan", OTHER, "ann", "SIBLING"),
    ):
        lives = (ago(900), None)
        town.says(
            "housing",
            name,
            person=f"{name} Lee",
            place=home,
            lives=lives,
            related_to=relative,
            relation=kind,
        )
    town.says("housing", "eli", person="eli Lee", related_to="dan", relation="RELATIVE")
    town.says("police", "ben", person="ben Lee")
    town.says("police", "ann", person="ann Lee", related_to="ben", relation="PARTNER")
    town.resolve(PEOPLE)
    return town


FAMILY: Told = {
    ("P-ann", "P-ben", "PARTNER", "housing"),
    ("P-ann", "P-ben", "PARTNER", "police"),
    # Told of Ann, though it stands on the record of the child: her mother she is.
    ("P-ann", "P-cara", "CHILD", "housing"),
}
ELSEWHERE: Told = {
    ("P-ann", "P-dan", "SIBLING", "housing"),
    # He has no home on record, and so is on no page himself.
    ("P-dan", "P-eli", "RELATIVE", "housing"),
}


def told(answer: dict[str, Any]) -> Told:
    listed = [
        (each["personId"], each["relativeId"], each["kind"], each["agency"]["id"])
        for each in answer["relations"]["listed"]
    ]
    assert len(listed) == len(set(listed))
    assert {each["basis"] for each in answer["relations"]["listed"]} <= {"STATED"}
    return set(listed)


@pytest.mark.usefixtures("related")
def test_a_network_tells_of_relations_among_its_people_once_an_agency(service: Service) -> None:
    home = homes(service, "ann")[0]["householdId"]
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    answer = service.answer(NETWORK, id=home, **ENQUIRY)
    assert told(answer) == FAMILY
    assert service.services.store.queries_run == before + 2  # type: ignore[attr-defined]


@pytest.mark.usefixtures("related")
def test_who_may_not_know_which_agencies_have_a_record_is_told_of_no_relation(service: Service) -> None:
    home = homes(service, "ann")[0]["householdId"]
    response = service.ask(NETWORK, id=home, role="safeguarding-analyst", purpose="safeguarding-response")
    assert response.status_code == 403
    assert "PARTNER" not in response.text


@pytest.mark.usefixtures("related")
def test_over_all_pages_of_the_extract_each_statement_is_told(service: Service) -> None:
    found: Told = set()
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    pages = 0
    while page["hasNextPage"]:
        page = service.answer(EXTRACT, after=page["endCursor"], **ENQUIRY)
        found |= told(page)
        pages += 1
    assert (found, pages) == (FAMILY | ELSEWHERE, 2)


def test_a_relation_goes_when_its_record_does(related: Town, service: Service) -> None:
    related.retract("housing", "cara")
    home = homes(service, "ann")[0]["householdId"]
    assert told(service.answer(NETWORK, id=home, **ENQUIRY)) == {
        each for each in FAMILY if "P-cara" not in each
    }


@pytest.mark.usefixtures("related")
def test_what_is_exported_has_them_as_edges(service: Service) -> None:
    def ask(document: str, variables: Any) -> Any:
        response = service.ask(document, **variables, **ENQUIRY)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    home = homes(service, "ann")[0]["householdId"]
    for projection, wanted in ((around(ask, home, 1), FAMILY), (whole(ask), FAMILY | ELSEWHERE)):
        edges = [
            (one, other, said["relative_is"], said["agency"])
            for one, other, said in projection.graph.edges(data=True)
            if said["kind"] == "related"
        ]
        assert (len(edges), set(edges)) == (len(wanted), wanted)
