"""`householdNetwork` two steps deep, over HTTP: around homes at random, and around those beside a hub."""

from __future__ import annotations

import json
import random
from typing import Final

import neo4j

from bench.bench import SEED, Bench
from bench.report import Figures, Measured
from bench.sections import resolve
from bench.service import ANALYST, service, token
from bench.turns import Asked, in_turns, median_kb, percentiles

NAME: Final = "network"
MANY: Final = 200
DEPTH: Final = 2
ASKED: Final = "p95 < 60 at 100,000 people"
DOCUMENT: Final = """
query ($id: ID!, $depth: Int!) { householdNetwork(id: $id, depth: $depth) {
  households { step hub household { id communal members { personId present } } }
  people { personId step homeCount hub } addresses { addressId buildingId }
  contacts { personIds addressIds contact { id type at status } } contactCount notShown
  caution { text } withheld { dataClass } } }
"""
HOMES: Final = """
MATCH (h:Household) WHERE h.recorded_to > datetime() AND h.communal = false
RETURN h.id AS id,
  EXISTS { MATCH (h)<-[:MEMBER_OF]-()-[:MEMBER_OF]->(hub:Household) WHERE hub.communal } AS beside
ORDER BY id
"""


def measure(bench: Bench) -> Measured:
    """Ask around both kinds of homes, in turns."""
    resolve.prepare(bench)
    with bench.neo4j() as server:
        with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
            homes = driver.execute_query(HOMES, database_="neo4j").records
        draw = random.Random(SEED)
        kinds = {
            title: draw.sample(ids, min(MANY, len(ids)))
            for title, beside in (("at random", False), ("beside a hub", True))
            if (ids := [home["id"] for home in homes if not beside or home["beside"]])
        }
        with service(bench) as ours:
            headers = {"Authorization": f"Bearer {token(bench, *ANALYST)}"}
            asked = [
                Asked(title, ours.port, headers, [_body(id_) for id_ in ids]) for title, ids in kinds.items()
            ]
            told = in_turns(bench, asked, block=20, rounds=15, warm_up=4)
    rows = [
        (each["name"], *percentiles(each["seconds"]), median_kb(each["sizes"]), ASKED)
        for each in told["services"]
    ]
    figures = Figures(
        f"householdNetwork, depth {DEPTH}",
        ("homes", "p50 ms", "p95 ms", "p99 ms", "answer, median kB", "asked"),
        rows,
        [
            f"{len(homes):,} households, {sum(home['beside'] for home in homes):,} beside a communal one.",
            "One client, an analyst in an enquiry; audit and authentication on.",
        ],
    )
    return Measured(NAME, "Networks of households", "People, addresses, households, contacts.", [figures])


def _body(household: str) -> str:
    return json.dumps({"query": DOCUMENT, "variables": {"id": household, "depth": DEPTH}})
