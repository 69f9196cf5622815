"""An id that is out of use is followed alike by every question, and that it was is said."""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.api.shields.conftest import PEOPLE, REFUGE, tell_what_may_be_known, tell_what_may_not
from tests.api.shields.test_as_if_never_loaded import same_as_absent, withdraw
from tests.everything import asking_everything
from tests.graph_contents import rows
from tests.register import ENQUIRY
from tests.town import Service, Town

from mast_graph.store import Login
from mast_resolver.records import Kind, RecordId

pytestmark = pytest.mark.graph

ASKS: Final[dict[str, dict[str, tuple[str, dict[str, str]]]]] = {
    "P": {
        "person": ("id", {}),
        "coResidents": ("person", {}),
        "how": ("id", {}),
        "pathsBetween": ("left", {"right": "P-ann"}),
    },
    "A": {"address": ("id", {}), "addressHistory": ("id", {})},
    "H": {"household": ("id", {}), "householdNetwork": ("id", {})},
}
"""Every question that takes an id of each kind: the name of the argument, and what else is to be given."""


def told(service: Service, old: str) -> dict[str, list[str] | None]:
    """To whom each question says that the id leads."""
    found: dict[str, list[str] | None] = {}
    for field, (name, more) in ASKS[old[0]].items():
        answer = service.answer(asking_everything(field), **{name: old}, **more, **ENQUIRY)
        said = answer["superseded"]
        said = said[0] if isinstance(said, list) and said else said
        found[field] = said["successorIds"] if said else None
    return found


def unknown(service: Service, old: str) -> bool:
    """Whether every question answers as for an id that was never given."""
    return all(
        same_as_absent(service, field, {name: old, **more}, {name: f"{old[0]}-never", **more})
        for field, (name, more) in ASKS[old[0]].items()
    )


@pytest.fixture
def resolved(town: Town, service: Service) -> Town:
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    town.resolve(PEOPLE)
    service.services.live.read()
    return town


def records_at(server: Login, address: str) -> dict[str, RecordId]:
    """The records of an address, by whose they are."""
    found = rows(
        server,
        "MATCH (:Address {id: $id})<-[r:RESOLVES_TO]-(a) WHERE r.recorded_to.year = 9999 "
        "RETURN a.agency AS agency, a.id AS id ORDER BY id",
        id=address,
    )
    return {row["agency"]: RecordId(row["id"]) for row in found}


def test_an_id_leads_on_over_several_steps_whatever_is_asked(resolved: Town, service: Service) -> None:
    ben = resolved.record("housing", "ben")
    resolved.supersede(Kind.PERSON, "P-ben", "P-next", moved={ben: "P-next"})
    resolved.supersede(Kind.PERSON, "P-next", "P-last", moved={ben: "P-last"})
    service.services.live.read()
    for old in ("P-ben", "P-next"):
        assert told(service, old) == {key: ["P-last"] for key in ASKS["P"]}
    assert told(service, "P-last") == dict.fromkeys(ASKS["P"], None)


def test_an_id_that_ended_shielded_leads_to_who_may_be_seen_whatever_is_asked(
    resolved: Town, service: Service, neo4j_server: Login
) -> None:
    moved = {resolved.record("police", "dee"): "P-one", resolved.record("housing", "dee"): "P-two"}
    resolved.supersede(Kind.PERSON, "P-dee", "P-one", "P-two", moved=moved)
    service.services.live.read()
    assert told(service, "P-dee") == {key: ["P-one"] for key in ASKS["P"]}
    refuge = resolved.address(REFUGE)
    held = records_at(neo4j_server, refuge)
    # What the fire service wrote was another house after all, and that may be known.
    parted = {held["housing"]: "A-refuge", held["fire"]: "A-plain"}
    assert unknown(service, refuge)
    resolved.supersede(Kind.ADDRESS, refuge, "A-plain", "A-refuge", moved=parted)
    assert told(service, refuge) == {key: ["A-plain"] for key in ASKS["A"]}
    history = service.answer(asking_everything("addressHistory"), id=refuge, **ENQUIRY)
    assert history["addressIds"] == ["A-plain"]
    assert unknown(service, "A-refuge")


def test_an_id_that_leads_to_nobody_who_may_be_seen_is_as_unknown_as_any_other(
    resolved: Town, service: Service, neo4j_server: Login
) -> None:
    records = {resolved.record(*each): "P-last" for each in PEOPLE["dee"]}
    resolved.supersede(Kind.PERSON, "P-dee", "P-last", moved=records)
    refuge = resolved.address(REFUGE)
    held = dict.fromkeys(records_at(neo4j_server, refuge).values(), "A-last")
    resolved.supersede(Kind.ADDRESS, refuge, "A-last", moved=held)
    service.services.live.read()
    for old in ("P-dee", "P-last", refuge, "A-last"):
        assert unknown(service, old)


def test_an_id_of_which_nothing_is_left_is_said_to_have_ended_whatever_is_asked(
    resolved: Town, service: Service, neo4j_server: Login
) -> None:
    (home,) = rows(
        neo4j_server,
        "MATCH (:Person {id: $id})-[:MEMBER_OF]->(h:Household) RETURN h.id AS id",
        id="P-cara",
    )
    withdraw(resolved, [resolved.record("housing", "cara")])
    service.services.live.read()
    assert told(service, "P-cara") == {key: [] for key in ASKS["P"]}
    assert told(service, home["id"]) == {key: [] for key in ASKS["H"]}


def test_a_household_that_was_split_is_followed_alike(
    resolved: Town, service: Service, neo4j_server: Login
) -> None:
    (home,) = rows(
        neo4j_server, "MATCH (:Person {id: 'P-ann'})-[:MEMBER_OF]->(h:Household) RETURN h.id AS id"
    )
    at = next(
        row["id"]
        for row in rows(
            neo4j_server, "MATCH (:Household {id: $id})-[:HOUSEHOLD_AT]->(a) RETURN a.id AS id", id=home["id"]
        )
    )
    held = dict.fromkeys(records_at(neo4j_server, at).values(), "A-new")
    resolved.supersede(Kind.ADDRESS, at, "A-new", moved=held)
    found: dict[str, Any] = told(service, home["id"])
    assert found["household"] == found["householdNetwork"]


def test_a_household_ends_though_somebody_who_may_not_be_known_of_lives_on_there(
    resolved: Town, service: Service, neo4j_server: Login
) -> None:
    of = "MATCH (:Person {id: $id})-[:MEMBER_OF]->(h) WHERE h.recorded_to.year = 9999 RETURN h.id AS id"
    (home,) = rows(neo4j_server, of, id="P-ann")
    assert home in rows(neo4j_server, of, id="P-eve")
    withdraw(resolved, [resolved.record(*each) for name in ("ann", "ben") for each in PEOPLE[name]])
    service.services.live.read()
    assert told(service, home["id"]) == {key: [] for key in ASKS["H"]}
    (hers,) = rows(neo4j_server, of, id="P-eve")
    assert hers != home
    assert unknown(service, hers["id"])
