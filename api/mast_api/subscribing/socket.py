"""Subscriptions over a WebSocket: the protocol graphql-transport-ws, under the limits of every request."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from mast_api import errors, limits
from mast_api.access import Caller
from mast_api.admitting import admitted, from_another_site
from mast_api.limits import Limits
from mast_api.ports import Services
from mast_api.rates import Rate
from mast_api.schema import Schema
from mast_api.subscribing.watching import Watching
from mast_resolver.errors import MastError, TooManyRequestsError

PROTOCOL: Final = "graphql-transport-ws"

INIT_WITHIN_S: Final = 10.0
"""Longest from the opening of a socket to the token of whoever opened it."""

KNOWN_EVERY_S: Final = 20.0
"""So often is the token of an open socket verified, also while there is no news."""

MOST_OF_ONE: Final = 10
"""Sockets of one user."""

MOST_ON_ONE: Final = 10
"""Subscriptions on one socket."""

MOST_MESSAGES: Final = 120
"""Messages a minute on one socket."""

MOST_ID: Final = 100
"""Characters of a name that a client gives to a subscription."""


class CloseError(Exception):
    """The socket has to be closed, with this code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Sockets:
    """Every open socket of the service."""

    def __init__(self, services: Services, schema: Schema, most: Limits) -> None:
        self.services, self.schema, self.most = services, schema, most
        self.of: Counter[str] = Counter()

    async def serve(self, websocket: WebSocket) -> None:
        """Answer a socket until either side closes it."""
        if not _is_ours(websocket):
            await websocket.close()  # before it is accepted: 403
            return
        if PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(subprotocol=PROTOCOL)
        with suppress(WebSocketDisconnect):
            await _Socket(websocket, self).serve()


