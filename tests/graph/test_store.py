"""The store against a real Neo4j: what comes back, what is refused, and in which words."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mast_graph.async_store import connect_async
from mast_graph.disk import DiskGuard
from mast_graph.queries import _load, cypher_folder
from mast_graph.store import Login, Store, Transaction, connect
from mast_resolver.errors import (
    GraphCredentialsError,
    GraphFullError,
    GraphRefusedError,
    GraphUnavailableError,
    MastError,
    QueryFileError,
    SettingsError,
)
from mast_resolver.records import FOREVER

pytestmark = pytest.mark.graph

FILES = {
    "read/echo": "// Give back.\n// access: read\n// param $x: any\n// column x: any\nRETURN $x AS x",
    "read/sneak": "// Write, whatever the header says.\n// access: read\nCREATE (:Sneaked)",
    "read/slow": "// Take long.\n// access: read\n// column n: integer\n"
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b) AS n",
    "read/lies": "// Another column.\n// access: read\n// column y: integer\nRETURN 1 AS x",
    "read/bomb": "// Take memory.\n// access: read\n// column n: integer\n"
    "UNWIND range(1, 1000000000) AS a WITH collect(a) AS numbers RETURN size(numbers) AS n",
    "read/parse": "// Read a date.\n// access: read\n// param $x: string\n// column x: date\n"
    "RETURN date($x) AS x",
    "write/put": "// Store one.\n// access: write\n// param $id: string\n// param $n: integer\n"
    "MERGE (x:Agency {id: $id}) SET x.n = $n",
    "write/add": "// Count one up.\n// access: write\n// param $id: string\n// column n: integer\n"
    "MERGE (x:Agency {id: $id}) SET x.n = coalesce(x.n, 0) + 1 RETURN x.n AS n",
    "write/new": "// Create one.\n// access: write\n// param $id: string\nCREATE (:Agency {id: $id})",
}


@pytest.fixture(autouse=True)
def _own_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries of these tests, beside the real ones."""
    folder = tmp_path / "cypher"
    for access in ("read", "write", "part"):
        (folder / access).mkdir(parents=True)
        for real in (cypher_folder() / access).glob("*.cypher"):
            (folder / access / real.name).write_text(real.read_text())
    for name, text in FILES.items():
        (folder / f"{name}.cypher").write_text(text)
    _load.cache_clear()
    monkeypatch.setattr("mast_graph.queries.cypher_folder", lambda: folder)


@contextmanager
def reconnected(server: Login, **options: float | DiskGuard) -> Iterator[Store]:
    with connect(server.uri, server.user, server.password, **options) as store:  # type: ignore[arg-type]
        yield store


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(dt.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=dt.UTC), id="microseconds"),
        pytest.param(dt.datetime(1931, 1, 1, tzinfo=ZoneInfo("Europe/London")), id="named zone"),
        pytest.param(FOREVER, id="the end of time"),
        pytest.param(dt.date(2024, 2, 29), id="a leap day"),
        pytest.param(b"\x00\xff", id="bytes"),
        pytest.param([{"at": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]}], id="nested"),
        pytest.param("O'Brien \\ `} RETURN 1 //", id="text that looks like Cypher"),
        pytest.param(2**62, id="a long integer"),
        pytest.param(None, id="nothing"),
    ],
)
def test_values_come_back_as_they_went(value: object, store: Store) -> None:
    assert store.read("read.echo", x=value) == [{"x": value}]


