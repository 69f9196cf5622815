"""`mast fixtures`: a UK borough over six years, as eight agencies saw it."""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.terminal import Terminal


@click.command(name="fixtures")
@click.option("--people", type=click.IntRange(60, 800_000), default=5_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(people: int, seed: int, out: Path, *, as_json: bool) -> None:
    """Generate the feeds of eight agencies, their source files and truth.csv (for evaluation only)."""
    from mast_fixtures.borough import generate

    terminal = Terminal(as_json=as_json)
    with terminal.step(f"Generating a borough of {people:,} people") as step:
        summary = generate(people, seed, out, progress=lambda _what, done, total: step.advance(done, total))
    terminal.answer({"out": str(out), "people": people, "seed": seed, "rows": dict(summary.rows)})
    if not as_json:
        rows = [(name, f"{count:,}") for name, count in sorted(summary.rows.items())]
        terminal.table(f"Borough of {people:,} people, seed {seed}, in {out}", ("feed", "rows"), rows)
