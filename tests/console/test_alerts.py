"""Alerts of real rules on real contacts: found, filtered, looked at, and answered; by every role."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.console.borough import Served
from tests.console.caller import Caller, csrf_of, unused
from tests.console.person import SIGNS_IN, Person

from mast_analytics.rule_yaml import SHIPPED
from mast_api.access import in_force
from mast_api.directory import load_directory
from mast_api.loading import DIRECTORY
from mast_api.workspace import now
from mast_console.words import title
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease

pytestmark = pytest.mark.graph

LIST = """query L($state: AlertState) { alerts(first: 100, state: $state) { edges { node {
  id title severity state aboutIds owner { name phone hours } contacts { title agency { name } }
  undated { title count agency { name } }
  acknowledgedBy disposition acts { by disposition } } } } }"""
ANALYST = "safeguarding-analyst"
EVIL = "<img src=x onerror=window.hit=1>\"'>{{7*7}}"


def listed(town: Served, state: str | None = None) -> list[dict[str, Any]]:
    """Alerts as the service has them."""
    found: Any = town.ask(ANALYST, "safeguarding-enquiry", LIST, state=state)["alerts"]
    return [each["node"] for each in found["edges"]]


@pytest.fixture(scope="module")
def alerts(town: Served) -> list[dict[str, Any]]:
    """Of every rule that ships, over the last year of the town."""
    town.puts_in_force()
    found = listed(town)
    assert len(found) > 3, "the town has alerts"
    return found


@pytest.fixture
def waiting(town: Served, alerts: list[dict[str, Any]]) -> dict[str, Any]:
    """One that nobody took notice of yet."""
    return listed(town, "OPEN")[-1]


def test_alerts_are_listed_newest_first_with_whom_they_are_about_and_whom_to_ring(
    somebody: Person, alerts: list[dict[str, Any]]
) -> None:
    somebody.signs_in(ANALYST)
    somebody.page.get_by_role("link", name="Alerts", exact=True).click()
    assert somebody.heading == "Alerts"
    assert "nothing follows from it by itself" in somebody.text
    somebody.page.select_option("#state", "every")
    somebody.page.get_by_role("button", name="Show").click()
    cards = somebody.page.locator(".mast-alert")
    assert cards.evaluate_all("all => all.map(each => each.dataset.alert)") == [
        each["id"] for each in alerts[:20]
    ]
    for card, alert in zip(cards.all(), alerts[:20], strict=False):
        said = card.inner_text()
        assert alert["title"] in said
        assert f"{alert['severity'].capitalize()} severity" in said
        assert alert["owner"]["name"] in said
        assert alert["owner"]["phone"] in said
        assert alert["owner"]["hours"] in said
        assert re.search(r"Raised \d{1,2} \w+ 2026 \((today|\d+ \w+ ago)\)", said)
        for contact in (*alert["contacts"], *alert["undated"]):
            assert contact["agency"]["name"] in said
        for each in alert["undated"]:
            days = "its day" if each["count"] == 1 else "their days"
            assert f"and, without {days}: " in said
            assert f"{title(each['title'])} ({each['agency']['name']})" in said
    about = alerts[0]["aboutIds"][0]
    cards.first.locator(f"a[href$='{about}'], a[href*='/{about}/']").first.click()
    somebody.page.wait_for_url(re.compile(f"/(people|addresses|households)/{about}"))
    assert not somebody.faults()


def test_what_a_filter_leaves_is_what_it_says_and_nothing_found_says_what_that_does_not_mean(
    somebody: Person, alerts: list[dict[str, Any]]
) -> None:
    somebody.signs_in(ANALYST)
    somebody.go("/alerts?state=every")
    severities = {each["severity"] for each in alerts}
    wanted = sorted(severities)[0]
    somebody.page.select_option("#severity", wanted)
    somebody.page.get_by_role("button", name="Show").click()
    assert f"of {wanted.lower()} severity" in somebody.text
    shown = somebody.page.locator(".mast-alert").evaluate_all("all => all.map(each => each.dataset.alert)")
    assert shown == [each["id"] for each in alerts if each["severity"] == wanted][:20]
    somebody.page.select_option("#state", "RETRACTED")
    somebody.page.select_option("#rule", "missing-from-care/3")
    somebody.page.get_by_role("button", name="Show").click()
    assert "Nothing found" in somebody.text
    assert "that are taken back" in somebody.text
    assert "does not mean that nobody is at risk" in somebody.text
    assert not somebody.faults()
    somebody.go("/alerts?state=%3Cb%3E&rule=made-up/1&severity=%27&after=nonsense")
    assert "The service cannot answer now" not in somebody.text or "cursor" in somebody.text


def test_pages_follow_each_other_and_lead_back(
    town: Served, alerts: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_console.alerts.A_PAGE", 2)
    with Caller.signed_in(town, ANALYST) as analyst:
        seen, path = list[str](), "/alerts?state=every"
        for _ in range(len(alerts)):
            page = analyst.get(path).text
            seen += re.findall(r'data-alert="([\w-]+)"', page)
            more = re.search(r'href="/console(/alerts\?[^"]+)">Earlier alerts', page)
            if not more:
                break
            path = more[1].replace("&amp;", "&")
        assert "The newest ones" in page
    assert seen == [each["id"] for each in alerts]


def test_notice_is_taken_and_worth_said_by_plain_forms(
    chromium: Browser, town: Served, waiting: dict[str, Any]
) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as analyst:
        analyst.signs_in(ANALYST)
        analyst.go("/alerts")
        assert analyst.page.get_by_role("link", name="Look again").is_visible()
        analyst.page.locator(f"[data-alert={waiting['id']}] h3 a").click()
        assert analyst.heading == waiting["title"]
        assert "Nobody has taken notice yet." in analyst.text
        analyst.page.get_by_role("button", name="Record what it was worth").click()
        assert analyst.page.title().startswith("Error: ")
        assert "Choose what the alert was worth" in analyst.page.locator(".govuk-error-summary").inner_text()
        assert listed(town, "OPEN")[-1]["id"] == waiting["id"]
        analyst.page.get_by_role("button", name="I have taken notice").click()
        assert "you have taken notice of this alert" in analyst.text
        assert f"console-{ANALYST} took notice" in analyst.text
        assert not analyst.page.get_by_role("button", name="I have taken notice").count()
        analyst.page.get_by_label("Known already").check()
        analyst.page.get_by_role("button", name="Record what it was worth").click()
        assert f"console-{ANALYST} said that it was known already" in analyst.text
        analyst.go("/alerts")
        assert not analyst.page.locator(f"[data-alert={waiting['id']}]").count()
        analyst.page.select_option("#state", "ACKNOWLEDGED")
        analyst.page.get_by_role("button", name="Show").click()
        assert (
            "said to be known already" in analyst.page.locator(f"[data-alert={waiting['id']}]").inner_text()
        )
    (done,) = [each for each in listed(town) if each["id"] == waiting["id"]]
    assert (done["state"], done["disposition"]) == ("ACKNOWLEDGED", "KNOWN")
    assert [each["disposition"] for each in done["acts"]] == [None, "KNOWN"]


def test_one_alert_has_no_fault_before_and_after_it_is_judged_by_keyboard(
    somebody: Person, waiting: dict[str, Any]
) -> None:
    somebody.signs_in(ANALYST)
    somebody.go(f"/alerts/{waiting['id']}")
    assert not somebody.faults()
    for contact in waiting["contacts"]:
        assert contact["agency"]["name"] in somebody.page.locator("section:has(#rests)").inner_text()
    somebody.page.get_by_role("button", name="Record what it was worth").click()
    expect(somebody.page.locator(".govuk-error-summary")).to_be_focused()
    assert not somebody.faults()
    somebody.page.keyboard.press("Tab")
    somebody.page.keyboard.press("Enter")
    somebody.page.keyboard.press("Space")
    somebody.page.keyboard.press("Enter")
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert "said that it was useful" in somebody.text
    assert not somebody.faults()
    somebody.page.emulate_media(media="print")
    assert not somebody.page.get_by_role("button", name="Record what it was worth").is_visible()


def test_a_choice_is_kept_through_signing_in_and_not_sent_by_itself(
    town: Served, waiting: dict[str, Any]
) -> None:
    path = f"/alerts/{waiting['id']}"
    with Caller.signed_in(town, ANALYST) as analyst:
        form = {"csrf": csrf_of(analyst.get(path)), "page": path}
        form |= {"alert": waiting["id"], "disposition": "WRONG"}
        with unused(analyst.client.cookies["mast-session"]):
            assert analyst.post(f"{path}/disposition", form).headers["location"] == "/console/sign-in"
        assert analyst.signs_in(ANALYST, SIGNS_IN[ANALYST]).headers["location"] == f"/console{path}"
        page = analyst.get(path).text
        assert "has not been recorded yet" in page
        assert re.search(r'value="WRONG"[^>]*checked', page)
    assert waiting["id"] in {each["id"] for each in listed(town, "OPEN")}


@pytest.mark.parametrize("role", SIGNS_IN)
def test_who_may_not_see_alerts_sees_no_way_to_them_and_changes_none(
    town: Served, waiting: dict[str, Any], role: str
) -> None:
    may = in_force().questions(role, SIGNS_IN[role])
    assert ("alerts" in may) == ("alert" in may) == ("alertRaised" in may)
    with Caller.signed_in(town, role) as caller:
        page = caller.get("/sign-in").text + caller.get("/alerts").text
        assert ('href="/console/alerts"' in page) == ("alerts" in may)
        if "alerts" in may:
            return
        assert "This page is not for your role" in page
        for path in (f"/alerts/{waiting['id']}", "/alerts/AL-never"):
            response = caller.get(path)
            assert response.status_code == 403
            assert waiting["title"] not in response.text
        csrf = csrf_of(response)
        for act in ("acknowledge", "disposition"):
            form = {"csrf": csrf, "disposition": "WRONG"}
            assert caller.post(f"/alerts/{waiting['id']}/{act}", form).status_code == 403
        assert caller.get("/alerts/live").status_code == 403
    assert waiting["id"] in {each["id"] for each in listed(town, "OPEN")}


@pytest.mark.parametrize("id_", ["AL-never", "P-never", "nonsense"])
def test_an_alert_that_is_not_there_is_no_page(town: Served, alerts: list[dict[str, Any]], id_: str) -> None:
    with Caller.signed_in(town, ANALYST) as analyst:
        response = analyst.get(f"/alerts/{id_}")
        assert response.status_code == 404
        assert "There is no such page" in response.text
        form = {"csrf": csrf_of(response), "disposition": "WRONG"}
        assert analyst.post(f"/alerts/{id_}/disposition", form).status_code == 404
        assert analyst.post(f"/alerts/{id_}/acknowledge", form).status_code == 404


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_they_fit_at_every_width_without_a_fault_and_have_their_picture_taken(
    chromium: Browser, town: Served, waiting: dict[str, Any], pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as analyst:
        analyst.signs_in(ANALYST)
        for path, name in (("/alerts", "alerts"), (f"/alerts/{waiting['id']}", "alert")):
            analyst.go(path)
            assert not analyst.faults()
            analyst.photographs(pictures / f"{name}-{width}.jpg")
        analyst.page.get_by_label("Known already").check()
        analyst.page.get_by_role("button", name="Record what it was worth").click()
        assert "said that it was known already" in analyst.text
        assert not analyst.faults()
        analyst.photographs(pictures / f"alert-judged-{width}.jpg")


def test_markup_in_what_is_displayed_is_shown_and_not_run(
    somebody: Person, town: Served, alerts: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Whoever writes a rule, or the directory of agencies and teams, writes no part of a page."""
    text = (SHIPPED / "three-police-attendances.yaml").read_text("utf-8")
    text = re.sub(r"^id: .*$", "id: evil-rule", text, flags=re.MULTILINE)
    evil = json.dumps(EVIL).replace("\\", "\\\\")
    text = re.sub(r"^(title|description|gateway): .*$", rf"\1: {evil}", text, flags=re.MULTILINE)
    (tmp_path / "evil-rule.yaml").write_text(text, "utf-8")
    phone = 'javascript:alert(1)"onmouseover="window.hit=1'
    with Lease.acquire(town.store, "tests") as lease:
        lease.write(
            lambda tx, _: write_directory(
                tx,
                at=now(),
                agencies=[Agency("calderwick-police", EVIL, "police", "pol-control-room")],
                teams=[Team("pol-control-room", "calderwick-police", EVIL, phone, EVIL)],
            )
        )
    try:
        town.puts_in_force(folder=tmp_path)
        id_ = next(each["id"] for each in listed(town) if each["title"] == EVIL)
        somebody.signs_in(ANALYST)
        for path in ("/alerts?state=every&rule=evil-rule/3", f"/alerts/{id_}"):
            somebody.go(path)
            assert somebody.text.count(EVIL) > 3
            assert not somebody.scrolls_sideways(), "what cannot be wrapped is broken, telephone numbers too"
            assert not somebody.page.locator("main img, main script, [onmouseover]").count()
        assert somebody.page.evaluate("window.hit === undefined")
    finally:
        with Lease.acquire(town.store, "tests") as lease:
            load_directory(lease, town.feeds / DIRECTORY, by="tests", at=now())
