"""Exports, read by a real R in the way that docs/exports.md tells people to."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pyarrow.csv as pc
import pytest

from mast_analytics.disclosure.policies import policy
from mast_analytics.kinds import DIED, STANDS, Kinds, runs
from mast_analytics.release.exports import ShownKinds, mstate, numbers, shown_kinds, spell

DOCS = Path(__file__).parents[2] / "docs" / "exports.md"
SCRIPT = Path(__file__).with_name("exports_in_r.R")
R = shutil.which("Rscript")
EVERYWHERE = {(1, 0, 0): 90, (1, 3, 0): 40, (2, 3, 3): 30, (3, DIED, DIED): 12, (0, 1, 2): 70, (2, 2, 1): 20}
NEVER_LOW = {(2, 0, 0): 90, (2, 3, 0): 40, (0, 3, 3): 30, (3, DIED, DIED): 12, (0, 2, 0): 25}


def told() -> str:
    """The block of the documentation that needs nothing but `survival`."""
    (block,) = [
        each
        for each in re.findall(r"```r\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
        if "survival" in each
    ]
    return str(block)


def hazards(shown: ShownKinds) -> dict[tuple[int, int, int], float]:
    """By pair of states and day: what Nelson and Aalen have from the start, counted by hand."""
    at_risk, went, days = Counter[tuple[int, int]](), Counter[tuple[int, int, int]](), set[int]()
    for kind, many in shown.people.items():
        stays = list(runs(kind))
        for place, (state, begin, end) in enumerate(stays):
            days.add(end)
            for step in range(begin, end + 1):
                at_risk[state, step] += many
            if place + 1 < len(stays):
                went[state, stays[place + 1][0], end] += many
    found = dict[tuple[int, int, int], float]()
    for of, to in {(of, to) for of, to, _ in went}:
        total = 0.0
        for step in sorted(days):
            if went[of, to, step]:
                total += went[of, to, step] / at_risk[of, step]
                found[of + 1, to + 1, step * shown.step_days] = total
    return found


@pytest.mark.skipif(R is None, reason="R reads the exports: apt-get install r-base-core r-cran-survival")
@pytest.mark.parametrize(
    "people",
    [
        pytest.param(EVERYWHERE, id="every state is met"),
        pytest.param(NEVER_LOW, id="nobody was ever at levels 0 and 1"),
    ],
)
def test_r_finds_the_hazard_of_each_transition_under_its_number(
    people: dict[tuple[int, ...], int], tmp_path: Path
) -> None:
    shown = shown_kinds(Kinds(182, 3, people, 20), policy("nhs"))
    pc.write_csv(mstate(shown), tmp_path / "paths-mstate.csv")
    pc.write_csv(spell(shown), tmp_path / "paths-spell.csv")
    (tmp_path / "told.R").write_text(told(), "utf-8")
    ran = subprocess.run(
        [str(R), "--vanilla", SCRIPT, "told.R"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    pairs = {int(number): tuple(pair) for number, pair in numbers(shown)["transitions"].items()}
    with (tmp_path / "hazards.csv").open(encoding="utf-8") as file:
        theirs = {
            (*pairs[int(row["number"])], int(row["time"])): float(row["hazard"])
            for row in csv.DictReader(file)
        }
    ours = hazards(shown)
    assert len(ours) >= 6
    assert theirs.keys() == ours.keys()
    assert theirs == pytest.approx(ours, abs=1e-9)
    with (tmp_path / "sequences.csv").open(encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    sequences = {tuple(STANDS.index(each) for each in states): int(weight) for weight, *states in rows}
    assert sequences == shown.people
