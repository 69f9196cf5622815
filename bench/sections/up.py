"""`make up`, from the first time on a machine to the next morning."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.bench import Bench
from bench.processes import run
from bench.report import Figures, Measured, number

NAME = "up"
PEOPLE = 5_000


def measure(bench: Bench) -> Measured:
    """Up to the answer and down again: with an empty data folder, then again on the same one."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="mast-bench-") as folder:
        work = Path(folder)
        if bench.cold:
            rows.append(
                (
                    "cold: no environment, no cache, no data",
                    *_up(_clone(bench, work), work / "cold", _clean(work)),
                    "360",
                )
            )
        data = work / "data"
        rows.append(("environment and jars there, no data", *_up(bench.root, data, os.environ), ""))
        rows.append(("warm: the same again", *_up(bench.root, data, os.environ), "40"))
    table = Figures(
        "`make up` to the answer and down again",
        ("", "seconds", "processor s", "asked, s"),
        rows,
        [
            "`make up ARGS=--exit`, stop included.",
            "Cold: a fresh clone, an empty HOME and empty caches of pip, uv and ours, so all is downloaded"
            + ("." if bench.cold else "; measured with --cold only, not in this run."),
        ],
    )
    return Measured(NAME, "From nothing to the answer", "`make up`.", [table], people=PEOPLE)


def _up(root: Path, data: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    arguments = f"ARGS=--exit --json --port 0 --data {data} --people {PEOPLE}"
    cost = run(["make", "--no-print-directory", "up", arguments], cwd=root, env=environment)
    return number(cost.wall_s, 1), number(cost.cpu_s, 1)


def _clone(bench: Bench, work: Path) -> Path:
    clone = work / "clone"
    run(["git", "clone", "--quiet", bench.root, clone])
    return clone


def _clean(work: Path) -> dict[str, str]:
    home = work / "home"
    home.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("UV_CACHE", "XDG_", "MAST_"))
    }
    # How to reach the package indexes is configuration of the machine, not a cache.
    for name in (".config/pip", ".config/uv", ".pip"):
        at = Path.home() / name
        if at.is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(at, home / name)
        elif at.is_dir():
            shutil.copytree(at, home / name)
    return {**kept, "HOME": str(home), "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
