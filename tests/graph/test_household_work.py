"""What rebuilding households takes after a day's feed: as much as changed, however large the town is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sized
from itertools import count
from typing import Any

import neo4j
import pytest
from tests.builders import FEED, NOON, batch, home, person, place, record_id
from tests.emptying import empty
from tests.graph.loads import settle
from tests.profiles import accesses

from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.queries import query
from mast_graph.rows import plain_rows, sendable
from mast_graph.state import read_pending
from mast_graph.store import Login, Store, Transaction
from mast_resolver.ports import Changes
from mast_resolver.records import EntityId, Kind, RecordId

pytestmark = pytest.mark.graph

A_HOME = 3
"""People who live together."""
CHANCE = 1.2
"""A plan made in a large graph may begin elsewhere. A town of twenty times as many homes would show."""


class Work:
    """Queries of one transaction, and what goes into them and comes out of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queries = self.handled = 0
        run = Transaction.run

        def counting(tx: Transaction, name: str, /, **params: Any) -> list[dict[str, Any]]:
            found = run(tx, name, **params)
            if name.startswith("write.lease"):
                # How often the lease is renewed depends on how long things take.
                return found
            self.queries += 1
            self.handled += sum(map(_size, params.values()))
            self.handled += sum(_size(value) for row in found for value in (row, *row.values()))
            return found

        monkeypatch.setattr(Transaction, "run", counting)


class Profiled:
    """Accesses of the store by each statement of a day, those of reading what waits among them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.accesses: Counter[str] = Counter()

        def in_transaction(tx: Transaction, name: str, /, **params: Any) -> list[dict[str, Any]]:
            tx.ran.append((name, params))
            return self._run(tx._transaction, name, params)

        def in_session(store: Store, name: str, /, **params: Any) -> list[dict[str, Any]]:
            with store._session(neo4j.READ_ACCESS) as session:
                return self._run(session, name, params)

        monkeypatch.setattr(Transaction, "run", in_transaction)
        monkeypatch.setattr(Store, "read", in_session)

    def _run(
        self, runs: neo4j.Transaction | neo4j.Session, name: str, params: dict[str, Any]
    ) -> list[dict[str, Any]]:
        named = query(name)
        result = runs.run("PROFILE " + named.text, sendable(named, params))  # type: ignore[arg-type, unused-ignore]
        found = plain_rows(named, result.keys(), result)
        profile = result.consume().profile
        assert profile
        if not name.startswith("write.lease"):
            self.accesses[name] += accesses(profile)
        return found


def _size(value: object) -> int:
    return len(value) if isinstance(value, Sized) and not isinstance(value, str) else 0


class Town:
    """Homes of three, all of them resolved, each person and each address on one record."""

    def __init__(self, store: Store, lease: Lease, homes: int) -> None:
        self._store, self._lease, self._numbers = store, lease, count()
        everybody = range(homes * A_HOME)
        self._load(
            people=[person(who) for who in everybody],
            places=[place(where) for where in range(homes)],
            homes=[home(who, who // A_HOME, NOON - dt.timedelta(days=900)) for who in everybody],
        )
        places = [(record_id(where, Kind.ADDRESS), EntityId(f"A-{where}")) for where in range(homes)]
        self._resolve(Kind.ADDRESS, places)
        self._resolve(Kind.PERSON, [(record_id(who), EntityId(f"P-{who}")) for who in everybody])

    def day(self, moves: int) -> None:
        """So many people move in with their neighbours, one from each of the first homes."""
        self._load(
            homes=[home(each * A_HOME, each + 1, NOON - dt.timedelta(days=1)) for each in range(moves)]
        )
        self._resolve(Kind.PERSON, [])

    def _load(self, **what: Any) -> None:
        loader = Loader(self._store, self._lease, lambda: NOON)
        load = loader.begin(FEED, f"file {next(self._numbers)}")
        assert load is not None
        loader.load(load, batch(**what))

    def _resolve(self, kind: Kind, assigned: list[tuple[RecordId, EntityId]]) -> None:
        settled = list(read_pending(self._store, kind))
        changes = Changes(assigned=tuple(assigned), created=tuple(entity for _, entity in assigned))
        settle(
            self._lease,
            changes,
            kind,
            settled,
            at=NOON,
            new_household=lambda: f"H-{next(self._numbers):06}",
        )


def work_of(store: Store, monkeypatch: pytest.MonkeyPatch, *, homes: int, moves: int) -> tuple[int, int]:
    empty(store)
    with Lease.acquire(store, "tests") as lease:
        town = Town(store, lease, homes)
        with monkeypatch.context() as patched:
            work = Work(patched)
            town.day(moves)
    return work.queries, work.handled


def test_a_days_feed_takes_as_much_in_a_large_town_as_in_a_small_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = work_of(store, monkeypatch, homes=20, moves=5)
    large = work_of(store, monkeypatch, homes=400, moves=5)
    assert small == large


def accesses_of(store: Store, monkeypatch: pytest.MonkeyPatch, *, homes: int) -> Counter[str]:
    empty(store)
    with Lease.acquire(store, "tests") as lease:
        town = Town(store, lease, homes)
        with monkeypatch.context() as patched:
            profiled = Profiled(patched)
            town.day(5)
    return profiled.accesses


def test_no_statement_of_a_days_feed_looks_at_more_in_a_large_town_than_in_a_small_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes in and comes out may be the same, and a statement have looked at the whole graph for it."""
    small = accesses_of(store, monkeypatch, homes=20)
    large = accesses_of(store, monkeypatch, homes=400)
    assert small.keys() == large.keys()
    assert "read.state_links_around" in small
    grew = {name: (small[name], large[name]) for name in small if large[name] > CHANCE * small[name]}
    assert not grew


def test_twice_the_moves_take_as_many_queries_and_twice_the_rows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = work_of(store, monkeypatch, homes=60, moves=10)
    many = work_of(store, monkeypatch, homes=60, moves=20)
    assert many[0] == few[0]
    assert 1.5 * few[1] < many[1] < 2.2 * few[1]


EACH_AT_HOME = """
UNWIND range(1, $homes) AS number
CREATE (:Person {id: 'P-' + number})-[:MEMBER_OF {from: datetime('2020-01-01'), to: datetime('9999-12-31')}]->
  (:Household {id: 'H-' + number, communal: false})-[:HOUSEHOLD_AT]->(:Address {id: 'A-' + number})
"""


def test_twice_the_people_take_twice_the_memory_of_the_database(store: Store, neo4j_server: Login) -> None:
    """At a million records they took four times as much, and a batch more than the database gives one."""
    empty(store)
    auth, text = (neo4j_server.user, neo4j_server.password), query("read.state_links_around").text
    taken = []
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth) as driver:
        driver.execute_query(EACH_AT_HOME, homes=1_200, database_="neo4j")
        for people in (600, 1_200):
            about = {"changed": [], "known": [], "people": [f"P-{each}" for each in range(1, people + 1)]}
            found = driver.execute_query(f"PROFILE {text}", about, database_="neo4j")
            assert len(found.records[0]["households"]) == people
            assert found.summary.profile
            taken.append(found.summary.profile["args"]["GlobalMemory"])
    assert taken[1] < 2.5 * taken[0]
