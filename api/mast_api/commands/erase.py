"""`mast erase`: delete a person by the identity that they present, and keep them out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.options import BY, IDENTITY, REQUEST, common, show_candidates, start


@click.group(name="erase")
def command() -> None:
    """Delete a person for good, or let what was erased come again."""


@command.command("person")
@IDENTITY
@BY
@click.option("--agency", "agencies", multiple=True, help="Only what this agency holds; several times.")
@click.option("--confirm", "confirmed", help="Id of the person to erase, from the candidates shown before.")
@click.option("--keep-held", is_flag=True, help="Erase all but what a legal hold on somebody else keeps.")
@REQUEST
@common
def person(
    identity: Path,
    by: str,
    agencies: tuple[str, ...],
    confirmed: str | None,
    request: str | None,
    data: Path | None,
    *,
    keep_held: bool,
    as_json: bool,
) -> None:
    """Look for who presented IDENTITY, show who may be meant, and delete whom you confirm.

    The identity is JSON, read from standard input (-) or a file that only its owner may read, and held in
    memory only. Without --confirm nobody is deleted: candidates are shown as ids and why. Who looks and for
    whom, in keyed tokens, is on record before anything is read, --confirm or not. Refused while a record of
    the person is under legal hold, or a contact with them is for somebody else's sake: then --keep-held keeps
    that contact and the records that it touches, and all the rest goes. The agency's next file cannot bring
    erased records back: its rejects say so.
    """
    from mast_api.rights import erasing
    from mast_api.rights.commanding import purging
    from mast_api.rights.identity import candidates, read_identity
    from mast_api.rights.proving import note_within
    from mast_api.rights.purging import Order
    from mast_api.rights.requests import Right
    from mast_api.rights.settling import Settling
    from mast_api.workspace import key_ring, now
    from mast_intake.pseudonymise import Pseudonymiser

    settings, terminal = start(data, as_json=as_json)
    query = read_identity(identity)
    keys = key_ring(settings, terminal)
    some = frozenset(agencies)
    order = Order(erasing.RULE, by, {"agencies": sorted(some)})
    with purging(settings, terminal, "mast erase", order) as (store, lease, purge):
        settling = Settling.of(store, settings, request, Right.ERASURE)
        found = candidates(
            store,
            keys,
            settings.data,
            Pseudonymiser(keys, now),
            query,
            lambda event, said: note_within(lease, event, by, {"for": Right.ERASURE.value, **said}),
        )
        if confirmed is None:
            show_candidates(terminal, found.found)
            return
        person = found.confirmed(confirmed)
        settling.check(store, person)
        going = erasing.to_erase(store, person, some, keep_held=keep_held)
        purge.order = erasing.order_of(by, some, going)
        with terminal.step("Purging") as step:
            purge.on_progress, purge.settles = step.advance, settling.settled
            removed = erasing.erase(purge, going)
    gone, kept = len(going.records), len(going.kept)
    terminal.answer({"purge": purge.id, "records": gone, "kept": kept, "removed": asdict(removed)})
    terminal.say(f"Erased: {gone} records; they stay out when they are sent again ({purge.id})")
    if kept:
        terminal.warn(
            f"{kept} records are kept with a contact under legal hold: erase them when it is lifted"
        )


@command.command("lift")
@click.argument("agency")
@BY
@common
def lift(agency: str, by: str, data: Path | None, *, as_json: bool) -> None:
    """Let records of AGENCY that were erased come again; its references on standard input, one a line.

    Who did so is in the audit log, with the keyed hashes that the records were remembered by.
    """
    from mast_api.rights.proving import proof_of, take_over_if_free
    from mast_api.rights.staying_out import tombstone
    from mast_api.workspace import key_ring, now
    from mast_api.writing import writer
    from mast_graph.tombstones import lift_tombstones
    from mast_intake.pseudonymise import Pseudonymiser

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    ids = Pseudonymiser(keys, now)
    references = [line.strip() for line in sys.stdin.read(1_000_000).splitlines() if line.strip()]
    stones = [tombstone(keys, ids.record_id(agency, each)) for each in references]
    with writer(settings, terminal, "mast erase lift") as (store, lease):
        lifted = lift_tombstones(
            lease,
            stones,
            by=by,
            at=now(),
            prove=lambda lifted: proof_of("erasure-lifted", by, {"agency": agency, "stones": lifted}),
        )
        take_over_if_free(store, settings)
    terminal.answer({"lifted": lifted})
    terminal.say(f"{lifted} of {len(stones)} records may be loaded again")
