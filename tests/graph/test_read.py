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
    "near_addresses",
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
