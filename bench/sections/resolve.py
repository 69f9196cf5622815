"""Resolve incrementally: records a second by the number of records that are in the graph already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.bench import Bench, Meter
from bench.processes import Cost, peak_rss_mib
from bench.report import Figures, Measured, number
from bench.sections import load

NAME = "resolve"
AT = (0, 10_000, 50_000, 100_000, 200_000, 300_000, 500_000, 800_000, 1_000_000)
SPAN = 10_000

Stamp = Sequence[float]


def measure(bench: Bench) -> Measured:
    """Resolve the whole load in batches, then one feed more that arrives at the full graph."""
    load.prepare(bench)
    order = {"data": str(bench.data), "folder": str(bench.fixtures)}
    with bench.neo4j() as server:
        meter = Meter(server)
        whole, whole_cost = bench.measure("resolve", order)
        whole_server_s = meter.spent()
        bench.measure("load", {**order, "feeds": {load.DELTA_FEED: bench.feeds()[load.DELTA_FEED]}})
        meter = Meter(server)
        late, late_cost = bench.measure("resolve", order)
        late_server_s = meter.spent()
        server_mib = peak_rss_mib(server.pid) if server.pid else 0.0
    bench.reach("resolved")
    runs = [
        ("whole load", whole, whole_cost, whole_server_s),
        ("one feed more", late, late_cost, late_server_s),
    ]
    return Measured(
        NAME,
        "Resolve incrementally",
        "Batches of pending records against everything resolved before; each batch is one transaction.",
        [
            _growth(whole),
            Figures(
                "Runs of `mast resolve`",
                (
                    "run",
                    "kind",
                    "records",
                    "seconds",
                    "first batch after",
                    "records/s after it",
                    "Python",
                    "Neo4j",
                    "peak memory",
                ),
                [row for run in runs for row in _run_rows(*run)],
                [
                    "First batch after: everything resolved before is read back and opened, then one batch.",
                    "Python, Neo4j: processor time. Peak memory: of the Python side; asked: under 1,024 MiB.",
                    f"Neo4j held at most {number(server_mib)} MiB.",
                ],
            ),
        ],
    )


def prepare(bench: Bench) -> None:
    """Have a graph that is resolved."""
    if bench.reached() != "resolved":
        bench.say("resolving the borough")
        measure(bench)


def split(told: dict[str, Any]) -> list[list[Stamp]]:
    """The stamps of each kind: the count of records begins anew with the second kind."""
    kinds: list[list[Stamp]] = [[]]
    for stamp in told["stamps"]:
        if kinds[-1] and stamp[1] < kinds[-1][-1][1]:
            kinds.append([])
        kinds[-1].append(stamp)
    return kinds


def rate_at(stamps: Sequence[Stamp], records: int) -> float | None:
    """Records a second while the graph grows by ``SPAN`` records from ``records`` on.

    Example:
        >>> rate_at([(1.0, 1_000), (2.0, 3_000), (6.0, 11_000), (9.0, 12_000)], 0)
        2000.0
    """
    inside = _inside(stamps, records)
    if not inside or inside[-1][0] == inside[0][0]:
        return None
    return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])


def pairs_at(stamps: Sequence[Stamp], records: int) -> float | None:
    """Pairs weighed for each of these records.

    Example:
        >>> pairs_at([(1.0, 1_000, 0), (2.0, 3_000, 4_000), (6.0, 11_000, 20_000)], 0)
        2.0
    """
    inside = _inside(stamps, records)
    return (inside[-1][2] - inside[0][2]) / (inside[-1][1] - inside[0][1]) if inside else None


def _inside(stamps: Sequence[Stamp], records: int) -> list[Stamp]:
    inside = [stamp for stamp in stamps if records < stamp[1] <= records + SPAN + 1_000]
    return inside if len(inside) > 2 else []


def _growth(told: dict[str, Any]) -> Figures:
    rows: list[tuple[str, ...]] = []
    kinds = split(told)
    at = [records for records in AT if records + SPAN <= max(stamps[-1][1] for stamps in kinds)]
    for kind, stamps in zip(("addresses", "people"), kinds, strict=False):
        rates = [rate_at(stamps, records) for records in at]
        rows.append((f"{kind}, records/s", *("" if rate is None else number(rate) for rate in rates)))
        pairs = [pairs_at(stamps, records) for records in at]
        rows.append((f"{kind}, pairs a record", *("" if each is None else number(each, 1) for each in pairs)))
    rows.append(("asked, records/s", *({100_000: "3,000", 1_000_000: "1,500"}.get(each, "") for each in at)))
    columns = ("records in the graph", *(f"{records:,}" for records in at))
    return Figures(
        "Speed as the graph grows", columns, rows, [f"Over the next {SPAN:,} records of that kind."]
    )


def _run_rows(name: str, told: dict[str, Any], cost: Cost, server_s: float) -> list[tuple[str, ...]]:
    rows = []
    begun = 0.0
    for kind, stamps in zip(("addresses", "people"), split(told), strict=False):
        if not stamps:
            continue
        first, last = stamps[0], stamps[-1]
        rate = number((last[1] - first[1]) / (last[0] - first[0])) if last[0] > first[0] else ""
        spent = number(last[0] - begun, 1)
        rows.append((name, kind, number(last[1]), spent, f"{first[0] - begun:.1f} s", rate, "", "", ""))
        begun = last[0]
    total = ("", "all", "", number(told["seconds"], 1), "", "", f"{cost.cpu_s:.1f} s", f"{server_s:.1f} s")
    return [*rows, (*total, f"{number(cost.peak_rss_mib)} MiB")]
