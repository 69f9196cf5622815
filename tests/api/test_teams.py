"""Whom to ring: a team is its own agency's, whatever another calls one of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.test_concerns_at_address import ASK, HOME
from tests.town import NOW, Service, Town, ago

from mast_api.directory import load_directory
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease
from mast_resolver.errors import DirectoryError

DIRECTORY = """
agencies: [{id: %s, name: %s, kind: kind, duty_team: duty}]
teams: [{id: duty, agency: %s, name: Desk of %s, phone: "01922 555 %s", hours: always}]
agreements: []
"""

pytestmark = pytest.mark.graph


def load(lease: Lease, folder: Path, agency: str, number: str) -> None:
    path = folder / "directory.yaml"
    path.write_text(DIRECTORY % (agency, agency, agency, agency, number), "utf-8")
    load_directory(lease, path, by="tests", at=NOW)


def test_an_id_of_a_team_that_another_agency_has_is_refused_and_theirs_stays(
    town: Town, service: Service, tmp_path: Path
) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(3))
    town.resolve()
    load(town._lease, tmp_path, "police", "0700")
    load(town._lease, tmp_path, "police", "0701")
    with pytest.raises(DirectoryError, match="another agency has a team of the same id: duty") as refused:
        load(town._lease, tmp_path, "housing", "0800")
    assert (refused.value.code, "another" in refused.value.fact) == ("MAST-263", True)
    assert "an id that no other agency uses" in refused.value.fix
    (police,) = service.answer(ASK, address=HOME)["agencies"]
    assert police["team"] == {"name": "Desk of police", "phone": "01922 555 0701"}


def test_a_contact_rings_its_own_agencys_team_or_who_its_agency_says(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(3), team="mash")
    town.says("council-children", "2", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(4), team="mash")
    town.resolve()
    assert rung(service) == {"police": "police-duty", "council-children": "mash"}
    # What the directory says of an agency is meant, whoever's team it is.
    shared = [Agency("police", "Police", "police", "mash")]
    town.store.write(lambda tx: write_directory(tx, at=NOW, agencies=shared))
    assert rung(service) == {"police": "mash", "council-children": "mash"}


def test_two_entries_of_one_file_are_not_told_apart_by_who_comes_first(town: Town) -> None:
    teams = [Team("desk", agency, agency, "01922 555 0900", "always") for agency in ("police", "fire")]
    with pytest.raises(DirectoryError):
        town.store.write(lambda tx: write_directory(tx, at=NOW, teams=teams))
    with pytest.raises(DirectoryError):
        town.store.write(lambda tx: write_directory(tx, at=NOW, teams=teams[::-1]))


def rung(service: Service) -> dict[str, str]:
    edges = service.answer(ASK, address=HOME)["contacts"]["edges"]
    return {edge["node"]["agency"]["id"]: edge["node"]["team"]["id"] for edge in edges}
