"""Who is shielded leaves no trace: every answer is what it is where their rows were never loaded."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.api.shields.conftest import (
    BLOCK,
    BUILDING,
    HIGH_STREET,
    LONE,
    LONE_FLAT,
    OPEN_FLAT,
    PEOPLE,
    REFUGE,
    REFUGE_PLAIN,
    ROOM,
    SAFE_FLAT,
    tell_what_may_be_known,
    tell_what_may_not,
)
from tests.everything import asking_everything
from tests.register import ENQUIRY
from tests.town import Service, Town

from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.state import read_pending
from mast_resolver.ports import Cause, Changes, Superseded
from mast_resolver.records import FOREVER, Batch, Kind, RecordId, Retraction

pytestmark = pytest.mark.graph

NEAR_THE_REFUGE = "3 Parc Road, Walsall WS5 5EE"
NEAR_LONE = "30 Mil Lane, Walsall WS1 1AB"
NAMES = {
    "ann": ("Ann", "Leeson"),
    "dee": ("Deirdre", "Okafor"),
    "eve": ("Evelyn", "Abara"),
    "fay": ("Faye", "Wojcik"),
    "gus": ("Gustav", "Hall"),
    "ivo": ("Ivo", "Petrov"),
}


def everything(town: Town, service: Service, ids: dict[str, str]) -> dict[str, Any]:
    """All that can be asked about all there is, by what was asked."""
    asked: dict[str, dict[str, Any]] = {}
    for line in (
        HIGH_STREET,
        BUILDING,
        OPEN_FLAT,
        SAFE_FLAT,
        REFUGE,
        REFUGE_PLAIN,
        BLOCK,
        ROOM,
        NEAR_THE_REFUGE,
        LONE,
        LONE_FLAT,
        NEAR_LONE,
    ):
        asked[f"concernsAtAddress {line}"] = {"address": line}
    for name, (given, family) in NAMES.items():
        for first in (1, 10):
            sought = {"givenName": given, "familyName": family, "address": REFUGE_PLAIN, "first": first}
            asked[f"searchPeople {name} {first}"] = sought
    for name, id_ in ids.items():
        kind = {"P": "person", "A": "address", "H": "household"}[id_[0]]
        asked[f"{kind} {name}"] = {"id": id_}
        if kind == "household":
            asked[f"householdNetwork {name}"] = {"id": id_, "depth": 4}
        if kind == "person":
            asked[f"how {name}"] = {"person": id_}
            asked[f"why {name}"] = {"left": id_, "right": "P-ann"}
            asked[f"why record {name}"] = {"left": town.record(*PEOPLE[name][0]), "right": "P-ben"}
    asked["reviewQueue"] = {}
    answers: dict[str, Any] = {}
    for what, variables in asked.items():
        field = what.split()[0]
        response = service.ask(asking_everything(field), **variables, **ENQUIRY)
        assert response.status_code == 200 or field == "why", response.text
        answers[what] = (response.status_code, told(response.text))
    return answers


def told(answer: str) -> str:
    """The answer with its households named in the order in which they come: their ids are drawn."""
    seen: dict[str, str] = {}
    return re.sub(r"H-\d+", lambda found: seen.setdefault(found[0], f"H{len(seen)}"), answer)


@pytest.fixture
def hidden_ids(town: Town) -> dict[str, str]:
    """Loaded and resolved, all of it; ids of everything, visible or not."""
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    town.resolve(PEOPLE)
    ids = {name: f"P-{name}" for name in PEOPLE}
    found = town.store.read("read.check_nodes", skip=0, limit=1_000)
    for row in found:
        if row["labels"] in (["Address"], ["Household"]):
            ids[str(row["properties"]["id"])] = str(row["properties"]["id"])
    assert len([id_ for id_ in ids.values() if id_.startswith("H-")]) >= 4
    return ids


def test_every_answer_is_as_if_their_rows_had_never_been_loaded(
    town: Town, service: Service, hidden_ids: dict[str, str]
) -> None:
    assert not any(faults(town.store).values())
    shielded = {row["id"] for row in _nodes(town, "Person") if row.get("shielded")}
    assert shielded == {"P-dee", "P-eve", "P-fay", "P-ivo"}
    service.services.live.read()
    with_them = everything(town, service, hidden_ids)
    assert '"outcome":"ONE"' in with_them[f"concernsAtAddress {HIGH_STREET}"][1]
    assert '"outcome":"NONE"' in with_them[f"concernsAtAddress {REFUGE}"][1]
    assert '"personId":"P-gus"' in with_them["searchPeople gus 1"][1]
    for one, other in (("ann", "ben"), ("ben", "ann")):
        assert f'"personId":"P-{other}","kind":"PARTNER"' in with_them[f"person {one}"][1]
    # New rows of the refuge that are not resolved yet, as its feed and as others write it.
    town.says("housing", "new", person="Hanna Novak", place=REFUGE, contact="ASB_CASE")
    town.says("police", "newer", place=REFUGE_PLAIN + ", England", contact="ASB_CASE")
    assert everything(town, service, hidden_ids) == with_them
    visible = {
        row["id"] for row in (*_nodes(town, "Person"), *_nodes(town, "Address")) if not row.get("shielded")
    }
    town.store.define("MATCH (n) DETACH DELETE n")
    again = _another(town)
    tell_what_may_be_known(again)
    again.loaded_at = town.loaded_at
    again.resolve(PEOPLE)
    service.services.live.read()
    there = {row["id"] for label in ("Person", "Address") for row in _nodes(again, label)}
    # Two addresses are there that only he who is shielded spoke of: they are not found either.
    assert there < visible
    assert len(visible - there) == 2
    homes = {id_ for id_ in hidden_ids.values() if id_.startswith("H-")}
    # Households are numbered as they come: by what they are, not by id, the two worlds are compared.
    without = everything(again, service, {k: v for k, v in hidden_ids.items() if v not in homes})
    assert {what: with_them[what] for what in without} == without


def test_an_old_id_leads_to_nobody_who_is_shielded(town: Town, service: Service) -> None:
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    town.resolve(PEOPLE)
    moved = {town.record("police", "dee"): "P-one", town.record("housing", "dee"): "P-two"}
    town.supersede(Kind.PERSON, "P-dee", "P-one", "P-two", moved=moved)
    service.services.live.read()
    # Only the part with the refuge's record is shielded, and the old id stands for the other one alone.
    assert {row["id"] for row in _nodes(town, "Person") if row.get("shielded")} == {
        "P-dee", "P-two", "P-eve", "P-fay", "P-ivo"
    }  # fmt: skip
    ask = asking_everything("person")
    old = service.answer(ask, id="P-dee", **ENQUIRY)
    assert old["superseded"]["successorIds"] == ["P-one"]
    assert [each["id"] for each in old["people"]] == ["P-one"]
    town.supersede(Kind.PERSON, "P-one", "P-two", moved={town.record("police", "dee"): "P-two"})
    service.services.live.read()
    for old_id in ("P-dee", "P-one", "P-two"):
        assert same_as_absent(service, "person", {"id": old_id}, {"id": "P-never"})
        assert same_as_absent(service, "how", {"person": old_id}, {"person": "P-never"})
    assert not any(faults(town.store).values())


def test_the_id_of_a_household_that_may_not_be_seen_is_as_unknown_as_any_other(
    town: Town, service: Service, hidden_ids: dict[str, str]
) -> None:
    found = {}
    for household in (id_ for id_ in hidden_ids.values() if id_.startswith("H-")):
        answer = service.answer(asking_everything("household"), id=household, **ENQUIRY)
        found[household] = {
            each["personId"] for home in answer["households"] for each in home["members"]["members"]
        }
    assert sorted(map(sorted, found.values())) == [[], [], [], ["P-ann", "P-ben"], ["P-cara"], ["P-gus"]]
    hidden = [household for household, members in found.items() if not members]
    for household in hidden:
        assert same_as_absent(service, "household", {"id": household}, {"id": "H-never"})
        assert same_as_absent(
            service, "householdNetwork", {"id": household, "depth": 4}, {"id": "H-never", "depth": 4}
        )
    # Everybody of them goes, and with them the households: their ids stay as unknown as they were.
    records = [town.record(*each) for each in (*PEOPLE["dee"], *PEOPLE["fay"], *PEOPLE["ivo"])]
    withdraw(town, records)
    ended = {row["id"] for row in _nodes(town, "Household") if row["recorded_to"] < FOREVER}
    assert ended == set(hidden)
    for household in hidden:
        assert same_as_absent(service, "household", {"id": household}, {"id": "H-never"})


def same_as_absent(
    service: Service, field: str, shielded: dict[str, Any], absent: dict[str, Any], kind: str = "query"
) -> bool:
    """Whether the two answers are the same bytes."""
    document = asking_everything(field, kind=kind)
    one = service.ask(document, **shielded, **ENQUIRY)
    other = service.ask(document, **absent, **ENQUIRY)
    # When it was asked is in the answer, and the clock of some tests runs.
    bodies = [re.sub(r'"asOf":"[^"]*"', "", each.text) for each in (one, other)]
    assert (one.status_code, bodies[0]) == (other.status_code, bodies[1])
    hidden = {"x-request-id", "date"}
    assert {k: v for k, v in one.headers.items() if k not in hidden} == {
        k: v for k, v in other.headers.items() if k not in hidden
    }
    return True


def withdraw(town: Town, records: list[RecordId]) -> None:
    """Their agencies retract these records of people, and what is left is resolved."""
    loader = Loader(town.store, town._lease, lambda: town.loaded_at)
    load = loader.begin("feed", "withdrawal")
    assert load is not None
    loader.load(load, Batch(retractions=tuple(Retraction(record=record) for record in records)))
    entities = {town._known.pop(record) for record in records}
    town._write(
        Changes(
            unassigned=tuple(records),
            superseded=tuple(Superseded(entity, (), Cause.RETIRED) for entity in sorted(entities)),
        ),
        Kind.PERSON,
        settled=list(read_pending(town.store, Kind.PERSON)),
    )


def _nodes(town: Town, label: str) -> list[dict[str, Any]]:
    rows = town.store.read("read.check_nodes", skip=0, limit=1_000)
    return [dict(row["properties"]) for row in rows if row["labels"] == [label]]


def _another(town: Town) -> Town:
    """A town on the graph that was just emptied, under the same keys."""
    return Town(town.store, Lease.acquire(town.store, "tests", renew=False))
