"""Attacks by way of somebody's browser: no form, page or frame of another site can ask, or read an answer."""

from __future__ import annotations

from typing import Any

import pytest
from tests.town import Service

pytestmark = pytest.mark.graph

SMALL = {"query": "{ __typename }"}
SHIELD = 'mutation { shield(id: "P-1", reason: "because") { shieldId } }'
ELSEWHERE = "https://elsewhere.example"


def code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("query", ["{__typename}", SHIELD])
def test_nothing_is_asked_or_decided_but_by_post(service: Service, method: str, query: str) -> None:
    response = service.request(method, f"/graphql?query={query}")
    assert (response.status_code, code(response)) == (400, "MAST-312")
    assert not [entry for entry in service.audited() if entry["event"] != "begun"]


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
     "application/graphql", "text/plain; application/json", "application/jsonp"],
)  # fmt: skip
def test_what_a_form_can_send_without_being_asked_is_refused(service: Service, kind: str) -> None:
    """Of these kinds a browser sends a form to any site, without asking that site first."""
    response = service.post(b'{"query": "{ __typename }"}', **{"Content-Type": kind})
    assert (response.status_code, code(response)) == (400, "MAST-312")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "rubbish"])
def test_a_page_of_another_site_is_refused(service: Service, site: str) -> None:
    response = service.post(SMALL, **{"Sec-Fetch-Site": site, "Origin": ELSEWHERE})
    assert (response.status_code, code(response)) == (400, "MAST-312")
    assert service.post(SMALL, **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_token_is_never_taken_from_a_cookie_or_an_address(service: Service) -> None:
    token = service.token()
    for headers in ({"Cookie": f"token={token}; Authorization=Bearer {token}"}, {"X-Authorization": token}):
        assert service.post(SMALL, Authorization="", **headers).status_code == 401
    response = service._client.post(f"{service.url}/graphql?access_token={token}", json=SMALL)
    assert response.status_code == 401


def test_no_other_site_is_let_in_by_a_header(service: Service) -> None:
    asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
    for response in (
        service.request("OPTIONS", "/graphql", **asked),
        service.post(SMALL, Origin=ELSEWHERE),
        service.request("GET", "/health", Origin="null"),
    ):
        assert not [name for name in response.headers if name.lower().startswith("access-control")]
    assert service.request("OPTIONS", "/graphql", **asked).status_code == 405


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/graphql"), ("GET", "/graphql"), ("GET", "/health"), ("GET", "/ready"), ("GET", "/nowhere"),
     ("OPTIONS", "/graphql"), ("GET", "/graphql/../../etc/passwd")],
)  # fmt: skip
def test_every_answer_says_that_no_page_may_keep_frame_or_run_it(
    service: Service, method: str, path: str
) -> None:
    headers = service.request(method, path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "server" not in headers
    assert "html" not in headers.get("content-type", "")
