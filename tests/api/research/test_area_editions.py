"""Contacts by area under a second look-up, over HTTP of a real graph: refused where few people differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.api.research.borough import RESEARCH, ResearchTown
from tests.everything import asking_everything
from tests.town import Service

from mast_graph.area_codes import put_areas, read_areas_of
from mast_graph.lease import Lease
from mast_graph.research_ledger import released_since

pytestmark = pytest.mark.graph

VOLUMES = asking_everything("contactVolumes")


def draw(borough: ResearchTown, code: Callable[[int], str]) -> None:
    """As `mast load-areas` puts codes on every address, here by the number of the house in some order."""
    pages = list(read_areas_of(borough.store))
    ids = sorted({each.id for page in pages for each in page})
    assert len(ids) >= 100
    with Lease.acquire(borough.store, "tests") as lease:
        for page in pages:
            put_areas(lease, [replace(each, codes={"lsoa": code(ids.index(each.id))}) for each in page])


def asked_by_area(service: Service) -> str | None:
    response = service.ask(VOLUMES, by="AREA", **RESEARCH)
    if response.status_code == 200:
        return None
    return str(response.json()["errors"][0]["extensions"]["code"])


def test_a_second_look_up_is_refused_where_few_people_are_in_another_area(
    borough: ResearchTown, asked: Service
) -> None:
    draw(borough, lambda house: f"E0100000{house % 3}")
    assert asked_by_area(asked) is None
    count = len(list(released_since(borough.store, 0)))
    assert asked_by_area(asked) is None
    kept = list(released_since(borough.store, 0))
    assert len(kept) == count, "the same again adds nothing"
    (places,) = [each for each in kept if each.areas]
    assert b"E01000001" in places.areas
    # Three people live in a house: one house is in another area, and every code is another.
    draw(borough, lambda house: f"E0200000{1 if house == 0 else house % 3}")
    assert asked_by_area(asked) == "MAST-350"
    draw(borough, lambda house: f"E0200000{1 if house < 60 else house % 3}")
    assert asked_by_area(asked) is None
    draw(borough, lambda house: f"E0100000{house % 3}")
    assert asked_by_area(asked) is None, "the first one is to be had again"
