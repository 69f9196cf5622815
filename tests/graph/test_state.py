"""What the resolver gets back: the state it was in, and what changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import count

import pytest
from tests import builders
from tests.builders import FEED, NOON, at_place, batch, contact, home, person, place, record_id, touches

from mast_graph.decisions import Deciding, StandingPair, read_decisions, read_pairs, write_decisions
from mast_graph.lease import Lease
from mast_graph.load import Load, Loader
from mast_graph.people import write_changes
from mast_graph.state import (
    PendingRecord,
    read_address_rows,
    read_evidence,
    read_pending,
    read_person_rows,
    read_records,
)
from mast_graph.store import Store
from mast_resolver.errors import UnknownRecordError
from mast_resolver.ports import Changes, Constraint, Decide, Decision, Edge
from mast_resolver.records import EntityId, Kind, MatchWeight

pytestmark = pytest.mark.graph


def days(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


LEFT, RIGHT = sorted((record_id("ann"), record_id("ben")))


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    with Lease.acquire(store, "tests") as lease:
        yield lease


@pytest.fixture
def loader(store: Store, lease: Lease) -> Loader:
    return Loader(store, lease, lambda: NOON)


@pytest.fixture
def load(loader: Loader) -> Load:
    load = loader.begin(FEED, "hash")
    assert load is not None
    return load


def settle(store: Store, lease: Lease, kind: Kind, entity: str) -> None:
    """Resolve everything pending of a kind into one entity each record, named after it."""
    pending = list(read_pending(store, kind))
    living = [record for record in pending if record.sealed is not None]
    changes = Changes(
        assigned=tuple((record.id, EntityId(entity + record.id[-4:])) for record in living),
        unassigned=tuple(record.id for record in pending if record.sealed is None),
        created=tuple(EntityId(entity + record.id[-4:]) for record in living),
    )
    write(lease, changes, kind, pending)


def write(lease: Lease, changes: Changes, kind: Kind, settled: Sequence[PendingRecord] = ()) -> None:
    numbers = count(1)
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


def test_new_records_are_pending_with_what_they_say_and_not_restored(
    store: Store, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann"), person("ben")]))
    assert {record.sealed for record in read_pending(store, Kind.PERSON)} == {
        person("ann").sealed,
        person("ben").sealed,
    }
    assert list(read_records(store, Kind.PERSON)) == []
    assert list(read_pending(store, Kind.ADDRESS)) == []


def test_a_resolved_record_is_restored_and_no_longer_pending(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann"), person("ben")]))
    settle(store, lease, Kind.PERSON, "P-")
    restored = list(read_records(store, Kind.PERSON, page=1))
    assert [record.id for record in restored] == [LEFT, RIGHT]
    assert all(record.entity == f"P-{record.id[-4:]}" for record in restored)
    assert list(read_pending(store, Kind.PERSON)) == []


def test_a_changed_record_is_restored_as_it_was_resolved(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann", 1)]))
    settle(store, lease, Kind.PERSON, "P-")
    loader.load(load, batch(people=[person("ann", 2)]))
    assert [record.sealed for record in read_records(store, Kind.PERSON)] == [person("ann", 1).sealed]
    assert [record.sealed for record in read_pending(store, Kind.PERSON)] == [person("ann", 2).sealed]


def test_a_retracted_record_is_restored_until_it_is_un_assigned(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann")]))
    settle(store, lease, Kind.PERSON, "P-")
    loader.load(load, batch(gone=[builders.retract("ann")]))
    assert [record.id for record in read_records(store, Kind.PERSON)] == [record_id("ann")]
    assert [(one.version, one.sealed) for one in read_pending(store, Kind.PERSON)] == [(None, None)]
    settle(store, lease, Kind.PERSON, "P-")
    assert list(read_records(store, Kind.PERSON)) == []
    assert list(read_pending(store, Kind.PERSON)) == []


def test_a_change_between_reading_and_settling_stays_pending(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann", 1)]))
    pending = list(read_pending(store, Kind.PERSON))
    loader.load(load, batch(people=[person("ann", 2)]))
    changes = Changes(assigned=((record_id("ann"), EntityId("P-1")),), created=(EntityId("P-1"),))
    write(lease, changes, Kind.PERSON, pending)
    assert [record.sealed for record in read_records(store, Kind.PERSON)] == [person("ann", 1).sealed]
    assert [record.sealed for record in read_pending(store, Kind.PERSON)] == [person("ann", 2).sealed]


def test_a_confirmation_matters_only_when_something_else_happened_in_between(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    quiet, moved = home("ann", "old", NOON), home("ben", "old", NOON)
    later = home("ben", "new", days(10))
    loader.load(
        load,
        batch(
            people=[person("ann"), person("ben")],
            places=[place("old"), place("new")],
            homes=[quiet, moved, later],
        ),
    )
    settle(store, lease, Kind.ADDRESS, "A-")
    settle(store, lease, Kind.PERSON, "P-")
    confirmed = [home(who, "old", NOON, seen=days(20)) for who in ("ann", "ben")]
    assert loader.load(load, batch(homes=confirmed)).stays_confirmed == 2
    # Ben was seen at the old home after the new one began: two homes after all. For Ann nothing changes.
    assert [record.id for record in read_pending(store, Kind.PERSON)] == [record_id("ben")]


def test_pending_records_come_oldest_change_first_in_pages(store: Store, loader: Loader, load: Load) -> None:
    for name in ("first", "second", "third"):
        loader.load(load, batch(people=[person(name)]))
    loader.load(load, batch(people=[person("first", 2)]))
    order = [record.id for record in read_pending(store, Kind.PERSON, page=1)]
    assert order == [record_id(name) for name in ("second", "third", "first")]
    assert len(list(read_pending(store, Kind.PERSON, most=2))) == 2


def test_evidence_comes_back_as_it_was_written(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann"), person("ben")]))
    edge = Edge(LEFT, RIGHT, MatchWeight(-1_250), Decision.REVIEW)
    write(lease, Changes(evidence_added=(edge,)), Kind.PERSON)
    assert list(read_evidence(store, Kind.PERSON, page=1)) == [edge]
    assert list(read_evidence(store, Kind.ADDRESS)) == []
    write(lease, Changes(evidence_removed=((LEFT, RIGHT),)), Kind.PERSON)
    assert list(read_evidence(store, Kind.PERSON)) == []


def test_a_decision_replaces_the_one_before_and_can_be_revoked(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(load, batch(people=[person("ann"), person("ben")]))

    def decide(id_: str, kind: Constraint | None) -> None:
        deciding = Deciding(id_, [Decide(RIGHT, LEFT, kind)], by="steward-1", reason=b"sealed")
        lease.write(lambda tx, _: write_decisions(tx, deciding, Kind.PERSON, at=NOON))

    decide("D-1", Constraint.MUST)
    decide("D-2", Constraint.CANNOT)
    assert read_decisions(store, Kind.PERSON) == [Decide(LEFT, RIGHT, Constraint.CANNOT)]
    assert read_pairs(store, "D-1") == []
    assert read_pairs(store, "D-2") == [
        StandingPair(LEFT, RIGHT, Constraint.CANNOT, frozenset(), Kind.PERSON)
    ]
    decide("D-3", None)
    assert read_decisions(store, Kind.PERSON) == []


def test_a_decision_about_an_unknown_record_is_refused(lease: Lease) -> None:
    deciding = Deciding("D-1", [Decide(LEFT, RIGHT, Constraint.MUST)], by="steward-1", reason=b"sealed")
    with pytest.raises(UnknownRecordError):
        lease.write(lambda tx, _: write_decisions(tx, deciding, Kind.PERSON, at=NOON))


def test_every_source_row_comes_with_its_entity(
    store: Store, lease: Lease, loader: Loader, load: Load
) -> None:
    loader.load(
        load,
        batch(
            people=[person("ann")],
            places=[place("old"), place("new"), place("square")],
            homes=[home("ann", "old", NOON), home("ann", "new", days(9))],
            contacts=[
                contact("fire", at_place("square"), type_="FIRE_INCIDENT"),
                contact("call", touches("ann")),
            ],
        ),
    )
    settle(store, lease, Kind.PERSON, "P-")
    settle(store, lease, Kind.ADDRESS, "A-")

    def address(name: str) -> str:
        return f"A-{record_id(name, Kind.ADDRESS)[-4:]}"

    assert [(row.context, row.entity) for row in read_person_rows(store)] == [
        (record_id("ann"), f"P-{record_id('ann')[-4:]}")
    ]
    found = [(row.reference, row.entity) for row in read_address_rows(store, page=1)]
    assert found[:2] == [
        (person("ann").reference, address("new")),
        (contact("fire").reference, address("square")),
    ]
    assert sorted(entity for _, entity in found[2:]) == sorted(map(address, ("old", "new", "square")))