class _Socket:
    """One socket: who opened it, and the subscriptions that run on it."""

    def __init__(self, websocket: WebSocket, sockets: Sockets) -> None:
        self._websocket, self._sockets = websocket, sockets
        self._services = sockets.services
        self._authorization: str | None = None
        self._purpose: str | None = None
        self._messages = Rate(MOST_MESSAGES)
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Until either side closes it."""
        try:
            caller = await self._initialised()
            await self._send({"type": "connection_ack"})
            await self._answer(caller)
        except CloseError as close:
            await self._websocket.close(close.code, close.reason)
        except WebSocketDisconnect:
            raise
        except Exception as error:  # such as an audit log that cannot be written: nothing more is told
            errors.masked(error, self._services.new_id)
            await self._websocket.close(4500, "Internal server error")

    async def _answer(self, caller: Caller) -> None:
        """Whatever ends one of the tasks ends them all."""
        self._sockets.of[caller.subject] += 1
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._take(caller, group))
                group.create_task(self._stay_known())
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            self._sockets.of[caller.subject] -= 1

    async def _initialised(self) -> Caller:
        """Who opens the socket: nothing is answered before they are known."""
        try:
            async with asyncio.timeout(INIT_WITHIN_S):
                message = await self._receive()
                while message["type"] in ("ping", "pong"):
                    await self._ponged(message)
                    message = await self._receive()
        except TimeoutError:
            raise CloseError(4408, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise CloseError(4401, "Unauthorized")
        self._authorization, self._purpose = _credentials(message.get("payload"))
        caller = await self._known()
        if self._sockets.of[caller.subject] >= MOST_OF_ONE:
            raise CloseError(1013, f"over {MOST_OF_ONE} sockets of one user")
        return caller

    async def _known(self) -> Caller:
        """Who the token says that they are, now.

        Raises:
            CloseError: it is not valid, or not any more.
        """
        try:
            return await admitted(self._services, self._authorization, self._purpose, self._services.new_id())
        except MastError as error:
            raise CloseError(4403, f"{error.code}: {error.fact}") from None

    async def _stay_known(self) -> None:
        """See that the token is still good, also while there is no news."""
        while True:
            await asyncio.sleep(KNOWN_EVERY_S)
            await self._known()

    async def _take(self, caller: Caller, group: asyncio.TaskGroup) -> None:
        while True:
            message = await self._receive()
            match message["type"]:
                case "ping" | "pong":
                    await self._ponged(message)
                case "subscribe":
                    await self._subscribe(message, caller, group)
                case "complete":
                    running = self._running.pop(str(message.get("id")), None)
                    if running is not None:
                        running.cancel()
                case "connection_init":
                    raise CloseError(4429, "Too many initialisation requests")
                case _:
                    raise CloseError(4400, "unknown type of message")

    async def _subscribe(self, message: Mapping[str, Any], caller: Caller, group: asyncio.TaskGroup) -> None:
        id_ = message.get("id")
        if not isinstance(id_, str) or not 0 < len(id_) <= MOST_ID:
            raise CloseError(4400, "a subscription has no id, or a long one")
        if id_ in self._running:
            raise CloseError(4409, "a subscription of this id runs already")
        if len(self._running) >= MOST_ON_ONE:
            full = TooManyRequestsError(
                f"over {MOST_ON_ONE} subscriptions on one socket", fix="complete one, or open another socket"
            )
            await self._send_errors(id_, [errors.shown(full)])
            return
        services = self._services
        watching = Watching(services, caller, services.new_id(), services.clock(), known_again=self._known)
        task = group.create_task(self._run(id_, message.get("payload"), watching))
        self._running[id_] = task
        # Messages are taken in turn: a pong after this says that whatever happens from then on is told.
        standing = asyncio.create_task(watching.stands.wait())
        try:
            await asyncio.wait({standing, task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            standing.cancel()

    async def _run(self, id_: str, payload: object, watching: Watching) -> None:
        try:
            await self._tell(id_, payload, watching)
            await self._send({"id": id_, "type": "complete"})
        except MastError as error:
            await watching.note_answer([error.code])
            await self._send_errors(id_, [errors.shown(error)])
        except (CloseError, WebSocketDisconnect):
            raise
        except Exception as error:
            await watching.note_answer([errors.MASKED_CODE])
            await self._send_errors(id_, [errors.masked(error, self._services.new_id)])
        finally:
            if self._running.get(id_) is asyncio.current_task():
                del self._running[id_]

    async def _tell(self, id_: str, payload: object, watching: Watching) -> None:
        """Send what happens: on record before a byte of it leaves, as every answer is."""
        services, most = self._services, self._sockets.most
        services.rate.take(watching.caller.subject, watching.caller.purpose.value, watching.now)
        operation = limits.request_of(payload)
        text = services.documents.text(operation.query, operation.document_id)
        watching.document = limits.read_document(text, most)
        schema = self._sockets.schema
        limits.check(watching.document, operation, schema.core, most, subscribes=True)
        await services.keys.check()
        events = schema.subscribe(watching.document, watching, operation.variables, operation.operation_name)
        async with aclosing(events):
            async for event in events:
                quoting = services.settings.development
                failures = [errors.sayable(each, quoting=quoting) for each in event.errors or ()]
                _, listed, codes = errors.entries(failures, services.new_id)
                await watching.note_answer(codes)
                if codes:
                    await self._send_errors(id_, listed)
                    return
                watching.next_event()
                await self._send({"id": id_, "type": "next", "payload": {"data": event.data}})

    async def _receive(self) -> dict[str, Any]:
        """The next message; what is none closes the socket."""
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1006))
        try:
            self._messages.take("", "", self._services.clock())
            message = orjson.loads(received["text"])
        except TooManyRequestsError:
            raise CloseError(1008, f"over {MOST_MESSAGES} messages a minute") from None
        except (KeyError, TypeError, ValueError):
            raise CloseError(4400, "the message is not JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise CloseError(4400, "the message has no type")
        return message

    async def _ponged(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "ping":
            await self._send({"type": "pong"})

    async def _send_errors(self, id_: str, listed: list[dict[str, object]]) -> None:
        """What ends a subscription."""
        await self._send({"id": id_, "type": "error", "payload": listed})

    async def _send(self, message: Mapping[str, object]) -> None:
        """Waits for who reads slowly; ``BoundedWebSocket`` says how long."""
        await self._websocket.send_text(orjson.dumps(message).decode())


def _is_ours(websocket: WebSocket) -> bool:
    """Whether no page of another site opens it: browsers say whose page it is, programs say nothing."""
    headers = websocket.headers
    origins = headers.getlist("origin")
    if from_another_site(headers):
        return False
    return not origins or [urlsplit(origin).netloc for origin in origins] == headers.getlist("host")


def _credentials(payload: object) -> tuple[str | None, str | None]:
    """Token and purpose, under the names of the headers in which a request has them."""
    if not isinstance(payload, dict | None):
        raise CloseError(4400, "the payload is not an object")
    said: dict[str, str] = {}
    for name, value in (payload or {}).items():
        if name.lower() in said or not isinstance(value, str):
            raise CloseError(4400, "the payload names something twice, or what is no text")
        said[name.lower()] = value
    return said.get("authorization"), said.get("x-purpose")
