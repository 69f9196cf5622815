"""Shields over random histories of the real resolver and graph: who must carry one does, at every step."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any, Final

import pytest
from tests.builders import (
    FEED,
    NOON,
    at_place,
    batch,
    contact,
    home,
    person,
    place,
    record_id,
    retract,
    touches,
)
from tests.graph.loads import settle
from tests.plain_resolver import NoisyScorer, encode

from mast_graph import batch as loading
from mast_graph import people as resolving
from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.shields import ShieldDecision, write_shield
from mast_graph.state import read_pending
from mast_graph.store import Store, Transaction
from mast_resolver.errors import ContradictionError, UnknownRecordError
from mast_resolver.ports import Constraint, Decide, Mutation, Retract, Upsert
from mast_resolver.records import FOREVER, Batch, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver

pytestmark = pytest.mark.graph

PEOPLE: Final = [f"p{number}" for number in range(6)]
PLACES: Final = ["block", "flat 1", "flat 2", "house", "hut"]
UNIT_OF: Final = {"flat 1": "block", "flat 2": "block"}
STEPS: Final = 14

NODES: Final = """
MATCH (n:Person|Address|PersonRecord|AddressRecord|Contact) WHERE n.recorded_to = $forever
RETURN coalesce(n.version, '') + n.id AS id, labels(n)[0] AS label, n.id AS own, n.shielded AS shielded,
  n.shield_said AS said, n.shield_decided AS decided
