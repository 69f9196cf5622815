"""`mast retention`: purge what agreements let nobody keep any longer."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.options import BY, DAY, common, start


@click.group(name="retention")
def command() -> None:
    """What is kept, and how long."""


@command.command("run")
@click.option("--at", type=DAY, help="As of this day instead of today.")
@click.option("--plan", is_flag=True, help="Say what is due; delete nothing.")
@BY
@common
def run(at: dt.datetime | None, by: str, data: Path | None, *, plan: bool, as_json: bool) -> None:
    """Delete contacts past the retention of their agreement, and records of which nothing is left then.

    For every night. Open episodes and what is under legal hold are kept. What was removed, by which rule and
    when, is proved in the audit log: by counts and keyed hashes, without anybody's identity. Killed half-way,
    the same command goes on.
    """
    from mast_api.rights import retention
    from mast_api.rights.commanding import purging
    from mast_api.rights.purging import Order
    from mast_api.workspace import now
    from mast_graph.purge import Removed

    settings, terminal = start(data, as_json=as_json)
    moment = now() if at is None else at.replace(tzinfo=dt.UTC)
    with purging(settings, terminal, "mast retention run", Order(retention.RULE, by, {})) as (
        store,
        lease,
        purge,
    ):
        with terminal.step("Looking for what is due"):
            found = retention.due(store, moment)
        removed = Removed()
        if not plan and retention.needed(store, found):
            purge.order = retention.order(by, moment, found)
            with terminal.step("Purging") as step:
                purge.on_progress = step.advance
                removed = retention.run(purge, store, found)
        if not plan:
            retention.note_run(lease, moment, now())
    due = {
        "persons": len(found.persons), "addresses": len(found.addresses), "contact_versions": found.contacts
    }  # fmt: skip
    without = asdict(found.unruled)
    terminal.answer(
        {"at": moment, "due": due, "removed": asdict(removed), "planned": plan, "without_rule": without}
    )
    done = "would go" if plan else "are gone"
    terminal.say(
        f"{len(found.persons):,} records of people, {len(found.addresses):,} of addresses and "
        f"{found.contacts:,} contacts were due; with what hangs on them they {done}"
    )
    for what, held in without.items():
        if held:
            listed = ", ".join(f"{count:,} of {name}" for name, count in sorted(held.items()))
            terminal.warn(f"{what} kept without a rule, for no agreement on record speaks of them: {listed}")
