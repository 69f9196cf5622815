"""Signing in at a real OpenID issuer over HTTP: who comes back with what was not asked for stays out."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from playwright.sync_api import Browser
from tests.console.borough import Served, planned_as_asked
from tests.console.caller import client_of, csrf_of, unused
from tests.console.person import Person

from mast_api.oidc import DISCOVERY
from mast_api.service import in_background, listening, server, url
from mast_api.settings import Settings
from mast_api.workspace import GraphAddress
from mast_console.sessions import Sessions
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing

pytestmark = pytest.mark.graph


ID_TOKEN = "e30.e30.of-steward-3"


class Issuer(ThreadingHTTPServer):
    """Lets everybody in as a steward; keeps what it was asked, and gives each code once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = OKPKey.generate_key("Ed25519", auto_kid=True)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.codes: dict[str, dict[str, str]] = {}
        self.token_form: dict[str, str] = {}
        self.token_endpoint = f"{self.url}/token"
        self.end_session_endpoint: str | None = f"{self.url}/sign-out"
        self.purpose: str | None = None

    def said(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "authorization_endpoint": f"{self.url}/authorise",
            "token_endpoint": self.token_endpoint,
            **({"end_session_endpoint": self.end_session_endpoint} if self.end_session_endpoint else {}),
        }

    def lets_in(self, leads_to: str) -> str:
        """Somebody signs in at the issuer: where it sends them back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(leads_to).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def token(self) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {"iss": self.url, "aud": "mast-tracker", "oid": "steward-3", "uti": "t"}
        claims |= {"roles": ["steward"], "agency": "council-children"}
        claims |= {"purpose": self.purpose} if self.purpose else {}
        times: dict[str, Any] = {"iat": now, "exp": now + 900}
        return jwt.encode(
            {"alg": "Ed25519", "kid": self.key.kid}, claims | times, self.key, algorithms=["Ed25519"]
        )


class _Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        keys = {"keys": [self.server.key.as_dict(private=False)]}
        self._answer(200, self.server.said() if self.path == DISCOVERY else keys)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.server.token_form = form
        begun = self.server.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = begun is not None and begun["code_challenge"] == challenge
        self._answer(
            *(
                (200, {"access_token": self.server.token(), "id_token": ID_TOKEN})
                if good
                else (400, {"error": "no"})
            )
        )

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def browser(store: Store, neo4j_server: Login, issuer: Issuer, tmp_path: Path) -> Iterator[httpx.Client]:
    """Somebody's cookies, at a service whose people sign in at that issuer; registered documents only."""
    settings = replace(
        Settings.read({}),
        data=tmp_path,
        port=0,
        token_issuer=issuer.url,
        # As large issuers name and write them.
        token_subject_claim="oid",
        token_role_claim="roles",
        token_id_claim="uti",
        console_url="https://mast.example.gov.uk",
        console_client_id="mast-console",
        query_timeout_s=20.0,
    )
    assert settings.registered_only
    login = neo4j_server
    address = GraphAddress(login.uri, login.user, login.password, "neo4j")
    keys = KeyRing({1: bytes(32)}, current=1)
    with (
        planned_as_asked(),
        listening(settings) as taken,
        server(settings, address, keys, warn=lambda _: None, lasting=False) as serving,
        in_background(serving, taken),
        client_of(url(taken)) as client,
    ):
        yield client


def leaves_for(browser: httpx.Client, purpose: str = "safeguarding-enquiry") -> str:
    """Choose a purpose, and be sent to the issuer."""
    page = browser.get("/console/sign-in")
    assert 'name="role"' not in page.text, "with an issuer nobody chooses a role"
    response = browser.post("/console/sign-in", data={"csrf": csrf_of(page), "purpose": purpose})
    assert response.status_code == 303, response.text
    return response.headers["location"]


def comes_back(browser: httpx.Client, to: str) -> httpx.Response:
    """The browser follows the issuer's answer; the proxy before the service ends TLS."""
    return browser.get(to.removeprefix("https://mast.example.gov.uk"))


