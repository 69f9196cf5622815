"""`mast up`: everything on the fixtures, up to the answer to the case-study question."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from pathlib import Path

import click

from mast_api.commands.options import common, start


@click.command(name="up")
@click.option("--fixtures", type=click.Choice(["borough", "anytown"]), default="borough", show_default=True)
@click.option("--people", type=click.IntRange(60, 800_000), default=5_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=None, help="Port; 0 takes any free one.")
@click.option("--exit", "leave", is_flag=True, help="Stop after the answer.")
@common
def command(
    fixtures: str,
    people: int,
    seed: int,
    port: int | None,
    data: Path | None,
    *,
    leave: bool,
    as_json: bool,
) -> None:
    """Start a managed Neo4j, load the fixtures, resolve, serve, and answer what is known about an address.

    A second run fetches, generates, loads and resolves only what has changed.
    """
    from mast_api.service import listening
    from mast_api.up import Town, Up

    settings, terminal = start(data, as_json=as_json)
    settings = replace(settings, port=settings.port if port is None else port)
    # SIGTERM ends this like Ctrl-C does: every `with` on the way out stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    town = Town(fixtures, people, seed)
    with listening(settings) as taken, Up(settings, terminal, town).running(taken) as answer:
        terminal.answer(answer)
        if leave:
            return
        terminal.say("Ctrl-C stops everything")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            terminal.say("Stopping")
