"""Who is shielded leaves no trace: every answer is what it is where their rows were never loaded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from tests.api.shields import lane
from tests.api.shields.conftest import (
    BLOCK,
    BUILDING,
    HIGH_STREET,
    HIGH_STREET_NUMBER,
    LONE,
    LONE_FLAT,
    OPEN_FLAT,
    PEOPLE,
    REFUGE,
    REFUGE_NUMBER,
    REFUGE_PLAIN,
    ROOM,
    SAFE_FLAT,
    tell_what_may_be_known,
    tell_what_may_not,
)
from tests.emptying import empty
from tests.everything import asking_everything
from tests.register import ENQUIRY
from tests.town import Service, Town

from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.queries import query
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


EVERYBODY = PEOPLE | lane.PEOPLE
PAIRS = (("ann", "ben"), ("kim", "lou"), ("ann", "gus"), ("ned", "dee"), ("kim", "moe"))


def _places() -> dict[str, dict[str, Any]]:
    """Every line, and every property number (UPRN) both ways."""
    lines = [HIGH_STREET, BUILDING, OPEN_FLAT, SAFE_FLAT, REFUGE, REFUGE_PLAIN, BLOCK, ROOM]
    lines += [NEAR_THE_REFUGE, LONE, LONE_FLAT, NEAR_LONE, *lane.LINES]
    # Known, if at all, by what is in it.
    lines.append("9 Canal Street, Walsall WS1 1AD")
    numbers = (HIGH_STREET_NUMBER, REFUGE_NUMBER, *lane.NUMBERS)
    asked: dict[str, dict[str, Any]] = {f"concernsAtAddress {line}": {"address": line} for line in lines}
    asked |= {f"concernsAtAddress UPRN {number}": {"address": f"UPRN {number}"} for number in numbers}
    return asked | {
        f"concernsAtAddress by parts, {number}": {"parts": {"lines": [], "uprn": number}}
        for number in numbers
    }


def everything(town: Town, service: Service, ids: dict[str, str]) -> dict[str, Any]:
    """All that can be asked about all there is, by what was asked."""
    asked = _places()
    for name, (given, family) in NAMES.items():
        for first in (1, 10):
            sought = {"givenName": given, "familyName": family, "address": REFUGE_PLAIN, "first": first}
            asked[f"searchPeople {name} {first}"] = sought
    for name, id_ in ids.items():
        kind = {"P": "person", "A": "address", "H": "household"}[id_[0]]
        asked[f"{kind} {name}"] = {"id": id_}
        if kind == "household":
            asked[f"householdNetwork {name}"] = {"id": id_, "depth": 4}
        if kind == "address":
            asked[f"addressHistory {name}"] = {"id": id_}
            asked[f"how {name}"] = {"id": id_}
            asked[f"addressHistory then {name}"] = {"id": id_, "knownAt": town.loaded_at.isoformat()}
        if kind == "person":
            asked[f"how {name}"] = {"id": id_}
            asked[f"why {name}"] = {"left": id_, "right": "P-ann"}
            asked[f"why record {name}"] = {"left": town.record(*EVERYBODY[name][0]), "right": "P-ben"}
            asked[f"coResidents {name}"] = {"person": id_}
    for left, right in PAIRS:
        asked[f"pathsBetween {left} {right}"] = {"left": f"P-{left}", "right": f"P-{right}"}
    asked["reviewQueue"] = {}
    answers: dict[str, Any] = {}
    for what, variables in asked.items():
        field = what.split()[0]
        response = service.ask(asking_everything(field), **variables, **ENQUIRY)
        assert response.status_code == 200 or field == "why", response.text
        answers[what] = (response.status_code, told(response.text))
    return answers | _of_households(service, ids)


def told(answer: str) -> str:
    """The answer with its households named in the order in which they come: their ids are drawn."""
    seen: dict[str, str] = {}
    return re.sub(r"H-\d+", lambda found: seen.setdefault(found[0], f"H{len(seen)}"), answer)


def _of_households(service: Service, ids: dict[str, str]) -> dict[str, Any]:
    """What is answered about the homes of people who may be seen, by whose they are; and all of them."""
    answers: dict[str, Any] = {}
    for name, id_ in ids.items():
        if id_[0] == "P":
            found = service.answer(asking_everything("person"), id=id_, **ENQUIRY)["people"]
            for number, home in enumerate(home for each in found for home in each["homes"]):
                for field in ("household", "householdNetwork"):
                    response = service.ask(asking_everything(field), id=home["householdId"], **ENQUIRY)
                    answers[f"{field} of {name} {number}"] = (response.status_code, told(response.text))
    extract = service.answer(asking_everything("networkExtract"), **ENQUIRY)
    # Pages are in the order of the ids: put into that of what they are.
    homes = {home.pop("householdId"): home for home in extract["households"]}
    named = {id_: json.dumps({**home, "ledTo": None}, sort_keys=True) for id_, home in homes.items()}
    for home in homes.values():
        home["ledTo"] = [{**each, "laterId": named[each["laterId"]]} for each in home["ledTo"]]
    del extract["endCursor"]
    extract["people"].sort(key=lambda each: each["personId"])
    extract["households"] = sorted(json.dumps(home, sort_keys=True) for home in homes.values())
    return answers | {"networkExtract": extract}


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


def with_them(town: Town) -> dict[str, str]:
    """The whole town with its lane, resolved, and one record withdrawn; ids of everything, visible or not."""
    tell_what_may_be_known(town)
    lane.tell_what_may_be_known(town)
    tell_what_may_not(town)
    lane.tell_what_may_not(town)
    return resolved(town)


def resolved(town: Town) -> dict[str, str]:
    """Every address and person, and the id of Jon's household of before his record was withdrawn."""
    town.resolve(EVERYBODY)
    lived = next(
        str(row["id"])
        for row in rows(town, "MATCH (:Person {id: 'P-jon'})-[:MEMBER_OF]->(h:Household) RETURN h.id AS id")
    )
    withdraw(town, [town.record("police", "jon")])
    addresses = {row["id"]: row["id"] for row in _nodes(town, "Address")}
    return {name: f"P-{name}" for name in EVERYBODY} | addresses | {"Jon's home": lived}


