"""`mast research`: what researchers are given, and how good predictors would have been."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from mast_api.commands.options import (
    AS_OF,
    BY,
    DAY,
    POLICY,
    PROPOSE,
    common,
    say_proposed,
    start,
    start_release,
)
from mast_api.commands.research_figures import COMMANDS


@click.group(name="research")
def command() -> None:
    """Figures and files of groups, under a disclosure policy; each is remembered as a release."""


@command.command("export")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder, new or empty.")
@PROPOSE
@AS_OF
@POLICY
@BY
@common
def export(
    out: Path | None,
    as_of: dt.datetime | None,
    policy: str | None,
    by: str,
    data: Path | None,
    *,
    propose: bool,
    as_json: bool,
) -> None:
    """Write kinds of path (CSV and Parquet, as mstate and TraMineR read) and what comes next (GraphML).

    No row is of a person (docs/exports.md). A data dictionary lies beside the files. With --propose they
    wait in the graph for somebody else to approve them.
    """
    from mast_api.research.counting import counting
    from mast_api.research.exporting import export_files, free
    from mast_api.research.publishing import propose_files

    settings, terminal = start_release(data, as_json=as_json, out=out, propose=propose)
    folder = None if out is None else free(out)
    with counting(settings, terminal, policy=policy, as_of=as_of) as of:
        with terminal.step("Counting"):
            files = export_files(of)
        if folder is None:
            waits = propose_files(of, "research-export", files, by=by, said={"files": len(files)})
            say_proposed(terminal, {"id": waits.id, "digest": waits.digest, "policy": waits.policy})
            return
        of.remember("research-export", by=by, said={"files": len(files)})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    said = json.loads(files["datapackage.json"])
    terminal.answer(
        {"out": str(out), "policy": of.policy.name, "files": sorted(files), "people": said["people"]}
    )
    terminal.say(f"{len(files)} files in {out}, under the policy {of.policy.name}")


@command.command("accept-ledger")
@BY
@common
def accept_ledger(by: str, data: Path | None, *, as_json: bool) -> None:
    """Go on giving figures with a ledger of releases that a restore has set back.

    What was released after the backup is forgotten, and nothing new is held against it (docs/backup.md).
    That somebody took that on themselves is kept in the audit log.
    """
    from mast_api.research.counting import keeper
    from mast_api.research.on_record import accept, last_on_record
    from mast_api.rights.proving import take_over_if_free
    from mast_api.workspace import AUDIT, graph, key_ring
    from mast_api.writing import open_store

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with graph(settings, terminal) as address, open_store(address) as store:
        remembered = keeper(store, keys, settings).number()
        released = last_on_record(settings.data / AUDIT)
        forgotten = max(0, released - remembered)
        if forgotten:
            accept(store, remembered, by=by)
            take_over_if_free(store, settings)
    terminal.answer({"remembered": remembered, "forgotten": forgotten})
    terminal.say(f"{remembered:,} released cohorts are remembered, {forgotten:,} are forgotten")


@command.command("evaluate")
@click.argument("name")
@click.option("--from", "start_day", type=DAY, required=True, help="First landmark.")
@click.option(
    "--split",
    type=DAY,
    required=True,
    help="Learn from what ends by it, judge on what begins: an end of a month.",
)
@click.option("--to", "end_day", type=DAY, help="No landmark after it; default: --as-of.")
@AS_OF
@click.option(
    "--every",
    type=click.Choice(["28", "91", "182", "365"]),
    default="91",
    show_default=True,
    help="Days of a period.",
)
@click.option(
    "--reaches", type=click.IntRange(1, 6), default=4, show_default=True, help="Level to be reached."
)
@click.option(
    "--capacity",
    type=click.IntRange(10),
    required=True,
    help="How many could be looked at in each, in tens.",
)
@click.option("--variable", "variables", multiple=True, help="Only these; see docs/predictors.md.")
@click.option(
    "--as-happened",
    is_flag=True,
    help="Take contacts as known when they happened: where all was loaded at once.",
)
@POLICY
@BY
@common
def evaluate_(
    name: str,
    start_day: dt.datetime,
    split: dt.datetime,
    end_day: dt.datetime | None,
    as_of: dt.datetime | None,
    every: str,
    reaches: int,
    capacity: int,
    variables: tuple[str, ...],
    as_happened: bool,  # noqa: FBT001 - click's
    policy: str | None,
    by: str,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Evaluate predictors of reaching a level on a later time, and enter it in the registry under NAME.

    Nobody is scored: what is kept are figures of groups (docs/predictors.md). Landmarks lie --every days
    apart, counted from --split both ways.
    """
    from mast_analytics.civil import ends_month
    from mast_analytics.predictors.evaluation import DEFAULT_VARIABLES, Plan, evaluate, landmarks
    from mast_analytics.predictors.registry import enter
    from mast_analytics.release.predictors import shown_evaluation
    from mast_api.research.counting import counting, evaluations, summary
    from mast_api.workspace import now

    if not ends_month(split.date()) or capacity % 10:
        # Figures of two evaluations that differ by a day, or by one who is looked at, tell of single people.
        raise click.UsageError("--split is the last day of a month, and --capacity a number of tens")
    settings, terminal = start(data, as_json=as_json)
    with counting(settings, terminal, policy=policy, as_of=as_of, as_happened=as_happened) as of:
        last = of.cut_off.valid.date() if end_day is None else end_day.date()
        plan = Plan(
            landmarks=landmarks(start_day.date(), split.date(), last, int(every)),
            split=split.date(),
            seen=of.cut_off.valid,
            reaches=reaches,
            each_period=capacity,
            variables=variables or DEFAULT_VARIABLES,
        )
        with terminal.step("Evaluating"):
            found = evaluate(of.history, plan)
        of.remember("research-evaluation", by=by, said={"name": name, "as_happened": as_happened})
        shown = shown_evaluation(found, of.policy)
        entry = enter(
            evaluations(settings), name, found, shown, evaluated=now().date(), as_happened=as_happened
        )
    terminal.answer({"file": entry.file_name, "figures": entry.figures})
    terminal.say(summary(found, entry))


@command.command("registry")
@common
def registry(data: Path | None, *, as_json: bool) -> None:
    """List evaluations with the limits within which they speak."""
    from mast_analytics.predictors.registry import entries
    from mast_api.research.counting import evaluations

    settings, terminal = start(data, as_json=as_json)
    found = entries(evaluations(settings))
    terminal.answer(
        {
            "evaluations": [
                {
                    "name": each.name,
                    "version": each.version,
                    "evaluated": each.evaluated.isoformat(),
                    "policy": each.policy,
                    "valid_from": each.limits.valid_from.isoformat(),
                    "valid_until": each.limits.valid_until.isoformat(),
                    "agencies": list(each.limits.agencies),
                    "below_level": each.limits.below_level,
                }
                for each in found
            ]
        }
    )
    if not as_json:
        rows = [
            (each.name, str(each.version), str(each.evaluated), each.policy,
             f"{each.limits.valid_from} to {each.limits.valid_until}")
            for each in found
        ]  # fmt: skip
        terminal.table("Evaluations", ("name", "version", "evaluated", "policy", "speaks of"), rows)


for each in COMMANDS:
    command.add_command(each)
