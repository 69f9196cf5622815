"""Two people share a contact, and one is under legal hold: what becomes of it when the other's data goes."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.api.rights.feeds import Borough, Said, holdings, traces
from tests.api.triggers.alerts import in_force
from tests.graph_contents import rows
from tests.town import GATEWAY, NOW, ago

from mast_api.rights import retention
from mast_api.rights.erasing import erase, order_of, to_erase
from mast_api.triggers.working_out import work_out
from mast_graph.agreement import Agreement, Term
from mast_graph.checks import faults
from mast_graph.directory import write_directory
from mast_graph.proofs import read_proofs
from mast_graph.store import Login
from mast_graph.tombstones import read_tombstones
from mast_graph.trigger_rules import put_rule
from mast_resolver.errors import LegalHoldError
from mast_resolver.records import EntityId

pytestmark = pytest.mark.graph

HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "2016-08-06", "sex": "F", **HOME}
WILF = {"given_name": "Wilfred", "family_name": "Hathersage", "date_of_birth": "2014-01-04", "sex": "M"}
MISSED = "WAS_NOT_BROUGHT"
AGREED = Agreement(
    "mash-2026", "MASH", ("nhs", "police"), ("research",), (Term("health", GATEWAY), Term("police", GATEWAY))
)
LINES = """MATCH (c:Contact) OPTIONAL MATCH (r:PersonRecord)-->(c)
  WITH c, count(r) AS touched RETURN c.type AS type, touched ORDER BY type, touched"""


@pytest.fixture
def two(borough: Borough) -> Borough:
    """Grace and Wilf missed one appointment together, Grace another; the police know Grace as well."""
    for rule, stored in in_force("child-not-brought-twice", since=NOW - dt.timedelta(days=2_000)):
        borough.lease.write(lambda tx, _, r=rule, s=stored: put_rule(tx, r, s))  # type: ignore[misc]
    borough.lease.write(lambda tx, _: write_directory(tx, agreements=[AGREED], at=NOW))
    happen(borough, days=40)
    return borough


def happen(borough: Borough, *, days: float) -> None:
    """What they share, and a day later what is of Grace alone."""
    shared, later = ago(days), ago(days - 1)
    one = {"contact_id": f"shared {days}", "contact_type": MISSED}
    other = {"contact_id": f"own {days}", "contact_type": MISSED}
    police = {"contact_id": f"police {days}", "contact_type": "MISSING_PERSON"}
    over = {"contact_at": shared, "contact_closed_at": shared}
    borough.load(
        [Said("nhs", who, {**text, **one}, over) for who, text in (("grace", GRACE), ("wilf", WILF))]
    )
    over = {"contact_at": later, "contact_closed_at": later}
    borough.load([Said("nhs", "grace", {**GRACE, **other}, over)])
    borough.load([Said("police", "grace", {**GRACE, **police}, over)])
    borough.resolve()


def hold_on_wilf(borough: Borough) -> None:
    borough.store.define(
        f"MATCH (r:PersonRecord {{id: '{borough.record('nhs', 'wilf')}'}}) SET r.held = ['*']"
    )


def person(server: Login, record: str) -> EntityId:
    found = rows(server, "MATCH (:PersonRecord {id: $id})-[:RESOLVES_TO]->(p) RETURN p.id AS id", id=record)
    return EntityId(found[0]["id"])


def lines(server: Login) -> list[tuple[str, int]]:
    """Every contact: of which type, and how many people it touches."""
    return [(row["type"], row["touched"]) for row in rows(server, LINES)]


def alerts(server: Login) -> list[int]:
    """Every alert: about how many people."""
    return [row["n"] for row in rows(server, "MATCH (a:Alert) RETURN COUNT { (a)-[:ABOUT]->() } AS n")]


def erase_grace(borough: Borough, server: Login, *, keep_held: bool = False) -> None:
    grace = person(server, borough.record("nhs", "grace"))
    going = to_erase(borough.store, grace, keep_held=keep_held)
    purging = borough.purging()
    purging.order = order_of("officer-7", frozenset(), going)
    erase(purging, going)
    assert not any(faults(borough.store).values())


def test_without_a_hold_the_contact_stays_for_the_other_alone_and_nothing_tells_of_who_was_erased(
    two: Borough, neo4j_server: Login
) -> None:
    records = [two.record(each, "grace") for each in ("nhs", "police")]
    grace = person(neo4j_server, records[0])
    assert person(neo4j_server, records[1]) == grace, "both agencies know her"
    erase_grace(two, neo4j_server)
    assert lines(neo4j_server) == [(MISSED, 1)]
    assert traces(neo4j_server, [*records, grace]) == ["Change"], "for followers, until the next purge"
    work_out(two.store, two.lease, now=NOW)
    assert alerts(neo4j_server) == []


def test_under_a_hold_on_the_other_nothing_is_erased_unasked(two: Borough, neo4j_server: Login) -> None:
    hold_on_wilf(two)
    before = holdings(neo4j_server)
    with pytest.raises(LegalHoldError, match="a contact that touches a record of that person") as refused:
        erase_grace(two, neo4j_server)
    assert "--keep-held" in refused.value.fix
    assert holdings(neo4j_server) == before


def test_all_goes_but_the_held_contact_and_the_record_that_it_touches(
    two: Borough, neo4j_server: Login
) -> None:
    work_out(two.store, two.lease, now=NOW)
    assert alerts(neo4j_server) == [1], "Grace was not brought twice"
    hold_on_wilf(two)
    known_to_police = two.record("police", "grace")
    own = rows(neo4j_server, "MATCH (c:Contact) WHERE COUNT { (c)<--(:PersonRecord) } = 1 RETURN c.id AS id")
    erase_grace(two, neo4j_server, keep_held=True)
    assert lines(neo4j_server) == [(MISSED, 2)], "whole: with both whom it is about"
    left = {row["id"] for row in rows(neo4j_server, "MATCH (r:PersonRecord) RETURN r.id AS id")}
    assert left == {two.record("nhs", each) for each in ("grace", "wilf")}
    assert traces(neo4j_server, [known_to_police, *(row["id"] for row in own)]) == ["Change"]
    assert len(read_tombstones(two.store)) == 1, "what is gone stays out, what is kept does not"
    work_out(two.store, two.lease, now=NOW)
    assert alerts(neo4j_server) == [], "none about what is gone"
    (said,) = [each.entry for each in read_proofs(two.store) if each.entry["event"] == "purge-finished"]
    assert said["kept_by_hold"] == 1


def test_a_contact_that_was_corrected_to_somebody_else_is_not_of_her_alone(
    two: Borough, neo4j_server: Login
) -> None:
    """Wilf's contact was said of Grace at first: the version of today is his, and stays."""
    wrong = {"contact_id": "corrected", "contact_type": MISSED}
    over = {"contact_at": ago(30), "contact_closed_at": ago(30)}
    two.load([Said("nhs", "grace", {**GRACE, **wrong}, over)])
    two.load([Said("nhs", "wilf", {**WILF, **wrong}, over)])
    two.resolve()
    of_wilf = """MATCH (r:PersonRecord {id: $id})-->(c:Contact) RETURN c.version AS id ORDER BY id"""
    his = rows(neo4j_server, of_wilf, id=two.record("nhs", "wilf"))
    assert len(his) == 2
    hold_on_wilf(two)
    erase_grace(two, neo4j_server, keep_held=True)
    assert rows(neo4j_server, of_wilf, id=two.record("nhs", "wilf")) == his


