"""What each question other than that for a person may show of contacts, held against the oracle.

Who is who and who lives where is taken from the answer. Asked along one way (test_never_more_than_agreed.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.api.lawful.borough import HOMES
from tests.api.lawful.oracle import Asker, Event, counts_of_person, covered, of_person, one_by_one

from mast_api.access import Question, in_force

if TYPE_CHECKING:
    from tests.api.lawful.machine import Machine

AGENCIES = "agencies { agency { id } count countMonths openEpisodes }"
MEMBERS = "members { personId spells { begin end } }"
EDGES = "contacts { edges { node { at } } }"
PLACE = f"""query($address: String!) {{ concernsAtAddress(address: $address, first: 100) {{
  households {{ {MEMBERS} }} {AGENCIES} {EDGES} }} }}"""
HOUSEHOLD = f"""query($id: ID!) {{ household(id: $id, first: 100) {{
  households {{ members {{ {MEMBERS} }} {AGENCIES} {EDGES} }} }} }}"""
NETWORK = """query($id: ID!, $asOf: DateTime) { householdNetwork(id: $id, depth: 4, asOf: $asOf) {
  people { personId } addresses { addressId } contactCount contacts { contact { at } } } }"""
EXTRACT = """query($asOf: DateTime) { networkExtract(asOf: $asOf) {
  people { personId agencies { agency { id } countIn12Months openEpisodes } } } }"""
CHAINS = """query($left: ID!, $right: ID!, $asOf: DateTime) {
  pathsBetween(left: $left, right: $right, asOf: $asOf) { chains { steps { ties { kind } } } } }"""
FOUND = f"""query {{ searchPeople(givenName: "Ruth", familyName: "Ames", age: 40) {{
  candidates {{ personId {AGENCIES} }} }} }}"""
REFERENCES = """query($id: ID!) { agencyReferences(id: $id) {
  references { agencyId } withoutKey { agencyId } } }"""
BREAK = """mutation($id: ID!) { breakGlass(target: {id: $id}, reason: "somebody's life hangs on it") {
  id contacts { contact { at } } } }"""
BEHIND = "query($id: ID!) { behindGlass(id: $id) { contacts { contact { at } } } }"
ALERT = "query($id: ID!) { alert(id: $id) { contacts { at } contactCount } }"
BACK = (None, 10, 60, 150)
"""Days by which the moment of a question is turned back."""

Look = Callable[["Machine", Asker], Iterator[tuple[object, object]]]


class LeakedError(AssertionError):
    """Something was shown that may not be, or kept back that has to be shown."""


def holds(machine: Machine, asker: Asker, question: Question, look: Look) -> None:
    """Each pair that a look finds is what is told and what may be."""
    if question in in_force().questions(asker.role, asker.purpose):
        for told, right in look(machine, asker):
            if told != right:
                raise LeakedError(
                    f"{question} as {asker.role}, {asker.purpose} of {asker.agency!r}: {told} but {right}"
                )


def at_a_place(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Of an address what happened there, to whom lives there since they do, and elsewhere before."""
    world = machine.borough
    for address in HOMES:
        (answer,) = machine.answer(asker, PLACE, {"address": address})
        at = [] if world.shielded_places.get(address) else world.at(address)
        since = {
            member["personId"]: min(moment(spell["begin"]) for spell in member["spells"])
            for home in answer["households"]
            for member in home["members"]
        }
        parts = {"place": at, "resident": [], "elsewhere": []}
        for person, begin in since.items():
            for event in world.of(person):
                parts["resident" if event.at >= begin else "elsewhere"].append(event)
        every = [event for events in parts.values() for event in events]
        yield moments(answer), one_by_one(parts.values(), world.agreements, asker, world.clock.now)
        yield counts(answer), counts_of_person(unique(every), world.agreements, asker, world.clock.now)


