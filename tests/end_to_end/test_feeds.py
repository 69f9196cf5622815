"""`mast feeds` as people run it, killed before each of its steps: nothing is lost, doubled or left lying."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.api.feeds.drops import FEED, Agency, rows
from tests.end_to_end.command import Mast, Ran, assert_one_message, environment
from tests.graph_contents import rows as asked
from tests.killed import KILLED, run_killed

from mast_graph.store import Login

pytestmark = [pytest.mark.graph, pytest.mark.slow]


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return Agency(tmp_path / "agency")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


@pytest.fixture
def registered(mast: Mast, agency: Agency) -> Ran:
    done = mast("feeds", "register", agency.source, "--key", agency.public, "--due", "00:00", "--json")
    assert done.code == 0, done.err
    return done


def left(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file() and path.name != "lock"]


def test_a_feed_from_registering_to_its_status(
    mast: Mast, registered: Ran, agency: Agency, root: Path
) -> None:
    assert registered.json["feed"] == FEED
    assert "PRIVATE" not in registered.out
    late = mast("feeds", "status", "--json")
    assert (late.code, late.json["feeds"][0]["late"]) == (1, True)

    for sequence, count in ((1, 10), (2, 4)):
        drop = root / f"d{sequence}"
        drop.mkdir()
        (drop / "tenants.csv").write_text(rows(count))
        signed = mast(
            "feeds",
            "sign",
            drop,
            "--source",
            agency.source,
            "--key",
            agency.private,
            "--sequence",
            str(sequence),
        )
        assert signed.code == 0, signed.err
    done = mast("feeds", "run", root, "--json")
    assert done.code == 1  # one is held back
    assert [each["state"] for each in done.json["deliveries"]] == ["loaded", "quarantined"]

    told = mast("feeds", "status", "--json")
    (feed,) = told.json["feeds"]
    assert told.code == 1
    assert (feed["late"], feed["waiting"]) == (False, True)
    assert [each["receipt"]["sequence"] for each in feed["deliveries"]] == [2, 1]
    assert mast("feeds", "status").code == 1

    assert_one_message(mast("feeds", "release", root, FEED, "7"), code="MAST-281", exit_code=1)
    assert mast("feeds", "release", root, FEED, "2", "--json").json["state"] == "loaded"
    assert mast("feeds", "status", "--json").code == 0
    assert mast("verify", "--json").code == 0
    assert left(root) == []


def test_a_wrong_call_is_said_to_be_one(mast: Mast, agency: Agency, tmp_path: Path) -> None:
    key = ("--key", agency.private)  # the private one in place of the public one
    assert_one_message(mast("feeds", "register", agency.source, *key), code="MAST-001", exit_code=2)
    key = ("--key", agency.public)
    wrong = mast("feeds", "register", agency.source, *key, "--due", "25:00")
    assert_one_message(wrong, code="MAST-001", exit_code=2)
    assert not (tmp_path / "data" / "feeds.json").exists()


def test_a_pass_killed_before_any_of_its_steps_is_completed_by_the_next(
    mast: Mast, registered: Ran, agency: Agency, root: Path, neo4j_server: Login, data: Path
) -> None:
    """Two deliveries, one good and one that shrank, met by kills at step after step until none is left."""
    agency.delivers(root, 1, rows(10))
    agency.delivers(root, 2, rows(4))
    env = environment(neo4j_server, data)
    killed, step = 0, 1
    while True:
        done = run_killed(step, "mast_api", "feeds", "run", root, "--json", env=env, below=root)
        if done.returncode != KILLED:
            break
        killed += 1
        step = 1 + killed % 7
        wait_for_lease(neo4j_server)
        assert killed < 60, "it makes no headway"
    # A kill before the very first change makes no headway by itself; the others together do.
    assert killed >= 5
    assert mast("feeds", "run", root, "--json").json["deliveries"] == []
    stored = asked(
        neo4j_server,
        "MATCH (d:Delivery) RETURN d.sequence AS sequence, d.state AS state, d.reason AS reason "
        "ORDER BY sequence",
    )
    assert stored == [
        {"sequence": 1, "state": "loaded", "reason": ""},
        {"sequence": 2, "state": "quarantined", "reason": "shrunk"},
    ]
    assert asked(neo4j_server, "MATCH (r:PersonRecord) RETURN count(r) AS n, count(r.pending) AS p") == [
        {"n": 10, "p": 0}
    ]
    assert sorted(left(root)) == ["manifest.json", "manifest.sig", "tenants-0.csv"]


def wait_for_lease(server: Login) -> None:
    """What a killed writer held runs out by itself; here it need not take half a minute."""
    asked(server, "MATCH (l:Lease) SET l.expires_at = datetime.realtime()")


def test_the_status_of_feeds_is_json_that_a_script_can_read(mast: Mast, registered: Ran) -> None:
    told = json.loads(mast("feeds", "status", "--json").out)
    assert told["feeds"][0]["due_at"].endswith("+00:00")
