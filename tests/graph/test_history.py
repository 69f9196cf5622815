"""Laws of two clocks on the real graph: answers for yesterday stay, and households are the residents."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.builders import FEED, NOON, batch, home, person, place, record_id, retract
from tests.emptying import empty
from tests.graph_contents import rows

from mast_graph import history as reading
from mast_graph.history import ALWAYS, Time
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.store import Login, Store
from mast_resolver.history import Lived, history
from mast_resolver.ports import Changes
from mast_resolver.records import FOREVER, EntityId, Kind

pytestmark = pytest.mark.graph

RECORDS, PLACES = 4, 3
AGENCIES = ("housing", "police")
ADDRESSES = [EntityId(f"A-{number}") for number in range(2)]

HOMES = st.tuples(
    st.just("home"),
    st.integers(0, RECORDS - 1),
    st.integers(0, PLACES - 1),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 3),
    st.booleans(),
)
STEPS = st.lists(
    st.one_of(
        *[HOMES] * 5,
        st.tuples(st.just("person"), st.integers(0, RECORDS - 1), st.integers(0, 1)),
        st.tuples(st.just("address"), st.integers(0, PLACES - 1), st.integers(0, 1)),
        st.tuples(st.just("retract"), st.integers(0, RECORDS - 1)),
        st.tuples(st.just("return"), st.integers(0, RECORDS - 1)),
    ),
    min_size=4,
    max_size=10,
)
MOVES = [
    ("home", 0, 0, 1, 0, 0, False),
    ("home", 2, 0, 2, 0, 2, False),
    ("home", 1, 1, 3, 1, 0, False),
    ("home", 3, 1, 0, 0, 0, False),
    ("home", 3, 2, 1, 6, 0, True),
    ("home", 0, 0, 1, 5, 0, False),
    ("home", 0, 1, 1, 6, 0, False),
    ("retract", 1),
]
"""One moves away from another who shares a home; then has two homes; then one home is corrected."""

LAWS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def day(number: float) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


class Awaited:
    """The store of these tests as what the questions read through."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
        return self._store.read(name, **params)


