"""A database that hangs under a command: one message in bounded time, and the same command completes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.end_to_end.command import Ran, assert_one_message, environment, run
from tests.graph_contents import rows

from mast_fixtures import borough
from mast_graph.managed import ManagedServer
from mast_graph.store import Login

pytestmark = [pytest.mark.graph, pytest.mark.slow]

BOUND_S = 90
"""Three times what it takes: a command that waits for ever, or for a server's own two minutes, is over it."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[ManagedServer]:
    data = tmp_path_factory.mktemp("hung")
    with ManagedServer(data, cache=cache, heap="512m", quick=True) as running:
        yield running


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    borough.generate(3_000, 7, folder)
    return folder


@contextmanager
def hung(server: ManagedServer) -> Iterator[None]:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def told(ran: Ran) -> str:
    """The code of its one message."""
    code = ran.err[ran.err.index("MAST-") :][:8]
    assert_one_message(ran, code=code, exit_code=1)
    return code


def completed(*arguments: str | Path, env: dict[str, str]) -> Ran:
    """The same again, once the lease of the one before has run out."""
    while "MAST-221" in (again := run(*arguments, env=env)).err:
        time.sleep(1)
    assert again.code == 0, again.err
    return again


def test_a_database_that_hangs_before_and_during_a_load_is_said_and_the_load_completed(
    server: ManagedServer, town: Path, tmp_path: Path
) -> None:
    login = Login(server.uri, server.user, server.password)
    env = environment(login, tmp_path / "data")
    load = ("load", town / "nhs_trust.yaml", town / "nhs_trust.jsonl", "--no-resolve")
    with hung(server):
        assert told(run(*load, env=env, timeout=BOUND_S)) == "MAST-210"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "mast_api", *map(str, load)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not rows(login, "MATCH (l:Load) WHERE l.batches > 0 RETURN l.id AS id"):
        assert process.poll() is None, "the command ended before anything was stored"
        time.sleep(0.02)
    with hung(server):
        out, err = process.communicate(timeout=BOUND_S)
    assert told(Ran(process.returncode, out, err)) in {"MAST-210", "MAST-212"}
    completed(*load, env=env)
    with hung(server):
        assert told(run("resolve", env=env, timeout=BOUND_S)) == "MAST-210"
    completed("resolve", env=env)
    assert not rows(login, "MATCH (r:PersonRecord) WHERE r.pending IS NOT NULL RETURN r.id AS id")
