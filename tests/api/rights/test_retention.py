"""What is past its retention goes, what is open or held stays, and a second run finds nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.api.rights.feeds import Borough, Said
from tests.graph_contents import rows
from tests.town import GATEWAY, NOW

from mast_api.rights import retention
from mast_graph.agreement import Agreement, Term
from mast_graph.checks import faults
from mast_graph.directory import write_directory
from mast_graph.purge_selecting import Unruled
from mast_graph.store import Login
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
CONCERN, MISSING, FIRE = "SAFEGUARDING_CONCERN", "MISSING_PERSON", "SAFE_AND_WELL_VISIT"

TERMS = (Term("police", GATEWAY), Term("adults", GATEWAY), Term("fire", GATEWAY, retention_months=1))
AGREEMENT = Agreement("mash-2026", "MASH", ("police",), ("research",), TERMS)


def years(number: float) -> dt.datetime:
    return NOW - dt.timedelta(days=number * 365.25)


def said(reference: str, type_: str, at: dt.datetime, closed: dt.datetime | None = None) -> Said:
    moments = {"contact_at": at} | ({"contact_closed_at": closed} if closed else {})
    text = {**GRACE, **HOME, "contact_id": f"{reference} {at:%Y}", "contact_type": type_}
    return Said("police", reference, text, moments)


@pytest.fixture
def agreed(borough: Borough) -> Borough:
    """An agreement that keeps contacts for three years."""
    borough.lease.write(lambda tx, _: write_directory(tx, agreements=[AGREEMENT], at=NOW))
    return borough


def run(borough: Borough, at: dt.datetime = NOW) -> retention.Due:
    found = retention.due(borough.store, at)
    if retention.needed(borough.store, found):
        retention.run(borough.purging(), borough.store, found)
    assert not any(faults(borough.store).values())
    return found


def left(server: Login) -> tuple[list[str], list[int]]:
    """The person records and the years of the contacts that are there."""
    records = rows(server, "MATCH (r:PersonRecord) RETURN r.id AS id ORDER BY id")
    contacts = rows(server, "MATCH (c:Contact) RETURN c.at.year AS year ORDER BY year")
    return [row["id"] for row in records], [row["year"] for row in contacts]


def test_old_contacts_go_and_records_with_nothing_left_go_with_them(
    agreed: Borough, neo4j_server: Login
) -> None:
    agreed.load(
        [said("old", CONCERN, years(4)), said("both", CONCERN, years(5)), said("both", CONCERN, years(1))]
    )
    agreed.resolve()
    run(agreed)
    assert left(neo4j_server) == ([agreed.record("police", "both")], [2025])
    assert run(agreed).nothing


def test_an_end_before_the_beginning_takes_nothing_away(agreed: Borough, neo4j_server: Login) -> None:
    agreed.load([said("a", MISSING, years(1), years(90))])
    agreed.resolve()
    run(agreed)
    assert left(neo4j_server) == ([agreed.record("police", "a")], [2025])


def test_a_day_before_its_time_a_contact_is_kept_and_a_day_after_it_is_gone(
    agreed: Borough, neo4j_server: Login
) -> None:
    ended = dt.datetime(2023, 11, 2, 9, 0, tzinfo=dt.UTC)
    agreed.load([said("a", MISSING, years(5), ended)])
    agreed.resolve()
    run(agreed, dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC))
    assert len(left(neo4j_server)[1]) == 1, "an episode counts from its end"
    run(agreed, dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC))
    assert left(neo4j_server) == ([], [])


def test_how_long_is_a_matter_of_the_class(agreed: Borough, neo4j_server: Login) -> None:
    agreed.load([said("one", CONCERN, years(0.5)), said("two", FIRE, years(0.5))])
    agreed.resolve()
    run(agreed)
    # Where somebody lives was said within the three years: the record stays, the contact does not.
    both = sorted(agreed.record("police", each) for each in ("one", "two"))
    assert left(neo4j_server) == (both, [years(0.5).year])


def test_an_open_episode_is_kept_however_old(agreed: Borough, neo4j_server: Login) -> None:
    agreed.load([said("open", MISSING, years(9))])
    agreed.resolve()
    assert run(agreed).nothing
    assert left(neo4j_server) == ([agreed.record("police", "open")], [years(9).year])


def test_a_contact_under_an_agreement_that_nobody_knows_is_kept(
    borough: Borough, neo4j_server: Login
) -> None:
    borough.load([said("old", CONCERN, years(9))])
    borough.resolve()
    found = run(borough)
    assert found.nothing
    assert len(left(neo4j_server)[1]) == 1
    assert found.unruled.contacts == {"mash-2026/adults": 1}, "which is said"
    assert found.unruled.records == {"police": 2}


@pytest.mark.parametrize(
    "amended",
    [
        pytest.param(("parties", ("fire",)), id="an agency is no party any more"),
        pytest.param(
            ("terms", (Term("police", GATEWAY), Term("fire", GATEWAY, retention_months=1))),
            id="a class is not shared",
        ),
    ],
)
def test_what_an_amendment_shares_no_more_is_kept_as_long_as_was_agreed_and_no_longer(
    agreed: Borough, neo4j_server: Login, amended: tuple[str, tuple[str, ...] | tuple[Term, ...]]
) -> None:
    agreed.load([said("old", CONCERN, years(4)), said("new", CONCERN, years(2))])
    agreed.resolve()
    now = replace(AGREEMENT, version=2, **dict([amended]))  # type: ignore[arg-type]
    agreed.lease.write(lambda tx, _: write_directory(tx, agreements=[now], at=NOW))
    found = run(agreed)
    assert left(neo4j_server) == ([agreed.record("police", "new")], [years(2).year])
    assert found.unruled == Unruled({}, {})


@pytest.mark.parametrize("held", ["['*']", "['adults']"])
def test_a_legal_hold_keeps_whatever_is_of_the_same_person(
    agreed: Borough, neo4j_server: Login, held: str
) -> None:
    agreed.load([said("one", CONCERN, years(6)), said("two", CONCERN, years(5))])
    agreed.resolve()
    one = agreed.record("police", "one")
    agreed.store.define(f"MATCH (r:PersonRecord {{id: '{one}'}}) SET r.held = {held}")
    assert run(agreed).nothing
    assert len(left(neo4j_server)[1]) == 2


def test_a_hold_on_another_class_keeps_the_record_but_not_the_contact(
    agreed: Borough, neo4j_server: Login
) -> None:
    agreed.load([said("one", CONCERN, years(6))])
    agreed.resolve()
    one: RecordId = agreed.record("police", "one")
    agreed.store.define(f"MATCH (r:PersonRecord {{id: '{one}'}}) SET r.held = ['police']")
    run(agreed)
    assert left(neo4j_server) == ([one], [])


def test_a_class_under_hold_is_kept_of_everybody(agreed: Borough, neo4j_server: Login) -> None:
    agreed.load([said("one", CONCERN, years(6)), said("two", MISSING, years(6), years(5))])
    agreed.resolve()
    agreed.store.define("CREATE (:Mark {id: 'M-1', kind: 'hold', everywhere: true, data_class: 'adults'})")
    run(agreed)
    assert left(neo4j_server) == ([agreed.record("police", "one")], [years(6).year])


def test_a_record_seen_living_somewhere_since_is_kept_without_its_contacts(
    agreed: Borough, neo4j_server: Login
) -> None:
    lives = Said("police", "old", {**GRACE, **HOME}, {"valid_from": years(1)})
    agreed.load([said("old", CONCERN, years(6)), lives])
    agreed.resolve()
    run(agreed)
    assert left(neo4j_server) == ([agreed.record("police", "old")], [])
