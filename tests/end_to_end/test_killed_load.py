"""Neo4j killed at random moments of loading and resolving: no acknowledged write is lost, or there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.end_to_end.acknowledged import Acknowledged, NotingLease
from tests.end_to_end.command import Ran, assert_one_message, environment, run
from tests.graph_contents import rows, what_was_said

from mast_api.loading import load_source
from mast_api.resolving import resolve_pending
from mast_fixtures import borough
from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.managed import ManagedServer
from mast_graph.schema import apply_schema
from mast_graph.store import Login, Store, connect
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_resolver.errors import GraphOutcomeUnknownError, GraphUnavailableError

pytestmark = [pytest.mark.graph, pytest.mark.slow]

SOURCES = ("council_children.yaml", "nhs_trust.yaml", "police.yaml", "housing.yaml")
"""A snapshot, a delta, an append feed of an incident log, and tenancies."""

SMALL = 25
"""Rows in a batch here, and records in a transaction: many moments to be killed at."""

MOST_WRITES = 18
"""Transactions that are acknowledged before the next kill, at most."""


def load_and_resolve(
    store: Store,
    keys: KeyRing,
    feeds: dict[str, list[Path]],
    folder: Path,
    lease_as: type[Lease] = Lease,
    begin: Callable[[str], None] = lambda _what: None,
) -> None:
    with lease_as.acquire(store, "test", ttl_s=1) as lease:
        begin("load")
        for name in SOURCES:
            source = feeds[name][0].parent / name
            load_source(store, lease, keys, source, feeds[name], rejects_folder=folder / "rejects")
        begin("resolve")
        resolve_pending(store, lease, keys, folder)


def interrupted(server: ManagedServer, after_s: float, work: Callable[[], None]) -> bool:
    """Do the work while the server is killed after so many seconds; whether the work was cut off."""
    assert server.pid is not None
    killer = threading.Timer(after_s, os.kill, args=(server.pid, signal.SIGKILL))
    killer.start()
    try:
        work()
    except (GraphUnavailableError, GraphOutcomeUnknownError):
        return True
    finally:
        killer.join()
    return False


class Killer:
    """Kills the server a random moment after a random number of acknowledged writes."""

    def __init__(self, moments: random.Random) -> None:
        self._moments = moments
        self._timers: list[threading.Timer] = []
        self.doing = ""
        self.cut_off: list[str] = []

    def aim(self, server: ManagedServer, told: Acknowledged) -> None:
        """At this server, the next time."""
        pid = server.pid
        assert pid is not None
        at = told.writes + self._moments.randint(1, MOST_WRITES)
        after_s = self._moments.uniform(0.0, 0.08)

        def count() -> None:
            if told.writes == at:
                self._timers.append(threading.Timer(after_s, os.kill, args=(pid, signal.SIGKILL)))
                self._timers[-1].start()

        told.on_write = count

    def begin(self, what: str) -> None:
        self.doing = what

    def watch(self, work: Callable[[], None]) -> bool:
        """Whether the work came to its end."""
        try:
            work()
        except (GraphUnavailableError, GraphOutcomeUnknownError):
            self.cut_off.append(self.doing)
            return False
        finally:
            for timer in self._timers:
                timer.join()
            self._timers.clear()
        return True


def test_what_was_acknowledged_is_there_after_every_kill_and_nothing_twice(
    store: Store,
    neo4j_server: Login,
    feeds: dict[str, list[Path]],
    tmp_path: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = KeyRing({1: bytes(range(32))}, current=1)
    # Cut alike: a record that is said twice in one batch has one version less.
    sizes = Pseudonymiser.batches.__kwdefaults__
    assert sizes is not None
    monkeypatch.setitem(sizes, "size", SMALL)
    load_and_resolve(store, keys, feeds, tmp_path / "undisturbed")
    wanted = what_was_said(neo4j_server)

    monkeypatch.setattr("mast_graph.load.TOGETHER", SMALL)
    monkeypatch.setattr("mast_api.resolving.BATCH", SMALL)
    told = Acknowledged()
    monkeypatch.setattr(NotingLease, "told", told, raising=False)
    killer = Killer(random.Random(11))
    done = False
    while not done:
        with (
            ManagedServer(tmp_path / "data", cache=cache, heap="512m", quick=True) as server,
            connect(server.uri, server.user, server.password) as killed,
        ):
            # Before anything is loaded again: that would put back what was lost, and hide it.
            assert told.lost(Login(server.uri, server.user, server.password)) == {}
            apply_schema(killed)
            killer.aim(server, told)
            done = killer.watch(
                partial(
                    load_and_resolve, killed, keys, feeds, tmp_path / "disturbed", NotingLease, killer.begin
                )
            )
    assert set(killer.cut_off) == {"load", "resolve"}, "the moments have to be chosen anew"
    with (
        ManagedServer(tmp_path / "data", cache=cache, heap="512m", quick=True) as server,
        connect(server.uri, server.user, server.password) as left,
    ):
        login = Login(server.uri, server.user, server.password)
        load_and_resolve(left, keys, feeds, tmp_path / "disturbed")
        assert told.lost(login) == {}
        assert what_was_said(login) == wanted
        assert not any(faults(left).values())


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        pytest.param("MATCH (l:Lease) SET l.tick = 1", "ticks", id="the number of a transaction"),
        pytest.param("MATCH (v:RecordVersion) WITH v LIMIT 1 DETACH DELETE v", "versions", id="a record"),
        pytest.param("MATCH (c:Contact) WITH c LIMIT 1 DETACH DELETE c", "contacts", id="a contact"),
        pytest.param("MATCH (l:Load) WITH l LIMIT 1 SET l.batches = 0", "batches", id="a batch"),
        pytest.param(
            "MATCH (l:Load) WITH l LIMIT 1 SET l.completed_at = null", "finished", id="the end of a file"
        ),
        pytest.param("MATCH ()-[t:RESOLVES_TO]->() WITH t LIMIT 1 DELETE t", "assigned", id="who is who"),
        pytest.param(
            "MATCH (r:PersonRecord) WITH r LIMIT 1 SET r.resolved = null", "settled", id="a settling"
        ),
    ],
)
def test_a_lost_write_would_be_noticed(
    store: Store,
    neo4j_server: Login,
    feeds: dict[str, list[Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    missing: str,
) -> None:
    told = Acknowledged()
    monkeypatch.setattr(NotingLease, "told", told, raising=False)
    keys = KeyRing({1: bytes(range(32))}, current=1)
    few = {name: feeds[name] for name in SOURCES[:1]}
    monkeypatch.setattr("tests.end_to_end.test_killed_load.SOURCES", SOURCES[:1])
    load_and_resolve(store, keys, few, tmp_path, NotingLease)
    assert told.lost(neo4j_server) == {}
    store.define(statement)
    assert set(told.lost(neo4j_server)) == {missing}


def test_a_command_whose_database_is_killed_says_so_and_is_completed_by_the_same_command(
    tmp_path: Path, cache: Path
) -> None:
    town = tmp_path / "town"
    borough.generate(3_000, 7, town)
    load = ("load", town / "nhs_trust.yaml", town / "nhs_trust.jsonl")
    data = tmp_path / "data"
    with ManagedServer(data, cache=cache, heap="512m", quick=True) as server:
        login = Login(server.uri, server.user, server.password)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "mast_api", *map(str, load)],
            env=environment(login, tmp_path / "keys"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not rows(login, "MATCH (l:Load) WHERE l.batches > 0 RETURN l.id AS id"):
            assert process.poll() is None, "the command ended before anything was stored"
            time.sleep(0.02)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        out, err = process.communicate(timeout=300)
    killed = Ran(process.returncode, out, err)
    said = [code for code in ("MAST-210", "MAST-212") if code in err]
    assert len(said) == 1, err
    assert_one_message(killed, code=said[0], exit_code=1)
    with ManagedServer(data, cache=cache, heap="512m", quick=True) as server:
        login = Login(server.uri, server.user, server.password)
        env = environment(login, tmp_path / "keys")
        while "MAST-221" in (again := run(*load, "--json", env=env)).err:
            time.sleep(1)  # the lease of the one that was cut off has to run out
        assert again.code == 0, again.err
        assert not again.json["loaded"][0]["unchanged"]
        assert run(*load, "--json", env=env).json["loaded"][0]["unchanged"]
        held = rows(login, "MATCH (r:PersonRecord) WHERE r.pending IS NOT NULL RETURN r.id AS id")
        assert not held
