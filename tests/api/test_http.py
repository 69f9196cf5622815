"""The endpoint: who is let in, what is refused at what price, what is noted, and what faults look like."""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query
from tests.town import People, Service, Town

from mast_api.audit.check import verify
from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog
from mast_api.development import DevelopmentIssuer
from mast_api.ports import Services
from mast_api.schema import faults
from mast_resolver.errors import AuditUnavailableError

HOME = "14 High Street, Walsall WS1 1AA"
ASK = "query ($a: String!) { concernsAtAddress(address: $a) { outcome matches { addressId } } }"
SINCE = 'query ($s: DateTime) { person(id: "P-1", since: $s) { asOf } }'
SMALL = {"query": "{ __typename }"}


def code(response: Any) -> str:
    """The code of the first error."""
    return str(response.json()["errors"][0]["extensions"]["code"])


def entries(service: Service) -> list[dict[str, Any]]:
    """The audit log, without what it says of itself."""
    return [entry for entry in service.audited() if entry["event"] != "begun"]


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        pytest.param("", "no bearer token", id="none"),
        pytest.param("Basic abc", "no bearer token", id="another scheme"),
        pytest.param("Bearer rubbish", "not valid", id="no token"),
    ],
)
def test_a_request_without_a_valid_token_is_refused(service: Service, authorization: str, said: str) -> None:
    response = service.post(SMALL, Authorization=authorization)
    assert (response.status_code, code(response)) == (401, "MAST-301")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert said in response.text
    assert entries(service) == []


@pytest.mark.parametrize(
    ("role", "purpose", "query"),
    [
        pytest.param("response-officer", "safeguarding-enquiry", "{ __typename }", id="a purpose not theirs"),
        pytest.param("nobody", "safeguarding-response", "{ __typename }", id="no such role"),
        pytest.param(
            "response-officer",
            "safeguarding-response",
            '{ householdNetwork(id: "H-1") { asOf } }',
            id="a question not theirs",
        ),
        pytest.param(
            "researcher", "research", '{ person(id: "P-1") { asOf } }', id="research about a person"
        ),
    ],
)
def test_what_a_role_may_not_do_is_refused_and_reads_nothing(
    service: Service, role: str, purpose: str, query: str
) -> None:
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    response = service.ask(query, role=role, purpose=purpose)
    assert (response.status_code, code(response)) == (403, "MAST-302")
    assert service.services.store.queries_run == before  # type: ignore[attr-defined]


def test_intent_and_answer_are_in_the_audit_log_with_ids_and_without_clear_text(
    town: Town, service: Service
) -> None:
    town.says("police", "1", person="Ruth Ames", place=HOME, contact="DOMESTIC_ABUSE_INCIDENT")
    town.resolve()
    response = service.ask(ASK, a=HOME)
    intent, answer = entries(service)
    assert (intent["event"], answer["event"]) == ("intent", "answer")
    assert intent["request"] == answer["request"] == response.headers["X-Request-Id"]
    assert (intent["subject"], intent["role"], intent["purpose"]) == (
        "officer-7",
        "response-officer",
        "safeguarding-response",
    )
    assert intent["question"] == "concernsAtAddress"
    assert intent["sought"]["place"]
    assert answer["outcome"] == "answered"
    (match,) = response.json()["data"]["concernsAtAddress"]["matches"]
    assert answer["ids"]["addresses"] == [match["addressId"]]
    assert len(answer["ids"]["contacts"]) == 1
    assert not any(word in str((intent, answer)) for word in ("High Street", "WS1", "Ruth", "Ames"))
    data = service.services.settings.data
    trusted = SealKeys.open(data / "audit-key.json").trusted
    assert verify(data / "audit.jsonl", trusted).faults == ()


def test_a_search_is_noted_by_its_tokens_only(service: Service) -> None:
    service.ask('{ searchPeople(givenName: "Ruth", familyName: "Ames") { outcome } }')
    intent = entries(service)[0]
    assert set(intent["sought"]) >= {"given_name", "family_name"}
    assert "Ruth" not in str(intent)


def test_a_refused_request_is_noted_too(service: Service) -> None:
    service.post({"query": "{ a: nonsense }"})
    (answer,) = entries(service)
    assert (answer["outcome"], answer["codes"], answer["ids"]) == ("refused", ["MAST-312"], {})


