"""Attacks on the WebSocket: by who is not known, from another site, too much, too deep, too slow."""

from __future__ import annotations

import socket as sockets
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from tests.api.attacks.walk import callers, subscriptions
from tests.api.conftest import Serve
from tests.api.subscribing.subscriber import BROKEN, OFFICER, Subscriber
from tests.everything import asking_everything
from tests.town import Service
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from mast_api import connection
from mast_api.app import server_config
from mast_api.limits import Limits
from mast_api.settings import Settings
from mast_api.subscribing.socket import MOST_MESSAGES, MOST_OF_ONE, MOST_ON_ONE

pytestmark = pytest.mark.graph


@pytest.fixture
def served(serve: Serve) -> Service:
    return serve()


def refusal(message: dict[str, Any]) -> str:
    assert message["type"] == "error", message
    return str(message["payload"][0]["extensions"]["code"])


def test_nothing_is_answered_without_init(served: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(served.audited())
    with Subscriber(served) as nobody:
        nobody.says(type="subscribe", id="1", payload={"query": BROKEN})
        assert nobody.closed() == (4401, "Unauthorized")
    monkeypatch.setattr("mast_api.subscribing.socket.INIT_WITHIN_S", 0.2)
    with Subscriber(served) as nobody:
        assert nobody.closed() == (4408, "Connection initialisation timeout")
    with Subscriber(served) as nobody:  # who keeps talking is waited for no longer
        nobody.says(type="ping")
        assert nobody.hears() == {"type": "pong"}
        assert nobody.closed()[0] == 4408
    assert len(served.audited()) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_page_of_another_site_opens_none(served: Service, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Subscriber(served, **headers)
    assert refused.value.response.status_code == 403


def test_a_page_of_ours_and_a_program_open_one(served: Service) -> None:
    for headers in ({}, {"Origin": served.url}):
        with Subscriber(served, **headers).known():
            pass


def test_another_protocol_is_not_spoken(served: Service) -> None:
    with Subscriber(served, subprotocol="graphql-ws") as old:
        assert old.closed() == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(None, id="nothing"),
        pytest.param({}, id="an empty one"),
        pytest.param({"authorization": ""}, id="an empty token"),
        pytest.param({"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}, id="an unsigned token"),
        pytest.param({"token": "x"}, id="under another name"),
    ],
)
def test_who_is_not_known_is_not_let_in(served: Service, payload: Any) -> None:
    with Subscriber(served) as nobody:
        nobody.says(type="connection_init", payload=payload)
        code, reason = nobody.closed()
        assert code == 4403
        assert reason.startswith("MAST-301: ")


@pytest.mark.parametrize(
    "payload",
    [["authorization"], {"authorization": 7}, {"authorization": "a", "Authorization": "b"}, "x"],
    ids=str,
)
def test_a_payload_of_another_shape_closes_it(served: Service, payload: Any) -> None:
    with Subscriber(served) as nobody:
        nobody.says(type="connection_init", payload=payload)
        assert nobody.closed()[0] == 4400


def test_an_expired_token_is_not_let_in(served: Service) -> None:
    expired = served.issuer.issue(*OFFICER.values(), minutes=-5, subject="officer-7")
    with Subscriber(served, token=expired) as officer:
        officer.says(type="connection_init", payload={"authorization": f"Bearer {expired}"})
        assert officer.closed() == (4403, "MAST-301: the token has expired")


def test_the_header_of_a_token_is_no_init(served: Service) -> None:
    with Subscriber(served, Authorization=f"Bearer {served.token(**OFFICER)}") as officer:
        officer.says(type="connection_init")
        assert officer.closed()[0] == 4403


def test_a_purpose_is_not_made_up_on_a_socket(served: Service) -> None:
    with Subscriber(served) as officer:
        payload = {"authorization": f"Bearer {officer.token}", "X-Purpose": "safeguarding-enquiry"}
        officer.says(type="connection_init", payload=payload)
        assert officer.closed()[0] == 4403
    assert served.audited()[-1]["event"] == "not-admitted"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param("{}", id="no type"),
        pytest.param('{"type": 7}', id="a type that is no text"),
        pytest.param('{"type": "start"}', id="another type"),
        pytest.param(b'{"type": "ping"}', id="bytes"),
        pytest.param('{"a":' * 40_00 + "1" + "}" * 40_00, id="nested deeply"),
        pytest.param('{"type": "subscribe", "payload": {}}', id="no id"),
        pytest.param('{"type": "subscribe", "id": "%s", "payload": {}}' % ("a" * 200), id="a long id"),
    ],
)
def test_what_is_no_message_closes_it(served: Service, raw: str | bytes) -> None:
    with Subscriber(served).known() as officer:
        officer.socket.send(raw)
        assert officer.closed()[0] == 4400


def test_a_message_over_the_limit_closes_it(served: Service) -> None:
    with Subscriber(served).known() as officer:
        with suppress(ConnectionClosed):
            officer.says(type="subscribe", id="1", payload={"query": "#" * 20_000_000})
        with pytest.raises(ConnectionClosed) as closed:
            officer.hears()
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