def test_every_answer_is_as_if_their_rows_had_never_been_loaded(town: Town, service: Service) -> None:
    ids = with_them(town)
    assert not any(faults(town.store).values())
    shielded = {row["id"] for row in _nodes(town, "Person") if row.get("shielded")}
    assert shielded == {"P-dee", "P-eve", "P-fay", "P-ivo", *(f"P-{name}" for name in lane.HIDDEN)}
    service.services.live.read()
    there = everything(town, service, ids)
    assert '"outcome":"ONE"' in there[f"concernsAtAddress {HIGH_STREET}"][1]
    assert '"outcome":"NONE"' in there[f"concernsAtAddress {REFUGE}"][1]
    for asked in ("UPRN", "by parts,"):
        assert '"outcome":"ONE"' in there[f"concernsAtAddress {asked} {HIGH_STREET_NUMBER}"][1]
        assert '"outcome":"NONE"' in there[f"concernsAtAddress {asked} {REFUGE_NUMBER}"][1]
    assert '"personId":"P-gus"' in there["searchPeople gus 1"][1]
    for one, other in (("ann", "ben"), ("ben", "ann")):
        assert f'"personId":"P-{other}","kind":"PARTNER"' in there[f"person {one}"][1]
    # New rows of the refuge that are not resolved yet, as its feed and as others write it.
    new: dict[str, Any] = {"uprn": REFUGE_NUMBER, "contact": "ASB_CASE"}
    town.says("housing", "new", person="Hanna Novak", place=REFUGE, **new)
    town.says("police", "newer", place=REFUGE_PLAIN + ", England", **new)
    assert everything(town, service, ids) == there
    visible = {
        row["id"] for label in ("Person", "Address") for row in _nodes(town, label) if not row.get("shielded")
    }
    again, without = never_loaded(town, service, ids)
    for what in there:
        assert there[what] == without.get(what), what
    assert there.keys() == without.keys()
    # Addresses are there that only they who are shielded spoke of: they are not found either.
    left = {row["id"] for label in ("Person", "Address") for row in _nodes(again, label)}
    assert left < visible
    assert len(visible - left) == 3


