"""Households kept up step by step are those that the pure rules give for the whole graph."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import FEED, NOON, batch, home, person, place
from tests.emptying import empty
from tests.graph_contents import rows

from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.stays import Unsaid
from mast_graph.store import Login, Store
from mast_resolver.household import Household as Home
from mast_resolver.household import Member, rebuild
from mast_resolver.household_path import passage
from mast_resolver.lapses import known_as
from mast_resolver.ports import Changes
from mast_resolver.records import FOREVER, Batch, EntityId, Kind, Move, RecordId
from mast_resolver.residence import Stay, spells

pytestmark = pytest.mark.graph

STAYS = """
MATCH (person:Person)<-[ours:RESOLVES_TO]-(:PersonRecord)-[stay:LIVES_AT]->(:AddressRecord)
      -[theirs:RESOLVES_TO]->(address:Address)
WHERE ours.recorded_to = $forever AND stay.recorded_to = $forever AND theirs.recorded_to = $forever
RETURN person.id AS person, address.id AS address, stay.valid_from AS valid_from, stay.seen_at AS seen_at,
       stay.valid_to AS valid_to, stay.inferred AS inferred, stay.lapsed IS NOT NULL AS lapsed
"""
COMMUNAL = """
MATCH (said:AddressRecord)-[known:RESOLVES_TO]->(address:Address)
WHERE known.recorded_to = $forever AND said.communal IS NOT NULL
RETURN DISTINCT address.id AS address
"""
HOUSEHOLDS = """
MATCH (home:Household)-[:HOUSEHOLD_AT]->(address:Address)
MATCH (home)<-[member:MEMBER_OF]-(person:Person)
RETURN home.id AS id, address.id AS address, home.communal AS communal,
       collect([person.id, member.from, member.to, member.inferred]) AS members