"""
RESOLVES: Final = """
MATCH (r)-[t:RESOLVES_TO]->(e) WHERE t.recorded_to = $forever RETURN r.id AS record, e.id AS entity
"""
PARTS: Final = """
MATCH (u:Address)-[:PART_OF]->(b:Address) WHERE $forever IS NOT NULL RETURN u.id AS unit, b.id AS building
"""
STAYS: Final = """
MATCH (p:PersonRecord)-[s:LIVES_AT]->(a:AddressRecord) WHERE s.recorded_to = $forever AND s.valid_to > $now
RETURN p.id AS person, a.id AS address
"""
TOUCHES: Final = """
MATCH (r:PersonRecord|AddressRecord)-->(c:Contact) WHERE c.recorded_to = $forever
RETURN c.id AS contact, labels(r)[0] AS label, r.shielded AS shielded, r.recorded_to = $forever AS live
"""


class Streets:
    """A graph that agencies load, a resolver resolves and officers shield in, at random."""

    def __init__(self, store: Store, lease: Lease, seed: int) -> None:
        self.store, self.lease = store, lease
        self.random = random.Random(seed)
        self._numbers = count(1)
        self._encodings: dict[RecordId, int] = {}
        self._resolvers = {Kind.PERSON: self._resolver("P"), Kind.ADDRESS: self._resolver("A")}

    def step(self) -> str:
        act = self.random.choice(
            (
                self.load,
                self.load,
                self.load,
                self.withdraw,
                self.resolve,
                self.resolve,
                self.decide,
                self.shield,
            )
        )
        act()
        return act.__name__

    def load(self) -> None:
        """Some rows: people at places, some of them to be shielded, and what happened."""
        some = self.random.sample(PEOPLE, self.random.randint(1, 3))
        where = {who: self.random.choice(PLACES) for who in some}
        people = [replace(person(who, self._says(who, Kind.PERSON)), shielded=self._rarely()) for who in some]
        places = [
            replace(
                place(name, self._says(name, Kind.ADDRESS), unit_of=UNIT_OF.get(name)),
                shielded=self._rarely(),
            )
            for name in sorted(set(where.values()))
        ]
        start = NOON - dt.timedelta(days=self.random.randint(1, 900))
        homes = [home(who, at, start) for who, at in where.items() if self.random.random() < 0.7]
        happened = [
            contact(next(self._numbers), *[touches(who) for who in some[:2]], at_place(where[some[0]])),
            contact(next(self._numbers), touches(some[-1])),
        ]
        self._load(batch(people=people, places=places, homes=homes, contacts=happened))

    def withdraw(self) -> None:
        """An agency takes a record back."""
        kind = self.random.choice(list(Kind))
        name = self.random.choice(PEOPLE if kind is Kind.PERSON else PLACES)
        self._load(batch(gone=[retract(name, kind)]))

    def resolve(self) -> None:
        """Everything that is pending: addresses, then people."""
        for kind in (Kind.ADDRESS, Kind.PERSON):
            pending = list(read_pending(self.store, kind))
            mutations: list[Mutation] = [
                Retract(each.id)
                if each.version is None
                else Upsert(each.id, encode(self._encodings[each.id]))
                for each in pending
            ]
            self._apply(kind, mutations, settled=pending)

    def decide(self) -> None:
        """A steward joins or parts two people, or takes it back."""
        left, right = sorted(record_id(who) for who in self.random.sample(PEOPLE, 2))
        kind = self.random.choice([Constraint.MUST, Constraint.CANNOT, Constraint.CANNOT, None, None])
        try:
            self._apply(Kind.PERSON, [Decide(left, right, kind)])
        except ContradictionError:
            return

    def shield(self) -> None:
        """An officer shields somebody or something, or takes the shield away."""
        found = self.rows(
            "MATCH (e:Person|Address) WHERE e.recorded_to = $forever RETURN e.id AS id ORDER BY id"
        )
        if not found:
            return
        entity = EntityId(self.random.choice(found)["id"])
        id_ = f"S-{next(self._numbers)}"
        decision = ShieldDecision(
            id_, entity, self.random.random() < 0.5, "officer", b"sealed", hidden_too=True
        )
        try:
            self.lease.write(lambda tx, _: write_shield(tx, decision, at=self.now()))
        except UnknownRecordError:
            assert not self.rows(
                f"MATCH (e {{id: '{entity}'}})<-[r:RESOLVES_TO]-() WHERE r.recorded_to = $forever RETURN 1"
            )

    def check(self) -> None:
        """What the graph says beside what follows from records, homes, buildings and decisions alone."""
        nodes = {row["id"]: row for row in self.rows(NODES)}
        entity_of = {row["record"]: row["entity"] for row in self.rows(RESOLVES)}
        own = {
            row["own"]: bool(row["said"] if row["decided"] is None else row["decided"])
            for row in nodes.values()
        }
        own |= {id_: self._own_of_withdrawn(id_) for id_ in entity_of if id_ not in own}
        among: dict[str, list[str]] = {}
        for record, entity in entity_of.items():
            among.setdefault(entity, []).append(record)
        to_be = {entity: any(own[record] for record in records) for entity, records in among.items()}
        for row in self.rows(PARTS):
            to_be[row["unit"]] = to_be.get(row["unit"], False) or any(
                own[r] for r in among.get(row["building"], ())
            )
        stays = self.rows(STAYS, now=self.now())
        loose: dict[str, bool] = {}
        for row in nodes.values():
            if row["label"] == "AddressRecord":
                loose[row["own"]] = (
                    to_be[entity_of[row["own"]]] if row["own"] in entity_of else own[row["own"]]
                )
        at_home = {row["person"] for row in stays if loose.get(row["address"])}
        for record in at_home & entity_of.keys():
            to_be[entity_of[record]] = True
        for row in nodes.values():
            if row["label"] in ("Person", "Address"):
                assert bool(row["shielded"]) == to_be.get(row["own"], False), row
            elif row["label"] == "AddressRecord":
                assert bool(row["shielded"]) == loose[row["own"]], row
            elif row["label"] == "PersonRecord":
                entity = entity_of.get(row["own"])
                alone = own[row["own"]] or row["own"] in at_home
                assert bool(row["shielded"]) == (to_be[entity] if entity else alone), row
        self._check_contacts(
            {row["own"]: bool(row["shielded"]) for row in nodes.values() if row["label"] == "Contact"}
        )

    def _check_contacts(self, are: dict[str, bool]) -> None:
        touched: dict[str, list[tuple[str, bool, bool]]] = {}
        for row in self.rows(TOUCHES):
            one = (row["label"], bool(row["shielded"]), row["live"])
            touched.setdefault(row["contact"], []).append(one)
        for id_, records in touched.items():
            people = [(shielded, live) for label, shielded, live in records if label == "PersonRecord"]
            at_place = any(shielded for label, shielded, _ in records if label == "AddressRecord")
            alone = any(shielded for shielded, _ in people) and (False, True) not in people
            assert are[id_] == (at_place or alone), (id_, records)

    def rows(self, statement: str, **params: object) -> list[dict[str, Any]]:
        found = self.store._driver.execute_query(
            statement,  # type: ignore[arg-type, unused-ignore]
            {"forever": FOREVER, **params},
            database_="neo4j",
        )
        return [record.data() for record in found.records]

    def now(self) -> dt.datetime:
        return NOON

    def _own_of_withdrawn(self, record: str) -> bool:
        found = self.rows(
            "MATCH (r {id: $record}) WHERE $forever IS NOT NULL "
            "RETURN coalesce(r.shield_decided, r.shield_said, false) AS own",
            record=record,
        )
        return bool(found[0]["own"])

    def _resolver(self, letter: str) -> Resolver:
        return Resolver(NoisyScorer(), new_id=lambda: EntityId(f"{letter}-{next(self._numbers)}"), cap=9)

    def _rarely(self) -> bool:
        return self.random.random() < 0.15

    def _says(self, name: str, kind: Kind) -> int:
        said = self.random.randint(0, 20)
        self._encodings[record_id(name, kind)] = said
        return said

    def _load(self, what: Batch) -> None:
        loader = Loader(self.store, self.lease, self.now)
        load = loader.begin(FEED, f"file {next(self._numbers)}")
        assert load is not None
        loader.load(load, what)

    def _apply(self, kind: Kind, mutations: list[Mutation], settled: Any = ()) -> None:
        changes = self._resolvers[kind].apply(mutations)
        settle(
            self.lease,
            changes,
            kind,
            settled,
            at=self.now(),
            new_household=lambda: f"H-{next(self._numbers)}",
            version="noisy",
        )


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    with Lease.acquire(store, "tests") as lease:
        yield lease


def live(streets: Streets) -> None:
    """A whole history, looked at after every step."""
    for _ in range(STEPS):
        act = streets.step()
        try:
            streets.check()
        except AssertionError as wrong:
            raise AssertionError(f"after {act}") from wrong


def live_on(store: Store, lease: Lease) -> None:
    """Forty histories, each on an empty graph."""
    for seed in range(40):
        store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
        live(Streets(store, lease, seed))


@pytest.mark.parametrize("seed", range(12))
def test_after_any_history_exactly_those_are_shielded_who_must_be(
    store: Store, lease: Lease, seed: int
) -> None:
    live(Streets(store, lease, seed))
    found = {name: many for name, many in faults(store).items() if name.startswith("shields_")}
    assert found == dict.fromkeys(found, 0)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ["no passing on", "no residents", "no contacts", "nothing while loading"])
def test_a_history_finds_out_who_passes_shields_on_wrongly(
    store: Store, lease: Lease, monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    real = Transaction.run

    def but(left_out: str) -> Any:
        return lambda tx, name, /, **params: (
            [{"people": [], "records": []}] if name == left_out else real(tx, name, **params)
        )

    if mutant == "no passing on":
        monkeypatch.setattr(resolving, "renew_around", lambda *_, **__: None)
    elif mutant == "nothing while loading":
        monkeypatch.setattr(loading, "renew", lambda *_, **__: None)
    else:
        left_out = {"no residents": "read.state_shield_residents", "no contacts": "write.shield_contacts"}
        monkeypatch.setattr(Transaction, "run", but(left_out[mutant]))
    with pytest.raises(AssertionError):
        live_on(store, lease)


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        pytest.param("MATCH (e:Person) SET e.shielded = null", "exposed", id="a person without"),
        pytest.param("MATCH (e:Address) SET e.shielded = true", "unfounded", id="an address with"),
        pytest.param("MATCH (r:PersonRecord) SET r.shielded = null", "parted", id="a record without"),
        pytest.param("MATCH (c:Contact) SET c.shielded = null", "contacts", id="a contact without"),
    ],
)
def test_a_shield_that_is_not_as_it_must_be_is_counted(
    store: Store, lease: Lease, harm: str, fault: str
) -> None:
    streets = Streets(store, lease, seed=0)
    streets._says("p0", Kind.PERSON)
    streets._says("house", Kind.ADDRESS)
    said = replace(person("p0"), shielded=True)
    happened = contact("call", touches("p0"), at_place("house"))
    streets._load(
        batch(people=[said], places=[place("house")], homes=[home("p0", "house", NOON)], contacts=[happened])
    )
    streets.resolve()
    assert not any(faults(store).values())
    store.define(harm)
    assert faults(store)[f"shields_{fault}"] == 1
