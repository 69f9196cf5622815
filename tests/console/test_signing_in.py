"""Signing in and out: a new session each time, its cookie out of reach, and gone when it ends."""

from __future__ import annotations

import httpx
import pytest
from tests.console.borough import Served
from tests.console.caller import Caller, csrf_of, unused
from tests.console.person import SIGNS_IN

pytestmark = pytest.mark.graph

WROTE = "flat 9, 99 fled to lane"
"""Something that no page has of itself."""


def test_signing_out_ends_the_session_itself_and_not_only_its_cookie(town: Served) -> None:
    with Caller.signed_in(town, "response-officer") as officer:
        cookie = officer.client.cookies["mast-session"]
        response = officer.post("/sign-out", {"csrf": csrf_of(officer.get("/address-check"))})
        assert response.headers["location"] == "/console/signed-out"
        assert response.headers["clear-site-data"] == '"cache", "storage"'
        assert "mast-session" not in officer.client.cookies
        officer.client.cookies.set("mast-session", cookie)
        assert officer.get("/address-check").status_code == 303


def test_a_session_is_a_new_one_after_signing_in_and_its_cookie_is_out_of_reach(town: Served) -> None:
    with Caller(town) as officer:
        before = officer.get("/sign-in").headers["set-cookie"]
        assert "HttpOnly" in before
        assert "SameSite=strict" in before
        visit = officer.client.cookies["mast-visit"]
        response = officer.signs_in("response-officer", "safeguarding-response")
        set_ = next(each for each in response.headers.get_list("set-cookie") if "mast-session" in each)
        assert "HttpOnly" in set_
        assert "SameSite=strict" in set_
        assert visit not in set_


def test_a_role_signs_in_for_no_purpose_but_its_own(town: Served) -> None:
    with Caller(town) as officer:
        response = officer.signs_in("response-officer", "research")
        assert response.status_code == 422
        assert "This role may not act for the purpose named" in response.text
        assert "mast-session" not in officer.client.cookies
        assert "Choose your role" in officer.signs_in("", "research").text
        assert "Choose why you are asking" in officer.signs_in("steward", "").text


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"host": "mast.example.gov.uk"}, id="under another name"),
        pytest.param({"x-forwarded-for": "10.0.0.9"}, id="by a proxy"),
        pytest.param({"forwarded": "for=10.0.0.9"}, id="by another proxy"),
        pytest.param({"host": "127.0.0.1.example.gov.uk"}, id="under a name that looks like this machine's"),
    ],
)
def test_the_trial_sign_in_is_for_this_machine_only(town: Served, headers: dict[str, str]) -> None:
    with Caller(town) as stranger:
        page = stranger.get("/sign-in", **headers)
        assert "You cannot sign in here yet" in page.text
        with Caller(town) as local:
            csrf = csrf_of(local.get("/sign-in"))
            form = {"csrf": csrf, "role": "steward", "purpose": "safeguarding-enquiry"}
            response = local.post("/sign-in", form, **headers)
            assert "mast-session" not in response.headers.get("set-cookie", "")
            assert response.headers.get("location") in (None, "/console/sign-in")


def test_another_sites_form_signs_nobody_out_though_no_cookie_comes_with_it(town: Served) -> None:
    with Caller.signed_in(town, "response-officer") as officer:
        elsewhere = {"sec-fetch-site": "cross-site", "cookie": ""}
        response = officer.post("/sign-out", {}, **elsewhere)
        assert response.status_code == 403
        assert not {"set-cookie", "clear-site-data"} & response.headers.keys()
        assert officer.get("/address-check").status_code == 200


def ends(town: Served, officer: Caller, how: str) -> httpx.Response:
    """What comes of a form that somebody had filled in when their session ended."""
    form = {"csrf": csrf_of(officer.get("/address-check")), "address": WROTE, "country": "GB"}
    cookie = officer.client.cookies["mast-session"]
    if how == "another tab signed out":
        with Caller(town) as tab:
            tab.client.cookies.set("mast-session", cookie)
            assert tab.post("/sign-out", {"csrf": form["csrf"]}).status_code == 303
        del officer.client.cookies["mast-session"]
    if how == "the service restarted":
        officer.client.cookies.set("mast-session", "A" * 43 + "=", domain="127.0.0.1", path="/console")
    with unused(cookie):
        return officer.post("/address-check", form)


@pytest.mark.parametrize("how", ["it was unused", "another tab signed out", "the service restarted"])
@pytest.mark.parametrize(
    ("role", "theirs"), [("response-officer", True), ("safeguarding-analyst", False)], ids=["same", "next"]
)
def test_what_somebody_typed_waits_for_them_and_for_nobody_else_at_their_browser(
    town: Served, how: str, role: str, *, theirs: bool
) -> None:
    with Caller.signed_in(town, "response-officer") as officer:
        assert ends(town, officer, how).headers["location"] == "/console/sign-in"
        response = officer.signs_in(role, SIGNS_IN[role])
        assert response.headers["location"] == ("/console/address-check" if theirs else "/console/")
        assert (WROTE in officer.get("/address-check").text) == theirs


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [("response-officer", "/people"), ("safeguarding-analyst", "/")],
    ids=["same", "next"],
)
def test_where_somebody_was_is_where_they_go_on_and_nobody_else(
    town: Served, role: str, leads_to: str
) -> None:
    with (
        Caller.signed_in(town, "response-officer") as officer,
        unused(officer.client.cookies["mast-session"]),
    ):
        assert officer.get("/people").headers["location"] == "/console/sign-in"
        assert officer.signs_in(role, SIGNS_IN[role]).headers["location"] == f"/console{leads_to}"
