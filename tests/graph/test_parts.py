"""What is part of which building follows from the records that are present, however they came."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.builders import FEED, NOON, batch, place, record_id, retract
from tests.graph_contents import rows

from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.store import Login, Store
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.places import PlaceEncoder
from mast_resolver.ports import Changes
from mast_resolver.records import GAZETTEER, Batch, EntityId, Kind, Record, RecordId

pytestmark = pytest.mark.graph

ENCODER = PlaceEncoder(Encoder(KeyRing({1: bytes(range(32))}, current=1)))
SAID: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "high": (("14 High Street, WS1 1AA", "", ""), ("16 High Street, WS1 1AA", "", "")),
    "mill": (("14 Mill Lane, WS1 1AA", "", ""), ("14 Mill Lane, WS2 2BB", "", "")),
    "flat": (("Flat 1, 14 High Street, WS1 1AA", "", ""), ("Flat 1, 14 Mill Lane, WS1 1AA", "", "")),
    "misspelt": (("Flat 2, 14 Hihg Strete, WS1 1AA", "", ""), ("Flat 2, 14, WS1 1AA", "", "")),
    "no postcode": (
        ("Flat 4, 14 High Street, Walsall,", "", ""),
        ("Flat 4, 14 High Street, Dudley,", "", ""),
    ),
    "in town": (("14 High Street, Walsall, WS1 1AA", "", ""), ("14 High Street, Walsall, WS2 2BB", "", "")),
    "listed flat": (("Flat 3, 14 Old Court, WS1 1AA", "73", "70"), ("Flat 3, 14, WS1 1AA", "73", "")),
    "listed": (("14 Old Court, WS1 1AA", "70", ""), ("14 Old Court, WS1 1AA", "71", "")),
}
"""What each record says, first and later: line, number, number of what it is a part of."""
PARTS = """
MATCH (unit:Address)-[part:PART_OF|MAY_BE_PART_OF]->(whole:Address)
RETURN unit.id AS unit, type(part) AS kind, whole.id AS whole
"""

STEP = st.tuples(
    st.sampled_from(sorted(SAID)),
    st.sampled_from((0, 0, 1, None)),  # what it says; nothing: it is withdrawn
    st.integers(0, 5),  # whose address it is then
    st.booleans(),  # whether that is resolved at once
)
Step = tuple[str, int | None, int, bool]


def record(name: str, version: int) -> Record:
    line, number, parent = SAID[name][version]
    address, code = line.removesuffix(","), ""
    if not line.endswith(","):
        address, code = line.rsplit(", ", 1)
    said = ENCODER.encode(parse(address, code), uprn=number, parent=parent)
    made = place(name, version, agency=GAZETTEER if name.startswith("listed") else "housing")
    return replace(made, lookup=ENCODER.stored(said))


class Street:
    """A graph, and records that come, change, go and are another's address."""

    def __init__(self, store: Store, lease: Lease, server: Login) -> None:
        store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
        self._store, self._lease, self._server = store, lease, server
        self._numbers = count()
        self.said: dict[str, tuple[int, int]] = {}
        self._known: set[EntityId] = set()
        self._at: dict[RecordId, EntityId] = {}

    def step(self, name: str, version: int | None, entity: int, resolve: bool) -> None:
        """One record says something, or nothing any more."""
        if version is None:
            self.said.pop(name, None)
            self.load(batch(gone=[retract(name, Kind.ADDRESS)]))
        else:
            self.said[name] = version, entity
            self.load(batch(places=[record(name, version)]))
        if resolve:
            self.resolve()

    def load(self, what: Batch) -> None:
        loader = Loader(self._store, self._lease, self.now)
        load = loader.begin(FEED, f"file {next(self._numbers)}")
        assert load is not None
        loader.load(load, what)

    def resolve(self) -> None:
        pending = list(read_pending(self._store, Kind.ADDRESS))
        entity = {record_id(name, Kind.ADDRESS): EntityId(f"A-{at}") for name, (_, at) in self.said.items()}
        # Whether it says anything new or not: it is the others that make it another's.
        assigned = tuple((each, now) for each, now in entity.items() if self._at.get(each) != now)
        self._at = entity
        created = tuple(dict.fromkeys(one for _, one in assigned if one not in self._known))
        self._known.update(created)
        gone = tuple(each.id for each in pending if each.id not in entity)
        changes = Changes(assigned=assigned, created=created, unassigned=gone)
        self._lease.write(
            lambda tx, tick: write_changes(
                tx,
                changes,
                Kind.ADDRESS,
                settled=pending,
                tick=tick,
                at=self.now(),
                model_version="1",
                new_household=lambda: EntityId(f"H-{next(self._numbers)}"),
            )
        )

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(hours=next(self._numbers))

    def parts(self) -> set[tuple[str, str, str]]:
        return {(row["unit"], row["kind"], row["whole"]) for row in rows(self._server, PARTS)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=2, max_size=9))
# Two buildings of one number and postcode, of which one goes again, or is renumbered.
@example(
    steps=[("misspelt", 0, 0, True), ("high", 0, 1, True), ("mill", 0, 2, True), ("mill", None, 2, True)]
)
@example(steps=[("misspelt", 0, 0, True), ("high", 0, 1, True), ("mill", 0, 2, True), ("high", 1, 1, True)])
def test_parts_follow_from_the_records_present(steps: list[Step], store: Store, neo4j_server: Login) -> None:
    with Lease.acquire(store, "tests") as lease:
        street = Street(store, lease, neo4j_server)
        for step in steps:
            street.step(*step)
        street.resolve()
        found = street.parts()
        anew = Street(store, lease, neo4j_server)
        anew.said = street.said
        anew.load(batch(places=[record(name, version) for name, (version, _) in street.said.items()]))
        anew.resolve()
        assert found == anew.parts()


def test_of_two_buildings_of_a_number_and_postcode_neither_is_taken(
    store: Store, neo4j_server: Login
) -> None:
    with Lease.acquire(store, "tests") as lease:
        street = Street(store, lease, neo4j_server)
        street.step("misspelt", 0, 0, True)
        street.step("high", 0, 1, True)
        assert street.parts() == {("A-0", "PART_OF", "A-1")}
        street.step("mill", 0, 2, True)
        assert {kind for _, kind, _ in street.parts()} == {"MAY_BE_PART_OF"}


def test_a_flat_without_a_postcode_is_in_the_building_of_its_number_street_and_town(
    store: Store, neo4j_server: Login
) -> None:
    with Lease.acquire(store, "tests") as lease:
        street = Street(store, lease, neo4j_server)
        street.step("in town", 0, 1, True)
        street.step("no postcode", 0, 0, True)
        assert street.parts() == {("A-0", "PART_OF", "A-1")}
        # Another town is another house; and of two houses that it may be in neither is taken.
        street.step("no postcode", 1, 0, True)
        assert street.parts() == set()
        street.step("no postcode", 0, 0, True)
        assert street.parts() == {("A-0", "PART_OF", "A-1")}
