"""The HTTP service: one GraphQL endpoint that authenticates, limits, audits and answers, in that order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

import orjson
import uvicorn
from graphql import GraphQLError, OperationType
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mast_api import errors, limits
from mast_api.admitting import admitted, from_another_site
from mast_api.asking import Asking
from mast_api.connection import IDLE_S, MOST_AT_ONCE, BoundedProtocol, BoundedWebSocket
from mast_api.mounting import mounted_console
from mast_api.ports import Services
from mast_api.schema import Schema, build_schema
from mast_api.settings import Settings
from mast_api.subscribing.socket import Sockets
from mast_graph import practice, read
from mast_resolver.errors import BadRequestError, GraphUnavailableError, MastError, TooManyRequestsError

log = logging.getLogger("mast.api")

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Answers are for programs: no page may show, keep or be told them."""

_RAW_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

ANSWER_WITHIN_S: Final = 30.0
"""Longest that a question may take in all; what decides something is let finish."""

READY_WITHIN_S: Final = 2.5
WARM_UP_AGAIN_S: Final = 1.0


def create_app(services: Services) -> Starlette:
    """The service over what the wiring built; it closes the store, and leaves the audit log open."""
    endpoint = Endpoint(services)

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    console = mounted_console(services, whole)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        endpoint.practise()
        yield
        await console.close()
        await endpoint.rest()
        if services.close is not None:
            await services.close()

    app = Starlette(
        routes=[
            Route("/graphql", endpoint.graphql, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
            WebSocketRoute("/graphql", endpoint.sockets.serve),
            Route("/health", endpoint.health, methods=["GET"]),
            Route("/ready", endpoint.ready, methods=["GET"]),
            console.mounted,
        ],
        middleware=[Middleware(_Headers)],
        lifespan=lifespan,
    )
    return app


def server_config(app: Starlette, settings: Settings, most: limits.Limits) -> uvicorn.Config:
    """How uvicorn serves the app: quiet, and on SIGTERM it lets running requests end first."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,  # it would write query strings
        server_header=False,
        proxy_headers=False,
        ws=BoundedWebSocket,
        ws_max_size=most.body_bytes,
        ws_per_message_deflate=False,
        http=BoundedProtocol,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=max(1, round(settings.drain_s)),
    )


class _Headers:
    """Adds what every answer carries, also those that starlette gives by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in _RAW_HEADERS if header[0] not in said),
                ]
            await send(message)

        await self._app(scope, receive, with_headers)


