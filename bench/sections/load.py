"""Load and pseudonymise: agency files to records in Neo4j."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.bench import Bench, Meter
from bench.processes import Cost
from bench.report import Figures, Measured, number
from bench.sections import generate

NAME = "load"
DELTA_FEED = "fire.yaml"
"""Held back, to arrive later at a graph that holds the rest: see the resolve section."""


def measure(bench: Bench) -> Measured:
    """Load all feeds but one into an empty graph."""
    generate.prepare(bench)
    bench.forget_graph()
    feeds = {source: files for source, files in bench.feeds().items() if source != DELTA_FEED}
    with bench.neo4j() as server:
        meter = Meter(server)
        told, cost = bench.measure(
            "load", {"data": str(bench.data), "folder": str(bench.fixtures), "feeds": feeds}
        )
        server_cpu = meter.spent()
    bench.reach("loaded")
    return Measured(
        NAME,
        "Load and pseudonymise",
        "Files read, checked, pseudonymised and written to an empty Neo4j in batches, without resolving.",
        [_feeds(told["feeds"], cost, server_cpu)],
    )


def prepare(bench: Bench) -> None:
    """Have a graph that is loaded, and not resolved yet."""
    if bench.reached() != "loaded":
        bench.say("loading the borough")
        measure(bench)


def records_of(feed: dict[str, Any]) -> int:
    """Records of people and addresses and contacts that a load wrote."""
    counts = feed["counts"]
    names = ("records_new", "records_changed", "records_returned", "contacts_new", "contacts_changed")
    return sum(counts.get(name, 0) for name in names)


def _feeds(feeds: list[dict[str, Any]], cost: Cost, server_cpu: float) -> Figures:
    rows = [_row(feed["feed"], feed["rows"], records_of(feed), feed["seconds"]) for feed in feeds]
    seconds = sum(feed["seconds"] for feed in feeds)
    read, written = sum(feed["rows"] for feed in feeds), sum(map(records_of, feeds))
    rows.append(_row(f"all but {Path(DELTA_FEED).stem}", read, written, seconds))
    rows.append(("asked", "", "", "", "", "3,000"))
    conditions = [
        "Written: new records of people and of addresses, and contacts; one row makes up to three.",
        f"{Path(DELTA_FEED).stem} is not among them: held back, to arrive at a graph that holds the rest.",
        f"Python {number(cost.cpu_s, 1)} s of processor time, Neo4j {number(server_cpu, 1)} s, "
        f"wall clock {number(cost.wall_s, 1)} s with start-up.",
        f"Peak memory of the Python side {number(cost.peak_rss_mib)} MiB (asked: under 1,024).",
    ]
    columns = ("feed", "rows", "written", "seconds", "rows/s", "written/s")
    return Figures("Load and pseudonymise", columns, rows, conditions)


def _row(name: str, rows: int, written: int, seconds: float) -> tuple[str, ...]:
    return (
        name,
        number(rows),
        number(written),
        number(seconds, 1),
        number(rows / seconds),
        number(written / seconds),
    )
