"""New alerts as they are raised: a page is told their ids, and nothing else of them.

A page holds no token, so the console subscribes for it, in this process, and sends on what it hears as an
event stream. It ends with the session, with the right to ask, or when another page of the session has one.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mast_console import cookies
from mast_console.alerts import raised_after
from mast_console.desk import Desk, from_here
from mast_console.service import Refused
from mast_console.sessions import Session
from mast_console.subscribed import events

log = logging.getLogger("mast.console")

MOST: Final = 300
"""Streams at once: each is a connection of the service, which has a thousand."""

BEAT_S: Final = 15.0
"""So often is something sent, so that who is gone is noticed; and the session looked at."""

SEND_WITHIN_S: Final = 10.0
"""Longest that what was sent may wait for its reader."""

LONGEST_S: Final = 600.0
"""Then a browser asks anew, if it is there still."""

WRITTEN_WITHIN: Final = dt.timedelta(seconds=30)
"""Alerts raised so long before a page was drawn may not have been there yet: their writing takes a while."""

ENDED, ELSEWHERE = "ended", "elsewhere"


class Live:
    """The streams of everybody, one of a session."""

    def __init__(self, desk: Desk, service: ASGIApp) -> None:
        self._desk, self._service = desk, service
        self._open: dict[bytes, Stream] = {}
        desk.sessions.ended = self._ended

    async def alerts(self, request: Request) -> Response:
        """A stream of new alerts; no content where there is to be none, so that no browser asks again."""
        cookie = cookies.session(request)
        session = self._of(cookie)
        since = request.query_params.get("since", "")
        if session is None or not from_here(request):
            return Response(status_code=204)
        if "alertRaised" not in self._desk.wiring.may_ask(session.role, session.purpose):
            return Response(status_code=403)
        name = self._desk.sessions.name(cookie)
        if name not in self._open and len(self._open) >= MOST:
            return Response(status_code=204)
        return Stream(self, name, self._told(cookie, session, since))

    def begins(self, stream: Stream) -> None:
        """It is its session's stream from now on; another one ends."""
        if other := self._open.get(stream.name):
            other.end(ELSEWHERE)
        self._open[stream.name] = stream

    def is_over(self, stream: Stream) -> None:
        """It has ended."""
        if self._open.get(stream.name) is stream:
            del self._open[stream.name]

    def _of(self, cookie: str) -> Session | None:
        """Whose stream it is. It keeps no session from ending: a page that lies there is not used."""
        session = self._desk.sessions.open(cookie, touch=False)
        return session if session and session.ends > self._desk.wiring.clock().timestamp() else None

    def _ended(self, name: bytes) -> None:
        if stream := self._open.get(name):
            stream.end(ENDED)

    async def _told(self, cookie: str, session: Session, since: str) -> AsyncGenerator[list[str]]:
        """Ids of alerts: of those since the page was drawn, once new ones are heard of, and then of each."""
        async with aclosing(events(self._service, session, "alert_raised", beat_s=BEAT_S)) as news:
            async for event in news:
                if self._of(cookie) is None:
                    return
                if event is None:
                    yield []
                elif event:
                    yield [str(event["alertRaised"]["id"])]
                else:
                    found = (await self._desk.service.ask(session, "alerts_open"))["alerts"]["edges"]
                    yield [
                        each["node"]["id"]
                        for each in found
                        if raised_after(each["node"], since, margin=WRITTEN_WITHIN)
                    ]


class Stream(Response):
    """One stream, until its reader goes or it is ended."""

    def __init__(self, live: Live, name: bytes, told: AsyncGenerator[list[str]]) -> None:
        super().__init__(media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.name = name
        self._live, self._told = live, told
        self._over = asyncio.Event()
        self._why = ENDED

    def end(self, why: str) -> None:
        """Let it end, and its reader know why: they ask for none again."""
        self._why = why
        self._over.set()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever ends one of the tasks ends them all."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        self._live.begins(self)
        telling = asyncio.create_task(self._tell(send))
        left = asyncio.create_task(_until_left(receive))
        over = asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait({telling, left, over}, timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._live.is_over(self)
            for task in (telling, left, over):
                task.cancel()
            (slow, *_) = await asyncio.gather(telling, left, over, return_exceptions=True)
        if isinstance(slow, Exception) and not isinstance(slow, TimeoutError):
            log.error("a stream of alerts ended by %s", type(slow).__name__)
        if _ended(left) or isinstance(slow, TimeoutError):
            return
        with suppress(TimeoutError):
            # What ends without being told that it is over is asked for again by the browser.
            is_over = self._over.is_set() or _ended(telling)
            await _sent(send, _event("over", self._why) if is_over else "", more=False)

    async def _tell(self, send: Send) -> None:
        with suppress(Refused):
            async with aclosing(self._told) as told:
                async for ids in told:
                    await _sent(send, _event("alerts", " ".join(ids)) if ids else ":\n\n")


async def _sent(send: Send, text: str, *, more: bool = True) -> None:
    """Send it, unless nobody reads: then TimeoutError."""
    async with asyncio.timeout(SEND_WITHIN_S):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _ended(task: asyncio.Task[object]) -> bool:
    return task.done() and not task.cancelled()


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
