"""Records what `acro` hides of random tables, for a test that has no `acro`: it is none of our dependencies.

In an environment of its own: `python -m venv acro && acro/bin/pip install acro==1.0.2`, then in an empty
folder `acro/bin/python record_acro.py > acro_tables.json`. The same seeds give the same tables.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np

TABLES = 80


def table(seed: int) -> Any:
    """A table of counts with small ones, nought and ten among them; each row and column has somebody."""
    draw = np.random.default_rng(seed)
    shape = tuple(draw.integers(2, 6, 2))
    small = draw.integers(0, 13, shape)
    counts = np.where(draw.random(shape) < draw.choice([0.15, 0.4]), small, draw.integers(10, 90, shape))
    counts[np.arange(max(shape)) % shape[0], np.arange(max(shape)) % shape[1]] += 1
    return counts


def hidden_by_acro(session: Any, counts: Any) -> Any:
    """Which cells it suppresses."""
    pandas = import_module("pandas")
    rows, columns = np.indices(counts.shape)
    of = pandas.DataFrame(
        {name: np.repeat(which.ravel(), counts.ravel()) for name, which in (("r", rows), ("c", columns))}
    )
    return session.crosstab(of.r, of.c).isna().to_numpy()


def main() -> None:
    """Write all of it to standard output."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    session = import_module("acro").ACRO(suppress=True)
    recorded = []
    for seed in range(TABLES):
        counts = table(seed)
        recorded.append(
            {"counts": counts.tolist(), "hidden": hidden_by_acro(session, counts).astype(int).tolist()}
        )
    json.dump({"acro": version("acro"), "tables": recorded}, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
