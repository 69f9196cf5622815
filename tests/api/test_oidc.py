"""An OpenID issuer over real HTTP: its keys are found, kept and exchanged, and nothing else is ever asked."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from joserfc.jwk import OctKey, OKPKey
from tests.api.issuers import EC, KEYS, RSA, Clock, Issuer, admitted, keys_of, token, verifier

from mast_api.oidc import AT_MOST_EVERY, DISCOVERY, FRESH, MOST_BYTES, USABLE
from mast_api.tokens import Claims
from mast_resolver.errors import IssuerUnavailableError, NotAuthenticatedError


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


def test_a_signature_that_was_found_good_is_good_no_longer_than_the_keys(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock)
    asyncio.run(admitted(verifies, token(issuer, RSA, "RS256")))
    issuer.said.clear()
    clock.now += USABLE - dt.timedelta(minutes=1)
    sent = token(issuer, RSA, "RS256", said=_hour_from(clock))
    assert asyncio.run(admitted(verifies, sent)) == "officer-7"
    clock.now += dt.timedelta(minutes=2)
    with pytest.raises(IssuerUnavailableError):
        asyncio.run(admitted(verifies, sent))


def _hour_from(clock: Clock) -> dict[str, int]:
    seconds = int(clock.now.timestamp())
    return {"iat": seconds, "exp": seconds + 3600}


ENTRA = Claims(subject="oid", role="roles", id="uti")


def test_claims_go_by_the_names_that_the_issuer_has_for_them(issuer: Issuer, clock: Clock) -> None:
    issuer.has(RSA)
    theirs = {"oid": "o-1", "uti": "u-1", "roles": ["steward"], "role": None, "jti": None, "sub": None}
    verifies = verifier(keys_of(issuer, clock), issuer, clock, named=ENTRA)

    def bearer(**more: Any) -> Any:
        sent = token(issuer, RSA, "RS256", said=theirs | more)
        asyncio.run(verifies.prepare(sent))
        return verifies.verify(sent)

    found = bearer()
    assert (found.subject, found.token_id, found.role) == ("o-1", "u-1", "steward")
    for wrong in (["steward", "researcher"], [], [["steward"]], {"a": 1}, 7, [7], None):
        with pytest.raises(NotAuthenticatedError):
            bearer(roles=wrong)
    with pytest.raises(NotAuthenticatedError):
        bearer(uti=None, jti="j-1")


def test_a_token_that_does_not_say_whose_its_bearer_is_is_refused_where_it_has_to(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.has(RSA)
    verifies = verifier(keys_of(issuer, clock), issuer, clock, needs_agency=True)
    nothing: list[Any] = [None, "", []]
    for none in nothing:
        with pytest.raises(NotAuthenticatedError, match="whose its bearer is"):
            asyncio.run(admitted(verifies, token(issuer, RSA, "RS256", said={"agency": none})))
    assert asyncio.run(admitted(verifies, token(issuer, RSA, "RS256", said={"agency": "police"})))


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
