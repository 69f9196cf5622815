"""`mast quality`: contacts that cannot be as they were recorded, by agency."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.options import common, start, subject_if_given
from mast_resolver.errors import UsageError


@click.command(name="quality")
@click.option("--agency", help="Only of this agency.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV file for that agency, with its own references, which it alone can open.",
)
@click.option(
    "--by",
    callback=subject_if_given,
    help="Who does this, with --out: it is kept in the audit log.",
)
@common
def command(
    agency: str | None, out: Path | None, by: str | None, data: Path | None, *, as_json: bool
) -> None:
    """Report contacts that cannot be as they were recorded, by agency and rule.

    Closed before they were opened or nobody says when or why, overlapping episodes of one kind or plans of
    two, contacts after somebody's death, conferences at weekends: with --json each with its id, with --out
    each with the reference of its row, sealed to the agency (mast open-reference --csv). Nothing in the graph
    is changed; without --agency the counts are kept in the data folder, for the page of those who run the
    service.
    """
    from mast_analytics.knowledge import believed
    from mast_analytics.quality import RULES, contacts_of_rules, faults
    from mast_api.faults_told import write_faults
    from mast_api.quality_kept import keep
    from mast_api.rights.proving import note_first
    from mast_api.workspace import graph, key_ring, now
    from mast_api.writing import open_store
    from mast_graph.known import read_known

    if out is not None and (agency is None or by is None):
        raise UsageError("--out is of one agency, by somebody", fix="add --agency and --by")
    settings, terminal = start(data, as_json=as_json)
    with graph(settings, terminal) as address, open_store(address) as store:
        with terminal.step("Reading contacts") as step:
            known = read_known(store, on_contacts=step.advance)
        events = believed(known)
        found = [fault for fault in faults(events) if agency in (None, fault.agency)]
        if out is not None and agency is not None and by is not None:
            note_first(store, settings, "faults-told", by, {"agency": agency, "faults": len(found)})
            theirs = {event.id for event in events if event.agency == agency}
            write_faults(store, key_ring(settings, terminal), agency, found, theirs, out)
            terminal.say(f"{len(found):,} faults in {out}")
    if agency is None:
        keep(settings.data, events, found, at=now())
    terminal.answer({"faults": [asdict(fault) | {"says": fault.says} for fault in found]})
    if not as_json:
        counted = contacts_of_rules(found)
        rows = [(of, rule, RULES[rule], f"{count:,}") for (of, rule), count in sorted(counted.items())]
        terminal.table(
            "Contacts that cannot be as recorded", ("agency", "rule", "what is the case", "contacts"), rows
        )
