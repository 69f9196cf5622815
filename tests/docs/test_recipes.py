"""What the recipes say before they begin: nothing long goes in silence, and what is missing is said first."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One recipe; no target is given here that would run the tests."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_browser_that_is_missing_is_said_before_the_first_test() -> None:
    ran = make("browser", CHROMIUM="/nowhere/chromium")
    assert ran.returncode != 0
    assert "MAST-004: " in ran.stdout
    assert "/nowhere/chromium" in ran.stdout
    assert "\n  fix: apt-get install -y chromium" in ran.stdout
    assert make("browser", CHROMIUM="/bin/sh").returncode == 0
    steps = make("--dry-run", "test", CHROMIUM="/nowhere/chromium").stdout
    assert steps.index("MAST-004") < steps.index("bin/pytest")
    assert "MAST-004" not in make("--dry-run", "test", "ARGS=tests/intake").stdout


def test_building_the_environment_shows_how_far_it_is() -> None:
    steps = make("--dry-run", "--always-make", "setup").stdout
    assert "Making an environment" in steps
    (sync,) = [line for line in steps.splitlines() if "uv sync" in line]
    assert "--quiet" not in sync


def test_the_readme_names_what_a_bare_machine_lacks() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (line,) = [line for line in readme.splitlines() if line.startswith("$ apt-get install ")]
    assert {"make", "python3-venv", "git", "chromium"} <= set(line.split())
