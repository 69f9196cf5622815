"""A town with a refuge, a safe flat and a witness; and a service whose limits let everything be asked."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.town import Service, Town, ago

from mast_api.development import DevelopmentIssuer
from mast_api.limits import Limits
from mast_api.people_search import PeopleSearch
from mast_api.ports import Services

WIDE = Limits(
    tokens=20_000, selections=5_000, repeats=500, depth=20, cost=10_000_000, document_characters=60_000
)


@pytest.fixture
def wide(services: tuple[Services, DevelopmentIssuer]) -> Services:
    """The real search in memory, and limits that let everything be asked for at once."""
    built = services[0]
    return replace(built, search=PeopleSearch(built.live), limits=WIDE)


@pytest.fixture
def service(wide: Services, services: tuple[Services, DevelopmentIssuer]) -> Iterator[Service]:
    with Service(wide, services[1], wait=False) as running:
        yield running
    gc.unfreeze()


HIGH_STREET = "14 High Street, Walsall WS1 1AA"
BUILDING = "20 Mill Lane, Walsall WS1 1AB"
SAFE_FLAT = "Flat 2, 20 Mill Lane, Walsall WS1 1AB"
OPEN_FLAT = "Flat 1, 20 Mill Lane, Walsall WS1 1AB"
LONE = "30 Mill Lane, Walsall WS1 1AB"
LONE_FLAT = "Flat 7, 20 Mill Lane, Walsall WS1 1AB"
REFUGE = "Haven Refuge, 3 Park Road, Walsall WS5 5EE"
REFUGE_PLAIN = "3 Park Road, Walsall WS5 5EE"
HIGH_STREET_NUMBER, REFUGE_NUMBER = "100014", "100033"
"""Their property numbers (UPRN)."""
BLOCK = "Sanctuary House Refuge, 9 Canal Street, Walsall WS1 1AD"
ROOM = "Room 4, 9 Canal Street, Walsall WS1 1AD"

PEOPLE = {
    "ann": [("housing", "ann"), ("police", "ann")],
    "ben": [("housing", "ben")],
    "cara": [("housing", "cara")],
    "dee": [("police", "dee"), ("housing", "dee")],
    "eve": [("nhs", "eve")],
    "fay": [("fire", "fay")],
    "gus": [("police", "gus")],
    "ivo": [("police", "ivo0"), ("police", "ivo1")],
}


def _related(to: str, kind: str) -> dict[str, Any]:
    return {"related_to": to, "relation": kind}


def tell_what_may_be_known(town: Town) -> None:
    """Ann and Ben at home, Cara in a flat, Gus who is violent, and what happened."""
    born: dict[str, Any] = {"date_of_birth": "1990-05-17"}
    town.says(
        "housing",
        "ann",
        person="Ann Leeson",
        place=HIGH_STREET,
        uprn=HIGH_STREET_NUMBER,
        lives=(ago(900), None),
        **born,
    )
    town.says("housing", "ann", person="Ann Leeson", place=HIGH_STREET, **born, **_related("dee", "SIBLING"))
    town.says("police", "ann", person="Ann Leeson", contact="MISSING_PERSON", at=ago(30), **born)
    town.says(
        "housing",
        "ben",
        person="Benedict Leeson",
        place=HIGH_STREET,
        lives=(ago(700), None),
        **_related("ann", "PARTNER"),
    )
    town.says("housing", "cara", person="Cara Singh", place=OPEN_FLAT, lives=(ago(300), None))
    town.says("housing", "block", place=BUILDING, contact="ASB_CASE", at=ago(40))
    town.says("police", "gus", person="Gustav Hall", place=HIGH_STREET, lives=(ago(2_000), ago(950)))
    town.says(
        "police",
        "gus",
        person="Gustav Hall",
        contact="DOMESTIC_ABUSE_INCIDENT",
        at=ago(60),
        contact_id="attack",
        contact_role="suspect",
        **_related("dee", "PARTNER"),
    )


def tell_what_may_not(town: Town) -> None:
    """Dee fled to a refuge, and Fay is there as others write it; a flat is safe; Eve, Ivo are witnesses."""
    born: dict[str, Any] = {"date_of_birth": "1988-02-03"}
    town.says("police", "dee", person="Deirdre Okafor", place=HIGH_STREET, lives=(ago(800), None), **born)
    town.says("police", "dee", person="Deirdre Okafor", contact="MISSING_PERSON", at=ago(15), **born)
    town.says(
        "police",
        "dee",
        person="Deirdre Okafor",
        contact="DOMESTIC_ABUSE_INCIDENT",
        at=ago(60),
        contact_id="attack",
        **born,
    )
    town.loaded_at += timedelta(minutes=1)
    town.says("housing", "dee", person="Deirdre Okafor", place=REFUGE, lives=(ago(20), None), **born)
    town.says("housing", "dee", person="Deirdre Okafor", place=REFUGE, **born, **_related("ben", "CHILD"))
    town.says("housing", "refuge", place=REFUGE, uprn=REFUGE_NUMBER, contact="ASB_CASE", at=ago(10))
    town.says("housing", "safe", place=SAFE_FLAT, contact="ASB_CASE", at=ago(9), shielded="address")
    town.says(
        "nhs",
        "eve",
        person="Evelyn Abara",
        place=HIGH_STREET,
        lives=(ago(400), None),
        contact="SAFEGUARDING_CONCERN",
        at=ago(12),
        shielded="person",
        date_of_birth="1979-09-09",
    )
    fays: dict[str, Any] = {"place": REFUGE_PLAIN, "uprn": REFUGE_NUMBER, "lives": (ago(25), None)}
    town.says("fire", "fay", person="Faye Wójcik", **fays)
    for number, home in enumerate((LONE, LONE_FLAT)):
        town.says(
            "police",
            f"ivo{number}",
            person="Ivo Petrov",
            place=home,
            lives=(ago(100 - number), None),
            contact="SAFEGUARDING_CONCERN",
            at=ago(5),
            shielded="person",
        )
    town.says("housing", "sanctuary", place=BLOCK)
    town.says("fire", "room", place=ROOM, contact="SAFE_AND_WELL_VISIT", at=ago(8))
