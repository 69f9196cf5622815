"""An address typed at the door, in a graph of very many addresses: how long until it is found, or is not."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Final

import neo4j

from bench.bench import SEED, Bench
from bench.processes import mast, run
from bench.questions import choose
from bench.report import Figures, Measured
from bench.sections import resolve
from bench.service import Service, service
from bench.turns import Asked, in_turns, percentiles

NAME: Final = "lookup"
PEOPLE: Final = 2_000
"""People of the borough beside the gazetteer: somebody has to be known for something to be found."""
A_STREET: Final = 40
BLOCK: Final = 25
ROUNDS: Final = 16
WARM_UP: Final = 4
MOST: Final = 200
ASKED: Final = "p95 < 30 at a million addresses"
_STREETS: Final = 50_000
_SYLLABLES: Final = ("bdfghklmnprstvw", "aeiou", "dlmnrstx")
_COMMON: Final = 10
"""How much oftener some beginnings and ends of streets are than others: the commonest one in fifty."""
_TYPES: Final = ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Way")
_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"


def measure(bench: Bench) -> Measured:
    """Ask for addresses that agencies know, for misspelt ones, and for such as only the gazetteer has."""
    small = replace(bench, people=PEOPLE, named=f"lookup-{bench.addresses}")
    small.folder.mkdir(parents=True, exist_ok=True)
    small.settings()
    resolve.prepare(small)
    gazetteer = small.folder / "gazetteer.csv"
    with small.neo4j() as server:
        if not gazetteer.exists():
            small.say(f"loading a gazetteer of {bench.addresses:,} properties")
            made = gazetteer.with_suffix(".part.csv")
            _write(made, bench.addresses)
            run(mast("load-gazetteer", made, "--data", small.data))
            made.rename(gazetteer)
        with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
            known = [place.line for place in choose(small, driver).ordinary][:MOST]
            count = driver.execute_query("MATCH (a:Address) RETURN count(a) AS n", database_="neo4j")
        with service(small) as ours:
            rows = _ask(small, ours, known, list(_only_listed(bench.addresses)))
    figures = Figures(
        "Looking an address up",
        ("address typed", "p50 ms", "p95 ms", "p99 ms", "asked"),
        rows,
        [
            f"{count.records[0]['n']:,} addresses in the graph, {bench.addresses:,} of a made gazetteer.",
            "The whole answer over HTTP, one client, audit and authentication on, the kinds in turns.",
            "Misspelt: nothing matches, so it is asked once more for what may have been meant.",
        ],
    )
    return Measured(NAME, "Addresses at the door", "Beside the gazetteer.", [figures], people=PEOPLE)


def _ask(bench: Bench, ours: Service, known: Sequence[str], unknown: Sequence[str]) -> list[tuple[str, ...]]:
    kinds = {
        "known": known,
        "misspelt": list(map(_misspelt, known)),
        "listed, known to nobody": unknown[:MOST],
        "its street misspelt": [_misspelt(line) for line in unknown[:MOST]],
    }
    asked = [
        Asked(name, ours.port, ours.headers, [ours.body(line) for line in lines])
        for name, lines in kinds.items()
    ]
    told = in_turns(bench, asked, block=BLOCK, rounds=ROUNDS, warm_up=WARM_UP)
    return [(each["name"], *percentiles(each["seconds"]), ASKED) for each in told["services"]]


def _misspelt(line: str) -> str:
    """The third letter of the street is left out."""
    return re.sub(r"(\d\w*,? [A-Za-z]{2})[A-Za-z]([A-Za-z]+)", r"\1\2", line, count=1)


def _write(path: Path, many: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("uprn", "address", "postcode"))
        for at, (line, postcode) in enumerate(islice(_properties(), many)):
            writer.writerow((f"2000{at:08d}", line, postcode))


def _only_listed(many: int) -> Iterator[str]:
    """Some hundreds of properties, from all over the file."""
    for line, postcode in islice(_properties(), 0, many, max(1, many // MOST)):
        yield f"{line} {postcode}"


def _properties() -> Iterator[tuple[str, str]]:
    """Line and postcode of each property: streets of forty houses, two postcodes each."""
    codes = (
        f"KY{area} {unit}{one}{two}"
        for area, unit, one, two in product(range(1, 29), range(1, 10), _LETTERS, _LETTERS)
    )
    draw = random.Random(SEED)
    syllables = ["".join(each) for each in product(*_SYLLABLES)]
    draw.shuffle(syllables)
    weights = [1 / (_COMMON + at) for at in range(len(syllables))]
    ends = draw.sample(syllables, len(syllables))
    streets: dict[str, None] = {}
    while len(streets) < _STREETS:
        (start,), (end,) = draw.choices(syllables, weights), draw.choices(ends, weights)
        streets[f"{start}{end} {draw.choice(_TYPES)}".title()] = None
    for street in streets:
        pair = next(codes), next(codes)
        for house in range(1, A_STREET + 1):
            yield f"{house} {street}, Farbeck", pair[house > A_STREET // 2]
