"""The service over a town in the real graph, on real HTTP."""

from __future__ import annotations

import gc
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.api.issuers import Clock, Issuer
from tests.families import Families
from tests.town import NOW, People, Service, Town

from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog
from mast_api.breaking_glass import BreakingGlass
from mast_api.development import DevelopmentIssuer, DevelopmentKeys
from mast_api.documents import Documents
from mast_api.keys.in_force import KeyWatch
from mast_api.live import LiveAddresses, LiveResolver
from mast_api.ports import Services
from mast_api.rates import Different, Rate
from mast_api.research.figures import Research
from mast_api.research.on_record import last_on_record
from mast_api.research.releasing import Releasing
from mast_api.rights.marking import Marker
from mast_api.settings import Settings
from mast_api.shielding import Shielding
from mast_api.stewarding import Stewarding
from mast_api.subscribing.news import News
from mast_api.tokens import TokenVerifier
from mast_api.triggers.keeping import Alerts
from mast_graph.async_store import AsyncStore, connect_async
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_resolver.model import read_model

Serve = Callable[..., Service]


@pytest.fixture
def town(store: Store) -> Iterator[Town]:
    with Lease.acquire(store, "tests") as lease:
        yield Town(store, lease)


@pytest.fixture
def families(town: Town) -> Families:
    return Families(town)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def async_store(neo4j_server: Any) -> AsyncStore:
    """Connects at the first question, in the service's own event loop."""
    return connected(neo4j_server)


@pytest.fixture
def looking_store(neo4j_server: Any) -> AsyncStore:
    """For looks at the key version, which tests that count queries do not mean."""
    return connected(neo4j_server)


@pytest.fixture
def services(
    tmp_path: Path, town: Town, people: People, async_store: AsyncStore, looking_store: AsyncStore
) -> Iterator[tuple[Services, DevelopmentIssuer]]:
    with built(tmp_path, town, people, async_store, looking_store) as services:
        yield services


@contextmanager
def built(
    folder: Path, town: Town, people: People, async_store: AsyncStore, looking_store: AsyncStore
) -> Iterator[tuple[Services, DevelopmentIssuer]]:
    """What the service is built of, over a town, and who issues tokens for it."""
    settings = replace(Settings.read({}), data=folder, port=0, duty_name="Front door", duty_phone="01922 1")
    ids = (f"q{number}" for number in itertools.count())
    issuer = DevelopmentIssuer.open(
        folder / "token_key.json",
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        clock=lambda: NOW,
        new_id=lambda: next(ids),
    )
    live = LiveResolver(town.store, town.keys, read_model("person"), warn=pytest.fail)
    places = LiveAddresses(town.store, town.keys, read_model("address"), warn=pytest.fail)
    seals = SealKeys.open(folder / "audit-key.json")
    with AuditLog(folder / "audit.jsonl", seals, clock=lambda: NOW, new_id=lambda: next(ids)) as audit:
        yield (
            Services(
                store=async_store,
                search=people,
                live=live,
                live_addresses=places,
                stewards=Stewarding(
                    town.store, (live, places), town.keys, clock=lambda: NOW, new_id=lambda: next(ids)
                ),
                glass=BreakingGlass(
                    town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids), tell=lambda: None
                ),
                shields=Shielding(town.store, live, town.keys, clock=lambda: NOW, new_id=lambda: next(ids)),
                research=Research(
                    town.store,
                    town.keys,
                    clock=lambda: NOW,
                    on_record=lambda: last_on_record(folder / "audit.jsonl"),
                ),
                releasing=Releasing(town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids)),
                alerts=Alerts(town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids)),
                marks=Marker(town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids)),
                look_up=town.pseudonymiser,
                keys=KeyWatch(looking_store, town.keys),
                audit=audit,
                tokens=TokenVerifier(
                    DevelopmentKeys(folder / "token_key.json"),
                    issuer=settings.token_issuer,
                    audience=settings.token_audience,
                    max_minutes=60,
                    clock=lambda: NOW,
                ),
                settings=settings,
                clock=lambda: NOW,
                new_id=lambda: next(ids),
                documents=Documents.read(None, only=False),
                rate=Rate(0),
                different=Different(0),
                news=News(async_store),
                close=lambda: _close(async_store, looking_store),
            ),
            issuer,
        )


def connected(neo4j_server: Any) -> AsyncStore:
    """The time-outs are wide: after every test the database is empty, so queries are planned again and again,
    on a machine that may be busy."""
    return connect_async(
        neo4j_server.uri,
        neo4j_server.user,
        neo4j_server.password,
        query_timeout_s=20,
        answer_within_s=25,
    )


async def _close(*stores: AsyncStore) -> None:
    for store in stores:
        await store.close()


@pytest.fixture(autouse=True)
def _planned_and_not_practised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each query is run once before the first asker, so that it is planned: speed is for the bench."""
    monkeypatch.setattr("mast_graph.practice.WARM_UP_ROUNDS", 0)


@pytest.fixture
def service(services: tuple[Services, DevelopmentIssuer]) -> Iterator[Service]:
    with Service(*services) as running:
        yield running


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    there = Issuer()
    thread = threading.Thread(target=there.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield there
    there.server.shutdown()
    there.server.server_close()
    thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve(services: tuple[Services, DevelopmentIssuer]) -> Iterator[Serve]:
    """Starts the service with some of what it is built of exchanged."""
    with ExitStack() as running:
        yield lambda **other: running.enter_context(
            Service(replace(services[0], **other), services[1], wait=False)
        )
    gc.unfreeze()
