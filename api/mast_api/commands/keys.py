"""`mast keys`: make a pseudonymisation key file."""

from __future__ import annotations

from pathlib import Path

import click

from mast_intake.keys import KeyRing


@click.group(name="keys")
def command() -> None:
    """Pseudonymisation keys."""


@command.command("create")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def create(file: Path) -> None:
    """Write a new random key to FILE, readable by its owner only; an existing file is never overwritten.

    Whoever loses this file loses every link to the agencies' records: keep a copy elsewhere. Whoever
    gets it can test guesses of names against the data: keep that copy locked.
    """
    KeyRing.create(file)
    click.echo(f"wrote {file}; set MAST_KEY_FILE to it, and keep a copy somewhere else", err=True)
