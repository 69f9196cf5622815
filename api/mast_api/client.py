"""Asking the service as any client would, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import httpx

import mast_resolver.research_errors  # noqa: F401 - its errors are found by the base of all
from mast_api.remote import check_address, is_here
from mast_resolver.errors import GraphUnavailableError, MastError

READY_WITHIN_S: Final = 120.0
ANSWER_WITHIN_S: Final = 30.0
WAIT_S: Final = 0.1
TOLD_TO_WAIT: Final = 20
LONGEST_WAIT_S: Final = 120.0
"""Times, and seconds each time, that a question is asked again where the service says: not so fast."""


def ask(base: str, token: str, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an answer.

    Raises:
        SettingsError: the address is neither https nor on this machine: the token would go in the clear.
        MastError: what the service refused it with, of the same class.
        GraphUnavailableError: it did not answer.
    """
    check_address(base)
    for _ in range(TOLD_TO_WAIT):
        response, answer = _asked(base, token, document, variables)
        wait_s = _wait_s(response)
        if response.status_code != HTTPStatus.TOO_MANY_REQUESTS or wait_s > LONGEST_WAIT_S:
            break
        time.sleep(wait_s)
    if response.status_code != 200:
        raise _refusal(response)
    return dict(answer["data"])


def _asked(
    base: str, token: str, document: str, variables: Mapping[str, Any]
) -> tuple[httpx.Response, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with _connection(base, ANSWER_WITHIN_S) as connection:
            response = connection.post(
                f"{base}/graphql", json={"query": document, "variables": variables}, headers=headers
            )
            answer: dict[str, Any] = response.json() if response.status_code == 200 else {}
    except (httpx.HTTPError, ValueError):
        raise GraphUnavailableError(
            "the service did not answer", fix="see that it runs, and ask again"
        ) from None
    return response, answer


def _wait_s(response: httpx.Response) -> float:
    """How long to wait before asking again, where the service says so in seconds; a proxy may say a date."""
    said = response.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else float("inf")


def wait_until(base: str, *needed: str) -> None:
    """Wait until the service says that these parts of it are ready (``database``, ``queries``, ``search``).

    Raises:
        GraphUnavailableError: they are not, in two minutes.
    """
    deadline = time.monotonic() + READY_WITHIN_S
    while not all(_state(base).get(each) for each in needed):
        if time.monotonic() > deadline:
            raise GraphUnavailableError("the service did not get ready", fix="run it again")
        time.sleep(WAIT_S)


def _state(base: str) -> Mapping[str, bool]:
    try:
        with _connection(base, 5) as connection:
            return dict(connection.get(f"{base}/ready").json()["status"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return {}


def _connection(base: str, within_s: float) -> httpx.Client:
    """Redirects are not followed, for the token goes with them; no proxy stands before this machine."""
    return httpx.Client(timeout=within_s, follow_redirects=False, trust_env=not is_here(base))


def _refusal(response: httpx.Response) -> MastError:
    try:
        said = response.json()["errors"][0]["extensions"]
        code, fact, fix = str(said["code"]), str(said["fact"]), str(said["fix"])
    except (ValueError, KeyError, IndexError, TypeError):
        return GraphUnavailableError(
            f"the service answered {response.status_code} without saying why",
            fix="see that the address is its own",
        )
    kinds = {kind.code: kind for kind in _kinds(MastError)}
    return kinds.get(code, MastError)(fact, fix=fix)


def _kinds(kind: type[MastError]) -> Iterator[type[MastError]]:
    for each in kind.__subclasses__():
        yield from _kinds(each)
        yield each
