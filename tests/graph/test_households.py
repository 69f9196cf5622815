"""Households kept up step by step are those that the pure rules give for the whole graph."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import FEED, NOON, batch, home, person, place
from tests.graph_contents import rows

from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.store import Login, Store
from mast_resolver.household import Member, rebuild
from mast_resolver.ports import Changes
from mast_resolver.records import FOREVER, EntityId, Kind
from mast_resolver.residence import Stay, spells

pytestmark = pytest.mark.graph

STAYS = """
MATCH (person:Person)<-[ours:RESOLVES_TO]-(:PersonRecord)-[stay:LIVES_AT]->(:AddressRecord)
      -[theirs:RESOLVES_TO]->(address:Address)
WHERE ours.recorded_to = $forever AND stay.recorded_to = $forever AND theirs.recorded_to = $forever
RETURN person.id AS person, address.id AS address, stay.valid_from AS valid_from, stay.seen_at AS seen_at,
       stay.valid_to AS valid_to, stay.inferred AS inferred
"""
HOUSEHOLDS = """
MATCH (home:Household)-[:HOUSEHOLD_AT]->(address:Address)
MATCH (home)<-[member:MEMBER_OF]-(person:Person)
RETURN home.id AS id, address.id AS address, home.communal AS communal,
       collect([person.id, member.from, member.to, member.inferred]) AS members
"""
Household = tuple[str, bool, frozenset[Member]]

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("home"), st.integers(0, 3), st.integers(0, 2), st.integers(0, 6), st.integers(0, 6)
        ),
        st.tuples(st.just("person"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("address"), st.integers(0, 2), st.integers(0, 1)),
    ),
    min_size=1,
    max_size=8,
)
Step = tuple[str, int, int] | tuple[str, int, int, int, int]


def day(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_households_step_by_step_are_those_from_scratch(
    steps: list[Step], store: Store, neo4j_server: Login
) -> None:
    store.define("MATCH (n) DETACH DELETE n")
    numbers = count(1)
    with Lease.acquire(store, "tests") as lease:
        loader = Loader(store, lease, lambda: NOON)
        load = loader.begin(FEED, "hash")
        assert load is not None
        people = [person(name) for name in range(4)]
        places = [place(name) for name in range(3)]
        loader.load(load, batch(people=people, places=places))
        for step in steps:
            changes, kind = Changes(), Kind.PERSON
            if step[0] == "home":
                _, who, where, start, later = step  # type: ignore[misc]  # a home has five parts
                loader.load(load, batch(homes=[home(who, where, day(start), seen=day(start + later))]))
            else:
                kind = Kind(step[0])
                record = (people if kind is Kind.PERSON else places)[step[1]].id
                entity = EntityId(f"{kind.value[0].upper()}-{step[2]}")
                changes = Changes(assigned=((record, entity),), created=(entity,))
            resolve(store, lease, kind, changes, numbers)
            assert stored(neo4j_server) == from_scratch(neo4j_server)


def resolve(store: Store, lease: Lease, kind: Kind, changes: Changes, numbers: count[int]) -> None:
    settled = list(read_pending(store, kind))
    lease.write(
        lambda tx, tick: write_changes(
            tx,
            changes,
            kind,
            tick=tick,
            settled=settled,
            at=NOON,
            model_version="1",
            new_household=lambda: EntityId(f"H-{next(numbers)}"),
        )
    )


def stored(server: Login) -> set[Household]:
    return {
        (
            row["address"],
            row["communal"],
            frozenset(
                Member(EntityId(who), start.to_native(), end.to_native(), inferred)
                for who, start, end, inferred in row["members"]
            ),
        )
        for row in rows(server, HOUSEHOLDS)
    }


def from_scratch(server: Login) -> set[Household]:
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row in rows(server, STAYS, forever=FOREVER):
        start, seen, end = (row[name].to_native() for name in ("valid_from", "seen_at", "valid_to"))
        stays[row["person"]].append(Stay(EntityId(row["address"]), start, seen, end, row["inferred"]))
    residents: dict[EntityId, list[Member]] = defaultdict(list)
    for who, theirs in stays.items():
        for spell in spells(theirs):
            residents[spell.address].append(Member(EntityId(who), spell.start, spell.end, spell.inferred))
    built = rebuild(residents, [], new_id=lambda: EntityId("H-any"))
    return {(one.address, one.communal, frozenset(one.members)) for one in built.households}
