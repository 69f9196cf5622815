"""A partner agency is told of every use of its data: whatever an answer holds of it is in the audit log."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from tests.api.attacks.walk import callers, roots
from tests.api.conftest import Serve
from tests.api.shields.conftest import WIDE
from tests.register import BORN, HOME, Register
from tests.town import NOW, Service, ago

from mast_api.development import DevelopmentIssuer
from mast_api.people_search import PeopleSearch
from mast_api.ports import Services
from mast_graph.store import Login, Store
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

OF_NO_DATA: Final = {
    # Who is party to what and delivers when, how the service runs, and the log itself.
    "agencies", "agreements", "feeds", "transparencyRecord", "researchChoices", "resolverQueue", "retention",
    "auditTrail", "accessReview", "judgeAccess", "rightsRequests", "noteRightsRequest", "settleRightsRequest",
    "breakGlasses", "reviewBreakGlass", "alertRules", "ruleBacktest",
    # Figures under disclosure control, of nobody in particular: they stand in a ledger of their own.
    "escalationPaths", "transitionMatrix", "timeToEvent", "contactVolumes", "predictorEvaluations",
    "proposeRelease", "decideRelease", "release", "releases",
    # Rules and faults: tests/api/triggers/test_alerts.py, tests/api/stewards/test_upkeep.py.
    "alerts", "alert", "acknowledgeAlert", "dataQuality",
}  # fmt: skip

NAMES_SOME: Final = {
    "household", "householdNetwork", "how", "why", "reviewQueue", "person", "mark", "marks", "liftMark",
    "recordMatchDecision", "revokeMatchDecision", "splitRecords", "shield", "unshield",
    "agencyReferences", "pathsBetween", "addressHistory", "address", "concernsAtAddress", "searchPeople",
    "networkExtract", "breakGlass", "behindGlass",
}  # fmt: skip
TRIED: Final = {"coResidents", "shields"}
"""Asked as well. One says who lives with whom; of the other an agency is told only if its file shields."""


@pytest.fixture
def register(store: Store, neo4j_server: Login, tmp_path: Path) -> Iterator[Register]:
    """Resolved on the town's day: answers are of that day, and hold what there is then."""
    yield Register(store, neo4j_server, tmp_path, clock=lambda: NOW)
    gc.unfreeze()


@pytest.fixture
def known(register: Register, family: list[RecordId]) -> list[RecordId]:
    """The family, with what happened to them: of two who are not one, the same contact."""
    for agency, reference, name in (("police", "1", "Annabel Leeson"), ("police", "6", "Carl Weston")):
        register.says(
            agency,
            reference,
            name,
            BORN if reference == "1" else "1971-02-03",
            lives=(ago(400), None),
            contact="DOMESTIC_ABUSE_INCIDENT",
            contact_id="both",
            at=ago(9),
        )
    register.says("housing", "2", "Annabel Leeson", BORN, lives=(ago(500), ago(100)))
    register.says("housing", "7", "Carl Weston", "1971-02-03", related_to="2", relation="PARTNER")
    register.resolve()
    return [*family, register.town.record("police", "6")]


@pytest.fixture
def served(serve: Serve, known: list[RecordId], services: tuple[Services, DevelopmentIssuer]) -> Service:
    live = services[0].live
    live.read()
    return serve(limits=WIDE, search=PeopleSearch(live))


def test_every_root_field_is_tried_or_said_to_be_of_no_data() -> None:
    assert {root.name for root in roots()} == NAMES_SOME | TRIED | OF_NO_DATA


