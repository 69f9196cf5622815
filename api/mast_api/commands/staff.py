"""`mast staff`: who of the staff is who, for the access review."""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.commands.options import BY, common, start


@click.group(name="staff")
def command() -> None:
    """The staff list by which the access review finds looks at one's own household and at colleagues."""


@command.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@BY
@common
def set_(file: Path, by: str, data: Path | None, *, as_json: bool) -> None:
    """Pseudonymise a staff list and keep who in the graph they are.

    The list is CSV in FILE, which only its owner may read, or on standard input (-).
    Columns: subject (the `sub` of their token), given_name, family_name, date_of_birth, nhs_number, address,
    postcode, phone. The list is held in memory only; what is kept are ids, sealed, in the place of the list
    before. Whoever is not surely one person here is left out. Set it again now and then: people move, and
    records come. That it was set is in the audit log.
    """
    from mast_api.audit.staff import FIX, MOST_CHARACTERS, STAFF, StaffList, read_staff
    from mast_api.rights.identity import read_clear_text
    from mast_api.rights.proving import note, take_over_if_free
    from mast_api.rights.staffing import recognised
    from mast_api.workspace import graph, key_ring, now
    from mast_api.writing import open_store
    from mast_intake.pseudonymise import Pseudonymiser

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    staff = list(read_staff(read_clear_text(file, MOST_CHARACTERS, fix=FIX)))
    with graph(settings, terminal) as address, open_store(address) as store:
        found = recognised(store, keys, settings.data, Pseudonymiser(keys, now), staff)
        known = sum(map(bool, found.values()))
        note(store, "staff-set", by, {"staff": len(found), "known": known})
        StaffList(settings.data / STAFF, keys).write(found)
        take_over_if_free(store, settings)
    terminal.answer({"staff": len(found), "known": known})
    terminal.say(f"{known:,} of {len(found):,} staff are known here; the access review looks for them")
