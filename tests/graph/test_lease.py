"""One writer at a time, and a late one is shut out."""

from __future__ import annotations

import threading
import time

import pytest
from tests.graph_contents import rows

from mast_graph.lease import Lease
from mast_graph.store import Login, Store, Transaction
from mast_resolver.errors import GraphUnavailableError, LeaseHeldError, LeaseLostError

pytestmark = pytest.mark.graph

SHORT_S = 0.5


def put_team(tx: Transaction, name: str) -> None:
    tx.run("write.put_teams", rows=[{"id": name}])


def teams(server: Login) -> list[str]:
    return [row["id"] for row in rows(server, "MATCH (team:Team) RETURN team.id AS id ORDER BY id")]


def test_a_second_writer_is_refused_while_the_first_is_at_work(store: Store) -> None:
    with Lease.acquire(store, "first on host-17"), pytest.raises(LeaseHeldError) as refused:
        Lease.acquire(store, "second")
    assert "host-17" not in str(refused.value)


def test_a_lease_is_not_given_back_to_a_database_that_does_not_answer(store: Store) -> None:
    lease = Lease.acquire(store, "first", ttl_s=SHORT_S, renew=False)
    silent = GraphUnavailableError("no answer from the database", fix="see that it runs")
    store.queries_run = 0
    lease.__exit__(type(silent), silent, None)
    assert store.queries_run == 0, "it was asked again, which takes as long again"
    time.sleep(SHORT_S)
    with Lease.acquire(store, "second"):
        pass


def test_a_released_lease_can_be_taken_at_once_under_a_higher_epoch(store: Store) -> None:
    with Lease.acquire(store, "first") as first:
        pass
    with Lease.acquire(store, "second") as second:
        assert second.epoch > first.epoch


def test_a_holder_that_slept_too_long_writes_nothing_once_another_took_over(
    store: Store, neo4j_server: Login
) -> None:
    late = Lease.acquire(store, "late", ttl_s=SHORT_S, renew=False)
    time.sleep(SHORT_S * 1.5)
    with Lease.acquire(store, "next") as new:
        with pytest.raises(LeaseLostError):
            late.write(lambda tx, _: put_team(tx, "late"))
        new.write(lambda tx, _: put_team(tx, "new"))
    assert teams(neo4j_server) == ["new"]


def taken_over(store: Store) -> Lease:
    """As soon as it is free; a lease that is renewed for ever lets the test fail in the end."""
    for _ in range(600):
        try:
            return Lease.acquire(store, "next")
        except LeaseHeldError:
            time.sleep(0.1)
    pytest.fail("the lease was renewed although nobody was at work")


def test_a_holder_that_hangs_but_lives_is_taken_over(store: Store, neo4j_server: Login) -> None:
    """Its process renews in the background; what was to write is stuck."""
    stuck, released = threading.Event(), threading.Event()
    refused: list[LeaseLostError] = []

    def works() -> None:
        hung = Lease.acquire(store, "hung", ttl_s=SHORT_S, hung_after_s=SHORT_S)
        stuck.set()
        released.wait(timeout=300)
        try:
            hung.write(lambda tx, _: put_team(tx, "late"))
        except LeaseLostError as error:
            refused.append(error)

    worker = threading.Thread(target=works)
    worker.start()
    assert stuck.wait(timeout=300)
    with taken_over(store) as new:
        released.set()
        worker.join()
        new.write(lambda tx, _: put_team(tx, "new"))
    assert len(refused) == 1
    assert teams(neo4j_server) == ["new"]


def test_who_says_that_he_is_at_work_keeps_the_lease(store: Store) -> None:
    with Lease.acquire(store, "slow", ttl_s=6, hung_after_s=3) as slow:
        for _ in range(90):
            slow.at_work()
            time.sleep(0.1)
        with pytest.raises(LeaseHeldError):
            Lease.acquire(store, "second")


def test_a_takeover_waits_for_a_commit_that_has_passed_the_fence(store: Store, neo4j_server: Login) -> None:
    slow = Lease.acquire(store, "slow", ttl_s=SHORT_S, renew=False)
    inside, order = threading.Event(), []

    def pauses(tx: Transaction, _: int) -> None:
        put_team(tx, "slow")
        inside.set()
        time.sleep(SHORT_S * 3)
        order.append("committing")

    writer = threading.Thread(target=slow.write, args=(pauses,))
    writer.start()
    inside.wait(timeout=20)
    time.sleep(SHORT_S * 1.5)
    with Lease.acquire(store, "next") as new:
        order.append("taken over")
        writer.join()
        with pytest.raises(LeaseLostError):
            slow.write(lambda tx, _: put_team(tx, "late"))
        new.write(lambda tx, _: put_team(tx, "new"))
    assert order == ["committing", "taken over"]
    assert teams(neo4j_server) == ["new", "slow"]


def test_a_renewed_lease_outlives_its_first_term(store: Store) -> None:
    with Lease.acquire(store, "steady", ttl_s=1.5):
        time.sleep(2.5)
        with pytest.raises(LeaseHeldError):
            Lease.acquire(store, "other")


def test_releasing_a_lost_lease_leaves_the_new_holder_alone(store: Store) -> None:
    late = Lease.acquire(store, "late", ttl_s=SHORT_S, renew=False)
    time.sleep(SHORT_S * 1.5)
    with Lease.acquire(store, "next") as new:
        late.release()
        new.write(lambda tx, _: put_team(tx, "new"))


def test_ticks_rise_from_holder_to_holder(store: Store) -> None:
    ticks = []
    for holder in ("first", "second"):
        with Lease.acquire(store, holder) as lease:
            ticks += [lease.write(lambda _, tick: tick) for _ in range(2)]
    assert ticks == sorted(set(ticks))


def test_one_piece_of_work_takes_the_lease_and_gives_it_back(store: Store) -> None:
    with Lease.acquire(store, "first") as first:
        with pytest.raises(LeaseHeldError):
            Lease.once(store, lambda _tx, tick: tick)
        before = first.write(lambda _tx, tick: tick)
    tick = Lease.once(store, lambda _tx, tick: tick)
    assert tick == before + 1
    with pytest.raises(LeaseLostError):
        first.write(lambda _tx, tick: tick)
    with Lease.acquire(store, "next"):
        pass


def test_work_that_fails_wrote_nothing_and_holds_no_lease(store: Store, neo4j_server: Login) -> None:
    def fail(tx: Transaction, _tick: int) -> None:
        put_team(tx, "night")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Lease.once(store, fail)
    assert teams(neo4j_server) == []
    with Lease.acquire(store, "next"):
        pass
