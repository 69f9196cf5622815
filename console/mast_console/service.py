"""Asking the service: by registered documents, over HTTP, with the bearer token of whoever is signed in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final

import httpx
from starlette.types import ASGIApp

from mast_console import words
from mast_console.sessions import Session

ANSWER_WITHIN_S: Final = 35.0

NOT_AUTHENTICATED: Final = "MAST-301"
NOT_ALLOWED: Final = frozenset({"MAST-302", "MAST-303"})
NO_SUCH_ID: Final = frozenset({"MAST-291", "MAST-312"})
"""Not there, or not for whoever asks; or no id at all."""


@dataclass(slots=True)
class Refused(Exception):  # noqa: N818 - it is an answer, and no fault of ours
    """The service gave no answer: why, in its own words."""

    status: int
    code: str
    fact: str
    fix: str
    request_id: str = ""
    retry_after_s: str = ""

    @property
    def says(self) -> str:
        """Why, and what to do, beside the field of a form that it is about."""
        return f"{words.sentence(self.fact)}: {self.fix}"


class Service:
    """The service's own GraphQL, asked in this process as over any network.

    The way goes through the whole of the application, so what holds for others holds for the console too:
    authentication, policy, rates, registered documents, audit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
            base_url="http://console.internal",
            timeout=ANSWER_WITHIN_S,
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Ask no more."""
        await self._client.aclose()

    async def ready(self) -> dict[str, bool]:
        """What the service says of its own parts; nothing where it does not say."""
        try:
            said = (await self._client.get("/ready")).json()["status"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return {}
        return {str(part): well is True for part, well in said.items()}

    async def ask(self, session: Session, name: str, **variables: object) -> dict[str, Any]:
        """The data that answers one of our documents.

        Raises:
            Refused: there is none.
        """
        return await self.ask_with(session.token, session.purpose, name, variables)

    async def relay(self, session: Session, body: Mapping[str, object]) -> tuple[int, bytes]:
        """Ask what somebody wrote themselves: the status and the answer, an error too, as they come."""
        try:
            response = await self._client.post(
                "/graphql", json=dict(body), headers=credentials(session.token, session.purpose)
            )
        except httpx.HTTPError:
            return 503, b'{"errors": [{"message": "the service did not answer"}]}'
        return response.status_code, response.content

    async def ask_with(
        self, token: str, purpose: str, name: str, variables: Mapping[str, object]
    ) -> dict[str, Any]:
        """The same before there is a session. Raises Refused as :meth:`ask`."""
        try:
            response = await self._client.post(
                "/graphql",
                json={"documentId": document_id(name), "variables": dict(variables)},
                headers=credentials(token, purpose),
            )
            answer = response.json()
        except (httpx.HTTPError, ValueError):
            raise Refused(503, "MAST-210", "the service did not answer", "ask again") from None
        if response.status_code != HTTPStatus.OK:
            raise _refusal(response, answer)
        data: dict[str, Any] = answer["data"]
        return data


@lru_cache(maxsize=64)
def document(name: str) -> str:
    """One of the console's documents."""
    return files("mast_console").joinpath("documents", f"{name}.graphql").read_text("utf-8")


@lru_cache(maxsize=64)
def document_id(name: str) -> str:
    """What it is registered under."""
    return "sha256:" + hashlib.sha256(document(name).encode()).hexdigest()


def all_documents() -> list[str]:
    """Every document of the console, for the service to register."""
    names = sorted(each.name for each in files("mast_console").joinpath("documents").iterdir())
    return [document(name.removesuffix(".graphql")) for name in names if name.endswith(".graphql")]


def credentials(token: str, purpose: str) -> dict[str, str]:
    """By which the service knows who asks, and what for."""
    return {"Authorization": f"Bearer {token}", "X-Purpose": purpose}


def _refusal(response: httpx.Response, answer: Any) -> Refused:
    try:
        said = answer["errors"][0]["extensions"]
        code, fact, fix = str(said["code"]), str(said["fact"]), str(said["fix"])
    except (KeyError, IndexError, TypeError):
        code, fact, fix = "MAST-000", "the service gave no reason", "ask again"
    headers = response.headers
    return Refused(
        response.status_code,
        code,
        fact,
        fix,
        headers.get("x-request-id", ""),
        headers.get("retry-after", ""),
    )
