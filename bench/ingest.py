"""Loading and resolving with a stop-watch, a process of its own so that its memory can be told.

`python -m bench.ingest generate|load|resolve < order.json`; what was measured comes back as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mast_api.directory import load_directory
from mast_api.loading import DIRECTORY, load_source
from mast_api.resolving import resolve_pending
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_api.workspace import REJECTS, key_ring, now
from mast_api.writing import writer
from mast_resolver.score import ModelScorer


def generate_borough(order: dict[str, Any]) -> dict[str, Any]:
    """Write a borough."""
    from mast_fixtures.borough import generate  # only here: it would count as memory of the others

    begun = time.perf_counter()
    summary = generate(order["people"], order["seed"], Path(order["folder"]))
    return {
        "seconds": time.perf_counter() - begun,
        "contacts": summary.contacts,
        "rows": sum(summary.rows.values()),
    }


def load(order: dict[str, Any]) -> dict[str, Any]:
    """Load feeds one after the other, without resolving."""
    settings, terminal = _settings(order), Terminal(as_json=True)
    folder = Path(order["folder"])
    keys = key_ring(settings, terminal)
    feeds = []
    with writer(settings, terminal, "bench load") as (store, lease):
        load_directory(lease, folder / DIRECTORY, by="bench", at=now())
        for source, files in order["feeds"].items():
            begun = time.perf_counter()
            loaded = load_source(
                store,
                lease,
                keys,
                folder / source,
                [folder / name for name in files],
                rejects_folder=settings.data / REJECTS,
            )
            seconds = time.perf_counter() - begun
            feeds.append(
                {
                    "feed": loaded.feed,
                    "rows": loaded.rows,
                    "rejected": loaded.rows_rejected,
                    "seconds": seconds,
                    "counts": asdict(loaded.counts),
                }
            )
    return {"feeds": feeds}


def resolve(order: dict[str, Any]) -> dict[str, Any]:
    """Resolve what is pending; each batch is stamped: time, records done, pairs weighed so far."""
    settings, terminal = _settings(order), Terminal(as_json=True)
    keys = key_ring(settings, terminal)
    stamps: list[tuple[float, int, int]] = []
    weighed = count_pairs()
    begun = time.perf_counter()
    with writer(settings, terminal, "bench resolve") as (store, lease):
        resolved = resolve_pending(
            store,
            lease,
            keys,
            settings.data,
            on_progress=lambda done, _total: stamps.append((time.perf_counter() - begun, done, weighed())),
        )
    return {
        "seconds": time.perf_counter() - begun,
        "stamps": stamps,
        "resolved": [asdict(each) for each in resolved],
    }


def count_pairs() -> Callable[[], int]:
    """From now on this process counts the pairs that it weighs; what it gives tells how many."""
    weighs, weighed = ModelScorer.weights, 0

    def counting(scorer: ModelScorer, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        nonlocal weighed
        weighed += len(left)
        return weighs(scorer, left, right)

    ModelScorer.weights = counting  # type: ignore[method-assign]
    return lambda: weighed


def _settings(order: dict[str, Any]) -> Settings:
    return replace(Settings.read(os.environ), data=Path(order["data"]))


def main() -> None:
    """Do one of them."""
    order = json.load(sys.stdin)
    work = {"generate": generate_borough, "load": load, "resolve": resolve}[sys.argv[1]]
    print(json.dumps(work(order), default=str))


if __name__ == "__main__":
    main()
