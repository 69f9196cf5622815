"""`mast decide-again`: what people decided since a backup, once the feeds since then are loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mast_api.commands.options import BY, common, start
from mast_api.terminal import Terminal

if TYPE_CHECKING:
    from mast_api.backup.deciding_again import Again

SHOWN: Final = 20


@click.command(name="decide-again")
@BY
@common
def command(by: str, data: Path | None, *, as_json: bool) -> None:
    """Decide again what people had decided between the last restored backup and its restore.

    A restore does so for what is in the backup. Shields, marks and decisions about who is who that lay on
    records that came later are left; load the feeds since the backup again, and then run this. What is on
    record is left alone, so it may be run as often as you like.
    """
    from mast_api.backup.deciding_again import decide_again, summary
    from mast_api.backup.replaying import deeds_since_backup
    from mast_api.rights.proving import take_over_if_free
    from mast_api.workspace import key_ring
    from mast_api.writing import writer

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with writer(settings, terminal, "mast decide-again") as (store, lease):
        with terminal.step("Deciding again"):
            # Read once nobody else can decide: what was decided before counts as later.
            deeds = deeds_since_backup(settings.data)
            again = decide_again(store, lease, keys, settings.data, deeds, by=by)
        take_over_if_free(store, settings)
    terminal.answer({"decided_again": again.done, "to_decide": summary(again.left)})
    say_decided(terminal, again)
    if not (again.done or again.left):
        terminal.say("There is nothing to decide again")


def say_decided(terminal: Terminal, again: Again) -> None:
    """Tell what was decided again, and what somebody has to look at."""
    from mast_api.backup.deciding_again import summary

    if again.done:
        terminal.say(
            f"{again.done:,} shields, marks and decisions about who is who that were made or taken back "
            "since the backup are decided again"
        )
    if not again.left:
        return
    columns = ("request", "question", "by", "at", "why")
    rows = [tuple(each[name] for name in columns) for each in summary(again.left)[:SHOWN]]
    terminal.table("Could not be decided again", columns, rows)
    terminal.warn(
        f"{len(again.left):,} decisions since the backup could not be taken again. Load the feeds since it, "
        "run `mast decide-again`, and decide what is left anew before the service answers anybody: the "
        "audit log has the requests"
    )
