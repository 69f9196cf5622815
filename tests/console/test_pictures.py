"""Every page and state at every width: seen by axe, kept as a picture, and what of it comes on paper."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser
from tests.console.borough import Served
from tests.console.person import TELEPHONE, Person
from tests.console.places import ids_of, path_of

from mast_console.service import Refused, Service

pytestmark = pytest.mark.graph


@pytest.fixture(scope="module")
def ids(town: Served) -> dict[str, str]:
    """Of the case study: an id for each place in a path of a page."""
    return ids_of(town)


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_pages_fit_at_every_width_and_have_their_picture_taken(
    chromium: Browser, town: Served, ids: dict[str, str], pictures: Path, width: int
) -> None:
    """`make console-pictures` keeps them; any other run throws them away."""
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as officer:
        officer.go("/sign-in")
        officer.photographs(pictures / f"sign-in-{width}.jpg")
        officer.signs_in()
        officer.checks()
        officer.photographs(pictures / f"address-{width}.jpg")
        if width == TELEPHONE["width"]:
            officer.photographs(pictures / "address-360-first.jpg", whole=False)
        officer.checks("99 Nowhere Avenue, ZZ9 9ZZ")
        officer.photographs(pictures / f"nothing-found-{width}.jpg")
        officer.signs_in("safeguarding-analyst")
        for path, name in (("/people/{id}", "person"), ("/households/{id}/network", "network")):
            officer.go(path_of(path, ids))
            officer.photographs(pictures / f"{name}-{width}.jpg")
        officer.go(path_of("/households/{id}/network", ids) + "?view=timeline")
        if width == TELEPHONE["width"]:
            officer.page.locator("#choose summary").click()
        officer.page.select_option("#of", index=1)
        officer.page.get_by_role("button", name="Show").click()
        officer.photographs(pictures / f"network-timeline-{width}.jpg")
        officer.signs_in("steward")
        officer.go(path_of("/people/{id}/records", ids))
        officer.photographs(pictures / f"records-{width}.jpg")
        officer.go("/review")
        officer.photographs(pictures / f"review-{width}.jpg")


DECIDE = """mutation D($left: ID!, $right: ID!) { recordMatchDecision(left: $left, right: $right,
  decision: DIFFERENT, reason: "two cousins of one name") { decisionId } }"""


@pytest.fixture(scope="module")
def decided(town: Served) -> str:
    """A pair that was decided."""
    pair = town.queue()[0]["node"]["pair"]
    left, right = pair["leftRecordId"], pair["rightRecordId"]
    assert town.ask("steward", "safeguarding-enquiry", DECIDE, left=left, right=right)
    return f"{left}.{right}"


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_what_comes_of_a_press_has_its_picture_taken(
    chromium: Browser, town: Served, ids: dict[str, str], decided: str, pictures: Path, width: int
) -> None:
    """A pair that is in doubt or decided, somebody chosen in a drawing, and a network on an earlier day."""
    with Person.pictured(chromium, town, pictures, width) as (person, keeps):
        person.signs_in("steward")
        person.go("/review?lane=DOUBT")
        assert person.heading.startswith("One person now, but in doubt")
        keeps("review-in-doubt")
        person.go(f"/review/{decided}")
        assert person.page.get_by_role("button", name="Take it back").is_visible()
        keeps("review-decided")
        person.signs_in("safeguarding-analyst")
        household = path_of("/households/{id}/network", ids)
        person.go(household)
        person.page.locator(".mast-thing--person").nth(1).press("Enter")
        assert "links." in person.page.locator("#network-why").inner_text()
        keeps("network-chosen")
        person.go(f"{household}?as_at=2026-06-01")
        assert "As it was on 1 June 2026" in person.text
        keeps("network-earlier")
        person.go("/address-check")
        person.page.fill("#address", "flat 2, 14 canal st")
        person.page.context.set_offline(True)
        person.page.get_by_role("button", name="Check").click()
        person.page.locator("#live", has_text="Nothing was sent").wait_for()
        keeps("offline")
        person.complaints.clear()  # the browser says that it could not load something: so it could not


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_other_state_of_a_page_has_its_picture_taken(
    chromium: Browser, town: Served, ids: dict[str, str], pictures: Path, width: int
) -> None:
    """Forms, choices, refusals and dead ends: what nobody looks at unless something went wrong."""
    old_place, old_person = town.splits_an_id("A"), town.splits_an_id("P")
    with Person.pictured(chromium, town, pictures, width) as (person, keeps):
        person.go("/sign-in")
        person.page.get_by_role("button", name="Sign in").click()
        keeps("sign-in-error")
        person.signs_in()
        person.go("/address-check")
        keeps("address-check")
        person.checks("JX1 4AB")
        keeps("address-check-error")
        person.checks("flat 2, 14 cnaal stret, jx1 4ab")
        keeps("did-you-mean")
        person.go("/people")
        keeps("find-a-person")
        person.page.fill("#nhs", "9434765910")
        person.page.get_by_role("button", name="Find").click()
        keeps("find-a-person-error")
        person.page.fill("#nhs", "")
        person.page.fill("#given", "Zebedee")
        person.page.fill("#family", "Nobody")
        person.page.get_by_role("button", name="Find").click()
        person.page.wait_for_url("**/people/result")
        keeps("nobody-found")
        person.go(f"/addresses/{old_place}")
        keeps("which-address")
        person.go("/addresses/A-nowhere")
        keeps("address-unknown")
        person.go(f"/people/{old_person}")
        keeps("which-person")
        person.go("/people/P-nobody")
        keeps("person-unknown")
        person.go("/governance")
        keeps("not-for-you")
        person.go("/no-such-page")
        keeps("no-such-page")
        person.signs_in("safeguarding-analyst")
        person.go(path_of("/shield/{id}", ids))
        keeps("shield")
        person.page.get_by_role("button", name="Continue").click()
        keeps("shield-error")
        household = path_of("/households/{id}/network", ids)
        person.go(f"{household}?as_at=2001-01-01")
        keeps("household-unknown")
        person.go(f"{household}?as_at=soon")
        keeps("network-error")
        person.signs_in("steward")
        person.go(f"/review?after={town.queue()[-1]['cursor']}")
        keeps("end-of-the-queue")
        person.go("/review")
        person.page.get_by_role("button", name="Record and go on").click()
        keeps("review-error")
        person.go(f"/people/{old_person}/records")
        keeps("which-records")
        person.go("/people/P-nobody/records")
        keeps("records-unknown")
        person.go(path_of("/people/{id}/records", ids))
        person.page.get_by_role("button", name="Continue").click()
        keeps("split-error")
        person.page.locator("input[name^=record-]").first.check()
        person.page.fill("#reason", "two cousins of one name")
        person.page.get_by_role("button", name="Continue").click()
        keeps("split")
        person.signs_in("information-governance-officer")
        person.page.fill("#since", "yesterday")
        person.page.get_by_role("button", name="Search").click()
        keeps("audit-error")
        person.page.get_by_role("button", name="Sign out").click()
        keeps("signed-out")


REFUSED = {
    "too-many": Refused(429, "MAST-330", "too much was asked for in a minute", "wait for half a minute"),
    "no-answer": Refused(503, "MAST-210", "the database does not answer", "try again", "R-1f2e3d"),
}


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_page_that_says_what_went_wrong_has_its_picture_taken(
    chromium: Browser, town: Served, pictures: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    with Person.pictured(chromium, town, pictures, width) as (person, keeps_as_it_is):

        def keeps(name: str, heading: str) -> None:
            assert person.heading == heading
            keeps_as_it_is(name)

        person.signs_in()
        person.go("/address-check")
        person.page.eval_on_selector("main input[name=csrf]", "each => { each.value = 'of an old page' }")
        person.page.fill("#address", "14 canal st")
        person.page.get_by_role("button", name="Check").click()
        keeps("not-from-here", "That was not sent")
        titles = {
            "too-many": "You have asked a lot in a short time",
            "no-answer": "The service cannot answer now",
        }
        for name, heading in titles.items():
            with monkeypatch.context() as patched:

                async def refuses(*_said: object, refused: Refused = REFUSED[name]) -> NoReturn:
                    raise refused

                patched.setattr(Service, "ask_with", refuses)
                person.go("/addresses/A-1")
                keeps(name, heading)
        person.page.context.clear_cookies()
        person.page.set_extra_http_headers({"x-forwarded-for": "10.0.0.9"})
        person.go("/sign-in")
        keeps("cannot-sign-in", "You cannot sign in here yet")


CLICKED = "main button, main select, main textarea, main input:not([type=hidden], [type=checkbox])"
OFF_PAPER = f"{CLICKED}, nav, .mast-header__out, .govuk-back-link, .mast-who a"


@pytest.mark.parametrize(
    ("role", "path", "shown"),
    [
        pytest.param(
            "safeguarding-analyst", "/addresses/{id}", ("#people", ".mast-ring", "#caution"), id="address"
        ),
        pytest.param(
            "safeguarding-analyst", "/people/{id}", ("#timeline", "#homes", "#caution"), id="person"
        ),
        pytest.param(
            "information-governance-officer", "/audit", ("#found", ".mast-contact"), id="who looked"
        ),
        pytest.param("steward", "/people/{id}/records", ("#all", "#decided"), id="records"),
        pytest.param(
            "information-governance-officer", "/protection", ("#shields", "#marks"), id="protection"
        ),
    ],
)
def test_on_paper_is_what_was_answered_and_nothing_to_click(
    chromium: Browser, town: Served, ids: dict[str, str], role: str, path: str, shown: tuple[str, ...]
) -> None:
    with Person.at(chromium, town, viewport={"width": 1024, "height": 800}) as person:
        person.signs_in(role)
        person.go(path_of(path, ids))
        if path == "/audit":
            person.page.get_by_role("button", name="Search").click()
        on_screen = person.page.locator(OFF_PAPER).filter(visible=True).count()
        assert on_screen, "there is something to click on the screen"
        person.page.emulate_media(media="print")
        for each in ("h1", ".mast-who", *shown):
            assert person.page.locator(each).first.is_visible(), each
        left = person.page.locator(OFF_PAPER).filter(visible=True)
        assert [each.inner_text() for each in left.all()] == []
        assert not person.scrolls_sideways()
        assert person.page.pdf(format="A4").startswith(b"%PDF")
