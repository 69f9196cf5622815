"""Every question asked for all there is of it, and whatever may not be shown looked for in every answer.

Each is answered, or refused as is said here. What is not to be found is worked out from what was shielded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tests.api.attacks.walk import roots
from tests.api.lawful.asking import LeakedError
from tests.api.lawful.borough import HOMES, Borough
from tests.api.lawful.oracle import Asker, covered
from tests.graph_contents import rows

from mast_api.access import Question, in_force

if TYPE_CHECKING:
    from tests.api.lawful.machine import Machine

ROOTS: Final = {root.name: root for root in roots()}
IDS_AND_MOMENTS: Final = re.compile(r"\b[PAH]-[\w-]+|\br[0-9a-f]{32}\b|\d{4}-\d\d-\d\dT[\d:.+]+")
OF_AGENCIES: Final = re.compile(r'^\{"data":\{"agenc\w+":.*"(id|agencyId)":')
"""Questions that tell of agencies, and hold no other id."""

UNKNOWN: Final = "MAST-252"
"""Of what is not there, and in the same words of what must not be found."""

QUESTIONS: Final = {
    *(Question.PERSON, Question.HOW, Question.WHY, Question.AGENCY_REFERENCES, Question.CO_RESIDENTS),
    *(Question.CONCERNS_AT_ADDRESS, Question.ADDRESS, Question.ADDRESS_HISTORY, Question.HOUSEHOLD),
    *(Question.HOUSEHOLD_NETWORK, Question.PATHS_BETWEEN, Question.NETWORK_EXTRACT, Question.SEARCH_PEOPLE),
    *(Question.REVIEW_QUEUE, Question.AGENCIES),
}

PEOPLE = """
MATCH (p:Person)
OPTIONAL MATCH (p)-[:SUPERSEDED_BY*0..]->(now:Person) WHERE now.recorded_to.year = 9999
RETURN p.id AS id, collect(DISTINCT now.id) AS now"""
ADDRESSES = """
MATCH (a:Address) WHERE a.recorded_to.year = 9999
MATCH (a)<-[at:RESOLVES_TO]-(r:AddressRecord) WHERE at.recorded_to.year = 9999
RETURN a.id AS id, r.id AS record, [(r)<-[:LIVES_AT]-(who:PersonRecord) | who.id] AS whose,
       EXISTS { (r)-->(:Contact) } AS had_contact"""
HOUSEHOLDS = """
MATCH (h:Household)-[:HOUSEHOLD_AT]->(a:Address)
RETURN h.id AS id, a.id AS address, h.recorded_to.year = 9999 AS lives,
       [(h)<-[:MEMBER_OF]-(p:Person) | p.id] AS members"""


@dataclass(frozen=True, slots=True)
class Ids:
    """Every id there is, or was, by what it is of; and those that no answer may hold."""

    people: list[str]
    addresses: list[str]
    households: list[str]
    records: list[str]
    places: list[str]
    """Of records of addresses."""
    hidden: frozenset[str]

    @classmethod
    def of(cls, borough: Borough) -> Ids:
        """A former id is hidden with all who have it now; an address with its people, or once gone."""
        live = borough.people()
        records = {borough.town.record(*ref): person for person, refs in live.items() for ref in refs}
        now = {row["id"]: set(row["now"]) for row in rows(borough.login, PEOPLE)}
        shielded = {person for person, refs in live.items() if borough.hidden(refs)}
        hidden = {id_ for id_, heirs in now.items() if heirs and heirs <= shielded}
        hidden |= {record for record, person in records.items() if person in shielded}
        places: dict[str, list[str]] = {}
        for row in rows(borough.login, ADDRESSES):
            places.setdefault(row["id"], []).append(row["record"])
            line = borough.place_of(row["id"])
            only_of_hidden = row["whose"] and hidden >= set(row["whose"]) and not row["had_contact"]
            if borough.shielded_places.get(line) or only_of_hidden:
                hidden.add(row["record"])
        hidden |= {id_ for id_, said in places.items() if hidden >= set(said)}
        addresses = [borough.town.address(line) for line in HOMES]
        hidden |= set(addresses) - places.keys()
        homes = rows(borough.login, HOUSEHOLDS)
        for home in homes:
            members = set(home["members"])
            if home["lives"] and (home["address"] in hidden or (members and hidden >= members)):
                hidden.add(home["id"])
        return cls(
            sorted(now),
            addresses,
            sorted(home["id"] for home in homes),
            sorted(records),
            sorted(record for said in places.values() for record in said),
            frozenset(hidden),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and with what code it is to be refused, if it is."""

    question: Question
    variables: dict[str, Any]
    refused: str = ""


