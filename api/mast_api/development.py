"""The issuer of tokens for development: a key in the data folder, which `mast token` and `mast up` make.

A service trusts it only while that key is there, and never beside another issuer (ADR 0028).
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from mast_api.tokens import ALGORITHM
from mast_graph.files import write_private
from mast_resolver.errors import KeyMissingError, NotAuthenticatedError


class DevelopmentKeys:
    """The public half of that key, as long as it is there: what verifies the development issuer's tokens.

    It may be made, or taken away, while the service runs: ``version`` rises each time.

    Raises:
        KeyMissingError: others can read the key, or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.version = 0
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._keys: KeySet | None = None
        self._look()

    @property
    def enabled(self) -> bool:
        """Whether there is a key."""
        return self._keys is not None

    @property
    def current(self) -> KeySet:
        """The key to verify with.

        Raises:
            NotAuthenticatedError: there is none.
        """
        if self._keys is None:
            raise NotAuthenticatedError(
                "no issuer of tokens is set, and the development issuer is not enabled here",
                fix="set MAST_TOKEN_ISSUER; for development: mast token enables it for a data folder",
            )
        return self._keys

    async def renew(self, key_id: str | None) -> None:  # noqa: ARG002 - there is one key
        """See whether it has come, changed or gone."""
        self._look()

    def _look(self) -> None:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            seen = None
        else:
            seen = (there.st_mtime_ns, there.st_ino)
        if seen == self._seen:
            return
        self.version += 1
        self._seen = self._keys = None
        if seen is not None:
            public = OKPKey.import_key(_read_key(self._path).as_dict(private=False))
            self._seen, self._keys = seen, KeySet([public])


class DevelopmentIssuer:
    """Issues tokens with a key of its own, kept in a file that only its owner can read.

    Example:
        >>> import tempfile, datetime as dt
        >>> clock = lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
        >>> folder = tempfile.TemporaryDirectory()
        >>> path, names = Path(folder.name) / "key.json", {"issuer": "development", "audience": "mast"}
        >>> issuer = DevelopmentIssuer.open(path, **names, clock=clock, new_id=lambda: "t1")
        >>> token = issuer.issue("response-officer", "safeguarding-response", minutes=15, subject="officer-7")
        >>> from mast_api.tokens import TokenVerifier
        >>> verifier = TokenVerifier(DevelopmentKeys(path), **names, max_minutes=60, clock=clock)
        >>> verifier.verify(f"Bearer {token}").role
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
        return cls(_read_key(path), issuer=issuer, audience=audience, clock=clock, new_id=new_id)

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


def _read_key(path: Path) -> OKPKey:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyMissingError("the token key can be read by others", fix="chmod 600 the file")
        return OKPKey.import_key(json.loads(path.read_text("utf-8")))
    except (OSError, JoseError, ValueError, KeyError, TypeError):
        raise KeyMissingError(
            "the token key file is damaged", fix="delete it; a new key is made, old tokens end"
        ) from None


def _write_key(path: Path) -> None:
    """Write a key, whole or not at all, unless another process was first: a service may be reading it."""
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    write_private(draft, json.dumps(key.as_dict(private=True)).encode())
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
