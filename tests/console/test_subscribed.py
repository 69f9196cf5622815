"""A subscription that is asked for a page: it ends when the page goes, whatever the service just says."""

from __future__ import annotations

import asyncio

import orjson
from starlette.types import Receive, Scope, Send

from mast_console.sessions import Session
from mast_console.subscribed import events

WITHIN_S = 10


async def tells_more(_scope: Scope, receive: Receive, send: Send) -> None:
    """Stands, and has something to tell before what it said last was taken; it says goodbye when it ends."""
    await receive()
    await send({"type": "websocket.accept"})
    try:
        while (heard := await receive())["type"] != "websocket.disconnect":
            said = orjson.loads(heard["text"])
            answers = {"connection_init": ("connection_ack",), "ping": ("pong", "next", "next")}
            for kind in answers.get(said["type"], ()):
                told = {"type": kind, "id": "1", "payload": {"data": {"alertRaised": {"id": "AL-1"}}}}
                await send({"type": "websocket.send", "text": orjson.dumps(told).decode()})
    finally:
        await send({"type": "websocket.close"})


def test_it_closes_though_what_was_told_last_was_never_taken() -> None:
    async def leaves() -> None:
        told = events(tells_more, Session("c", token="t", purpose="p"), "alert_raised", beat_s=5)
        assert await anext(told) == {}
        await asyncio.sleep(0.05)  # now what happens is told, and nobody takes it
        closing = asyncio.create_task(told.aclose())
        done, _ = await asyncio.wait({closing}, timeout=WITHIN_S)
        assert done, "who goes waits for ever for a message that nobody takes"
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not others, "the service goes on asking for nobody"

    asyncio.run(leaves())


def test_what_is_told_is_taken_in_turn_to_the_end() -> None:
    async def ends(_scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            await receive()
        for id_ in ("AL-1", "AL-2"):
            told = {"type": "next", "id": "1", "payload": {"data": id_}}
            await send({"type": "websocket.send", "text": orjson.dumps(told).decode()})

    async def listens() -> list[object]:
        told = events(ends, Session("c", token="t", purpose="p"), "alert_raised", beat_s=WITHIN_S)
        return [each async for each in told]

    assert asyncio.run(listens()) == ["AL-1", "AL-2"]
