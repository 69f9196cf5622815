"""A borough whose keys are rotated while the job is killed again and again: all stays, but what is keyed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.end_to_end.command import environment, run
from tests.end_to_end.keyed import SOURCES, load, searches
from tests.graph_contents import rows
from tests.key_facts import SEALED, found_together, keyed_values, sealed_values, untouched

from mast_api.audit.staff import STAFF, StaffList
from mast_api.keys.status import key_status
from mast_api.resolving import resolve_pending
from mast_graph.key_state import read_key_state
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing

pytestmark = [pytest.mark.graph, pytest.mark.slow]

KILLS = 4
EVIDENCE = "MATCH (l)-[e:EVIDENCE]->(r) RETURN l.id AS l, r.id AS r, e.w_millibits AS w, e.decision AS d"
PEOPLE = """
MATCH (r:PersonRecord|AddressRecord)-[t:RESOLVES_TO]->(e) WHERE t.recorded_to.year = 9999
RETURN r.id AS record, e.id AS entity
"""
JOB = """
import sys
import mast_api.keys.rotation as rotation
from mast_api.cli import main
rotation.PAGE, rotation.NOTICE_S = 20, 0.0
main(["keys", "rotate"])
"""


def resolved(server: Login) -> tuple[list[str], list[str]]:
    return sorted(map(str, rows(server, EVIDENCE))), sorted(map(str, rows(server, PEOPLE)))


def start_job(env: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", JOB], env=dict(env), stderr=subprocess.PIPE, text=True
    )


def kill_in_the_middle(store: Store, env: Mapping[str, str], after: int) -> bool:
    """Kill the job once it has changed so many more; whether it was still at it."""
    state = read_key_state(store)
    before = state.changed if state and state.target else 0
    job = start_job(env)
    while job.poll() is None:
        state = read_key_state(store)
        if state and state.target and state.changed - before >= after:
            os.kill(job.pid, signal.SIGKILL)
            break
        time.sleep(0.005)
    said = job.communicate()[1]
    assert job.returncode in {0, -signal.SIGKILL}, said
    # The lease of who was killed runs out by itself in half a minute.
    store.define("MATCH (lease:Lease) SET lease.expires_at = datetime() - duration('PT1S')")
    return job.returncode != 0


def test_a_rotation_killed_again_and_again_leaves_all_but_what_is_keyed(
    keyed_borough: Store,
    neo4j_server: Login,
    key_file: Path,
    feeds: dict[str, list[Path]],
    tmp_path: Path,
) -> None:
    old = KeyRing.read(key_file)
    before, together = untouched(neo4j_server), found_together(neo4j_server)
    keyed, sealed = keyed_values(neo4j_server), sealed_values(neo4j_server)
    found = searches(keyed_borough, old, feeds)
    assert sum(map(bool, found)) > 30
    (tmp_path / "data").mkdir(exist_ok=True)
    StaffList(tmp_path / "data" / STAFF, old).write({"ann": ["P-1"]})
    env = environment(neo4j_server, tmp_path / "data") | {"MAST_KEY_FILE": str(key_file)}
    moments = random.Random(5)
    killed = sum(kill_in_the_middle(keyed_borough, env, moments.randrange(20, 300)) for _ in range(KILLS))
    assert killed == KILLS, "the job ended before it was killed: choose other moments"
    half_way = read_key_state(keyed_borough)
    assert half_way is not None
    assert half_way.target == 2
    # Whoever reads meanwhile accepts both versions: a service that starts now answers as before.
    assert searches(keyed_borough, KeyRing.read(key_file).newest, feeds) == found
    ran = run("keys", "rotate", "--json", env=env)
    assert ran.code == 0, ran.err
    assert ran.json["version"] == 2
    assert ran.json["resumed"] is True

    new = KeyRing.read(key_file)
    assert new.current == 2
    assert untouched(neo4j_server) == before
    assert found_together(neo4j_server) == together
    assert not keyed_values(neo4j_server) & keyed
    assert searches(keyed_borough, new, feeds) == found
    after = sealed_values(neo4j_server)
    assert len(after) == len(sealed)
    assert {KeyRing.version_of(each["sealed"]) for each in after} == {2}
    assert {each["property"] for each in after} == set(SEALED)
    assert key_status(keyed_borough, new.file).fits
    assert KeyRing.version_of((tmp_path / "data" / STAFF).read_bytes()) == 2
    assert StaffList(tmp_path / "data" / STAFF, new).read() == {"ann": ["P-1"]}

    as_they_were = resolved(neo4j_server)
    with Lease.acquire(keyed_borough, "test") as lease:
        for name in SOURCES:
            source = feeds[name][0].parent / name
            assert load(keyed_borough, lease, new, source, feeds[name], tmp_path).unchanged
            # And read row by row, as a file of which only the name is new.
            again = tmp_path / name
            shutil.copy(source, again)
            with again.open("a") as file:
                file.write("\n# the same, said again\n")
            counts = load(keyed_borough, lease, new, again, feeds[name], tmp_path).counts
            assert counts.records_same > 100
            assert counts.records_new == counts.records_changed == counts.records_returned == 0
            assert counts.contacts_new == counts.contacts_changed == counts.touches_added == 0
        # Weighed anew from the wrapped encodings, everything weighs what it weighed.
        resolve_pending(keyed_borough, lease, new, tmp_path, again=True)
    assert resolved(neo4j_server) == as_they_were
