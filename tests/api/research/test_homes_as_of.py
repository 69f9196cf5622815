"""Homes as known at a moment are the same whenever they are asked for, and those that the graph had then."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.api.research.test_following import said_of
from tests.builders import FEED, NOON, batch, contact, home, person, place, record_id, retract, touches
from tests.graph.loads import settle
from tests.graph_contents import rows

from mast_analytics.episodes import CutOff, episodes
from mast_analytics.event import GroupBy
from mast_analytics.history import History
from mast_analytics.living import homes_at
from mast_api.research.reading import Readings
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.shields import ShieldDecision, write_shield
from mast_graph.state import PendingRecord, read_pending
from mast_graph.stays import Unsaid
from mast_graph.store import Login, Store
from mast_resolver.lapses import fingerprint
from mast_resolver.ports import Cause, Changes, Superseded
from mast_resolver.records import FOREVER, Batch, EntityId, Kind, Move, RecordId, Residence

pytestmark = pytest.mark.graph

WHO, WHERE = ("ann", "bob", "cat"), ("hill", "mill", "quay")
MEMBERS = """
MATCH (person:Person)-[member:MEMBER_OF]->(home:Household)-[:HOUSEHOLD_AT]->(place:Address)
WHERE NOT coalesce(home.communal, false)
RETURN person.id AS person, home.id AS household, place.id AS address, member.from.epochSeconds AS start,
  member.to.epochSeconds AS end
"""
Home = tuple[str, str, float, float]
Known = tuple[set[Home], set[frozenset[Home]], object]


class Street:
    """A graph, what records say of homes, and whose they are, step by step; and how homes were then."""

    def __init__(self, store: Store, lease: Lease, server: Login) -> None:
        store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
        self._store, self._lease, self._server = store, lease, server
        self._numbers = count()
        self._of: dict[RecordId, EntityId] = {}
        """Whose each record is to be; one that was withdrawn is nobody's."""
        self._known: dict[RecordId, EntityId] = {}
        self.ours = Readings(store, clock=self.now)
        self.then: dict[dt.datetime, Known] = {}
        for number, who in enumerate(WHO):
            self._of[record_id(who)] = EntityId(f"P-{number}")
        for number, where in enumerate(WHERE):
            self._of[record_id(where, Kind.ADDRESS)] = EntityId(f"A-{number}")
        met = tuple(contact(who, touches(who), at=NOON - dt.timedelta(days=1)) for who in WHO)
        self.load(batch(people=[*map(person, WHO)], places=[*map(place, WHERE)], contacts=met))
        self.resolve()

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(hours=next(self._numbers))

    def load(self, what: Batch, *, unsaid: Unsaid | None = None) -> None:
        loader = Loader(self._store, self._lease, self.now)
        load = loader.begin(FEED, f"file {next(self._numbers)}")
        assert load is not None
        counts = loader.load(load, what)
        if unsaid is not None:
            everybody = {record_id(who) for who in WHO} | {record_id(each, Kind.ADDRESS) for each in WHERE}
            contacts = {each["id"] for each in rows(self._server, "MATCH (c:Contact) RETURN c.id AS id")}
            loader.retract_missing(load, everybody, contacts, homes=unsaid)
        loader.finish(load, counts)

    def says(self, said: Residence) -> None:
        self.load(batch(homes=[said]))

    def states_alone(self, said: Residence) -> None:
        """A snapshot that states one home and no other."""
        self.load(batch(homes=[said]), unsaid=Unsaid(FEED, frozenset({fingerprint(said)})))

    def moves(self, said: Residence) -> None:
        self.load(Batch(moves=(Move(said.person, FEED, said),)))

    def leaves(self, said: Residence) -> None:
        self.load(Batch(moves=(Move(said.person, FEED, None, said.valid_from),)))

    def withdraws(self, said: Residence) -> None:
        """The record is no more, and comes again without its homes."""
        (who,) = (each for each in WHO if record_id(each) == said.person)
        self.load(batch(gone=[retract(who)]))
        self.load(batch(people=[person(who, next(self._numbers))]))

    def is_a_hostel(self, said: Residence) -> None:
        (where,) = (each for each in WHERE if record_id(each, Kind.ADDRESS) == said.address)
        content = next(self._numbers)
        self.load(batch(places=[place(where, content, communal=content % 3 > 0)]))

    def is_who(self, said: Residence) -> None:
        """A merge, or a split."""
        self._of[said.person] = EntityId(f"P-{said.valid_from.day % 3}")

    def is_nobodys(self, who: str) -> None:
        """An agency withdraws a record, and it is resolved."""
        self.load(batch(gone=[retract(who)]))
        pending = list(read_pending(self._store, Kind.PERSON))
        gone = Changes(unassigned=(record_id(who),))
        self._settle(gone, Kind.PERSON, pending)

    def becomes(self, who: str, left: str) -> None:
        """The id of a person ends in favour of another one."""
        old, new = self.whose(who), EntityId(left)
        moved = Changes(
            assigned=((record_id(who), new),),
            created=(new,),
            superseded=(Superseded(old, (new,), Cause.MERGE),),
        )
        self._settle(moved, Kind.PERSON, [])

    def shields(self, decision: ShieldDecision) -> None:
        self._lease.write(lambda tx, _: write_shield(tx, decision, at=self.now()))

    def is_where(self, said: Residence) -> None:
        self._of[said.address] = EntityId(f"A-{said.valid_from.day % 3}")

    def resolve(self) -> None:
        for kind in (Kind.ADDRESS, Kind.PERSON):
            pending = list(read_pending(self._store, kind))
            ours = {each: to for each, to in self._of.items() if (to[0] == "A") is (kind is Kind.ADDRESS)}
            assigned = tuple((each, to) for each, to in ours.items() if self._known.get(each) != to)
            created = tuple(dict.fromkeys(to for _, to in assigned if to not in self._known.values()))
            self._known |= ours
            changes = Changes(assigned=assigned, created=created)
            self._settle(changes, kind, pending)

    def _settle(self, changes: Changes, kind: Kind, settled: list[PendingRecord]) -> None:
        numbers = self._numbers
        settle(self._lease, changes, kind, settled, at=self.now(), new_household=lambda: f"H-{next(numbers)}")

    def stored(self) -> tuple[set[Home], set[frozenset[Home]]]:
        """Homes by the households that the graph holds now."""
        found = [
            (each["household"], (each["person"], each["address"], float(each["start"]), float(each["end"])))
            for each in rows(self._server, MEMBERS)
        ]
        return by_household(found)

    def keeps(self) -> None:
        """What is followed is what a whole reading gives, and is kept as it is known now."""
        history, moment = self.ours.now().history, self.now()
        assert said_of(history) == said_of(Readings(self._store, clock=self.now).now().history)
        self.then[moment] = known(history, moment)

    def whose(self, who: str) -> EntityId:
        return self._of[record_id(who)]

    def read_anew(self) -> History:
        return Readings(self._store, clock=self.now).now().history


