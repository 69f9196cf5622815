"""A contact is kept or purged by all of its versions: the agreement of each, holds on whom each touched."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.api.rights.feeds import Borough, Said
from tests.api.rights.test_leaving import leave
from tests.graph_contents import rows
from tests.town import GATEWAY, NOW

from mast_api.rights import retention
from mast_api.rights.erasing import to_erase
from mast_graph.agreement import Agreement, Term
from mast_graph.checks import faults
from mast_graph.directory import write_directory
from mast_graph.store import Login
from mast_resolver.errors import LegalHoldError
from mast_resolver.records import EntityId

pytestmark = pytest.mark.graph

GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
WILF = {"given_name": "Wilf", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "M"}
RUTH = {"given_name": "Ruth", "family_name": "Smith", "date_of_birth": "2012-11-30", "sex": "F"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
CONCERN = {"contact_id": "concern", "contact_type": "SAFEGUARDING_CONCERN"}
FIGHT = {"contact_id": "fight", "contact_type": "DOMESTIC_ABUSE_INCIDENT"}  # which touches its place
TERMS = (Term("police", GATEWAY), Term("adults", GATEWAY))
LONG = Agreement("mash-2026", "MASH", ("police",), ("research",), TERMS)
SHORT = replace(LONG, id="pilot-2024", terms=tuple(replace(term, retention_months=12) for term in TERMS))


def months(number: float) -> dt.datetime:
    return NOW - dt.timedelta(days=number * 30.44)


def agree(borough: Borough, *agreements: Agreement) -> None:
    borough.lease.write(lambda tx, _: write_directory(tx, agreements=list(agreements), at=NOW))


def first_of_wilf_then_of_grace(borough: Borough, at: dt.datetime, *, agreement: str = LONG.id) -> None:
    """One contact: its first version touches Wilf, the one in force Grace alone."""
    moments = {"contact_at": at, "contact_closed_at": at}
    borough.load([Said("police", "wilf", {**WILF, **CONCERN}, moments)], agreement=agreement)
    borough.load([Said("police", "grace", {**GRACE, **CONCERN, "severity": "4"}, moments)])
    borough.resolve()


def hold(borough: Borough, reference: str, data_class: str = "*") -> None:
    record = borough.record("police", reference)
    borough.store.define(f"MATCH (r:PersonRecord {{id: '{record}'}}) SET r.held = ['{data_class}']")


def hold_of_everybody(borough: Borough, data_class: str) -> None:
    borough.store.define(
        f"CREATE (:Mark {{id: 'M-1', kind: 'hold', everywhere: true, data_class: '{data_class}'}})"
    )


def retain(borough: Borough) -> retention.Due:
    found = retention.due(borough.store, NOW)
    if retention.needed(borough.store, found):
        retention.run(borough.purging(), borough.store, found)
    assert not any(faults(borough.store).values())
    return found


def versions(server: Login) -> list[str]:
    found = rows(server, "MATCH (c:Contact) RETURN split(c.version, '.')[1] AS n ORDER BY n")
    return [row["n"] for row in found]


def test_a_contact_is_kept_as_long_as_the_agreement_of_any_version_lets_it(
    borough: Borough, neo4j_server: Login
) -> None:
    agree(borough, SHORT, LONG)
    moments = {"contact_at": months(20), "contact_closed_at": months(20)}
    grace = Said("police", "grace", {**GRACE, **CONCERN}, moments)
    borough.load([grace], agreement=SHORT.id)
    borough.load([replace(grace, text={**grace.text, "severity": "4"})])
    borough.resolve()
    assert len(rows(neo4j_server, "MATCH (c:Contact) RETURN DISTINCT c.agreement")) == 2
    assert retain(borough).nothing
    assert versions(neo4j_server) == ["1", "2"]


def test_a_contact_every_version_of_which_is_past_its_own_limit_goes_whole_and_is_counted_once(
    borough: Borough, neo4j_server: Login
) -> None:
    agree(borough, SHORT, LONG)
    lives = Said("police", "grace", {**GRACE, **HOME}, {"valid_from": months(1)})
    moments = {"contact_at": months(40), "contact_closed_at": months(40)}
    grace = Said("police", "grace", {**GRACE, **CONCERN}, moments)
    borough.load([grace], agreement=SHORT.id)
    borough.load([replace(grace, text={**grace.text, "severity": "4"})])
    borough.load([lives])
    borough.resolve()
    assert retain(borough).contacts == 1
    assert versions(neo4j_server) == []


def test_a_contact_one_version_of_which_stands_under_an_agreement_without_a_limit_is_kept_and_told_of(
    borough: Borough, neo4j_server: Login
) -> None:
    agree(borough, LONG)
    first_of_wilf_then_of_grace(borough, months(90), agreement="of-nobody-knows")
    found = retain(borough)
    assert found.contacts == 0
    assert "1" in versions(neo4j_server)
    assert found.unruled.contacts == {"of-nobody-knows/adults": 1}


@pytest.mark.parametrize("held", ["wilf", "grace"])
def test_a_hold_on_whom_any_version_touched_keeps_the_contact_and_whom_it_touches(
    borough: Borough, neo4j_server: Login, held: str
) -> None:
    agree(borough, LONG)
    first_of_wilf_then_of_grace(borough, months(90))
    hold(borough, held, "adults")
    assert retain(borough).nothing
    assert versions(neo4j_server) == ["1", "2"]


def test_a_hold_on_another_class_keeps_nothing_of_it(borough: Borough, neo4j_server: Login) -> None:
    agree(borough, LONG)
    first_of_wilf_then_of_grace(borough, months(90))
    hold(borough, "wilf", "police")
    retain(borough)
    assert versions(neo4j_server) == []


def test_an_agency_that_leaves_keeps_a_held_contact_whole(borough: Borough, neo4j_server: Login) -> None:
    agree(borough, LONG)
    moments = {"contact_at": months(2)}
    borough.load([Said("police", "wilf", {**WILF, **FIGHT}, moments)])
    borough.load([Said("police", "grace", {**GRACE, **HOME, **FIGHT, "severity": "4"}, moments)])
    borough.load([Said("police", "of nobody else", RUTH)])
    borough.resolve()
    hold(borough, "wilf")
    with pytest.raises(LegalHoldError):
        leave(borough, "police")
    leave(borough, "police", keep_held=True)
    assert versions(neo4j_server) == ["1", "2"]
    left = {row["id"] for row in rows(neo4j_server, "MATCH (r:PersonRecord) RETURN r.id AS id")}
    assert left == {borough.record("police", each) for each in ("wilf", "grace")}
    assert len(rows(neo4j_server, "MATCH (:Contact)<--(a:AddressRecord) RETURN a")) == 1, "with its place"


def person_of(server: Login, record: str) -> EntityId:
    found = rows(server, "MATCH (:PersonRecord {id: $id})-[:RESOLVES_TO]->(p) RETURN p.id AS id", id=record)
    return EntityId(found[0]["id"])


def test_nobody_is_erased_whom_a_held_contact_touches(borough: Borough, neo4j_server: Login) -> None:
    agree(borough, LONG)
    first_of_wilf_then_of_grace(borough, months(2))
    grace = person_of(neo4j_server, borough.record("police", "grace"))
    assert to_erase(borough.store, grace).records == (borough.record("police", "grace"),)
    hold(borough, "wilf", "adults")
    with pytest.raises(LegalHoldError):
        to_erase(borough.store, grace)


def test_nobody_is_erased_who_has_something_of_a_class_that_is_held_of_everybody(
    borough: Borough, neo4j_server: Login
) -> None:
    agree(borough, LONG)
    first_of_wilf_then_of_grace(borough, months(2))
    grace = person_of(neo4j_server, borough.record("police", "grace"))
    hold_of_everybody(borough, "police")
    assert to_erase(borough.store, grace)
    borough.store.define("MATCH (m:Mark) SET m.data_class = 'adults'")
    with pytest.raises(LegalHoldError):
        to_erase(borough.store, grace)
    with pytest.raises(LegalHoldError):
        leave(borough, "police")
