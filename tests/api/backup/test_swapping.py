"""A swap that is killed before any of its steps leaves what was, or is finished by whoever comes next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.api.backup.swap_once import note, ready, state
from tests.killed import KILLED, run_killed

from mast_api.backup import swapping

MODULE = "tests.api.backup.swap_once"


def test_a_swap_killed_before_any_step_is_nothing_or_is_finished(tmp_path: Path) -> None:
    states = []
    for step in range(1, 60):
        data = tmp_path / f"data-{step}"
        data.mkdir()
        killed = run_killed(step, MODULE, data, env=os.environ, below=data)
        if killed.returncode != KILLED:
            assert killed.returncode == 0, killed.stderr
            break
        journal = (data / swapping.JOURNAL).exists()
        swapping.settle(data, note(data))
        if (data / "development-key.json").exists():  # else it was killed while the test made the folder
            states.append(state(data))
            assert not journal or states[-1] == "new", states
            assert not (data / swapping.SCRATCH).exists() or states[-1] == "old"
    assert set(states) == {"old", "new"}, states
    assert states == sorted(states, reverse=True), "once begun it must not be undone"
    assert states.count("new") >= 10


def test_what_finishes_it_may_be_killed_too(tmp_path: Path) -> None:
    for step in range(1, 60):
        data = tmp_path / f"data-{step}"
        data.mkdir()
        with swapping.only_restore(data):
            swapping.begin(data, ready(data))
        killed = run_killed(step, MODULE, data, "settle", env=os.environ, below=data)
        swapping.settle(data, note(data))
        assert state(data) == "new"
        assert "b" in (data / "notes").read_text()
        if killed.returncode == 0:
            assert step > 8
            return
        assert killed.returncode == KILLED, killed.stderr


def test_a_note_that_fails_leaves_it_to_be_finished(tmp_path: Path) -> None:
    def refuses(_entry: object) -> None:
        raise OSError

    with swapping.only_restore(tmp_path):
        swap = ready(tmp_path)
        swapping.begin(tmp_path, swap)
        with pytest.raises(OSError):  # noqa: PT011 - the one raised above
            swapping.finish(tmp_path, swap, refuses)
    assert swapping.settle(tmp_path, note(tmp_path))
    assert state(tmp_path) == "new"
    assert not swapping.settle(tmp_path, note(tmp_path))


def test_nobody_uses_a_data_folder_while_it_is_restored_into(tmp_path: Path) -> None:
    with swapping.only_restore(tmp_path):
        done = subprocess.run(
            [sys.executable, "-m", "mast_api", "audit", "checkpoint", "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "MAST-231" in done.stderr
