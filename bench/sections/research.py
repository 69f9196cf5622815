"""Figures for research over HTTP: the first question, for which the graph is read, and those that follow."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any, Final

import httpx

from bench.bench import Bench
from bench.processes import cpu_seconds
from bench.report import Figures, Measured, number
from bench.sections import resolve
from bench.sections.growth import as_towns_grow
from bench.service import Service, service, token
from mast_api.documents import shipped
from mast_graph.lease import Lease
from mast_graph.managed.server import ManagedServer
from mast_graph.store import connect
from mast_resolver.records import FOREVER

NAME: Final = "research"
ROLE: Final = ("researcher", "research")
ROUNDS: Final = 5
ASKED: Final = "under 2 s at 100,000 people and 300,000 contacts"
QUESTIONS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "transitionMatrix": ("transition_matrix", {}),
    "escalationPaths": ("escalation_paths", {}),
    "escalationPaths, households": ("escalation_paths", {"cohort": {"by": "HOUSEHOLD"}}),
    "timeToEvent, a level": ("time_to_event", {"level": 4}),
    "timeToEvent, from referral": ("time_to_event", {"event": "REFERRED_AGAIN_AFTER_REFERRAL"}),
    "timeToEvent, from closure": ("time_to_event", {"event": "REFERRED_AGAIN_AFTER_CLOSURE"}),
    "contactVolumes": ("contact_volumes", {"by": "TYPE"}),
}
FIRST: Final = QUESTIONS["transitionMatrix"]
TOUCHED: Final = 1_000
READ_WITHIN_S: Final = 600.0


def measure(bench: Bench) -> Measured:
    """Ask each question several times, after one for which everything is read."""
    resolve.prepare(bench)
    with bench.neo4j() as server, service(bench) as ours, _client(bench, ours) as client:
        rows = [_row("the first, with reading the whole graph", _first(client, ours))]
        for name, (document, variables) in QUESTIONS.items():
            _ask(client, ours, document, variables)  # what it is of is remembered once
            told = [_ask(client, ours, document, variables) for _ in range(ROUNDS)]
            rows.append(_row(name, _median(told), ASKED))
        told = []
        for _ in range(ROUNDS):
            _touch(server)
            told.append(_ask(client, ours, *FIRST))
        rows.append(
            _row(f"transitionMatrix, after a write that touches {TOUCHED:,} people", _median(told), ASKED)
        )
    columns = ("question", "s on the clock, median", "s of processor, median", "asked")
    notes = [
        f"{bench.people:,} inhabitants; one client, a researcher; audit, authentication and ledger on.",
        f"{ROUNDS} times each, of everybody, as of the last end of a month, under the policy nhs. Nobody "
        "writes meanwhile but in the last row: there the next question reads again what was touched.",
    ]
    figures = Figures("Figures for research", columns, rows, notes)
    return Measured(
        NAME,
        "Figures for research",
        "Escalation paths, transitions, times to events.",
        [figures, as_towns_grow()],
    )


def _row(name: str, seconds: tuple[float, float] | None, asked: str = "") -> tuple[str, str, str, str]:
    """Of a question that is refused it says so: by design, of two cohorts that differ by few people."""
    if seconds is None:
        return name, "refused", "", asked
    return name, number(seconds[0], 2), number(seconds[1], 2), asked


def _first(client: httpx.Client, ours: Service) -> tuple[float, float] | None:
    """Asked again while the graph is being read: no answer waits for longer than half a minute."""
    before, begun = cpu_seconds(ours.pid), time.perf_counter()
    while True:
        try:
            told = _ask(client, ours, *FIRST)
        except httpx.HTTPStatusError as late:
            if late.response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                raise
            if time.perf_counter() - begun > READ_WITHIN_S:
                raise
        else:
            return told and (time.perf_counter() - begun, cpu_seconds(ours.pid) - before)


def _median(told: Sequence[tuple[float, float] | None]) -> tuple[float, float] | None:
    timed = [each for each in told if each is not None]
    if len(timed) < len(told):
        return None
    clock, processor = (sorted(each)[len(told) // 2] for each in zip(*timed, strict=True))
    return clock, processor


def _touch(server: ManagedServer) -> None:
    """Work shields of some people out anew, which changes nothing and has each of them read again."""
    with (
        connect(server.uri, server.user, server.password) as store,
        Lease.acquire(store, "bench") as lease,
    ):
        people = sorted(set(store.read("read.known_person_entities", after="", limit=TOUCHED)[0]["entities"]))
        said = {"people": people, "at": dt.datetime.now(dt.UTC), "forever": FOREVER}
        lease.write(lambda tx, _: tx.run("write.shield_people", **said))


def _client(bench: Bench, ours: Service) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{ours.port}",
        headers={"Authorization": f"Bearer {token(bench, *ROLE)}"},
        timeout=600,
        trust_env=False,
    )


def _ask(
    client: httpx.Client, ours: Service, document: str, variables: dict[str, Any]
) -> tuple[float, float] | None:
    """Seconds on the clock, and of the service's processor; nothing where it is refused."""
    before, begun = cpu_seconds(ours.pid), time.perf_counter()
    response = client.post("/graphql", json={"query": shipped(document), "variables": variables})
    if response.status_code == httpx.codes.CONFLICT:
        return None
    response.raise_for_status()
    return time.perf_counter() - begun, cpu_seconds(ours.pid) - before