def test_times_come_back_in_utc(store: Store) -> None:
    [row] = store.read("read.echo", x=dt.datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London")))
    assert row["x"].tzinfo is dt.UTC
    assert row["x"].hour == 11


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(QueryFileError, match="without a zone"):
        store.read("read.echo", x=[{"at": dt.datetime(2026, 7, 1, 12)}])  # noqa: DTZ001 - the point


def test_queries_are_counted_one_by_one(store: Store) -> None:
    store.read("read.count_nodes")

    def two(transaction: Transaction) -> None:
        transaction.run("write.put", id="one", n=1)
        transaction.run("read.count_nodes")

    store.write(two)
    assert store.queries_run == 3


def test_a_call_with_other_parameters_is_refused_before_anything_is_sent(store: Store) -> None:
    with pytest.raises(
        QueryFileError, match=r"missing parameters \['x'\], unknown parameters \['z'\]"
    ) as caught:
        store.read("read.echo", z="secret-value")
    assert "secret-value" not in str(caught.value)
    assert store.queries_run == 0


def test_a_write_query_cannot_be_read(store: Store) -> None:
    with pytest.raises(QueryFileError, match="writes"):
        store.read("write.new", id="x")


def test_a_read_session_cannot_write_even_if_the_header_lies(store: Store) -> None:
    with pytest.raises(GraphRefusedError, match="AccessMode"):
        store.read("read.sneak")
    assert store.read("read.count_nodes") == [{"nodes": 0}]


def test_columns_other_than_declared_are_refused(store: Store) -> None:
    with pytest.raises(QueryFileError, match=r"returned \['x'\], its header says \['y'\]"):
        store.read("read.lies")


def test_a_transaction_is_stored_whole_or_not_at_all(store: Store) -> None:
    def fails(transaction: Transaction) -> None:
        transaction.run("write.put", id="one", n=1)
        raise LookupError

    with pytest.raises(LookupError):
        store.write(fails)
    assert store.read("read.count_nodes") == [{"nodes": 0}]


def test_a_broken_constraint_is_refused_without_the_value(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.write(lambda tx: tx.run("write.new", id="planted-name"))
    with caplog.at_level(logging.WARNING), pytest.raises(GraphRefusedError) as caught:
        store.write(lambda tx: tx.run("write.new", id="planted-name"))
    shown: BaseException | None = caught.value
    assert "ConstraintValidationFailed" in str(shown)
    while shown is not None:  # neither in the error nor in anything it drags along
        assert "planted" not in repr(shown)
        shown = shown.__cause__ or shown.__context__
    assert "planted" not in caplog.text


def test_a_value_that_the_server_cannot_read_is_not_repeated(store: Store) -> None:
    with pytest.raises(GraphRefusedError) as caught:
        store.read("read.parse", x="planted-name")
    assert "planted" not in str(caught.value)


def test_a_query_stops_at_its_time_limit(neo4j_server: Login, store: Store) -> None:
    with reconnected(neo4j_server, query_timeout_s=0.5) as hasty:
        began = time.monotonic()
        with pytest.raises(GraphUnavailableError, match="did not answer in time"):
            hasty.read("read.slow")
        assert time.monotonic() - began < 10  # not a measurement: without a limit it takes minutes
        assert hasty.read("read.count_nodes") == [{"nodes": 0}]


def test_a_memory_bomb_is_refused_and_not_tried_again(store: Store) -> None:
    with pytest.raises(GraphRefusedError, match="OutOfMemory"):
        store.read("read.bomb")
    assert store.queries_run == 1


def test_two_that_lock_each_other_out_both_succeed_in_the_end(store: Store) -> None:
    meet = threading.Barrier(2, timeout=30)
    tries = {"ab": 0, "ba": 0}
    faults: list[MastError] = []

    def cross(order: str) -> None:
        def work(transaction: Transaction) -> None:
            tries[order] += 1
            transaction.run("write.add", id=order[0])
            if tries[order] == 1:
                meet.wait()  # each holds what the other wants
            transaction.run("write.add", id=order[1])

        try:
            store.write(work)
        except MastError as fault:
            faults.append(fault)

    store.write(lambda tx: [tx.run("write.put", id=each, n=0) for each in "ab"])
    both = [threading.Thread(target=cross, args=(order,)) for order in tries]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert not faults
    assert sum(tries.values()) > 2  # there was a deadlock
    assert store.write(lambda tx: [tx.run("write.add", id=each) for each in "ab"]) == [[{"n": 3}]] * 2


def test_a_wrong_password_is_said_to_be_one(neo4j_server: Login) -> None:
    with (
        connect(neo4j_server.uri, neo4j_server.user, "wrong-password") as store,
        pytest.raises(GraphCredentialsError) as caught,
    ):
        store.verify()
    assert "wrong-password" not in str(caught.value)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with connect("bolt://127.0.0.1:1", "neo4j", "x") as store, pytest.raises(GraphUnavailableError):
        store.read("read.count_nodes")


@pytest.mark.parametrize("address", ["", "nonsense", "http://127.0.0.1:7687", "bolt://host:port"])
def test_an_address_of_no_neo4j_is_a_wrong_setting(address: str) -> None:
    with pytest.raises(SettingsError):
        connect(address, "neo4j", "x")
    with pytest.raises(SettingsError):
        connect_async(address, "neo4j", "x")


def test_nothing_is_written_when_the_disk_is_nearly_full(
    neo4j_server: Login, store: Store, tmp_path: Path
) -> None:
    free = 10_000
    guard = DiskGuard(tmp_path, keep_free=5_000, free=lambda _folder: free)
    with reconnected(neo4j_server, guard=guard) as careful:
        careful.write(lambda tx: tx.run("write.put", id="one", n=1))
        free = 4_999
        with pytest.raises(GraphFullError, match="MAST-213"):
            careful.write(lambda tx: tx.run("write.put", id="two", n=1))
        assert careful.read("read.count_nodes") == [{"nodes": 1}]  # reading goes on
        free = 5_000
        careful.write(lambda tx: tx.run("write.put", id="two", n=1))
    assert store.read("read.count_nodes") == [{"nodes": 2}]


def test_the_async_store_answers_like_the_other(neo4j_server: Login, store: Store) -> None:
    async def ask() -> None:
        async with connect_async(neo4j_server.uri, neo4j_server.user, neo4j_server.password) as asked:
            await asked.verify()
            at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            assert await asked.read("read.echo", x=[at]) == [{"x": [at]}]
            answers = await asyncio.gather(*(asked.read("read.count_nodes") for _ in range(20)))
            assert answers == [[{"nodes": 0}]] * 20
            assert asked.queries_run == 21
            with pytest.raises(GraphRefusedError):
                await asked.read("read.sneak")
            with pytest.raises(QueryFileError):
                await asked.read("write.new", id="x")
            with pytest.raises(QueryFileError):
                await asked.read("read.echo")
            with pytest.raises(GraphUnavailableError):
                await asked.read("read.slow")

    asyncio.run(ask())


def test_the_async_store_tells_its_faults_apart(neo4j_server: Login) -> None:
    async def ask() -> None:
        async with connect_async(neo4j_server.uri, neo4j_server.user, "wrong") as stranger:
            with pytest.raises(GraphCredentialsError):
                await stranger.read("read.count_nodes")
        async with connect_async("bolt://127.0.0.1:1", "neo4j", "x") as nowhere:
            with pytest.raises(GraphUnavailableError):
                await nowhere.read("read.count_nodes")

    asyncio.run(ask())


def test_a_store_that_was_closed_says_so_in_our_words(neo4j_server: Login) -> None:
    store = connect(neo4j_server.uri, neo4j_server.user, neo4j_server.password)
    with closing(store):
        store.verify()
    with pytest.raises(MastError):
        store.read("read.count_nodes")
