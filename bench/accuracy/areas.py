"""Data with known truth as the resolver meets it: source YAML, our intake, one encoding a record."""

from __future__ import annotations

import csv
import gzip
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.pseudonymise import person_text
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source import Source
from mast_intake.source_yaml import read_source
from mast_resolver.records import Encoding, Operation

KEYS: Final = KeyRing({1: bytes(range(32))}, current=1)
"""A key for data that is public anyway."""

Who = tuple[str, str]
"""Agency and its own reference."""
Change = Callable[[SourceRow], SourceRow]


@dataclass(frozen=True)
class Area:
    """The persons of some feeds with their truth (empty: not known); ``lists`` are to be linked, each
    without duplicates."""

    name: str
    persons: Sequence[PersonText]
    agencies: Sequence[str]
    truth: Sequence[str]
    lists: bool = False

    @cached_property
    def encodings(self) -> list[Encoding]:
        """Of each person, as intake makes them."""
        encoder = PersonEncoder(Encoder(KEYS))
        return [
            encoder.encode(person, source=agency)
            for person, agency in zip(self.persons, self.agencies, strict=True)
        ]


def area(
    name: str,
    feeds: Mapping[Path, Sequence[Path]],
    truth: Mapping[Who, str],
    *,
    lists: bool = False,
    change: Change = lambda row: row,
) -> Area:
    """Read feeds as `mast load` does; of a record's versions the last one counts."""
    current: dict[Who, PersonText] = {}
    for source_file, files in feeds.items():
        source = read_source(source_file)
        for who, row in _rows(source, files):
            if row.operation is Operation.RETRACT:
                current.pop(who, None)
            elif row.has_person and not row.superseded:
                current[who] = _person(source, change(row))
    agencies = any(agency for agency, _ in truth)
    entity = {who: truth.get(who if agencies else ("", who[1])) for who in current}
    return Area(
        name,
        list(current.values()),
        [who[0] for who in current],
        [entity[who] or "" for who in current],
        lists,
    )


def _rows(source: Source, files: Sequence[Path]) -> Iterable[tuple[Who, SourceRow]]:
    with tempfile.TemporaryDirectory() as folder, Rejects(Path(folder) / "rejects.csv") as rejects:
        for row in read_rows(source, files, rejects):
            yield (source.agency, row.record_id), row


def _person(source: Source, row: SourceRow) -> PersonText:
    text = row.text
    home = None
    if {"address", "postcode"} & text.keys():
        country = text.get("country", source.country)
        home = parse(text.get("address", ""), text.get("postcode", ""), country)
    return person_text(text, home)


def read_truth(path: Path, *, entity: str = "person_id") -> dict[Who, str]:
    """Who each record is."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return {
            (row.get("agency", ""), row["record_id"]): row[entity]
            for row in csv.DictReader(file)
            if row[entity]
        }


def fixture(folder: Path, name: str, *, change: Change = lambda row: row) -> Area:
    """A folder of feeds with ``feeds.json`` and ``truth.csv``."""
    listed: dict[str, list[str]] = json.loads((folder / "feeds.json").read_text("utf-8"))
    feeds = {folder / source: [folder / file for file in files] for source, files in listed.items()}
    truth = next(path for path in (folder / "truth.csv", folder / "truth.csv.gz") if path.exists())
    return area(name, feeds, read_truth(truth), change=change)


class Typos:
    """One more typing error in a share of the names, dates, addresses and postcodes of a feed."""

    _FIELDS: Final = ("given_name", "middle_name", "family_name", "date_of_birth", "address", "postcode")

    def __init__(self, share: float, *, seed: int) -> None:
        self._share = share
        self._chance = random.Random(seed)

    def __call__(self, row: SourceRow) -> SourceRow:
        """The row with its errors."""
        text = dict(row.text)
        for field in self._FIELDS:
            if field in text and self._chance.random() < self._share:
                text[field] = self._typed(text[field])
        return replace(row, text=text)

    def _typed(self, text: str) -> str:
        """A letter or digit replaced, left out, doubled or exchanged with the next (no digit is left out)."""
        at = self._chance.choice([at for at, sign in enumerate(text) if sign.isalnum()] or [0])
        sign = text[at : at + 1]
        letters = "0123456789" if sign.isdigit() else "abcdefghijklmnopqrstuvwxyz"
        what = self._chance.choice("rs" if sign.isdigit() else "rsdi")
        if what == "r":
            return text[:at] + self._chance.choice(letters) + text[at + 1 :]
        if what == "d":
            return text[:at] + text[at + 1 :] if len(text) > 1 else text
        if what == "i":
            return text[:at] + self._chance.choice(letters) + text[at:]
        return text[:at] + text[at + 1 : at + 2] + sign + text[at + 2 :]
