"""An OpenID issuer over real HTTP: its keys are found, kept and exchanged, and nothing else is ever asked."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from mast_api.oidc import (
    AT_MOST_EVERY,
    DISCOVERY,
    FRESH,
    MOST_BYTES,
    USABLE,
    IssuerKeys,
    fetch_over_http,
)
from mast_api.remote import check_address
from mast_api.service import OPENID_ALGORITHMS
from mast_api.tokens import TokenVerifier
from mast_resolver.errors import IssuerUnavailableError, NotAuthenticatedError, SettingsError

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


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    there = Issuer()
    thread = threading.Thread(target=there.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield there
    there.server.shutdown()
    there.server.server_close()
    thread.join()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def keys_of(issuer: Issuer, clock: Clock, *, jwks_uri: str | None = None) -> IssuerKeys:
    return IssuerKeys(issuer.url, fetch=fetch_over_http, clock=clock, jwks_uri=jwks_uri)


def verifier(keys: IssuerKeys, issuer: Issuer, clock: Clock) -> TokenVerifier:
    return TokenVerifier(
        keys, issuer=issuer.url, audience="us", max_minutes=60, clock=clock, algorithms=OPENID_ALGORITHMS
    )


def token(issuer: Issuer, key: Any, algorithm: str, **header: Any) -> str:
    seconds = int(NOW.timestamp())
    claims = {
        "iss": issuer.url,
        "aud": "us",
        "sub": "officer-7",
        "iat": seconds,
        "exp": seconds + 3600,
        "jti": "t1",
        "role": "response-officer",
    }
    return "Bearer " + jwt.encode(
        {"alg": algorithm, "kid": key.kid} | header, claims, key, algorithms=[algorithm]
    )


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def admitted(verifier: TokenVerifier, sent: str) -> str:
    await verifier.prepare(sent)
    return verifier.verify(sent).subject


@pytest.mark.parametrize(("algorithm", "key"), KEYS)
def test_a_token_of_the_issuer_is_good(issuer: Issuer, clock: Clock, algorithm: str, key: Any) -> None:
    issuer.has(*(each for _, each in KEYS))
    keys = keys_of(issuer, clock)
    sent = token(issuer, key, algorithm)
    assert asyncio.run(admitted(verifier(keys, issuer, clock), sent)) == "officer-7"
    assert issuer.asked == ["/realm" + DISCOVERY, "/realm/keys"]


def test_the_keys_are_fetched_once_for_many_tokens(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)

    async def many() -> None:
        await asyncio.gather(*(admitted(verifies, token(issuer, RSA, "RS256")) for _ in range(20)))

    asyncio.run(many())
    assert issuer.asked.count("/realm/keys") == 1


def test_a_new_key_is_fetched_when_a_token_names_it_and_an_old_one_is_no_longer_good(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    old = token(issuer, RSA, "RS256")
    assert asyncio.run(admitted(verifies, old)) == "officer-7"
    issuer.has(EC)
    clock.now += AT_MOST_EVERY
    assert asyncio.run(admitted(verifies, token(issuer, EC, "ES256"))) == "officer-7"
    # Its signature was found good before; under the keys of now it is not.
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(admitted(verifies, old))


def test_unknown_keys_cannot_make_us_ask_again_and_again(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    for number in range(50):
        other = OKPKey.generate_key("Ed25519", {"kid": f"k{number}"})
        with pytest.raises(NotAuthenticatedError):
            asyncio.run(admitted(verifies, token(issuer, other, "Ed25519")))
    assert issuer.asked.count("/realm/keys") == 1


def test_old_keys_are_fetched_again_beside_the_requests_and_used_meanwhile(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.has(RSA)
    keys = keys_of(issuer, clock)
    keys.fetch()
    issuer.has(RSA, EC)
    clock.now += FRESH + dt.timedelta(seconds=1)

    async def story() -> None:
        await keys.renew(RSA.kid)
        assert keys.holds(str(RSA.kid))
        while not keys.holds(str(EC.kid)):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(story(), 10))
    assert keys.version == 2


def test_an_issuer_that_is_away_is_borne_for_a_day_and_no_longer(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    keys = keys_of(issuer, clock)
    keys.fetch()
    issuer.said.clear()
    clock.now += USABLE
    asyncio.run(keys.renew(RSA.kid))
    assert keys.current.keys
    clock.now += dt.timedelta(seconds=1)
    with pytest.raises(IssuerUnavailableError, match="not for a day"):
        _ = keys.current


def test_an_issuer_that_was_away_at_the_start_is_asked_again(issuer: Issuer, clock: Clock) -> None:
    keys = keys_of(issuer, clock)
    with pytest.raises(IssuerUnavailableError):
        keys.fetch()
    issuer.has(RSA)
    verifies = verifier(keys, issuer, clock)
    sent = token(issuer, RSA, "RS256")
    with pytest.raises(IssuerUnavailableError):
        asyncio.run(admitted(verifies, sent))
    clock.now += AT_MOST_EVERY
    assert asyncio.run(admitted(verifies, sent)) == "officer-7"


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


def test_a_header_that_must_be_understood_and_is_not_is_refused(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    good = token(issuer, RSA, "RS256")
    assert asyncio.run(admitted(verifies, good)) == "officer-7"
    head, rest = good.removeprefix("Bearer ").split(".", 1)
    said = json.loads(base64.urlsafe_b64decode(head + "==")) | {"crit": ["exp"], "exp": 1}
    forged = encoded(json.dumps(said).encode())
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(admitted(verifies, f"Bearer {forged}.{rest}"))


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
    "keys",
    [
        pytest.param([], id="none"),
        pytest.param([OctKey.generate_key(256).as_dict(private=True) | {"kid": "a"}], id="a secret one"),
        pytest.param(
            [{"kty": "RSA", "kid": "a", "n": "v" + "A" * 169 + "Q", "e": "AQAB"}],
            id="a short one",
            marks=pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning"),
        ),
        pytest.param([EC.as_dict(private=False) | {"use": "enc"}], id="one to encrypt with"),
        pytest.param([{"kty": "EC", "kid": "a", "crv": "P-256", "x": "AA", "y": "AA"}], id="no point"),
        pytest.param(["rubbish"], id="rubbish"),
        pytest.param([EC.as_dict(private=False) | {"kid": str(n)} for n in range(51)], id="too many"),
    ],
)
def test_keys_that_are_not_to_be_used_are_not(issuer: Issuer, clock: Clock, keys: list[Any]) -> None:
    issuer.has(*keys)
    with pytest.raises(IssuerUnavailableError):
        keys_of(issuer, clock).fetch()


@pytest.mark.parametrize(
    ("status", "content", "location"),
    [
        pytest.param(500, b"{}", "", id="a fault"),
        pytest.param(200, b"<html>", "", id="no JSON"),
        pytest.param(200, b"[]", "", id="no object"),
        pytest.param(200, b'{"keys": {}}', "", id="no list"),
        pytest.param(200, b"x" * (MOST_BYTES + 1), "", id="too long"),
        pytest.param(200, b"[" * 100_000, "", id="too deep"),
        pytest.param(302, b"", "/realm/other", id="a redirect"),
    ],
)
def test_an_answer_that_is_no_set_of_keys_is_refused(
    issuer: Issuer, clock: Clock, status: int, content: bytes, location: str
) -> None:
    issuer.has(RSA)
    issuer.said["/realm/other"] = issuer.said["/realm/keys"]
    issuer.said["/realm/keys"] = (status, content, location)
    with pytest.raises(IssuerUnavailableError):
        keys_of(issuer, clock).fetch()
    assert "/realm/other" not in issuer.asked


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
