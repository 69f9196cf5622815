"""Whose a contact is and what is open, said wherever it stands in a list, and as at today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.console.borough import Served
from tests.console.caller import Caller
from tests.console.person import Person

from mast_console import dates

pytestmark = pytest.mark.graph

OFFICER, ANALYST = "response-officer", "safeguarding-analyst"
DESK = {"viewport": {"width": 1440, "height": 900}}
PLACE = """{ concernsAtAddress(address: "flat 2, 14 canal st, jx1 4ab", first: 100) {
  matches { addressId } households { id members { personId present } }
  agencies { agency { name } } contacts { edges { parts node { id title at status agency { name } } } } } }"""
STATUS = "MATCH (c:Contact {{id: '{}'}}) SET c.status = '{}'"


def place(town: Served) -> dict[str, Any]:
    found: Any = town.ask(OFFICER, "safeguarding-response", PLACE)["concernsAtAddress"]
    return dict(found)


@pytest.fixture
def former(town: Served) -> Iterator[dict[str, Any]]:
    """An episode of somebody who used to live at the address of the case study: it is open still."""
    edges = place(town)["contacts"]["edges"]
    (edge,) = [each for each in edges if each["parts"] == ["FORMER_RESIDENT"]]
    town.store.define(STATUS.format(edge["node"]["id"], "open"))
    yield edge["node"]
    town.store.define(STATUS.format(edge["node"]["id"], "closed"))


def test_what_is_of_who_used_to_live_here_is_counted_and_listed_apart(
    somebody: Person, town: Served, former: dict[str, Any]
) -> None:
    agencies = [each["agency"]["name"] for each in place(town)["agencies"]]
    theirs = former["agency"]["name"]
    assert theirs in agencies
    somebody.signs_in()
    somebody.checks()
    page = somebody.page
    first = page.locator(".mast-summary").inner_text()
    assert f"1 open episode. {len(agencies) - 1} agencies have had contact with this address" in first
    now = page.locator("section:has(> #agencies) tbody th").all_inner_texts()
    assert sorted(now) == sorted(set(agencies) - {theirs})
    assert theirs not in page.locator("section:has(> #open)").inner_text()
    used = page.locator(".mast-former")
    assert "1 open episode. 1 agency has had contact with them" in used.inner_text()
    assert used.locator("tbody th").all_inner_texts() == [theirs]
    opened = used.locator(".mast-contact--open")
    assert opened.count() == 1
    assert theirs in opened.inner_text()
    assert not somebody.faults()


def named(page: str) -> list[str]:
    """Episodes that a page says are open, by agency and title, and whom to ring."""
    return re.findall(r'mast-contact--open">.*?</strong> ([^<]+)</p>.*?· ([^<]+)</p>.*?tel:', page, re.DOTALL)


def test_every_open_episode_of_a_place_is_named_however_old_and_all_contacts_are_reached(
    town: Served, former: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = place(town)
    path = f"/addresses/{known['matches'][0]['addressId']}"
    with Caller.signed_in(town, OFFICER) as officer:
        whole = officer.get(path).text
        assert len(named(whole)) == 2
        monkeypatch.setattr("mast_console.address_check.A_PAGE", 1)
        first = officer.get(path).text
        assert named(first) == named(whole)
        assert "more episode" not in first
        times, then = list[str](), path
        for _ in range(60):
            page = officer.get(then).text
            assert named(page) == named(whole), "on later pages too"
            listed = page.partition('id="latest"')[2].partition('id="agencies"')[0]
            times += re.findall(r'<time datetime="([^"]+)"', listed.replace("mast-contact--open", ""))
            more = re.search(r'href="/console(/addresses/[^"]+)#latest">Earlier contacts', page)
            if more is None:
                break
            then = more[1].replace("&amp;", "&")
        assert set(times) == {each["node"]["at"] for each in known["contacts"]["edges"]} - {
            each["node"]["at"]
            for each in known["contacts"]["edges"]
            if each["node"]["status"] == "OPEN" and each["parts"] != ["FORMER_RESIDENT"]
        }


def test_open_episodes_that_cannot_all_be_listed_are_counted(
    town: Served, former: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_console.concerns.MOST_OPEN_PAGES", 0)
    monkeypatch.setattr("mast_console.address_check.A_PAGE", 1)
    path = f"/addresses/{place(town)['matches'][0]['addressId']}"
    with Caller.signed_in(town, OFFICER) as officer:
        page = officer.get(path).text
    assert page.count("1 more episode is open</strong> than could be listed") == 2
    assert "Open now: whom to ring" in page


SOCIAL = (
    '99{0:04},9434765919,Ottilie,,Marchbank,14/06/2015,2,"6 Weir Bank, Calderwick",JX2 3QP,01/04/2021,'
    "E99{0:04},CIN,{1} 10:00,,{2},1B,cc-front-door,,,"
)
KNOWN = """{ searchPeople(givenName: "Ottilie", familyName: "Marchbank", dateOfBirth: "2015-06-14") {
  candidates { personId } } }"""


@pytest.fixture
def child(town: Served) -> str:
    """A child with an old episode that goes on, and newer ones than a page holds."""
    social = town.feeds / "council_children.csv"
    rows = [SOCIAL.format(1, "12/05/2021", "O")]
    rows += [SOCIAL.format(at, f"{1 + at % 28:02}/0{1 + at // 28}/2026", "O") for at in range(2, 25)]
    delivery = social.with_name("children-more.csv")
    delivery.write_text(social.read_text("utf-8-sig").rstrip("\n") + "\n" + "\n".join(rows) + "\n", "utf-8")
    town.delivered("council_children", delivery)
    for _ in range(200):  # the service follows what was written, a moment later
        found: Any = town.ask(ANALYST, "safeguarding-enquiry", KNOWN)["searchPeople"]
        if len(found["candidates"]) == 1:
            return str(found["candidates"][0]["personId"])
    pytest.fail("she is not found as one person")


def test_an_old_episode_of_a_person_that_is_open_is_named_before_anything_newer(
    somebody: Person, child: str
) -> None:
    somebody.signs_in(ANALYST)
    somebody.go(f"/people/{child}")
    opened = somebody.page.locator("section:has(> #open)")
    assert "24 open episodes" in somebody.page.locator(".mast-summary").inner_text()
    assert opened.locator(".mast-contact--open").count() == 24
    assert "12 May 2021" in opened.inner_text()
    assert somebody.page.locator(".moj-timeline__item").count() == 20
    somebody.page.get_by_role("link", name="Earlier contacts").click()
    assert "12 May 2021" in opened.inner_text()
    assert opened.locator(".mast-contact--open").count() == 24


HOME = '"FLAT 2, 14 CANAL STREET, CALDERWICK JX1 4AB"'


def test_as_at_today_is_now_and_a_day_that_has_not_been_is_said_at_the_field(
    chromium: Browser, town: Served
) -> None:
    """Something happens today: the day is on record, and its end is not."""
    today = dates.today(dt.datetime.now(dt.UTC))
    heard = f"CX26/000900/0,CX26/000900,CONCERN-NBR,{today:%d %b %Y} 00:00".upper()
    town.police_report(f"{heard},,,crying-child,,,,,,,,{HOME},pol-control-room,4001")
    with Person.at(chromium, town, **DESK) as analyst:
        analyst.signs_in(ANALYST)
        analyst.checks()
        analyst.page.get_by_role("link", name=re.compile("^Household")).first.click()
        path = analyst.page.url.partition("?")[0]
        now = analyst.page.locator("#links tbody tr").all_inner_texts()
        assert any("(today)" in each for each in now)
        days = [each.get_attribute("data-day") or "" for each in analyst.page.locator("#days li").all()]
        assert today.isoformat() not in days, "how it is today is how it is now"
        analyst.page.fill("#as_at", f"{today.day}/{today.month}/{today.year}")
        analyst.page.get_by_role("button", name="Show").click()
        assert "and who is connected to it" in analyst.heading
        assert analyst.page.locator("#links tbody tr").all_inner_texts() == now
        for view in ("links", "timeline"):
            analyst.page.goto(f"{path}?view={view}&as_at={today.isoformat()}")
            assert "and who is connected to it" in analyst.heading
        tomorrow = today + dt.timedelta(days=1)
        for typed, said in (
            (tomorrow.isoformat(), "That day has not been yet"),
            ("31/2/2026", "Give a day, such as"),
        ):
            analyst.page.goto(f"{path}?as_at={typed}")
            assert analyst.page.title().startswith("Error: ")
            assert said in analyst.page.locator(".govuk-error-summary").inner_text()
            assert said in analyst.page.locator("#as_at-error").inner_text()
            assert analyst.page.input_value("#as_at") == typed
            assert analyst.page.locator("#links tbody tr").count() == len(now)
            assert not analyst.faults()
        slider = analyst.page.get_by_role("slider", name="Move through time")
        slider.press("End")
        assert slider.get_attribute("aria-valuetext") == "Now"
        slider.press("ArrowLeft")
        analyst.page.wait_for_url("**as_at=*#moving")
        assert "As it was on" in analyst.text
