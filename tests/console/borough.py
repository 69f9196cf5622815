"""The service over a small borough in the real graph, with its console, on real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx
import pytest

from mast_api.case_study import question
from mast_api.client import wait_until
from mast_api.directory import load_directory
from mast_api.loading import DIRECTORY, load_source
from mast_api.resolving import resolve_pending
from mast_api.service import in_background, listening, server, url
from mast_api.settings import Settings
from mast_api.workspace import GraphAddress, development_issuer, now
from mast_fixtures import borough
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing

TYPED: Final = "flat 2, 14 canal st, jx1 4ab"
"""The case study's address as somebody at its door types it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running service, and tokens for it."""

    url: str
    store: Store
    settings: Settings
    feeds: Path

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


@contextmanager
def served(store: Store, login: Login, folder: Path) -> Iterator[Served]:
    """Three hundred people, the case study among them, loaded, resolved and served."""
    store.define("MATCH (n) DETACH DELETE n")
    data, feeds = folder / "data", folder / "feeds"
    data.mkdir(mode=0o700)
    borough.generate(300, 7, feeds)
    keys = KeyRing.create(data / "key.json")
    with Lease.acquire(store, "test") as lease:
        load_directory(lease, feeds / DIRECTORY, at=now())
        for source, names in json.loads((feeds / "feeds.json").read_text("utf-8")).items():
            files = [feeds / name for name in names]
            load_source(store, lease, keys, feeds / source, files, rejects_folder=data / "rejects")
        resolve_pending(store, lease, keys, data)
    settings = replace(
        Settings.read({}),
        data=data,
        port=0,
        as_at=question("borough").as_at,
        duty_phone="01632 960100",
        development_issuer=True,
        query_timeout_s=20.0,
    )
    development_issuer(settings)
    with running(settings, login, keys) as place:
        yield Served(place, store, settings, feeds)


@contextmanager
def running(settings: Settings, login: Login, keys: KeyRing) -> Iterator[str]:
    """The service over what is loaded, and where it is."""
    address = GraphAddress(login.uri, login.user, login.password, "neo4j")
    with (
        planned_as_asked(),
        listening(settings) as taken,
        server(settings, address, keys, warn=lambda _: None) as serving,
        in_background(serving, taken),
    ):
        wait_until(url(taken), "database", "search")
        yield url(taken)


@contextmanager
def planned_as_asked() -> Iterator[None]:
    """Each query is planned when it is first asked: planning all of them takes longer than the tests.

    Nor is any planned beside them, so that the service says that they are not, whenever it is asked.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("mast_api.app.Endpoint.practise", lambda _endpoint: None)
        yield
