"""What was decided, in the graph: intervals close and open, ids leave a trace, households follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count

import pytest
from tests.builders import FEED, NOON, batch, home, person, place, record_id
from tests.graph_contents import contents, rows

from mast_graph.agreement import Agreement, Term
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.store import Login, Store
from mast_resolver.ports import Cause, Changes, Superseded
from mast_resolver.records import FOREVER, Batch, EntityId, Kind

pytestmark = pytest.mark.graph

ASSIGNMENTS = """
MATCH (record)-[resolves:RESOLVES_TO]->(entity)
RETURN record.id AS record, entity.id AS entity, resolves.recorded_to = $forever AS current
ORDER BY resolves.recorded_from, entity
"""
LINEAGE = "MATCH (old)-[by:SUPERSEDED_BY]->(new) RETURN old.id AS old, new.id AS new, by.cause AS cause"
MEMBERS = """
MATCH (person:Person)-[:MEMBER_OF]->(home:Household)-[:HOUSEHOLD_AT]->(address:Address)
RETURN person.id AS person, address.id AS address ORDER BY person, address
"""


class World:
    """A graph under test, and how to change it."""

    def __init__(self, store: Store, lease: Lease, server: Login) -> None:
        self.store, self.lease, self.server = store, lease, server
        self._numbers = count(1)
        self._hours = count(1)

    def load(self, what: Batch) -> None:
        loader = Loader(self.store, self.lease, self.now)
        load = loader.begin(FEED, f"file {next(self._numbers)}")
        assert load is not None
        loader.load(load, what)

    def write(self, kind: Kind, changes: Changes) -> None:
        pending = list(read_pending(self.store, kind))
        now = self.now()
        self.lease.write(
            lambda tx, tick: write_changes(
                tx,
                changes,
                kind,
                tick=tick,
                settled=pending,
                at=now,
                model_version="1",
                new_household=self.new_id,
            )
        )

    def assign(self, kind: Kind, created: tuple[str, ...] = (), /, **who: str) -> None:
        names = {name.replace("_", " "): entity for name, entity in who.items()}
        assigned = tuple((record_id(name, kind), EntityId(entity)) for name, entity in names.items())
        self.write(kind, Changes(assigned=assigned, created=tuple(map(EntityId, created))))

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(hours=next(self._hours))

    def new_id(self) -> EntityId:
        return EntityId(f"H-{next(self._numbers)}")

    def rows(self, statement: str) -> list[dict[str, object]]:
        params = {"forever": FOREVER} if "$forever" in statement else {}
        return rows(self.server, statement, **params)


@pytest.fixture
def world(store: Store, neo4j_server: Login) -> Iterator[World]:
    with Lease.acquire(store, "tests") as lease:
        yield World(store, lease, neo4j_server)


@pytest.fixture
def couple(world: World) -> World:
    """Ann and Ben at home, each resolved to a person, their home to an address."""
    world.load(
        batch(
            people=[person("ann"), person("ben")],
            places=[place("home")],
            homes=[home("ann", "home", NOON), home("ben", "home", NOON)],
        )
    )
    world.assign(Kind.PERSON, ("P-1", "P-2"), ann="P-1", ben="P-2")
    world.assign(Kind.ADDRESS, ("A-1",), home="A-1")
    return world


def member(who: str, where: str = "A-1") -> dict[str, object]:
    return {"person": who, "address": where}


def test_residents_become_one_household_once_both_ends_are_resolved(couple: World) -> None:
    assert couple.rows(MEMBERS) == [member("P-1"), member("P-2")]
    assert couple.rows("MATCH (home:Household) RETURN count(home) AS homes") == [{"homes": 1}]


def test_writing_the_same_changes_again_changes_nothing(couple: World) -> None:
    before = contents(couple.server)
    couple.assign(Kind.PERSON, ("P-1", "P-2"), ann="P-1", ben="P-2")
    couple.assign(Kind.ADDRESS, ("A-1",), home="A-1")
    assert contents(couple.server) == before


def test_a_merge_closes_the_old_interval_and_leaves_lineage(couple: World) -> None:
    gone = Superseded(EntityId("P-2"), (EntityId("P-1"),), Cause.MERGE)
    couple.write(Kind.PERSON, Changes(assigned=((record_id("ben"), EntityId("P-1")),), superseded=(gone,)))
    of_ben = [row for row in couple.rows(ASSIGNMENTS) if row["record"] == record_id("ben")]
    assert [(row["entity"], row["current"]) for row in of_ben] == [("P-2", False), ("P-1", True)]
    assert couple.rows(LINEAGE) == [{"old": "P-2", "new": "P-1", "cause": "merge"}]
    assert couple.rows(MEMBERS) == [member("P-1")]


def test_merging_and_splitting_again_leaves_the_household_its_id(couple: World) -> None:
    homes = "MATCH (home:Household) RETURN home.id AS id, home.recorded_to = $forever AS current"
    before = couple.rows(homes)
    couple.assign(Kind.PERSON, ann="P-2")
    couple.assign(Kind.PERSON, ("P-3",), ann="P-3")
    assert couple.rows(homes) == before
    assert couple.rows(MEMBERS) == [member("P-2"), member("P-3")]


def test_a_retracted_person_leaves_the_household(couple: World) -> None:
    couple.write(Kind.PERSON, Changes(unassigned=(record_id("ann"),)))
    assert couple.rows(MEMBERS) == [member("P-2")]


def test_a_household_without_members_ends(couple: World) -> None:
    couple.write(Kind.PERSON, Changes(unassigned=(record_id("ann"), record_id("ben"))))
    ended = (
        "MATCH (home:Household) RETURN home.recorded_to = $forever AS alive, COUNT { (home)--() } AS edges"
    )
    assert couple.rows(ended) == [{"alive": False, "edges": 0}]


def test_a_household_follows_its_address_into_another_id(couple: World) -> None:
    before = couple.rows("MATCH (home:Household) RETURN home.id AS id")
    gone = Superseded(EntityId("A-1"), (EntityId("A-2"),), Cause.MERGE)
    moved = ((record_id("home", Kind.ADDRESS), EntityId("A-2")),)
    couple.write(Kind.ADDRESS, Changes(assigned=moved, created=(EntityId("A-2"),), superseded=(gone,)))
    assert couple.rows("MATCH (home:Household) RETURN home.id AS id") == before
    assert couple.rows(MEMBERS) == [member("P-1", "A-2"), member("P-2", "A-2")]


def test_a_move_ends_the_spell_at_the_old_address(couple: World) -> None:
    later = NOON + dt.timedelta(days=30)
    couple.load(batch(places=[place("new")], homes=[home("ann", "new", later)]))
    couple.assign(Kind.ADDRESS, ("A-2",), new="A-2")
    couple.assign(Kind.PERSON)
    spells = (
        "MATCH (p:Person)-[m:MEMBER_OF]->() WHERE p.id = 'P-1' RETURN m.to AS end, m.inferred AS inferred"
    )
    found = couple.rows(spells + " ORDER BY end")
    assert [(str(row["end"])[:10], row["inferred"]) for row in found] == [
        (later.date().isoformat(), True),
        ("9999-12-31", False),
    ]


def test_a_flat_is_part_of_its_building_whichever_comes_first(world: World) -> None:
    parts = "MATCH (unit:Address)-[:PART_OF]->(whole:Address) RETURN unit.id AS unit, whole.id AS whole"
    flats = [place("flat 1", unit_of="block"), place("flat 2", unit_of="block")]
    world.load(batch(places=flats[:1]))
    world.assign(Kind.ADDRESS, ("A-1",), flat_1="A-1")
    assert world.rows(parts) == []
    world.load(batch(places=[place("block")]))
    world.assign(Kind.ADDRESS, ("A-0",), block="A-0")
    world.load(batch(places=flats[1:]))
    world.assign(Kind.ADDRESS, ("A-2",), flat_2="A-2")
    assert world.rows(parts + " ORDER BY unit") == [
        {"unit": "A-1", "whole": "A-0"},
        {"unit": "A-2", "whole": "A-0"},
    ]
    world.assign(Kind.ADDRESS, flat_2="A-0")
    assert world.rows(parts) == [{"unit": "A-1", "whole": "A-0"}]


def test_the_directory_is_set_as_given(world: World) -> None:
    agency = Agency("police", "Police", "police", "duty")
    team = Team("duty", "police", "Duty desk", "01922 000000", "always")
    agreement = Agreement(
        "mash-2026", "MASH", ("police",), ("safeguarding-response",), (Term("police", "s115"),)
    )
    for _ in range(2):
        world.lease.write(
            lambda tx, _: write_directory(
                tx, at=NOON, agencies=[agency], teams=[team], agreements=[agreement]
            )
        )
    found = world.rows(
        "MATCH (n:Agency|Team|Agreement) RETURN n.id AS id, n.purposes AS purposes ORDER BY id"
    )
    assert found == [
        {"id": "duty", "purposes": None},
        {"id": "mash-2026", "purposes": ["safeguarding-response"]},
        {"id": "police", "purposes": None},
    ]
