"""The queries behind the service find everything by index, whatever they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from mast_graph.queries import query
from mast_graph.store import Store

ASKED = (
    "concerns_at_address",
    "people",
    "households",
    "household_network",
    "household_path",
    "paths_between",
    "network_extract",
    "relations_of",
    "near_addresses",
    "flats_of_building",
    "units_of_address",
    "named_houses",
    "address_history",
    "co_residents",
)


def operators(plan: dict[str, Any]) -> Iterator[str]:
    """Every operator of a plan."""
    yield plan["operatorType"].removesuffix("@neo4j")
    for child in plan.get("children", ()):
        yield from operators(child)


@pytest.mark.parametrize("name", ASKED)
def test_no_query_of_the_service_scans(store: Store, neo4j_server: Any, name: str) -> None:
    named = query(f"read.{name}")
    auth = (neo4j_server.user, neo4j_server.password)
    with (
        neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth, notifications_min_severity="OFF") as driver,
        driver.session(database="neo4j") as session,
    ):
        # Without values the server would not plan: each parameter only has to be there.
        params = dict.fromkeys(named.params)
        plan = session.run(f"EXPLAIN {named.text}", params).consume().plan
    assert plan is not None
    found = set(operators(plan))
    assert any("IndexSeek" in each for each in found)
    assert not {each for each in found if "Scan" in each}


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        pytest.param("persons", "(record:PersonRecord(feed, id)", id="persons"),
        pytest.param("addresses", "(record:AddressRecord(feed, id)", id="addresses"),
        pytest.param("contacts", "(contact:Contact(feed, version)", id="contacts"),
    ],
)
def test_what_a_feed_holds_is_found_in_an_index_of_feeds_and_in_its_order(
    store: Store, neo4j_server: Any, name: str, sought: str
) -> None:
    named = query(f"read.state_feed_{name}")
    with (
        neo4j.GraphDatabase.driver(
            neo4j_server.uri, auth=(neo4j_server.user, neo4j_server.password)
        ) as driver,
        driver.session(database="neo4j") as session,
    ):
        plan = session.run(f"EXPLAIN {named.text}", dict.fromkeys(named.params)).consume().plan
    assert plan is not None
    assert "Sort" not in " ".join(operators(plan))
    assert not {each for each in operators(plan) if "Scan" in each}
    assert sought.split("(", 2)[2].rstrip(")") in str(plan)


HOMES = """
UNWIND range($first, $last) AS number
WITH number, datetime('2020-01-01') AS start, datetime('9999-12-31') AS forever
MERGE (a:Address {id: 'A-' + (number / 3)}) ON CREATE SET a.recorded_from = start, a.recorded_to = forever
MERGE (place:AddressRecord {id: 'ra' + (number / 3), agency: 'x'})
MERGE (h:Household {id: 'H-' + (number / 3)}) ON CREATE SET h.recorded_to = forever, h.communal = false
MERGE (h)-[:HOUSEHOLD_AT]->(a)
MERGE (place)-[at:RESOLVES_TO]->(a) ON CREATE SET at.recorded_from = start, at.recorded_to = forever
CREATE (p:Person {id: 'P-' + number, recorded_from: start, recorded_to: forever})
CREATE (p)-[:MEMBER_OF {from: start, to: forever, inferred: false}]->(h)
CREATE (r:PersonRecord {id: 'rp' + number, agency: 'x'})
CREATE (r)-[:RESOLVES_TO {recorded_from: start, recorded_to: forever}]->(p)
CREATE (r)-[:LIVES_AT {valid_from: start, valid_to: forever, seen_at: start, inferred: false,
  recorded_from: start, recorded_to: forever}]->(place)