def never_loaded(town: Town, service: Service, ids: dict[str, str]) -> tuple[Town, dict[str, Any]]:
    """The town without them, on the same graph and at the same moment, and all that it answers."""
    empty(town.store)
    again = _another(town)
    tell_what_may_be_known(again)
    lane.tell_what_may_be_known(again)
    again.loaded_at = town.loaded_at
    homes = resolved(again)
    service.services.live.read()
    service.services.live_addresses.discard()
    return again, everything(again, service, ids | {"Jon's home": homes["Jon's home"]})


SPOKEN_OF = r"(building\.shielded IS NULL\n\s+)AND( EXISTS)"
MUTANTS = [
    pytest.param(
        "people",
        r" AND (other|q)\.shielded IS NULL()",
        3,
        {"person ann", "person ben", "person gus"},
        id="shields of stated relations and of who left",
    ),
    pytest.param(
        "relations_of",
        r" AND (other|q)\.shielded IS NULL()",
        2,
        {"networkExtract"},
        id="both shields of relations in networks",
    ),
    pytest.param(
        "concerns_at_address",
        SPOKEN_OF,
        1,
        {f"concernsAtAddress {lane.UNLISTED_FLAT}"},
        id="the building of a flat",
    ),
    pytest.param(
        "household_network", SPOKEN_OF, 1, {"householdNetwork of hal 0"}, id="the building of a home"
    ),
    pytest.param("network_extract", SPOKEN_OF, 1, {"networkExtract"}, id="a building in the extract"),
    pytest.param(
        "household_path",
        r"()p\.shielded IS (NULL)",
        7,
        {"household of kim 0", "household of kim 1"},
        id="who moved and who stayed",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "filters", "many", "told_by"), MUTANTS)
def test_a_query_without_one_of_its_shields_is_found_out(
    town: Town,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    filters: str,
    many: int,
    told_by: set[str],
) -> None:
    named = query(f"read.{name}")
    # What is looked for is dropped, or turned into what always holds.
    lets = {"people": "", "relations_of": "", "household_path": r"(p.shielded IS NULL OR \2 IS NULL)"}.get(
        name, r"\1OR\2"
    )
    text, found = re.subn(filters, lets, named.text)
    assert found == many
    leaks = replace(named, text=text)
    monkeypatch.setattr(
        "mast_graph.store.query", lambda asked: leaks if asked == named.name else query(asked)
    )
    ids = with_them(town)
    service.services.live.read()
    there = everything(town, service, ids)
    _, without = never_loaded(town, service, ids)
    assert {what for what in there if there[what] != without.get(what)} >= told_by


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
        assert same_as_absent(service, "how", {"id": old_id}, {"id": "P-never"})
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


def rows(town: Town, statement: str) -> list[dict[str, Any]]:
    """Ask the server directly."""
    return [each.data() for each in town.store._driver.execute_query(statement, database_="neo4j").records]  # type: ignore[arg-type, unused-ignore]


def _nodes(town: Town, label: str) -> list[dict[str, Any]]:
    rows = town.store.read("read.check_nodes", skip=0, limit=1_000)
    return [dict(row["properties"]) for row in rows if row["labels"] == [label]]


def _another(town: Town) -> Town:
    """A town on the graph that was just emptied, under the same keys."""
    return Town(town.store, Lease.acquire(town.store, "tests", renew=False))
