"""What waits for a governance officer, and what is in force: reviewed by forms, shown as it was written."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import SIGNS_IN, Person

from mast_api.workspace import development_issuer, now
from mast_console.words import model
from mast_graph.lease import Lease
from mast_graph.trigger_rules import StoredBacktest, put_backtests

pytestmark = pytest.mark.graph

OFFICER = "information-governance-officer"
EVIL = "<img src=x onerror=window.hit=1>\"'>{{7*7}}"
WHY = "a child is screaming inside and nobody opens"
BREAK = """mutation B($a: String!, $why: String!) {
  breakGlass(target: {address: $a}, reason: $why) { id places { addressId } } }"""
WAITING = """query W($w: Boolean!) { breakGlasses(waiting: $w) {
  edges { node { id reason justified finding reviewedBy } } } }"""
RECORD = """{ transparencyRecord { stillToSay models { kind version }
  sections { title fields { number name says } } } }"""
GOVERNS = (OFFICER, "information-governance")
OVERDUE = "2026-08-03"
NOTE = "mutation N($on: Date!) { noteRightsRequest(kind: ACCESS, received: $on) { id } }"
SETTLE = "mutation S($id: ID!) { settleRightsRequest(id: $id, state: WITHDRAWN) { id } }"
REFUSED = "{ shields { edges { node { id } } } }"
RESULT = {
    "title": "Three concerns in a month",
    "owner": "front-door",
    "alerts": 12,
    "per_week": 0.5,
    "per_thousand": 1.0,
    "followed": {"of_them": 3, "judged": 12, "per_cent": 25.0, "from_per_cent": 8.9, "to_per_cent": 53.2},
    "taken_back": 0,
    "suppressed": 1,
    "days_late": None,
}


def glasses(town: Served, *, waiting: bool) -> list[dict[str, object]]:
    found = town.ask(OFFICER, "information-governance", WAITING, w=waiting)["breakGlasses"]
    assert isinstance(found, dict)
    return [each["node"] for each in found["edges"]]


def tried(town: Served, rule: str, title: str) -> None:
    """A rule was tried on the last year."""
    at, result = now(), json.dumps(RESULT | {"title": title})
    backtest = StoredBacktest(rule, "d", at - dt.timedelta(days=365), at, True, at, result)
    with Lease.acquire(town.store, "tests") as lease:
        lease.write(lambda tx, _: put_backtests(tx, [backtest]))


def breaks(town: Served, why: str) -> str:
    """Somebody looks behind a shield; the id of that."""
    done = town.ask("response-officer", "safeguarding-response", BREAK, a=TYPED, why=why)["breakGlass"]
    assert isinstance(done, dict)
    return str(done["id"])


@pytest.fixture
def broken(town: Served) -> str:
    return breaks(town, WHY)


@pytest.fixture(scope="module")
def used(town: Served) -> None:
    """A rule that was tried on the past, and somebody who was refused six times today."""
    tried(town, "three-concerns/1", str(RESULT["title"]))
    issuer = development_issuer(town.settings)
    token = issuer.issue("response-officer", "safeguarding-response", minutes=5, subject="curious-7")
    for _ in range(6):
        headers = {"Authorization": f"Bearer {token}"}
        asked = httpx.post(
            f"{town.url}/graphql", json={"query": REFUSED}, headers=headers, trust_env=False, timeout=30
        )
        assert asked.status_code == 403


def test_a_broken_glass_is_reviewed_by_a_plain_form(chromium: Browser, town: Served, broken: str) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as officer:
        officer.signs_in(OFFICER)
        officer.go("/governance")
        article = officer.page.locator(f"article:has(#glass-{broken})")
        assert "Response officer, for safeguarding response" in article.inner_text()
        article.get_by_role("button", name="Record the review").click()
        assert "Choose whether it had to be done" in officer.text
        assert officer.page.title().startswith("Error: ")
        assert [each["id"] for each in glasses(town, waiting=True)].count(broken) == 1
        article.get_by_label("Yes").check()
        article.get_by_label("What did you find?").fill("the call log agrees")
        article.get_by_role("button", name="Record the review").click()
        assert "it waits no longer" in officer.text
        assert not officer.page.locator(f"#glass-{broken}").count()
    (done,) = [each for each in glasses(town, waiting=False) if each["id"] == broken]
    assert (done["justified"], done["finding"]) == (True, "the call log agrees")
    assert done["reviewedBy"] == f"console-{OFFICER}"


def test_everything_is_on_one_page_without_a_fault(somebody: Person, used: None, broken: str) -> None:
    somebody.signs_in(OFFICER)
    somebody.go("/governance")
    assert WHY in somebody.page.locator("section:has(#glasses)").inner_text()
    assert "Calderwick multi-agency safeguarding hub agreement 2026 In force" in somebody.text
    rules = somebody.page.locator("section:has(#rules)").inner_text()
    assert "Three concerns in a month" in rules
    assert "3 of 12 (25%, likely 9% to 53%)" in rules
    assert not somebody.faults()
    somebody.page.get_by_role("button", name="Record the review").first.click()
    somebody.page.locator(".govuk-error-summary").wait_for()
    assert not somebody.faults()
    somebody.page.emulate_media(media="print")
    assert not somebody.page.get_by_role("button", name="Record the review").first.is_visible()


def test_use_that_stands_out_leads_to_what_was_asked(somebody: Person, used: None) -> None:
    somebody.signs_in(OFFICER)
    somebody.go("/governance")
    row = somebody.page.locator("section:has(#flags) tr", has_text="curious-7").first
    assert "6 requests were refused in a day" in row.inner_text()
    row.get_by_role("button").focus()
    somebody.page.keyboard.press("Enter")
    somebody.page.wait_for_url("**/audit")
    looks = somebody.page.locator("ol .mast-contact").all_inner_texts()
    assert len(looks) == 6
    assert all("curious-7" in each and "Refused" in each for each in looks)
    assert not somebody.faults()


def test_a_review_that_is_done_cannot_be_done_again(town: Served, broken: str) -> None:
    with Caller.signed_in(town, OFFICER) as officer:
        form = {"csrf": csrf_of(officer.get("/governance")), "glass": broken, "justified": "no"}
        assert officer.post("/governance/glass", form | {"finding": "nobody was there"}).status_code == 303
        response = officer.post("/governance/glass", form | {"finding": "again"})
        assert response.status_code == 422
        assert "There is a problem" in response.text
        (done,) = [each for each in glasses(town, waiting=False) if each["id"] == broken]
        assert (done["justified"], done["finding"]) == (False, "nobody was there")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_at_every_width_and_has_its_picture_taken(
    chromium: Browser, town: Served, used: None, broken: str, pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as officer:
        officer.signs_in(OFFICER)
        officer.go("/governance")
        officer.photographs(pictures / f"governance-{width}.jpg")
        noted: Any = town.ask(*GOVERNS, NOTE, on=OVERDUE)["noteRightsRequest"]
        officer.go("/governance")
        assert "1 request by right is waiting, 1 overdue" in officer.text
        officer.page.locator("section:has(> #agreements) summary").first.click()
        officer.page.locator("section:has(> #record) summary").first.click()
        assert not officer.faults()
        officer.photographs(pictures / f"governance-opened-{width}.jpg")
        town.ask(*GOVERNS, SETTLE, id=noted["id"])


def test_models_in_force_and_the_transparency_record_are_shown_with_what_is_still_to_be_said(
    somebody: Person, town: Served
) -> None:
    record: Any = town.ask(OFFICER, "information-governance", RECORD)["transparencyRecord"]
    assert [each["kind"] for each in record["models"]] == ["person", "address"]
    assert record["stillToSay"]
    somebody.signs_in(OFFICER)
    somebody.go("/governance")
    models = somebody.page.locator("section:has(> #models)")
    for each in record["models"]:
        assert model(each["version"]) in models.inner_text()
    models.locator("summary").first.click()
    assert "cannot" in models.locator("details[open]").inner_text()
    shown = somebody.page.locator("section:has(> #record)")
    assert f"Only your organisation can say {len(record['stillToSay'])} fields more" in shown.inner_text()
    for summary in shown.locator("summary").all():
        summary.click()
    for section in record["sections"]:
        for each in section["fields"]:
            assert f"{each['number']} {each['name']}" in shown.inner_text()
    named = {each["number"]: each["name"] for section in record["sections"] for each in section["fields"]}
    still = shown.locator("details").first.locator("li").all_inner_texts()
    assert still == [f"{number} {named[number]}" for number in record["stillToSay"]]
    assert "Not stated yet by the publishing organisation." in shown.inner_text()
    assert not somebody.faults()
    assert not somebody.scrolls_sideways()
    assert town.settings.data.joinpath("audit.jsonl").read_text().count('"transparencyRecord"')


def test_nobody_else_asks_for_the_models_in_force(town: Served) -> None:
    issuer = development_issuer(town.settings)
    for role, purpose in SIGNS_IN.items():
        if role == OFFICER:
            continue
        token = issuer.issue(role, purpose, minutes=5, subject="test")
        asked = httpx.post(
            f"{town.url}/graphql",
            json={"query": RECORD},
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )
        assert asked.status_code == 403, role


def test_markup_in_what_was_written_is_shown_and_not_run(somebody: Person, town: Served) -> None:
    breaks(town, EVIL)
    tried(town, "evil/1", EVIL)
    somebody.signs_in(OFFICER)
    somebody.go("/governance")
    for part in ("#glasses", "#rules"):
        assert EVIL in somebody.page.locator(f"section:has({part})").inner_text()
    assert not somebody.page.locator("main img, main script").count()
    assert somebody.page.evaluate("window.hit === undefined")


def test_use_that_stands_out_is_looked_into_by_a_plain_form(
    chromium: Browser, town: Served, used: None
) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as officer:
        officer.signs_in(OFFICER)
        officer.go("/governance")
        row = officer.page.locator("section:has(#flags) tr", has_text="curious-7")
        row.get_by_text("Say what it came to").click()
        row.get_by_role("button", name="Record it").click()
        assert officer.page.title().startswith("Error: ")
        assert "Choose what looking into it came to" in row.inner_text()
        row.get_by_label("It is explained").check()
        row.get_by_role("button", name="Record it").click()
        assert "that use waits no longer" in officer.text
        assert not row.count()


def test_nobody_looks_into_their_own_use(town: Served) -> None:
    with Caller.signed_in(town, OFFICER) as officer:
        issuer = development_issuer(town.settings)
        token = issuer.issue(OFFICER, "information-governance", minutes=5, subject=f"console-{OFFICER}")
        for _ in range(6):
            asked = httpx.post(
                f"{town.url}/graphql",
                json={"query": "{ reviewQueue { edges { cursor } } }"},
                headers={"Authorization": f"Bearer {token}"},
                trust_env=False,
                timeout=30,
            )
            assert asked.status_code == 403
        csrf = csrf_of(officer.get("/governance"))
        waits: Any = town.ask(OFFICER, "information-governance", "{ accessReview { flags { id subject } } }")
        flags = waits["accessReview"]["flags"]
        own = next(each["id"] for each in flags if each["subject"] == f"console-{OFFICER}")
        refused = officer.post("/governance/flags", {"csrf": csrf, "flag": own, "came": "EXPLAINED"})
        assert refused.status_code == 422
        assert "Nobody judges their own use" in refused.text


def test_a_request_by_right_is_noted_waits_and_is_settled_by_keyboard(somebody: Person, town: Served) -> None:
    """Those that are overdue say so in words, and come first."""
    today = now()

    def came_in(days_ago: int) -> str:
        day = today - dt.timedelta(days=days_ago)
        return f"{day.day}/{day.month}/{day.year}"

    somebody.signs_in(OFFICER)
    somebody.go("/governance")
    waiting = somebody.page.locator("section:has(> #requests)")
    assert "No request is waiting" in waiting.inner_text()
    for kind, received in (("Erasure", came_in(2)), ("Access", came_in(40))):
        waiting.get_by_text("Note a request that came in").click()
        waiting.get_by_role("button", name="Note the request").click()
        assert "Choose what was asked for" in somebody.text
        assert not somebody.faults()
        waiting.get_by_label(kind).check()
        waiting.get_by_label("When did it come in?").fill(received)
        waiting.get_by_label("Whose is it?").fill("Grace Okonkwo")
        waiting.get_by_role("button", name="Note the request").click()
        assert "Give the whole id" in waiting.inner_text()
        waiting.get_by_label("Whose is it?").fill("")
        waiting.get_by_role("button", name="Note the request").click()
        assert "The request is noted" in somebody.text
    listed = waiting.locator("article").all_inner_texts()
    assert [each.startswith(kind) for each, kind in zip(listed, ("Access", "Erasure"), strict=True)] == [
        True
    ] * 2
    assert "Its time is over: it was to be answered by" in listed[0]
    assert "Overdue" not in listed[1]
    assert "2 requests by right are waiting, 1 overdue" in somebody.text
    assert not somebody.faults()
    late = waiting.locator("article").first
    late.locator("summary").press("Enter")
    late.get_by_label("Granted").press("Space")
    late.get_by_role("button", name="Record how far it is").press("Enter")
    assert "1 request by right is waiting" in somebody.text
    assert "overdue" not in somebody.page.locator(".mast-jump").inner_text()
    assert "Okonkwo" not in town.settings.data.joinpath("audit.jsonl").read_text()
