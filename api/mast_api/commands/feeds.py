"""`mast feeds`: signed deliveries of agencies from a drop folder, and how each feed stands."""

from __future__ import annotations

import datetime as dt
import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mast_api.commands.options import common, start
from mast_api.settings import Settings
from mast_api.terminal import Terminal

if TYPE_CHECKING:
    from mast_api.feeds.running import Feeds, Pass

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(name="feeds")
def command() -> None:
    """Deliveries that agencies sign and put into a drop folder."""


@command.command("register")
@click.argument("source", type=FILE)
@click.option("--key", type=FILE, required=True, help="The agency's Ed25519 public key (PEM).")
@click.option("--due", default="07:00", show_default=True, help="Time of the day by which it is due.")
@click.option("--days", default="mon,tue,wed,thu,fri,sat,sun", show_default=True)
@click.option(
    "--shrink",
    type=click.IntRange(0, 100),
    default=20,
    show_default=True,
    help="Percent by which a snapshot may have fewer rows than the one before.",
)
@click.option("--after", default="delete", show_default=True, help="delete, or a folder for loaded files.")
@common
def register(
    source: Path, key: Path, due: str, days: str, shrink: int, after: str, data: Path | None, *, as_json: bool
) -> None:
    """Expect the feed of SOURCE (a YAML file), signed with the agency's key; again: otherwise than before."""
    from mast_api.feeds.register import register as put
    from mast_api.workspace import prepare

    settings, terminal = start(data, as_json=as_json)
    days_of = tuple(filter(None, days.split(",")))
    feed = put(prepare(settings.data), source, key, due=due, days=days_of, shrink_percent=shrink, after=after)
    terminal.answer(asdict(feed))
    terminal.say(f"{feed.feed} is expected by {feed.due}, signed by the key {feed.public_key[:16]}...")


@command.command("run")
@click.argument("folder", type=FOLDER)
@common
def run(folder: Path, data: Path | None, *, as_json: bool) -> int:
    """Verify and load everything that has arrived in FOLDER, and resolve it.

    Exit code 1 when a delivery was refused or held back. What is not signed yet waits.
    """
    settings, terminal = start(data, as_json=as_json)
    with feeds_of(settings, terminal, folder) as feeds:
        done = feeds.run()
    show(terminal, done)
    terminal.answer(_told(done))
    return 1 if done.faults or any(each.state != "loaded" for each in done.receipts) else 0


@command.command("watch")
@click.argument("folder", type=FOLDER)
@click.option("--every", type=click.IntRange(1, 86_400), default=60, show_default=True, help="Seconds.")
@common
def watch(folder: Path, every: int, data: Path | None, *, as_json: bool) -> None:
    """Do what `mast feeds run` does, again and again, until Ctrl-C; one document a pass with --json.

    Where another writer is at work, or the database is away, the next pass tries again. Between deliveries
    the database is left alone.
    """
    from mast_api.feeds.folder import DropFolder
    from mast_resolver.errors import MastError, UsageError

    settings, terminal = start(data, as_json=as_json)
    first = True
    while True:
        if not first and not DropFolder(folder).has_work:
            time.sleep(every)
            continue
        try:
            with feeds_of(settings, terminal, folder) as feeds:
                done = feeds.run()
        except UsageError:
            raise
        except MastError as fault:
            terminal.warn(str(fault))
        else:
            if done.receipts or done.faults:
                show(terminal, done)
                terminal.answer(_told(done))
            first = False
        time.sleep(every)


@command.command("release")
@click.argument("folder", type=FOLDER)
@click.argument("feed")
@click.argument("sequence", type=int)
@click.option("--discard", is_flag=True, help="Delete it instead of loading it.")
@common
def release(
    folder: Path, feed: str, sequence: int, data: Path | None, *, discard: bool, as_json: bool
) -> None:
    """Load delivery SEQUENCE of FEED, which was held back in FOLDER because it shrank or is out of order.

    Ask the agency first: what is missing from a snapshot is retracted.
    """
    settings, terminal = start(data, as_json=as_json)
    who = getpass.getuser()
    with feeds_of(settings, terminal, folder) as feeds:
        act = feeds.discard if discard else feeds.release
        receipt = act(feed, sequence, who)
    terminal.answer(asdict(receipt))
    terminal.say(f"Delivery {sequence} of {feed}: {receipt.state}")


