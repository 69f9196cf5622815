"""What is known to show of who is shielded (ADR 0032), and how little that is: towns with them and without.

Which records are one address or one person, and which building a flat is in, is decided with all in view.
What may differ is how what may be seen is grouped: never what may be seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.emptying import empty
from tests.everything import asking_everything
from tests.register import BORN, ENQUIRY, HOME, Register, decide
from tests.town import Service, Town, ago

from mast_api.development import DevelopmentIssuer
from mast_api.ports import Services
from mast_api.resolving import resolve_pending
from mast_api.workspace import now
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

OURS = "14 High Street, Bloxwich, Walsall WS3 1AA"
NO_POSTCODE = "14 High Street, Walsall"
RIVAL = "14 High Street, Pelsall, Walsall WS3 4AB"
NEIGHBOUR = "9 Canal Street, Walsall WS1 1AD"
UNSURE = "Flat 4, 9, WS1 1AD"
HIDDEN_BUILDING = "9 Basin Wharf, Walsall WS1 1AD"
SAID = (
    ("police", OURS, "NEIGHBOUR_CONCERN"),
    ("fire", NO_POSTCODE, "FIRE_INCIDENT"),
    ("police", NEIGHBOUR, "NEIGHBOUR_CONCERN"),
    ("housing", UNSURE, "ASB_CASE"),
)

World = Callable[..., list[str]]


@pytest.fixture
def today(wide: Services, services: tuple[Services, DevelopmentIssuer]) -> Iterator[Service]:
    """The service by the machine's clock: what is resolved is resolved now."""
    with Service(replace(wide, clock=now), services[1], wait=False) as running:
        yield running


@pytest.fixture
def world(town: Town, today: Service, tmp_path: Path) -> World:
    """All answers about some lines, in a graph of its own, resolved by the resolver itself."""
    lease = [town._lease]

    def work(lines: list[str], *hidden: str) -> list[str]:
        empty(town.store)
        lease[0] = Lease.acquire(town.store, "tests", renew=False)
        there = Town(town.store, lease[0])
        for reference, (agency, place, contact) in enumerate(SAID):
            there.says(agency, str(reference), place=place, contact=contact, at=ago(reference))
        for place in hidden:
            there.says(
                "housing",
                place,
                person="Pam Rowe",
                place=place,
                lives=(ago(90), None),
                contact="SAFEGUARDING_CONCERN",
                shielded="person",
            )
        resolve_pending(there.store, lease[0], there.keys, tmp_path)
        answers = []
        for line in lines:
            response = today.ask(asking_everything("concernsAtAddress"), address=line, **ENQUIRY)
            assert response.status_code == 200, response.text
            answers.append(json.dumps(response.json()["data"]["concernsAtAddress"]))
        return answers

    return work


def contacts(answer: str) -> set[str]:
    return {edge["node"]["id"] for edge in json.loads(answer)["contacts"]["edges"]}


def matches(answer: str) -> list[dict[str, Any]]:
    return list(json.loads(answer)["matches"])


def test_a_hidden_rival_parts_records_and_shows_nothing_else(world: World) -> None:
    lines = [OURS, NO_POSTCODE, RIVAL]
    (with_her, loose, rival), (without, loose_without, rival_without) = world(lines, RIVAL), world(lines)
    # The leak: the line without a postcode is an address of its own, for it may be hers too.
    assert contacts(loose) < contacts(loose_without)
    assert contacts(with_her) < contacts(without)
    # Its bound: what happened is told at one address or the other, all of it and nothing of hers.
    assert contacts(loose) | contacts(with_her) == contacts(loose_without) == contacts(without)
    assert not contacts(loose) & contacts(with_her)
    assert len(contacts(loose_without)) == 2
    assert contacts(rival) == contacts(rival_without)
    assert "SAFEGUARDING_CONCERN" not in with_her + loose + rival


def test_a_hidden_building_makes_a_flats_building_uncertain_and_shows_nothing_else(world: World) -> None:
    lines = [NEIGHBOUR, UNSURE, HIDDEN_BUILDING]
    with_her, without = world(lines, HIDDEN_BUILDING), world(lines)
    # The leak: the flat of which no street is said is in the one building that is known, or in neither.
    assert matches(without[1])[0]["buildingId"] == matches(without[0])[0]["addressId"]
    assert matches(with_her[1])[0]["buildingId"] is None
    assert [matches(each[0])[0]["unitCount"] for each in (with_her, without)] == [0, 1]
    # Its bound: all else is the same, but for ids, which are drawn.
    assert list(map(_but_for_buildings, with_her)) == list(map(_but_for_buildings, without))


def _but_for_buildings(answer: str) -> str:
    told = json.loads(answer)
    del told["asOf"]
    told["notShown"] = [each for each in told["notShown"] if "flats or rooms" not in each]
    for match in told["matches"]:
        match |= {"buildingId": None, "unitCount": 0, "units": []}
    text = re.sub(r'"\w*[cC]ursor": "[^"]*"', "", json.dumps(told, sort_keys=True))
    return re.sub(r'"[AHP]-[^"]+"', '""', text)


