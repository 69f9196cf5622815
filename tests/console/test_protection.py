"""Shields and marks: decided on plain pages that ask twice, listed with their reasons, and taken away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import Person

pytestmark = pytest.mark.graph

OFFICER = "information-governance-officer"
GOVERNS = (OFFICER, "information-governance")
EVIL = "<img src=x onerror=window.hit=1>\"'>{{7*7}}"
NOBODY = "P-" + "0" * 32
MARKS = "{ marks(first: 50) { edges { node { id kind reason liftedAt dataClass personIds } } } }"
SHIELDS = "{ shields(first: 50) { edges { node { id decisions { on reason by } } } } }"
LIVES = f"""{{ concernsAtAddress(address: "{TYPED}") {{
  matches {{ addressId }} households {{ members {{ personId present }} }} }} }}"""


def marks(town: Served) -> list[dict[str, object]]:
    found = town.ask(*GOVERNS, MARKS)["marks"]
    assert isinstance(found, dict)
    return [each["node"] for each in found["edges"]]


def shields(town: Served) -> dict[str, list[dict[str, object]]]:
    found = town.ask(*GOVERNS, SHIELDS)["shields"]
    assert isinstance(found, dict)
    return {each["node"]["id"]: each["node"]["decisions"] for each in found["edges"]}


@pytest.fixture(scope="module")
def resident(town: Served) -> str:
    """Somebody who lives at the case study's address."""
    found = town.ask("response-officer", "safeguarding-response", LIVES)["concernsAtAddress"]
    assert isinstance(found, dict)
    return next(
        str(each["personId"]) for home in found["households"] for each in home["members"] if each["present"]
    )


def goes_on(officer: Person) -> None:
    officer.page.locator("section:has(#new)").get_by_role("button", name="Continue").click()


def test_a_mark_is_put_and_lifted_by_plain_forms_that_ask_twice(
    chromium: Browser, town: Served, resident: str
) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as officer:
        officer.signs_in(OFFICER)
        officer.page.get_by_role("link", name="Shields and marks").click()
        before = len(marks(town))
        goes_on(officer)
        for said in ("Choose a kind of mark", "Give the id of a person", "Say why, in a sentence"):
            assert said in officer.text
        assert officer.page.title().startswith("Error: ")
        officer.page.check("input[value=CONTESTED]")
        officer.page.fill("#id", resident)
        form = officer.page.locator("section:has(#new)")
        form.get_by_label("Why?").fill("a letter of 3 May says that it was her sister")
        goes_on(officer)
        assert officer.heading.startswith("Said to be wrong: person ")
        assert "Nothing is done yet" in officer.text
        assert len(marks(town)) == before
        officer.page.get_by_role("button", name="Change it").click()
        assert officer.page.input_value("#id") == resident
        assert officer.page.is_checked("input[value=CONTESTED]")
        goes_on(officer)
        officer.page.get_by_role("button", name="Put the mark").click()
        assert "Said to be wrong: recorded." in officer.text
        (new,) = [each for each in marks(town) if each["personIds"] == [resident]]
        article = officer.page.locator(f"article:has(#mark-{new['id']})")
        assert "a letter of 3 May says that it was her sister" in article.inner_text()
        article.get_by_role("button", name="Lift it").click()
        assert "Say why, in a sentence" in officer.text
        article.get_by_label("Why?").fill("the agency corrected it")
        article.get_by_role("button", name="Lift it").click()
        whose = f"{resident[2:6]} {resident[6:10]}".upper()
        assert officer.heading == f"Lift the mark “said to be wrong” of person {whose}?"
        assert "by console-information-governance-officer: “a letter of 3 May says" in officer.text
        assert "the agency corrected it" in officer.text
        officer.page.get_by_role("button", name="Lift the mark").click()
        assert "The mark is lifted." in officer.text
        officer.page.locator("summary", has_text="lifted since").click()
        assert "the agency corrected it" in officer.text
    (done,) = [each for each in marks(town) if each["id"] == new["id"]]
    assert done["liftedAt"]


