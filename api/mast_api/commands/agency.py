"""`mast agency`: an agency leaves with its data, or is a party again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.options import BY, common, start


@click.group(name="agency")
def command() -> None:
    """An agency leaves, or comes back."""


@command.command("leave")
@click.argument("agency")
@BY
@click.option("--keep-held", is_flag=True, help="Keep records under legal hold; run it again when lifted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def leave(agency: str, by: str, data: Path | None, *, keep_held: bool, yes: bool, as_json: bool) -> None:
    """Delete all that AGENCY brought, end its part in every agreement, and resolve everybody without it.

    Nothing of the agency is loaded from then on. What goes comes back only from a backup, or from the agency.
    Killed half-way, the same command goes on. While the service runs it follows within seconds.
    """
    from mast_api.rights import leaving
    from mast_api.rights.commanding import purging
    from mast_api.rights.purging import Order
    from mast_api.workspace import now
    from mast_graph.purge_selecting import records_of_agency
    from mast_resolver.errors import UsageError
    from mast_resolver.records import GAZETTEER

    if agency == GAZETTEER:
        raise UsageError("a gazetteer is no agency", fix="load another edition of it instead")
    settings, terminal = start(data, as_json=as_json)
    order = Order(leaving.RULE, by, {"agency": agency})
    with purging(settings, terminal, "mast agency leave", order) as (store, lease, purge):
        found = records_of_agency(store, agency)
        said = f"{len(found.persons):,} records of people and {len(found.addresses):,} of addresses"
        if not yes:
            click.confirm(f"Delete {said} of {agency} for good?", abort=True, err=True)
        with terminal.step("Purging") as step:
            purge.on_progress = step.advance
            removed = leaving.leave(purge, lease, agency, found, by=by, at=now(), keep_held=keep_held)
    terminal.answer(
        {"agency": agency, "purge": purge.id, "removed": asdict(removed), "held": len(found.held)}
    )
    terminal.say(f"{agency} has left: {said} are gone, {len(found.held):,} are kept under legal hold")


@command.command("rejoin")
@click.argument("agency")
@BY
@common
def rejoin(agency: str, by: str, data: Path | None, *, as_json: bool) -> None:
    """Let AGENCY, which had left, be loaded again; that it is so is in the audit log."""
    from mast_api.rights.proving import proof_of, take_over_if_free
    from mast_api.writing import writer
    from mast_graph import departures
    from mast_resolver.errors import UnknownRecordError

    settings, terminal = start(data, as_json=as_json)
    with writer(settings, terminal, "mast agency rejoin") as (store, lease):
        if not departures.rejoin(lease, agency, proof=proof_of("agency-rejoined", by, {"agency": agency})):
            raise UnknownRecordError("no agency of that id has left", fix="give the id that it left under")
        take_over_if_free(store, settings)
    terminal.answer({"agency": agency, "rejoined": True})
    terminal.say(f"{agency} may be loaded again")
