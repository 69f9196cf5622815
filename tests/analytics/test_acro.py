"""The second checker: whatever `acro` calls disclosive in a crosstab of the same rows is hidden in our table.

It is run, in an environment of its own that is made once and kept in build/.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from mast_analytics.disclosure.covering import with_totals
from mast_analytics.disclosure.policies import Bools, Ints, policy
from mast_analytics.disclosure.tables import protect

HERE = Path(__file__).parent
LOCK = HERE / "acro.txt"
ENVIRONMENT = HERE.parents[1] / "build" / "acro"
SHAPES = [(2, 2), (2, 5), (3, 3), (4, 2), (5, 4), (2, 2, 2), (3, 2, 4)]
SEEDS = range(84)


def counts(seed: int) -> Ints:
    """Of rows and columns that all have somebody, since a crosstab has no other; nought, nine and ten too."""
    draw = np.random.default_rng(seed)
    shape = SHAPES[seed % len(SHAPES)]
    few = draw.random(shape) < draw.choice([0.1, 0.4, 0.95])
    table = np.where(few, draw.integers(0, 13, shape), draw.integers(10, 90, shape)).astype(np.int64)
    rows = table.reshape(-1, shape[-1])
    most = np.arange(max(rows.shape))
    rows[most % len(rows), most % shape[-1]] += 1
    return table


def environment() -> Path:
    """Its Python; made again where the lock is another one."""
    python, made_of = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "made-of"
    lock = sha256(LOCK.read_bytes()).hexdigest()
    if not made_of.exists() or made_of.read_text("utf-8") != lock:
        uv = Path(sys.executable).with_name("uv")
        for step in (
            ("venv", "--clear", "--python", sys.executable, ENVIRONMENT),
            ("pip", "install", "--require-hashes", "--python", python, "-r", LOCK),
        ):
            subprocess.run(
                [uv, "--quiet", *step], check=True, env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
            )
        made_of.write_text(lock, "utf-8")
    return python


@pytest.fixture(scope="module")
def asked() -> tuple[int, list[Bools]]:
    """Its threshold, and of each table which cells it calls disclosive; totals too, of two axes."""
    tables = [counts(seed) for seed in SEEDS]
    ran = subprocess.run(
        [environment(), HERE / "acro_child.py"],
        input=json.dumps([each.tolist() for each in tables]),
        cwd=ENVIRONMENT,  # what it writes of its own goes there
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    of = [np.array(flags) for flags in answer["disclosive"]]
    shapes = [with_totals(each).shape if each.ndim == 2 else each.shape for each in tables]
    return answer["threshold"], [each.reshape(shape) for each, shape in zip(of, shapes, strict=True)]


def test_its_threshold_is_that_of_the_policy(asked: tuple[int, list[Bools]]) -> None:
    assert asked[0] == policy("acro").threshold + 1


@pytest.mark.parametrize("of_cohorts", [False, True], ids=["of reports", "of cohorts"])
def test_whatever_it_calls_disclosive_is_hidden(asked: tuple[int, list[Bools]], of_cohorts: bool) -> None:
    rules = policy("acro").of_cohorts if of_cohorts else policy("acro")
    primary = secondary = totals = 0
    for seed, theirs in zip(SEEDS, asked[1], strict=True):
        inner = counts(seed)
        whole = theirs.shape != inner.shape
        hidden = protect(inner, rules).hidden
        ours = hidden if whole else hidden[tuple(slice(-1) for _ in inner.shape)]
        assert ours[theirs].all(), (seed, inner, ours, theirs)
        told = with_totals(inner) if whole else inner
        assert (theirs == rules.unsafe(told)).all(), "what is small to it is small to us, and nothing else"
        primary += int(theirs.sum())
        secondary += int((ours & ~theirs).sum())
        totals += int(theirs[..., -1].sum()) if whole else 0
    # It looks at each cell and leaves what follows from totals to whoever reviews: covering is ours.
    assert min(primary, secondary, totals) > 5
