"""Asking the service as any client would, over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mast_resolver.errors import GraphUnavailableError, MastError

READY_WITHIN_S: Final = 120.0
ANSWER_WITHIN_S: Final = 30.0
WAIT_S: Final = 0.1


def ask(base: str, token: str, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an answer.

    Raises:
        MastError: what the service refused it with, of the same class.
        GraphUnavailableError: it did not answer.
    """
    body = json.dumps({"query": document, "variables": variables}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}/graphql", body, headers)  # noqa: S310 - the caller's own service
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as problem:
        raise _refusal(problem) from None
    except (OSError, ValueError):
        raise GraphUnavailableError(
            "the service did not answer", fix="see that it runs, and ask again"
        ) from None
    return dict(answer["data"])


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
        with urllib.request.urlopen(f"{base}/ready", timeout=5) as response:  # noqa: S310
            return dict(json.load(response)["status"])
    except urllib.error.HTTPError as not_ready:
        try:
            return dict(json.load(not_ready)["status"])
        except (ValueError, KeyError, TypeError):
            return {}
    except (OSError, ValueError):
        return {}


def _refusal(problem: urllib.error.HTTPError) -> MastError:
    try:
        said = json.load(problem)["errors"][0]["extensions"]
        code, fact, fix = str(said["code"]), str(said["fact"]), str(said["fix"])
    except (ValueError, KeyError, IndexError, TypeError):
        return GraphUnavailableError(
            f"the service answered {problem.code} without saying why", fix="see that the address is its own"
        )
    kinds = {kind.code: kind for kind in _kinds(MastError)}
    return kinds.get(code, MastError)(fact, fix=fix)


def _kinds(kind: type[MastError]) -> Iterator[type[MastError]]:
    for each in kind.__subclasses__():
        yield from _kinds(each)
        yield each
