"""Faults of the database and of the end: a clear 503 in time, recovery unaided, nothing cut off."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.api.subscribing import subscriber
from tests.town import People, Service, Town

from mast_api.breaking_glass import BreakingGlass
from mast_api.development import DevelopmentIssuer
from mast_api.keys.in_force import KeyWatch
from mast_api.ports import Services, Shortlist
from mast_graph.async_store import connect_async
from mast_graph.glass import Glass
from mast_resolver.records import Encoding

HOME = "14 High Street, Walsall WS1 1AA"
ASK = "query ($a: String!) { concernsAtAddress(address: $a) { outcome matches { addressId } } }"
SMALL = {"query": "{ __typename }"}


def noted(service: Service) -> list[dict[str, Any]]:
    """The audit log."""
    path = service.services.settings.data / "audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def code(response: Any) -> str:
    """The code of the first error."""
    return str(response.json()["errors"][0]["extensions"]["code"])


async def close(services: Services) -> None:
    """Let go of the store that the fixture made, where a test uses another."""
    assert services.close is not None
    await services.close()


class Between:
    """A proxy before the database that can stop passing bytes on, as a hung server does."""

    def __init__(self, uri: str) -> None:
        host, _, port = uri.rpartition("/")[2].partition(":")
        self._target = (host, int(port or 7687))
        self.flows = threading.Event()
        self.flows.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.flows.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with source, sink, contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self.flows.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def ask_until_answered(service: Service, seconds: float) -> None:
    """Ask again and again; a cold server on a busy machine may need longer to plan than a caller waits."""
    deadline = time.monotonic() + seconds
    while (response := service.ask(ASK, a=HOME)).status_code != 200:
        assert time.monotonic() < deadline, response.text
        time.sleep(0.1)


def test_a_database_that_hangs_is_a_503_while_it_hangs_and_recovers_unaided(
    services: tuple[Services, DevelopmentIssuer], town: Town, neo4j_server: Any
) -> None:
    built, issuer = services
    asyncio.run(close(built))
    between = Between(neo4j_server.uri)
    login = (neo4j_server.user, neo4j_server.password)
    store = connect_async(between.uri, *login)
    patient = connect_async(between.uri, *login, query_timeout_s=60, answer_within_s=60)

    async def close_both() -> None:
        await store.close()
        await patient.close()

    keys = KeyWatch(store, town.keys)
    with (
        contextlib.closing(between),
        Service(
            replace(built, store=store, patient=patient, keys=keys, close=close_both), issuer, wait=False
        ) as service,
    ):
        # Planning takes longer than a caller waits where the machine is slow: the service practises itself.
        ask_until_answered(service, 90)
        practised = patient.queries_run
        between.flows.clear()
        for _ in range(3):
            response = service.ask(ASK, a=HOME)
            assert (response.status_code, code(response)) == (503, "MAST-210")
        between.flows.set()
        ask_until_answered(service, 60)
        assert patient.queries_run > practised  # it may have been planning that took too long


def test_an_answer_that_takes_too_long_in_all_is_a_503_and_on_record(
    services: tuple[Services, DevelopmentIssuer], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No query of it is slow, so that no limit of the database's ends it."""
    monkeypatch.setattr("mast_api.app.ANSWER_WITHIN_S", 0.3)
    over, search = threading.Event(), people.search

    def slow(encodings: Sequence[Encoding], first: int) -> Shortlist:
        over.wait(20)
        return search(encodings, first)

    monkeypatch.setattr(people, "search", slow)
    with Service(*services) as service:
        response = service.ask('{ searchPeople(givenName: "Ann", familyName: "Lee") { outcome } }')
        over.set()
        assert (response.status_code, code(response)) == (503, "MAST-210")
        assert "not ready in time" in response.text
        intent, answer = [each for each in noted(service) if each["event"] != "begun"]
        assert (intent["event"], intent["question"]) == ("intent", "searchPeople")
        assert (answer["event"], answer["outcome"], answer["codes"]) == ("answer", "refused", ["MAST-210"])
        assert answer["ids"] == {}
        assert service.ask("{ __typename }").status_code == 200


def test_what_decides_something_is_let_finish_however_long_it_takes(
    services: tuple[Services, DevelopmentIssuer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.app.ANSWER_WITHIN_S", 0.05)
    smash = BreakingGlass.smash

    def slow(*of: Any, **said: Any) -> Glass:
        time.sleep(0.5)
        return smash(*of, **said)

    monkeypatch.setattr(BreakingGlass, "smash", slow)
    with Service(*services) as service:
        assert subscriber.smash(service).startswith("G-")


def test_what_runs_when_the_service_stops_is_answered_first(
    services: tuple[Services, DevelopmentIssuer], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, search = threading.Event(), people.search

    def slow(encodings: Sequence[Encoding], first: int) -> Shortlist:
        begun.set()
        time.sleep(1)
        return search(encodings, first)

    monkeypatch.setattr(people, "search", slow)
    answers = []
    with Service(*services) as service:
        ask = '{ searchPeople(givenName: "Ann", familyName: "Lee") { outcome } }'
        asker = threading.Thread(target=lambda: answers.append(service.ask(ask)))
        asker.start()
        assert begun.wait(20)
        service.server.handle_exit(signal.SIGTERM, None)  # what uvicorn does on the signal
        asker.join()
    assert [answer.status_code for answer in answers] == [200]


def test_a_database_that_is_not_there_is_a_503_soon(
    services: tuple[Services, DevelopmentIssuer], town: Town
) -> None:
    built, issuer = services
    asyncio.run(close(built))
    store = connect_async("bolt://127.0.0.1:1", "neo4j", "x")
    keys = KeyWatch(store, town.keys)
    with Service(replace(built, store=store, keys=keys, close=store.close), issuer, wait=False) as service:
        response = service.ask(ASK, a=HOME)
        assert (response.status_code, code(response)) == (503, "MAST-210")
        assert service.get("/health").status_code == 200
        assert service.get("/ready").json()["status"]["database"] is False
        assert noted(service)[-1]["codes"] == ["MAST-210"]
