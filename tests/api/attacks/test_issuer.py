"""Attacks by way of the issuer: nobody is made to fetch a key from elsewhere, or to trust a forged one."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.api.issuers import (
    CRITICAL,
    EC,
    RSA,
    UNSIGNED,
    Clock,
    Issuer,
    admitted,
    by_hand,
    claimed,
    encoded,
    keys_of,
    token,
    unsigned,
    verifier,
)

from mast_api.remote import check_address
from mast_resolver.errors import IssuerUnavailableError, NotAuthenticatedError, SettingsError


def test_where_a_token_says_its_key_is_nobody_looks(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    forger = RSAKey.generate_key(2048, {"kid": str(RSA.kid)})
    issuer.said["/evil"] = (200, json.dumps({"keys": [forger.as_dict(private=False)]}).encode(), "")
    elsewhere = issuer.url.removesuffix("/realm") + "/evil"
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    for header in (
        {"jku": elsewhere},
        {"x5u": elsewhere},
        {"jwk": forger.as_dict(private=False)},
        {"kid": elsewhere},
        {"kid": "../../evil"},
    ):
        with pytest.raises(NotAuthenticatedError):
            asyncio.run(admitted(verifies, token(issuer, forger, "RS256", **header)))
    assert "/evil" not in issuer.asked


@pytest.mark.parametrize("header", CRITICAL.values(), ids=CRITICAL)
def test_a_header_that_must_be_understood_and_is_not_is_refused(
    issuer: Issuer, clock: Clock, header: dict[str, Any]
) -> None:
    """Its signature is good each time: by that alone it would be let in."""
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    usual = {"alg": "RS256", "kid": str(RSA.kid)}
    good = by_hand(usual, claimed(issuer), RSA, "RS256")
    assert asyncio.run(admitted(verifies, good)) == "officer-7"
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(admitted(verifies, by_hand(usual | header, claimed(issuer), RSA, "RS256")))


@pytest.mark.parametrize("algorithm", UNSIGNED, ids=repr)
def test_a_token_that_says_it_needs_no_signature_is_refused(
    issuer: Issuer, clock: Clock, algorithm: str | None
) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    for header in ({"alg": algorithm, "kid": str(RSA.kid)}, {"alg": algorithm}, {"kid": str(RSA.kid)}):
        for signature in (b"", b"\0"):
            with pytest.raises(NotAuthenticatedError):
                asyncio.run(admitted(verifies, unsigned(header, claimed(issuer), signature)))
        with pytest.raises(NotAuthenticatedError):  # whose signature would be good
            asyncio.run(admitted(verifies, by_hand(header, claimed(issuer), RSA, "RS256")))


def test_a_bit_flipped_anywhere_in_the_signature_is_found(issuer: Issuer, clock: Clock) -> None:
    issuer.has(EC)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    good = token(issuer, EC, "ES256")
    said, _, signature = good.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    for place in range(len(raw)):
        spoilt = bytearray(raw)
        spoilt[place] ^= 1 << place % 8
        sent = f"{said}.{encoded(bytes(spoilt))}"
        with pytest.raises(NotAuthenticatedError):
            asyncio.run(admitted(verifies, sent))
    assert asyncio.run(admitted(verifies, good)) == "officer-7"


def test_our_issuer_s_public_key_is_no_secret_to_sign_with(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    _, said, _ = token(issuer, RSA, "RS256").split(".")
    head = encoded(json.dumps({"alg": "HS256", "kid": RSA.kid}).encode())
    signature = hmac.digest(RSA.as_pem(private=False), f"{head}.{said}".encode(), "sha256")
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(admitted(verifies, f"Bearer {head}.{said}.{encoded(signature)}"))


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:1/keys",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://elsewhere.example/keys",
        "//elsewhere.example",
        "",
    ],
)
def test_discovery_cannot_send_us_elsewhere(issuer: Issuer, clock: Clock, uri: str) -> None:
    issuer.has(RSA)
    issuer.says(issuer=issuer.url, jwks_uri=uri)
    with pytest.raises(IssuerUnavailableError, match="another host"):
        keys_of(issuer, clock).fetch()
    keys_of(issuer, clock, jwks_uri=issuer.url + "/keys").fetch()


def test_a_document_of_another_issuer_is_refused(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    issuer.says(issuer=issuer.url + "/", jwks_uri=issuer.url + "/keys")
    with pytest.raises(IssuerUnavailableError, match="another issuer"):
        keys_of(issuer, clock).fetch()


@pytest.mark.parametrize(
    "url",
    ["http://id.example", "ftp://id.example", "id.example", "https://", "https://u:p@id.example",
     "https://id.example/#part", "http://127.0.0.1.example", "https://[", ""],
)  # fmt: skip
def test_an_issuer_whose_keys_could_be_changed_on_the_way_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        check_address(url)
