"""`mast load`: agency files into the graph, then resolve what changed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mast_api.commands.changes import show_migration
from mast_api.commands.options import common, start
from mast_api.terminal import Terminal
from mast_resolver.ports import LookAlikes

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="load")
@click.argument("source", type=FILE)
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--no-resolve", is_flag=True, help="Only load; `mast resolve` does the rest later.")
@click.option("--allow-shrink", is_flag=True, help="Let a snapshot withdraw most of what its feed holds.")
@common
def command(
    source: Path,
    files: tuple[Path, ...],
    data: Path | None,
    *,
    no_resolve: bool,
    allow_shrink: bool,
    as_json: bool,
) -> int:
    """Load FILES of one feed as SOURCE (a YAML file) describes them, and resolve what changed.

    Works while `mast serve` or `mast up` runs on the same data folder. Loading the same files again
    changes nothing. Exit code 1 when rows were rejected: the report says file, line, field and rule.
    A snapshot without most of the records that its feed holds is refused, unless that is said to be meant.
    """
    from mast_api.directory import load_directory
    from mast_api.loading import DIRECTORY, Loaded, load_source
    from mast_api.resolving import resolve_pending
    from mast_api.workspace import REJECTS, areas_in_force, key_ring, now
    from mast_api.writing import writer

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    loaded: Loaded
    with writer(settings, terminal, "mast load") as (store, lease):
        load_directory(lease, source.parent / DIRECTORY, by="mast-load", at=now())
        with terminal.step(f"Loading {source.stem}") as step:
            loaded = load_source(
                store,
                lease,
                keys,
                source,
                files,
                rejects_folder=settings.data / REJECTS,
                on_rows=step.advance,
                areas=areas_in_force(settings, keys),
                allow_shrink=allow_shrink,
            )
        resolved = []
        if not no_resolve:
            with terminal.step("Resolving") as step:
                resolved = resolve_pending(store, lease, keys, settings.data, on_progress=step.advance)
    show_loaded(terminal, [loaded])
    show_resolved(terminal, resolved)
    terminal.answer({"loaded": [asdict(loaded)], "resolved": [asdict(each) for each in resolved]})
    return 1 if loaded.rows_rejected else 0


def show_loaded(terminal: Terminal, loaded: list[Any]) -> None:
    """A table of what was loaded, and where the rejects report is."""
    if terminal.as_json:
        return
    rows = []
    for each in loaded:
        counts = each.counts
        rows.append(
            (
                each.feed.rpartition("/")[2],
                "unchanged" if each.unchanged else f"{each.rows:,}",
                f"{counts.records_new + counts.records_returned:,}",
                f"{counts.records_changed:,}",
                f"{counts.records_retracted + counts.contacts_retracted:,}",
                f"{counts.contacts_new:,}",
                f"{each.rows_rejected:,}",
                f"{each.fields_set_aside:,}",
            )
        )
    columns = ("feed", "rows", "records", "changed", "gone", "contacts", "rejected", "set aside")
    terminal.table("Loaded", columns, rows)
    for each in loaded:
        if each.nameless:
            terminal.warn(
                f"{each.feed}: of {each.nameless:,} rows nobody can tell whose they are, so that nothing was "
                "withdrawn that this snapshot lacks. Have the rows mended, and load it again"
            )
        if each.rejects_file:
            terminal.say(f"{each.feed}: what was rejected or set aside is listed in {each.rejects_file}")


def show_resolved(terminal: Terminal, resolved: list[Any]) -> None:
    """A table of what was resolved, and what the operator should know of it."""
    for each in resolved:
        _warn_of_look_alikes(terminal, each.kind.value, each.look_alikes)
    if terminal.as_json or not any(each.records or each.weighed_again for each in resolved):
        return
    rows = [
        (
            each.kind.value,
            f"{each.records:,}",
            f"{each.entities_created:,}",
            f"{each.entities_superseded:,}",
            f"{each.to_review:,}",
            f"{each.in_doubt:,}",
        )
        for each in resolved
    ]
    columns = ("kind", "records", "new entities", "merged or split", "to review", "in doubt")
    terminal.table("Resolved", columns, rows)
    for each in resolved:
        if each.pairs_compared is not None:
            terminal.say(
                f"{each.kind.value}: {each.pairs_compared:,} pairs compared at once, "
                f"at most {each.peak_memory_mib:,} MiB in memory"
            )
        if each.changed_by_cap:
            terminal.say(
                f"{each.kind.value}: {each.changed_by_cap:,} changed though no record of theirs did: a name, "
                "date or place that they share has become common, or rare enough to tell them apart"
            )
        if each.migration is not None:
            show_migration(terminal, each.migration)


def _warn_of_look_alikes(terminal: Terminal, kind: str, found: LookAlikes) -> None:
    if found.uncompared:
        terminal.warn(
            f"{kind}: {found.uncompared:,} records are like too many others in every blocking key; they are "
            "compared with nobody and stay on their own. More fields (a number, a full address) would help"
        )
    if found.cut:
        terminal.warn(
            f"{kind}: {found.cut:,} records lie in groups of look-alikes so large that they were cut along "
            "their weakest evidence; see how many share one name, date and address in the feeds"
        )
