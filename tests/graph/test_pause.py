"""While a backup is read nobody writes: loaders wait and go on, deciders are told, the dead are overtaken."""

from __future__ import annotations

import threading
import time

import pytest
from tests.graph_contents import rows

from mast_graph.lease import Lease
from mast_graph.pause import Pause
from mast_graph.store import Login, Store, Transaction
from mast_resolver.errors import LeaseHeldError, LeaseLostError

pytestmark = pytest.mark.graph


def put_team(tx: Transaction, name: str) -> None:
    tx.run("write.put_teams", rows=[{"id": name}])


def teams(server: Login) -> list[str]:
    return [row["id"] for row in rows(server, "MATCH (team:Team) RETURN team.id AS id ORDER BY id")]


def writing(lease: Lease, name: str) -> threading.Thread:
    thread = threading.Thread(target=lambda: lease.write(lambda tx, _: put_team(tx, name)))
    thread.start()
    return thread


def test_a_loader_waits_for_the_end_of_a_pause_and_keeps_its_lease(store: Store, neo4j_server: Login) -> None:
    with Lease.acquire(store, "loader", ttl_s=0.6) as lease:
        lease.write(lambda tx, _: put_team(tx, "before"))
        with Pause(store, "backup") as pause:
            writer = writing(lease, "after")
            time.sleep(1.5)  # beyond the lease's own time
            assert teams(neo4j_server) == ["before"]
            pause.end()
            writer.join(10)
        assert teams(neo4j_server) == ["after", "before"]


def test_a_pause_begins_when_what_passed_the_fence_is_committed(store: Store, neo4j_server: Login) -> None:
    inside, paused = threading.Event(), []

    def slow(tx: Transaction, _: int) -> None:
        put_team(tx, "slow")
        inside.set()
        time.sleep(1.0)

    with Lease.acquire(store, "loader") as lease:
        writer = threading.Thread(target=lambda: lease.write(slow))
        writer.start()
        assert inside.wait(10)
        with Pause(store, "backup") as pause:
            paused = teams(neo4j_server)
            pause.end()
        writer.join(10)
    assert paused == ["slow"]


def test_who_decides_one_thing_is_refused_meanwhile(store: Store) -> None:
    with Pause(store, "backup"):
        with pytest.raises(LeaseHeldError) as refused:
            Lease.once(store, lambda tx, _: put_team(tx, "decided"))
        assert "backup" in str(refused.value)
    Lease.once(store, lambda tx, _: put_team(tx, "decided"))


def test_a_second_backup_is_refused(store: Store) -> None:
    with Pause(store, "one"), pytest.raises(LeaseHeldError), Pause(store, "two"):
        pass


def test_writers_go_on_by_themselves_after_one_who_died(store: Store, neo4j_server: Login) -> None:
    # What a killed process leaves: a pause that nobody renews.
    store.write(lambda tx: tx.run("write.pause_writers", id="dead", ttl_ms=800))
    with Lease.acquire(store, "loader") as lease:
        started = time.monotonic()
        lease.write(lambda tx, _: put_team(tx, "alive"))
        assert time.monotonic() - started < 20
    assert teams(neo4j_server) == ["alive"]


def test_a_pause_that_ran_out_vouches_for_nothing(store: Store) -> None:
    with Lease.acquire(store, "loader") as lease, Pause(store, "backup", ttl_s=30) as pause:
        # As if this process had been stopped for longer than its pause holds.
        store.write(lambda tx: tx.run("write.pause_writers", id="backup", ttl_ms=1))
        time.sleep(0.1)
        lease.write(lambda tx, _: put_team(tx, "meanwhile"))
        with pytest.raises(LeaseLostError):
            pause.end()


def test_a_long_pause_is_renewed(store: Store) -> None:
    with Pause(store, "backup", ttl_s=0.8) as pause:
        time.sleep(2)
        pause.end()
