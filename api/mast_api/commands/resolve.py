"""`mast resolve`: resolve what is pending."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.load import show_resolved
from mast_api.commands.options import common, start


@click.command(name="resolve")
@click.option("--again", is_flag=True, help="Weigh everything anew, as after a change of the model.")
@common
def command(data: Path | None, *, again: bool, as_json: bool) -> None:
    """Resolve records that changed into people, addresses and households."""
    from mast_api.resolving import resolve_pending
    from mast_api.workspace import key_ring
    from mast_api.writing import writer

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with writer(settings, terminal, "mast resolve") as (store, lease), terminal.step("Resolving") as step:
        resolved = resolve_pending(store, lease, keys, settings.data, on_progress=step.advance, again=again)
    show_resolved(terminal, resolved)
    terminal.answer({"resolved": [asdict(each) for each in resolved]})
