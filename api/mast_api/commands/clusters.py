"""`mast clusters`: who is who as CSV, for evaluation."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import click

from mast_api.commands.options import BY_LOGIN, common, start


@click.command(name="clusters")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--kind", type=click.Choice(["person", "address"]), default="person", show_default=True)
@BY_LOGIN
@common
def command(out: Path, kind: str, by: str, data: Path | None, *, as_json: bool) -> None:
    """Write `agency,record_id,entity_id` to a file that only you can read. Needs the keys.

    This re-identifies: it holds the agencies' own references in clear text, those of shielded people and
    places among them. That it was written, and by whom, is in the audit log before it is.
    """
    from mast_api.rights.proving import note_first
    from mast_api.workspace import graph, key_ring
    from mast_api.writing import open_store
    from mast_graph.state import read_address_rows, read_person_rows

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    written: set[tuple[str, str]] = set()
    with graph(settings, terminal) as address, open_store(address) as store:
        note_first(store, settings, "clusters-written", by, {"kind": kind})
        rows = read_person_rows(store) if kind == "person" else read_address_rows(store)
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file,
            terminal.step(f"Writing {out}") as step,
        ):
            lines = csv.writer(file)
            lines.writerow(("agency", "record_id", "entity_id"))
            for row in rows:
                reference = keys.open_reference(row.reference, context=row.context.encode())
                if reference and (row.agency, reference) not in written:
                    written.add((row.agency, reference))
                    lines.writerow((row.agency, reference, row.entity))
                    step.advance(len(written))
    terminal.answer({"out": str(out), "kind": kind, "records": len(written)})
    terminal.say(f"{len(written):,} records in {out}")
