"""`mast verify`: is the graph sound, the audit chain whole, and no clear text stored?"""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.commands.options import common, start

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="verify")
@click.option("--source", type=FILE, help="Also look for the clear values of this feed's FILES.")
@click.argument("files", type=FILE, nargs=-1)
@common
def command(source: Path | None, files: tuple[Path, ...], data: Path | None, *, as_json: bool) -> int:
    """Check invariants of the graph and the audit chain; with a source, look for clear text.

    Exit code 1 when a fault is found. A value that is found is never printed: only where, and which field.
    """
    from mast_api.verifying import audit_faults, leaks
    from mast_api.workspace import graph
    from mast_api.writing import open_store
    from mast_graph.checks import faults

    if bool(source) != bool(files):
        raise click.UsageError("give --source together with the files of that feed")
    settings, terminal = start(data, as_json=as_json)
    with graph(settings, terminal) as address, open_store(address) as store:
        with terminal.step("Checking the graph"):
            found = faults(store)
        with terminal.step("Checking the audit log"):
            broken = audit_faults(settings.data)
        leaked: dict[str, list[str]] = {}
        if source:
            with terminal.step("Looking for clear text"):
                leaked = leaks(store, settings.data, source, files)
    terminal.answer({"graph": found, "audit": broken, "clear_text": leaked})
    if not as_json:
        rows = [(name.replace("_", " "), f"{count:,}") for name, count in found.items()]
        rows += [("audit", fault) for fault in broken]
        rows += [(f"clear text in {where}", ", ".join(fields)) for where, fields in leaked.items()]
        terminal.table(
            "Verified" if source else "Verified (clear text: not looked for)", ("what", "found"), rows
        )
    return 1 if any(found.values()) or broken or leaked else 0
