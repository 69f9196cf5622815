"""No network, a slow one, and a session that ends: what was typed stays, and everybody is told in time."""

from __future__ import annotations

import datetime as dt
import re
import secrets

import pytest
from playwright.sync_api import Browser, Route, expect
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import Person

from mast_console.sessions import Session, Sessions

pytestmark = pytest.mark.graph

TWICE_MS = 1_100
"""A second press within a second is a double one, and is passed over."""

OFFLINE = "You are offline. Nothing was sent, and what you typed is still here"


def test_what_is_typed_without_a_network_is_not_sent_and_not_lost(somebody: Person) -> None:
    page, said = somebody.page, somebody.page.locator("#live")
    somebody.signs_in()
    somebody.go("/address-check")
    page.fill("#address", TYPED)
    page.context.set_offline(True)
    expect(said).to_contain_text("You are offline. What you see may be out of date")
    page.get_by_role("button", name="Check").click()
    expect(said).to_contain_text(OFFLINE)
    assert page.input_value("#address") == TYPED
    assert page.url.endswith("/address-check")
    page.context.set_offline(False)
    expect(said).to_contain_text("You are online again")
    page.wait_for_timeout(TWICE_MS)
    page.get_by_role("button", name="Check").click()
    page.wait_for_url(re.compile("/addresses/"))
    assert somebody.heading == TYPED
    somebody.complaints.clear()  # the browser says that it could not load something: so it could not


def test_a_bar_of_reception_without_a_network_loses_nothing(somebody: Person) -> None:
    """The browser takes itself for online, and every request comes to nothing."""
    page = somebody.page
    somebody.signs_in()
    somebody.go("/address-check")
    page.fill("#address", TYPED)
    page.route("**/console/**", lambda route: route.abort("connectionfailed"))
    assert page.evaluate("navigator.onLine")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#live")).to_contain_text(OFFLINE)
    assert page.input_value("#address") == TYPED
    assert page.get_by_role("button", name="Check").is_visible(), "it can be tried again"
    assert not somebody.faults()
    page.unroute_all()
    page.wait_for_timeout(TWICE_MS)
    page.get_by_role("button", name="Check").click()
    page.wait_for_url(re.compile("/addresses/"))
    somebody.complaints.clear()


def test_a_slow_network_is_told_of_on_the_button_and_then_aloud(somebody: Person) -> None:
    page = somebody.page
    somebody.signs_in()
    page.clock.install()
    somebody.go("/address-check")
    waiting = list[Route]()
    page.route("**/console/session", lambda route: waiting.append(route))
    page.fill("#address", TYPED)
    button = page.locator("main form button[type=submit]").first
    button.dispatch_event("click")
    expect(button).to_have_text("Looking…")
    page.clock.fast_forward(9_000)
    expect(page.locator("#live")).to_contain_text("The network is slow. It is still being tried")
    assert page.input_value("#address") == TYPED
    for each in waiting:
        each.continue_()
    page.unroute_all()
    page.wait_for_url(re.compile("/addresses/"))


def test_who_reads_for_long_is_told_that_the_session_ends_and_stays_by_a_press(
    somebody: Person, town: Served
) -> None:
    page, said = somebody.page, somebody.page.locator("#live")
    somebody.signs_in()
    page.clock.install()
    somebody.go("/address-check")
    page.fill("#address", TYPED)
    page.clock.fast_forward("28:30")
    page.wait_for_timeout(500)
    assert said.inner_text() == "", "the service says that it goes on: another tab was used"
    page.route("**/console/session", lambda route: _idle(route, 90))
    page.clock.fast_forward("29:00")
    expect(said).to_contain_text("You will be signed out in less than two minutes")
    assert said.get_attribute("role") == "status"
    assert not somebody.faults()
    page.unroute_all()
    said.get_by_role("button", name="Stay signed in").click()
    expect(said).to_have_text("You stay signed in.")
    assert page.input_value("#address") == TYPED


def _idle(route: Route, seconds: int) -> None:
    if route.request.method == "GET":
        route.fulfill(json={"idle": seconds})
    else:
        route.continue_()


def test_the_end_of_a_sign_in_is_told_of_before_it_comes_and_when_it_has(somebody: Person) -> None:
    page, said = somebody.page, somebody.page.locator("#live")
    somebody.signs_in()
    page.clock.install()
    somebody.go("/address-check")
    page.clock.fast_forward("59:00")
    expect(said).to_contain_text("Your sign-in ends in less than two minutes")
    page.clock.fast_forward("02:00")
    expect(said).to_contain_text("Your sign-in has ended. What you have typed is kept")


def test_without_scripts_a_page_says_when_its_session_ends(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as plain:
        plain.signs_in()
        foot = plain.page.locator("footer").inner_text()
        assert re.search(r"You are signed out at \d\d:\d\d, or after 30 minutes without opening a page", foot)
        assert "what you send is kept while you sign in" in foot


def test_to_ask_how_long_is_left_keeps_nobody_signed_in_and_a_press_does() -> None:
    noon = [dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)]
    sessions = Sessions(lambda: noon[0], lambda: secrets.token_bytes(32), idle=dt.timedelta(minutes=30))
    cookie = sessions.begin(Session("c"))
    noon[0] += dt.timedelta(minutes=29)
    assert sessions.left(cookie) == dt.timedelta(minutes=1)
    assert sessions.open(cookie, touch=False)
    assert sessions.left(cookie) == dt.timedelta(minutes=1)
    assert sessions.open(cookie)
    assert sessions.left(cookie) == dt.timedelta(minutes=30)
    assert sessions.left("another") == dt.timedelta()


def test_only_a_form_of_ours_keeps_a_session(town: Served) -> None:
    with Caller.signed_in(town, "response-officer") as officer:
        csrf = csrf_of(officer.get("/address-check"))
        assert 0 < officer.get("/session").json()["idle"] <= 1_800
        assert officer.post("/session", {"csrf": csrf}).json()["idle"] >= 1_799
        officer.post("/sign-out", {"csrf": csrf})
        assert officer.get("/session").json() == {"idle": 0}
        assert officer.post("/session", {"csrf": csrf}).json() == {"idle": 0}


def test_a_form_that_is_too_long_to_be_kept_says_so(town: Served) -> None:
    with Caller(town) as nobody:
        nobody.post("/protection/marks", {"reason": "x" * 4_001}, **{"sec-fetch-site": "same-origin"})
        page = nobody.get("/sign-in").text
    assert "too long to be kept, and was not recorded" in page
    assert "What you typed is kept" not in page
