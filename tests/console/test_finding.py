"""Somebody looked for by a name that many have, and by the post code of another country."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from tests.console.borough import Served
from tests.console.person import Person

pytestmark = pytest.mark.graph

NAMESAKES = 12
MORE = "More people may fit than are listed"
KNOWN = """{ searchPeople(givenName: "Ottilie", familyName: "Marchbank", first: 20) {
  notShown candidates { personId } } }"""


@pytest.fixture(scope="module")
def namesakes(town: Served) -> None:
    """Twelve of one name, each of another day of birth at another house."""
    lines = [
        {
            "mrn": f"M99001{number:02}",
            "forename": "Ottilie",
            "surname": "Marchbank",
            "birth_date": f"{1950 + 5 * number}-{number + 1:02}-{2 * number + 3:02}",
            "address_1": f"{3 + 11 * number} Tanner Row",
            "address_3": "Calderwick",
            "postcode": "JX5 7LM",
            "address_from": "2021-04-01",
            "desk": "nhs-ed",
            "event_code": "ED",
            "event_id": f"N99001{number:02}",
            "event_time": "2026-08-20T18:40",
            "operation": "add",
        }
        for number in range(NAMESAKES)
    ]
    file = town.feeds / "nhs-namesakes.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    town.delivered("nhs_trust", file)
    for _ in range(200):  # the service follows what was written, a moment later
        found: Any = town.ask("response-officer", "safeguarding-response", KNOWN)["searchPeople"]
        if len(found["candidates"]) == NAMESAKES:
            assert found["notShown"] == []
            return
        time.sleep(0.1)
    pytest.fail(f"{len(found['candidates'])} are found")


def test_that_more_fit_than_are_listed_is_said_until_more_is_typed(namesakes: None, somebody: Person) -> None:
    somebody.signs_in()
    somebody.go("/people")
    somebody.page.fill("#given", "Ottilie")
    somebody.page.fill("#family", "Marchbank")
    somebody.page.get_by_role("button", name="Find").click()
    somebody.page.wait_for_url(re.compile("/people/result$"))
    assert somebody.page.locator(".mast-choices > li").count() == 10
    assert MORE in somebody.text
    assert somebody.text.index(MORE) < somebody.text.index("Person "), "it is read before the list"
    assert not somebody.faults()
    somebody.go("/people")
    filled = {"given": "Ottilie", "family": "Marchbank", "day": "3", "month": "1", "year": "1950"}
    for name, value in filled.items():
        somebody.page.fill(f"#{name}", value)
    somebody.page.get_by_role("button", name="Find").click()
    somebody.page.wait_for_url(re.compile("/people/result$"))
    assert MORE not in somebody.text


def test_a_post_code_of_another_country_is_searched_by(somebody: Person) -> None:
    somebody.signs_in()
    somebody.go("/people")
    somebody.page.fill("#given", "Walter")
    somebody.page.fill("#family", "Bridgeman")
    somebody.page.fill("#postcode", "98101")
    somebody.page.get_by_role("button", name="Find").click()
    assert "This is not a postcode" in somebody.page.locator(".govuk-error-summary").inner_text()
    somebody.page.get_by_text("Not in the United Kingdom").click()
    somebody.page.select_option("#country", "US")
    somebody.page.get_by_role("button", name="Find").click()
    somebody.page.wait_for_url(re.compile("/people/result$"))
    assert "98101, United States" in somebody.text
    assert not somebody.faults()


def test_a_country_alone_is_nothing_to_search_by_and_is_kept(somebody: Person) -> None:
    somebody.signs_in()
    somebody.go("/people")
    somebody.page.get_by_text("Not in the United Kingdom").click()
    somebody.page.select_option("#country", "US")
    somebody.page.get_by_role("button", name="Find").click()
    assert "Say something about the person" in somebody.text
    assert somebody.page.input_value("#country") == "US"
    assert somebody.page.locator("#country").is_visible()
    assert not somebody.faults()
