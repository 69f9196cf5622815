"""What an attacker holds, and beside it, for counting hits only, whom each record is about."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mast_intake.address import ParsedAddress, parse
from mast_intake.encode import Encoder
from mast_intake.hardening import NOTHING, Within
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.places import PlaceEncoder
from mast_intake.pseudonymise import person_text
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source import Source
from mast_intake.source_yaml import read_source
from mast_resolver.records import Encoding


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What one agency says of one person, in clear, and who that truly is."""

    agency: str
    record: str
    person: str
    text: PersonText

    @property
    def place(self) -> tuple[str, str, str, str]:
        """The home as a place: two records of one place have it in common."""
        home = self.text.home
        if home is None or not home.premise or not home.full_postcode:
            return ("", "", "", "")
        return (home.premise, home.street, home.full_postcode, home.unit)


@dataclass(frozen=True, slots=True, repr=False)
class Town:
    """Clear text of an area: every record of a person as last said, and every address as written."""

    people: tuple[Said, ...]
    places: tuple[tuple[ParsedAddress, str], ...]
    gazetteer: tuple[ParsedAddress, ...]
    """The public list of the area's addresses, without anybody's name."""


@dataclass(frozen=True, slots=True)
class Loot:
    """Encodings in the order of the town's people and places. All that attacker B has of the records."""

    people: tuple[Encoding, ...]
    places: tuple[Encoding, ...]


def read_town(folder: Path) -> Town:
    """Read the feeds of a generated borough; its truth serves only to say whose a record is."""
    owners = _owners(folder / "truth.csv")
    people: dict[tuple[str, str], Said] = {}
    places: dict[tuple[ParsedAddress, str], None] = {}
    for source, row in _rows(folder):
        home = _home(source, row)
        if home is not None and (home.written or "uprn" in row.text):
            places[home, row.text.get("uprn", "")] = None
        who = owners.get((source.agency, row.record_id), "")
        if row.has_person and who:
            people[source.agency, row.record_id] = Said(
                source.agency, row.record_id, who, person_text(row.text, home)
            )
    with (folder / "truth_addresses.csv").open(encoding="utf-8") as file:
        gazetteer = tuple(parse(line["address"], "") for line in csv.DictReader(file))
    return Town(tuple(people.values()), tuple(places), gazetteer)


def steal(town: Town, encoder: Encoder, *, within: Within = NOTHING) -> Loot:
    """Encode a town as the intake does, or hardened."""
    persons = PersonEncoder(encoder, within=within)
    places = PlaceEncoder(encoder, within=within)
    return Loot(
        tuple(persons.encode(said.text, source=said.agency) for said in town.people),
        tuple(places.encode(place, uprn=uprn) for place, uprn in town.places),
    )


def _rows(folder: Path) -> Iterator[tuple[Source, SourceRow]]:
    feeds: dict[str, Sequence[str]] = json.loads((folder / "feeds.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as scratch, Rejects(Path(scratch) / "rejects.csv") as rejects:
        for name, files in feeds.items():
            source = read_source(folder / name)
            for row in read_rows(source, [folder / file for file in files], rejects):
                yield source, row


def _home(source: Source, row: SourceRow) -> ParsedAddress | None:
    if not {"address", "postcode"} & row.text.keys():
        return None
    country = row.text.get("country", source.country)
    return parse(row.text.get("address", ""), row.text.get("postcode", ""), country)


def _owners(truth: Path) -> dict[tuple[str, str], str]:
    with truth.open(encoding="utf-8") as file:
        return {
            (line["agency"], line["record_id"]): line["person_id"]
            for line in csv.DictReader(file)
            if line["person_id"]
        }