@command.command("status")
@common
def status(data: Path | None, *, as_json: bool) -> int:
    """Who sent what when, and which feeds are late, shrinking or refused; exit code 1 when one is."""
    from mast_api.feeds.register import registered
    from mast_api.feeds.standing import all_standings
    from mast_api.workspace import graph, now
    from mast_api.writing import open_store
    from mast_graph.deliveries import latest
    from mast_graph.schema import apply_schema

    settings, terminal = start(data, as_json=as_json)
    with graph(settings, terminal) as address, open_store(address) as store:
        apply_schema(store)
        deliveries = latest(store)
    found = all_standings(registered(settings.data), deliveries, now())
    unproved = deliveries.get("", [])
    terminal.answer(
        {"feeds": [asdict(each) for each in found], "unproved": [asdict(each) for each in unproved]}
    )
    if not as_json:
        terminal.table("Feeds", ("feed", "last", "rows", "says"), [_row(each) for each in found])
        if unproved:
            terminal.say(f"{len(unproved)} deliveries were refused that no agency's signature vouches for")
    return 1 if any(each.warnings for each in found) else 0


@command.command("sign")
@click.argument("folder", type=FOLDER)
@click.option("--source", type=FILE, required=True, help="The feed's source YAML.")
@click.option("--key", type=FILE, required=True, help="The agency's Ed25519 private key (PEM).")
@click.option("--sequence", type=click.IntRange(1), required=True, help="One more than the last time.")
def sign(folder: Path, source: Path, key: Path, sequence: int) -> None:
    """For an agency: write the manifest of the files in FOLDER and sign it. Nothing is sent."""
    from mast_api.feeds.signing import sign_folder
    from mast_api.workspace import now

    manifest = sign_folder(folder, source, key, sequence=sequence, at=now())
    click.echo(f"signed {len(manifest.files)} files, {manifest.rows} rows, as number {sequence}", err=True)


@contextmanager
def feeds_of(settings: Settings, terminal: Terminal, folder: Path) -> Iterator[Feeds]:
    """The drop folder and the graph, with nobody else at either."""
    from mast_api.feeds.folder import DropFolder
    from mast_api.feeds.running import Feeds
    from mast_api.workspace import key_ring, new_id, now
    from mast_api.writing import writer

    keys = key_ring(settings, terminal)
    drops = DropFolder(folder)
    with drops.only_one(), writer(settings, terminal, "mast feeds") as (store, lease):
        yield Feeds(settings, drops, store, lease, keys, clock=now, new_id=new_id)


def show(terminal: Terminal, done: Pass) -> None:
    """What a pass did, for a person."""
    for fault in done.faults:
        terminal.warn(str(fault))
    if terminal.as_json:
        return
    rows = [
        (each.feed or "not proved", str(each.sequence or ""), each.state, each.reason, f"{each.rows:,}")
        for each in done.receipts
    ]
    terminal.table("Deliveries", ("feed", "number", "state", "reason", "rows"), rows)
    if done.unfinished:
        terminal.say(f"{done.unfinished} are not signed yet and wait")


def _told(done: Pass) -> dict[str, Any]:
    return {
        "deliveries": [asdict(each) for each in done.receipts],
        "unfinished": done.unfinished,
        "resolved": [asdict(each) for each in done.resolved],
        "faults": [fault.code for fault in done.faults],
    }


def _row(each: Any) -> tuple[str, str, str, str]:
    last = each.deliveries[0] if each.deliveries else None
    at: dt.datetime | None = last.received_at if last else None
    rows = f"{last.receipt.rows:,}" if last else ""
    return (
        each.feed,
        f"{at:%Y-%m-%d %H:%M}" if at else "never",
        rows,
        "; ".join(each.warnings) or "as expected",
    )
