"""Purpose spoofing: a purpose is the token's, or one that its role may name, and never two."""

from __future__ import annotations

from typing import Any

import pytest
from tests.town import Service

pytestmark = pytest.mark.graph

SMALL = {"query": "{ __typename }"}


def code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def test_a_purpose_comes_from_the_token_or_the_header(service: Service) -> None:
    bare = f"Bearer {service.token('safeguarding-analyst', None)}"
    assert code(service.post(SMALL, Authorization=bare)) == "MAST-303"
    headers = {"Authorization": bare, "X-Purpose": "safeguarding-enquiry"}
    assert service.post(SMALL, **headers).status_code == 200
    assert code(service.post(SMALL, **(headers | {"X-Purpose": "curiosity"}))) == "MAST-302"


def test_a_header_cannot_widen_the_purpose_of_a_token(service: Service) -> None:
    named = f"Bearer {service.token('safeguarding-practitioner', 'safeguarding-response')}"
    for purpose in ("safeguarding-enquiry", "safeguarding-response,safeguarding-enquiry", "research", "*"):
        refused = service.post(SMALL, Authorization=named, **{"X-Purpose": purpose})
        assert (refused.status_code, code(refused)) == (403, "MAST-303"), purpose
    assert all(
        entry["purpose"] != "safeguarding-enquiry" for entry in service.audited() if "purpose" in entry
    )


@pytest.mark.parametrize(
    "purpose",
    ["SAFEGUARDING-ENQUIRY", "safeguarding-enquiry;x", "safeguarding_enquiry", "safeguarding-enquiry%00",
     "research", "operation", "information-governance", "*", "none",
     "safeguarding-enquiry safeguarding-response"],
)  # fmt: skip
def test_a_purpose_that_is_not_quite_one_is_none(service: Service, purpose: str) -> None:
    bare = f"Bearer {service.token('safeguarding-practitioner', None)}"
    refused = service.post(SMALL, Authorization=bare, **{"X-Purpose": purpose})
    assert (refused.status_code, code(refused)) == (403, "MAST-302")
    (entry,) = [each for each in service.audited() if each["event"] == "not-admitted"]
    assert entry["codes"] == ["MAST-302"]


def test_the_first_of_two_headers_is_not_quietly_taken(service: Service) -> None:
    bare = f"Bearer {service.token('safeguarding-practitioner', None)}"
    two = [("X-Purpose", "safeguarding-response"), ("X-Purpose", "safeguarding-enquiry")]
    headers = [("Authorization", bare), *two]
    response = service._client.post(f"{service.url}/graphql", json=SMALL, headers=headers)
    assert (response.status_code, code(response)) == (403, "MAST-302")


def test_two_tokens_are_none(service: Service) -> None:
    headers = [("Authorization", f"Bearer {service.token()}")] * 2
    response = service._client.post(f"{service.url}/graphql", json=SMALL, headers=headers)
    assert (response.status_code, code(response)) == (401, "MAST-301")
