"""How long the borough takes to generate."""

from __future__ import annotations

import shutil

from bench.bench import SEED, Bench
from bench.report import Figures, Measured, number

NAME = "generate"


def measure(bench: Bench) -> Measured:
    """Generate it anew."""
    shutil.rmtree(bench.fixtures, ignore_errors=True)
    order = {"people": bench.people, "seed": SEED, "folder": str(bench.fixtures)}
    told, cost = bench.measure("generate", order)
    rows = [
        ("people", number(bench.people), ""),
        ("contacts", number(told["contacts"]), ""),
        ("rows in eight agencies' files", number(told["rows"]), ""),
        ("seconds", number(told["seconds"], 1), "under 120 at 100,000 people"),
        ("peak memory", f"{number(cost.peak_rss_mib)} MiB", ""),
    ]
    table = Figures("Generating the borough", ("", "measured", "asked"), rows, [f"Seed {SEED}, one process."])
    return Measured(
        NAME, "Fixtures", "`mast fixtures`: people, six years, the files of eight agencies, truth.", [table]
    )


def prepare(bench: Bench) -> None:
    """Have the borough's files."""
    if not (bench.fixtures / "feeds.json").exists():
        bench.say(f"generating {bench.people:,} people")
        measure(bench)
