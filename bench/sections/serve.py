"""`concernsAtAddress` over HTTP, against @neo4j/graphql on the same graph, asked in turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import neo4j

from bench.bench import Bench
from bench.machine import has_node
from bench.peer import Peer, peer
from bench.processes import peak_rss_mib
from bench.questions import Place, Places, choose
from bench.report import Figures, Measured, number
from bench.sections import resolve
from bench.service import PURPOSE, ROLE, Service, service
from bench.turns import Asked, in_turns, median_kb, percentiles
from mast_api.access import Purpose, in_force
from mast_graph.managed.server import ManagedServer

NAME = "serve"
OURS: Final = "concernsAtAddress"
BY_ID: Final = "address, by its id"
KNOWN: Final = "@neo4j/graphql, one hand-written field"
MEMBERS: Final = "@neo4j/graphql, as generated"
DOCUMENTS: Final = {KNOWN: "known", MEMBERS: "members"}
CLIENTS: Final = (1, 16)
BLOCK: Final = 40
ROUNDS: Final = 60
"""Each of the two hundred places is asked about twelve times and more. With twelve rounds p95 was of the two
dozen slowest answers, and one pause of the database decided which service had them (28 November 2026)."""
WARM_UP: Final = 25
"""Blocks that do not count. A database runs for weeks, and Java's second compiler looks at what was called
some twenty thousand times: after 200 questions the same answer took half as long again as after 1,000."""


@dataclass(frozen=True, slots=True)
class Arena:
    """Everything that is running while the questions are asked."""

    bench: Bench
    neo4j_pid: int
    ours: Service
    theirs: Peer | None

    def asked(self, places: Sequence[Place]) -> list[Asked]:
        """The services and their questions about these places."""
        ours = [self.ours.body(place.line) for place in places]
        by_id = [self.ours.body_by_id(place.address) for place in places]
        services = [
            Asked(name, self.ours.port, self.ours.headers, bodies)
            for name, bodies in ((OURS, ours), (BY_ID, by_id))
        ]
        for name, document in DOCUMENTS.items() if self.theirs else ():
            assert self.theirs
            bodies = [self.theirs.body(document, place.address) for place in places]
            services.append(Asked(name, self.theirs.port, self.theirs.headers, bodies))
        return services


def measure(bench: Bench) -> Measured:
    """Ask hot and ordinary addresses, one client and sixteen; and the hostel for its size."""
    resolve.prepare(bench)
    with bench.neo4j() as server, _arena(bench, server) as (arena, places):
        rows, notes = [], []
        for title, asked in (("hot", places.hot), ("ordinary", places.ordinary)):
            for clients in CLIENTS:
                bench.say(f"asking {title} addresses, {clients} clients")
                told = _ask(arena, asked, clients=clients, block=max(BLOCK, 4 * clients))
                rows += [_row(title, clients, each) for each in told["services"]]
                notes.append(f"{title}, {clients}: {told['cpu_s'] / told['wall_s']:.0%}")
        hostel = _ask(arena, [places.hostel], clients=1, block=10)
        memory = f"{number(peak_rss_mib(arena.ours.pid))} MiB"
    answers = Figures(
        "Answers over HTTP",
        (
            "addresses",
            "clients",
            "service",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "requests/s",
            "answer, median kB",
            "asked",
        ),
        rows,
        _conditions(arena, places, notes),
    )
    return Measured(
        NAME,
        "What is known about an address",
        "The whole answer, authentication and audit on, in turns with `@neo4j/graphql` on the same graph.",
        [answers, _hostel(places.hostel, hostel, memory, arena.ours.ready_after_s)],
    )


@contextmanager
def _arena(bench: Bench, server: ManagedServer) -> Iterator[tuple[Arena, Places]]:
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        bench.say("choosing addresses")
        places = choose(bench, driver)
        found = driver.execute_query(
            "MATCH (g:Agreement) WHERE $purpose IN g.purposes RETURN g.id AS id",
            purpose=PURPOSE,
            database_="neo4j",
        )
        agreements = [record["id"] for record in found.records]
    with service(bench) as ours:
        if not has_node():
            bench.say("no Node.js here: nothing is compared")
            yield Arena(bench, server.pid or 0, ours, None), places
            return
        with peer(
            server.uri,
            server.user,
            server.password,
            data_classes=sorted(in_force().data_classes(ROLE, Purpose.RESPONSE)),
            agreements=agreements,
        ) as theirs:
            yield Arena(bench, server.pid or 0, ours, theirs), places


def _ask(arena: Arena, places: Sequence[Place], *, clients: int, block: int) -> dict[str, Any]:
    asked = arena.asked(places)
    return in_turns(arena.bench, asked, clients=clients, block=block, rounds=ROUNDS, warm_up=WARM_UP)


def _row(title: str, clients: int, told: dict[str, Any]) -> tuple[str, ...]:
    milliseconds = percentiles(told["seconds"]) if len(told["seconds"]) > 1 else ("0.0",) * 3
    rate = number(len(told["seconds"]) / told["busy_s"] if told["busy_s"] else 0)
    size = median_kb(told["sizes"]) if told["sizes"] else ""
    asked = "p50 < 15, p95 < 40" if clients == 1 and told["name"] in (OURS, BY_ID) else ""
    return (title, str(clients), told["name"], *milliseconds, rate, size, asked)


def _hostel(place: Place, told: dict[str, Any], memory: str, ready_after_s: float) -> Figures:
    rows = [
        (each["name"], number(max(each["sizes"], default=0)), _row("", 1, each)[3], _row("", 1, each)[4])
        for each in told["services"]
    ]
    return Figures(
        "The hostel's answer",
        ("service", "bytes", "p50 ms", "p95 ms"),
        rows,
        [
            f"{number(place.members)} stays, {number(place.contacts)} contacts. Asked: under 50,000.",
            f"Memory of our service at its peak: {memory}; ready {ready_after_s:.1f} s after its start.",
        ],
    )


def _conditions(arena: Arena, places: Places, notes: list[str]) -> list[str]:
    hot = [place.contacts for place in places.hot]
    lines = [
        f"{len(places.hot)} hot addresses ({min(hot)} to {max(hot)} contacts, residents' included), "
        f"{len(places.ordinary)} ordinary ones.",
        "`concernsAtAddress` is asked by the line as an agency wrote it; `address` and the library by the "
        "address's id, the one question that both can be asked.",
        f"Blocks of {BLOCK} questions (4 a client with more clients) to one service after the other, "
        f"{ROUNDS} rounds in changing order after {WARM_UP} of warm-up.",
        "Requests/s are those of a service's own blocks.",
        "One asyncio process with a raw HTTP/1.1 client and kept-alive connections for all; "
        f"its share of one core: {', '.join(notes)}.",
    ]
    if arena.theirs:
        lines += [
            f"The library ({arena.theirs.versions}): authorisation filters by class and agreement; "
            "no audit, no purpose, no parts told apart, nothing about what is withheld.",
            "As generated: the newest 20 of each person who ever lived there. One hand-written field: "
            "the newest 20 of all, its smallest answer.",
        ]
    return lines
