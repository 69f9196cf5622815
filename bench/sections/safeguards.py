"""What authentication, policy and audit add to a request, and how fast the audit log is."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from typing import Final

import neo4j

from bench import guarded
from bench.bench import Bench
from bench.pairs import ask_in_pairs
from bench.report import Figures, Measured
from bench.sections import resolve
from bench.service import ANALYST, Service, headers_of, service
from bench.wire import Connection, post
from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog

NAME = "safeguards"
PAIRS: Final = 3_000
MOST: Final = "at most 2 ms"
WARM_UP: Final = 300
THINGS: Final = 40
REFUSALS: Final = 200
TOO_MUCH: Final = {
    "a cycle of depth 12": "{" + "a{" * 12 + "b" + "}" * 13,
    "200 aliases": "{" + " ".join(f"a{number}: __typename" for number in range(200)) + "}",
}
ENTRIES: Final = 20_000
AT_ONCE: Final = (1, 8, 64, 256)
UNGUARDED: Final = (sys.executable, "-m", "bench.unguarded", "serve")


def measure(bench: Bench) -> Measured:
    """Ask questions of two services on one graph in interleaved pairs; then write entries."""
    resolve.prepare(bench)
    with (
        bench.neo4j() as server,
        neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
        service(bench) as ours,
        service(bench, serve=UNGUARDED) as without,
    ):
        bench.say("asking with and without safeguards, in turns")
        headers = headers_of(bench, *ANALYST)
        told = [
            (each, *asyncio.run(_pairs(ours, without, headers, each)))
            for each in guarded.asked(bench, driver, THINGS)
        ]
        refused = [(what, asyncio.run(_refusals(ours, document))) for what, document in TOO_MUCH.items()]
    added = Figures(
        "What a request pays",
        ("question", "with: p50 ms", "p95 ms", "without: p50 ms", "p95 ms", "p95 less p95, ms",
         "each pair apart: p50 ms", "p95 ms", "asked"),
        [_row(each.name, with_, bare) for each, with_, bare in told],
        [
            f"{PAIRS:,} interleaved pairs a line after {WARM_UP} of warm-up; who comes first is drawn.",
            "Without: no token is verified, no policy asked, nothing noted; the same graph.",
            f"{THINGS} addresses, and who lives there; whoever asks is an analyst.",
            "With one client each entry is a group of its own: two signatures and one fsync a request.",
        ],
    )  # fmt: skip
    no = Figures(
        "Refused for what it would cost",
        ("", "p50 ms", "p95 ms", "asked"),
        [(what, _ms(_at(each, 50)), _ms(_at(each, 95)), "under 50 ms") for what, each in refused],
        [f"{REFUSALS} requests each, with token and audit; every one answered with 400, nothing read."],
    )
    return Measured(NAME, "Safeguards", "One client.", [added, no, _log(bench)])


def _row(question: str, with_: Sequence[float], bare: Sequence[float]) -> tuple[str, ...]:
    apart = [left - right for left, right in zip(with_, bare, strict=True)]
    figures = [_at(each, percent) for each in (with_, bare) for percent in (50, 95)]
    figures += [_at(with_, 95) - _at(bare, 95), _at(apart, 50), _at(apart, 95)]
    return question, *map(_ms, figures), MOST


async def _refusals(ours: Service, document: str) -> list[float]:
    request = post("/graphql", json.dumps({"query": document}).encode(), ours.headers)
    connection = await Connection.open(ours.port)
    answers = [await connection.ask(request) for _ in range(REFUSALS)]
    connection.close()
    if any(answer.status != HTTPStatus.BAD_REQUEST for answer in answers):
        raise RuntimeError("what is too much was not refused")
    return [answer.seconds for answer in answers]


def _log(bench: Bench) -> Figures:
    rows = []
    for at_once in AT_ONCE:
        bench.say(f"writing audit entries, {at_once} waiting at once")
        many = ENTRIES if at_once > 8 else ENTRIES // 10
        took = asyncio.run(_written(bench.folder, many, at_once))
        asked = "2,000 entries/s" if at_once == AT_ONCE[-2] else ""
        rows.append((f"{at_once:,}", f"{many:,}", f"{many / took:,.0f}", asked))
    return Figures(
        "Durable audit entries",
        ("waiting at once", "entries", "entries/s", "asked"),
        rows,
        ["Chained, sealed, each on disk before its writer goes on; entries as an intent has them."],
    )


async def _written(folder: Path, entries: int, at_once: int) -> float:
    intent = {
        "event": "intent", "request": "0" * 32, "subject": "officer-7", "role": "response-officer",
        "purpose": "safeguarding-response", "token": "0" * 32, "question": "concernsAtAddress",
        "sought": {"place": ["0" * 16], "postcode_place": ["0" * 16], "written": ["0" * 16]},
    }  # fmt: skip
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / "audit.jsonl"
        seals = SealKeys.open(Path(scratch) / "key.json")
        with AuditLog(path, seals, clock=lambda: dt.datetime.now(dt.UTC), new_id=lambda: "log-1") as log:

            async def some() -> None:
                for _ in range(entries // at_once):
                    await log.append(intent)

            begun = time.perf_counter()
            await asyncio.gather(*(some() for _ in range(at_once)))
            return time.perf_counter() - begun


async def _pairs(
    ours: Service, without: Service, headers: Mapping[str, str], asked: guarded.Asked
) -> tuple[list[float], list[float]]:
    requests = [post("/graphql", body.encode(), headers) for body in asked.bodies]
    with_, bare = [await Connection.open(each.port) for each in (ours, without)]
    timings = await ask_in_pairs((with_, requests), (bare, requests), pairs=PAIRS, warm_up=WARM_UP)
    for each in (with_, bare):
        each.close()
    return timings


def _at(timings: Sequence[float], percent: int) -> float:
    return quantiles(timings, n=100)[percent - 1]


def _ms(seconds: float) -> str:
    return f"{1_000 * seconds:.2f}"
