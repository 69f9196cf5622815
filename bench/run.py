"""`make bench`, or `python -m bench.run`: measure, print tables, write them into `bench/RESULTS.md`."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from bench.bench import Bench
from bench.machine import commit, machine
from bench.report import Measured, write_page
from bench.sections import (
    alone,
    console,
    generate,
    load,
    lookup,
    network,
    research,
    resolve,
    rules,
    safeguards,
    serve,
    shields,
    up,
)
from mast_graph.managed.jars import release

ROOT: Final = Path(__file__).parents[1]
SECTIONS: Final = {
    each.NAME: each.measure
    for each in (
        generate,
        load,
        resolve,
        alone,
        serve,
        network,
        lookup,
        shields,
        safeguards,
        rules,
        research,
        console,
        up,
    )
}
ORDER: Final = ("machine", *SECTIONS)
QUICK: Final = 5_000


@click.command()
@click.option("--people", type=click.IntRange(300, 1_000_000), default=100_000, show_default=True)
@click.option(
    "--sections", default=",".join(SECTIONS), show_default=True, help="Which, with commas between them."
)
@click.option(
    "--addresses",
    type=click.IntRange(1_000, 2_000_000),
    default=100_000,
    show_default=True,
    help="Properties of the gazetteer of the section lookup.",
)
@click.option("--quick", is_flag=True, help=f"{QUICK:,} people, for trying; the page goes to build/bench/.")
@click.option("--fresh", is_flag=True, help="Keep nothing of an earlier run.")
@click.option("--cold", is_flag=True, help="Also a first `make up` with every cache empty: downloads 500 MB.")
def command(people: int, sections: str, addresses: int, *, quick: bool, fresh: bool, cold: bool) -> None:
    """Measure on this machine. Figures are reported, never asserted; other work beside it shows in them."""
    names = [name.strip() for name in sections.split(",")]
    if unknown := [name for name in names if name not in SECTIONS]:
        raise click.UsageError(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    terminal = Console(stderr=True)
    bench = Bench(ROOT, QUICK if quick else people, terminal, cold=cold, addresses=addresses)
    if fresh:
        shutil.rmtree(bench.folder, ignore_errors=True)
    bench.folder.mkdir(parents=True, exist_ok=True)
    bench.settings()  # sets the key for every command that is measured
    page = bench.folder / "RESULTS.md" if quick else ROOT / "bench" / "RESULTS.md"
    about = machine(ROOT, release(bench.neo4j_version), sections=names)
    about.show(Console())
    version = commit(ROOT)  # before the page is written, which would make it a changed one
    done = [Measured("machine", "Machine", "", [about])]
    for name in SECTIONS:
        if name not in names:
            continue
        bench.settings()  # a section before it may have had a folder and a key of its own
        measured = stamped(SECTIONS[name](bench), bench.people, version)
        for table in measured.tables:
            table.show(Console())
        done.append(measured)
        write_page(page, ORDER, done)
    terminal.print(f"written to {page.relative_to(ROOT)}")


def stamped(measured: Measured, people: int, version: str) -> Measured:
    """With how many, the date, the commit and what else went on: a page may hold sections of several runs.

    A section that takes a number of people of its own says which.
    """
    when = f"{dt.datetime.now(dt.UTC):%d %B %Y, %H:%M} UTC"
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    stamp = (
        f"{measured.people or people:,} people. {when}, commit {version}; "
        f"load average over 1, 5 and 15 minutes at the end {loads}."
    )
    return replace(measured, conditions=f"{measured.conditions} {stamp}")


if __name__ == "__main__":
    command()
