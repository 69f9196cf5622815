"""`mast load-gazetteer`: an area's list of properties into the graph, then resolve what changed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mast_api.commands.load import FILE, show_resolved
from mast_api.commands.options import common, start
from mast_api.terminal import Terminal


@click.command(name="load-gazetteer")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--encoding", default="utf-8", show_default=True, help="How the files are encoded.")
@click.option("--no-resolve", is_flag=True, help="Only load; `mast resolve` does the rest later.")
@common
def command(
    files: tuple[Path, ...], encoding: str, data: Path | None, *, no_resolve: bool, as_json: bool
) -> int:
    """Load FILES of one edition: AddressBase Core or Plus, BS 7666 (SAO, PAO), or uprn,address,postcode.

    The layout is told from the header. A newer edition corrects the one before: what it has not any more is
    withdrawn. The same edition again changes nothing. Works while `mast serve` runs. It is optional: all
    works without, and nothing of it is ever shown as an agency's. Exit code 1 when rows were rejected.
    """
    from mast_api.reference import load_gazetteer
    from mast_api.resolving import resolve_pending
    from mast_api.workspace import REJECTS, areas_in_force, key_ring
    from mast_api.writing import writer

    known_encoding(encoding)
    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with writer(settings, terminal, "mast load-gazetteer") as (store, lease):
        with terminal.step("Loading the gazetteer") as step:
            loaded = load_gazetteer(
                store,
                lease,
                keys,
                files,
                rejects_folder=settings.data / REJECTS,
                areas=areas_in_force(settings, keys),
                encoding=encoding,
                on_rows=step.advance,
            )
        resolved = []
        if not no_resolve:
            with terminal.step("Resolving") as step:
                resolved = resolve_pending(store, lease, keys, settings.data, on_progress=step.advance)
    _show(terminal, loaded)
    show_resolved(terminal, resolved)
    terminal.answer({"loaded": asdict(loaded), "resolved": [asdict(each) for each in resolved]})
    return 1 if loaded.rows_rejected else 0


def known_encoding(encoding: str) -> None:
    """Refuse an encoding that Python does not know.

    Raises:
        click.UsageError: it does not.
    """
    try:
        "".encode(encoding)
    except LookupError:
        raise click.UsageError("--encoding is none that Python knows, such as utf-8 or cp1252") from None


def _show(terminal: Terminal, loaded: Any) -> None:
    if terminal.as_json:
        return
    counts = loaded.counts
    cells = (
        "unchanged" if loaded.unchanged else f"{loaded.rows:,}",
        ", ".join(loaded.layouts),
        f"{counts.records_new + counts.records_returned:,}",
        f"{counts.records_changed:,}",
        f"{counts.records_retracted:,}",
        f"{loaded.passed_over:,}",
        f"{loaded.rows_rejected:,}",
        f"{loaded.fields_set_aside:,}",
    )
    columns = ("rows", "layout", "properties", "changed", "gone", "past", "rejected", "set aside")
    terminal.table("Gazetteer", columns, [cells])
    if loaded.rejects_file:
        terminal.say(f"what was rejected or set aside is listed in {loaded.rejects_file}")
