"""From nothing to the answer: fixtures, graph, load, resolve, serve, ask."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any, Final

from mast_api.case_study import question, show_answer
from mast_api.client import ask, wait_until
from mast_api.commands.load import show_loaded, show_resolved
from mast_api.development import DevelopmentIssuer
from mast_api.directory import load_directory
from mast_api.loading import DIRECTORY, Loaded, fingerprint, load_source
from mast_api.resolving import Resolved, resolve_pending
from mast_api.service import in_background, server, url
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_api.workspace import (
    REJECTS,
    GraphAddress,
    development_issuer,
    given_graph,
    key_ring,
    managed,
    now,
    prepare,
)
from mast_api.writing import leased, open_store
from mast_graph.load import loaded_files
from mast_graph.schema import apply_schema
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.source_yaml import read_source
from mast_resolver.errors import OtherFixturesError

FEEDS: Final = "feeds.json"
LITTLE: Final = 20_000
"""People up to which a server that is warm soon beats one that is fast in the end."""

TOKEN_MINUTES: Final = 15


@dataclass(frozen=True, slots=True)
class Town:
    """Which fixtures to load."""

    fixtures: str
    people: int
    seed: int


class Up:
    """One run of `mast up`."""

    def __init__(self, settings: Settings, terminal: Terminal, town: Town) -> None:
        self._terminal, self._town = terminal, town
        self._asked = question(town.fixtures)
        # The fixtures end on a day of their own: asked of today, their twelve months would run dry.
        # With nobody real in it, the console may be looked at in any role.
        self._settings = replace(
            settings,
            as_at=self._asked.as_at,
            duty_phone=self._asked.duty_phone,
            development_issuer=None if settings.has_issuer else True,
        )

    @contextmanager
    def running(self, taken: socket.socket) -> Iterator[dict[str, Any]]:
        """Everything started and the question answered; at the end all of it is stopped, in order."""
        keys = key_ring(self._settings, self._terminal)
        issuer = development_issuer(self._settings)
        with ThreadPoolExecutor(1) as aside:
            # The fixtures are made while the database starts: it has a core of its own.
            folder = aside.submit(self._fixtures)
            little = self._town.fixtures == "anytown" or self._town.people <= LITTLE
            given = given_graph(self._settings)
            with (
                nullcontext(given)
                if given
                else managed(self._settings, self._terminal, quick=little) as address
            ):
                loaded, resolved = self._load(address, keys, folder)
                with (
                    server(self._settings, address, keys, warn=self._terminal.warn) as serving,
                    in_background(serving, taken),
                ):
                    yield self._answer(url(taken), issuer, loaded, resolved)

    def _fixtures(self) -> Path:
        if self._town.fixtures == "anytown":
            return Path(str(package_files("mast_fixtures") / "anytown"))
        from mast_fixtures.borough import edition, generate

        name = f"borough-{self._town.people}-{self._town.seed}-{edition()}"
        folder = prepare(self._settings.data) / "fixtures" / name
        if not (folder / FEEDS).exists():
            draft = folder.with_name(f"{name}.{os.getpid()}")
            generate(self._town.people, self._town.seed, draft)
            shutil.rmtree(folder, ignore_errors=True)
            draft.rename(folder)
        return folder

    def _load(
        self, address: GraphAddress, keys: KeyRing, made: Future[Path]
    ) -> tuple[list[Loaded], list[Resolved]]:
        with open_store(address) as store:
            apply_schema(store)
            with leased(store, "mast up") as lease:
                with self._terminal.step("Making the fixtures"):
                    folder = made.result()
                feeds = json.loads((folder / FEEDS).read_text("utf-8"))
                check_same_town(store, keys, folder, feeds)
                load_directory(lease, folder / DIRECTORY, by="mast-up", at=now())
                loaded = []
                for source, names in feeds.items():
                    with self._terminal.step(f"Loading {Path(source).stem}") as step:
                        loaded.append(
                            load_source(
                                store,
                                lease,
                                keys,
                                folder / source,
                                [folder / name for name in names],
                                rejects_folder=self._settings.data / REJECTS,
                                on_rows=step.advance,
                                allow_shrink=True,  # nobody can have sent half of these files
                            )
                        )
                with self._terminal.step("Resolving") as step:
                    resolved = resolve_pending(
                        store, lease, keys, self._settings.data, on_progress=step.advance
                    )
        show_loaded(self._terminal, loaded)
        show_resolved(self._terminal, resolved)
        return loaded, resolved

    def _answer(
        self, base: str, issuer: DevelopmentIssuer, loaded: list[Loaded], resolved: list[Resolved]
    ) -> dict[str, Any]:
        asked = self._asked
        with self._terminal.step("Reading people, practising the question"):
            wait_until(base, "database", "address_check", "search")
        token = issuer.issue(asked.role, asked.purpose, minutes=TOKEN_MINUTES, subject="mast-up")
        answer = ask(base, token, asked.document, asked.variables)
        self._terminal.say(f"GraphQL at {base}/graphql")
        self._terminal.say(f"Console at {base}/console/")
        self._terminal.say(
            f"Token for {TOKEN_MINUTES} minutes ({asked.role}, {asked.purpose}):\n{token}", whole=True
        )
        show_answer(self._terminal, asked, answer)
        return {
            "url": f"{base}/graphql",
            "console": f"{base}/console/",
            "token": token,
            "loaded": [asdict(each) for each in loaded],
            "resolved": [asdict(each) for each in resolved],
            "question": asked.variables,
            "answer": answer,
        }


def check_same_town(store: Store, keys: KeyRing, folder: Path, feeds: Mapping[str, Sequence[str]]) -> None:
    """Refuse a graph that holds anything but this town, or what was loaded on top of it.

    The towns share agencies, record ids and the address of the case study: of two of them in one graph each
    would answer for the other. A first run that was cut off has some feeds, and goes on.

    Raises:
        OtherFixturesError: it does.
    """
    held = loaded_files(store)
    ours = {
        (
            read_source(folder / source).feed,
            fingerprint(keys, [folder / each for each in (source, *names)], root=root),
        )
        for source, names in feeds.items()
        for root in range(1, keys.root + 1)
    }
    begun = {feed for feed, _ in held} & {feed for feed, _ in ours}
    if held and (not begun or begun - {feed for feed, _ in held & ours}):
        raise OtherFixturesError(
            "this graph holds other data than the fixtures that were asked for; nothing was loaded",
            fix="give another data folder with --data, or ask for the --fixtures, --people and --seed that "
            "are there (those of an earlier release are only in folders of their own)",
        )