def test_a_hold_on_a_class_of_data_is_of_everybody_and_of_nothing_else(town: Served) -> None:
    with Caller.signed_in(town, OFFICER) as officer:
        page = officer.get("/protection")
        assert '<option value="police"' in page.text
        form = {
            "csrf": csrf_of(page),
            "kind": "RESTRICTION",
            "id": "",
            "class": "police",
            "reason": "inquest",
        }
        assert "Only a legal hold is of a class of data" in officer.post("/protection/marks", form).text
        form |= {"kind": "HOLD"}
        asked = officer.post("/protection/marks", form)
        assert "Legal hold: everybody, only police?" in asked.text
        assert officer.post("/protection/marks", form | {"step": "do"}).status_code == 303
        (held,) = [each for each in marks(town) if each["dataClass"] == "police"]
        lift = {"csrf": form["csrf"], "reason": "it is over", "step": "do"}
        assert officer.post(f"/protection/marks/{held['id']}", lift).status_code == 303
        again = officer.post(f"/protection/marks/{held['id']}", lift)
        assert again.status_code == 422
        assert "Not done: no mark of that id stands" in again.text
        gone = officer.post("/protection/marks", form | {"id": NOBODY, "class": "", "step": "do"})
        assert "Not done: the id is not in use" in gone.text


def test_an_analyst_shields_somebody_and_only_a_governance_officer_finds_and_frees_them(
    chromium: Browser, town: Served, resident: str
) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as analyst:
        analyst.signs_in("safeguarding-analyst")
        analyst.go(f"/people/{resident}")
        analyst.page.get_by_role("link", name="This person must not be found").click()
        analyst.page.get_by_role("button", name="Continue").click()
        assert "Say why, in a sentence" in analyst.text
        analyst.page.get_by_label("Why?").fill("fled to a refuge")
        analyst.page.get_by_role("button", name="Continue").click()
        assert "From then on every answer is as if there were none: to you too." in analyst.text
        assert resident not in shields(town)
        analyst.page.get_by_role("button", name="Shield").click()
        assert "is shielded" in analyst.text
        assert analyst.go(f"/people/{resident}").status == 404
        assert analyst.go("/protection").status == 403
    assert [(each["on"], each["reason"]) for each in shields(town)[resident]] == [(True, "fled to a refuge")]
    with Person.at(chromium, town, java_script_enabled=False) as officer:
        officer.signs_in(OFFICER)
        officer.go("/protection")
        article = officer.page.locator(f"article:has(#shield-{resident})")
        assert "“fled to a refuge”" in article.inner_text()
        article.get_by_label("Why?").fill("she moved on, and says so")
        article.get_by_role("button", name="May be found again").click()
        officer.page.get_by_role("link", name="Leave it as it is").click()
        assert resident in shields(town)
        article.get_by_label("Why?").fill("she moved on, and says so")
        article.get_by_role("button", name="May be found again").click()
        officer.page.get_by_role("button", name="Take the shield away").click()
        assert "The shield is taken away." in officer.text
    with Caller.signed_in(town, "safeguarding-analyst") as analyst_again:
        assert analyst_again.get(f"/people/{resident}").status_code == 200