MILL_LANE = "3 Mill Lane, Walsall WS1 1AB"
CANAL_STREET = "8 Canal Street, Walsall WS1 1AD"
NUMBER = "9434765919"
SHIELD = 'mutation ($id: ID!) { shield(id: $id, reason: "he looks for her") { shieldId } }'


@pytest.fixture
def register(store: Store, neo4j_server: Login, tmp_path: Path, town: Town) -> Callable[[], Register]:
    """An empty graph and a register over it, each time."""
    town._lease.release()

    def anew() -> Register:
        empty(store)
        return Register(store, neo4j_server, tmp_path)

    return anew


def everything_told(today: Service, *names: tuple[str, str]) -> tuple[set[str], str]:
    """Types of all contacts that are told at three places and of all who are found, and every answer."""
    today.services.live.read()
    asked = [("concernsAtAddress", {"address": line}) for line in (HOME, MILL_LANE, CANAL_STREET)]
    asked += [("networkExtract", {}), ("reviewQueue", {})]
    for given, family in names:
        sought = {"givenName": given, "familyName": family}
        found = today.answer(asking_everything("searchPeople"), **sought, **ENQUIRY)
        asked.append(("searchPeople", sought))
        for each in found["candidates"]:
            asked += [("person", {"id": each["personId"]}), ("how", {"id": each["personId"]})]
            asked.append(("coResidents", {"person": each["personId"]}))
    told = ""
    for field, variables in asked:
        response = today.ask(asking_everything(field), **variables, **ENQUIRY)
        assert response.status_code == 200, response.text
        told += response.text
    return set(re.findall(r'"type":"(\w+)"', told)), told


def nothing_of(register: Register, told: str, *hidden: RecordId) -> None:
    """No id of a record, of whoever it is, nor of a contact of theirs is in any answer."""
    for record in hidden:
        ids = [record, register.person(record)] + [
            row["id"]
            for row in register.rows(
                "MATCH (:PersonRecord {id: $id})-->(c:Contact) RETURN c.id AS id", id=record
            )
        ]
        assert len(ids) == 3
        assert not [each for each in ids if each in told]


@pytest.mark.parametrize("with_her", [False, True])
def test_records_that_a_hidden_one_joins_are_hidden_with_it_and_show_nothing(
    register: Callable[[], Register], today: Service, *, with_her: bool
) -> None:
    there = register()
    left = there.says("police", "1", "Annabel Leeson", BORN, place=MILL_LANE, contact="WELFARE_CHECK")
    right = there.says("nhs", "2", "Annabel Okafor", "1991-05-17", place=CANAL_STREET,
                       contact="ED_ATTENDANCE", national_id=NUMBER)  # fmt: skip
    if with_her:
        hers = there.says("housing", "3", "Annabel Leeson", BORN, place=MILL_LANE, national_id=NUMBER,
                          contact="SAFEGUARDING_CONCERN", shielded="person")  # fmt: skip
    there.resolve()
    types, told = everything_told(today, ("Annabel", "Leeson"), ("Annabel", "Okafor"))
    if with_her:
        # The leak: two who are known where she is not are none.
        assert there.groups(left, right, hers) == {frozenset({left, right, hers})}
        assert types == set()
        nothing_of(there, told, left, right, hers)
    else:
        assert there.groups(left, right) == {frozenset({left}), frozenset({right})}
        assert types == {"WELFARE_CHECK", "ED_ATTENDANCE"}


@pytest.mark.parametrize("with_her", [False, True])
def test_records_that_a_hidden_one_parts_show_each_its_own_and_nothing_else(
    register: Callable[[], Register], today: Service, *, with_her: bool
) -> None:
    there = register()
    left = there.says("police", "1", "Annabel Leeson", BORN, contact="WELFARE_CHECK")
    right = there.says("nhs", "2", "Annabel Leeson", BORN, contact="ED_ATTENDANCE", national_id=NUMBER)
    if with_her:
        hers = there.says("housing", "3", "Annabel Leeson", BORN, place=MILL_LANE, national_id=NUMBER,
                          contact="SAFEGUARDING_CONCERN")  # fmt: skip
    there.resolve()
    if with_her:
        today.services.live.read()
        decide(today, left, hers, "DIFFERENT")
        today.answer(SHIELD, id=there.person(hers), **ENQUIRY)
    types, told = everything_told(today, ("Annabel", "Leeson"))
    assert "WELFARE_CHECK" in types
    if with_her:
        # The leak: one of two who were one went with her.
        assert there.groups(left, right, hers) == {frozenset({left}), frozenset({right, hers})}
        assert types == {"WELFARE_CHECK"}
        nothing_of(there, told, right, hers)
    else:
        assert there.groups(left, right) == {frozenset({left, right})}
        assert types == {"WELFARE_CHECK", "ED_ATTENDANCE"}