def test_the_log_holds_every_agency_that_an_answer_names_or_whose_records_it_holds(
    register: Register, known: list[RecordId], served: Service
) -> None:
    keepers = {
        row["id"]: row["agency"]
        for row in register.rows(
            "MATCH (n:PersonRecord|AddressRecord|Contact) RETURN n.id AS id, n.agency AS agency"
        )
    }
    told: set[str] = set()
    for name, variables in _asked(register, known):
        root = next(each for each in roots() if each.name == name)
        # What is behind a glass is for whoever broke it.
        asks = "breakGlass" if name == "behindGlass" else name
        once = root.kind == "mutation" or name != asks
        for caller in callers(asks, may=True)[: 1 if once else None]:
            given = {key: _once(value, served) for key, value in variables.items()}
            response = served.ask(root.document_for(caller), **caller, **given)
            assert response.status_code == 200, (name, caller, response.text)
            named = set(_named(response.json()["data"], keepers))
            entry = next(each for each in reversed(served.audited()) if each["event"] == "answer")
            assert named <= set(entry["ids"].get("agencies", ())), (name, caller)
            told |= {name} if named else set()
    assert told >= NAMES_SOME


def _asked(register: Register, known: list[RecordId]) -> list[tuple[str, dict[str, Any]]]:
    """Every question with what it finds something by; decisions last, for they change who is who."""
    ann, carl = register.person(known[0]), register.person(known[-1])
    (place,) = register.rows(
        "MATCH (:PersonRecord {id: $id})-[:LIVES_AT]->()-[:RESOLVES_TO]->(a:Address) "
        "RETURN DISTINCT a.id AS id",
        id=known[0],
    )
    (household,) = register.rows(
        "MATCH (:Person {id: $id})-[:MEMBER_OF]->(h:Household) RETURN h.id AS id LIMIT 1", id=carl
    )
    record = {"left": known[0], "right": known[1]}
    return [
        ("concernsAtAddress", {"address": HOME}),
        ("address", {"id": place["id"]}),
        ("addressHistory", {"id": place["id"]}),
        ("person", {"id": ann}),
        ("household", {"id": household["id"]}),
        ("householdNetwork", {"id": household["id"]}),
        ("coResidents", {"person": ann}),
        ("pathsBetween", {"left": ann, "right": carl}),
        ("networkExtract", {}),
        ("searchPeople", {"givenName": "Annabel", "familyName": "Leeson", "dateOfBirth": BORN}),
        ("agencyReferences", {"id": ann}),
        ("reviewQueue", {}),
        ("why", record),
        ("why", {"left": ann, "right": carl}),
        ("how", {"id": ann}),
        ("mark", {"id": ann, "kind": "OBJECTION", "reason": "she asked for it"}),
        ("marks", {"id": ann}),
        ("liftMark", {"id": "marks", "reason": "she takes it back"}),
        ("breakGlass", {"target": {"id": ann}, "reason": "nobody answers the door there"}),
        ("behindGlass", {"id": "glasses"}),
        ("recordMatchDecision", {**record, "decision": "DIFFERENT", "reason": "twins"}),
        ("how", {"id": register.person(known[0])}),
        ("revokeMatchDecision", {"decision": "decisions", "reason": "not twins"}),
        ("splitRecords", {"entity": ann, "records": [known[2]], "reason": "two sisters"}),
        ("shield", {"id": carl, "reason": "he must not be found"}),
        ("shields", {}),
        ("unshield", {"id": carl, "reason": "he may be found"}),
    ]


def _once(value: Any, served: Service) -> Any:
    """The id that an answer before gave, where only its kind is said."""
    if value not in ("marks", "glasses", "decisions"):
        return value
    answered = (each["ids"] for each in reversed(served.audited()) if each["event"] == "answer")
    return next(ids[value][0] for ids in answered if ids.get(value))


def _named(said: Any, keepers: Mapping[str, str], key: str = "", within: str = "") -> Iterator[str]:
    """Agencies by their ids, and the keepers of records and contacts by theirs."""
    if isinstance(said, dict):
        for name, each in said.items():
            yield from _named(each, keepers, name, key)
    elif isinstance(said, list):
        for each in said:
            yield from _named(each, keepers, key, within)
    elif isinstance(said, str):
        if "agency" in key.lower() or (within, key) == ("agency", "id"):
            yield said
        if said in keepers:
            yield keepers[said]
