"""`mast resolve`: resolve what is pending."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.changes import show_plan
from mast_api.commands.load import show_resolved
from mast_api.commands.options import common, needs_train_extra, start
from mast_api.settings import Settings
from mast_api.terminal import Terminal

SPLINK = "splink"


@click.command(name="resolve")
@click.option("--again", is_flag=True, help="Weigh everything anew, as after a change of the model.")
@click.option(
    "--engine",
    type=click.Choice(["incremental", SPLINK]),
    default="incremental",
    show_default=True,
    help="splink: everything at once, for first loads.",
)
@click.option(
    "--plan", is_flag=True, help="Say who would change if everything is weighed anew; write nothing."
)
@click.option(
    "--ids",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --plan: a folder for the lists of entity ids, old and new.",
)
@common
def command(
    data: Path | None, *, again: bool, engine: str, plan: bool, ids: Path | None, as_json: bool
) -> None:
    """Resolve records that changed into people, addresses and households.

    Everything is weighed anew when another model is in force, when there are four times the records that
    term frequencies were counted over, or --again. Who changed by it is reported, and the list of entity
    ids, old and new, is written below the data folder.

    The engine splink (the `train` extra) compares everything at once, in memory: the same people and the same
    evidence, sooner for a first load. Where something is resolved already it weighs that anew too, in a
    new epoch of term frequencies; ids stay by the usual rule, and who changed is reported.
    """
    if ids is not None and not plan:
        raise click.UsageError("--ids goes with --plan: a run writes its list below the data folder")
    if engine == SPLINK:
        needs_train_extra("--engine splink")
    settings, terminal = start(data, as_json=as_json)
    if plan:
        _plan(settings, terminal, again=again or engine == SPLINK, ids=ids)
    else:
        _resolve(settings, terminal, again=again, engine=engine)


def _resolve(settings: Settings, terminal: Terminal, *, again: bool, engine: str) -> None:
    from mast_api.resolving import Engine, resolve_pending
    from mast_api.workspace import key_ring
    from mast_api.writing import writer

    keys = key_ring(settings, terminal)
    with writer(settings, terminal, "mast resolve") as (store, lease), terminal.step("Resolving") as step:
        resolved = resolve_pending(
            store,
            lease,
            keys,
            settings.data,
            on_progress=step.advance,
            again=again,
            engine=Engine(engine),
        )
    show_resolved(terminal, resolved)
    terminal.answer({"resolved": [asdict(each) for each in resolved]})


def _plan(settings: Settings, terminal: Terminal, *, again: bool, ids: Path | None) -> None:
    from mast_api.planning import plan
    from mast_api.workspace import graph, key_ring
    from mast_api.writing import open_store

    keys = key_ring(settings, terminal)
    with graph(settings, terminal) as address, open_store(address) as store, terminal.step("Weighing anew"):
        plans = plan(store, keys, settings.data, again=again, ids=ids)
    show_plan(terminal, plans)
    terminal.answer({"plan": [asdict(each) for each in plans]})
