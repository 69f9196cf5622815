"""The whole network in pages: for a projection, in a role and for a purpose that may ask for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from tests.families import ANALYST, Families, hide, homes, place
from tests.town import NOW, Service, Town, ago

EXTRACT = """
query ($first: Int = 100, $after: ID, $asOf: DateTime) {
  networkExtract(first: $first, after: $after, asOf: $asOf) {
    households { householdId memberCount addresses { addressId } members { personId }
      ledTo { laterId personCount } }
    people { personId agencies { agency { id } countIn12Months openEpisodes } }
    hasNextPage endCursor
    withheld { dataClass by }
    caution { text }
  }
}
"""


def extract(service: Service, **variables: Any) -> Any:
    return service.answer(EXTRACT, role=ANALYST, purpose="safeguarding-enquiry", **variables)


def test_every_household_is_on_one_page_and_pages_end(families: Families, service: Service) -> None:
    for number in range(5):
        families.lives(f"q{number}", place(number), 900)
    families.resolve()
    seen: list[str] = []
    after, more = None, True
    while more:
        page = extract(service, first=2, after=after)
        seen += [each["householdId"] for each in page["households"]]
        after, more = page["endCursor"], page["hasNextPage"]
    assert len(seen) == len(set(seen)) == 5
    assert seen == [each["householdId"] for each in extract(service)["households"]]
    assert extract(service, after=seen[-1])["households"] == []


def test_an_agency_is_said_to_know_somebody_as_far_as_may_be_seen(
    families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.contact("ann", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(20))
    families.contact("ann", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(500))
    families.contact("ann", agency="housing", contact="ASB_CASE", at=ago(500))
    families.contact("ann", agency="nhs", contact="SUBSTANCE_MISUSE_TREATMENT", at=ago(20))
    families.resolve()
    page = extract(service)
    (person,) = page["people"]
    assert person["agencies"] == [
        {"agency": {"id": "housing"}, "countIn12Months": 0, "openEpisodes": 1},
        {"agency": {"id": "police"}, "countIn12Months": 1, "openEpisodes": 0},
    ]
    links = {each["householdId"]: each["ledTo"] for each in page["households"]}
    now, before = (home["householdId"] for home in homes(service, "ann"))
    assert links == {before: [{"laterId": now, "personCount": 1}], now: []}
    assert {"dataClass": "sensitive_health", "by": "ROLE"} in page["withheld"]


def test_many_moments_do_not_tell_when_what_is_counted_was(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    for days in (200, 100, 50):
        families.contact("ann", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(days))
    families.resolve()
    counted = {
        extract(service, asOf=ago(days).isoformat())["people"][0]["agencies"][0]["countIn12Months"]
        for days in (250, 150, 75, 10)
    }
    assert counted == {3}


def test_nobody_and_no_place_that_is_shielded_is_extracted(
    town: Town, families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900)
    families.lives("eve", place(1), 900, 300)
    families.lives("eve", place(2), 300)
    families.lives("ann", place(3), 100)
    families.resolve()
    refuge = homes(service, "ann")[0]["addressId"]
    assert len(extract(service)["households"]) == 3
    hide(town, "Person", "P-eve")
    hide(town, "Address", refuge)
    (home,) = extract(service)["households"]
    assert (home["memberCount"], [each["personId"] for each in home["members"]]) == (1, ["P-ann"])
    assert home["ledTo"] == []
    assert [each["personId"] for each in extract(service)["people"]] == ["P-ann"]


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        pytest.param("response-officer", "safeguarding-response", id="at the door"),
        pytest.param(ANALYST, "safeguarding-response", id="not for an enquiry"),
        pytest.param("researcher", "research", id="research"),
    ],
)
def test_only_who_enquires_may_ask_for_everybody(service: Service, role: str, purpose: str) -> None:
    response = service.ask(EXTRACT, role=role, purpose=purpose)
    assert response.status_code == 403


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"first": 0}, id="no household"),
        pytest.param({"first": 101}, id="too many"),
        pytest.param({"after": "14 High Street"}, id="no id of ours"),
        pytest.param({"asOf": NOW.replace(year=NOW.year + 1).isoformat()}, id="next year"),
    ],
)
def test_a_page_that_cannot_be_is_refused(service: Service, variables: dict[str, Any]) -> None:
    response = service.ask(EXTRACT, role=ANALYST, purpose="safeguarding-enquiry", **variables)
    assert response.status_code == 400
    assert "High" not in response.text


def test_who_takes_the_whole_network_is_in_the_review_from_the_first_page_on(
    families: Families, service: Service
) -> None:
    for number in range(3):
        families.lives(f"q{number}", place(number), 900)
    families.resolve()
    review = "{ accessReview { flags { reason subject count says aboutId } } }"
    governs = {"role": "information-governance-officer", "purpose": "information-governance"}
    assert service.answer(review, **governs)["flags"] == []
    page = extract(service, first=2)
    told = []
    for after in (None, page["endCursor"]):
        told.append(service.answer(review, **governs)["flags"])
        extract(service, first=2, after=after)
    told.append(service.answer(review, **governs)["flags"])
    assert [[(each["reason"], each["count"]) for each in flags] for flags in told] == [
        [("NETWORK_EXTRACT", 2)],
        [("NETWORK_EXTRACT", 4)],
        [("NETWORK_EXTRACT", 5)],
    ]
    assert told[-1][0]["subject"] == "officer-7"
