"""While records under a compromised key wait to be supplied again, a place is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import built, connected
from tests.town import People, Service, Town

from mast_api.keys.compromise import begin_anew
from mast_graph.store import Login
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser

pytestmark = pytest.mark.graph

STREET = "14 High Street, Walsall"
KINGS = f"Flat 3, Kings House, {STREET}, WS1 1AA"
ON_FIRST = f"Flat 5, First Floor, {STREET}, WS1 1AA"
ASKED = {
    # Typed, and whether it is one that is known.
    KINGS: True,
    f"Flat 3, Kigns Hse, {STREET}, WS1 1AA": True,
    f"Flat 3, {STREET}, WS1": True,
    f"Flat 3, Kings House, {STREET}, WS1": True,
    ON_FIRST: True,
    f"Flat 5, {STREET}, WS1": True,
    f"Flat 3, Queens House, {STREET}, WS1 1AA": False,
    f"Flat 3, {STREET}, WV1": False,
    f"Flat 5, Second Floor, {STREET}, WS1 1AA": False,
}
ASK = """
query ($address: String!) {
  concernsAtAddress(address: $address) {
    outcome matches { addressId stage } didYouMean { addressId agrees differs } agencies { agency { id } }
  }
}
"""


def test_a_place_neither_contradicts_itself_nor_is_another_until_it_is_supplied_again(
    town: Town, neo4j_server: Login, tmp_path: Path
) -> None:
    def answers() -> list[Any]:
        folder = tmp_path / str(town.keys.current)
        folder.mkdir(exist_ok=True)
        stores = connected(neo4j_server), connected(neo4j_server)
        with built(folder, town, People(), *stores) as services, Service(*services) as service:
            return [service.answer(ASK, address=typed) for typed in ASKED]

    def supply() -> None:
        for reference, place in enumerate((KINGS, ON_FIRST)):
            town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")

    supply()
    town.resolve()
    path = tmp_path / "key.json"
    town.keys.file.create(path)
    before = answers()
    assert [each["outcome"] == "ONE" for each in before] == list(ASKED.values())
    begin_anew(town.store, town._lease, path, tmp_path, pause=lambda _seconds: None)
    town.keys = KeyRing.read(path)
    town.pseudonymiser = Pseudonymiser(town.keys, lambda: town.loaded_at)
    assert answers() == before
    supply()
    assert answers() == before