def in_a_household(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Of a household what happened to its members while they were."""
    world = machine.borough
    for id_ in machine.households():
        (answer,) = machine.answer(asker, HOUSEHOLD, {"id": id_})
        for home in answer["households"]:
            theirs = unique(
                event
                for member in home["members"]["members"]
                for event in world.of(member["personId"])
                if any(within(event.at, spell) for spell in member["spells"])
            )
            now = world.clock.now
            yield moments(home), of_person(theirs, world.agreements, asker, now)
            yield counts(home), counts_of_person(theirs, world.agreements, asker, now)


def in_a_network(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Around a household, of each person and place what is shown of it alone; turned back, no more."""
    world = machine.borough
    now = world.clock.now
    for id_ in machine.households():
        for days in BACK:
            as_of = now - dt.timedelta(days=days or 0)
            asked = {"id": id_, "asOf": as_of.isoformat() if days else None}
            (answer,) = machine.answer(asker, NETWORK, asked)
            whose = [world.of(each["personId"]) for each in answer["people"]]
            whose += [world.at(world.place_of(each["addressId"])) for each in answer["addresses"]]
            may = {at for events in whose for at in of_person(events, world.agreements, asker, now)}
            told = {moment(each["contact"]["at"]) for each in answer["contacts"]}
            yield told, {at for at in may if at <= as_of}
            yield answer["contactCount"], len(told)


def in_the_extract(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Of everybody which agencies know them: how many contacts of a year, and how many go on."""
    world = machine.borough
    now = world.clock.now
    for days in BACK:
        asked = {"asOf": (now - dt.timedelta(days=days)).isoformat() if days else None}
        (answer,) = machine.answer(asker, EXTRACT, asked)
        for person in answer["people"]:
            told = {
                (each["agency"]["id"], each["countIn12Months"], each["openEpisodes"])
                for each in person["agencies"]
            }
            counted = counts_of_person(world.of(person["personId"]), world.agreements, asker, now)
            yield told, {(agency, n if months == 12 else None, o) for agency, n, months, o in counted}


def in_chains(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Two are tied by what touches both and may be seen; of an earlier moment, by what is listed anyhow."""
    world = machine.borough
    now, people = world.clock.now, sorted(world.people())
    for left, right in pairwise(people):
        both = [event for event in world.of(left) if event in world.of(right)]
        for days in BACK:
            as_of = now - dt.timedelta(days=days or 0)
            asked = {"left": left, "right": right, "asOf": as_of.isoformat() if days else None}
            (answer,) = machine.answer(asker, CHAINS, asked)
            tied = sum(
                tie["kind"] == "CONTACT"
                for chain in answer["chains"]
                if len(chain["steps"]) == 1
                for tie in chain["steps"][0]["ties"]
            )
            may = [covered(event, world.agreements, asker, now) for event in both if event.at <= as_of]
            yield tied, sum(how == "full" or (how == "latest" and not days) for how in may)


def in_a_search(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Of who is found only agencies and numbers."""
    world = machine.borough
    (answer,) = machine.answer(asker, FOUND, {})
    for each in answer["candidates"]:
        theirs = world.of(each["personId"])
        yield counts(each), counts_of_person(theirs, world.agreements, asker, world.clock.now)


def in_references(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Of a person those agencies' references of whose record a contact may be seen."""
    world = machine.borough
    for person, refs in world.people().items():
        (answer,) = machine.answer(asker, REFERENCES, {"id": person})
        told = {each["agencyId"] for each in answer["references"] + answer["withoutKey"]}
        seen = [e for e in world.of(person) if covered(e, world.agreements, asker, world.clock.now)]
        yield told, {ref[0] for ref in refs if any(ref in event.people for event in seen)}


def behind_the_glass(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """Whoever is shielded is shown as if they were not, and no more of them than agreed."""
    world = machine.borough
    for person, refs in world.people().items():
        (first,) = machine.answer(asker, BREAK, {"id": person})
        (again,) = machine.answer(asker, BEHIND, {"id": first["id"]})
        theirs = [event for event in world.events if event.people & refs]
        may = behind(theirs, machine, asker)
        for answer in (first, again):
            yield {moment(each["contact"]["at"]) for each in answer["contacts"]}, may


def an_alert(machine: Machine, asker: Asker) -> Iterator[tuple[object, object]]:
    """By its id: there for whoever may see all that it rests on, with those that are listed anyhow.

    One that was taken back is about whom it was then: it may be there, or not.
    """
    world = machine.borough
    world.work_out_alerts()
    now = world.clock.now
    listed = one_by_one(world.whose(), world.agreements, asker, now)
    seen = {
        each.at
        for each in world.events
        if covered(each, world.agreements, asker, now) and not world.hidden_event(each)
    }
    for id_, stands, rests_on in world.alerts():
        answer = machine.answer_or_none(asker, ALERT, {"id": id_})
        if stands or answer:
            yield bool(answer), rests_on <= seen
        if answer:
            yield answer["contactCount"], len(rests_on)
            told = {moment(each["at"]) for each in answer["contacts"]}
            yield told, (rests_on & listed if stands else told & listed)


def behind(events: list[Event], machine: Machine, asker: Asker) -> set[dt.datetime]:
    """What is open, and the latest of each agency and type of what is agreed."""
    world = machine.borough
    seen = [event for event in events if covered(event, world.agreements, asker, world.clock.now)]
    latest: dict[tuple[str, str], dt.datetime] = {}
    for event in seen:
        kind = (event.agency, event.type)
        latest[kind] = max(event.at, latest.get(kind, event.at))
    return {event.at for event in seen if event.open} | set(latest.values())


LOOKS: dict[Question, Look] = {
    Question.CONCERNS_AT_ADDRESS: at_a_place,
    Question.HOUSEHOLD: in_a_household,
    Question.HOUSEHOLD_NETWORK: in_a_network,
    Question.NETWORK_EXTRACT: in_the_extract,
    Question.PATHS_BETWEEN: in_chains,
    Question.SEARCH_PEOPLE: in_a_search,
    Question.AGENCY_REFERENCES: in_references,
    Question.BREAK_GLASS: behind_the_glass,
    Question.ALERT: an_alert,
}


def unique(events: Iterable[Event]) -> list[Event]:
    """Each once, though it touches several."""
    return list({event.at: event for event in events}.values())


def moments(answer: Any) -> set[dt.datetime]:
    return {moment(edge["node"]["at"]) for edge in answer["contacts"]["edges"]}


def counts(answer: Any) -> set[tuple[str, int, int, int]]:
    """As the oracle has them."""
    return {
        (each["agency"]["id"], each["count"], each["countMonths"], each["openEpisodes"])
        for each in answer["agencies"]
    }


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def within(at: dt.datetime, spell: Any) -> bool:
    return moment(spell["begin"]) <= at and (spell["end"] is None or at < moment(spell["end"]))
