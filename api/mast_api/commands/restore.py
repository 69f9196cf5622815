"""`mast restore`: a backup in place of what the data folder holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from mast_api.commands.decide_again import say_decided
from mast_api.commands.options import BY_LOGIN, common, start


@click.command(name="restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only see whether the backup opens and is whole; change nothing.")
@click.option("--keep-old", is_flag=True, help="Leave what was replaced below the data folder.")
@BY_LOGIN
@common
def command(folder: Path, by: str, data: Path | None, *, check: bool, keep_old: bool, as_json: bool) -> None:
    """Replace graph and models of the data folder by those of the backup in FOLDER.

    Stop the service first: it is refused while one runs. The backup is read into a scratch folder with a
    Neo4j of its own and compared, element by element; only then it is put in place, all of it or nothing. The
    audit log stays, with what was asked since the backup, and notes the restore, and by whom.
    """
    from mast_api.backup.deciding_again import summary
    from mast_api.backup.manifest import prove, read_manifest
    from mast_api.backup.reading import Nobody, read_backup
    from mast_api.backup.restoring import key_of, restore

    settings, terminal = start(data, as_json=as_json)
    keys = key_of(settings)
    manifest = read_manifest(folder)
    prove(folder, manifest, keys)
    with terminal.step("Checking the backup") as step:
        said = read_backup(folder, manifest, keys, Nobody(), step.advance)
    told = {**asdict(manifest), "files": said.files, "faults": said.faults}
    if check:
        terminal.answer({**told, "restored": False})
        terminal.say(
            f"The backup of {manifest.made_at} is whole: {manifest.nodes:,} nodes, {manifest.edges:,} edges"
        )
        return
    restored = restore(settings, terminal, folder, keys, by=by, keep_old=keep_old)
    old = str(restored.old) if restored.old else None
    terminal.answer(
        {
            **told,
            "restored": True,
            "audit": restored.audit,
            "old": old,
            "purged": restored.purged,
            "present_unread": not restored.is_read,
            "decided_again": restored.again.done,
            "to_decide": summary(restored.again.left),
        }
    )
    terminal.say(
        f"Restored the backup of {manifest.made_at}: {manifest.nodes:,} nodes, {manifest.edges:,} edges. "
        f"Audit log: {restored.audit}"
    )
    if restored.purged:
        terminal.say(
            f"{restored.purged:,} records and contacts that were purged since are purged from it too"
        )
    say_decided(terminal, restored.again)
    if any(said.faults.values()):
        terminal.warn("the graph of the backup was not settled: run mast resolve, then mast verify")
