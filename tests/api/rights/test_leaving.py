"""An agency leaves with its data: others know what they knew, and nothing of it is loaded again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.rights.feeds import KEYS, Borough, Said, holdings
from tests.graph_contents import rows
from tests.town import AGREEMENT, NOW

from mast_api.directory import load_directory
from mast_api.loading import load_source
from mast_api.rights import leaving
from mast_api.rights.proving import proof_of
from mast_graph.checks import faults
from mast_graph.departures import rejoin
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.proofs import read_proofs
from mast_graph.purge_selecting import records_of_agency
from mast_graph.store import Login
from mast_resolver.errors import AgencyLeftError, LegalHoldError

pytestmark = pytest.mark.graph

GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
WILF = {"given_name": "Wilf", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "M"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
DIRECTORY = """
agencies: [{id: nhs, name: Trust, kind: nhs}, {id: police, name: Police, kind: police}]
teams: [{id: t1, agency: nhs, name: Desk, phone: "01632 960101", hours: always}]
agreements:
  - {id: mash-2026, name: MASH, parties: [nhs, police], purposes: [research],
     review_by: 2035-06-30, gateways: [s115], data_classes: [police]}
"""
SOURCE = """
agency: nhs
agreement: mash-2026
format: csv
fields: {record_id: no, given_name: first, family_name: last}
"""


@pytest.fixture
def two(borough: Borough) -> Borough:
    borough.lease.write(
        lambda tx, _: write_directory(
            tx,
            agencies=[Agency(each, each, "kind") for each in ("nhs", "police")],
            teams=[Team("t1", "nhs", "Desk", "01632 960101", "always")],
            agreements=[AGREEMENT],
            at=NOW,
        )
    )
    borough.load([Said(agency, "1", {**GRACE, **HOME}) for agency in ("nhs", "police")])
    borough.load([Said("nhs", "of nobody else", {**WILF, **HOME})])
    borough.resolve()
    return borough


def leave(borough: Borough, agency: str, *, keep_held: bool = False) -> None:
    found = records_of_agency(borough.store, agency)
    leaving.leave(
        borough.purging(), borough.lease, agency, found, by="officer-7", at=NOW, keep_held=keep_held
    )


def test_nothing_of_it_is_left_and_others_know_what_they_knew(two: Borough, neo4j_server: Login) -> None:
    leave(two, "nhs")
    assert not rows(
        neo4j_server, "MATCH (n) WHERE n.agency = 'nhs' OR n.id = 'nhs' AND NOT n:Departed RETURN n"
    )
    assert not rows(neo4j_server, "MATCH (n:Load) WHERE n.feed STARTS WITH 'nhs/' RETURN n")
    left = holdings(neo4j_server)
    assert [len(left[name]) for name in ("records", "people and addresses", "households")] == [2, 2, 1]
    parties = rows(neo4j_server, "MATCH (a:Agreement) RETURN a.parties AS parties")[0]["parties"]
    assert "nhs" not in parties
    assert "police" in parties
    assert not any(faults(two.store).values())


def test_it_cannot_be_loaded_again_until_it_is_back(
    two: Borough, neo4j_server: Login, tmp_path: Path
) -> None:
    leave(two, "nhs")
    (tmp_path / "directory.yaml").write_text(DIRECTORY)
    load_directory(two.lease, tmp_path / "directory.yaml", by="tests", at=NOW)
    assert not rows(neo4j_server, "MATCH (n:Agency|Team) WHERE n.id IN ['nhs', 't1'] RETURN n")
    source, file = tmp_path / "nhs.yaml", tmp_path / "nhs.csv"
    source.write_text(SOURCE)
    file.write_text("no,first,last\n1,Grace,Okonkwo\n")
    with pytest.raises(AgencyLeftError):
        load_source(two.store, two.lease, KEYS, source, [file], rejects_folder=tmp_path)
    proof = proof_of("agency-rejoined", "officer-7", {"agency": "nhs"})
    assert rejoin(two.lease, "nhs", proof=proof)
    assert not rejoin(two.lease, "nhs", proof=proof)
    said = read_proofs(two.store)[-1].entry
    assert (said["event"], said["subject"], said["agency"]) == ("agency-rejoined", "officer-7", "nhs")
    loaded = load_source(two.store, two.lease, KEYS, source, [file], rejects_folder=tmp_path)
    assert loaded.counts.records_new == 1


def test_under_legal_hold_it_goes_only_but_for_what_is_held(two: Borough, neo4j_server: Login) -> None:
    one = two.record("nhs", "1")
    two.store.define(f"MATCH (r:PersonRecord {{id: '{one}'}}) SET r.held = ['*']")
    with pytest.raises(LegalHoldError):
        leave(two, "nhs")
    assert len(records_of_agency(two.store, "nhs").persons) == 2
    leave(two, "nhs", keep_held=True)
    assert records_of_agency(two.store, "nhs").persons == (one,)
