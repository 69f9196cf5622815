"""The console's two cookies: of whoever is signed in, and of whoever is about to."""

from __future__ import annotations

import ipaddress
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from mast_console.wiring import PREFIX

SESSION: Final = "mast-session"
VISIT: Final = "mast-visit"


def session(request: Request) -> str:
    """The cookie of whoever is signed in; empty where there is none."""
    return _read(request, SESSION)


def visit(request: Request) -> str:
    """The cookie of whoever is about to sign in; empty where there is none."""
    return _read(request, VISIT)


def set_session(request: Request, response: Response, value: str, *, lax: bool) -> None:
    """Remember who is signed in."""
    _set(request, response, SESSION, value, lax=lax)


def set_visit(request: Request, response: Response, value: str, *, lax: bool) -> None:
    """Remember who is about to sign in."""
    _set(request, response, VISIT, value, lax=lax)


def clear_session(request: Request, response: Response) -> None:
    """Forget who was signed in."""
    response.delete_cookie(_name(request, SESSION), path=PREFIX, secure=secured(request), httponly=True)


def clear_visit(request: Request, response: Response) -> None:
    """Forget who was about to sign in."""
    response.delete_cookie(_name(request, VISIT), path=PREFIX, secure=secured(request), httponly=True)


def secured(request: Request) -> bool:
    """Whether the cookie may travel by TLS only: everywhere but on one's own machine.

    A proxy that ends TLS speaks plainly to us, so what decides is the name that the browser asked for.
    """
    return not here(request)


def here(request: Request) -> bool:
    """Whether the browser asked for this machine, by a name that can mean no other, with no proxy between."""
    if any(name.startswith(("forwarded", "x-forwarded", "via")) for name in request.headers):
        return False
    host = request.url.hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(request: Request, name: str) -> str:
    return f"__Secure-{name}" if secured(request) else name


def _read(request: Request, name: str) -> str:
    return request.cookies.get(_name(request, name), "")


def _set(request: Request, response: Response, name: str, value: str, *, lax: bool) -> None:
    # An issuer sends people back from another site: a strict cookie would not come along.
    same_site: Literal["lax", "strict"] = "lax" if lax else "strict"
    response.set_cookie(
        _name(request, name),
        value,
        path=PREFIX,
        secure=secured(request),
        httponly=True,
        samesite=same_site,
    )
