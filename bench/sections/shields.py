"""How long it takes to say nothing: of what is shielded, and of what is not there."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, Final

import neo4j

from bench.bench import Bench
from bench.pairs import ask_in_pairs
from bench.questions import Place, choose
from bench.report import Figures, Measured
from bench.sections import resolve
from bench.service import Service, service, token
from bench.timings import auc
from bench.wire import Connection, post

NAME = "shields"
THINGS: Final = 20
"""Addresses that are shielded for the run, and with them whoever lives there; they are let go at the end."""

PAIRS: Final = 1_000
WARM_UP: Final = 200
GOVERNANCE: Final = ("information-governance-officer", "information-governance")

AROUND: Final = """
UNWIND $addresses AS id
MATCH (a:Address {id: id})
RETURN id AS address,
  [(a)<-[r:RESOLVES_TO]-(:AddressRecord)<-[s:LIVES_AT]-(:PersonRecord)-[t:RESOLVES_TO]->(p:Person)
    WHERE p.shielded AND t.recorded_to > datetime() | p.id] AS people,
  [(a)<-[:HOUSEHOLD_AT]-(h:Household) | h.id] AS households
"""
BY_ID: Final = {
    "address": "query ($id: ID!) { address(id: $id) { concerns { outcome caution { text } } } }",
    "person": "query ($id: ID!) { person(id: $id) { people { id homes { addressId } } caution { text } } }",
    "household": "query ($id: ID!) { household(id: $id) { households { members { id } } caution { text } } }",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: bodies about what is shielded, about what is not there, and again about what is not."""

    name: str
    shielded: list[str]
    absent: list[str]
    absent_too: list[str]


def measure(bench: Bench) -> Measured:
    """Shield some addresses, ask in interleaved pairs, and let them go."""
    resolve.prepare(bench)
    with (
        bench.neo4j() as server,
        neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
        service(bench) as ours,
    ):
        # A line that begins with the number of a house: then it is known which number to change.
        ordinary = choose(bench, driver).ordinary
        places = [each for each in ordinary if re.match(r"\d+ ", each.line)][:THINGS]
        bench.say(f"shielding {len(places)} addresses")
        _decide(bench, ours, "shield", places)
        try:
            around = driver.execute_query(AROUND, addresses=[p.address for p in places], database_="neo4j")
            asked = list(_asked(ours, places, [record.data() for record in around.records]))
            rows = [row for each in asked for row in _rows(bench, ours, each)]
        finally:
            _decide(bench, ours, "unshield", places)
    figures = Figures(
        "Shielded beside absent",
        ("question", "pair", "AUC", "standard error", "medians apart, ms", "p50 ms", "asked"),
        rows,
        [
            f"{PAIRS:,} interleaved pairs a line after {WARM_UP} of warm-up; who comes first is drawn.",
            "AUC of a threshold on the timings, .5 tells nothing; absent beside absent shows chance.",
            f"{THINGS} addresses are shielded through the service for the run. A search for people is timed",
            "in tests/api/shields: names that are not there, and are as common, have to be made for it.",
        ],
    )
    return Measured(
        NAME, "Who is shielded is not there", "Audit and authentication on, one client.", [figures]
    )


def _asked(ours: Service, places: Sequence[Place], around: list[dict[str, Any]]) -> Iterator[Asked]:
    lines = [place.line for place in places]
    yield Asked(
        "concernsAtAddress",
        [ours.body(line) for line in lines],
        [ours.body(_elsewhere(line, 4_000)) for line in lines],
        [ours.body(_elsewhere(line, 6_000)) for line in lines],
    )
    ids = {
        "address": [each["address"] for each in around],
        "person": [person for each in around for person in each["people"][:1]],
        "household": [household for each in around for household in each["households"][:1]],
    }
    for name, known in ids.items():
        bodies = [
            [json.dumps({"query": BY_ID[name], "variables": {"id": _other(id_, as_)}}) for id_ in known]
            for as_ in ("", "0", "1")
        ]
        yield Asked(name, *bodies)


def _elsewhere(line: str, by: int) -> str:
    """The same line with a number that no street has."""
    return re.sub(r"\d+", lambda found: str(int(found[0]) % 1_000 + by), line, count=1)


def _other(id_: str, as_: str) -> str:
    """An id as long that nobody has, or the id itself."""
    return id_ if not as_ else id_[:2] + as_ * (len(id_) - 2)


def _rows(bench: Bench, ours: Service, asked: Asked) -> Iterator[tuple[str, ...]]:
    bench.say(f"asking {asked.name}")
    for pair, left in (("shielded, absent", asked.shielded), ("absent, absent", asked.absent_too)):
        one, other = asyncio.run(_pairs(ours, left, asked.absent))
        area, error = auc(one, other)
        apart = 1_000 * (median(one) - median(other))
        most = "AUC at most .55, under 1 ms" if pair.startswith("shielded") else ""
        half = 1_000 * quantiles(other, n=2)[0]
        yield (asked.name, pair, f"{area:.3f}", f"{error:.3f}", f"{apart:+.3f}", f"{half:.1f}", most)


async def _pairs(ours: Service, left: list[str], right: list[str]) -> tuple[list[float], list[float]]:
    requests = [[post("/graphql", body.encode(), ours.headers) for body in side] for side in (left, right)]
    connection = await Connection.open(ours.port)
    # What also fits some other address, which may be seen, is not asked about.
    shortest = min([len((await connection.ask(each)).body) for side in requests for each in side])
    requests = [
        [each for each in side if len((await connection.ask(each)).body) == shortest] for side in requests
    ]
    one, other = ((connection, side) for side in requests)
    timings = await ask_in_pairs(one, other, pairs=PAIRS, warm_up=WARM_UP)
    connection.close()
    return timings


def _decide(bench: Bench, ours: Service, how: str, places: Sequence[Place]) -> None:
    bearer = token(bench, *GOVERNANCE)
    query = f'mutation ($id: ID!) {{ {how}(id: $id, reason: "the bench") {{ shieldId }} }}'
    for place in places:
        request = urllib.request.Request(
            f"http://127.0.0.1:{ours.port}/graphql",
            json.dumps({"query": query, "variables": {"id": place.address}}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            json.load(answer)