def test_where_a_hold_keeps_all_there_is_nothing_to_erase(borough: Borough, neo4j_server: Login) -> None:
    one = {"contact_id": "shared", "contact_type": MISSED}
    said = [
        Said("nhs", who, {**text, **one}, {"contact_at": ago(9)})
        for who, text in (("grace", GRACE), ("wilf", WILF))
    ]
    borough.load(said)
    borough.resolve()
    hold_on_wilf(borough)
    with pytest.raises(LegalHoldError, match="all that is held of that person"):
        erase_grace(borough, neo4j_server, keep_held=True)


def test_once_the_hold_is_lifted_the_rest_is_erased(two: Borough, neo4j_server: Login) -> None:
    hold_on_wilf(two)
    erase_grace(two, neo4j_server, keep_held=True)
    two.store.define("MATCH (r:PersonRecord) REMOVE r.held")
    erase_grace(two, neo4j_server)
    assert lines(neo4j_server) == [(MISSED, 1)]
    assert len(read_tombstones(two.store)) == 2


def test_retention_takes_of_the_other_what_no_hold_keeps(borough: Borough, neo4j_server: Login) -> None:
    borough.lease.write(lambda tx, _: write_directory(tx, agreements=[AGREED], at=NOW))
    happen(borough, days=1_400)
    hold_on_wilf(borough)
    found = retention.due(borough.store, NOW)
    retention.run(borough.purging(), borough.store, found)
    assert not any(faults(borough.store).values())
    assert lines(neo4j_server) == [(MISSED, 2)]
    kept = {row["id"] for row in rows(neo4j_server, "MATCH (r:PersonRecord) RETURN r.id AS id")}
    assert {borough.record("nhs", each) for each in ("grace", "wilf")} <= kept
