"""The service over a small borough in the real graph, with its console, on real HTTP."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.emptying import empty

from mast_api.case_study import question
from mast_api.client import wait_until
from mast_api.directory import load_directory
from mast_api.loading import DIRECTORY, load_source
from mast_api.resolving import resolve_pending
from mast_api.service import in_background, listening, server, url
from mast_api.settings import Settings
from mast_api.triggers.trying import chosen, enable, keep_backtest, try_rules
from mast_api.workspace import GraphAddress, development_issuer, now
from mast_fixtures import borough
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing

TYPED: Final = "flat 2, 14 canal st, jx1 4ab"
"""The case study's address as somebody at its door types it."""


QUEUE: Final = "{ reviewQueue(first: 100) { edges { cursor node { pair { leftRecordId rightRecordId } } } } }"


SPLIT: Final = """
MATCH (a:Address)<-[:RESOLVES_TO]-(r:AddressRecord)-->(:Contact)
WHERE a.shielded IS NULL AND r.shielded IS NULL
WITH DISTINCT a ORDER BY a.id LIMIT 2
MERGE (old:Address {id: 'A-5p117'})
ON CREATE SET old.recorded_from = a.recorded_from, old.recorded_to = a.recorded_from
MERGE (old)-[:SUPERSEDED_BY]->(a)
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A running service, and tokens for it."""

    url: str
    store: Store
    settings: Settings
    feeds: Path
    keys: KeyRing

    @property
    def console(self) -> str:
        return f"{self.url}/console"

    def ask(self, role: str, purpose: str, query: str, **variables: object) -> dict[str, object]:
        """Ask the service itself, as its issuer lets a role."""
        token = development_issuer(self.settings).issue(role, purpose, minutes=15, subject="test")
        response = httpx.post(
            f"{self.url}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )
        assert response.status_code == 200, response.text
        found: dict[str, object] = response.json()["data"]
        return found

    def queue(self) -> list[dict[str, Any]]:
        """Every pair that waits for a steward, the one that is worth most first."""
        found: Any = self.ask("steward", "safeguarding-enquiry", QUEUE)["reviewQueue"]
        edges: list[dict[str, Any]] = found["edges"]
        return edges

    def splits_an_id(self, kind: str) -> str:
        """An old id of an address or a person that stands for two of them by now."""
        label = {"A": "Address", "P": "Person"}[kind]
        self.store.define(SPLIT.replace("Address", label).replace("A-", f"{kind}-"))
        return f"{kind}-5p117"

    def puts_in_force(self, *rules: str, folder: Path | None = None) -> None:
        """Rules that ship, or of a folder, tried on the last year and enabled for it: its alerts come."""
        as_at = self.settings.as_at
        assert as_at is not None
        chosen_, since = chosen(folder, rules), as_at - dt.timedelta(days=365)
        done = try_rules(self.store, chosen_, start=since, end=as_at, as_happened=True)
        with Lease.acquire(self.store, "test") as lease:
            keep_backtest(lease, chosen_, done, at=as_at)
            for rule in chosen_:
                enable(self.store, lease, rule, by="lead-1", since=since, at=as_at)

    def police_report(self, *rows: str) -> None:
        """One more delivery of the incident log, loaded and resolved: which works alerts out, as ever."""
        log = self.feeds / "police.csv"
        delivery = log.with_name("police-more.csv")
        header = log.read_text("utf-8-sig").splitlines()[0]
        delivery.write_text("\n".join((header, *rows, "")), "utf-8-sig")
        self.delivered("police", delivery)

    def delivered(self, feed: str, delivery: Path) -> None:
        """A file of a feed, loaded and resolved."""
        data, source = self.settings.data, self.feeds / f"{feed}.yaml"
        with Lease.acquire(self.store, "test") as lease:
            load_source(self.store, lease, self.keys, source, [delivery], rejects_folder=data / "rejects")
            resolve_pending(self.store, lease, self.keys, data)


@contextmanager
def served(store: Store, login: Login, folder: Path) -> Iterator[Served]:
    """Three hundred people, the case study among them, loaded, resolved and served."""
    empty(store)
    data, feeds = folder / "data", folder / "feeds"
    data.mkdir(mode=0o700)
    borough.generate(300, 7, feeds)
    keys = KeyRing.create(data / "key.json")
    with Lease.acquire(store, "test") as lease:
        load_directory(lease, feeds / DIRECTORY, by="tests", at=now())
        for source, names in json.loads((feeds / "feeds.json").read_text("utf-8")).items():
            files = [feeds / name for name in names]
            load_source(store, lease, keys, feeds / source, files, rejects_folder=data / "rejects")
        resolve_pending(store, lease, keys, data)
    with serving(store, login, keys, data, as_at=question("borough").as_at, feeds=feeds) as town:
        yield town


@contextmanager
def serving(
    store: Store, login: Login, keys: KeyRing, data: Path, *, as_at: dt.datetime, feeds: Path
) -> Iterator[Served]:
    """What is in the graph, served as on a day; ``feeds`` is where it came from."""
    settings = replace(
        Settings.read({}),
        data=data,
        port=0,
        as_at=as_at,
        duty_phone="01632 960100",
        development_issuer=True,
        query_timeout_s=20.0,
    )
    development_issuer(settings)
    with running(settings, login, keys) as place:
        yield Served(place, store, settings, feeds, keys)


@contextmanager
def running(settings: Settings, login: Login, keys: KeyRing) -> Iterator[str]:
    """The service over what is loaded, and where it is."""
    address = GraphAddress(login.uri, login.user, login.password, "neo4j")
    with (
        planned_as_asked(),
        listening(settings) as taken,
        server(settings, address, keys, warn=lambda _: None) as service,
        in_background(service, taken),
    ):
        wait_until(url(taken), "database", "search")
        yield url(taken)


@contextmanager
def planned_as_asked() -> Iterator[None]:
    """Each query is planned when it is first asked: planning all of them takes longer than the tests.

    Nor is any planned beside them; the service takes them for planned, or pages would show it as not ready.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("mast_api.app.Endpoint.practise", lambda endpoint: setattr(endpoint, "_warm", True))
        yield
