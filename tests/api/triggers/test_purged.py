"""A purge leaves no alert about what is gone, and no trace of it in notes; what others ground comes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.rights.feeds import Borough, Said, traces
from tests.api.triggers.alerts import in_force
from tests.graph_contents import rows
from tests.town import NOW, ago

from mast_api.triggers.working_out import work_out
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_graph.trigger_rules import put_rule

GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "2016-08-06", "sex": "F"}
FOLLOWERS = ["Change"]
"""Their notes name who is gone until the next purge: whoever keeps people in memory has to be told."""
WILF = {"given_name": "Wilfred", "family_name": "Hathersage", "date_of_birth": "2014-01-04", "sex": "M"}


@pytest.fixture
def borough(store: Store, tmp_path: Path) -> Iterator[Borough]:
    """Grace and Wilf were not brought to two appointments, both together."""
    with Lease.acquire(store, "tests") as lease:
        for rule, stored in in_force("child-not-brought-twice", since=NOW - dt.timedelta(days=900)):
            lease.write(lambda tx, _, r=rule, s=stored: put_rule(tx, r, s))  # type: ignore[misc]
        borough = Borough(store, lease, tmp_path)
        for days in (40, 20):
            missed = {"contact_id": f"missed {days}", "contact_type": "WAS_NOT_BROUGHT"}
            said = [
                Said("nhs", reference, {**text, **missed}, {"contact_at": ago(days)})
                for reference, text in (("grace", GRACE), ("wilf", WILF))
            ]
            borough.load(said)
        borough.resolve()
        yield borough


def alerts(server: Login) -> list[int]:
    found = rows(server, "MATCH (a:Alert) RETURN COUNT { (a)-[:ABOUT]->() } AS about")
    return [row["about"] for row in found]


def test_what_others_ground_comes_again_about_them_alone(borough: Borough, neo4j_server: Login) -> None:
    grace = borough.record("nhs", "grace")
    assert alerts(neo4j_server) == [2]
    (person,) = rows(
        neo4j_server, "MATCH (:PersonRecord {id: $id})-[:RESOLVES_TO]->(p) RETURN p.id AS id", id=grace
    )
    borough.purge([grace])
    assert alerts(neo4j_server) == []
    assert traces(neo4j_server, [grace, person["id"]]) == FOLLOWERS
    assert work_out(borough.store, borough.lease, now=NOW) == 1
    assert alerts(neo4j_server) == [1]
    assert traces(neo4j_server, [grace, person["id"]]) == FOLLOWERS


def test_nothing_is_left_when_everybody_is_gone(borough: Borough, neo4j_server: Login) -> None:
    both = [borough.record("nhs", "grace"), borough.record("nhs", "wilf")]
    contacts = [row["id"] for row in rows(neo4j_server, "MATCH (c:Contact) RETURN DISTINCT c.id AS id")]
    assert traces(neo4j_server, contacts) != []
    borough.purge(both)
    work_out(borough.store, borough.lease, now=NOW)
    assert alerts(neo4j_server) == []
    assert traces(neo4j_server, [*both, *contacts]) == FOLLOWERS


def test_purging_a_contact_takes_the_alert_that_rested_on_it(borough: Borough, neo4j_server: Login) -> None:
    first = rows(neo4j_server, "MATCH (c:Contact) RETURN c.id AS id ORDER BY c.at LIMIT 1")[0]["id"]
    with borough.purging() as purging:
        purging.contacts([first])
    assert alerts(neo4j_server) == []
    assert work_out(borough.store, borough.lease, now=NOW) == 0
    assert traces(neo4j_server, [first]) == []


def test_what_an_alert_kept_back_is_raised_when_the_alert_goes(borough: Borough, neo4j_server: Login) -> None:
    late = {"contact_id": "missed 5", "contact_type": "WAS_NOT_BROUGHT"}
    borough.load([Said("nhs", "grace", {**GRACE, **late}, {"contact_at": ago(5)})])
    borough.resolve()
    before = alerts(neo4j_server)
    first = rows(neo4j_server, "MATCH (c:Contact) RETURN c.id AS id ORDER BY c.at LIMIT 1")[0]["id"]
    with borough.purging() as purging:
        purging.contacts([first])
    assert alerts(neo4j_server) == []
    assert work_out(borough.store, borough.lease, now=NOW) == 1
    assert alerts(neo4j_server) == [1]
    assert before == [2]
    assert traces(neo4j_server, [first]) == []
