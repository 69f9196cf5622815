"""How long it takes to say nothing: of what is shielded, and of what is not there."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, Final

import neo4j

from bench.bench import Bench
from bench.beside import unknown_beside
from bench.hidden import ALERTS, AROUND, NO_ALERTS, SHIELDED, Asked, by_id
from bench.pairs import ask_in_pairs
from bench.questions import choose
from bench.report import Figures, Measured
from bench.sections import resolve
from bench.service import ANALYST, BY_LINE, Service, headers_of, service
from bench.timings import auc
from bench.wire import Connection, post

NAME = "shields"
THINGS: Final = 20
"""Addresses that are shielded for the run, and with them whoever lives there; they are let go at the end."""

PAIRS: Final = 1_000
WARM_UP: Final = 200
GOVERNANCE: Final = ("information-governance-officer", "information-governance")
ANSWERED: Final = (200, 404)
"""What is decided about somebody who is not there is refused: 404."""

SHIELD: Final = 'mutation ($id: ID!) { %s(id: $id, reason: "the bench") { shieldId } }'
DECIDE: Final = """mutation ($left: ID!, $right: ID!) {
  recordMatchDecision(left: $left, right: $right, decision: DIFFERENT, reason: "the bench") {
    decisionId } }"""
REVOKE: Final = (
    'mutation ($id: ID!) { revokeMatchDecision(decision: $id, reason: "the bench") { decisionId } }'
)


@dataclass(frozen=True, slots=True)
class _Callers:
    """The service, and those who ask it."""

    port: int
    analyst: Mapping[str, str]
    officer: Mapping[str, str]

    @classmethod
    def of(cls, bench: Bench, ours: Service) -> _Callers:
        return cls(ours.port, headers_of(bench, *ANALYST), headers_of(bench, *GOVERNANCE))

    def decide(self, headers: Mapping[str, str], query: str, **variables: str) -> dict[str, Any]:
        """What has to be decided before, or after, anything is measured."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)["data"]
        return found


def measure(bench: Bench) -> Measured:
    """Shield some addresses, ask in interleaved pairs, and let them go."""
    resolve.prepare(bench)
    with (
        bench.neo4j() as server,
        neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
        service(bench) as ours,
    ):
        # A line that begins with the number of a house: then it is known which number to change.
        places = [each for each in choose(bench, driver).ordinary if re.match(r"\d+ ", each.line)]
        found = driver.execute_query(AROUND, addresses=[each.address for each in places], database_="neo4j")
        lines = {each.address: each.line for each in places}
        *around, last = [record.data() for record in found.records][: THINGS + 1]
        callers = _Callers.of(bench, ours)
        bench.say(f"shielding {len(around)} addresses")
        with _hidden(callers, driver, around, last["record"]) as ids:
            seen = {"seen": last["person"], "seenRecord": last["record"]}
            beside = unknown_beside(bench, driver, [lines[each["address"]] for each in ids])
            asked = [_by_line(beside), *by_id(ids, seen)]
            rows = [row for each in asked for row in _rows(bench, callers, each)]
    figures = Figures(
        "Shielded beside absent",
        ("question", "pair", "AUC", "standard error", "medians apart, ms", "p50 ms", "asked"),
        rows,
        [
            f"{PAIRS:,} interleaved pairs a line after {WARM_UP} of warm-up; who comes first is drawn.",
            "AUC of a threshold on the timings, .5 tells nothing; absent beside absent shows chance.",
            f"{THINGS} addresses are shielded through the service for the run. Decisions and alerts about",
            "people there are from before. An analyst asks; what is decided is refused with 404.",
            "A line that is not there is of the same street, under a number that nobody lives at and with as",
            "many records in view that are spelt like it.",
            "A search for people is timed in tests/api/shields: names that are not there, and are as common,",
            "have to be made for it.",
        ],
    )
    return Measured(
        NAME, "Who is shielded is not there", "Audit and authentication on, one client.", [figures]
    )


@contextmanager
def _hidden(
    callers: _Callers, driver: neo4j.Driver, around: Sequence[dict[str, str]], seen: str
) -> Iterator[list[dict[str, str]]]:
    """The places shielded, of which decisions and alerts from before are about somebody; then all undone."""
    ids: list[dict[str, str]] = []
    try:
        for number, each in enumerate(around):
            decided = callers.decide(callers.analyst, DECIDE, left=each["record"], right=seen)
            decision = decided["recordMatchDecision"]["decisionId"]
            ids.append(each | {"decision": decision, "alert": f"AL-bench{number:026d}"})
        driver.execute_query(NO_ALERTS, database_="neo4j")  # of a run that was killed
        people = [{"id": each["person"], "alert": each["alert"]} for each in ids]
        driver.execute_query(ALERTS, people=people, database_="neo4j")
        for each in around:
            callers.decide(callers.officer, SHIELD % "shield", id=each["address"])
        named = [each["person"] for each in ids]
        hidden = driver.execute_query(SHIELDED, people=named, database_="neo4j").records[0]["people"]
        if set(hidden) != set(named):
            raise RuntimeError("somebody who lives at a shielded address is not shielded")
        yield ids
    finally:
        driver.execute_query(NO_ALERTS, database_="neo4j")
        for each in around:
            callers.decide(callers.officer, SHIELD % "unshield", id=each["address"])
        for each in ids:
            callers.decide(callers.analyst, REVOKE, id=each["decision"])


def _by_line(lines: Sequence[Sequence[str]]) -> Asked:
    """Of each a line that is shielded, and two that are not there."""
    bodies = (
        [json.dumps({"query": BY_LINE, "variables": {"address": line}}) for line in each]
        for each in zip(*lines, strict=True)
    )
    return Asked("concernsAtAddress", *bodies)


def _rows(bench: Bench, callers: _Callers, asked: Asked) -> Iterator[tuple[str, ...]]:
    bench.say(f"asking {asked.name}")
    for pair, left in (("shielded, absent", asked.shielded), ("absent, absent", asked.absent_too)):
        one, other = asyncio.run(_pairs(callers, left, asked.absent))
        area, error = auc(one, other)
        apart = 1_000 * (median(one) - median(other))
        most = "AUC at most .55, under 1 ms" if pair.startswith("shielded") else ""
        half = 1_000 * quantiles(other, n=2)[0]
        yield (asked.name, pair, f"{area:.3f}", f"{error:.3f}", f"{apart:+.3f}", f"{half:.1f}", most)


async def _pairs(callers: _Callers, left: list[str], right: list[str]) -> tuple[list[float], list[float]]:
    requests = [[post("/graphql", body.encode(), callers.analyst) for body in side] for side in (left, right)]
    connection = await Connection.open(callers.port)
    told = [[(await connection.ask(each)).body for each in side] for side in requests]
    # What also fits some other address, which may be seen, is not asked about.
    alike = [at for at, (one, other) in enumerate(zip(*told, strict=True)) if len(one) == len(other)]
    if not alike:
        raise RuntimeError(f"no two answers are as long as each other: {told[0][0]!r}, {told[1][0]!r}")
    one, other = ((connection, [side[at] for at in alike]) for side in requests)
    timings = await ask_in_pairs(one, other, pairs=PAIRS, warm_up=WARM_UP, answered=ANSWERED)
    connection.close()
    return timings
