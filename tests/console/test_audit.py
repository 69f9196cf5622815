"""A governance officer finds who looked at somebody; what they search for stands in no address of a page."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import Person

from mast_api.rights.proving import note
from mast_api.workspace import development_issuer

pytestmark = pytest.mark.graph

OFFICER = "information-governance-officer"
MEMBERS = """query Q($a: String!) { concernsAtAddress(address: $a) {
  matches { addressId } households { id presentCount members { personId present } } } }"""
LOOKS = "query P($id: ID!) { person(id: $id) { people { id } } }"
EVIL = "<img src=x onerror=window.hit=1>\"'>{{7*7}}"


@pytest.fixture(scope="module")
def looked_at(town: Served) -> str:
    """Somebody at whom an officer looked once, and of whom one answer told besides."""
    found = town.ask("response-officer", "safeguarding-response", MEMBERS, a=TYPED)["concernsAtAddress"]
    assert isinstance(found, dict)
    person = next(
        str(each["personId"])
        for household in found["households"]
        for each in household["members"]
        if each["present"]
    )
    town.ask("response-officer", "safeguarding-response", LOOKS, id=person)
    return person


def searches(person: Person, **fields: str) -> None:
    person.go("/audit")
    for name in ("about", "subject", "since", "until"):
        person.page.fill(f"#{name}", fields.get(name, ""))
    person.page.get_by_role("button", name="Search").click()
    person.page.wait_for_load_state()


def test_who_looked_at_somebody_is_found_and_how(somebody: Person, looked_at: str) -> None:
    somebody.signs_in(OFFICER)
    searches(somebody, about=looked_at)
    looks = somebody.page.locator("ol .mast-contact").all_inner_texts()
    (by_id,) = [each for each in looks if each.startswith("Opened a person\n")]
    assert "test, response officer, for safeguarding response" in by_id
    assert "They were asked for by their id." in by_id
    assert "(today)" in by_id
    (told,) = [each for each in looks if each.startswith("Checked an address")]
    assert "They were in the answer." in told
    assert "people" in told
    assert not somebody.faults()
    somebody.page.locator("summary").first.click()
    assert looked_at in somebody.page.locator("details[open]").inner_text()
    assert not somebody.scrolls_sideways()
    assert looked_at not in somebody.page.url
    assert looked_at not in somebody.page.title()
    somebody.page.reload()
    assert by_id.splitlines()[0] in somebody.text


def test_each_act_of_a_command_is_one_of_its_own_in_words_and_by_whom(
    somebody: Person, town: Served, looked_at: str
) -> None:
    """They belong to no request: two people's subject access is not one look of the last of them."""
    for by in ("lead-1", "lead-2"):
        note(town.store, "subject-access-asked", by, {"sought": {"ids": [looked_at]}})
        note(town.store, "subject-access-answered", by, {"ids": {"people": [looked_at]}})
    log = town.settings.data / "audit.jsonl"
    for _ in range(300):
        if log.read_text("utf-8").count('"subject-access-answered"') == 2:
            break
        time.sleep(0.1)
    somebody.signs_in(OFFICER)
    searches(somebody, about=looked_at)
    acts = [each for each in somebody.page.locator("ol .mast-contact").all_inner_texts() if "command" in each]
    asked, answered = "what is held about a person was asked for", "what is held about a person was reported"
    assert len(acts) == 4
    for by in ("lead-1", "lead-2"):
        (one, other) = [each for each in acts if f" · {by}" in each]
        assert one.startswith(f"By a command: {answered}, at their request")
        assert other.startswith(f"By a command: {asked}, at their request")
        assert "They were asked for by their id." in other
        assert "Answered with 1 person." in one
    assert "Nothing that was understood" not in somebody.text
    assert not somebody.faults()


@pytest.mark.parametrize("page", ["person", "address", "household"])
def test_what_a_page_is_about_is_looked_for_by_what_stands_on_it(
    chromium: Browser, town: Served, looked_at: str, page: str
) -> None:
    """Whoever governs may search for nobody: who may look copies the id, or the address of the page."""
    with Person.at(chromium, town) as analyst, Person.at(chromium, town) as officer:
        analyst.signs_in("safeguarding-analyst")
        analyst.checks()
        if page != "address":
            name = {"person": "Person", "household": "Household"}[page]
            analyst.page.get_by_role("link", name=re.compile(f"^{name}")).first.click()
            analyst.page.wait_for_load_state()
        whole = analyst.page.locator(".mast-id").inner_text()
        assert whole in analyst.page.url
        officer.signs_in(OFFICER)
        for about in (whole, analyst.page.url):
            searches(officer, about=about, subject="console-safeguarding-analyst")
            assert officer.page.input_value("#about") == whole
            assert re.search("(It was|They were) asked for by (its|their) id", officer.text)