@pytest.mark.parametrize("fails_at", [1, 2])
def test_without_an_audit_entry_there_is_no_answer(
    town: Town, service: Service, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    calls = 0

    def failing(real: Any) -> Any:
        async def noted(self: AuditLog, entry: Any, **how: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls >= fails_at:
                raise AuditUnavailableError("the audit log cannot be written", fix="check the disk")
            return await real(self, entry, **how)

        return noted

    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    monkeypatch.setattr(AuditLog, "begin", failing(AuditLog.begin))
    monkeypatch.setattr(AuditLog, "append", failing(AuditLog.append))
    response = service.ask(ASK, a=HOME)
    assert (response.status_code, code(response)) == (503, "MAST-320")
    assert "A-" not in response.text
    assert service.services.store.queries_run - before == fails_at - 1  # type: ignore[attr-defined]


def test_a_request_alone_is_noted_where_it_is_answered_and_one_of_several_by_the_writer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, threads = os.fdatasync, list[str]()

    def sync(handle: int) -> None:
        threads.append(threading.current_thread().name)
        time.sleep(0.02 if slow else 0)
        real(handle)

    monkeypatch.setattr(os, "fdatasync", sync)
    slow = False
    assert service.ask(ASK, a=HOME).status_code == 200
    assert len(threads) == 1
    assert "audit" not in threads
    threads.clear()
    with ThreadPoolExecutor(4) as clients:
        answers = list(clients.map(lambda _: service.ask(ASK, a=HOME).status_code, range(40)))
    assert answers == [200] * 40
    assert "audit" in threads
    # A disk that takes long holds up nobody but who waits for it.
    slow = True
    service.ask(ASK, a=HOME)
    threads.clear()
    assert service.ask(ASK, a=HOME).status_code == 200
    assert threads == ["audit"]
    path = service.services.audit.path
    assert verify(path, SealKeys.open(path.with_name("audit-key.json")).trusted).faults == ()


def test_an_operation_is_chosen_by_its_name(service: Service) -> None:
    query = "query A { one: __typename } query B { two: __typename }"
    response = service.post({"query": query, "operationName": "B"})
    assert response.json() == {"data": {"two": "Query"}}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"query": '{ person(id: 7, name: "Ruth Ames") { asOf } }'}, id="in the document"),
        pytest.param({"query": ASK, "variables": {"a": ["Ruth Ames"]}}, id="in a variable"),
        pytest.param(
            {
                "query": 'query ($s: DateTime) { person(id: "P-1", since: $s) { asOf } }',
                "variables": {"s": "Ames"},
            },
            id="in a moment",
        ),
    ],
)
def test_an_error_does_not_repeat_what_was_sent(service: Service, body: dict[str, object]) -> None:
    response = service.post(body)
    assert (response.status_code, code(response)) == (400, "MAST-312")
    assert "Ames" not in response.text


def test_validation_is_remembered_whatever_the_variables(service: Service) -> None:
    service.ask(ASK, a=HOME)
    before = faults.cache_info()
    for number in range(10):
        service.ask(ASK, a=f"{number + 1} High Street, Walsall WS1 1AA")
    after = faults.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (10, 0)


def test_a_fault_outside_of_any_field_is_masked_and_noted_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RecursionError("14 High Street")

    monkeypatch.setattr("mast_api.schema.executor.run", broken)
    response = service.post({"query": ASK, "variables": {"a": HOME}})
    assert (response.status_code, code(response)) == (500, "MAST-000")
    assert "High Street" not in response.text
    assert [(each["event"], each["codes"]) for each in entries(service)] == [("answer", ["MAST-000"])]


def test_an_unexpected_error_is_masked_here_and_in_the_log(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, people: People
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("Ruth Ames of 14 High Street")

    monkeypatch.setattr(people, "search", broken)
    with caplog.at_level(logging.DEBUG):
        response = service.ask('{ searchPeople(givenName: "Ruth", familyName: "Ames") { outcome } }')
    assert (response.status_code, code(response)) == (500, "MAST-000")
    reference = response.json()["errors"][0]["extensions"]["reference"]
    assert reference in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Ames" not in response.text + caplog.text


def test_the_service_is_alive_and_ready(service: Service) -> None:
    assert service.get("/health").json() == {"status": "alive"}
    assert service.get("/ready").json() == {
        "status": {"database": True, "keys": True, "address_check": True, "queries": True, "search": True}
    }


def test_development_allows_introspection(services: tuple[Services, DevelopmentIssuer]) -> None:
    built, issuer = services
    development = replace(built, settings=replace(built.settings, development=True))
    with Service(development, issuer) as service:
        response = service.post({"query": get_introspection_query()})
    assert response.status_code == 200
    assert response.json()["data"]["__schema"]["queryType"]["name"] == "Query"