def test_one_init_and_one_subscription_of_a_name(served: Service) -> None:
    with Subscriber(served).known() as officer:
        officer.says(type="connection_init", payload={})
        assert officer.closed() == (4429, "Too many initialisation requests")
    with Subscriber(served).known().subscribes() as officer:
        officer.says(type="subscribe", id="1", payload={"query": BROKEN})
        assert officer.closed()[0] == 4409


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("{ feeds { unproved { id } } }", "MAST-312", id="a query"),
        pytest.param("subscription { a: glassBroken { id } b: glassBroken { id } }", "MAST-312", id="two"),
        pytest.param("subscription { __typename }", "MAST-312", id="of itself"),
        pytest.param(
            "subscription { ...a } fragment a on Subscription { ...a glassBroken { id } }",
            "MAST-312", id="a circle",
        ),
        pytest.param(
            "subscription { glassBroken { " + " ".join(f"a{n}: id" for n in range(20)) + " } }",
            "MAST-310", id="aliases",
        ),
        pytest.param("subscription { glassBroken { " + "id " * 40 + "} }", "MAST-310", id="repeats"),
        pytest.param("subscription { glassBroken { unheardOf } }", "MAST-312", id="no such field"),
        pytest.param("subscription { ", "MAST-312", id="half a document"),
        pytest.param(
            "subscription a { glassBroken { id } } subscription b { feedReceived { feed } }",
            "MAST-312", id="two without a name",
        ),
    ],
)  # fmt: skip
def test_documents_are_held_against_the_limits_of_every_request(
    served: Service, query: str, code: str
) -> None:
    with Subscriber(served).known().subscribes(query) as officer:
        assert refusal(officer.hears()) == code
    assert served.audited()[-1]["codes"] == [code]


def test_a_batch_is_no_subscription(served: Service) -> None:
    with Subscriber(served).known() as officer:
        officer.says(type="subscribe", id="1", payload=[{"query": BROKEN}])
        assert refusal(officer.hears()) == "MAST-312"


def test_one_user_has_so_many_sockets_and_subscriptions(served: Service) -> None:
    with Subscriber(served).known() as officer:
        for number in range(MOST_ON_ONE):
            officer.subscribes(id_=str(number))
        officer.says(type="subscribe", id="one more", payload={"query": BROKEN})
        assert refusal(officer.hears()) == "MAST-330"
        others = [Subscriber(served).known() for _ in range(MOST_OF_ONE - 1)]
        with Subscriber(served) as more:
            more.says(type="connection_init", payload={"authorization": f"Bearer {more.token}"})
            assert more.closed()[0] == 1013
        for each in others:
            each.__exit__()
    deadline = time.monotonic() + 10
    while served.server.server_state.connections and time.monotonic() < deadline:
        time.sleep(0.01)
    with Subscriber(served).known():
        pass


def test_so_many_messages_a_minute(served: Service) -> None:
    with Subscriber(served).known() as officer:
        for _ in range(MOST_MESSAGES + 1):
            officer.says(type="pong")
        assert officer.closed()[0] == 1008


@pytest.mark.parametrize("field", subscriptions())
def test_whoever_may_not_subscribe_is_refused_and_who_may_is_not(served: Service, field: str) -> None:
    """Every role and purpose that is admitted at all, by every root field that is subscribed to."""
    document = asking_everything(field, kind="subscription")
    for may in (True, False):
        for caller in callers(field, may=may):
            with Subscriber(served, token=served.token(**caller)).known().subscribes(document) as somebody:
                somebody.says(type="ping")
                heard = somebody.hears()
                assert heard == {"type": "pong"} if may else refusal(heard) == "MAST-302", caller


def test_a_subscription_is_not_answered_over_http(served: Service) -> None:
    answer = served.ask(BROKEN, **OFFICER).json()
    assert answer["errors"][0]["extensions"]["fact"] == "subscriptions are not answered here"


def test_a_stopping_service_closes_its_sockets(serve: Serve, served: Service) -> None:
    with Subscriber(served).known().subscribes() as officer:
        served.server.should_exit = True
        assert officer.closed()[0] == 1012


CHUNK = "x" * 16_384


class Flood:
    """An endpoint that sends for ever; how much it sent, and whether it was let go."""

    def __init__(self) -> None:
        self.sent = 0
        self.over = threading.Event()

    async def serve(self, websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(CHUNK)
                self.sent += len(CHUNK)
        finally:
            self.over.set()


@pytest.fixture
def flood(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Flood]]:
    monkeypatch.setattr(connection, "SEND_WITHIN_S", 0.3)
    monkeypatch.setattr(connection, "RECEIVE_WITHIN_S", 0.2)
    flood = Flood()
    app = Starlette(routes=[WebSocketRoute("/", flood.serve)])
    server = uvicorn.Server(server_config(app, replace(Settings.read({}), port=0), Limits()))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1], flood
    server.should_exit = True
    thread.join()


def test_a_slow_reader_is_hung_up_on_and_nothing_piles_up(flood: tuple[int, Flood]) -> None:
    port, endpoint = flood
    with sockets.socket() as slow:
        slow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        slow.connect(("127.0.0.1", port))
        slow.sendall(
            b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert endpoint.over.wait(20), "it is still waited for"
    assert endpoint.sent < 20_000_000


def test_a_socket_outlives_the_time_that_a_request_may_take(flood: tuple[int, Flood]) -> None:
    port, endpoint = flood
    with connect(f"ws://127.0.0.1:{port}/", proxy=None) as reader:
        end = time.monotonic() + 0.6
        while time.monotonic() < end:
            assert reader.recv(timeout=5) == CHUNK
        assert not endpoint.over.is_set()