"""
LINKS = """
MATCH (earlier:Household)-[link:LED_TO]->(later:Household)
RETURN earlier.id AS earlier, later.id AS later, link.people AS people, size(keys(link)) AS said
"""
Household = tuple[str, bool, frozenset[Member]]

HOME = st.tuples(st.just("home"), st.integers(0, 3), st.integers(0, 2), st.integers(0, 6), st.integers(0, 6))
STEPS = st.lists(
    st.one_of(
        *[HOME] * 3,  # so that there is something to change
        st.tuples(st.just("snapshot"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("moves"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("person"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("address"), st.integers(0, 2), st.integers(0, 1)),
    ),
    min_size=4,
    max_size=12,
)
Step = tuple[str, int, int] | tuple[str, int, int, int, int]


def day(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


@pytest.mark.parametrize(
    "known", [pytest.param(False, id="from nothing"), pytest.param(True, id="from all resolved")]
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_households_step_by_step_are_those_from_scratch(
    steps: list[Step], known: bool, store: Store, neo4j_server: Login
) -> None:
    empty(store)
    numbers = count(1)
    with Lease.acquire(store, "tests") as lease:
        loader = Loader(store, lease, lambda: NOON)
        load = loader.begin(FEED, "hash")
        assert load is not None
        people = [person(name) for name in range(4)]
        places = [place(0), place(1), place(2, communal=True)]
        loader.load(load, batch(people=people, places=places))
        if known:
            resolve_each(store, lease, Kind.ADDRESS, [each.id for each in places], numbers)
            resolve_each(store, lease, Kind.PERSON, [each.id for each in people], numbers)
        for step in steps:
            changes, kind = Changes(), Kind.PERSON
            if step[0] == "home":
                _, who, where, start, later = step  # type: ignore[misc]  # a home has five parts
                loader.load(load, batch(homes=[home(who, where, day(start), seen=day(start + later))]))
            elif step[0] == "snapshot":
                # Without what one of them has at one address.
                gone = home(step[1], step[2], NOON)
                stated = {known_as(*said) for said in stated_now(neo4j_server) if said[:2] != gone.between}
                records = {each.id for each in (*people, *places)}
                ending = replace(load, begun=day(3))
                loader.retract_missing(ending, records, set(), homes=Unsaid(FEED, stated))
            elif step[0] == "moves":
                moved = home(step[1], step[2], day(step[1] + 2))
                loader.load(load, Batch(moves=(Move(moved.person, FEED, moved),)))
            else:
                kind = Kind(step[0])
                record = (people if kind is Kind.PERSON else places)[step[1]].id
                entity = EntityId(f"{kind.value[0].upper()}-{step[2]}")
                changes = Changes(assigned=((record, entity),), created=(entity,))
            resolve(store, lease, kind, changes, numbers)
            built = from_scratch(neo4j_server)
            assert stored(neo4j_server) == {frame(each) for each in built}
            assert stored_links(neo4j_server) == links_from_scratch(built)


def stated_now(server: Login) -> list[tuple[RecordId, RecordId, dt.datetime]]:
    """Of all homes that are believed whose, where and since when."""
    found = rows(
        server,
        "MATCH (record:PersonRecord)-[stay:LIVES_AT]->(place) WHERE stay.recorded_to = $forever "
        "RETURN record.id AS person, place.id AS address, stay.valid_from AS since",
        forever=FOREVER,
    )
    return [
        (RecordId(row["person"]), RecordId(row["address"]), row["since"].to_native().astimezone(dt.UTC))
        for row in found
    ]


@pytest.mark.parametrize("corrected", [pytest.param(11, id="one of two"), pytest.param(12, id="the other")])
def test_whoever_leaves_a_hostel_is_linked_and_nobody_else_is_looked_at(
    corrected: int, store: Store, neo4j_server: Login
) -> None:
    """Thirteen in a hostel, each from a home of their own and later to another; one of them is corrected."""
    numbers = count(1)
    with Lease.acquire(store, "tests") as lease:
        loader = Loader(store, lease, lambda: NOON)
        load = loader.begin(FEED, "hash")
        assert load is not None
        many = range(13)
        homes = [home(who, "hostel", day(0), end=day(400 + 50 * min(who, 11) + who)) for who in many]
        homes += [home(who, f"before {who}", day(-900), end=day(-1)) for who in many]
        # The last two go on to one home, one after the other.
        homes += [home(who, f"after {min(who, 11)}", day(405 + 50 * min(who, 11))) for who in many]
        homes.append(home("left", "before 0", day(-900), end=day(-1)))
        people = [*many, "left"]
        places = ["hostel", *(f"{when} {who}" for when in ("before", "after") for who in many)]
        persons, buildings = list(map(person, people)), list(map(place, places))
        loader.load(load, batch(people=persons, places=buildings, homes=homes))
        resolve_each(store, lease, Kind.ADDRESS, [each.id for each in buildings], numbers)
        resolve_each(store, lease, Kind.PERSON, [each.id for each in persons], numbers)
        built = from_scratch(neo4j_server)
        assert sum(each.communal for each in built) == 1
        assert stored_links(neo4j_server) == links_from_scratch(built)
        assert len(stored_links(neo4j_server)) == 25
        # A stated end is corrected: of 25 links one is made anew.
        loader.load(load, batch(homes=[home(corrected, "hostel", day(0), seen=day(1), end=day(999))]))
        before = rows(neo4j_server, "MATCH ()-[l:LED_TO]->() RETURN collect(elementId(l)) AS ids")[0]["ids"]
        resolve(store, lease, Kind.PERSON, Changes(), numbers)
        after = rows(neo4j_server, "MATCH ()-[l:LED_TO]->() RETURN collect(elementId(l)) AS ids")[0]["ids"]
        assert stored_links(neo4j_server) == links_from_scratch(from_scratch(neo4j_server))
        assert (len(set(before) - set(after)), len(set(after) - set(before))) == (1, 1)
        # Somebody else turns out to have left before: another link, though those it carried are untouched.
        loader.load(load, batch(homes=[home("left", "before 0", day(-900), seen=day(1), end=day(-400))]))
        resolve(store, lease, Kind.PERSON, Changes(), numbers)
        assert stored_links(neo4j_server) == links_from_scratch(from_scratch(neo4j_server))


def frame(home: Home) -> Household:
    return (home.address, home.communal, frozenset(home.members))


Went = tuple[Household, Household, tuple[str, ...]]


def stored_links(server: Login) -> set[Went]:
    """Who went from which household to which: named by what they are, for ids are history."""
    homes = {row["id"]: household(row) for row in rows(server, HOUSEHOLDS)}
    listed = []
    for row in rows(server, LINKS):
        assert row["said"] == 1, "more is stored than who went"
        listed.append((homes[row["earlier"]], homes[row["later"]], tuple(row["people"])))
    assert len(listed) == len(set(listed)), "a passage is stored twice"
    return set(listed)


def links_from_scratch(built: list[Home]) -> set[Went]:
    homes = {home.id: frame(home) for home in built}
    return {
        (homes[went.earlier], homes[went.later], tuple(went.people))
        for one in built
        for other in built
        if (went := passage(one, other)) is not None
    }


def resolve_each(
    store: Store, lease: Lease, kind: Kind, records: list[RecordId], numbers: count[int]
) -> None:
    """Every record becomes an entity of its own."""
    entities = tuple(EntityId(f"{kind.value[0].upper()}-{number}") for number, _ in enumerate(records))
    changes = Changes(assigned=tuple(zip(records, entities, strict=True)), created=entities)
    resolve(store, lease, kind, changes, numbers)


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
    return {household(row) for row in rows(server, HOUSEHOLDS)}


def household(row: dict[str, Any]) -> Household:
    members = [
        Member(EntityId(who), start.to_native(), end.to_native(), inferred)
        for who, start, end, inferred in row["members"]
    ]
    return (row["address"], row["communal"], frozenset(members))


def from_scratch(server: Login) -> list[Home]:
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row in rows(server, STAYS, forever=FOREVER):
        start, seen, end = (row[name].to_native() for name in ("valid_from", "seen_at", "valid_to"))
        kinds = (row["inferred"], row["lapsed"])
        stays[row["person"]].append(Stay(EntityId(row["address"]), start, seen, end, *kinds))
    residents: dict[EntityId, list[Member]] = defaultdict(list)
    for who, theirs in stays.items():
        for spell in spells(theirs):
            residents[spell.address].append(Member(EntityId(who), spell.start, spell.end, spell.inferred))
    numbers = count(1)
    communal = {EntityId(row["address"]) for row in rows(server, COMMUNAL, forever=FOREVER)}
    built = rebuild(residents, [], new_id=lambda: EntityId(f"H-any{next(numbers)}"), communal=communal)
    return list(built.households)