def test_who_signs_in_at_the_issuer_is_signed_in_here_for_the_purpose_chosen(
    browser: httpx.Client, issuer: Issuer
) -> None:
    leads_to = leaves_for(browser)
    asked = parse_qs(urlsplit(leads_to).query)
    assert leads_to.startswith(f"{issuer.url}/authorise?")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["https://mast.example.gov.uk/console/signed-in"]
    response = comes_back(browser, issuer.lets_in(leads_to))
    assert response.headers["location"] == "/console/"
    assert "SameSite=lax" in response.headers["set-cookie"]
    home = browser.get("/console/", follow_redirects=True)
    assert "Record steward" in home.text
    assert "Safeguarding enquiry" in home.text
    assert issuer.token_form["redirect_uri"] == "https://mast.example.gov.uk/console/signed-in"
    policy = home.headers["content-security-policy"]
    assert policy.endswith(f"form-action 'self' {issuer.url}")


def test_a_code_of_somebody_else_or_a_second_time_signs_nobody_in(
    browser: httpx.Client, issuer: Issuer
) -> None:
    back = issuer.lets_in(leaves_for(browser))
    forged = comes_back(browser, back.replace("state=", "state=x"))
    assert forged.status_code == 502
    assert "You are not signed in" in forged.text
    again = comes_back(browser, back)
    assert again.headers["location"] == "/console/sign-in", "one state serves once"
    with client_of(str(browser.base_url)) as another:
        assert comes_back(another, back).headers["location"] == "/console/sign-in"
    refused = comes_back(
        browser, issuer.lets_in(leaves_for(browser)).partition("?")[0] + "?error=access_denied"
    )
    assert refused.status_code == 502
    assert not [name for name in browser.cookies if "session" in name]


def test_the_pages_of_signing_in_have_no_fault_that_axe_finds(
    chromium: Browser, browser: httpx.Client, store: Store, tmp_path: Path
) -> None:
    town = Served(
        str(browser.base_url).rstrip("/"),
        store,
        Settings.read({}),
        tmp_path,
        KeyRing({1: bytes(32)}, current=1),
    )
    with Person.at(chromium, town) as person:
        person.go("/sign-in")
        assert person.heading == "Sign in"
        assert not person.faults()
        person.page.check("input[name=purpose][value=safeguarding-enquiry]")
        person.page.get_by_role("button", name="Sign in").click()
        person.page.wait_for_url("**/authorise?*")
        person.go("/signed-in?error=access_denied&state=x")
        assert person.heading == "You are not signed in"
        assert not person.faults()
        person.go("/signed-out")
        assert not person.faults()


def test_an_issuer_that_would_have_codes_sent_elsewhere_is_not_followed(
    browser: httpx.Client, issuer: Issuer
) -> None:
    issuer.token_endpoint = "http://127.0.0.2:1/token"
    page = browser.get("/console/sign-in")
    response = browser.post("/console/sign-in", data={"csrf": csrf_of(page), "purpose": "research"})
    assert response.status_code == 502


def signs_out(browser: httpx.Client, issuer: Issuer) -> httpx.Response:
    """Somebody is signed in, and signs out."""
    comes_back(browser, issuer.lets_in(leaves_for(browser)))
    csrf = csrf_of(browser.get("/console/", follow_redirects=True))
    return browser.post("/console/sign-out", data={"csrf": csrf})


def test_who_signs_out_is_signed_out_of_the_issuer_and_whoever_is_next_is_asked_who_they_are(
    browser: httpx.Client, issuer: Issuer
) -> None:
    assert "prompt" not in parse_qs(urlsplit(leaves_for(browser)).query), "nobody signed out here yet"
    leads_to = signs_out(browser, issuer).headers["location"]
    assert leads_to.startswith(f"{issuer.url}/sign-out?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(leads_to).query).items()} == {
        "client_id": "mast-console",
        "post_logout_redirect_uri": "https://mast.example.gov.uk/console/signed-out",
        "id_token_hint": ID_TOKEN,
    }
    assert not [name for name in browser.cookies if "session" in name]
    assert "is asked who they are" in browser.get("/console/signed-out").text
    for _ in range(2):
        assert parse_qs(urlsplit(leaves_for(browser)).query)["prompt"] == ["login"], "until somebody has"


