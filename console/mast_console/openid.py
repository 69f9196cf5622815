"""Sign-in at an OpenID issuer, by authorisation code with proof key (RFC 6749, 7636): authlib's words."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response, prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from mast_console.wiring import OpenIdSignIn

DISCOVERY: Final = "/.well-known/openid-configuration"
WITHIN_S: Final = 10.0
END: Final = "end_session_endpoint"
LONGEST_HINT: Final = 4_000
"""Characters of an identity token that are kept to sign out with: no browser follows any address."""

FRESH_S: Final = 3600.0
SCOPE: Final = "openid"


class SignInFailed(Exception):  # noqa: N818 - the page says so
    """The issuer sent nobody back, or not whoever was sent there."""


class OpenId:
    """One issuer. The access token that it gives is what the service is asked with; it checks it itself."""

    def __init__(self, wiring: OpenIdSignIn) -> None:
        self._wiring = wiring
        self._found: dict[str, str] = {}
        self._found_at = 0.0

    async def begin(self, purpose: str, *, again: bool = False) -> tuple[str, dict[str, str]]:
        """Where to send somebody, and what to remember of it until they are back.

        They are to say ``again`` who they are, whatever the issuer remembers of their browser, once somebody
        signed out there; and always at an issuer that nobody can sign out of.

        Raises:
            SignInFailed: the issuer cannot be asked, or says what cannot be used.
        """
        places = await self._places()
        asked = {"prompt": "login"} if again or END not in places else {}
        verifier, state = generate_token(64), generate_token(32)
        leads_to = prepare_grant_uri(
            places["authorization_endpoint"],
            self._wiring.client_id,
            "code",
            redirect_uri=self._wiring.redirect_uri,
            scope=SCOPE,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **asked,
        )
        begun = {"state": state, "verifier": verifier, "purpose": purpose}
        return leads_to, begun | ({"again": "yes"} if again else {})

    async def end(self, id_token: str) -> str | None:
        """Where somebody who signs out is signed out of the issuer too; nowhere, if it cannot be asked to.

        An issuer that forgets nobody would let the next one at a shared desk in under their name.
        """
        try:
            place = (await self._places()).get(END)
        except SignInFailed:
            return None
        if place is None:
            return None
        said = {"client_id": self._wiring.client_id, "post_logout_redirect_uri": self._wiring.signed_out_uri}
        hint = {"id_token_hint": id_token} if id_token else {}
        return str(add_params_to_uri(place, [*said.items(), *hint.items()]))

    async def finish(self, came_back_to: str, begun: dict[str, str]) -> tuple[str, str]:
        """The access token for the code that somebody came back with, and the identity token, if any.

        Raises:
            SignInFailed: there is none, or it is not the answer to what was begun.
        """
        places, secret = await self._places(), self._wiring.client_secret
        try:
            code = parse_authorization_code_response(came_back_to, state=begun["state"])["code"]
            form = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._wiring.redirect_uri,
                "client_id": self._wiring.client_id,
                "code_verifier": begun["verifier"],
            }
            async with httpx.AsyncClient(timeout=WITHIN_S, follow_redirects=False) as client:
                known = httpx.BasicAuth(self._wiring.client_id, secret) if secret else None
                response = await client.post(
                    places["token_endpoint"], data=form, auth=known or httpx.USE_CLIENT_DEFAULT
                )
            found = response.json()
            access, identity = found["access_token"], found.get("id_token", "")
        except (AuthlibBaseError, httpx.HTTPError, ValueError, KeyError, TypeError):
            raise SignInFailed from None
        if response.status_code != HTTPStatus.OK or not isinstance(access, str) or not access:
            raise SignInFailed
        return access, identity if isinstance(identity, str) and len(identity) <= LONGEST_HINT else ""

    async def _places(self) -> dict[str, str]:
        """Its addresses, by discovery; asked again every hour. It need not have one to sign out at."""
        if self._found and time.monotonic() - self._found_at < FRESH_S:
            return self._found
        try:
            async with httpx.AsyncClient(timeout=WITHIN_S, follow_redirects=False) as client:
                said = (await client.get(self._wiring.issuer.rstrip("/") + DISCOVERY)).json()
            found = {name: said[name] for name in ("authorization_endpoint", "token_endpoint")}
            found |= {END: said[END]} if said.get(END) else {}
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise SignInFailed from None
        ours = urlsplit(self._wiring.issuer)
        for place in map(urlsplit, map(str, found.values())):
            # Codes and tokens go nowhere but to the issuer's own host, and as safely as it is asked itself.
            if (place.scheme, place.netloc) != (ours.scheme, ours.netloc):
                raise SignInFailed
        if said.get("issuer") != self._wiring.issuer:
            raise SignInFailed
        self._found, self._found_at = found, time.monotonic()
        return found
