"""Figures for research over HTTP: the first question, for which the graph is read, and those that follow."""

from __future__ import annotations

import time
from typing import Any, Final

import httpx

from bench.bench import Bench
from bench.processes import cpu_seconds
from bench.report import Figures, Measured, number
from bench.sections import resolve
from bench.service import Service, service, token
from mast_api.documents import shipped

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
}


def measure(bench: Bench) -> Measured:
    """Ask each question several times, after one for which everything is read."""
    resolve.prepare(bench)
    with bench.neo4j(), service(bench) as ours, _client(bench, ours) as client:
        first = _ask(client, ours, *QUESTIONS["transitionMatrix"])
        rows = [("the first, with reading the graph", number(first[0], 2), number(first[1], 2), "")]
        for name, (document, variables) in QUESTIONS.items():
            _ask(client, ours, document, variables)  # what it is of is remembered once
            told = [_ask(client, ours, document, variables) for _ in range(ROUNDS)]
            clock, processor = (sorted(each)[ROUNDS // 2] for each in zip(*told, strict=True))
            rows.append((name, number(clock, 2), number(processor, 2), ASKED))
    columns = ("question", "s on the clock, median", "s of processor, median", "asked")
    notes = [
        f"{bench.people:,} inhabitants; one client, a researcher; audit, authentication and ledger on.",
        f"{ROUNDS} times each, of everybody, as of now, under the policy nhs. Nobody writes meanwhile: after "
        "each write the next question reads the graph again.",
    ]
    figures = Figures("Figures for research", columns, rows, notes)
    return Measured(
        NAME, "Figures for research", "Escalation paths, transitions, times to events.", [figures]
    )


def _client(bench: Bench, ours: Service) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{ours.port}",
        headers={"Authorization": f"Bearer {token(bench, *ROLE)}"},
        timeout=120,
        trust_env=False,
    )


def _ask(
    client: httpx.Client, ours: Service, document: str, variables: dict[str, Any]
) -> tuple[float, float]:
    """Seconds on the clock, and of the service's processor."""
    before, begun = cpu_seconds(ours.pid), time.perf_counter()
    response = client.post("/graphql", json={"query": shipped(document), "variables": variables})
    response.raise_for_status()
    return time.perf_counter() - begun, cpu_seconds(ours.pid) - before
