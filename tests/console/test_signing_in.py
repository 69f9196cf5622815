"""Signing in and out: a new session each time, its cookie out of reach, and gone when it ends."""

from __future__ import annotations

import pytest
from tests.console.borough import Served
from tests.console.caller import Caller, csrf_of

pytestmark = pytest.mark.graph


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
