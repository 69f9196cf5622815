"""Coarse areas have the clock of what said them, and the codes of the newest look-up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.builders import batch, place, record_id, retract
from tests.graph.loads import Ticking, begun

from mast_graph.area_codes import areas_known, put_areas, read_areas_of
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Store
from mast_resolver.records import Kind, Record

pytestmark = pytest.mark.graph

MILL, LANE = record_id("mill", Kind.ADDRESS), record_id("lane", Kind.ADDRESS)


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    with Lease.acquire(store, "tests") as lease:
        yield lease


def within(name: str, area: str | None, content: int = 1) -> Record:
    made = place(name, content)
    return made if area is None else replace(made, lookup={**made.lookup, "lsoa": area, "ward": f"of {area}"})


def test_an_area_is_known_from_when_it_was_said_until_it_was_put_right_or_withdrawn(
    store: Store, lease: Lease
) -> None:
    clock = Ticking()
    loader = Loader(store, lease, clock)
    load = begun(loader)
    at = [clock()]
    for what in (
        batch(places=[within("mill", "A"), within("lane", "A")]),
        batch(places=[within("mill", "B", 2)]),
        batch(places=[within("mill", None, 3)], gone=[retract("lane", Kind.ADDRESS)]),
        batch(places=[within("lane", "C", 2)]),
    ):
        loader.load(load, what)
        at.append(clock())
    told = [{MILL: "A", LANE: "A"}, {MILL: "B", LANE: "A"}, {}, {LANE: "C"}]
    assert [areas_known(store, moment).codes for moment in at] == [{}, *told]
    # In pages of one, whose records may have none, or none of that time.
    assert [areas_known(store, moment, page=1).codes for moment in at] == [{}, *told]


def test_each_version_is_told_whether_it_has_an_area_or_not(store: Store, lease: Lease) -> None:
    clock = Ticking()
    loader = Loader(store, lease, clock)
    load = begun(loader)
    loader.load(load, batch(places=[within("mill", "A"), within("lane", None)]))
    before = areas_known(store, clock())
    assert set(before.versions) == {MILL, LANE}
    assert before.codes == {MILL: "A"}
    loader.load(load, batch(places=[within("mill", "A", 2)]))
    after = areas_known(store, clock())
    assert after.versions[LANE] == before.versions[LANE]
    assert after.versions[MILL] != before.versions[MILL], "it may have another postcode"


def test_a_look_up_is_put_on_what_was_said_before_as_well(store: Store, lease: Lease) -> None:
    clock = Ticking()
    loader = Loader(store, lease, clock)
    load = begun(loader)
    loader.load(load, batch(places=[within("mill", "A"), within("lane", "A")]))
    before = clock()
    loader.load(load, batch(places=[within("mill", "B", 2)], gone=[retract("lane", Kind.ADDRESS)]))
    pages = list(read_areas_of(store, page=1))
    assert sorted(len(page) for page in pages) == [1, 2]
    newer = {"A": "X", "B": "Y"}
    for page in pages:
        put_areas(lease, [replace(each, codes={"lsoa": newer[each.codes["lsoa"]]}) for each in page])
    assert areas_known(store, before).codes == {MILL: "X", LANE: "X"}
    assert areas_known(store, clock()).codes == {MILL: "Y"}
    assert {tuple(each.codes) for page in read_areas_of(store) for each in page} == {("lsoa",)}
