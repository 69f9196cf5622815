"""`mast keys`: make pseudonymisation keys, and rotate them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from mast_api.commands.options import common, start
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_intake.keys import KeyRing

T = TypeVar("T")


@click.group(name="keys")
def command() -> None:
    """Pseudonymisation keys."""


@command.command("create")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def create(file: Path) -> None:
    """Write a new random key to FILE, readable by its owner only; an existing file is never overwritten.

    Whoever loses this file loses every link to the agencies' records: keep a copy elsewhere. Whoever
    gets it can test guesses of names against the data: keep that copy locked.
    """
    KeyRing.create(file)
    click.echo(f"wrote {file}; set MAST_KEY_FILE to it, and keep a copy somewhere else", err=True)


@command.command("status")
@common
def status(data: Path | None, *, as_json: bool) -> int:
    """Say which key versions there are, under which the graph is, and how far a rotation has come.

    Exit code 1 when the key file does not fit the graph.
    """
    from mast_api.keys.status import key_status
    from mast_api.workspace import graph, key_path
    from mast_api.writing import open_store
    from mast_intake.key_file import KeyFile

    settings, terminal = start(data, as_json=as_json)
    file = KeyFile.read(key_path(settings))
    with graph(settings, terminal) as address, open_store(address) as store:
        found = key_status(store, file)
    if not as_json:
        rows = [(name, str(value)) for name, value in asdict(found).items()]
        terminal.table("Keys", ("what", "is"), rows)
    terminal.answer(asdict(found))
    return 0 if found.fits else 1


@command.command("add")
@common
def add(data: Path | None, *, as_json: bool) -> None:
    """Draw the next key version into the key file, not in force yet.

    Give the file to every process and start the service again: then it answers through the whole rotation.
    """
    from mast_api.keys.rotation import with_next_version
    from mast_api.workspace import key_path
    from mast_intake.key_file import KeyFile

    settings, terminal = start(data, as_json=as_json)
    file = with_next_version(KeyFile.read(key_path(settings)))
    file.replace(key_path(settings))
    version = max(file.versions)
    terminal.say(f"Key {version} is in the key file; start the service again, then run mast keys rotate")
    terminal.answer({"version": version})


@command.command("rotate")
@common
def rotate(data: Path | None, *, as_json: bool) -> None:
    """Bring everything stored under the next key version; ids, links and who is who stay.

    Nobody else writes meanwhile. A run that was stopped is completed by the same command, and until then
    nothing is loaded or resolved. A service that was started before the version was in the key file answers
    nothing from here on (MAST-113): see `mast keys add`.
    """
    from mast_api.keys.rotation import rotate as run

    settings, terminal = start(data, as_json=as_json)
    done = _rotating(run, settings, terminal, "mast keys rotate")
    terminal.say(
        f"Everything is under key {done.version}: {done.changed:,} changed. "
        "Backups of before need the key file of before; mast keys retire puts the old sealing keys away"
    )
    terminal.answer(asdict(done))


@command.command("compromised")
@click.option("--yes", is_flag=True, help="Needed: every feed has to be loaded again afterwards.")
@common
def compromised(data: Path | None, *, yes: bool, as_json: bool) -> None:
    """Begin encodings anew, because others may know the key: all agencies supply their records again.

    What is stored is out of reach of the old key when this ends. Ids, links and answers stay. Then load every
    file of every feed again (mast load --no-resolve), run mast resolve, which refuses until nobody waits, and
    put the old key away with mast keys retire. Start services again with the new key file.
    """
    from mast_api.keys.compromise import begin_anew

    if not yes:
        raise click.UsageError("every feed has to be loaded again afterwards: add --yes if that is meant")
    settings, terminal = start(data, as_json=as_json)
    left = _rotating(begin_anew, settings, terminal, "mast keys compromised")
    for each in left:
        terminal.say(f"{each.feed}: {each.people:,} people and {each.addresses:,} addresses to supply again")
    terminal.answer({"waiting": [asdict(each) for each in left]})


@command.command("retire")
@click.argument("away", type=click.Path(dir_okay=False, path_type=Path))
@common
def retire(away: Path, data: Path | None, *, as_json: bool) -> None:
    """Put the sealing keys of former versions into AWAY, a new file to be kept off-line.

    Backups made before the rotation open with that file only. The key file keeps what newer versions are
    wrapped around. Everything stored is looked at once more before.
    """
    from mast_api.keys.rotation import retire as run
    from mast_api.workspace import key_path
    from mast_api.writing import writer

    settings, terminal = start(data, as_json=as_json)
    with writer(settings, terminal, "mast keys retire") as (store, lease):
        done = run(store, lease, key_path(settings), settings.data, away)
    if done.versions:
        terminal.say(f"Sealing keys of {list(done.versions)} are in {away} and no more in the key file")
    else:
        terminal.say("There is no former sealing key in the key file; nothing was written")
    for version in done.in_one:
        terminal.warn(f"version {version} has one secret for sealing and encoding, so it is still there")
    terminal.answer(asdict(done))


def _rotating(run: Callable[..., T], settings: Settings, terminal: Terminal, holder: str) -> T:
    """What a job does to everything stored, as the only writer, its progress shown."""
    from mast_api.workspace import key_path
    from mast_api.writing import writer

    with writer(settings, terminal, holder) as (store, lease), terminal.step("Rotating keys") as step:
        return run(
            store,
            lease,
            key_path(settings),
            settings.data,
            on_progress=lambda changed: step.advance(changed, changed),
        )
