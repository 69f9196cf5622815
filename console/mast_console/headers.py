"""What every answer tells the browser: load nothing from elsewhere, keep nothing, be framed by nobody."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mast_console.assets import hash_source

_POLICY: Final = (
    "default-src 'none'; script-src 'self' {script}; style-src 'self' {style}; "
    "img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
    "form-action 'self'"
)

_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    # With `no-referrer` browsers would send a form of ours without saying that it comes from here.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class Headers:
    """Adds them where the page has not said otherwise.

    ``issuer`` is where people are sent to sign in: browsers hold the way there against ``form-action``.
    """

    def __init__(self, app: ASGIApp, issuer: str | None = None) -> None:
        self._app = app
        place = urlsplit(issuer) if issuer else None
        # The page that is the first of all holds its own style sheet and script, and none but these.
        held = _POLICY.format(script=hash_source("console.js"), style=hash_source("console.css"))
        self._policy = held + (f" {place.scheme}://{place.netloc}" if place else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._policy)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
