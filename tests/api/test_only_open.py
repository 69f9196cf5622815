"""What is open is asked for by itself, however old; what is of now is counted apart from before."""

from __future__ import annotations

from typing import Any

import pytest
from tests.town import Service, Town, ago

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
COUNTED = "{ agency { id } openEpisodes count }"
PAGE = "contacts { edges { parts node { type } } pageInfo { hasNextPage endCursor } }"
PERSON = f"""query ($first: Int!, $after: String, $open: Boolean!) {{
  person(id: "P-ann", first: $first, after: $after, onlyOpen: $open) {{
    people {{ agencies {COUNTED} {PAGE} homes {{ householdId }} }} }} }}"""
PLACE = f"""query ($first: Int!, $after: String, $open: Boolean!) {{
  concernsAtAddress(address: "{HOME}", first: $first, after: $after, onlyOpen: $open) {{
    {PAGE} agencies {COUNTED} agenciesNow {COUNTED} agenciesBefore {COUNTED} }} }}"""
HOUSEHOLD = f"""query ($id: ID!) {{ household(id: $id, onlyOpen: true) {{ households {{ {PAGE} }} }} }}"""


@pytest.fixture
def known(town: Town) -> Town:
    """Ann, of whom an old episode goes on under newer contacts; Bea, who has moved out; a visit for both."""
    town.says("nhs", "a", person="Ann Lee", place=HOME, lives=(ago(3_000), None))
    town.says("nhs", "b", person="Bea Ray", place=HOME, lives=(ago(3_000), ago(200)))
    town.says("council-children", "1", person="Ann Lee", contact="CHILD_PROTECTION_PLAN", at=ago(900))
    for number, kind in enumerate(("MISSING_PERSON", "RENT_ARREARS")):
        agency = ("police", "housing")[number]
        town.says(agency, f"n{number}", person="Ann Lee", contact=kind, at=ago(20 + number), closed=ago(9))
    town.says("fire", "f", person="Bea Ray", contact="SAFE_AND_WELL_VISIT", at=ago(300), closed=ago(299))
    town.says("council-children", "o", person="Bea Ray", contact="CHILD_IN_NEED", at=ago(400))
    town.says("police", "p", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(350), closed=ago(349))
    town.resolve(
        {
            "ann": [
                ("nhs", "a"),
                ("council-children", "1"),
                ("police", "n0"),
                ("housing", "n1"),
                ("nhs", "n2"),
            ],
            "bea": [("nhs", "b"), ("fire", "f"), ("council-children", "o")],
        }
    )
    return town


def types(answer: Any) -> list[str]:
    return [each["node"]["type"] for each in answer["contacts"]["edges"]]


def counted(listed: Any) -> dict[str, tuple[int, int]]:
    return {each["agency"]["id"]: (each["openEpisodes"], each["count"]) for each in listed}


def test_an_old_episode_that_is_open_is_found_under_all_that_is_newer(known: Town, service: Service) -> None:
    (page,) = service.answer(PERSON, first=2, open=False)["people"]
    assert "CHILD_PROTECTION_PLAN" not in types(page)
    (only,) = service.answer(PERSON, first=2, open=True)["people"]
    assert types(only) == ["CHILD_PROTECTION_PLAN"]
    assert not only["contacts"]["pageInfo"]["hasNextPage"]
    assert only["agencies"] == page["agencies"], "what agencies have is counted all the same"
    (household,) = service.answer(HOUSEHOLD, id=page["homes"][0]["householdId"])["households"]
    assert set(types(household)) == {"CHILD_PROTECTION_PLAN", "CHILD_IN_NEED"}
    noted = service.audited()[-1]["ids"]["contacts"]
    assert noted, "what was answered is in the log"


def test_what_is_only_of_who_left_is_counted_apart_and_each_contact_once(
    known: Town, service: Service
) -> None:
    place = service.answer(PLACE, first=50, open=False)
    assert counted(place["agenciesBefore"]) == {"fire": (0, 1), "council-children": (1, 0)}
    assert counted(place["agenciesNow"]) == {
        "police": (0, 2), "housing": (0, 1), "council-children": (1, 0),
    }  # fmt: skip
    for at in (0, 1):
        whole = sum(each[at] for each in counted(place["agencies"]).values())
        parts = [*counted(place["agenciesNow"]).values(), *counted(place["agenciesBefore"]).values()]
        assert whole == sum(each[at] for each in parts)
    seen, after = list[str](), None
    for _ in range(5):
        page = service.answer(PLACE, first=1, after=after, open=True)
        seen += types(page)
        after = page["contacts"]["pageInfo"]["endCursor"]
        if not page["contacts"]["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["CHILD_IN_NEED", "CHILD_PROTECTION_PLAN"], "newest first, page by page, whosever they are"
