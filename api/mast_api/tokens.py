"""Bearer tokens: verified against pinned keys; issued here only for development."""

from __future__ import annotations

import json
import os
import stat
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OKPKey

from mast_resolver.errors import KeyMissingError, NotAuthenticatedError

ALGORITHM: Final = "Ed25519"
"""The only one accepted (RFC 9864 names it so; the older name EdDSA left the curve open)."""

LEEWAY_S: Final = 5
MOST_CLAIM_CHARACTERS: Final = 200
MOST_REMEMBERED: Final = 1_024
"""Tokens whose signature is known to be good."""


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
    """Keys that were given once: of a file, or of the development issuer."""

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

    What a token says of where its key is (``jku``, ``x5u``, ``jwk``) is never followed.
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
    ) -> None:
        self._keys = keys
        # A signature is checked once a token and set of keys; lifetime and claims at every request.
        self._signed = lru_cache(maxsize=MOST_REMEMBERED)(
            lambda token, _version: jwt.decode(token, keys.current, algorithms=list(algorithms)).claims
        )
        self._max_s = max_minutes * 60
        self._clock = clock
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
            role={"essential": True},
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
        try:
            claims = self._signed(token.strip(), self._keys.version)
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise NotAuthenticatedError("the token has expired", fix="get a new one") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise _refused() from None
        if claims["exp"] - claims["iat"] > self._max_s:
            raise NotAuthenticatedError("the token lives too long", fix="get one of a shorter lifetime")
        return _bearer(claims)


class DevelopmentIssuer:
    """Issues tokens with a key of its own, kept in a file that only its owner can read.

    Example:
        >>> import tempfile, datetime as dt
        >>> clock = lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
        >>> folder = tempfile.TemporaryDirectory()
        >>> issuer = DevelopmentIssuer.open(
        ...     Path(folder.name) / "token_key.json", issuer="mast-development", audience="mast-tracker",
        ...     clock=clock, new_id=lambda: "t1")
        >>> token = issuer.issue("response-officer", "safeguarding-response", minutes=15, subject="officer-7")
        >>> issuer.verifier(max_minutes=60).verify(f"Bearer {token}").role
        'response-officer'
        >>> folder.cleanup()
    """

    def __init__(
        self,
        key: OKPKey,
        *,
        issuer: str,
        audience: str,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._new_id = new_id

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        issuer: str,
        audience: str,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> DevelopmentIssuer:
        """Read the key file, or make it if there is none.

        Raises:
            KeyMissingError: others can read it, or it is damaged.
        """
        if not path.exists():
            _write_key(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyMissingError("the token key can be read by others", fix="chmod 600 the file")
        try:
            key = OKPKey.import_key(json.loads(path.read_text("utf-8")))
        except (JoseError, ValueError, KeyError, TypeError):
            raise KeyMissingError(
                "the token key file is damaged", fix="delete it; a new key is made, old tokens end"
            ) from None
        return cls(key, issuer=issuer, audience=audience, clock=clock, new_id=new_id)

    def issue(
        self, role: str, purpose: str | None, *, minutes: int, subject: str, agency: str | None = None
    ) -> str:
        """A signed token for ``minutes`` from now."""
        now = self._clock()
        claims: dict[str, object] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=minutes)).timestamp()),
            "jti": self._new_id(),
            "role": role,
        }
        if purpose:
            claims["purpose"] = purpose
        if agency:
            claims["agency"] = agency
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[ALGORITHM])

    def verifier(self, *, max_minutes: int) -> TokenVerifier:
        """A verifier that trusts this issuer's public key."""
        public = OKPKey.import_key(self._key.as_dict(private=False))
        return TokenVerifier(
            PinnedKeys(KeySet([public])),
            issuer=self._issuer,
            audience=self._audience,
            max_minutes=max_minutes,
            clock=self._clock,
        )


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


def _write_key(path: Path) -> None:
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    text = json.dumps(key.as_dict(private=True))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _key_id(authorization: str | None) -> str | None:
    """The id of the key that a token says it was signed with; nothing of it is believed."""
    try:
        token = (authorization or "").partition(" ")[2].strip()
        found = json.loads(urlsafe_b64decode(token.partition(".")[0] + "=="))["kid"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _bearer(claims: dict[str, object]) -> Bearer:
    subject, role, token_id = claims["sub"], claims["role"], claims["jti"]
    purpose, agency = claims.get("purpose"), claims.get("agency")
    for claim in (subject, role, token_id, purpose or "", agency or ""):
        # They go into the audit log as they are, so they have to be short texts.
        if not isinstance(claim, str) or len(claim) > MOST_CLAIM_CHARACTERS:
            raise _refused()
    return Bearer(
        str(subject), str(role), str(purpose) if purpose else None, str(token_id), str(agency or "")
    )


def _refused() -> NotAuthenticatedError:
    return NotAuthenticatedError("the token is not valid here", fix="get a new one from your issuer")
