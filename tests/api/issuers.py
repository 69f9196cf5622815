"""An OpenID issuer for tests, over real HTTP: what it says may be changed, and what it was asked is kept."""

from __future__ import annotations

import base64
import datetime as dt
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from mast_api.oidc import DISCOVERY, IssuerKeys, fetch_over_http
from mast_api.service import OPENID_ALGORITHMS
from mast_api.tokens import TokenVerifier

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
RSA = RSAKey.generate_key(2048, auto_kid=True)
EC = ECKey.generate_key("P-256", auto_kid=True)
KEYS: list[tuple[str, Any]] = [
    ("RS256", RSA),
    ("PS256", RSA),
    ("ES256", EC),
    ("Ed25519", OKPKey.generate_key("Ed25519", auto_kid=True)),
]


class Issuer:
    """A small OpenID issuer; what it says may be changed, and what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.said: dict[str, tuple[int, bytes, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/realm"
        self.says(issuer=self.url, jwks_uri=f"{self.url}/keys")

    def says(self, **document: str) -> None:
        self.said["/realm" + DISCOVERY] = (200, json.dumps(document).encode(), "")

    def has(self, *keys: Any) -> None:
        listed = [key.as_dict(private=False) if hasattr(key, "as_dict") else key for key in keys]
        self.said["/realm/keys"] = (200, json.dumps({"keys": listed}).encode(), "")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                status, content, location = issuer.said.get(self.path, (404, b"", ""))
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_said: object) -> None:
                pass

        return Handler


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def keys_of(issuer: Issuer, clock: Clock, *, jwks_uri: str | None = None) -> IssuerKeys:
    return IssuerKeys(issuer.url, fetch=fetch_over_http, clock=clock, jwks_uri=jwks_uri)


def verifier(keys: IssuerKeys, issuer: Issuer, clock: Clock, **more: Any) -> TokenVerifier:
    return TokenVerifier(
        keys,
        issuer=issuer.url,
        audience="us",
        max_minutes=60,
        clock=clock,
        algorithms=OPENID_ALGORITHMS,
        **more,
    )


def token(
    issuer: Issuer, key: Any, algorithm: str, *, said: dict[str, Any] | None = None, **header: Any
) -> str:
    """A token of theirs; ``said`` are claims beside the usual, None takes one away."""
    claims = claimed(issuer, said)
    return "Bearer " + jwt.encode(
        {"alg": algorithm, "kid": key.kid} | header, claims, key, algorithms=[algorithm]
    )


def claimed(issuer: Issuer, said: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a token of theirs says."""
    seconds = int(NOW.timestamp())
    claims = {
        "iss": issuer.url,
        "aud": "us",
        "sub": "officer-7",
        "iat": seconds,
        "exp": seconds + 3600,
        "jti": "t1",
        "role": "response-officer",
        **(said or {}),
    }
    return {name: value for name, value in claims.items() if value is not None}


def by_hand(header: dict[str, Any], claims: dict[str, Any], key: Any, algorithm: str) -> str:
    """A token that this key really signed, whatever its header says: no library would write some of them."""
    said = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    signature = JWSRegistry.algorithms[algorithm].sign(said.encode(), key)
    return f"Bearer {said}.{encoded(signature)}"


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """A token that nobody signed."""
    said = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"Bearer {said}.{encoded(signature)}"


CRITICAL: dict[str, dict[str, Any]] = {
    "one that nobody knows": {"crit": ["exp"], "exp": 1},
    "one that is not there": {"crit": ["exp"]},
    "one that changes what is signed": {"crit": ["b64"], "b64": False},
    "no list": {"crit": "exp"},
    "nothing": {"crit": None},
}
"""Headers that say which of them have to be understood, of which one is not; by what they name."""

UNSIGNED = ("none", "None", "NONE", "nOnE", "", None)
"""Algorithms that stand for no signature."""


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def admitted(verifier: TokenVerifier, sent: str) -> str:
    await verifier.prepare(sent)
    return verifier.verify(sent).subject
