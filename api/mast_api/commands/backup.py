"""`mast backup`: everything but the keys into a sealed folder, while the service runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.options import common, start


@click.command(name="backup")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to be made for it; by default one below the data folder, which is no safe place.",
)
@common
def command(out: Path | None, data: Path | None, *, as_json: bool) -> None:
    """Write the graph, models and audit log to a folder, sealed under the pseudonymisation key.

    The service goes on answering. What writes - loads, steward decisions - waits or is refused while the
    graph is read, so that the backup is the graph of one moment. No key is in it: keep the key file
    elsewhere, for without it the backup cannot be opened.
    """
    from mast_api.backup.making import BACKUPS, make_backup
    from mast_api.workspace import graph, key_ring, new_id, now, prepare
    from mast_api.writing import open_store

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    at = now()
    if out is None:
        out = prepare(settings.data / BACKUPS) / at.strftime("%Y-%m-%dT%H%M%SZ")
    with (
        graph(settings, terminal) as address,
        open_store(address) as store,
        terminal.step("Backing up") as step,
    ):
        made = make_backup(settings, store, keys, out, now=at, id_=new_id(), on_progress=step.advance)
    told = made.manifest
    terminal.answer(
        {"folder": str(made.folder), **asdict(told), "files": made.files, "paused_s": made.paused_s}
    )
    terminal.say(
        f"Backup of {told.nodes:,} nodes, {told.edges:,} edges and {made.files:,} files: {made.folder}, "
        f"{told.bytes / 1e6:,.1f} MB; writers waited {made.paused_s:.1f} s"
    )
