"""One run of the bench: its folder, its Neo4j, and what it has got ready so far."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.processes import Cost, cpu_seconds, python, run
from mast_api.settings import Settings
from mast_graph.managed.archive import keep_archive
from mast_graph.managed.provision import default_cache
from mast_graph.managed.server import ManagedServer
from mast_intake.keys import KeyRing

SEED = 1
HEAP = "2g"
PAGE_CACHE = ((200_000, "1g"), (1_000_000, "3g"))
"""Up to so many people. It is filled as pages are read, and whoever has less gives more to the system's."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the run works: everything lies below ``build/bench``, which git does not see."""

    root: Path
    people: int
    console: Console
    cold: bool = False
    addresses: int = 100_000
    named: str = ""
    """A folder of its own, for a graph that other sections must not find."""

    @property
    def neo4j_version(self) -> str:
        """Which Neo4j, as in the tests: 5.26 or latest."""
        return os.environ.get("MAST_NEO4J", "5.26")

    @property
    def folder(self) -> Path:
        """This run's folder."""
        return self.root / "build" / "bench" / (self.named or str(self.people))

    @property
    def fixtures(self) -> Path:
        """The borough's files."""
        return self.folder / "borough"

    @property
    def data(self) -> Path:
        """The data folder of the `mast` commands."""
        return self.folder / "data"

    def settings(self) -> Settings:
        """Settings of every part of the run: this data folder, and a key of the bench's own."""
        key = self.folder / "key.json"
        if not key.exists():
            KeyRing.create(key)
        os.environ["MAST_KEY_FILE"] = str(key)
        return replace(Settings.read(os.environ), data=self.data)

    def feeds(self) -> Mapping[str, list[str]]:
        """Source YAML to files, in the order to load them."""
        listed: dict[str, list[str]] = json.loads((self.fixtures / "feeds.json").read_text("utf-8"))
        return listed

    def say(self, text: str) -> None:
        """One line about what is going on."""
        self.console.print(text, style="dim", highlight=False)

    def reached(self) -> str:
        """How far the graph of the folder is: "", "loaded" or "resolved"."""
        mark = self.folder / "reached"
        return mark.read_text("utf-8") if mark.exists() else ""

    def reach(self, state: str) -> None:
        """Note how far the graph is."""
        (self.folder / "reached").write_text(state, "utf-8")

    def forget_graph(self) -> None:
        """Begin with an empty graph."""
        (self.folder / "reached").unlink(missing_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)

    @contextmanager
    def neo4j(self) -> Iterator[ManagedServer]:
        """The managed Neo4j on the data folder; commands find it there."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_archive(cache := default_cache(os.environ), self.neo4j_version)
        with ManagedServer(
            self.data,
            cache=cache,
            version=self.neo4j_version,
            heap=HEAP,
            page_cache=next(
                (size for people, size in PAGE_CACHE if self.people <= people), PAGE_CACHE[-1][1]
            ),
        ) as server:
            yield server

    def measure(self, work: str, order: Mapping[str, Any]) -> tuple[dict[str, Any], Cost]:
        """Do one part of the ingest in a process of its own."""
        cost = run(python("bench.ingest", work), cwd=self.root, sent=json.dumps(order))
        return json.loads(cost.output), cost


@dataclass
class Meter:
    """Processor time of the server over a piece of work."""

    server: ManagedServer
    before: float = 0.0

    def __post_init__(self) -> None:
        self.before = self._now()

    def spent(self) -> float:
        """Seconds since this was made."""
        return self._now() - self.before

    def _now(self) -> float:
        return cpu_seconds(self.server.pid) if self.server.pid else 0.0
