"""Every page for every role: to whom it is shown, what browsers may do with it, and that nothing leaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.console import markup
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of
from tests.console.markup import EVIL, Form, Shown
from tests.console.person import SIGNS_IN, Person
from tests.console.places import ids_of, path_of

from mast_api.access import Purpose, Role, in_force
from mast_console.app import PAGES
from mast_console.assets import hash_source
from mast_console.sessions import form_secret

pytestmark = pytest.mark.graph

SIGNING = {"/sign-in", "/signed-in", "/sign-out", "/signed-out", "/static/{file}"}


@pytest.fixture(scope="module")
def ids(town: Served) -> dict[str, str]:
    """Of the case study: an id for each place in a path of a page."""
    return ids_of(town)


@pytest.fixture(scope="module")
def callers(town: Served) -> Iterator[dict[str, Caller]]:
    """Somebody of each role."""
    found = {role: Caller.signed_in(town, role) for role in SIGNS_IN}
    yield found
    for each in found.values():
        each.client.close()


def audited(town: Served) -> list[str]:
    """What was asked; acts of commands come to the log too, when the service next looks for them."""
    lines = (town.settings.data / "audit.jsonl").read_text().splitlines()
    return [line for line in lines if "request" in json.loads(line)]


def test_every_role_that_may_sign_in_is_tried() -> None:
    acts = {role.value for role in Role for purpose in Purpose if in_force().may_act(role, purpose)}
    assert acts - {"feed"} == SIGNS_IN.keys()


@pytest.mark.parametrize("role", SIGNS_IN)
def test_a_page_is_shown_to_whom_it_is_for_and_to_nobody_else(
    town: Served, callers: dict[str, Caller], ids: dict[str, str], role: str
) -> None:
    may = in_force().questions(role, SIGNS_IN[role])
    for page in PAGES:
        if page.method == "POST" or not page.needs:
            continue
        path, before = path_of(page.path, ids), len(audited(town))
        response = callers[role].get(path)
        if page.needs in may:
            assert response.status_code in (200, 303), (path, response.text)
        else:
            assert response.status_code == 403, path
            assert "This page is not for your role" in response.text
            assert "Nothing was looked up" in response.text
            assert not re.search(r"\b[PAH]-[0-9a-f]{8}|01632", response.text), "it says something of the data"
            assert len(audited(town)) == before, "something was asked for somebody who may not see it"


@pytest.mark.parametrize("role", SIGNS_IN)
def test_nothing_is_done_for_whom_a_form_is_not(
    town: Served, callers: dict[str, Caller], ids: dict[str, str], role: str
) -> None:
    may, caller = in_force().questions(role, SIGNS_IN[role]), callers[role]
    csrf = csrf_of(caller.get("/protection"))
    before = len(audited(town))
    for page in PAGES:
        if page.method != "POST" or page.needs in may:
            continue
        response = caller.post(path_of(page.path, ids), {"csrf": csrf, "reason": "why not", "step": "do"})
        assert response.status_code == 403, page.path
        assert "This page is not for your role" in response.text, page.path
    assert len(audited(town)) == before


def test_nobody_who_is_not_signed_in_sees_a_page(town: Served, ids: dict[str, str]) -> None:
    for page in PAGES:
        with Caller(town) as nobody:
            before = len(audited(town))
            path = path_of(page.path, ids)
            response = nobody.get(path) if page.method == "GET" else nobody.post(path, {"address": TYPED})
            assert (response.status_code, response.headers["location"]) == (303, "/console/sign-in"), path
            assert len(audited(town)) == before


@pytest.mark.parametrize(
    ("site", "typed", "is_kept"),
    [
        pytest.param("same-origin", TYPED, True, id="what somebody typed"),
        pytest.param("same-origin", "9" * 5_000, False, id="more than anybody types"),
        pytest.param("cross-site", TYPED, False, id="what another site sends"),
    ],
)
def test_a_form_without_a_session_is_kept_if_somebody_typed_it_and_signs_nobody_out(
    town: Served, site: str, typed: str, *, is_kept: bool
) -> None:
    """From another site a strict cookie does not come along: the session of whoever sits there goes on."""
    with Caller(town) as nobody:
        answer = nobody.post(
            "/address-check", {"csrf": form_secret("officer"), "address": typed}, **{"sec-fetch-site": site}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
        assert not [each for each in answer.headers.get_list("set-cookie") if "mast-session" in each]
        assert ("What you typed is kept" in nobody.get("/sign-in").text) == is_kept


def test_every_answer_says_that_it_may_not_be_kept_framed_or_scripted(
    callers: dict[str, Caller], ids: dict[str, str]
) -> None:
    officer = callers["response-officer"]
    paths = {path_of(page.path, ids) for page in PAGES if page.method == "GET"}
    paths |= {"/sign-in", "/signed-out", "/no-such-page", "/addresses/nonsense", "/static/nothing.js"}
    for path in sorted(paths):
        headers = officer.get(path).headers
        policy = dict(
            each.strip().partition(" ")[::2] for each in headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'", path
        assert policy["frame-ancestors"] == "'none'", path
        assert policy["form-action"] == "'self'", path
        # By their hashes, for the page that holds them: sign-in.
        assert policy["script-src"] == f"'self' {hash_source('console.js')}", path
        assert policy["style-src"] == f"'self' {hash_source('console.css')}", path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store", path
    style = re.search(r'href="(/console/static/console-\w+\.css)"', officer.get("/address-check").text)
    assert style
    kept = officer.client.get(style[1])
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-encoding"] == "gzip"


def test_a_form_from_elsewhere_or_of_another_session_does_nothing(
    town: Served, callers: dict[str, Caller]
) -> None:
    officer, steward = callers["response-officer"], callers["steward"]
    own, other = csrf_of(officer.get("/address-check")), csrf_of(steward.get("/review"))
    before = len(audited(town))
    for csrf, headers in (
        ("", {}),
        (other, {}),
        (own, {"sec-fetch-site": "cross-site"}),
        (own, {"sec-fetch-site": "same-site"}),
    ):
        response = officer.post("/address-check", {"csrf": csrf, "address": TYPED}, **headers)
        assert response.status_code == 403
        assert "That was not sent" in response.text
        assert officer.post("/sign-out", {"csrf": csrf}, **headers).status_code == 403
    assert len(audited(town)) == before
    assert officer.get("/address-check").status_code == 200, "still signed in"


def test_no_page_has_a_fault_that_axe_finds_or_scrolls_sideways(
    chromium: Browser, town: Served, ids: dict[str, str]
) -> None:
    """At 320 pixels, which is what 1280 are at 400 %."""
    narrow = {"viewport": {"width": 320, "height": 256}}
    with Person.at(chromium, town, **narrow) as officer:
        seen: dict[str, list[str]] = {}

        def look(name: str) -> None:
            seen[name] = officer.faults() + (["scrolls sideways"] if officer.scrolls_sideways() else [])

        officer.go("/sign-in")
        look("sign in")
        officer.page.get_by_role("button", name="Sign in").click()
        look("sign in, nothing chosen")
        for role in SIGNS_IN:
            officer.signs_in(role)
            may = in_force().questions(role, SIGNS_IN[role])
            for page in PAGES:
                if page.method == "GET" and (page.needs in may or role == "researcher"):
                    officer.go(path_of(page.path, ids))
                    look(f"{page.path} for {role}")
        officer.go("/no-such-page")
        look("no such page")
        officer.go("/signed-out")
        look("signed out")
    assert {name: faults for name, faults in seen.items() if faults} == {}


def test_the_first_page_is_light(town: Served) -> None:
    with Caller(town) as nobody:
        page = nobody.get("/sign-in").text
        assert not re.search(r'<script[^>]* src=|rel="stylesheet"', page), "all of it comes in one answer"
        size = 0
        for each in ("/console/sign-in", *re.findall(r'href="(/console/static/[^"]+)"', page)):
            with nobody.client.stream("GET", each) as response:
                size += sum(len(chunk) for chunk in response.iter_raw())
    assert size < 75_000


def test_a_session_and_what_was_typed_are_in_no_file_of_the_service(
    town: Served, callers: dict[str, Caller]
) -> None:
    officer = callers["response-officer"]
    form = {"csrf": csrf_of(officer.get("/address-check")), "address": TYPED, "country": "GB"}
    assert officer.post("/address-check", form).status_code == 303
    cookie = json.dumps(officer.client.cookies["mast-session"])[1:-1].encode()
    for path in town.settings.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert b"canal" not in content, path
            assert cookie.lower() not in content, path


def test_markup_in_whatever_the_service_answers_is_shown_on_every_page_and_is_no_part_of_it(
    chromium: Browser, town: Served, ids: dict[str, str], tmp_path: Path
) -> None:
    """Every text of every answer, whoever wrote it: a directory, a feed, an agreement, a reason."""
    seen, feed = set[str](), markup.a_feed(town.settings.data, tmp_path)
    with Person.at(chromium, town) as person, feed, markup.answers_with_markup():

        def look(name: str) -> None:
            assert EVIL in (person.page.locator("main").text_content() or ""), (name, person.text)
            inside = "main img, main script, [onerror], [onmouseover]"
            assert not person.page.locator(inside).count(), name
            assert person.page.evaluate("window.hit === undefined"), name

        for role in SIGNS_IN:
            person.signs_in(role)
            may = in_force().questions(role, SIGNS_IN[role])
            for page in (each for each in PAGES if each.method == "GET" and each.needs in may):
                if page.path in seen | markup.ASKS_NOTHING or page.path in markup.RESULTS:
                    continue
                for query in markup.MORE_OF.get(page.path, ("",)):
                    person.go(path_of(page.path, ids) + query)
                    look(f"{page.path}{query}")
                seen.add(page.path)
        person.signs_in("safeguarding-analyst")
        person.checks("flat 2, 14 cnaal stret, jx1 4ab")
        look("did you mean")
        person.go("/people")
        person.page.fill("#given", "Grace")
        person.page.fill("#family", "Okafor")
        person.page.get_by_role("button", name="Find").click()
        look("whom somebody found")
        person.signs_in("information-governance-officer")
        person.go("/audit")
        person.page.get_by_role("button", name="Search").click()
        look("who looked")
    nothing = markup.ASKS_NOTHING | markup.RESULTS.keys()
    assert seen == {page.path for page in PAGES if page.method == "GET"} - nothing


def test_markup_that_a_form_sends_is_shown_as_it_was_typed_and_is_no_part_of_a_page(
    callers: dict[str, Caller], ids: dict[str, str]
) -> None:
    """Every form of every page, with markup in each field of it, hidden ones and choices too."""
    sent: set[str] = set()
    for role, caller in callers.items():
        may = in_force().questions(role, SIGNS_IN[role])
        mine = [page for page in PAGES if page.needs in may]
        forms: dict[str, Form] = {}
        for page in mine:
            if page.method == "GET":
                shown = Shown(caller.get(path_of(page.path, ids)).text)
                forms |= {each.action: each for each in shown.forms}
        for form in forms.values():
            shown = Shown(caller.sends(form.action, form.with_markup, form.method).text)
            assert not shown.is_hit, (role, form)
            assert EVIL in shown.says or not form.texts, (role, form, shown.says)
        csrf = csrf_of(caller.get("/protection")) if forms else ""
        for page in mine:
            more = {**markup.OF_WHAT_IS_THERE, **markup.RESULTS}.get(page.path)
            if more is not None and (page.method == "POST" or page.path in markup.RESULTS):
                path = path_of(page.path, ids).removesuffix("/result")
                shown = Shown(caller.sends(path, {"csrf": csrf, **more}).text)
                assert not shown.is_hit, (role, page.path)
                assert EVIL in shown.says or page.method == "POST", (page.path, shown.says)
                sent.add(page.path)
        sent |= {page.path for page in mine if path_of(page.path, ids) in forms}
    assert {page.path for page in PAGES if page.method == "POST"} | markup.RESULTS.keys() <= sent
