"""Notes of what was changed: all of them while they are kept, everything anew when they are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.builders import NOON, batch, person, record_id

from mast_graph import following
from mast_graph.following import Followed, read_changes, read_followed
from mast_graph.frequencies import StoredFrequencies, clear_evidence, put_frequencies, read_frequencies
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import PendingRecord, read_pending
from mast_graph.store import Store, Transaction
from mast_resolver.ports import Changes, Decision, Edge
from mast_resolver.records import EntityId, Kind, MatchWeight, RecordId

pytestmark = pytest.mark.graph

LEFT, RIGHT = sorted((record_id("ann"), record_id("ben")))
EDGE = Edge(LEFT, RIGHT, MatchWeight(2_500), Decision.SAME)


def resolve(store: Store, lease: Lease) -> int:
    """Load two records and make them one person; returns the transaction."""
    loader = Loader(store, lease, lambda: NOON)
    load = loader.begin("feed", "file")
    assert load is not None
    loader.load(load, batch(people=[person("ann"), person("ben")]))
    changes = Changes(
        assigned=((LEFT, EntityId("P-1")), (RIGHT, EntityId("P-1"))),
        created=(EntityId("P-1"),),
        evidence_added=(EDGE,),
    )
    return write(lease, changes, settled=list(read_pending(store, Kind.PERSON)))


def write(
    lease: Lease, changes: Changes, *, settled: Sequence[PendingRecord] = (), decided: Sequence[RecordId] = ()
) -> int:
    """Store changes of people; returns the transaction."""

    def work(tx: Transaction, tick: int) -> int:
        write_changes(
            tx,
            changes,
            Kind.PERSON,
            settled=settled,
            tick=tick,
            at=NOON,
            model_version="1",
            new_household=lambda: EntityId("H-1"),
            decided=decided,
        )
        return tick

    return lease.write(work)


def test_what_was_changed_is_read_with_all_that_is_beside_it(store: Store) -> None:
    assert read_changes(store, -1, Kind.PERSON).records == frozenset()
    with Lease.acquire(store, "tests") as lease:
        tick = resolve(store, lease)
    since = read_changes(store, tick - 1, Kind.PERSON)
    assert (since.tick >= tick, since.records) == (True, frozenset({LEFT, RIGHT}))
    assert read_changes(store, tick, Kind.PERSON).records == frozenset()
    sealed = {record_id(name): person(name).sealed for name in ("ann", "ben")}
    gone = RecordId("r" + "0" * 32)
    assert sorted(read_followed(store, Kind.PERSON, [LEFT, RIGHT, gone]), key=lambda each: each.id) == sorted(
        [
            Followed(gone, None, None),
            Followed(LEFT, sealed[LEFT], EntityId("P-1"), (EDGE,)),
            Followed(RIGHT, sealed[RIGHT], EntityId("P-1"), (EDGE,)),
        ],
        key=lambda each: each.id,
    )


def test_who_is_too_far_behind_reads_everything(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "KEPT", 3)
    with Lease.acquire(store, "tests") as lease:
        write(lease, Changes(), decided=[LEFT])
        first = read_changes(store, 0, Kind.PERSON).tick
        for _ in range(4):
            write(lease, Changes(), decided=[RIGHT])
    assert read_changes(store, first - 1, Kind.PERSON).records is None
    last = read_changes(store, first, Kind.PERSON).tick
    assert read_changes(store, last - 1, Kind.PERSON).records == frozenset({RIGHT})


def test_weighing_anew_puts_the_frequencies_out_of_force_until_it_ends(store: Store) -> None:
    stored = StoredFrequencies("1.area", "1", "the model", 2, b"sealed")
    with Lease.acquire(store, "tests") as lease:
        tick = resolve(store, lease)
        put_frequencies(lease, Kind.PERSON, stored, at=NOON)
        clear_evidence(lease, Kind.PERSON)
        assert read_frequencies(store, Kind.PERSON) is None
        assert read_changes(store, tick, Kind.PERSON).records is None
        put_frequencies(lease, Kind.PERSON, stored, at=NOON)
        assert read_frequencies(store, Kind.PERSON) == stored
    now = read_changes(store, tick, Kind.PERSON)
    assert now.records is None
    assert read_changes(store, now.tick, Kind.PERSON).records == frozenset()
