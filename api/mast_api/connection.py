"""A connection of the service: who is slow in sending, or sends too long a head, is hung up on.

uvicorn waits for the rest of a request as long as it takes: some hundred connections that send a byte now and
then would keep everybody else out.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

RECEIVE_WITHIN_S: Final = 10.0
"""Longest from the first byte of a request, or the beginning of a connection, to the last byte of it."""

IDLE_S: Final = 30
"""Longest that a connection is kept without a request."""

MOST_HEAD_BYTES: Final = 32_768
"""A token has 2,000 or so."""

SEND_WITHIN_S: Final = 10.0
"""Longest that what is sent over a WebSocket may wait for its reader."""

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

    def handle_websocket_upgrade(self) -> None:
        """Go on as a WebSocket, which waits by rules of its own, unless there are too many connections."""
        self._wait_no_more()
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            self.transport.abort()
            return
        super().handle_websocket_upgrade()

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


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's protocol, but whoever does not read what was sent is hung up on."""

    _unread: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """What was sent is not read: begin to wait for it."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(SEND_WITHIN_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It is read."""
        super().resume_writing()
        self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._read()
        super().connection_lost(exc)

    def keepalive_timeout(self) -> None:
        """Hang up on who does not answer: a close would wait for the reader who does not read."""
        super().keepalive_timeout()
        self.transport.abort()

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