def by_household(found: list[tuple[Any, Home]]) -> tuple[set[Home], set[frozenset[Home]]]:
    together: dict[Any, set[Home]] = defaultdict(set)
    for household, one in found:
        together[household].add(one)
    return {one for _, one in found}, set(map(frozenset, together.values()))


def known(history: History, moment: dt.datetime) -> Known:
    """Homes, who is together in one, and what figures of households are made of."""
    homes, names = homes_at(history, moment), history.names.all
    columns = (homes.household, homes.person, homes.address, homes.start, homes.end)
    found = [
        (household, (names[who], names[where], start, end))
        for household, who, where, start, end in zip(*(each.tolist() for each in columns), strict=True)
    ]
    paths = episodes(history, CutOff(moment, moment), by=GroupBy.HOUSEHOLD)
    figures = sorted(
        zip(
            (paths.names[who] for who in paths.subject), paths.start.tolist(), paths.end.tolist(), strict=True
        )
    )
    return (*by_household(found), figures)


SAID = st.builds(
    lambda who, where, start, later, length, inferred: home(
        who, where, NOON + dt.timedelta(days=start), seen=NOON + dt.timedelta(days=start + later),
        end=NOON + dt.timedelta(days=start + length) if length else FOREVER, inferred=inferred,
    ),
    st.sampled_from(WHO),
    st.sampled_from(WHERE),
    st.integers(-9, 3),
    st.sampled_from((0, 0, 2, 5)),
    st.sampled_from((0, 0, 2, 6)),
    st.booleans(),
)  # fmt: skip
WAYS: dict[str, Callable[[Street, Residence], None]] = {
    "says": Street.says,
    "states alone": Street.states_alone,
    "moves": Street.moves,
    "leaves": Street.leaves,
    "withdraws": Street.withdraws,
    "hostel": Street.is_a_hostel,
    "who": Street.is_who,
    "where": Street.is_where,
}
OFTEN = ("says",) * 5 + ("who",) * 2 + tuple(WAYS)
STEPS = st.lists(st.tuples(st.sampled_from(OFTEN), SAID, st.booleans()), min_size=2, max_size=9)
Steps = list[tuple[str, Residence, bool]]


