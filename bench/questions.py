"""Which addresses are asked about: hot and ordinary ones and the hostel, as agencies wrote them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

import neo4j

from bench.bench import SEED, Bench
from mast_api.terminal import Terminal
from mast_api.workspace import key_ring, now
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.search import AddressQuery
from mast_intake.source_yaml import read_source
from mast_resolver.errors import AddressTooBroadError

SAMPLE: Final = 20_000
"""Rows looked at; a place that many rows name is in it more surely than another."""

HOT: Final = range(40, 121)
"""Contacts of a hot address, its own and those of everyone who ever lived there."""

MOST_OF_A_KIND: Final = 200
FEWEST_HOT: Final = 20

FOUND = """
UNWIND $rows AS row
MATCH (r:AddressRecord {place: row.token})-[link:RESOLVES_TO]->(a:Address)
WHERE link.recorded_to > datetime()
WITH row.line AS line, collect(DISTINCT a) AS found
WHERE size(found) = 1
WITH found[0] AS a, min(line) AS line
RETURN line, a.id AS address,
  COUNT { (a)<-[:HOUSEHOLD_AT]-()<-[:MEMBER_OF]-() } AS members,
  COUNT { CALL (a) {
    MATCH (a)<-[:RESOLVES_TO]-(:AddressRecord)-->(c:Contact) RETURN c
    UNION
    MATCH (a)<-[:HOUSEHOLD_AT]-()<-[:MEMBER_OF]-()<-[:RESOLVES_TO]-(:PersonRecord)-->(c:Contact) RETURN c
  } RETURN c } AS contacts
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An address as somebody typed it, and what the graph holds of it."""

    line: str
    address: str
    members: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses that are asked about."""

    hot: list[Place]
    ordinary: list[Place]
    hostel: Place


def choose(bench: Bench, driver: neo4j.Driver) -> Places:
    """Look at a sample of rows, and take each address that its line alone finds."""
    rng = random.Random(SEED)
    lines = _typed_lines(bench, rng)
    places = [Place(**row) for row in _found(bench, driver, lines)]
    places.sort(key=lambda place: place.address)
    rng.shuffle(places)
    if not places:
        raise LookupError("no address of the files is found in the graph: run again with --fresh")
    hostel = max(places, key=lambda place: (place.members, place.contacts))
    rest = [place for place in places if place != hostel and place.contacts]
    hot = [place for place in rest if place.contacts in HOT]
    if len(hot) < FEWEST_HOT:  # a small borough has no such place: the busiest that there are
        hot = sorted(rest, key=lambda place: -place.contacts)[:FEWEST_HOT]
    ordinary = [place for place in rest if place.contacts < min(each.contacts for each in hot)]
    return Places(hot[:MOST_OF_A_KIND], ordinary[:MOST_OF_A_KIND], hostel)


def _typed_lines(bench: Bench, rng: random.Random) -> list[str]:
    lines: dict[str, None] = {}
    for source_file, names in bench.feeds().items():
        source = read_source(bench.fixtures / source_file)
        files = [bench.fixtures / name for name in names]
        for row in read_rows(source, files, Rejects()):
            if "address" in row.text:
                postcode = row.text.get("postcode", "")
                lines[f"{row.text['address']} {postcode}".strip()] = None
    return rng.sample(sorted(lines), min(SAMPLE, len(lines)))


def _found(bench: Bench, driver: neo4j.Driver, lines: list[str]) -> list[dict[str, Any]]:
    keys = key_ring(bench.settings(), Terminal(as_json=True))
    look_up = Pseudonymiser(keys, now)
    rows = []
    for line in lines:
        try:
            tokens = look_up.address_query(AddressQuery(line=line)).tokens
        except AddressTooBroadError:
            continue
        if "place" in tokens:
            rows.append({"line": line, "token": tokens["place"]})
    found = []
    for begin in range(0, len(rows), 1_000):
        page = rows[begin : begin + 1_000]
        found += driver.execute_query(FOUND, rows=page, database_="neo4j").records
    unique = {record["address"]: dict(record) for record in found}
    return list(unique.values())
