"""People drawn again at other thresholds, from what a real resolve stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.rights.feeds import KEYS, Borough, Said

from mast_analytics.linkage import AS_RESOLVED, LOOSE, STRICT
from mast_api.research.drawing import drawings
from mast_graph.lease import Lease
from mast_graph.state import read_person_rows
from mast_graph.store import Store
from mast_resolver.ports import Constraint

pytestmark = pytest.mark.graph

ANN = {"given_name": "Ann", "family_name": "Leeson", "address": "14 High Street, Walsall WS1 1AA"}


@pytest.fixture
def borough(store: Store, tmp_path: Path) -> Iterator[Borough]:
    with Lease.acquire(store, "test") as lease:
        yield Borough(store, lease, tmp_path)


def rows() -> Iterator[Said]:
    """One who is certain, one of whom two records say little, and strangers."""
    born = {"date_of_birth": "1983-08-06"}
    yield Said("police", "certain", ANN | born)
    yield Said("council-children", "certain", ANN | born)
    for agency in "police", "council-children":
        yield Said(agency, "doubtful", {"given_name": "Omar", "family_name": "Szczepanik"})
        for number in range(20):
            name = {"given_name": f"Given{number}", "family_name": f"{agency.title()}{number}x"}
            yield Said(agency, f"stranger {number}", name)


def test_stricter_joins_less_and_looser_more_and_as_resolved_is_what_is_stored(borough: Borough) -> None:
    assert drawings(borough.store, KEYS, borough.data) == {}, "nothing was resolved yet"
    borough.load(sorted(rows(), key=lambda each: each.agency))
    borough.resolve()
    before = stored(borough)
    found = drawings(borough.store, KEYS, borough.data)
    assert [found[name].joins_at for name in (STRICT, AS_RESOLVED, LOOSE)] == sorted(
        (each.joins_at for each in found.values()), reverse=True
    )
    people = {name: {frozenset(group) for group in each.people} for name, each in found.items()}
    assert people[AS_RESOLVED] == before == stored(borough), "nothing was written"
    assert len(people[STRICT]) >= len(people[AS_RESOLVED]) >= len(people[LOOSE])
    certain = frozenset(borough.record(agency, "certain") for agency in ("police", "council-children"))
    assert all(certain in each for each in people.values())
    assert len({len(each) for each in people.values()}) > 1, "a threshold must make a difference"


def test_what_a_steward_decided_holds_at_every_threshold(borough: Borough) -> None:
    borough.load(sorted(rows(), key=lambda each: each.agency))
    borough.resolve()
    one, other = (borough.record(agency, "certain") for agency in ("police", "council-children"))
    borough.decide(one, other, Constraint.CANNOT)
    for each in drawings(borough.store, KEYS, borough.data).values():
        assert not any({one, other} <= set(group) for group in each.people)


def stored(borough: Borough) -> set[frozenset[str]]:
    people: dict[str, set[str]] = {}
    for row in read_person_rows(borough.store):
        people.setdefault(row.entity, set()).add(row.context)
    return {frozenset(each) for each in people.values()}
