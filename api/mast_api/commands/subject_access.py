"""`mast subject-access`: what is held about a person, for the person, by the identity that they present."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mast_api.commands.options import BY, IDENTITY, REQUEST, common, show_candidates, start

OUT = click.Path(file_okay=False, path_type=Path)


@click.command(name="subject-access")
@IDENTITY
@BY
@click.option("--confirm", "confirmed", help="Id of the person, from the candidates shown before.")
@click.option("--out", type=OUT, help="Folder for report.json and report.md, readable by their owner only.")
@click.option(
    "--withhold",
    multiple=True,
    metavar="CONTACT[=REASON]",
    help="Id of a contact to keep back: serious-harm (unless said otherwise), expectations or court.",
)
@click.option("--release", multiple=True, help="Id of a contact that the rules withhold and you release.")
@REQUEST
@common
def command(
    identity: Path,
    by: str,
    confirmed: str | None,
    out: Path | None,
    withhold: tuple[str, ...],
    release: tuple[str, ...],
    request: str | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Look for who presented IDENTITY and report what each agency holds about them, and who looked.

    The identity is JSON, read from standard input (-) or a file that only its owner may read, and held in
    memory only. Without --confirm candidates are shown as ids and why. What would do serious harm, is about
    somebody else or would tell where somebody shielded is, is withheld, with the reason: see docs/rights.md.
    Who looks and for whom, in keyed tokens, is in the audit log before anything is read, --confirm or not.
    """
    from mast_api.rights.identity import candidates, read_identity
    from mast_api.rights.in_words import markdown
    from mast_api.rights.proving import note_first, proved_access
    from mast_api.rights.requests import Right
    from mast_api.rights.settling import Settling
    from mast_api.rights.subject_access import Judged, judged_withheld
    from mast_api.workspace import graph, key_ring, now
    from mast_api.writing import open_store
    from mast_graph.files import write_private
    from mast_intake.pseudonymise import Pseudonymiser
    from mast_resolver.errors import UsageError

    if confirmed is not None and out is None and not as_json:
        raise UsageError("nowhere is named to write the report to", fix="give --out FOLDER, or --json")
    judged = Judged(judged_withheld(withhold), frozenset(release))
    settings, terminal = start(data, as_json=as_json)
    query, keys = read_identity(identity), key_ring(settings, terminal)
    with graph(settings, terminal) as address, open_store(address) as store:
        settling = Settling.of(store, settings, request, Right.ACCESS)
        found = candidates(
            store,
            keys,
            settings.data,
            Pseudonymiser(keys, now),
            query,
            lambda event, said: note_first(store, settings, event, by, {"for": Right.ACCESS.value, **said}),
        )
        if confirmed is None:
            show_candidates(terminal, found.found)
            return
        person = found.confirmed(confirmed)
        settling.check(store, person)
        report = proved_access(store, settings, person, judged, by=by)
        if out is not None:
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(out / "report.json", json.dumps(report, indent=2).encode())
            write_private(out / "report.md", markdown(report).encode())
            terminal.say(f"The report is in {out}")
        terminal.answer(report)
        settling.settle(store, settings, by=by)
