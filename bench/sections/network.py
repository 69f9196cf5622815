"""`householdNetwork` two steps deep, over HTTP: around homes at random, and around those beside a hub."""

from __future__ import annotations

import json
import random
from statistics import quantiles
from typing import Final

import neo4j

from bench.bench import SEED, Bench
from bench.processes import mast, python, run
from bench.report import Figures, Measured, number
from bench.sections import resolve
from bench.service import service

NAME: Final = "network"
MANY: Final = 200
DEPTH: Final = 2
ROLE: Final = ("safeguarding-analyst", "safeguarding-enquiry")
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
            arguments = ("--role", ROLE[0], "--purpose", ROLE[1], "--json", "--data", bench.data)
            token = json.loads(run(mast("token", *arguments)).output)["token"]
            bodies = {
                title: [
                    json.dumps({"query": DOCUMENT, "variables": {"id": id_, "depth": DEPTH}}) for id_ in ids
                ]
                for title, ids in kinds.items()
            }
            plan = {
                "services": [
                    {
                        "name": title,
                        "port": ours.port,
                        "headers": {"Authorization": f"Bearer {token}"},
                        "bodies": asked,
                    }
                    for title, asked in bodies.items()
                ],
                "clients": 1,
                "block": 20,
                "rounds": 15,
                "warm_up": 4,
            }
            told = json.loads(run(python("bench.clients"), cwd=bench.root, sent=json.dumps(plan)).output)
    rows = []
    for each in told["services"]:
        if each["refused"]:
            bench.say(f"{each['name']}: refused {each['refused']}: {each['first_refusal']}")
        cut = quantiles(each["seconds"], n=100, method="inclusive")
        size = number(sorted(each["sizes"])[len(each["sizes"]) // 2] / 1_000, 1)
        rows.append((each["name"], *(number(1_000 * cut[at - 1], 1) for at in (50, 95, 99)), size, ASKED))
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
