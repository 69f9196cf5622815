"""Keys of an OpenID Connect issuer: found by discovery, kept, and fetched again when it changes them.

Only addresses that the settings name, or that the issuer's own document names on its own host, are ever
asked: nothing that stands in a token is.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from mast_api.remote import check_address, is_here
from mast_resolver.errors import IssuerUnavailableError, SettingsError

DISCOVERY: Final = "/.well-known/openid-configuration"
FETCH_WITHIN_S: Final = 5.0
MOST_BYTES: Final = 256 << 10
MOST_KEYS: Final = 50
LEAST_RSA_BITS: Final = 2048

FRESH: Final = timedelta(hours=1)
"""Keys older than this are fetched again beside the requests that use them."""

USABLE: Final = timedelta(hours=24)
"""Keys older than this are used no more: an issuer that cannot be asked for a day may have revoked them."""

AT_MOST_EVERY: Final = timedelta(seconds=30)
"""How often tokens that name unknown keys may have us ask: anybody can send one."""

Fetch = Callable[[str], bytes]
Key = RSAKey | ECKey | OKPKey

_SECRET: Final = ("d", "p", "q", "dp", "dq", "qi", "oth")


class IssuerKeys:
    """The keys of one issuer. ``version`` rises whenever they are others than before.

    Example:
        >>> import datetime as dt
        >>> key = OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=False)
        >>> said = {"https://id.example/.well-known/openid-configuration":
        ...             {"issuer": "https://id.example", "jwks_uri": "https://id.example/keys"},
        ...         "https://id.example/keys": {"keys": [key]}}
        >>> keys = IssuerKeys("https://id.example", fetch=lambda url: json.dumps(said[url]).encode(),
        ...                   clock=lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
        >>> keys.fetch()
        >>> keys.holds(key["kid"]), keys.holds("another"), keys.version
        (True, False, 1)
    """

    def __init__(
        self, issuer: str, *, fetch: Fetch, clock: Callable[[], datetime], jwks_uri: str | None = None
    ) -> None:
        check_address(issuer)
        if jwks_uri is not None:
            check_address(jwks_uri)
        self.version = 0
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._set = KeySet([])
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._fetching = asyncio.Lock()
        self._beside: asyncio.Task[None] | None = None

    @property
    def current(self) -> KeySet:
        """The keys to verify with.

        Raises:
            IssuerUnavailableError: there are none that are still usable.
        """
        if self._fetched is None or self._clock() - self._fetched > USABLE:
            raise IssuerUnavailableError(
                "the keys of the issuer could not be fetched, or not for a day",
                fix="see that the issuer can be reached from here",
            )
        return self._set

    def holds(self, key_id: str) -> bool:
        """Whether a key of this id is among them."""
        return key_id in self._keys

    def fetch(self) -> None:
        """Fetch them now.

        Raises:
            IssuerUnavailableError: it cannot be reached, or what it says is not to be used.
        """
        self._tried = self._clock()
        uri = self._jwks_uri or self._discovered()
        keys = _usable(_document(self._fetch, uri))
        if keys != self._keys:
            self._keys, self._set = keys, KeySet([_imported(key) for key in keys.values()])
            self.version += 1
        self._fetched = self._clock()

    async def renew(self, key_id: str | None) -> None:
        """Fetch them again if ``key_id`` is unknown or they are old; old ones are used meanwhile.

        However many ask, one fetch runs, and for unknown keys no more often than :data:`AT_MOST_EVERY`.
        """
        now = self._clock()
        if self._fetched is not None and (key_id is None or self.holds(key_id)):
            if now - self._fetched > FRESH and self._may_try(now) and self._beside is None:
                self._beside = asyncio.create_task(self._quietly())
            return
        if not self._may_try(now) and not self._fetching.locked():
            return
        async with self._fetching:
            if (key_id is None or not self.holds(key_id)) and self._may_try(self._clock()):
                await self._quietly()

    async def _quietly(self) -> None:
        """Without them being fetched what is asked with old or no keys says so itself."""
        try:
            await asyncio.to_thread(self.fetch)
        except IssuerUnavailableError:
            return
        finally:
            self._beside = None

    def _may_try(self, now: datetime) -> bool:
        return self._tried is None or now - self._tried >= AT_MOST_EVERY

    def _discovered(self) -> str:
        said = _document(self._fetch, self._issuer.rstrip("/") + DISCOVERY)
        uri = said.get("jwks_uri")
        if said.get("issuer") != self._issuer:
            raise _not_usable("names another issuer than the one that is set")
        if not isinstance(uri, str) or urlsplit(uri).netloc != urlsplit(self._issuer).netloc:
            raise _not_usable("keeps its keys on another host; set MAST_TOKEN_JWKS_URI if that is right")
        try:
            check_address(uri)
        except SettingsError:
            raise _not_usable("keeps its keys where they can be changed on the way") from None
        return uri


def fetch_over_http(url: str) -> bytes:
    """Fetch a small document; redirects are not followed, and no proxy stands before this machine itself.

    Raises:
        IssuerUnavailableError: no answer in time, another status than 200, or too long an answer.
    """
    give_up = time.monotonic() + FETCH_WITHIN_S
    proxies = not is_here(url)
    try:
        with (
            httpx.Client(timeout=FETCH_WITHIN_S, follow_redirects=False, trust_env=proxies) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as response,
        ):
            if response.status_code != 200:
                raise _not_usable(f"answered {response.status_code} when asked for its keys")
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise _not_usable("sent more than keys are long")
                if time.monotonic() > give_up:
                    raise _not_usable("was too slow in sending its keys")
            return bytes(content)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise IssuerUnavailableError(
            "the token issuer cannot be reached", fix="see that it runs, and that this machine may reach it"
        ) from None


def _document(fetch: Fetch, url: str) -> dict[str, Any]:
    try:
        said = json.loads(fetch(url))
    except (ValueError, RecursionError):
        raise _not_usable("sent no JSON") from None
    if not isinstance(said, dict):
        raise _not_usable("sent JSON that is no object")
    return said


def _usable(said: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Its public keys that sign, by their ids; secret ones, short ones and nameless ones are left out."""
    listed = said.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise _not_usable("sent no list of keys, or too long a one")
    found: dict[str, Mapping[str, Any]] = {}
    for each in listed:
        if isinstance(each, dict) and isinstance(each.get("kid"), str) and each.get("use", "sig") == "sig":
            try:
                key = _imported(each)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
            if not isinstance(key, RSAKey) or key.raw_value.key_size >= LEAST_RSA_BITS:
                found[each["kid"]] = each
    if not found:
        raise _not_usable("has no key that could be used")
    return found


def _imported(said: Mapping[str, Any]) -> Key:
    public = {name: value for name, value in said.items() if name not in _SECRET}
    match said.get("kty"):
        case "RSA":
            return RSAKey.import_key(public)
        case "EC":
            return ECKey.import_key(public)
        case "OKP":
            return OKPKey.import_key(public)
        case _:
            raise ValueError("no public key")


def _not_usable(why: str) -> IssuerUnavailableError:
    return IssuerUnavailableError(f"the token issuer {why}", fix="correct it there, or the settings here")
