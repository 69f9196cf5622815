"""What is linked to what: the sets that addresses are measured on, and how an outcome is counted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.addresses.ours import Known, Linked
from bench.addresses.towns import COUNCIL, DAMAGED, Town, Written, without_postcode, written


@dataclass(frozen=True, slots=True)
class Task:
    """Records to be linked to what is known, which may be the gazetteer itself.

    ``gazetteer`` is the clean list of the area beside it; ``given`` are numbers that come with the records.
    """

    name: str
    known: Known
    records: Sequence[Written]
    gazetteer: Known
    given: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of one run. ``saying`` is of the records that still say which address they are."""

    present: int
    precision: float
    recall: float
    saying_present: int
    saying_precision: float
    saying_recall: float
    saying_building: float
    absent: int
    false_links: float
    saying_absent: int
    saying_false: float
    """Of the absent: who lost their flat say what their building says, which may well be there."""


def tasks(town: Town, seed: int) -> Iterator[Task]:
    """Fresh records of one seed: with the whole gazetteer, with half of it, and with another source alone."""
    by = town.by_uprn()
    council = written(town, seed, COUNCIL)
    damaged = written(town, seed + 1, DAMAGED)
    bare = without_postcode(town, written(town, seed + 2, COUNCIL))
    every = {
        "council style": council,
        "every record damaged": damaged,
        "no postcode": bare,
        "flats": [each for each in council if by[each.uprn]["subname"]],
    }
    gazetteer = [(town.line(part["uprn"]), part["postcode"], part["uprn"]) for part in town.parts]
    for name, records in every.items():
        yield Task(name, gazetteer, records, gazetteer)
    chance = random.Random(seed)
    half = {part["uprn"] for part in town.parts if chance.random() < 0.5}
    for name, records in every.items():
        if name != "flats":
            kept = [each for each in gazetteer if each[2] in half]
            yield Task(f"{name}, half absent", kept, records, kept)
    other = written(town, seed + 3, COUNCIL, style="derby")
    observed = [
        (each.line, each.postcode, each.uprn) for each in other if each.uprn in half and not each.lost
    ]
    for name, records in every.items():
        yield Task(f"{name}, observed lines", observed, records, gazetteer)
    for name, given in _numbers(town, damaged, chance):
        yield Task(f"every record damaged, {name}", gazetteer, damaged, gazetteer, given)


def _numbers(
    town: Town, records: Sequence[Written], chance: random.Random
) -> Iterator[tuple[str, Sequence[str]]]:
    """Numbers as agencies give them: right; a tenth those of other addresses; a tenth one filler."""
    right = [each.uprn for each in records]
    others = [part["uprn"] for part in town.parts]
    yield "numbers", right
    yield (
        "a tenth of the numbers wrong",
        [chance.choice(others) if chance.random() < 0.1 else each for each in right],
    )
    yield "a tenth of the numbers a filler", [others[0] if chance.random() < 0.1 else each for each in right]


def count(town: Town, task: Task, linked: Linked) -> Outcome:
    """Precision of what was linked, recall of what is there; links of absent addresses are all false."""
    there = {uprn for _, _, uprn in task.known}
    rows = list(zip(task.records, linked.address, linked.building, strict=True))
    present = [row for row in rows if row[0].uprn in there]
    saying = [row for row in present if not row[0].lost]
    absent = [row for row in rows if row[0].uprn not in there]
    unknown = [row for row in absent if not row[0].lost]
    buildings = sum(town.building(record.uprn) == building for record, _, building in saying)
    return Outcome(
        len(present),
        *_agreement(present),
        len(saying),
        *_agreement(saying),
        buildings / max(1, len(saying)),
        len(absent),
        _share_linked(absent),
        len(unknown),
        _share_linked(unknown),
    )


def _share_linked(rows: Sequence[tuple[Written, str, str]]) -> float:
    return sum(bool(found) for _, found, _ in rows) / max(1, len(rows))


def _agreement(rows: Sequence[tuple[Written, str, str]]) -> tuple[float, float]:
    right = sum(record.uprn == found for record, found, _ in rows)
    answered = sum(bool(found) for _, found, _ in rows)
    return right / max(1, answered), right / max(1, len(rows))
