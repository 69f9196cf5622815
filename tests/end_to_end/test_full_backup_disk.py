"""A disk that is full under `mast backup` or `mast restore`: one clear message, and nothing has changed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, Ran, assert_one_message, environment
from tests.end_to_end.test_full_disk import OWN_DISKS

from mast_graph.store import Login
from mast_intake.keys import KeyRing

pytestmark = [pytest.mark.graph, pytest.mark.slow]


def test_a_full_disk_is_said_and_changes_nothing(
    mast: Mast, neo4j_server: Login, data: Path, feeds: dict[str, list[Path]], tmp_path: Path
) -> None:
    key, backup = tmp_path / "key.json", tmp_path / "backup"
    KeyRing.create(key)
    source = "police.yaml"
    loaded = mast("load", feeds[source][0].parent / source, *feeds[source], MAST_KEY_FILE=str(key))
    assert loaded.code in (0, 1), loaded.err
    assert mast("backup", "--out", backup, MAST_KEY_FILE=str(key)).code == 0
    told = subprocess.run(
        [*OWN_DISKS, sys.executable, "-m", "tests.end_to_end.small_backup_disk", tmp_path, backup],
        cwd=Path(__file__).parents[2],
        env=environment(neo4j_server, data) | {"MAST_KEY_FILE": str(key)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert told.returncode == 0, told.stderr
    ended = json.loads(told.stdout)
    assert_one_message(Ran(**ended["full"]), code="MAST-272", exit_code=1)
    assert "no space" in ended["full"]["err"]
    assert ended["left"] == []
    for name in ("small", "filled"):
        assert_one_message(Ran(**ended[name]), code="MAST-213", exit_code=1)
    assert "restoring" not in ended["there"]
    assert "restore.json" not in ended["there"]
    assert ended["restored"]["code"] == 0, ended["restored"]["err"]