def at(day: float, where: str = "hill", *, seen: float = 0, who: str = "ann") -> Residence:
    return home(
        who, where, NOON + dt.timedelta(days=day), seen=NOON + dt.timedelta(days=day + seen), end=FOREVER
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
# Put right at once, closed, confirmed after a move, and left out.
@example(steps=[("says", at(-9), True), ("says", at(-9, "mill", seen=1), False)])
@example(steps=[("says", at(-9), True), ("says", at(-5, "mill"), True), ("says", at(-9, seen=9), True)])
@example(steps=[("says", at(-9), True), ("states alone", at(-5, "mill"), True)])
@example(steps=[("says", at(-9), True), ("hostel", at(0), True), ("hostel", at(0), False)])
@example(steps=[("says", at(-9), True), ("says", at(-9, who="bob"), True), ("who", at(-9, who="bob"), True)])
def test_homes_as_known_at_a_moment_are_those_that_were_read_then(
    steps: Steps, store: Store, neo4j_server: Login
) -> None:
    with Lease.acquire(store, "tests") as lease:
        street = Street(store, lease, neo4j_server)
        street.keeps()
        for way, said, resolved in steps:
            WAYS[way](street, said)
            street.keeps()
            if resolved:
                street.resolve()
                street.keeps()
                assert street.then[max(street.then)][:2] == street.stored()
        later = street.read_anew()
        for moment, before in street.then.items():
            assert known(later, moment) == before


def test_who_is_shielded_lived_with_nobody_whoever_they_were_once(store: Store, neo4j_server: Login) -> None:
    """At no cut-off: neither as who they are now, nor under an id that ended before the shield."""
    with Lease.acquire(store, "tests") as lease:
        street = Street(store, lease, neo4j_server)
        street.says(at(-9))
        street.says(at(-9, who="bob"))
        street.resolve()
        street.keeps()
        (then,) = street.then
        street.is_who(at(-6))
        street.resolve()
        decision = ShieldDecision("S-1", street.whose("ann"), on=True, by="o", reason=b"x", hidden_too=True)
        lease.write(lambda tx, _: write_shield(tx, decision, at=street.now()))
        for history in (street.ours.now().history, street.read_anew()):
            homes, together, figures = known(history, then)
            assert {who for who, *_ in homes} == {"P-1"}
            assert [len(each) for each in together] == [1]
            assert figures != street.then[then][2]


def test_a_shield_reaches_what_was_withdrawn_of_them_before_whoever_they_were(
    store: Store, neo4j_server: Login
) -> None:
    """And lifted, it is as before."""
    with Lease.acquire(store, "tests") as lease:
        street = Street(store, lease, neo4j_server)
        street._of[record_id("bob")] = street.whose("ann")
        for who in ("ann", "bob", "cat"):
            street.says(at(-9, who=who))
        street.resolve()
        street.keeps()
        ((then, before),) = street.then.items()
        street.is_nobodys("ann")
        street.becomes("bob", "P-later")
        street.keeps()
        assert known(street.read_anew(), then) == before
        for on in (True, False):
            decision = ShieldDecision(f"S-{on}", EntityId("P-later"), on, "o", b"x", hidden_too=True)
            street.shields(decision)
            followed, read = street.ours.now().history, street.read_anew()
            assert said_of(followed) == said_of(read)
            assert len(read.contacts.all) == (1 if on else 3)
            assert not on or {who for who, *_ in known(read, then)[0]} == {"P-2"}
            assert on or known(read, then) == before
