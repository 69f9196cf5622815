"""Whoever objects to research is in nothing that leaves for it, and in every answer as before."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.research.borough import AGREED
from tests.register import ENQUIRY
from tests.town import NOW, Service, Town, ago

from mast_graph.agreements import write_agreement

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
ALONE = "30 Mill Lane, Walsall WS1 1AB"
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
MARK = 'mutation ($id: ID!) { mark(kind: OBJECTION, reason: "She asked", id: $id) { markId } }'
EXTRACT = """query ($under: String, $first: Int! = 100, $after: ID) {
  networkExtract(forResearchUnder: $under, first: $first, after: $after) {
    households { householdId memberCount members { personId } ledTo { laterId personCount } }
    people { personId } relations { listed { personId relativeId } } hasNextPage endCursor } }"""


@pytest.fixture
def objecting(town: Town, service: Service) -> Service:
    """Ann lives with Ben, whose sister she is, and lived alone before; she objects."""
    town.says("housing", "ann0", person="Ann Leeson", place=ALONE, lives=(ago(900), ago(400)))
    town.says("housing", "ann", person="Ann Leeson", place=HOME, lives=(ago(400), None))
    town.says("housing", "ben", person="Ben Leeson", place=HOME, lives=(ago(700), None),
              related_to="ann", relation="SIBLING")  # fmt: skip
    for one in ("ann", "ben"):
        town.says("housing", one, person=f"{one.title()} Leeson", contact="ASB_CASE", at=ago(90))
    town.store.write(lambda tx: write_agreement(tx, AGREED, at=NOW))
    town.resolve({"ann": [("housing", "ann"), ("housing", "ann0")], "ben": [("housing", "ben")]})
    town._lease.release()
    service.answer(MARK, **OFFICER, id="P-ann")
    return service


def extract(service: Service, *, research: bool, **more: Any) -> Any:
    return service.answer(EXTRACT, under=AGREED.id if research else None, **more, **ENQUIRY)


def test_a_release_has_neither_them_nor_what_is_said_of_them(objecting: Service) -> None:
    answer = extract(objecting, research=True)
    assert "P-ann" not in str(answer)
    (home,) = answer["households"]
    assert (home["memberCount"], home["members"]) == (1, [{"personId": "P-ben"}])
    assert [each["personId"] for each in answer["people"]] == ["P-ben"]
    assert answer["relations"]["listed"] == []
    assert not any(each["ledTo"] for each in answer["households"])


def test_an_enquiry_is_answered_as_before(objecting: Service) -> None:
    answer = extract(objecting, research=False)
    assert sorted(each["memberCount"] for each in answer["households"]) == [1, 2]
    assert {each["personId"] for each in answer["people"]} == {"P-ann", "P-ben"}
    assert len(answer["relations"]["listed"]) == 1
    assert sum(len(each["ledTo"]) for each in answer["households"]) == 1


def test_pages_go_on_past_a_household_of_which_nobody_is_left(objecting: Service) -> None:
    seen, after, more = [], None, True
    while more:
        page = extract(objecting, research=True, first=1, after=after)
        seen += [each["householdId"] for each in page["households"]]
        after, more = page["endCursor"], page["hasNextPage"]
    assert len(seen) == 1