def test_who_is_told_of_somebody_by_id_shields_them_by_it(town: Served, resident: str) -> None:
    with Caller.signed_in(town, OFFICER) as officer:
        csrf = csrf_of(officer.get("/protection"))
        wrong = officer.post("/protection/shields", {"csrf": csrf, "whom": "Jane"})
        assert "Give the whole id" in wrong.text
        sent = officer.post("/protection/shields", {"csrf": csrf, "whom": resident})
        assert sent.headers["location"] == f"/console/shield/{resident}"
        assert officer.get(f"/shield/{resident}").status_code == 200
        assert officer.get("/shield/nonsense").status_code == 404
        none = officer.post(f"/shield/{NOBODY}", {"csrf": csrf, "reason": "why not", "step": "do"})
        assert none.status_code == 422
        assert "Not done" in none.text


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_has_no_fault_fits_at_every_width_and_has_its_picture_taken(
    chromium: Browser, town: Served, resident: str, pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as officer:
        officer.signs_in(OFFICER)
        town.ask(
            *GOVERNS,
            'mutation M($id: ID!) { mark(kind: OBJECTION, id: $id, reason: "by letter") { markId } }',
            id=resident,
        )
        officer.go("/protection")
        assert not officer.faults()
        officer.photographs(pictures / f"protection-{width}.jpg")
        officer.page.get_by_role("button", name="Lift it").first.click()
        officer.page.locator(".govuk-error-summary").wait_for()
        assert not officer.faults()
        officer.page.get_by_label("Why?").first.fill("taken back")
        officer.page.get_by_role("button", name="Lift it").first.click()
        officer.page.wait_for_url(re.compile("/protection/marks/"))
        assert not officer.faults()
        officer.photographs(pictures / f"confirm-{width}.jpg")
        officer.page.get_by_role("button", name="Lift the mark").click()
        assert "The mark is lifted." in officer.text


def test_a_button_that_is_pressed_says_so_itself_and_is_as_it_was_before(
    somebody: Person, resident: str
) -> None:
    page = somebody.page
    somebody.signs_in(OFFICER)
    somebody.go("/protection")
    somebody.page.check("input[value=OBJECTION]")
    page.fill("#id", resident)
    page.locator("section:has(#new)").get_by_label("Why?").fill("by letter")
    goes_on(somebody)
    page.route("**/console/session", lambda route: route.abort("connectionfailed"))
    page.evaluate(
        """() => { window.said = []; new MutationObserver((found) => { for (const each of found)
        window.said.push(each.target.textContent); }).observe(document.querySelector("#confirm"),
        { childList: true, subtree: true }); }"""
    )
    change, put = (page.get_by_role("button", name=name) for name in ("Change it", "Put the mark"))
    change.click()
    page.locator("#live", has_text="You are offline").wait_for()
    assert page.evaluate("window.said") == ["Recording…", "Change it"], "the other one said nothing"
    assert (change.count(), put.count()) == (1, 1)
    page.unroute_all()
    put.click()
    hidden = page.locator("section:has(#marks) button .govuk-visually-hidden")
    assert hidden.count(), "what is only for the ear stays that once the page is there"
    assert all((each.bounding_box() or {"width": 99})["width"] <= 1 for each in hidden.all())
    somebody.complaints.clear()  # the browser says that it could not load something: so it could not


def test_markup_in_a_reason_is_shown_and_not_run(somebody: Person, resident: str) -> None:
    somebody.signs_in(OFFICER)
    somebody.go("/protection")
    somebody.page.check("input[value=OBJECTION]")
    somebody.page.fill("#id", resident)
    somebody.page.locator("section:has(#new)").get_by_label("Why?").fill(EVIL)
    goes_on(somebody)
    assert EVIL in somebody.text
    somebody.page.get_by_role("button", name="Put the mark").click()
    assert EVIL in somebody.page.locator("section:has(#marks)").inner_text()
    assert not somebody.page.locator("main img, main script").count()
    assert somebody.page.evaluate("window.hit === undefined")


def test_what_was_written_is_kept_through_signing_in_and_not_done(somebody: Person, resident: str) -> None:
    somebody.signs_in(OFFICER)
    somebody.go(f"/shield/{resident}")
    somebody.page.get_by_label("Why?").fill("fled from violence")
    somebody.page.context.clear_cookies(name="mast-session")
    somebody.page.get_by_role("button", name="Continue").click()
    assert somebody.heading == "Sign in"
    somebody.page.check(f"input[name=role][value={OFFICER}]")
    somebody.page.check("input[name=purpose][value=information-governance]")
    somebody.page.get_by_role("button", name="Sign in").click()
    somebody.page.wait_for_url(f"**/shield/{resident}")
    assert "nothing has been done yet" in somebody.text
    assert somebody.page.input_value("#reason") == "fled from violence"
