"""The disk fills up under `mast load`: it stops with one clear message, and the same command completes it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.conftest import wanted_version
from tests.end_to_end.command import Ran, environment
from tests.graph_contents import what_was_said

from mast_api.loading import load_source
from mast_api.resolving import resolve_pending
from mast_fixtures import borough
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing

pytestmark = [pytest.mark.graph, pytest.mark.slow]

SOURCE = "nhs_trust.yaml"

OWN_DISKS = ("unshare", "--user", "--map-root-user", "--mount")
"""A name space in which anybody may mount a disk, which is gone with the process."""


def test_a_load_onto_a_full_disk_loses_nothing_and_is_completed_by_the_same_command(
    store: Store, neo4j_server: Login, tmp_path: Path
) -> None:
    feeds, disk, keys = tmp_path / "feeds", tmp_path / "disk", tmp_path / "key.json"
    borough.generate(2_000, 7, feeds)
    disk.mkdir()
    ring = KeyRing.create(keys)
    files = [feeds / name for name in json.loads((feeds / "feeds.json").read_text("utf-8"))[SOURCE]]
    env = environment(None, disk / "data") | {"MAST_KEY_FILE": str(keys), "MAST_NEO4J": wanted_version()}
    told = subprocess.run(
        [*OWN_DISKS, sys.executable, "-m", "tests.end_to_end.small_disk", disk, feeds / SOURCE, *files],
        cwd=Path(__file__).parents[2],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert told.returncode == 0, told.stderr
    ended = json.loads(told.stdout)
    stored = {name: Counter(rows) for name, rows in ended.pop("stored").items()}
    ran = {name: Ran(**each) for name, each in ended.items()}
    for name in ("nearly_full", "filled"):
        assert ran[name].code == 1, ran[name]
        assert ran[name].out == ""
        assert "MAST-213" in ran[name].err
        assert "fix: free space on its disk" in ran[name].err
    assert ran["completed"].code == 0, ran["completed"].err
    assert ran["verified"].code == 0, ran["verified"].out

    with Lease.acquire(store, "test") as lease:
        load_source(store, lease, ring, feeds / SOURCE, files, rejects_folder=tmp_path / "rejects")
        resolve_pending(store, lease, ring, tmp_path)
    wanted = what_was_said(neo4j_server)
    for name, rows in wanted.items():
        assert stored[name] - rows == rows - stored[name] == Counter(), name
