"""`mast load-areas`: the look-up from postcodes to coarse areas, for research."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.load import FILE
from mast_api.commands.load_gazetteer import known_encoding
from mast_api.commands.options import common, start


@click.command(name="load-areas")
@click.argument("file", type=FILE, required=False)
@click.option("--encoding", default="utf-8", show_default=True, help="How the file is encoded.")
@click.option("--remove", is_flag=True, help="Remove the look-up and every code that came of it.")
@common
def command(file: Path | None, encoding: str, data: Path | None, *, remove: bool, as_json: bool) -> int:
    """Take over FILE, a look-up like the ONS Postcode Directory: postcode, LSOA and ward.

    Address records get the codes of their coarse areas, those that are there now and those that are loaded
    later; the postcode itself is kept nowhere. A newer look-up replaces codes and look-up. Without one there
    are no codes. Works while `mast serve` runs. Exit code 1 when rows were rejected.
    """
    if (file is None) != remove:
        raise click.UsageError("give a FILE, or --remove")
    from mast_api.reference import load_areas
    from mast_api.workspace import AREAS, REJECTS, key_ring, prepare
    from mast_api.writing import writer

    known_encoding(encoding)
    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with (
        writer(settings, terminal, "mast load-areas") as (store, lease),
        terminal.step("Removing areas" if remove else "Loading areas") as step,
    ):
        loaded = load_areas(
            store,
            lease,
            keys,
            file,
            kept=prepare(settings.data) / AREAS,
            rejects_folder=settings.data / REJECTS,
            encoding=encoding,
            on_rows=step.advance,
        )
    terminal.say(
        f"{loaded.postcodes:,} postcodes of {loaded.rows:,} rows, {loaded.rows_rejected:,} rejected; "
        f"codes of {loaded.addresses_changed:,} of {loaded.addresses:,} address records changed"
    )
    if loaded.rejects_file:
        terminal.say(f"what was rejected is listed in {loaded.rejects_file}")
    terminal.answer(asdict(loaded))
    return 1 if loaded.rows_rejected else 0
