"""Somebody who subscribes, with a WebSocket client that is not ours."""

from __future__ import annotations

import json
from collections import deque
from contextlib import ExitStack
from typing import Any, Self

from tests.town import Service
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
BROKEN = "subscription { glassBroken { id by reason targetIds } }"
BREAK = """mutation($why: String!) {
  breakGlass(target: {address: "3 Mill Lane, Walsall WS2 2AA"}, reason: $why) { id } }"""
WITHIN_S = 15


class Subscriber:
    """One socket; what it says and is told is in the words of the protocol."""

    def __init__(self, service: Service, *, token: str = "", subprotocol: str = "graphql-transport-ws",
                 **headers: str) -> None:  # fmt: skip
        self.service = service
        self.token = token or service.token(**OFFICER)
        self._before: deque[dict[str, Any]] = deque()
        self._open = ExitStack()
        self.socket = self._open.enter_context(
            connect(
                service.url.replace("http", "ws") + "/graphql",
                subprotocols=[subprotocol],  # type: ignore[list-item]
                additional_headers=headers,
                open_timeout=WITHIN_S,
                proxy=None,
                ping_interval=None,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def says(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hears(self) -> dict[str, Any]:
        """What it is told next, in its order."""
        return self._before.popleft() if self._before else self._next()

    def _next(self) -> dict[str, Any]:
        found = json.loads(self.socket.recv(timeout=WITHIN_S))
        assert isinstance(found, dict)
        return found

    def known(self, **payload: str) -> Self:
        """Say who it is, and be let in."""
        self.says(type="connection_init", payload={"authorization": f"Bearer {self.token}"} | payload)
        assert self.hears() == {"type": "connection_ack"}
        return self

    def subscribes(self, query: str = BROKEN, id_: str = "1", **more: Any) -> Self:
        """Subscribe, and wait until it stands, or is refused."""
        self.says(type="subscribe", id=id_, payload={"query": query} | more)
        self.says(type="ping")
        while (heard := self._next()) != {"type": "pong"}:
            self._before.append(heard)
        return self

    def closed(self) -> tuple[int, str]:
        """How the service closes it; whatever is told before is a fault."""
        try:
            told = self.socket.recv(timeout=WITHIN_S)
        except ConnectionClosed as close:
            return (close.rcvd.code, close.rcvd.reason) if close.rcvd else (1006, "")
        raise AssertionError(f"told {told!r}")


def smash(service: Service, why: str = "a child is screaming inside and nobody opens") -> str:
    """Somebody breaks the glass; its id."""
    return str(service.answer(BREAK, why=why)["id"])
