"""`mast open-reference`: at the agency, what `agencyReferences` answered."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import click

from mast_api.commands.load import FILE


@click.command(name="open-reference")
@click.argument("sealed", nargs=-1)
@click.option("--key", type=FILE, required=True, help="The agency's private key (mast agency-key create).")
@click.option("--csv", "table", type=FILE, help="A table in which to open them: printed as CSV.")
@click.option("--json", "as_json", is_flag=True, help="With agency and purpose, one JSON document.")
def command(sealed: tuple[str, ...], key: Path, table: Path | None, *, as_json: bool) -> None:
    """Print the references in SEALED, or in what comes on standard input, one a line.

    Needs no graph and no service: it runs at the agency. What it prints is personal data.
    """
    from mast_intake.agency_sealing import is_sealed, opened_by_agency, read_private

    private = read_private(key)
    if table is not None:
        with table.open(encoding="utf-8", newline="") as file:
            rows = [
                [opened_by_agency(private, cell).reference if is_sealed(cell) else cell for cell in row]
                for row in csv.reader(file)
            ]
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
        return
    texts = sealed or [line for line in sys.stdin.read().split() if line]
    opened = [opened_by_agency(private, text) for text in texts]
    if as_json:
        said = [{"agency": e.agency, "purpose": e.purpose, "reference": e.reference} for e in opened]
        click.echo(json.dumps({"opened": said}, indent=2))
        return
    for each in opened:
        click.echo(each.reference)
