"""Slow senders and long heads: hung up on, while everybody else is answered."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mast_api import connection
from mast_api.app import server_config
from mast_api.connection import MOST_HEAD_BYTES
from mast_api.limits import Limits
from mast_api.settings import Settings

WITHIN_S = 0.5
HEAD = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n"


async def echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A service that does nothing but answer, served as ours is."""
    monkeypatch.setattr(connection, "RECEIVE_WITHIN_S", WITHIN_S)
    monkeypatch.setattr("mast_api.app.IDLE_S", 1)
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    server = uvicorn.Server(server_config(app, replace(Settings.read({}), port=0), Limits()))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def dripped(port: int, pieces: Iterator[bytes], every_s: float) -> float:
    """Send piece by piece until hung up on; for how many seconds that went on, 20 at most."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as to:
        to.settimeout(every_s)
        with suppress(ConnectionError):
            for piece in pieces:
                to.sendall(piece)
                if time.monotonic() - begun > 20:
                    break
                with suppress(TimeoutError):
                    if to.recv(4_096) == b"":
                        break
    return time.monotonic() - begun


def bytes_of(content: bytes) -> Iterator[bytes]:
    yield from (bytes([each]) for each in content)


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(lambda: iter([b""] * 400), id="nothing"),
        pytest.param(lambda: bytes_of(HEAD * 5), id="a head, byte by byte"),
        pytest.param(lambda: bytes_of(b"\r\n" * 200), id="empty lines"),
        pytest.param(lambda: iter([HEAD, *(b"X-%d: 1\r\n" % n for n in range(400))]), id="headers for ever"),
        pytest.param(lambda: iter([HEAD + b"\r\n", *[b"x", *[b""] * 400]]), id="a body that stops"),
        pytest.param(lambda: iter([HEAD.replace(b"10", b"400"), b"\r\n", *[b"x"] * 400]), id="a body"),
        pytest.param(
            lambda: iter([HEAD.replace(b"Content-Length: 10", b"Transfer-Encoding: chunked") + b"\r\n",
                          *[b"1\r\nx\r\n"] * 400]),
            id="chunks, dripped",
        ),
    ],
)  # fmt: skip
def test_who_sends_slowly_is_hung_up_on(port: int, pieces: Callable[[], Iterator[bytes]]) -> None:
    took = dripped(port, pieces(), every_s=0.05)
    assert took < 20 * WITHIN_S, "it went on"


def test_who_asks_once_and_then_drips_is_hung_up_on_too(port: int) -> None:
    whole = HEAD + b"\r\n0123456789"
    assert dripped(port, iter([whole, *[b"\r\n"] * 400]), every_s=0.05) < 20 * WITHIN_S
    assert dripped(port, iter([whole, *bytes_of(HEAD * 5)]), every_s=0.05) < 20 * WITHIN_S


def test_a_connection_without_a_request_is_not_kept(port: int) -> None:
    assert dripped(port, iter([HEAD + b"\r\n0123456789", *[b""] * 400]), every_s=0.05) < 10


@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * MOST_HEAD_BYTES, b"X: 1\r\n" * MOST_HEAD_BYTES])
def test_a_head_without_an_end_is_refused_before_it_fills_the_memory(port: int, line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as to:
        to.settimeout(10)
        sent = 0
        with suppress(ConnectionError):
            to.sendall(HEAD)
            for begin in range(0, 50 * len(line), 16_384):
                to.sendall((line * 2)[begin % len(line) :][:16_384])
                sent += 16_384
    assert sent < 5_000_000


def test_hundreds_of_slow_ones_keep_nobody_else_out(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    try:
        for each in slow:
            each.sendall(HEAD)
        with socket.create_connection(("127.0.0.1", port)) as to:
            to.settimeout(10)
            to.sendall(HEAD + b"\r\n0123456789")
            assert to.recv(4_096).startswith(b"HTTP/1.1 200 ")
        deadline = time.monotonic() + 20
        while slow and time.monotonic() < deadline:
            each = slow[-1]
            each.settimeout(1)
            with suppress(TimeoutError, ConnectionError):
                if each.recv(10):
                    continue
            slow.pop().close()
        assert not slow
    finally:
        for each in slow:
            each.close()


def test_who_sends_at_an_ordinary_pace_is_answered_however_often(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as to:
        to.settimeout(10)
        for _ in range(4):
            to.sendall(HEAD)
            time.sleep(0.2)
            to.sendall(b"\r\n01234")
            to.sendall(b"56789")
            answer = to.recv(4_096)
            while answer and not answer.endswith(b"0123456789"):  # head and body may come apart
                answer += to.recv(4_096)
            assert answer.startswith(b"HTTP/1.1 200 ")
            time.sleep(0.3)
