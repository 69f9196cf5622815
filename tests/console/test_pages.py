"""Every page for every role: to whom it is shown, what browsers may do with it, and that nothing leaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import SIGNS_IN, TELEPHONE, Person

from mast_api.access import Purpose, Role, in_force
from mast_api.directory import load_directory
from mast_api.loading import DIRECTORY
from mast_api.workspace import now
from mast_console.app import PAGES
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease

pytestmark = pytest.mark.graph

IDS = """{ concernsAtAddress(address: "flat 2, 14 canal st, jx1 4ab") {
  matches { addressId } households { id members { personId } } } }"""
PAIR = "{ reviewQueue(first: 1) { edges { node { pair { leftRecordId rightRecordId } } } } }"
ALERT = "{ alerts(first: 1) { edges { node { id } } } }"
SIGNING = {"/sign-in", "/signed-in", "/sign-out", "/signed-out", "/static/{file}"}


@pytest.fixture(scope="module")
def ids(town: Served) -> dict[str, str]:
    """Of the case study: an id for each place in a path of a page."""
    found = town.ask("response-officer", "safeguarding-response", IDS)["concernsAtAddress"]
    assert isinstance(found, dict)
    home = found["households"][0]
    queue = town.ask("steward", "safeguarding-enquiry", PAIR)["reviewQueue"]
    assert isinstance(queue, dict)
    pair = queue["edges"][0]["node"]["pair"]
    two = f"{pair['leftRecordId']}.{pair['rightRecordId']}"
    town.puts_in_force("three-police-attendances")
    listed = town.ask("safeguarding-analyst", "safeguarding-enquiry", ALERT)["alerts"]
    assert isinstance(listed, dict)
    alert = listed["edges"][0]["node"]["id"]
    return {
        "/addresses/{id}": found["matches"][0]["addressId"],
        "/people/{id}": home["members"][0]["personId"],
        "/people/{id}/records": home["members"][0]["personId"],
        "/people/{id}/records/take-back": home["members"][0]["personId"],
        "/households/{id}/network": home["id"],
        "/review/{id}": two,
        "/review/{id}/take-back": two,
        "/alerts/{id}": alert,
        "/alerts/{id}/acknowledge": alert,
        "/alerts/{id}/disposition": alert,
        "/shield/{id}": home["members"][0]["personId"],
        "/protection/shields/{id}": home["members"][0]["personId"],
        "/protection/marks/{id}": f"M-{'0' * 32}",
    }


@pytest.fixture(scope="module")
def callers(town: Served) -> Iterator[dict[str, Caller]]:
    """Somebody of each role."""
    found = {role: Caller.signed_in(town, role) for role in SIGNS_IN}
    yield found
    for each in found.values():
        each.client.close()


def path_of(path: str, ids: dict[str, str]) -> str:
    """A page's path with an id in it that there is; a new page has to be named in ``ids``."""
    return path.replace("{id}", ids[path]) if "{id}" in path else path


def audited(town: Served) -> list[str]:
    return (town.settings.data / "audit.jsonl").read_text().splitlines()


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
        answer = nobody.post("/address-check", {"address": typed}, **{"sec-fetch-site": site})
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
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store", path
    style = re.search(r'href="(/console/static/console-\w+\.css)"', officer.get("/sign-in").text)
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
        page = nobody.get("/sign-in")
        parts = set(re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text))
        assert len(parts) == 3
        size = len(page.content)
        for each in parts:
            with nobody.client.stream("GET", each) as response:
                size += sum(len(chunk) for chunk in response.iter_raw())
    assert size < 150_000


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
        officer.page.select_option("#of", index=1)
        officer.page.get_by_role("button", name="Show").click()
        officer.photographs(pictures / f"network-timeline-{width}.jpg")
        officer.signs_in("steward")
        officer.go(path_of("/people/{id}/records", ids))
        officer.photographs(pictures / f"records-{width}.jpg")
        officer.go("/review")
        officer.photographs(pictures / f"review-{width}.jpg")


@pytest.mark.parametrize("width", [360, 1440])
def test_every_other_state_of_a_page_has_its_picture_taken(
    chromium: Browser, town: Served, ids: dict[str, str], pictures: Path, width: int
) -> None:
    """Forms, choices, refusals and dead ends: what nobody looks at unless something went wrong."""
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as person:

        def keeps(name: str) -> None:
            assert not person.faults(), name
            person.photographs(pictures / f"{name}-{width}.jpg")

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
        person.go("/governance")
        keeps("not-for-you")
        person.go("/no-such-page")
        keeps("no-such-page")
        person.signs_in("safeguarding-analyst")
        person.go(path_of("/shield/{id}", ids))
        keeps("shield")
        household = path_of("/households/{id}/network", ids)
        person.go(f"{household}?as_at=2001-01-01")
        keeps("household-unknown")
        person.go(f"{household}?as_at=soon")
        keeps("network-error")
        person.page.get_by_role("button", name="Sign out").click()
        keeps("signed-out")


def test_markup_in_a_displayed_field_is_shown_and_not_run(
    chromium: Browser, town: Served, ids: dict[str, str]
) -> None:
    """Whoever may write the directory of a feed, or types an address, writes no part of a page."""
    evil = "<script>window.hit=1</script><img src=x onerror=window.hit=1>\"'>{{7*7}}"
    phone = 'javascript:alert(1)"onmouseover="window.hit=1'
    with Lease.acquire(town.store, "tests") as lease:
        lease.write(
            lambda tx, _tick: write_directory(
                tx,
                at=now(),
                agencies=[Agency("calderwick-police", evil, "police", "evil-team")],
                teams=[Team("evil-team", "calderwick-police", evil, phone, evil)],
                agreements=[],
            )
        )
    try:
        with Person.at(chromium, town) as officer:
            officer.signs_in("safeguarding-analyst")
            officer.checks(f"{evil} flat 2, 14 canal st, jx1 4ab")
            assert officer.page.input_value("#address").startswith(evil)
            nowhere = "99 <script>window.hit=true</script> avenue, zz9 9zz"
            officer.checks(nowhere)
            assert nowhere in officer.text
            shown = {page.path for page in PAGES if page.method == "GET"} & ids.keys()
            for path in shown - {"/review/{id}", "/people/{id}/records", "/shield/{id}"}:
                officer.go(path_of(path, ids))
                assert evil in officer.text, path
                assert not officer.page.locator("main img, main script, [onmouseover]").count()
            assert officer.page.evaluate(
                "window.hit === undefined && !document.body.innerText.includes('>49')"
            )
    finally:
        with Lease.acquire(town.store, "tests") as lease:
            load_directory(lease, town.feeds / DIRECTORY, by="tests", at=now())
