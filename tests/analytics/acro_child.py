"""Asks `acro` which cells of tables are disclosive, in the environment that tests/analytics/acro.txt locks.

Tables of counts come as JSON on standard input; the answer is one list each, of cells row by row, true where
a check fails. Tables of two axes are asked about with their totals. It is the outcome of its checks that is
read and not the table that it gives back: of one with totals that shows small counts, with `suppress` too,
and of one where every check fails it may be empty.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from importlib import import_module
from typing import Any

import numpy as np


def disclosive(session: Any, counts: Any) -> list[bool]:
    """What its checks say of the crosstab of as many rows."""
    pandas = import_module("pandas")
    names = [f"axis {number}" for number in range(counts.ndim)]
    places = [np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape)]
    of = pandas.DataFrame(dict(zip(names, places, strict=True)))
    *rows, column = (of[name] for name in names)
    session.crosstab(rows if len(rows) > 1 else rows[0], column, margins=counts.ndim == 2)
    outcome = session.results.get_index(-1).outcome
    return [str(cell).strip() != "ok" for cell in outcome.to_numpy().ravel().tolist()]


def main() -> None:
    """Answer and end."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    session = import_module("acro").ACRO(suppress=False)
    tables = [np.array(each) for each in json.load(sys.stdin)]
    answer = {
        "threshold": session.config["safe_threshold"],
        "disclosive": [disclosive(session, each) for each in tables],
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
