"""What an answer about a person or a household leaves out it says, with how many there are."""

from __future__ import annotations

import pytest
from tests.town import People, Service, Town, ago

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
PERSON = (
    'query { person(id: "P-ann") { notShown people { homeCount homes { householdId addressId present } } } }'
)
HOUSEHOLD = """
query ($id: ID!) { household(id: $id) {
  notShown households { members { id memberCount members { personId } } }
} }
"""
SEARCH = """query {
  searchPeople(givenName: "Ann", familyName: "Lee") { notShown candidates { homes { addressId } } }
}"""


@pytest.fixture
def told(town: Town) -> Town:
    """Ann has lived at three places, at the last one with three others."""
    for place, (line, since, until) in enumerate(
        [
            ("3 Mill Lane, Walsall WS2 2BB", 900, 600),
            ("5 Mill Lane, Walsall WS2 2BB", 600, 300),
            (HOME, 300, None),
        ]
    ):
        lives = (ago(since), ago(until) if until else None)
        town.says("housing", f"a{place}", person="Ann Lee", place=line, lives=lives)
    for number in range(3):
        town.says("housing", f"b{number}", person=f"Bo{number} Lee", place=HOME, lives=(ago(300), None))
    town.resolve({"ann": [("housing", f"a{place}") for place in range(3)]})
    return town


def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_HOMES", "MOST_MEMBERS", "MOST_PEOPLE"):
        monkeypatch.setattr(f"mast_graph.read.{name}", 2)
    monkeypatch.setattr("mast_api.schema.persons.MOST_PEOPLE", 2)


def test_homes_that_are_cut_are_counted(
    told: Town, service: Service, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = service.answer(PERSON)
    assert (whole["notShown"], whole["people"][0]["homeCount"], len(whole["people"][0]["homes"])) == (
        [],
        3,
        3,
    )
    fewer(monkeypatch)
    cut = service.answer(PERSON)
    assert cut["notShown"] == ["P-ann has had 3 homes, of which the latest 2 are listed."]
    assert [home["present"] for home in cut["people"][0]["homes"]] == [True, False]
    people.will_find("P-ann")
    found = service.answer(SEARCH)
    assert (found["notShown"], len(found["candidates"][0]["homes"])) == (cut["notShown"], 2)


def test_that_more_people_fit_than_are_listed_is_said(told: Town, service: Service, people: People) -> None:
    people.will_find("P-ann", "P-b0")
    first = SEARCH.replace('"Lee")', '"Lee", first: 1)')
    (said,) = service.answer(first)["notShown"]
    assert said.startswith("More people may fit than are listed: add what else you know")
    assert service.answer(SEARCH)["notShown"] == []


def test_members_that_are_cut_and_not_looked_at_are_counted(
    told: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = service.answer(PERSON)["people"][0]["homes"][0]["householdId"]
    assert service.answer(HOUSEHOLD, id=home)["notShown"] == []
    fewer(monkeypatch)
    cut = service.answer(HOUSEHOLD, id=home)
    assert len(cut["households"][0]["members"]["members"]) == 2
    assert cut["notShown"] == [
        f"4 people belong or belonged to {home}, of whom the latest 2 are listed.",
        f"Of {home} contacts of the latest 2 members are looked at, no others.",
    ]