class Endpoint:
    """The three routes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._warm = not services.practises
        self._door = asyncio.Event()
        self._practising: asyncio.Task[None] | None = None
        self._in_hand = 0
        self._schema: Schema = build_schema(introspection=services.settings.development)
        # The usual question about the schema itself is deep.
        deepest = 20 if services.settings.development else services.limits.depth
        self._limits = replace(services.limits, depth=deepest)
        self.sockets = Sockets(services, self._schema, self._limits)

    def practise(self) -> None:
        """Let the database plan each query, so that no caller waits for it; beside the requests that come.

        At the start, and again when it did not answer in time: it plans anew as the graph grows, and a plan
        that takes longer than a caller waits is given up and never remembered, request after request.
        """
        if self._services.practises and (self._practising is None or self._practising.done()):
            self._practising = asyncio.create_task(self._practise())

    async def rest(self) -> None:
        """Practise no more."""
        if self._practising is not None:
            self._practising.cancel()
            await asyncio.wait({self._practising})

    async def _practise(self) -> None:
        store, clock = self._services.patient or self._services.store, self._services.clock
        while True:
            try:
                await practice.warm_up(store, clock(), self._door)
            except MastError as error:
                log.warning("queries are not planned yet: %s", error.code)
                await asyncio.sleep(WARM_UP_AGAIN_S)
            else:
                self._warm = True
                return

    async def health(self, _request: Request) -> Response:
        """The process is alive."""
        return _json(200, {"status": "alive"})

    async def ready(self, _request: Request) -> Response:
        """The database answers, under keys that are held; queries are planned, and the search is loaded.

        The question at a door is planned first, and said apart: it may be asked while others wait.
        """
        database = keys = False
        with suppress(MastError, TimeoutError):
            async with asyncio.timeout(READY_WITHIN_S):
                database = await read.ready(self._services.store)
                await self._services.keys.check()
                keys = True
        state = {
            "database": database,
            "keys": keys,
            "address_check": self._warm or self._door.is_set(),
            "queries": self._warm,
            "search": self._services.search.ready,
        }
        return _json(200 if all(state.values()) else 503, {"status": state})

    async def graphql(self, request: Request) -> Response:
        """One operation: refused, failed or answered, and noted either way once the caller is known."""
        request_id = self._services.new_id()
        self._in_hand += 1
        try:
            return await self._answer(request, request_id)
        except MastError as error:
            said = GraphQLError(error.code, original_error=error)
            status = errors.STATUS.get(error.code, 500)
            return _failed(status, [errors.shown(error)], request_id, _retry_after([said]))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            return _failed(500, [errors.masked(error, self._services.new_id)], request_id)
        finally:
            self._in_hand -= 1

    async def _answer(self, request: Request, request_id: str) -> Response:
        services = self._services
        if request.method != "POST":
            raise BadRequestError("only POST is answered", fix="send the operation in the body of a POST")
        if from_another_site(request.headers):
            raise BadRequestError("a page of another site asks", fix="ask from a program, or a page of ours")
        caller = await admitted(
            services, _only(request, "authorization"), _only(request, "x-purpose"), request_id
        )
        asking = Asking(services, caller, request_id, services.clock(), alone=lambda: self._in_hand == 1)
        try:
            services.rate.take(caller.subject, caller.purpose.value, asking.now)
            operation = await self._operation(request, asking)
            await services.keys.check()
        except MastError as error:
            await asking.note_answer([error.code])
            raise
        try:
            data, failures = await self._run(operation, asking)
            status, listed, codes = errors.entries(failures, services.new_id)
        except Exception:
            await asking.note_answer([errors.MASKED_CODE])
            raise
        await asking.note_answer(codes)
        if GraphUnavailableError.code in codes:
            self.practise()
        if codes:
            return _failed(status, listed, request_id, _retry_after(failures))
        return _json(200, {"data": data}, request_id)

    async def _operation(self, request: Request, asking: Asking) -> limits.Request:
        """Read the request and hold it against the limits, the cheapest first."""
        most = self._limits
        content_type = request.headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() != "application/json":
            raise BadRequestError("the body is not application/json", fix="set Content-Type")
        operation = limits.read_request(await _body(request, most.body_bytes))
        text = self._services.documents.text(operation.query, operation.document_id)
        asking.document = limits.read_document(text, most)
        limits.check(asking.document, operation, self._schema.core, most)
        return operation

    async def _run(
        self, operation: limits.Request, asking: Asking
    ) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
        assert asking.document is not None  # noqa: S101 - _operation has set it or raised
        kind = limits.operation_type(asking.document, operation.operation_name)
        decides = kind is OperationType.MUTATION
        asking.tells_at_end = kind is OperationType.QUERY
        try:
            async with asyncio.timeout(None if decides else ANSWER_WITHIN_S):
                result = await self._schema.execute(
                    asking.document, asking, operation.variables, operation.operation_name
                )
        except TimeoutError:
            late = GraphUnavailableError("the answer was not ready in time", fix="ask for less, or again")
            return None, [GraphQLError("too late", original_error=late)]
        quoting = self._services.settings.development
        return result.data, [errors.sayable(error, quoting=quoting) for error in result.errors or ()]


def _only(request: Request, name: str) -> str | None:
    """A header; where it is sent twice, both, which is what no token and no purpose is."""
    return ", ".join(request.headers.getlist(name)) or None


async def _body(request: Request, most: int) -> bytes:
    """The body, refused as soon as it is over the limit, whatever its header said."""
    too_long = BadRequestError(f"the body has over {most} bytes", fix="send a shorter document")
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:12]) > most:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise too_long
    return bytes(body)


def _retry_after(failures: list[GraphQLError]) -> int | None:
    """In how many seconds to ask again, where too much was asked."""
    waits = [
        error.original_error.retry_after_s
        for error in failures
        if isinstance(error.original_error, TooManyRequestsError)
    ]
    return max(waits, default=None)


def _failed(
    status: int, listed: list[dict[str, object]], request_id: str, retry_after_s: int | None = None
) -> Response:
    response = _json(status, {"errors": listed, "data": None}, request_id)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _json(status: int, content: Mapping[str, object], request_id: str | None = None) -> Response:
    headers = {"X-Request-Id": request_id} if request_id else {}
    return Response(orjson.dumps(content), status_code=status, headers=headers, media_type="application/json")
