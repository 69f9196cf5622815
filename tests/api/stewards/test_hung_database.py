"""A database that hangs while a decision is stored: said as soon as of a question, and recovered unaided."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.api.test_faults import Between, close
from tests.register import DECIDE, ENQUIRY, Register, records_of_ann
from tests.town import NOW, Service

from mast_api.development import DevelopmentIssuer
from mast_api.keys.in_force import KeyWatch
from mast_api.live import LiveResolver
from mast_api.ports import Services
from mast_api.settings import Settings
from mast_api.stewarding import Stewarding
from mast_graph.async_store import connect_async
from mast_graph.store import Login, connect
from mast_resolver.model import read_model
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph


@pytest.fixture
def ann(register: Register) -> list[RecordId]:
    records = records_of_ann(register)
    register.resolve()
    return records


@pytest.fixture
def between(neo4j_server: Login) -> Iterator[Between]:
    with contextlib.closing(Between(neo4j_server.uri)) as proxy:
        yield proxy


def test_a_decision_is_a_503_while_the_database_hangs_and_taken_once_it_does_not(
    register: Register,
    ann: list[RecordId],
    services: tuple[Services, DevelopmentIssuer],
    neo4j_server: Login,
    between: Between,
) -> None:
    built, issuer = services
    asyncio.run(close(built))
    within_s = Settings.read({}).query_timeout_s
    login = (neo4j_server.user, neo4j_server.password)
    store = connect_async(between.uri, *login, query_timeout_s=within_s, answer_within_s=within_s)
    # The look at the keys' version comes first, and would be the one to wait.
    direct = connect_async(neo4j_server.uri, *login)
    # What is practised at the start takes longer than a caller waits, where the machine is slow.
    patient = connect_async(neo4j_server.uri, *login, query_timeout_s=60, answer_within_s=60)

    async def close_all() -> None:
        for each in (store, direct, patient):
            await each.close()

    with connect(between.uri, *login) as blocking:
        live = LiveResolver(blocking, register.town.keys, read_model("person"), warn=pytest.fail)
        ids = (f"hung{number}" for number in itertools.count())
        stewards = Stewarding(
            blocking, (live,), register.town.keys, clock=lambda: NOW, new_id=lambda: next(ids)
        )
        keys = KeyWatch(direct, register.town.keys)
        hanging = replace(
            built, store=store, stewards=stewards, live=live, keys=keys, patient=patient, close=close_all
        )
        with Service(hanging, issuer) as service:

            def decides() -> tuple[int, str]:
                answer = service.ask(
                    DECIDE,
                    **ENQUIRY,
                    left=ann[0],
                    right=ann[1],
                    decision="DIFFERENT",
                    reason="twins",
                )
                return answer.status_code, answer.text

            def until_taken() -> None:
                """A server that has just started may need longer to plan than a caller waits."""
                deadline = time.monotonic() + 60
                while (answer := decides())[0] != 200:
                    assert time.monotonic() < deadline, answer
                    time.sleep(0.5)

            until_taken()
            between.flows.clear()
            status, text = decides()
            # What says so looked at the database; without that it would be said after half a minute.
            assert (status, "MAST-210" in text, "no answer from the database" in text) == (503, True, True)
            between.flows.set()
            until_taken()
    assert register.person(ann[0]) != register.person(ann[1])


def test_a_question_waits_less_than_three_seconds_for_the_database() -> None:
    # The service gives its stores this, whatever the defaults of a store are.
    assert Settings.read({}).query_timeout_s < 3
