"""A subscription of the service, asked in this process, with the token of whoever is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Message, Send

from mast_console.service import credentials, document_id
from mast_console.sessions import Session

PROTOCOL: Final = "graphql-transport-ws"


async def events(
    service: ASGIApp, session: Session, name: str, *, beat_s: float
) -> AsyncGenerator[dict[str, Any] | None]:
    """What happens, by one of our documents; an empty event once it stands, and none after each quiet beat.

    It ends when the service ends it: the token is good no more, or the question not theirs. The service waits
    until what was told is taken from here.
    """
    inward: asyncio.Queue[Message] = asyncio.Queue()
    outward: asyncio.Queue[Message] = asyncio.Queue(maxsize=1)
    left = asyncio.Event()

    async def tell(message: Message) -> None:
        # Once nobody listens any more a full queue would keep the service from ever ending.
        if not left.is_set():
            await outward.put(message)

    running = asyncio.create_task(_run(service, inward, tell))
    inward.put_nowait({"type": "websocket.connect"})
    _say(inward, type="connection_init", payload=credentials(session.token, session.purpose))
    try:
        while True:
            try:
                message = await asyncio.wait_for(outward.get(), beat_s)
            except TimeoutError:
                yield None
                continue
            if message["type"] == "websocket.close":
                return
            match orjson.loads(message.get("text") or b"{}"):
                case {"type": "connection_ack"}:
                    _say(inward, type="subscribe", id="1", payload={"documentId": document_id(name)})
                    _say(inward, type="ping")
                case {"type": "pong"}:  # messages are taken in turn: what happens from now on is told
                    yield {}
                case {"type": "next", "payload": {"data": data}}:
                    yield data
                case {"type": "error" | "complete"}:
                    return
    finally:
        left.set()
        inward.put_nowait({"type": "websocket.disconnect", "code": 1000})
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _run(service: ASGIApp, inward: asyncio.Queue[Message], tell: Send) -> None:
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"console.internal")],
        "subprotocols": [PROTOCOL],
    }
    try:
        await service(scope, inward.get, tell)
    finally:
        await tell({"type": "websocket.close"})


def _say(inward: asyncio.Queue[Message], **said: object) -> None:
    inward.put_nowait({"type": "websocket.receive", "text": orjson.dumps(said).decode()})