def test_nobody_is_found_for_another_day_or_another_person(somebody: Person, looked_at: str) -> None:
    somebody.signs_in(OFFICER)
    searches(somebody, about=looked_at, until="1/1/2020")
    assert "Nothing found" in somebody.text
    assert "keyed tokens only" in somebody.text
    assert not somebody.faults()
    searches(somebody, about=looked_at, subject="somebody-else")
    assert "Nothing found" in somebody.text
    searches(somebody, about=looked_at, subject="test", since="2020-01-01")
    assert somebody.page.locator("ol .mast-contact").count() >= 2


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_at_every_width_and_has_its_picture_taken(
    chromium: Browser, town: Served, looked_at: str, pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as officer:
        officer.signs_in(OFFICER)
        searches(officer, about=looked_at)
        officer.photographs(pictures / f"audit-{width}.jpg")
        officer.page.locator("summary", has_text="Every id").first.click()
        assert not officer.faults()
        officer.photographs(pictures / f"audit-opened-{width}.jpg", whole=False)


def test_it_works_without_scripts_page_by_page(chromium: Browser, town: Served, looked_at: str) -> None:
    for _ in range(28):
        town.ask("response-officer", "safeguarding-response", LOOKS, id=looked_at)
    with Person.at(chromium, town, java_script_enabled=False) as officer:
        officer.signs_in(OFFICER)
        assert officer.page.url.endswith("/audit"), "it is where a governance officer begins"
        officer.page.get_by_label("Who", exact=True).fill("test")
        officer.page.keyboard.press("Enter")
        first = officer.page.locator("ol details").first.text_content()
        officer.page.get_by_role("link", name="Older requests").click()
        assert "older ones" in officer.text
        assert officer.page.locator("ol details").first.text_content() != first
        officer.page.get_by_role("link", name="The latest ones").click()
        assert "older ones" not in officer.text


def test_what_cannot_be_searched_for_is_said_and_kept(town: Served) -> None:
    with Caller.signed_in(town, OFFICER) as officer:
        form = {"csrf": csrf_of(officer.get("/audit")), "about": "", "subject": "", "since": "", "until": ""}
        for wrong_day in ("yesterday", "31/12/9999", f"1/1/{'9' * 30}", "31/2/2026"):
            response = officer.post("/audit", form | {"until": wrong_day})
            assert response.status_code == 422
            assert "Give a day" in response.text
        for wrong in ({"about": "nobody"}, {"subject": EVIL}):
            assert officer.post("/audit", form | wrong).status_code == 303
            response = officer.get("/audit")
            assert response.status_code == 422, wrong
            assert "There is a problem" in response.text
            assert "<img" not in response.text
        assert officer.post("/audit", form).status_code == 303
        assert officer.get("/audit?after=nonsense").status_code == 422


def test_markup_in_the_name_of_who_asked_is_shown_and_not_run(
    somebody: Person, town: Served, looked_at: str
) -> None:
    issuer = development_issuer(town.settings)
    token = issuer.issue("response-officer", "safeguarding-response", minutes=5, subject=EVIL)
    response = httpx.post(
        f"{town.url}/graphql",
        json={"query": LOOKS, "variables": {"id": looked_at}},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=30,
    )
    assert response.status_code == 200
    somebody.signs_in(OFFICER)
    searches(somebody, about=looked_at)
    assert EVIL in somebody.text
    assert not somebody.page.locator("main img, main script").count()
    assert somebody.page.evaluate("window.hit === undefined")


def test_a_whole_id_goes_from_a_page_to_the_search_by_keys(chromium: Browser, town: Served) -> None:
    allowed = {"permissions": ["clipboard-read", "clipboard-write"]}
    with Person.at(chromium, town, **allowed) as analyst:
        for role, path in (("response-officer", "people"), ("safeguarding-analyst", "households")):
            analyst.signs_in(role)
            analyst.checks()
            place = analyst.page.locator("code.mast-id").inner_text()
            analyst.page.get_by_role("button", name="Copy the whole id").press("Enter")
            assert analyst.page.evaluate("navigator.clipboard.readText()") == place
            analyst.page.locator(f"a[href*='/{path}/']").first.click()
            whole = analyst.page.locator("code.mast-id").inner_text()
            assert re.fullmatch(r"[PAH]-[0-9a-f]{32}", whole)
            assert whole != place
            analyst.page.get_by_role("button", name="Copy the whole id").press("Enter")
            analyst.page.get_by_text("The id is copied.").wait_for()
            assert not analyst.faults()
        analyst.signs_in(OFFICER)
        analyst.go("/audit")
        analyst.page.locator("#about").press("Control+v")
        assert analyst.page.input_value("#about") == whole
        analyst.page.get_by_role("button", name="Search").click()
        assert re.search("asked for by (its|their) id", analyst.text)
