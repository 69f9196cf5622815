"""Somebody at the console without a browser: forms as they are sent, answers as they come."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
import pytest
from tests.console.borough import Served
from tests.console.person import SIGNS_IN

from mast_console.sessions import Sessions


class Caller:
    """Keeps cookies, and follows no redirect by itself."""

    def __init__(self, town: Served) -> None:
        self.client = client_of(town.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.client.close()

    @classmethod
    def signed_in(cls, town: Served, role: str) -> Self:
        """Somebody in a role, for the widest purpose that it has."""
        caller = cls(town)
        response = caller.signs_in(role, SIGNS_IN[role])
        assert response.headers["location"] == "/console/", response.text
        return caller

    def signs_in(self, role: str, purpose: str, **headers: str) -> httpx.Response:
        csrf = csrf_of(self.get("/sign-in", **headers))
        return self.post("/sign-in", {"csrf": csrf, "role": role, "purpose": purpose}, **headers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(f"/console{path}", headers=headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return self.client.post(f"/console{path}", data=form, headers=headers)

    def sends(self, path: str, form: dict[str, str], method: str = "post") -> httpx.Response:
        """A form, and the page that comes of it."""
        if method == "get":
            return self.client.get(f"/console{path}", params=form, follow_redirects=True)
        return self.client.post(f"/console{path}", data=form, follow_redirects=True)


@contextmanager
def unused(cookie: str) -> Iterator[None]:
    """As if for half an hour nobody had used the session of a cookie: it ends when it is next opened."""
    opens = Sessions.open

    def much_later(sessions: Sessions, opened: str, **options: Any) -> Any:
        if opened == cookie.strip('"') and (held := sessions._held.get(sessions.name(cookie))):
            held.used -= dt.timedelta(minutes=31)
        return opens(sessions, opened, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Sessions, "open", much_later)
        yield


def client_of(url: str) -> httpx.Client:
    """A browser's cookies and its patience: what a busy machine answers late is an answer."""
    return httpx.Client(base_url=url, trust_env=False, timeout=30)


def csrf_of(response: httpx.Response) -> str:
    """The secret of the first form on a page."""
    found = re.search(r'name="csrf" value="([\w-]+)"', response.text)
    assert found, response.text
    return found[1]
