"""What is asked with and without safeguards: the questions about people and places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import neo4j

from bench.bench import Bench
from bench.hidden import AROUND
from bench.questions import choose
from bench.sections.network import DEPTH, DOCUMENT
from bench.service import BY_LINE
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.source_yaml import read_source

AGENCIES: Final = "agencies { agency { id name } latestAt latestType count countMonths openEpisodes }"
CONTACTS: Final = "contacts { edges { node { id type at status agency { id } } } }"
PERSON: Final = f"""query ($id: ID!) {{ person(id: $id) {{
  people {{ id homes {{ householdId addressId present spells {{ begin end }} }} {AGENCIES} {CONTACTS} }}
  caution {{ text }} withheld {{ dataClass says }} }} }}"""
HOUSEHOLD: Final = f"""query ($id: ID!) {{ household(id: $id) {{
  households {{ members {{ members {{ personId spells {{ begin end }} }} }} {AGENCIES} {CONTACTS} }}
  caution {{ text }} withheld {{ dataClass says }} }} }}"""
HISTORY: Final = """query ($id: ID!) { addressHistory(id: $id) { addressIds personCount
  residents { edges { node { personId begin end present statements { agency { id } } } } }
  caution { text } } }"""
SEARCH: Final = f"""query ($given: String!, $family: String!, $born: Date) {{
  searchPeople(givenName: $given, familyName: $family, dateOfBirth: $born) {{
    candidates {{ personId agrees differs {AGENCIES} }} caution {{ text }} }} }}"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, about different people or places."""

    name: str
    bodies: list[str]


def asked(bench: Bench, driver: neo4j.Driver, things: int) -> Iterator[Asked]:
    """Every question about so many ordinary addresses, those who live there, and names from the files."""
    places = choose(bench, driver).ordinary[:things]
    found = driver.execute_query(AROUND, addresses=[each.address for each in places], database_="neo4j")
    around = [record.data() for record in found.records]
    yield Asked("concernsAtAddress", [_body(BY_LINE, address=place.line) for place in places])
    for name, document, of, more in (
        ("person", PERSON, "person", {}),
        ("household", HOUSEHOLD, "household", {}),
        ("addressHistory", HISTORY, "address", {}),
        (f"householdNetwork, depth {DEPTH}", DOCUMENT, "household", {"depth": DEPTH}),
    ):
        yield Asked(name, [_body(document, id=each[of], **more) for each in around])
    yield Asked("searchPeople", [_body(SEARCH, **each) for each in islice(_people(bench), things)])


def _people(bench: Bench) -> Iterator[dict[str, str]]:
    """Names, and a date of birth where there is one, as the first feed has them."""
    for source_file, names in bench.feeds().items():
        source = read_source(bench.fixtures / source_file)
        for row in read_rows(source, [bench.fixtures / name for name in names], Rejects()):
            if {"given_name", "family_name"} <= row.text.keys():
                born = {"born": row.text["date_of_birth"]} if "date_of_birth" in row.text else {}
                yield {"given": row.text["given_name"], "family": row.text["family_name"]} | born


def _body(document: str, **variables: object) -> str:
    return json.dumps({"query": document, "variables": variables})
