"""`mast verify`: is the graph sound, the audit chain whole, and no clear text stored?"""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.commands.options import common, start

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="verify")
@click.option("--source", type=FILE, help="Also look for the clear values of this feed's FILES.")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=FILE,
    multiple=True,
    help="Checkpoints of the audit log that were held elsewhere; may be given several times.",
)
@click.option("--audit-keys", type=FILE, help="Public keys of the audit log that were held elsewhere.")
@click.argument("files", type=FILE, nargs=-1)
@common
def command(
    source: Path | None,
    files: tuple[Path, ...],
    checkpoints: tuple[Path, ...],
    audit_keys: Path | None,
    data: Path | None,
    *,
    as_json: bool,
) -> int:
    """Check invariants of the graph and the audit chain; with a source, look for clear text.

    Exit code 1 when a fault is found. A value that is found is never printed: only where, and which field.
    A cut tail of the audit log is found only by a checkpoint that was held elsewhere, and a log that was
    sealed anew by whoever has the key file only by public keys or checkpoints that were.
    """
    from mast_api.audit.checkpoints import read_checkpoints
    from mast_api.audit.keys import TrustedKeys
    from mast_api.verifying import audit_checked, leaks
    from mast_api.workspace import graph, seal_keys
    from mast_api.writing import open_store
    from mast_graph.checks import faults

    if bool(source) != bool(files):
        raise click.UsageError("give --source together with the files of that feed")
    settings, terminal = start(data, as_json=as_json)
    trusted = TrustedKeys.read(audit_keys) if audit_keys else seal_keys(settings).trusted
    held = read_checkpoints(checkpoints)
    with graph(settings, terminal) as address, open_store(address) as store:
        with terminal.step("Checking the graph"):
            found = faults(store)
        with terminal.step("Checking the audit log"):
            audit = audit_checked(settings.data, trusted, held)
        leaked: dict[str, list[str]] = {}
        if source:
            with terminal.step("Looking for clear text"):
                leaked = leaks(store, settings.data, source, files)
    terminal.answer(
        {"graph": found, "audit": list(audit.faults), "audit_torn": audit.torn, "clear_text": leaked}
    )
    if not as_json:
        rows = [(name.replace("_", " "), f"{count:,}") for name, count in found.items()]
        rows += [("audit", fault) for fault in audit.faults]
        rows += [("audit entries, checkpoints held against them", f"{audit.entries:,}, {len(held):,}")]
        rows += [("ends of the audit log that a crash left without a seal", f"{audit.torn:,}")]
        rows += [(f"clear text in {where}", ", ".join(fields)) for where, fields in leaked.items()]
        terminal.table(
            "Verified" if source else "Verified (clear text: not looked for)", ("what", "found"), rows
        )
    return 1 if any(found.values()) or audit.faults or leaked else 0