def questions(machine: Machine, ids: Ids) -> Iterator[Asked]:
    """About everybody and everything, of now and of earlier moments."""
    now = machine.borough.clock.now
    before: list[dict[str, Any]] = [{}, {"asOf": (now - dt.timedelta(days=60)).isoformat()}]
    yield from of_entities(ids, before, {"knownAt": (now - dt.timedelta(days=1)).isoformat()})
    yield from of_pairs(ids, sorted(machine.borough.people()), before)
    for then in before:
        yield Asked(Question.NETWORK_EXTRACT, then)
    yield Asked(Question.REVIEW_QUEUE, {})
    yield Asked(Question.AGENCIES, {})
    yield Asked(Question.SEARCH_PEOPLE, {"givenName": "Ruth", "familyName": "Ames", "age": 40})


def of_entities(ids: Ids, before: list[dict[str, Any]], known: dict[str, Any]) -> Iterator[Asked]:
    """About each person, address and household: all are answered, those who are hidden as nobody."""
    for id_ in ids.people:
        yield Asked(Question.PERSON, {"id": id_, "first": 100})
        yield Asked(Question.HOW, {"id": id_})
        yield Asked(Question.AGENCY_REFERENCES, {"id": id_})
        for then in before:
            yield Asked(Question.CO_RESIDENTS, {"person": id_} | then)
    for line, id_ in zip(HOMES, ids.addresses, strict=True):
        yield Asked(Question.CONCERNS_AT_ADDRESS, {"address": line, "first": 100})
        yield Asked(Question.ADDRESS, {"id": id_, "first": 100})
        yield Asked(Question.HOW, {"id": id_})
        for then in (*before, known):
            yield Asked(Question.ADDRESS_HISTORY, {"id": id_} | then)
    for id_ in ids.households:
        yield Asked(Question.HOUSEHOLD, {"id": id_, "first": 100})
        for then in before:
            yield Asked(Question.HOUSEHOLD_NETWORK, {"id": id_, "depth": 3} | then)


def of_pairs(ids: Ids, live: list[str], before: list[dict[str, Any]]) -> Iterator[Asked]:
    """About two people who are in use, two addresses, two records: refused of what is hidden, or gone."""
    for left, right in pairwise(live):
        for then in before:
            yield Asked(Question.PATHS_BETWEEN, {"left": left, "right": right} | then)
    there = {*live, *ids.records, *ids.addresses, *ids.places}
    for some in (live, ids.records, ids.addresses, ids.places):
        for left, right in pairwise(some):
            seen = {left, right} <= there - ids.hidden
            yield Asked(Question.WHY, {"left": left, "right": right}, "" if seen else UNKNOWN)


def look_for_leaks(machine: Machine, asker: Asker, *only: Question) -> None:
    """Ask every question that somebody may ask, or only these; raise what no answer may hold."""
    ids, may = Ids.of(machine.borough), may_ask(asker)
    kept = ids.hidden | refused(machine, asker)
    machine.found.will_find(*sorted(machine.borough.people()))
    for asked in questions(machine, ids):
        if asked.question in may and asked.question in (only or may):
            scan(machine, asker, asked, kept)


def may_ask(asker: Asker) -> set[Question]:
    """Of the questions asked here those that somebody may ask."""
    return QUESTIONS & in_force().questions(asker.role, asker.purpose)


def scan(machine: Machine, asker: Asker, asked: Asked, kept: frozenset[str]) -> str:
    """One answer: it is there, and nothing is in it that is kept from whoever asks."""
    document = ROOTS[asked.question].document_for({"role": asker.role, "purpose": asker.purpose})
    response = machine.send(asker, document, asked.variables)
    answer = response.json()
    code = "" if response.status_code == 200 else answer["errors"][0]["extensions"]["code"]
    whose = f"{asked} as {asker.role}, {asker.purpose} of {asker.agency!r}"
    if code != asked.refused:
        raise LeakedError(f"{whose} is answered with {code or 'data'}: {response.text}")
    told = set(IDS_AND_MOMENTS.findall(response.text))
    if told & kept:
        raise LeakedError(f"{whose} shows {sorted(told & kept)}: {response.text}")
    if any(each[0] in "PAHr" for each in told) or OF_AGENCIES.search(response.text):
        machine.told.add((asker.role, asker.purpose, asked.question))
    return str(response.text)


def refused(machine: Machine, asker: Asker) -> frozenset[str]:
    """When what may not be shown at all was."""
    borough, now = machine.borough, machine.borough.clock.now
    moments = {
        event.at
        for event in borough.events
        if not covered(event, borough.agreements, asker, now) or borough.hidden_event(event)
    } | {event.at for event in machine.said if event not in borough.events}
    return frozenset(at.isoformat() for at in moments)
