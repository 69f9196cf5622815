"""`python -m bench.addresses`: parsing and matching beside others, into `bench/ADDRESSES.md`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from bench.addresses import american, ours, parsers, theirs
from bench.addresses.ours import Known
from bench.addresses.parsers import Parse
from bench.addresses.sets import Outcome, Task, count, tasks
from bench.addresses.towns import COUNCIL, RESTYLED, Town, borough, example, written
from bench.report import Figures, Measured, number, write_page
from mast_resolver.model import read_model

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "build" / "addresses"
PAGE: Final = ROOT / "bench" / "ADDRESSES.md"
MATCHING: Final = (
    "set",
    "by",
    "records there",
    "precision",
    "recall",
    "still saying which",
    "precision",
    "recall",
    "building recall",
    "absent",
    "false links",
    "still saying which",
    "false links",
    "records/s",
)
ALONE: Final = "ours, to the gazetteer"
WITHOUT: Final = "ours, without a gazetteer"
BESIDE: Final = "ours, with the gazetteer"
PARSING: Final = ("lines", "parser", "number", "fully right", "lines/s, one core")
CONDITIONS: Final = (
    "Records are made by `address-errors` (labels do not drift); a record still says which address it is if "
    "its flat and number, or the name of a house without one, are in it and it equals no other address; "
    "without a postcode a street of which there are two has to be told by its locality.",
    "Building recall: of those, linked to the address, its building or a unit of it. Half absent: half "
    "of the addresses are in no gazetteer. Of what is absent those that lost their flat say what their "
    "building says, which may be there: the others still say which. Observed lines: no gazetteer, but half "
    "of the addresses as one other source wrote them; beside them the gazetteer of all addresses, or none. "
    "Numbers: UPRNs that come with the records.",
    "Ours: keyed encodings and the resolver at its defaults; uk-address-matcher sees clear text. Records a "
    "second: ours with encoding, of processor time; theirs of wall clock with its start.",
)


@click.command()
@click.option("--seed", default=101, show_default=True, help="Of records and borough: a fresh one.")
@click.option("--people", default=12_000, show_default=True, help="People of the borough.")
@click.option("--theirs/--no-theirs", "with_theirs", default=True, help="uk-address-matcher beside ours.")
def command(seed: int, people: int, *, with_theirs: bool) -> None:
    """Measure the address model that ships at its defaults; nothing is tuned on a truth."""
    console = Console()
    FOLDER.mkdir(parents=True, exist_ok=True)
    stamp = f"{read_model('address').version}, seed {seed}; {dt.datetime.now(dt.UTC):%d %B %Y, %H:%M} UTC."
    towns = (example(), borough(seed, people))
    done = []
    for town in towns:
        rows = list(_matching(town, seed, with_theirs=with_theirs))
        title = f"Matching: {town.name}, {len(town.parts):,} addresses"
        done.append(_section(console, town.name.replace(" ", "_"), title, stamp, MATCHING, rows))
    rows = [row for town in towns for row in _parsing(town, seed)]
    done.append(_section(console, "parsing", "Parsing", stamp, PARSING, rows))
    done.append(
        _section(console, "parsing_us", "Parsing US lines", stamp, american.COLUMNS, list(american.rows()))
    )
    write_page(PAGE, ["example_town", "borough", "parsing", "parsing_us"], done)


def _section(
    console: Console, name: str, title: str, stamp: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]
) -> Measured:
    said = {MATCHING: CONDITIONS, american.COLUMNS: american.CONDITIONS}
    figures = Figures(title, columns, rows, said.get(columns, ()))
    figures.show(console)
    return Measured(name, title, stamp, [figures])


def _matching(town: Town, seed: int, *, with_theirs: bool) -> Iterator[tuple[str, ...]]:
    for task in tasks(town, seed):
        handled = len(task.known) + len(task.records)
        for by, gazetteer in _gazetteers(task):
            linked = ours.link(town, task.known, task.records, gazetteer=gazetteer, uprns=task.given)
            per_second = (handled + (len(gazetteer) if by == BESIDE else 0)) / linked.seconds
            yield _line(task.name, by, count(town, task, linked), per_second)
        if with_theirs and not task.given:
            linked = theirs.link(town, task.known, task.records, FOLDER)
            yield _line(task.name, "uk-address-matcher", count(town, task, linked), handled / linked.seconds)


def _gazetteers(task: Task) -> Iterator[tuple[str, Known]]:
    """What lies beside the records: where they are linked to the gazetteer itself, that."""
    if task.known is task.gazetteer:
        yield ALONE, task.gazetteer
    else:
        yield WITHOUT, ()
        yield BESIDE, task.gazetteer


def _line(name: str, by: str, of: Outcome, per_second: float) -> tuple[str, ...]:
    return (
        name,
        by,
        number(of.present),
        f"{of.precision:.4f}",
        f"{of.recall:.4f}",
        number(of.saying_present),
        f"{of.saying_precision:.4f}",
        f"{of.saying_recall:.4f}",
        f"{of.saying_building:.4f}",
        number(of.absent),
        f"{of.false_links:.2%}" if of.absent else "",
        number(of.saying_absent),
        f"{of.saying_false:.2%}" if of.saying_absent else "",
        number(per_second),
    )


def _parsing(town: Town, seed: int) -> Iterator[tuple[str, ...]]:
    model = FOLDER / "uk.crfsuite"
    elsewhere = borough(seed + 50, 6_000)
    lines = [each for style in ("derby", "leeds") for each in written(elsewhere, seed, COUNCIL, style=style)]
    parsers.train_crf(elsewhere, [each for each in lines if each.clean], model)
    by: dict[str, Parse] = {
        "ours": parsers.ours,
        "CRF, learnt on another borough": parsers.crf(model),
        "usaddress": parsers.american,
    }
    for name, errors, style in (
        ("with commas", COUNCIL, "derby"),
        ("without commas", COUNCIL, "leeds"),
        ("abbreviated, case exchanged", RESTYLED, "derby"),
    ):
        records = [each for each in written(town, seed, errors, style=style) if each.untouched]
        for parser, parse in by.items():
            read = parsers.measure(parse, town, records)
            yield (
                f"{town.name}, {name}",
                parser,
                number(len(records)),
                f"{read.right:.2%}",
                number(read.per_second),
            )


if __name__ == "__main__":
    command()
