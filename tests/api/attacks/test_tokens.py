"""Attacks by token: only what was signed by a pinned key, for us, by the issuer, and not for long."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey
from tests.api.issuers import CRITICAL, UNSIGNED, by_hand, unsigned

from mast_api.development import DevelopmentKeys
from mast_api.tokens import PinnedKeys, TokenVerifier, read_keys
from mast_graph.files import write_private
from mast_resolver.errors import KeyMissingError, NotAuthenticatedError

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
SECONDS = int(NOW.timestamp())
KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
CLAIMS: dict[str, Any] = {
    "iss": "issuer",
    "aud": "us",
    "sub": "officer-7",
    "iat": SECONDS,
    "exp": SECONDS + 900,
    "jti": "t1",
    "role": "response-officer",
    "purpose": "safeguarding-response",
}


def verifier() -> TokenVerifier:
    public = OKPKey.import_key(KEY.as_dict(private=False))
    return TokenVerifier(
        PinnedKeys(KeySet([public])), issuer="issuer", audience="us", max_minutes=60, clock=lambda: NOW
    )


def signed(claims: dict[str, Any], key: OKPKey = KEY) -> str:
    return "Bearer " + jwt.encode({"alg": "Ed25519", "kid": KEY.kid}, claims, key, algorithms=["Ed25519"])


@pytest.fixture(params=["a file of keys", "the development issuer"])
def ours(request: pytest.FixtureRequest, tmp_path: Path) -> TokenVerifier:
    """What verifies under our own key, from either of its places."""
    if request.param == "a file of keys":
        return verifier()
    path = tmp_path / "token_key.json"
    write_private(path, json.dumps(KEY.as_dict(private=True)).encode())
    return TokenVerifier(
        DevelopmentKeys(path), issuer="issuer", audience="us", max_minutes=60, clock=lambda: NOW
    )


def test_a_good_token_says_who_asks() -> None:
    bearer = verifier().verify(signed(CLAIMS))
    assert (bearer.subject, bearer.role, bearer.purpose, bearer.token_id) == (
        "officer-7",
        "response-officer",
        "safeguarding-response",
        "t1",
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"iss": "somebody"}, id="another issuer"),
        pytest.param({"aud": "others"}, id="for others"),
        pytest.param({"aud": ["others", "more"]}, id="for several others"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"iss": None}, id="of no issuer"),
        pytest.param({"exp": SECONDS - 10}, id="expired"),
        pytest.param({"exp": SECONDS + 7200}, id="too long a life"),
        pytest.param({"iat": SECONDS - 7200}, id="too long a life, begun long ago"),
        pytest.param({"iat": SECONDS + 600, "exp": SECONDS + 900}, id="issued in the future"),
        pytest.param({"nbf": SECONDS + 600}, id="not valid yet"),
        pytest.param({"exp": None}, id="no end"),
        pytest.param({"exp": "soon"}, id="an end that is no number"),
        pytest.param({"sub": None}, id="nobody"),
        pytest.param({"sub": 7}, id="a number for a name"),
        pytest.param({"sub": "x" * 300}, id="a novel for a name"),
        pytest.param({"role": None}, id="no role"),
        pytest.param({"role": ["response-officer", "steward"]}, id="several roles"),
        pytest.param({"purpose": {"a": 1}}, id="a purpose that is no text"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(change: dict[str, Any]) -> None:
    claims = {name: value for name, value in (CLAIMS | change).items() if value is not None}
    with pytest.raises(NotAuthenticatedError):
        verifier().verify(signed(claims))


def test_a_token_whose_signature_was_checked_before_still_expires() -> None:
    moment = [NOW]
    public = OKPKey.import_key(KEY.as_dict(private=False))
    verifies = TokenVerifier(
        PinnedKeys(KeySet([public])), issuer="issuer", audience="us", max_minutes=60, clock=lambda: moment[0]
    )
    token = signed(CLAIMS)
    assert verifies.verify(token) == verifies.verify(token)
    moment[0] += dt.timedelta(minutes=16)
    with pytest.raises(NotAuthenticatedError, match="expired"):
        verifies.verify(token)


def test_a_token_signed_by_another_key_is_refused() -> None:
    with pytest.raises(NotAuthenticatedError):
        verifier().verify(signed(CLAIMS, OKPKey.generate_key("Ed25519")))


def test_a_token_without_a_signature_is_refused() -> None:
    head, body, _ = signed(CLAIMS).split(".")
    with pytest.raises(NotAuthenticatedError):
        verifier().verify(f"{head}.{body}.")


@pytest.mark.parametrize("algorithm", UNSIGNED, ids=repr)
def test_a_token_that_says_it_needs_no_signature_is_refused(
    ours: TokenVerifier, algorithm: str | None
) -> None:
    for header in ({"alg": algorithm, "kid": KEY.kid}, {"alg": algorithm}, {"kid": KEY.kid}):
        for signature in (b"", b"\0"):
            with pytest.raises(NotAuthenticatedError):
                ours.verify(unsigned(header, CLAIMS, signature))
        with pytest.raises(NotAuthenticatedError):  # whose signature would be good
            ours.verify(by_hand(header, CLAIMS, KEY, "Ed25519"))


@pytest.mark.parametrize("header", CRITICAL.values(), ids=CRITICAL)
def test_a_header_that_must_be_understood_and_is_not_is_refused(
    ours: TokenVerifier, header: dict[str, Any]
) -> None:
    """Its signature is good each time: by that alone it would be let in."""
    usual = {"alg": "Ed25519", "kid": KEY.kid}
    assert ours.verify(by_hand(usual, CLAIMS, KEY, "Ed25519")).subject == "officer-7"
    with pytest.raises(NotAuthenticatedError):
        ours.verify(by_hand(usual | header, CLAIMS, KEY, "Ed25519"))


def test_our_public_key_is_no_secret_to_sign_with() -> None:
    public = KEY.as_dict(private=False)["x"]
    forged = jwt.encode({"alg": "HS256"}, CLAIMS, OctKey.import_key(str(public)), algorithms=["HS256"])
    with pytest.raises(NotAuthenticatedError):
        verifier().verify(f"Bearer {forged}")


def test_keys_of_another_issuer_are_read_from_a_set(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    other = TokenVerifier(read_keys(path), issuer="issuer", audience="us", max_minutes=60, clock=lambda: NOW)
    assert other.verify(signed(CLAIMS)).subject == "officer-7"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"keys": [{"kty": "none"}]}'])
def test_a_file_that_is_no_key_set_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeyMissingError):
        read_keys(path)
