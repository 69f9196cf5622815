"""`mast notices`: what the public is told, made of what is in force here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from mast_api.commands.options import DAY, common, start

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(name="notices")
@click.argument("sources", type=FILE, nargs=-1)
@click.option("--out", type=FOLDER, required=True, help="Folder to write the notices to.")
@click.option("--about", type=FILE, help="YAML of what only you can say, by the standard's field numbers.")
@click.option("--date", "day", type=DAY, help="Day that the notices are of; default: today.")
@common
def command(
    sources: tuple[Path, ...],
    out: Path,
    about: Path | None,
    day: dt.datetime | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write the algorithmic transparency record, the list of data items and the register of agreements.

    From the models, the policy, the agreements and the rules that are in force, the registered feeds, and the
    SOURCES (YAML) that are loaded beside them; as Markdown and JSON. The same configuration and day give the
    same files.
    """
    from mast_api.feeds.register import registered
    from mast_api.models import deciding_models
    from mast_api.notices import notices, write_notices
    from mast_api.notices.about import read_about
    from mast_api.workspace import graph, now
    from mast_api.writing import open_store
    from mast_graph.agreements import agreements
    from mast_graph.trigger_rules import read_rules_in_force
    from mast_intake.source_yaml import read_source

    settings, terminal = start(data, as_json=as_json)
    said = read_about(about) if about else {}
    expected = [Path(each.source) for each in registered(settings.data).values()]
    read = {each.feed: each for each in map(read_source, [*expected, *sources])}
    with graph(settings, terminal) as address, open_store(address) as store:
        agreed = [each.agreement for each in agreements(store)]
        rules = {each.id: each.text for each in read_rules_in_force(store)}
        models = deciding_models(settings.data, store.read("read.deciding_models"))
    made = notices(
        day=day.date() if day else now().date(),
        settings=settings,
        models=models,
        sources=list(read.values()),
        agreements=agreed,
        rules=rules,
        about=said,
    )
    written = write_notices(out, made)
    missing = made["algorithmic-transparency-record"]["still_to_say"]
    terminal.answer({"written": [str(path) for path in written], "still_to_say": missing})
    terminal.say(f"{len(written)} files in {out}")
    if missing:
        terminal.warn(f"only you can say the fields {', '.join(missing)} of the record: give --about")
