"""`mast agency-key`: the public keys by which agencies open their own references."""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.commands.load import FILE
from mast_api.commands.options import common, start


@click.group(name="agency-key")
def command() -> None:
    """Keys of agencies; the private halves never come here."""


@command.command("create")
@click.argument("private", type=click.Path(dir_okay=False, path_type=Path))
def create(private: Path) -> None:
    """At the agency: write a new private key to PRIVATE and print the public key, to be registered.

    PRIVATE stays at the agency. Whoever loses it asks again for what was sealed to it, with a new key.
    """
    from mast_intake.agency_sealing import create_private

    click.echo(create_private(private).decode(), nl=False)


@command.command("add")
@click.argument("agency")
@click.argument("file", type=FILE)
@common
def add(agency: str, file: Path, data: Path | None, *, as_json: bool) -> None:
    """Put the public key in FILE in force for AGENCY; the one before ends.

    See that it comes from the agency, by its id over the telephone: whoever registers a key of their own
    reads that agency's references.
    """
    from mast_api.workspace import now
    from mast_api.writing import writer
    from mast_graph.agency_keys import put_agency_key
    from mast_intake.agency_sealing import key_id, read_public

    public = read_public(file)
    settings, terminal = start(data, as_json=as_json)
    with writer(settings, terminal, "mast agency-key") as (_, lease):
        at = now()
        lease.write(lambda tx, _: put_agency_key(tx, agency, key_id(public), public, at=at))
    terminal.say(f"Key {key_id(public)} is in force for {agency}")
    terminal.answer({"agency": agency, "key": key_id(public)})


@command.command("list")
@common
def listed(data: Path | None, *, as_json: bool) -> None:
    """Every key there is or was, and since when."""
    from mast_api.workspace import graph
    from mast_api.writing import open_store
    from mast_graph.agency_keys import read_agency_keys

    settings, terminal = start(data, as_json=as_json)
    with graph(settings, terminal) as address, open_store(address) as store:
        rows = read_agency_keys(store)
    if not as_json:
        said = [(row["agency"], row["key"], str(row["added_at"]), str(row["ended_at"] or "")) for row in rows]
        terminal.table("Agency keys", ("agency", "key", "added", "ended"), said)
    terminal.answer(
        {"keys": [{name: said for name, said in row.items() if name != "public"} for row in rows]}
    )