"""
"""Three people a home."""


@pytest.mark.parametrize(("name", "id_"), [("address_history", "A-0"), ("co_residents", "P-0")])
def test_what_a_history_costs_does_not_grow_with_the_town(
    store: Store, neo4j_server: Any, name: str, id_: str
) -> None:
    moment = "2026-01-01T00:00:00Z"
    given = {
        "ids": [id_],
        "earliest": moment,
        "latest": moment,
        "known_at": moment,
        "as_of": moment,
        "gazetteer": "-",
    }
    named = query(f"read.{name}")
    params = {param: given.get(param, 10) for param in named.params}
    costs = []
    auth = (neo4j_server.user, neo4j_server.password)
    with (
        neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth, notifications_min_severity="OFF") as driver,
        driver.session(database="neo4j") as session,
    ):
        for first, last in ((0, 29), (30, 2_999)):
            session.run(HOMES, first=first, last=last).consume()
            session.run("CALL db.clearQueryCaches()").consume()
            result = session.run(f"PROFILE {named.text}", params)
            [row] = list(result)
            shown = row["stays"] if name == "address_history" else row["homes"][0]["others"]
            costs.append(hits(result.consume().profile))
            assert len(shown) == (3 if name == "address_history" else 2)
    assert costs[1] <= 1.2 * costs[0] < 500


def hits(profile: Any) -> int:
    """Reads of the store by a plan and all below it."""
    return int(profile["dbHits"]) + sum(hits(child) for child in profile.get("children", ()))


HOSTEL = """
WITH datetime('2020-01-01') AS start, datetime('2020-06-01') AS moved, datetime('9999-12-31') AS forever
MERGE (old:Address {id: 'A-old'}) MERGE (new:Address {id: 'A-new'})
MERGE (family:Household {id: 'H-family'}) SET family.recorded_to = forever, family.communal = false
MERGE (hostel:Household {id: 'H-hostel'}) SET hostel.recorded_to = forever, hostel.communal = true
MERGE (family)-[:HOUSEHOLD_AT]->(old) MERGE (hostel)-[:HOUSEHOLD_AT]->(new)
MERGE (family)-[went:LED_TO]->(hostel) SET went.people = ['P-0', 'P-1', 'P-2']
WITH *
UNWIND range($first, $last) AS number
MERGE (p:Person {id: 'P-' + number})
FOREACH (_ IN CASE WHEN number < 3 THEN [1] ELSE [] END |
  MERGE (p)-[here:MEMBER_OF]->(family) SET here.from = start, here.to = moved)
MERGE (p)-[there:MEMBER_OF]->(hostel) SET there.from = moved, there.to = forever
"""
"""A family of three that went to a hostel, and the others there."""


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        pytest.param("household_path", {"ids": ["H-family"]}, id="a path"),
        pytest.param("network_extract", {"after": "H-e", "first": 1, "most_members": 5}, id="the extract"),
    ],
)
def test_what_a_move_to_a_hostel_costs_does_not_grow_with_the_hostel(
    store: Store, neo4j_server: Any, name: str, asked: dict[str, Any]
) -> None:
    now = "2026-01-01T00:00:00Z"
    given: dict[str, Any] = dict.fromkeys(("now", "as_of", "window_from", "serving_at", "today"), now)
    given |= {"within_days": 31, "purpose": "", "agency": "", "full": False, "data_classes": []}
    named = query(f"read.{name}")
    params = {param: (given | asked).get(param, 20) for param in named.params}
    costs = []
    auth = (neo4j_server.user, neo4j_server.password)
    with (
        neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth, notifications_min_severity="OFF") as driver,
        driver.session(database="neo4j") as session,
    ):
        for first, last in ((0, 29), (30, 2_999)):
            session.run(HOSTEL, first=first, last=last).consume()
            session.run("CALL db.clearQueryCaches()").consume()
            result = session.run(f"PROFILE {named.text}", params)
            [row] = list(result)
            if name == "household_path":
                homes = {home["id"]: len(home["members"]) for home in row["homes"]}
                assert homes == {"H-family": 3, "H-hostel": 3}
            else:
                assert len(row["households"][0]["led_to"][0]["moves"]) == 3
            costs.append(hits(result.consume().profile))
    assert costs[1] <= 1.2 * costs[0] < 1_000
