"""The socket of the service: taken early, and without Nagle's delay."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from mast_api.service import listening, url
from mast_api.settings import Settings
from mast_resolver.errors import PortTakenError

ANY_PORT = replace(Settings(), port=0)


def test_answers_leave_at_once() -> None:
    """With Nagle's delay each answer on a kept-alive connection would wait 40 ms for its acknowledgement."""

    async def first_connection(taken: socket.socket) -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(accept, sock=taken):
            _, writer = await asyncio.open_connection(*taken.getsockname())
            try:
                return await found
            finally:
                writer.close()
                await writer.wait_closed()

    with listening(ANY_PORT) as taken:
        assert asyncio.run(first_connection(taken)) != 0


def test_a_taken_port_is_refused_with_a_fix() -> None:
    with listening(ANY_PORT) as taken:
        same = listening(replace(ANY_PORT, port=taken.getsockname()[1]))
        with pytest.raises(PortTakenError, match="--port"):
            same.__enter__()


def test_the_url_names_the_port_that_was_found() -> None:
    with listening(ANY_PORT) as taken:
        assert url(taken) == f"http://127.0.0.1:{taken.getsockname()[1]}"
