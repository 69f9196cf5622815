"""`mast evaluate`: who is who against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from mast_api.commands.options import DATA, JSON, start
from mast_api.terminal import Terminal
from mast_resolver.errors import UnreadableFileError
from mast_resolver.intervals import Measured, Report
from mast_resolver.ports import Lane

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Item = tuple[str, str]
BIRTH = ":birth"
_LANES = {Lane.APART: "review", Lane.DOUBT: "doubt"}


@click.command(name="evaluate")
@click.option("--truth", type=FILE, required=True, help="CSV with record_id and the entity it truly is.")
@click.option("--clusters", type=FILE, help="What `mast clusters` wrote; without it, the graph is asked.")
@click.option("--entity", default="person_id", show_default=True, help="Column of the truth to compare with.")
@click.option("--groups", type=FILE, help="CSV with record_id and the columns of --by (default: the truth).")
@click.option("--by", multiple=True, help="Column to report by; `dob:birth` reports by decade of birth.")
@click.option(
    "--page", type=click.Path(dir_okay=False, path_type=Path), help="Write mistakes by pattern there."
)
@DATA
@JSON
def command(
    truth: Path,
    clusters: Path | None,
    entity: str,
    groups: Path | None,
    by: tuple[str, ...],
    page: Path | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Precision, recall and F1 of pairs, records (B-cubed) and whole clusters, with intervals of 95 %.

    From the graph, which needs the keys, also the review load and, with --page, the mistakes by pattern.
    The truth is for evaluation only: nothing that resolves ever reads it.
    """
    from mast_api.evaluating import read_labels
    from mast_resolver.intervals import report

    if clusters is not None and page is not None:
        raise click.UsageError("--page looks at the records in the graph: leave --clusters out")
    terminal = Terminal(as_json=as_json)
    true = {item: labels[0] for item, labels in read_labels(truth, entity).items()}
    review: dict[str, float] = {}
    if clusters is None:
        found, review = _from_graph(true, data, page, as_json=as_json)
    else:
        found = {item: labels[0] for item, labels in read_labels(clusters, "entity_id").items()}
    found = _as_known(found, true)
    if not found.keys() & true.keys():
        raise UnreadableFileError(
            "the two files share no record" if clusters else "the truth and the graph share no record",
            fix="check which truth belongs to which load",
        )
    reports = {"all": report(found, true), **_by_group(found, true, groups or truth, by)}
    terminal.answer({**_document(reports["all"]), **review, **_groups(reports)})
    if not as_json:
        _show(terminal, reports, review)


def _as_known(found: Mapping[Item, str], true: Mapping[Item, str]) -> dict[Item, str]:
    """Without agencies where the truth has none."""
    if any(agency for agency, _ in true):
        return dict(found)
    return {("", record): cluster for (_, record), cluster in found.items()}


def _from_graph(
    true: Mapping[Item, str], data: Path | None, page: Path | None, *, as_json: bool
) -> tuple[dict[Item, str], dict[str, float]]:
    from mast_api import evaluating
    from mast_api.workspace import graph, key_ring
    from mast_api.writing import open_store

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with graph(settings, terminal) as address, open_store(address) as store:
        with terminal.step("Reading who is who"):
            area = evaluating.read_area(store, keys)
        if page is not None:
            with terminal.step("Looking at mistakes"):
                agencies = any(agency for agency, _ in true)
                of = {item: true.get(item if agencies else ("", item[1])) for item in area.found}
                known = {item: entity for item, entity in of.items() if entity is not None}
                wrong = evaluating.read_mistakes(store, keys, settings.data, area, known)
            page.write_text(evaluating.page(wrong), "utf-8")
            terminal.say(f"Mistakes by pattern in {page}")
    load: dict[str, float] = {}
    for lane, pairs in area.review.items():
        waiting = len({record for pair in pairs for record in pair})
        name = _LANES[lane]
        load |= {f"{name}_pairs": len(pairs), f"{name}_records": waiting}
        load[f"{name}_load"] = waiting / len(area.found) if area.found else 0.0
    return dict(area.found), load


def _by_group(
    found: Mapping[Item, str], true: Mapping[Item, str], path: Path, by: tuple[str, ...]
) -> dict[str, Report]:
    from mast_api.evaluating import groups, read_labels
    from mast_resolver.intervals import by_group

    reports: dict[str, Report] = {}
    for column in by:
        name = column.removesuffix(BIRTH)
        labels = {item: values[0] for item, values in read_labels(path, name).items()}
        group = groups(labels, birth=column.endswith(BIRTH))
        for label, each in by_group(found, true, group).items():
            reports[f"{name}: {label or '(none)'}"] = each
    return reports


def _groups(reports: Mapping[str, Report]) -> dict[str, Any]:
    found = {name: _document(each) for name, each in reports.items() if name != "all"}
    return {"groups": found} if found else {}


def _document(report: Report) -> dict[str, Any]:
    return {
        "records": report.items,
        "entities": report.entities,
        "pairwise": _numbers(report.pairwise),
        "b_cubed": _numbers(report.b_cubed),
        "clusters": {
            "precision": report.clusters.precision,
            "recall": report.clusters.recall,
            "f1": report.clusters.f1,
        },
    }


def _numbers(measured: Measured) -> dict[str, Any]:
    agreement = measured.agreement
    return {
        "precision": agreement.precision,
        "recall": agreement.recall,
        "f1": agreement.f1,
        "interval": {"precision": measured.precision, "recall": measured.recall, "f1": measured.f1},
    }


def _show(terminal: Terminal, reports: Mapping[str, Report], review: Mapping[str, float]) -> None:
    columns = ("measure", "precision", "recall", "F1")
    for name, report in reports.items():
        title = f"{report.items:,} records of {report.entities:,} entities"
        clusters = report.clusters
        terminal.table(
            title if name == "all" else f"{name}: {title}",
            columns,
            [
                ("pairwise", *_cells(report.pairwise)),
                ("b_cubed", *_cells(report.b_cubed)),
                ("whole clusters", *(f"{x:.4f}" for x in (clusters.precision, clusters.recall, clusters.f1))),
            ],
        )
    if review:
        terminal.say(
            f"Review lane: {review['review_pairs']:,.0f} pairs of {review['review_records']:,.0f} records, "
            f"{review['review_load']:.2%} of all"
        )
        terminal.say(
            f"Joined, but in doubt: {review['doubt_pairs']:,.0f} people, by {review['doubt_records']:,.0f} "
            f"records, {review['doubt_load']:.2%} of all"
        )


def _cells(measured: Measured) -> tuple[str, ...]:
    agreement = measured.agreement
    pairs = (
        (agreement.precision, measured.precision),
        (agreement.recall, measured.recall),
        (agreement.f1, measured.f1),
    )
    return tuple(f"{value:.4f} ({low:.4f}-{high:.4f})" for value, (low, high) in pairs)
