"""`mast evaluate`: clusters against the truth."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

import click

from mast_api.terminal import Terminal
from mast_resolver.errors import UnreadableFileError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Item = tuple[str, str]


@click.command(name="evaluate")
@click.option("--clusters", type=FILE, required=True, help="What `mast clusters` wrote.")
@click.option("--truth", type=FILE, required=True, help="CSV with record_id and the entity it truly is.")
@click.option("--entity", default="person_id", show_default=True, help="Column of the truth to compare with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(clusters: Path, truth: Path, entity: str, *, as_json: bool) -> None:
    """Pairwise and B-cubed precision, recall and F1 of the records that both files hold.

    The truth is for evaluation only: nothing that resolves ever reads it.
    """
    from mast_resolver.evaluate import b_cubed, pairwise

    found, true = _read(clusters, "entity_id"), _read(truth, entity)
    if not any(agency for agency, _ in true):
        found = {("", record): cluster for (_, record), cluster in found.items()}
    shared = found.keys() & true.keys()
    if not shared:
        raise UnreadableFileError(
            "the two files share no record", fix="check which truth belongs to which load"
        )
    measures = {"pairwise": pairwise(found, true), "b_cubed": b_cubed(found, true)}
    terminal = Terminal(as_json=as_json)
    terminal.answer(
        {
            "records": len(shared),
            **{
                name: {"precision": each.precision, "recall": each.recall, "f1": each.f1}
                for name, each in measures.items()
            },
        }
    )
    if not as_json:
        rows = [
            (name, f"{each.precision:.4f}", f"{each.recall:.4f}", f"{each.f1:.4f}")
            for name, each in measures.items()
        ]
        terminal.table(f"{len(shared):,} records", ("measure", "precision", "recall", "F1"), rows)


def _read(path: Path, column: str) -> dict[Item, str]:
    with _text(path) as file:
        rows = csv.DictReader(file)
        if not rows.fieldnames or not {"record_id", column} <= set(rows.fieldnames):
            raise UnreadableFileError(
                f"{path.name} has no columns record_id and {column}", fix="name the column with --entity"
            )
        return {
            (row.get("agency") or "", row["record_id"]): row[column]
            for row in rows
            if row["record_id"] and row[column]
        }


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as packed:
            yield cast(TextIO, packed)
    else:
        with path.open(encoding="utf-8", newline="") as file:
            yield file
