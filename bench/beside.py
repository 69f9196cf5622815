"""Beside a line that is known: lines that are not, and for which as much is looked through."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import neo4j

from bench.bench import Bench
from mast_api.terminal import Terminal
from mast_api.workspace import key_ring, now
from mast_graph.queries import query
from mast_graph.read import Scope, near_addresses
from mast_intake.address_lookup import AddressLookup
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import AddressQuery

NUMBERS: Final = 120
"""House numbers that are tried in a street."""
WANTED: Final = 2
"""Lines beside each."""

KNOWN: Final = """
RETURN EXISTS { MATCH (:AddressRecord {place: $token}) }
  OR EXISTS { MATCH (:AddressRecord {building: $token}) } AS known
"""


@dataclasses.dataclass(frozen=True, slots=True)
class _Read:
    """Named queries over the bench's own driver."""

    driver: neo4j.Driver

    async def read(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
        found = self.driver.execute_query(query(name).text, params, database_="neo4j")
        return [record.data() for record in found.records]


def unknown_beside(bench: Bench, driver: neo4j.Driver, lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Each line that has two beside it, and those: of its street, under numbers that nobody lives at.

    What is not known is compared with what is spelt like it, and a number of which there are few is soon
    done with; so both have as many records near them that may be seen, or the nearest to as many.
    """
    look_up = Pseudonymiser(key_ring(bench.settings(), Terminal(as_json=True)), now)
    found = []
    for line in lines:
        asked = look_up.address_query(AddressQuery(line=line))
        many = _near(driver, asked)
        beside = [
            (abs(_near(driver, other) - many), text) for text, other in _others(driver, look_up, line, asked)
        ]
        if len(beside) >= WANTED:
            found.append((line, *(text for _, text in sorted(beside)[:WANTED])))
    return found


def _others(
    driver: neo4j.Driver, look_up: Pseudonymiser, line: str, asked: AddressLookup
) -> Iterator[tuple[str, AddressLookup]]:
    for number in range(1, NUMBERS + 1):
        text = re.sub(r"\d+", str(number), line, count=1)
        other = look_up.address_query(AddressQuery(line=text))
        if other.tokens.keys() == asked.tokens.keys() and not _known(driver, other):
            yield text, other


def _known(driver: neo4j.Driver, asked: AddressLookup) -> bool:
    found = driver.execute_query(KNOWN, token=asked.tokens["place"], database_="neo4j")
    return bool(found.records[0]["known"])


def _near(driver: neo4j.Driver, asked: AddressLookup) -> int:
    moment = now()
    year = dt.timedelta(days=365)
    scope = Scope(moment, moment - year, moment, moment, moment - year, "", "", False, (), 0, 0, "")  # noqa: FBT003
    rows = [asyncio.run(near_addresses(_Read(driver), scope, each.near)) for each in asked.versions]
    return sum(len(row["ids"]) for row in rows)
