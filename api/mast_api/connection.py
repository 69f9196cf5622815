"""A connection of the service: who is slow in sending, or sends too long a head, is hung up on.

uvicorn waits for the rest of a request as long as it takes: some hundred connections that send a byte now and
then would keep everybody else out.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

RECEIVE_WITHIN_S: Final = 10.0
"""Longest from the first byte of a request, or the beginning of a connection, to the last byte of it."""

IDLE_S: Final = 30
"""Longest that a connection is kept without a request."""

MOST_HEAD_BYTES: Final = 32_768
"""A token has 2,000 or so."""

MOST_AT_ONCE: Final = 1_000
"""Connections, and requests: more are refused with 503."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a bound on the time and length of what is received."""

    _waiting: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of the request is too long."""
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a request."""
        self._in_head, self._head_bytes = True, 0
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._wait_no_more()
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Hang up, also on who does not read what was sent."""
        self.transport.abort()

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(RECEIVE_WITHIN_S, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
