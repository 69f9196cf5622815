"""An analyst follows a child through a move and a name change, of which one of two agencies has not heard."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Browser
from tests.console.borough import Served
from tests.console.person import Person

pytestmark = pytest.mark.graph

BEFORE, SINCE = "Marchbank", "Tregarth"
CHILD = {
    "mrn": "M9900001",
    "nhs_number": "9434765919",
    "forename": "Ottilie",
    "birth_date": "2015-06-14",
    "sex": "2",
    "address_3": "Calderwick",
    "desk": "nhs-ed",
    "event_code": "ED",
}
OLD = {"address_1": "6 Weir Bank", "postcode": "JX2 3QP", "address_from": "2021-04-01"}
NEW = {"address_1": "31 Tanner Row", "postcode": "JX5 7LM", "address_from": "2026-02-01"}
SOCIAL = (
    '990001,9434765919,Ottilie,,Marchbank,14/06/2015,2,"6 Weir Bank, Calderwick",JX2 3QP,01/04/2021,'
    "E990001,CIN,12/05/2025 10:00,,O,1B,cc-front-door,,,"
)
KNOWN = f"""{{ searchPeople(givenName: "Ottilie", familyName: "{SINCE}", dateOfBirth: "2015-06-14") {{
  candidates {{ homes {{ addressId }} }} }} }}"""


@pytest.fixture(scope="module")
def moved(town: Served) -> None:
    """Social care knows her as she was; the hospital was told of her new name and her new home."""
    social = town.feeds / "council_children.csv"
    delivery = social.with_name("children-more.csv")
    delivery.write_text(social.read_text("utf-8-sig").rstrip("\n") + f"\n{SOCIAL}\n", "utf-8")
    town.delivered("council_children", delivery)
    for name, operation, home, event, at in (
        (BEFORE, "add", OLD, "N990001", "2025-11-03T09:10"),
        (SINCE, "change", NEW, "N990002", "2026-08-20T18:40"),
    ):
        line = CHILD | home | {"operation": operation, "surname": name, "event_id": event, "event_time": at}
        file = town.feeds / "nhs-more.jsonl"
        file.write_text(json.dumps(line) + "\n", "utf-8")
        town.delivered("nhs_trust", file)
    for _ in range(200):  # the service follows what was written, a moment later
        found = town.ask("safeguarding-analyst", "safeguarding-enquiry", KNOWN)["searchPeople"]
        assert isinstance(found, dict)
        if [len(each["homes"]) for each in found["candidates"]] == [2]:
            return
        time.sleep(0.1)
    pytest.fail(f"she is not one person with two homes: {found}")


def finds(analyst: Person, family: str) -> str:
    """Look a child up by one of her names; the id of the likeliest."""
    analyst.go("/people")
    for field, value in (("given", "Ottilie"), ("family", family), ("day", "14"), ("month", "6")):
        analyst.page.fill(f"#{field}", value)
    analyst.page.fill("#year", "2015")
    analyst.page.get_by_role("button", name="Find").click()
    analyst.page.wait_for_url(re.compile("/people/result$"))
    analyst.page.locator(".mast-choice").first.click()
    return analyst.page.url.rpartition("/")[2]


def test_an_analyst_follows_a_child_through_a_move_and_a_name_change(
    chromium: Browser, town: Served, moved: None
) -> None:
    with Person.at(chromium, town, viewport={"width": 1440, "height": 900}) as analyst:
        analyst.signs_in("safeguarding-analyst")
        child = finds(analyst, SINCE)
        assert finds(analyst, BEFORE) == child, "by either name she is one person"
        homes = analyst.page.locator("#homes + ul").inner_text()
        assert homes.count("Lives at address") == 1
        assert "since 1 February 2026" in homes
        assert re.search(r"Lived at address .* from 1 April 2021 .*to 1 February 2026", homes)
        assert "child in need" in analyst.page.locator("section:has(#open)").inner_text()
        timeline = analyst.page.locator(".moj-timeline").inner_text()
        assert "20 August 2026" in timeline
        assert "12 May 2025" in timeline, "what was known under her former name is known still"
        why = analyst.page.locator("section:has(#why)").inner_text()
        assert "Calderwick Council children's services" in why, "agencies are called by their names"
        assert "Calderwick Hospitals NHS Trust" in why
        analyst.page.locator("#homes + ul a", has_text="Household").first.click()
        analyst.page.wait_for_url(re.compile("/network$"))
        assert "lives in this household since 1 February 2026" in analyst.text