class World:
    """Records of two agencies, each step on a day of its own, resolved as told."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self.now = day(100)
        self.store = store
        self._lease = lease
        self._loader = Loader(store, lease, lambda: self.now)
        self._numbers = count(1)
        load = self._loader.begin(FEED, "hash")
        assert load is not None
        self._load = load
        self.people = [person(name, agency=AGENCIES[name % 2]) for name in range(RECORDS)]
        self.places = [place(name) for name in range(PLACES)]
        self.load(people=self.people, places=self.places)
        for number, one in enumerate(self.people):
            self.assign(Kind.PERSON, one.id, number // 2)
        for number, one in enumerate(self.places):
            self.assign(Kind.ADDRESS, one.id, number % 2)

    def load(self, **parts: Any) -> None:
        self._loader.load(self._load, batch(**parts))

    def assign(self, kind: Kind, record: Any, number: int) -> None:
        entity = EntityId(f"{kind.value[0].upper()}-{number}")
        self._write(kind, Changes(assigned=((record, entity),), created=(entity,)))

    def _write(self, kind: Kind, changes: Changes) -> None:
        settled = list(read_pending(self.store, kind))
        self._lease.write(
            lambda tx, tick: write_changes(
                tx,
                changes,
                kind,
                tick=tick,
                settled=settled,
                at=self.now,
                model_version="1",
                new_household=lambda: EntityId(f"H-{next(self._numbers)}"),
            )
        )

    def take(self, step: tuple[Any, ...]) -> None:
        """One step, a day after the one before."""
        self.now += dt.timedelta(days=1)
        what, number, *more = step
        if what == "home":
            where, start, later, length, inferred = more
            end = day(start + length) if length else FOREVER
            seen = day(start + later)
            self.load(homes=[home(number, where, day(start), seen=seen, end=end, inferred=inferred)])
        elif what == "retract":
            self.load(gone=[retract(number)])
            self._write(Kind.PERSON, Changes(unassigned=(record_id(number),)))
            return
        elif what == "return":
            self.load(people=[self.people[number]])
            self.assign(Kind.PERSON, self.people[number].id, number // 2)
        elif what == "person":
            self.assign(Kind.PERSON, self.people[number].id, more[0])
            return
        else:
            self.assign(Kind.ADDRESS, self.places[number].id, more[0])
            return
        self._write(Kind.PERSON, Changes())

    def told(self, known_at: dt.datetime) -> dict[EntityId, list[tuple[EntityId, Lived]]]:
        """Who lived at each address, as known at a moment."""
        return {address: lived(self.store, address, known_at) for address in ADDRESSES}


def lived(store: Store, address: EntityId, known_at: dt.datetime) -> list[tuple[EntityId, Lived]]:
    row = asyncio.run(reading.address_history(Awaited(store), [address], Time(*ALWAYS, known_at)))
    found = [
        (who, spell)
        for who, said in reading.statements(row["stays"]).items()
        for spell in history(said, {address})
    ]
    return sorted(found, key=lambda each: (each[0], each[1].start))


def unconfirmed(told: Any) -> Any:
    """Answers without when each statement was last confirmed: not every confirmation of the past is kept."""
    return {
        address: [
            (
                who,
                replace(
                    spell,
                    statements=tuple(
                        replace(each, stay=replace(each.stay, seen_at=NOON), seen_at=None)
                        for each in spell.statements
                    ),
                ),
            )
            for who, spell in spells
        ]
        for address, spells in told.items()
    }


def confirmations(told: Any) -> list[dt.datetime | None]:
    return [each.seen_at for spells in told.values() for _, spell in spells for each in spell.statements]


@LAWS
@given(steps=STEPS)
@example(steps=MOVES[:3])
@example(steps=MOVES[:6])
@example(steps=MOVES)
def test_as_known_at_a_moment_is_what_was_answered_at_that_moment(
    steps: list[tuple[Any, ...]], store: Store
) -> None:
    empty(store)
    with Lease.acquire(store, "tests") as lease:
        world = World(store, lease)
        answers = {world.now: world.told(world.now)}
        for step in steps:
            world.take(step)
            answers[world.now] = world.told(world.now)
    for moment, told in answers.items():
        for later in (moment, moment + dt.timedelta(hours=23)):
            again = world.told(later)
            assert unconfirmed(again) == unconfirmed(told)
            kept = zip(confirmations(again), confirmations(told), strict=True)
            assert all(now is None or now == then for now, then in kept)


HOUSEHOLDS = """
MATCH (h:Household)-[:HOUSEHOLD_AT]->(a:Address), (h)<-[m:MEMBER_OF]-(p:Person)
RETURN h.id AS household, a.id AS address, p.id AS person, m.from AS start, m.to AS end
"""


@LAWS
@given(steps=STEPS)
@example(steps=MOVES[:3])
@example(steps=MOVES[:6])
@example(steps=MOVES)
def test_households_partition_the_residents_of_an_address_at_every_instant(
    steps: list[tuple[Any, ...]], store: Store, neo4j_server: Login
) -> None:
    empty(store)
    with Lease.acquire(store, "tests") as lease:
        world = World(store, lease)
        for step in steps:
            world.take(step)
    told = world.told(world.now)
    members = [
        (row["household"], row["address"], row["person"], row["start"].to_native(), row["end"].to_native())
        for row in rows(neo4j_server, HOUSEHOLDS)
    ]
    for instant in instants(told, members):
        at_home: dict[str, set[str]] = {}
        for address, spells in told.items():
            residents = [who for who, spell in spells if spell.meets(instant, instant)]
            housed = [
                (household, who)
                for household, where, who, start, end in members
                if where == address and start <= instant < end
            ]
            assert sorted(residents) == sorted(who for _, who in housed)
            assert len(housed) == len({who for _, who in housed})
            for one in residents:
                at_home.setdefault(one, set()).add(address)
        for resident, homes in at_home.items():
            assert_co_residents(store, resident, instant, homes, members, world.now)


def instants(told: Any, members: Iterable[tuple[Any, ...]]) -> list[dt.datetime]:
    bounds = {start for *_, start, _ in members} | {end for *_, end in members if end < FOREVER}
    bounds |= {spell.start for spells in told.values() for _, spell in spells}
    return sorted(bounds | {bound - dt.timedelta(microseconds=1) for bound in bounds})


def assert_co_residents(
    store: Store, who: str, instant: dt.datetime, homes: set[str], members: Any, now: dt.datetime
) -> None:
    """The co-residents of a person with two homes are those of both, and nobody else."""
    row = asyncio.run(reading.co_residents(Awaited(store), [who], Time(instant, instant, now)))
    found = {each["address"]: {other["id"] for other in each["others"]} for each in row["homes"]}
    households = {
        (household, where)
        for household, where, one, start, end in members
        if one == who and start <= instant < end
    }
    expected = {
        where: {
            other
            for household_of, _, other, start, end in members
            if household_of == household and other != who and start <= instant < end
        }
        for household, where in households
    }
    assert found == expected
    assert set(found) == homes


def test_a_stay_withdrawn_and_added_again_is_on_record_before_and_after_and_not_between(
    store: Store,
) -> None:
    with Lease.acquire(store, "tests") as lease:
        world = World(store, lease)
        world.take(("home", 0, 0, 1, 1, 0, False))
        added = world.now
        world.take(("retract", 0))
        withdrawn = world.now
        world.take(("return", 0))
        world.take(("home", 0, 0, 1, 1, 0, False))
        for moment, there in ((added, True), (withdrawn, False), (world.now, True)):
            found = lived(store, ADDRESSES[0], moment)
            assert [(who, spell.start, spell.end) for who, spell in found] == (
                [("P-0", day(1), FOREVER)] if there else []
            )


def test_a_confirmation_that_a_stay_loaded_later_makes_telling_does_not_reach_back(store: Store) -> None:
    # Seen on day 1, then on days 5 and 9; a home elsewhere from day 3 on is loaded between the last two.
    with Lease.acquire(store, "tests") as lease:
        world = World(store, lease)
        world.take(("home", 0, 0, 1, 0, 0, False))
        world.take(("home", 0, 0, 1, 4, 0, False))
        world.take(("home", 1, 1, 3, 0, 0, False))
        known, told = world.now, world.told(world.now)
        world.take(("home", 0, 0, 1, 8, 0, False))
    [(_, spell)] = told[ADDRESSES[0]]
    assert spell.end == FOREVER  # it was confirmed on day 5, after the other had begun
    assert unconfirmed(world.told(known)) == unconfirmed(told)


def test_a_confirmation_that_decides_between_one_home_and_two_is_kept(store: Store) -> None:
    with Lease.acquire(store, "tests") as lease:
        world = World(store, lease)
        world.take(("home", 0, 0, 1, 0, 0, False))
        world.take(("home", 0, 0, 1, 1, 0, False))  # the first confirmation, of day 2: that of day 1 stays
        world.take(("home", 1, 1, 3, 0, 0, False))
        known, told = world.now, world.told(world.now)
        for later in (4, 5, 6):
            world.take(("home", 0, 0, 1, later, 0, False))
    assert told[ADDRESSES[0]][0][1].end == day(3)
    assert unconfirmed(world.told(known)) == unconfirmed(told)
    assert world.told(world.now)[ADDRESSES[0]][0][1].end == FOREVER
