"""`python -m bench.attacks`: attack a borough as it ships and hardened; write `bench/ATTACKS.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from bench.accuracy import ours
from bench.accuracy.areas import Area
from bench.accuracy.ours import CAP_OF_PERSONS
from bench.attacks.places import HOUSEHOLDS, Areas, areas_of
from bench.attacks.stolen import Loot, Said, Town, read_town, steal
from bench.attacks.suite import Outcome, attack_opened, attack_stored
from bench.report import Figures
from mast_fixtures.borough import generate
from mast_intake.encode import Encoder
from mast_intake.hardening import NOTHING, WITHIN, Within
from mast_intake.keys import KeyRing
from mast_resolver.calibrate import calibrate
from mast_resolver.evaluate import Agreement
from mast_resolver.model import read_model

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "bench" / "ATTACKS.md"
SEED: Final = 7
PUBLIC_SEED: Final = 99
THEIRS: Final = KeyRing({1: bytes(range(32))}, current=1)
MINE: Final = KeyRing({1: bytes(range(5, 37))}, current=1)

VARIANTS: Final[Mapping[str, Within]] = {
    "plain: as it ships": NOTHING,
    "hardened: an option": WITHIN,
}

HEADER: Final = """# Attacks on what is stored

Written by `python -m bench.attacks`. Figures are reported here; `tests/privacy/` guards a smaller town's.
What they mean and what is not protected: [docs/privacy.md](../docs/privacy.md).
"""


@click.command()
@click.option("--people", default=5_000, show_default=True, help="Of the borough that is attacked.")
@click.option("--public", default=20_000, show_default=True, help="Of the borough that is the public list.")
@click.option("--values", default=800, show_default=True, help="Most frequent values of a name attacked.")
def command(people: int, public: int, values: int) -> None:
    """Attack, print the tables and write the page."""
    console = Console()
    town = _town(people, SEED)
    listed = _town(public, PUBLIC_SEED).people
    outcomes: dict[str, Outcome] = {}
    linked: dict[str, Agreement] = {}
    for name, within in VARIANTS.items():
        loot = steal(town, Encoder(THEIRS), within=within)
        linked[name] = _linkage(loot, town.people)
        outcomes[name] = attack_opened(loot, town, listed, Encoder(MINE), within=within, most_values=values)
        console.print(name, outcomes[name], linked[name])
    loot, areas = steal(town, Encoder(THEIRS)), areas_of(town)
    stored = attack_stored(loot, town, listed)
    coded = {
        "A, with area codes": attack_stored(loot, town, listed, areas=areas),
        "B, with area codes": attack_opened(
            loot, town, listed, Encoder(MINE), within=NOTHING, most_values=values, areas=areas
        ),
    }
    conditions = (
        f"Borough of {people:,} people, seed {SEED}: {len(town.people):,} records, "
        f"{len({said.person for said in town.people}):,} people with a record. Public list: a borough of "
        f"{public:,} people, seed {PUBLIC_SEED}, from the same name tables: as good a list as there can be.",
        "Each address attack has the borough's own list of addresses, without people.",
    )
    tables = [_whole(stored, outcomes, linked, conditions), _single(stored, outcomes), _coded(coded, areas)]
    for table in tables:
        table.show(console)
    PAGE.write_text("\n".join([HEADER, *(table.markdown() for table in tables)]), "utf-8")


def _linkage(loot: Loot, people: Sequence[Said]) -> Agreement:
    """What hardening costs: who is who in memory, by a model that is learnt on these very encodings."""
    area = Area(
        "attacked",
        [said.text for said in people],
        [said.agency for said in people],
        [said.person for said in people],
    )
    model = calibrate(read_model("person"), ours.sample(loot.people), records=len(people), cap=CAP_OF_PERSONS)
    return ours.resolve(area, loot.people, model=model).pairwise


def _town(people: int, seed: int) -> Town:
    folder = ROOT / "build" / "attacks" / f"{people}-{seed}"
    if not (folder / "truth_addresses.csv").exists():
        generate(people, seed, folder)
    return read_town(folder)


def _whole(
    stored: Outcome,
    outcomes: Mapping[str, Outcome],
    linked: Mapping[str, Agreement],
    conditions: tuple[str, ...],
) -> Figures:
    rows = [("A, the graph as stored", _percent(stored.names), _percent(stored.identified), "", "", "")]
    for name, outcome in outcomes.items():
        agreement = linked[name]
        quality = (f"{agreement.precision:.4f}", f"{agreement.recall:.4f}", f"{agreement.f1:.4f}")
        rows.append((f"B, {name}", _percent(outcome.names), _percent(outcome.identified), *quality))
    columns = ("attacker and encoding", "both names", "re-identified", "P", "R", "F1")
    notes = (
        "Shares of people. Re-identified: given, family name, and date of birth or home; asked: 1 % at most.",
        "P, R, F1: pairs put together by the resolver on these encodings; it learns on from them as at "
        "every resolve.",
    )
    return Figures("People named", columns, rows, (*conditions, *notes))


def _single(stored: Outcome, outcomes: Mapping[str, Outcome]) -> Figures:
    rows = [(f"A, {field}", attack, "", _percent(rate)) for field, attack, rate in _rates(stored)]
    tried = list(outcomes.values())
    for field, attack, _ in _rates(tried[0]):
        rates = [_percent(outcome.fields[field][attack]) for outcome in tried]
        rows.append((f"B, {field}", attack, *rates))
    columns = ("field", "attack", *(name.partition(":")[0] for name in outcomes))
    return Figures("Single fields", columns, rows, ("Shares of records whose value was read right.",))


def _coded(coded: Mapping[str, Outcome], areas: Areas) -> Figures:
    rows = [
        (
            name,
            _percent(max(each.fields["address"].values())),
            _percent(each.names),
            _percent(each.identified),
        )
        for name, each in coded.items()
    ]
    notes = (
        f"As it ships, with the public codes of {len(set(areas.values())):,} coarse areas of at least "
        f"{HOUSEHOLDS} households (as an LSOA has) in clear beside every address record.",
        "Addresses: share of records; names and re-identified: shares of people.",
    )
    return Figures("With area codes", ("attacker", "address", "both names", "re-identified"), rows, notes)


def _rates(outcome: Outcome) -> list[tuple[str, str, float]]:
    return [
        (field, attack, rate) for field, rates in outcome.fields.items() for attack, rate in rates.items()
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


if __name__ == "__main__":
    command()
