"""`mast audit`: what makes the audit log checkable by somebody else."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import click

from mast_api.commands.options import BY, DAY, common, start

OUT = click.Path(dir_okay=False, path_type=Path)


@click.group(name="audit")
def command() -> None:
    """Checkpoints and keys of the audit log; the log itself is checked by mast verify."""


@command.command("checkpoint")
@click.option("--out", type=OUT, help="Add it to this file instead of printing it.")
@common
def checkpoint(out: Path | None, data: Path | None, *, as_json: bool) -> None:
    """Sign how far the log has come, also while the service runs, to be held out of its keeper's reach.

    `mast verify --checkpoint FILE` finds by it that entries were cut off, or that there is another log now.
    """
    from mast_api.audit.checkpoints import checkpoint as signed
    from mast_api.workspace import AUDIT, now, seal_keys

    settings, terminal = start(data, as_json=as_json)
    made = signed(settings.data / AUDIT, seal_keys(settings), now())
    if out is None:
        click.echo(made.line())
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(made.line() + "\n")
    terminal.answer({"size": made.size, "head": made.head, "at": made.at})
    terminal.say(f"Checkpoint of {made.size:,} entries added to {out}")


@command.command("export")
@click.option("--out", type=OUT, required=True, help="A file that only you can read.")
@click.option("--since", type=DAY, help="From this day on.")
@click.option("--until", type=DAY, help="Before this day.")
@BY
@common
def export(
    out: Path,
    since: dt.datetime | None,
    until: dt.datetime | None,
    by: str,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write the log's lines as they are, also while the service runs; that it was done is in it first.

    It holds who asked what for whom, by ids and keyed codes. Copied whole into a data folder it is checked by
    mast verify with the public keys (mast audit keys).
    """
    from mast_api.audit.export import exported
    from mast_api.rights.proving import note_first
    from mast_api.workspace import AUDIT, graph
    from mast_api.writing import open_store

    settings, terminal = start(data, as_json=as_json)
    begin, end = (each and each.replace(tzinfo=dt.UTC) for each in (since, until))
    span = {name: day.isoformat() for name, day in (("since", begin), ("until", end)) if day}
    with graph(settings, terminal) as address, open_store(address) as store:
        note_first(store, settings, "audit-exported", by, span)
    written = 0
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for line in exported(settings.data / AUDIT, since=begin, until=end):
            file.write(line)
            written += 1
    terminal.answer({"out": str(out), "lines": written})
    terminal.say(f"{written:,} lines of the audit log in {out}")


@command.command("keys")
@common
def keys(data: Path | None, *, as_json: bool) -> None:  # noqa: ARG001 - the keys are JSON either way
    """Print the public keys of the log, to be held elsewhere for mast verify --audit-keys."""
    from mast_api.workspace import seal_keys

    settings, _ = start(data, as_json=True)
    click.echo(seal_keys(settings).trusted.as_json())


@command.command("renew-key")
@common
def renew_key(data: Path | None, *, as_json: bool) -> None:
    """Make a new key for the log and have the one before vouch for it; stop the service first.

    The old keys stay in the key file: without them what they sealed cannot be checked. Hold the new public
    keys and a checkpoint elsewhere afterwards.
    """
    from mast_api.workspace import audit_log

    settings, terminal = start(data, as_json=as_json)
    with audit_log(settings) as log:
        version = log.renew_key()
    terminal.answer({"key": version})
    terminal.say(f"Key {version} seals the audit log from now on; hold `mast audit keys` elsewhere")
