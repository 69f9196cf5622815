"""Bearer tokens: verified under keys that were pinned, or an issuer's own."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from mast_resolver.errors import KeyMissingError, NotAuthenticatedError

ALGORITHM: Final = "Ed25519"
"""The only one accepted (RFC 9864 names it so; the older name EdDSA left the curve open)."""

LEEWAY_S: Final = 5
MOST_CLAIM_CHARACTERS: Final = 200
MOST_REMEMBERED: Final = 1_024
"""Tokens whose signature is known to be good."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the issuer calls the claims that we read; ``uti`` for ``id``, say, where it writes no ``jti``."""

    subject: str = "sub"
    role: str = "role"
    id: str = "jti"
    purpose: str = "purpose"
    agency: str = "agency"


NAMED_AS_OURS: Final = Claims()


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a verified token says."""

    subject: str
    role: str
    purpose: str | None
    token_id: str
    agency: str = ""


class KeySource(Protocol):
    """Keys that tokens are verified with; ``version`` changes whenever they do."""

    version: int

    @property
    def current(self) -> KeySet:
        """The keys to verify with now."""
        ...

    async def renew(self, key_id: str | None) -> None:
        """Get a key of this id, if there is one to be had."""
        ...


class PinnedKeys:
    """Keys of a file, given once."""

    def __init__(self, keys: KeySet) -> None:
        self.version = 0
        self._keys = keys

    @property
    def current(self) -> KeySet:
        """Always the same."""
        return self._keys

    async def renew(self, key_id: str | None) -> None:
        """There are no others."""


class TokenVerifier:
    """Checks signature, issuer, audience and lifetime, under keys that were pinned or an issuer's own.

    What a token says of where its key is (``jku``, ``x5u``, ``jwk``) is never followed. With
    ``needs_agency`` it has to say whose its bearer is: agreements are between agencies.
    """

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        max_minutes: int,
        clock: Callable[[], datetime],
        algorithms: Sequence[str] = (ALGORITHM,),
        named: Claims = NAMED_AS_OURS,
        needs_agency: bool = False,
    ) -> None:
        self._keys = keys
        self._named, self._needs_agency = named, needs_agency
        # A signature is checked once a token and set of keys; lifetime and claims at every request.
        self._signed = lru_cache(maxsize=MOST_REMEMBERED)(
            lambda token, _version: jwt.decode(token, keys.current, algorithms=list(algorithms)).claims
        )
        self._max_s = max_minutes * 60
        self._clock = clock
        needed: jwt.ClaimsOption = {"essential": True}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            iat=needed,
            exp=needed,
            **dict.fromkeys((named.subject, named.id, named.role), needed),
        )

    async def prepare(self, authorization: str | None) -> None:
        """Have the key that the token names at hand, if its issuer has it."""
        await self._keys.renew(_key_id(authorization))

    def verify(self, authorization: str | None) -> Bearer:
        """What the ``Authorization`` header's bearer token says.

        Raises:
            IssuerUnavailableError: there are no keys to verify with.
            NotAuthenticatedError: there is none, or it is not valid; why is said only in part.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthenticatedError(
                "the request carries no bearer token",
                fix="send 'Authorization: Bearer TOKEN'; for development: mast token",
            )
        # Asked first: a signature that was found good is good no longer than the key is known to be.
        _ = self._keys.current
        try:
            claims = self._signed(token.strip(), self._keys.version)
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise NotAuthenticatedError("the token has expired", fix="get a new one") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise _refused() from None
        if claims["exp"] - claims["iat"] > self._max_s:
            raise NotAuthenticatedError("the token lives too long", fix="get one of a shorter lifetime")
        bearer = _bearer(claims, self._named)
        if self._needs_agency and not bearer.agency:
            raise NotAuthenticatedError(
                "the token does not say whose its bearer is",
                fix="have the issuer put the agency into it (MAST_TOKEN_AGENCY_CLAIM)",
            )
        return bearer


def read_keys(path: Path) -> PinnedKeys:
    """The public keys of a JWK set file, for tokens issued elsewhere.

    Raises:
        KeyMissingError: the file cannot be read, or is no JWK set.
    """
    try:
        return PinnedKeys(KeySet.import_key_set(json.loads(path.read_text("utf-8"))))
    except (OSError, JoseError, ValueError, KeyError, TypeError):
        raise KeyMissingError(
            "the file of token keys cannot be read as a JWK set", fix="check MAST_TOKEN_KEYS_FILE"
        ) from None


def _key_id(authorization: str | None) -> str | None:
    """The id of the key that a token says it was signed with; nothing of it is believed."""
    try:
        token = (authorization or "").partition(" ")[2].strip()
        found = json.loads(urlsafe_b64decode(token.partition(".")[0] + "=="))["kid"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _bearer(claims: dict[str, object], named: Claims) -> Bearer:
    purpose = _one(claims, named.purpose)
    return Bearer(
        subject=_one(claims, named.subject),
        role=_one(claims, named.role),
        purpose=purpose or None,
        token_id=_one(claims, named.id),
        agency=_one(claims, named.agency),
    )


def _one(claims: dict[str, object], name: str) -> str:
    """A claim as one short text, which goes into the audit log as it is; of a list its only one.

    Issuers write roles as lists. Who has several has to say in which they act: we choose none for them.
    """
    found = claims.get(name) or ""
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, str) or len(found) > MOST_CLAIM_CHARACTERS:
        raise _refused()
    return found


def _refused() -> NotAuthenticatedError:
    return NotAuthenticatedError("the token is not valid here", fix="get a new one from your issuer")