def asks_again(browser: httpx.Client) -> bool:
    """Whether whoever signs in next is asked who they are."""
    return parse_qs(urlsplit(leaves_for(browser)).query).get("prompt") == ["login"]


def test_whoever_is_next_is_asked_who_they_are_by_whatever_page_they_come(
    browser: httpx.Client, issuer: Issuer
) -> None:
    signs_out(browser, issuer)
    for path in ("/console/address-check", "/console/", "/console/people"):
        assert browser.get(path).headers["location"] == "/console/sign-in"
        assert asks_again(browser), path


def test_whoever_comes_to_a_browser_that_was_left_is_asked_who_they_are(
    browser: httpx.Client, issuer: Issuer
) -> None:
    comes_back(browser, issuer.lets_in(leaves_for(browser)))
    with unused(browser.cookies["mast-session"]):
        assert browser.get("/console/people").headers["location"] == "/console/sign-in"
    assert asks_again(browser)
    comes_back(browser, issuer.lets_in(leaves_for(browser)))
    assert browser.get("/console/people").status_code != 303, "signed in, though it is no page of theirs"
    with unused(browser.cookies["mast-session"]):
        assert asks_again(browser), "though they went to the sign-in page by themselves"
    for name in ("mast-session", "mast-visit"):
        browser.cookies.clear()
        browser.cookies.set(name, "A" * 43 + "=", domain="127.0.0.1", path="/console")
        assert asks_again(browser), f"what {name} was of is known no more"
    browser.cookies.clear()
    assert not asks_again(browser), "nobody was here"


def test_who_is_there_when_their_token_ends_types_no_password_for_it(
    browser: httpx.Client, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes_back(browser, issuer.lets_in(leaves_for(browser)))
    opens = Sessions.open

    def as_it_ends(sessions: Sessions, cookie: str, **options: Any) -> Any:
        found = opens(sessions, cookie, **options)
        if found is not None and found.token:
            found.ends = 0
        return found

    monkeypatch.setattr(Sessions, "open", as_it_ends)
    assert browser.get("/console/people").headers["location"] == "/console/sign-in"
    assert not asks_again(browser)


@pytest.mark.parametrize("place", [None, "http://127.0.0.2:1/sign-out"], ids=["none", "elsewhere"])
def test_an_issuer_that_cannot_be_signed_out_of_is_to_ask_everybody_who_they_are(
    browser: httpx.Client, issuer: Issuer, place: str | None
) -> None:
    issuer.end_session_endpoint = place
    if place is not None:
        page = browser.get("/console/sign-in")
        response = browser.post("/console/sign-in", data={"csrf": csrf_of(page), "purpose": "research"})
        assert response.status_code == 502, "nobody is sent from here to another host"
        return
    assert parse_qs(urlsplit(leaves_for(browser)).query)["prompt"] == ["login"]
    assert signs_out(browser, issuer).headers["location"] == "/console/signed-out"


def test_a_purpose_that_is_not_the_roles_or_not_the_tokens_is_refused(
    browser: httpx.Client, issuer: Issuer
) -> None:
    response = comes_back(browser, issuer.lets_in(leaves_for(browser, "research")))
    assert response.status_code == 422
    assert "may not act for the purpose named" in response.text
    issuer.purpose = "safeguarding-enquiry"
    response = comes_back(browser, issuer.lets_in(leaves_for(browser, "operation")))
    assert response.status_code == 422
    assert "different purposes" in response.text


def test_elsewhere_than_on_this_machine_cookies_travel_by_tls_only(browser: httpx.Client) -> None:
    page = browser.get("/console/sign-in", headers={"Host": "mast.example.gov.uk"})
    assert page.headers["set-cookie"].startswith("__Secure-mast-visit=")
    assert "Secure" in page.headers["set-cookie"].split("; ")
